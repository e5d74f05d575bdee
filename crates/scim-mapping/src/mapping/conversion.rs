//! From the values of expressions to those of JSON: explicit, lossless, or an error.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::expression::{EvaluatedValue, parse_date};
use crate::rule::DataType;

/// The JSON value for a target attribute; `None` for null.
pub(crate) fn to_json(
    value: &EvaluatedValue,
    data_type: DataType,
    multi_valued: bool,
    now: DateTime<Utc>,
) -> Result<Option<Value>, String> {
    match value {
        EvaluatedValue::Null | EvaluatedValue::Ignore => Ok(None),
        EvaluatedValue::List(values) if multi_valued => {
            let converted: Result<Vec<Value>, String> = values
                .iter()
                .map(|text| single(text, data_type, now))
                .collect();
            converted.map(|values| Some(Value::Array(values)))
        }
        EvaluatedValue::List(values) => match values.as_slice() {
            [] => Ok(None),
            [value] => single(value, data_type, now).map(Some),
            _ => Err(format!(
                "{} values for an attribute that takes one; choose with Item or combine with Join",
                values.len()
            )),
        },
        other => {
            let value = single(&other.to_string(), data_type, now)?;
            Ok(Some(if multi_valued {
                Value::Array(vec![value])
            } else {
                value
            }))
        }
    }
}

fn single(text: &str, data_type: DataType, now: DateTime<Utc>) -> Result<Value, String> {
    let trimmed = text.trim();
    match data_type {
        DataType::String | DataType::Reference | DataType::Binary => {
            Ok(Value::String(text.to_owned()))
        }
        DataType::Boolean if trimmed.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
        DataType::Boolean if trimmed.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
        DataType::Boolean => Err(format!(
            "{text:?} is neither True nor False, as a Boolean must be"
        )),
        DataType::Integer => trimmed
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| format!("{text:?} is not a whole number, as an Integer must be")),
        DataType::DateTime => {
            // A dateTime of SCIM has a time and a zone (RFC 7643, section 2.3.5); what is one already stays as it is.
            if DateTime::parse_from_rfc3339(trimmed).is_ok() {
                return Ok(Value::String(trimmed.to_owned()));
            }
            parse_date(trimmed, now)
                .map(|moment| Value::String(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
                .ok_or_else(|| {
                    format!("{text:?} is not a date; bring it into the form yyyy-MM-dd with FormatDateTime")
                })
        }
    }
}
