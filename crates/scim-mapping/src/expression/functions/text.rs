//! Texts. Positions count Unicode scalar values, so that no character is torn.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use super::super::evaluation::text;
use super::super::{EvaluatedValue, EvaluationError};
use super::{Call, Outcome};

pub(super) fn append(call: &Call<'_>) -> Outcome {
    let Some(source) = call.text(0)? else {
        return Ok(EvaluatedValue::Null);
    };
    let mut text = call.bounded();
    text.push(&source)?;
    text.push(&call.text(1)?.unwrap_or_default())?;
    Ok(text.into_text().into())
}

pub(super) fn position(call: &Call<'_>) -> Outcome {
    let (Some(text), Some(sought)) = (call.text(0)?, call.text(1)?) else {
        return Ok(EvaluatedValue::Integer(0));
    };
    let start = if call.is_given(2) {
        call.integer(2)?
    } else {
        1
    };
    let Some(skipped) = usize::try_from(start)
        .ok()
        .and_then(|start| start.checked_sub(1))
    else {
        return Err(EvaluationError::new(format!(
            "the start {start} is below 1, the first character"
        )));
    };
    let fold: fn(char) -> char = match call.text(3)?.as_deref() {
        None | Some("vbBinaryCompare") => |character| character,
        Some("vbTextCompare") => lower,
        Some(other) => {
            return Err(EvaluationError::new(format!(
                "{other:?} is neither vbBinaryCompare nor vbTextCompare"
            )));
        }
    };
    // One for one, so that positions stay; the search of the library is linear whatever the texts are.
    let text: String = text.chars().map(fold).skip(skipped).collect();
    let sought: String = sought.chars().map(fold).collect();
    // Behind the end not even an empty text is found.
    let position = text
        .find(&sought)
        .filter(|_| !text.is_empty())
        .and_then(|start| text.get(..start))
        .map_or(0, |before| skipped + before.chars().count() + 1);
    Ok(EvaluatedValue::Integer(
        i64::try_from(position).unwrap_or(i64::MAX),
    ))
}

pub(super) fn left(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?.unwrap_or_default();
    Ok(match usize::try_from(call.integer(1)?) {
        Ok(length) => text.chars().take(length).collect::<String>().into(),
        Err(_) => text.into(),
    })
}

pub(super) fn middle(call: &Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else {
        return Ok(EvaluatedValue::Null);
    };
    let start = usize::try_from(call.integer(1)?)
        .ok()
        .and_then(|start| start.checked_sub(1));
    Ok(match (start, usize::try_from(call.integer(2)?)) {
        (Some(start), Ok(length)) => text
            .chars()
            .skip(start)
            .take(length)
            .collect::<String>()
            .into(),
        _ => text.into(),
    })
}

pub(super) fn strip_spaces(call: &Call<'_>) -> Outcome {
    Ok(call.text(0)?.map(|text| text.replace(' ', "")).into())
}

pub(super) fn word(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?.unwrap_or_default();
    let delimiters: BTreeSet<char> = call.text(2)?.unwrap_or_default().chars().collect();
    let number = usize::try_from(call.integer(1)?)
        .ok()
        .and_then(|number| number.checked_sub(1));
    let word = number.and_then(|number| {
        text.split(|character| delimiters.contains(&character))
            .filter(|word| !word.is_empty())
            .nth(number)
    });
    Ok(word.unwrap_or_default().to_owned().into())
}

pub(super) fn proper_case(call: &Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else {
        return Ok(EvaluatedValue::Null);
    };
    let separators: Option<BTreeSet<char>> =
        call.text(1)?.map(|separators| separators.chars().collect());
    let lowered: Vec<char> = text.chars().map(lower).collect();
    let mut result = String::with_capacity(text.len());
    let mut in_word = false;
    for (index, character) in lowered.iter().copied().enumerate() {
        let separates = match &separators {
            Some(separators) => separators.contains(&character),
            None if is_apostrophe(character) => {
                !(in_word
                    && lowered
                        .get(index + 1)
                        .is_some_and(|next| next.is_alphabetic()))
            }
            None => !character.is_alphanumeric() && !is_combining_mark(character),
        };
        // Without separators of one's own a word begins with a letter: "3rd" becomes "3Rd", as in .NET.
        let begins = !in_word && !separates && (separators.is_some() || character.is_alphabetic());
        result.push(if begins { upper(character) } else { character });
        in_word = !separates && (in_word || begins);
    }
    Ok(result.into())
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}')
}

pub(super) fn to_lower(call: &Call<'_>) -> Outcome {
    let turkic = is_turkic(call)?;
    change_case(call, |character| match character {
        'I' if turkic => 'ı',
        'İ' if turkic => 'i',
        other => lower(other),
    })
}

pub(super) fn to_upper(call: &Call<'_>) -> Outcome {
    let turkic = is_turkic(call)?;
    change_case(call, |character| match character {
        'i' if turkic => 'İ',
        'ı' if turkic => 'I',
        other => upper(other),
    })
}

fn change_case(call: &Call<'_>, change: impl Fn(char) -> char) -> Outcome {
    Ok(match call.value(0)? {
        EvaluatedValue::List(values) => EvaluatedValue::List(
            values
                .iter()
                .map(|value| value.chars().map(&change).collect())
                .collect(),
        ),
        EvaluatedValue::Null | EvaluatedValue::Ignore => EvaluatedValue::Null,
        other => text(other)?
            .map(|text| text.chars().map(&change).collect::<String>())
            .into(),
    })
}

fn is_turkic(call: &Call<'_>) -> Result<bool, EvaluationError> {
    let culture = call.text(1)?.unwrap_or_default().to_ascii_lowercase();
    let language = culture.split('-').next().unwrap_or_default();
    Ok(matches!(language, "tr" | "az"))
}

/// .NET maps one character to one; where Unicode wants several, the character stays.
fn lower(character: char) -> char {
    let mut mapped = character.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}

fn upper(character: char) -> char {
    // .NET's invariant culture has no capital for the dotless i.
    if character == 'ı' {
        return character;
    }
    let mut mapped = character.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}
