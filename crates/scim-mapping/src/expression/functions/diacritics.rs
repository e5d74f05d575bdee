//! `NormalizeDiacritics`: marks are dropped from Latin letters only; other scripts need theirs.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::super::EvaluatedValue;
use super::{Call, Outcome};

pub(super) fn normalize(call: &Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else {
        return Ok(EvaluatedValue::Null);
    };
    let mut result = String::with_capacity(text.len());
    let mut on_latin = false;
    for character in text.chars() {
        if is_combining_mark(character) {
            if !on_latin {
                result.push(character);
            }
            continue;
        }
        let base = std::iter::once(character).nfd().next().unwrap_or(character);
        let replacement = match base {
            'æ' => "ae",
            'Æ' => "AE",
            'ø' | 'œ' => "oe",
            'Ø' | 'Œ' => "OE",
            'ß' => "ss",
            'ł' => "l",
            'Ł' => "L",
            'ı' => "i",
            _ => "",
        };
        on_latin = base.is_ascii_alphabetic() || !replacement.is_empty();
        match (on_latin, replacement) {
            (true, "") => result.push(base),
            (true, replacement) => result.push_str(replacement),
            (false, _) => result.push(character),
        }
    }
    Ok(result.into())
}
