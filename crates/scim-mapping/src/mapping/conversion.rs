//! The values of rules as JSON.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::expression::{EvaluatedValue, ValueType};
use crate::rule::DataType;

/// The JSON value for a target attribute; `None` for null.
pub(crate) fn to_json(
    value: EvaluatedValue,
    data_type: DataType,
    multi_valued: bool,
    now: DateTime<Utc>,
) -> Result<Option<Value>, String> {
    match value {
        // Most values are one text for one text, which is handed on.
        EvaluatedValue::Text(text) if data_type == DataType::String && !multi_valued => {
            Ok(Some(Value::String(text)))
        }
        value => value
            .convert(ValueType::new(data_type, multi_valued), now)
            .map_err(|error| error.to_string()),
    }
}
