//! Choosing and asking.

use super::super::{EvaluatedValue, Node};
use super::{Call, Outcome};

pub(super) fn to_boolean(call: &Call<'_>) -> Outcome {
    call.boolean(0).map(EvaluatedValue::Boolean)
}

pub(super) fn coalesce(call: &Call<'_>) -> Outcome {
    for (index, argument) in call.arguments.iter().enumerate() {
        let value = call.value(index)?;
        // The directory does not store empty texts: an attribute that has one has no value.
        let empty_attribute =
            matches!(argument, Some(Node::Attribute(_))) && value.is_null_or_empty();
        if value != EvaluatedValue::Null && !empty_attribute {
            return Ok(value);
        }
    }
    Ok(EvaluatedValue::Null)
}

pub(super) fn ignore_flow_if_null_or_empty(call: &Call<'_>) -> Outcome {
    let value = call.value(0)?;
    Ok(if value.is_null_or_empty() {
        EvaluatedValue::Ignore
    } else {
        value
    })
}

pub(super) fn if_then_else(call: &Call<'_>) -> Outcome {
    call.value(if call.boolean(0)? { 1 } else { 2 })
}

pub(super) fn is_null(call: &Call<'_>) -> Outcome {
    call.value(0).map(|value| {
        EvaluatedValue::Boolean(matches!(
            value,
            EvaluatedValue::Null | EvaluatedValue::Ignore
        ))
    })
}

pub(super) fn is_null_or_empty(call: &Call<'_>) -> Outcome {
    call.value(0)
        .map(|value| EvaluatedValue::Boolean(value.is_null_or_empty()))
}

pub(super) fn is_present(call: &Call<'_>) -> Outcome {
    call.value(0)
        .map(|value| EvaluatedValue::Boolean(!value.is_null_or_empty()))
}

pub(super) fn is_string(call: &Call<'_>) -> Outcome {
    call.value(0).map(|value| {
        EvaluatedValue::Boolean(match value {
            EvaluatedValue::Null
            | EvaluatedValue::Ignore
            | EvaluatedValue::IgnoreObject
            | EvaluatedValue::Complex(_) => false,
            EvaluatedValue::List(values) => values.len() == 1,
            EvaluatedValue::Text(_) | EvaluatedValue::Boolean(_) | EvaluatedValue::Integer(_) => {
                true
            }
        })
    })
}

pub(super) fn not(call: &Call<'_>) -> Outcome {
    let truth = call
        .text(0)?
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("true"));
    Ok(EvaluatedValue::Boolean(!truth))
}

pub(super) fn switch(call: &Call<'_>) -> Outcome {
    let source = call.text(0)?.unwrap_or_default();
    for index in (2..call.arguments.len()).step_by(2) {
        // A key that is null equals nothing, not even a source that is null: only the empty text catches that.
        if call.text(index)?.is_some_and(|key| key == source) {
            return call.value(index + 1);
        }
    }
    call.value(1)
}
