//! Whether a target attribute has the wanted value already.

use std::collections::BTreeSet;

use chrono::DateTime;
use scim_core::schema::{AttributeDefinition, AttributeType, comparison_key};
use serde_json::Value;

use crate::location::plain;

/// Compares as the target does: without regard to case unless it is exact, dates as instants, lists without order.
pub(super) fn is_same(
    wanted: &Value,
    current: Option<&Value>,
    definition: Option<&AttributeDefinition>,
    case_exact: bool,
) -> bool {
    let Some(current) = current else {
        // An empty text is as good as no value (RFC 7643, section 2.5): otherwise it would be sent for ever.
        return wanted.as_str() == Some("");
    };
    match (wanted, current) {
        (Value::Array(wanted), Value::Array(current)) => {
            let keys = |values: &[Value]| {
                let mut keys: Vec<String> = values
                    .iter()
                    .map(|value| key(value, definition, case_exact))
                    .collect();
                keys.sort_unstable();
                keys
            };
            keys(wanted) == keys(current)
        }
        _ => key(wanted, definition, case_exact) == key(current, definition, case_exact),
    }
}

/// The values of a wanted list that the target's list lacks; none where the attribute has one value.
pub(super) fn lacking(
    wanted: &Value,
    current: &Value,
    definition: Option<&AttributeDefinition>,
    case_exact: bool,
) -> Vec<Value> {
    let Value::Array(wanted) = wanted else {
        return Vec::new();
    };
    let key = |value: &Value| key(value, definition, case_exact);
    let mut known: BTreeSet<String> = elements(current).iter().map(key).collect();
    let lacking = wanted.iter().filter(|value| known.insert(key(value)));
    lacking.cloned().collect()
}

/// The values of a list; a single value is one of one.
pub(super) fn elements(value: &Value) -> &[Value] {
    value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn key(value: &Value, definition: Option<&AttributeDefinition>, case_exact: bool) -> String {
    let text = plain(value);
    if let Some(definition) = definition {
        if definition.r#type == AttributeType::DateTime
            && let Ok(moment) = DateTime::parse_from_rfc3339(&text)
        {
            return moment.to_utc().to_rfc3339();
        }
        if definition.r#type == AttributeType::Boolean {
            return text.to_ascii_lowercase();
        }
        return comparison_key(definition, &text).into_owned();
    }
    if case_exact {
        text
    } else {
        text.to_lowercase()
    }
}
