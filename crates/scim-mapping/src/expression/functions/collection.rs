//! Several values.

use super::super::{EvaluatedValue, EvaluationError};
use super::{Call, Outcome};

pub(super) fn count(call: &Call<'_>) -> Outcome {
    let values = call.list(0)?;
    Ok(EvaluatedValue::Integer(
        i64::try_from(values.len()).unwrap_or(i64::MAX),
    ))
}

pub(super) fn item(call: &Call<'_>) -> Outcome {
    let values = call.list(0)?;
    let index = call.integer(1)?;
    let position = usize::try_from(index)
        .ok()
        .and_then(|index| index.checked_sub(1));
    let position = position
        .ok_or_else(|| EvaluationError::new(format!("the index {index} is below 1, the first")))?;
    Ok(values.into_iter().nth(position).into())
}

pub(super) fn join(call: &Call<'_>) -> Outcome {
    let separator = call.text(0)?.unwrap_or_default();
    let mut joined = call.bounded();
    let mut empty = true;
    for index in 1..call.arguments.len() {
        for part in call.list(index)?.iter().filter(|part| !part.is_empty()) {
            if !empty {
                joined.push(&separator)?;
            }
            joined.push(part)?;
            empty = false;
        }
    }
    Ok(if empty {
        EvaluatedValue::Null
    } else {
        joined.into_text().into()
    })
}

pub(super) fn remove_duplicates(call: &Call<'_>) -> Outcome {
    let mut unique: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for value in call.list(0)? {
        if seen.insert(value.clone()) {
            unique.push(value);
        }
    }
    Ok(if unique.is_empty() {
        EvaluatedValue::Null
    } else {
        EvaluatedValue::List(unique)
    })
}

pub(super) fn split(call: &Call<'_>) -> Outcome {
    let Some(source) = call.text(0)? else {
        return Ok(EvaluatedValue::Null);
    };
    let delimiter = call.text(1)?.unwrap_or_else(|| ",".to_owned());
    let mut characters = delimiter.chars();
    let (Some(delimiter), None) = (characters.next(), characters.next()) else {
        return Err(EvaluationError::new(format!(
            "the delimiter {delimiter:?} is not one character"
        )));
    };
    let parts: Vec<String> = source
        .split(delimiter)
        .map(|part| part.trim_matches(' ').to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    Ok(if parts.is_empty() {
        EvaluatedValue::Null
    } else {
        EvaluatedValue::List(parts)
    })
}
