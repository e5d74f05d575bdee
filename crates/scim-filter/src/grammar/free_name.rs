//! Names that people chose: with spaces, and after some schemas with any characters.

use crate::ComparisonOperator;
use crate::grammar::attribute_path::{MAXIMUM_NAME_BYTES, Place, attr_name};
use crate::grammar::characters::{is_name_byte, is_name_char};
use crate::grammar::filter::val_filter;
use crate::grammar::literal::is_value;
use crate::grammar::reading::{Failure, Reading};

/// How long the name at the start of `input` is, if it is one of words in letters of any script.
///
/// In a path it ends at the end, a dot or a bracket; in a filter before the first operator that a value follows or before a
/// `pr` that ends a condition. `None`: no such name, the grammar tells why.
pub(super) fn spaced_length(reading: &Reading<'_>, place: Place, input: &str) -> Option<usize> {
    let plus = reading.leniency().plus_for_space;
    let is_word = |character: char| {
        character.is_alphanumeric() || matches!(character, '-' | '_' | '$' | '&' | '/' | '\'')
    };
    let is_space =
        |character: char| character == ' ' || character == '\t' || (plus && character == '+');
    if !input.starts_with(is_word) {
        return None;
    }
    // The usual case: one name of the grammar, and then an operator.
    if place != Place::Path
        && let Ok((rest, name)) = attr_name(input)
        && rest
            .strip_prefix(' ')
            .is_some_and(|condition| ends_name(reading, condition))
    {
        return Some(name.len());
    }
    let mut first_operator = None;
    let mut word_end = 0;
    let mut previous_is_space = false;
    for (index, character) in bounded(input) {
        if is_word(character) {
            if place != Place::Path && previous_is_space {
                let condition = input.get(index..).unwrap_or_default();
                if ends_name(reading, condition) {
                    return Some(word_end);
                }
                if first_operator.is_none() && begins_operator(condition.as_bytes()) {
                    first_operator = Some(word_end);
                }
            }
            word_end = index + character.len_utf8();
            previous_is_space = false;
        } else if is_space(character) {
            previous_is_space = true;
        } else if matches!(character, '.' | '[') && !previous_is_space {
            return Some(word_end);
        } else {
            return match place {
                // The grammar complains about what stands there.
                Place::Path => Some(word_end),
                Place::Filter | Place::ValueFilter if character == '[' => {
                    first_operator.or(Some(word_end))
                }
                Place::Filter | Place::ValueFilter => first_operator,
            };
        }
    }
    match place {
        Place::Path => Some(word_end),
        Place::Filter | Place::ValueFilter => first_operator,
    }
}

/// How long the name at the start of `input` is after a schema whose names are free.
pub(super) fn free_length(
    reading: &Reading<'_>,
    place: Place,
    input: &str,
) -> Result<usize, nom::Err<Failure>> {
    let plus = reading.leniency().plus_for_space;
    let mut first_operator = None;
    let mut first_break = None;
    let mut word_end = 0;
    let mut previous_is_space = false;
    for (index, character) in bounded(input) {
        let from_here = input.get(index..).unwrap_or_default();
        if character.is_control() && character != '\t' || character == '"' {
            break;
        }
        if character == ' ' || character == '\t' || (plus && character == '+') {
            previous_is_space = true;
            first_break = first_break.or(Some(index));
            continue;
        }
        if character == '['
            && word_end > 0
            && !previous_is_space
            && begins_value_path(reading, place, from_here)?
        {
            return Ok(word_end);
        }
        if place != Place::Path && previous_is_space {
            if ends_name(reading, from_here) {
                return Ok(word_end);
            }
            if begins_operator(from_here.as_bytes()) {
                first_operator = first_operator.or(Some(word_end));
            }
        }
        word_end = index + character.len_utf8();
        previous_is_space = false;
    }
    Ok(match place {
        Place::Path => word_end,
        Place::Filter | Place::ValueFilter => first_operator.or(first_break).unwrap_or(word_end),
    })
}

/// Whether a name could be one at all.
pub(super) fn is_possible(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAXIMUM_NAME_BYTES
        && name.trim() == name
        && !name.contains(|character: char| character.is_control() || character == '"')
}

/// Only so much of a text is looked at for one name: the search may look ahead at each of its words.
fn bounded(input: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    input
        .char_indices()
        .take_while(|(index, _)| *index <= MAXIMUM_NAME_BYTES)
}

/// An operator and a value, or `pr` and the end of the condition.
fn ends_name(reading: &Reading<'_>, input: &str) -> bool {
    let plus = reading.leniency().plus_for_space;
    let is_space =
        |character: char| character == ' ' || character == '\t' || (plus && character == '+');
    let Some((word, after)) = input.split_at_checked(2) else {
        return false;
    };
    let &[first, second] = word.as_bytes() else {
        return false;
    };
    let rest = after.trim_start_matches(is_space);
    let has_space = rest.len() < after.len();
    if ComparisonOperator::from_letters(first, second).is_some() {
        let before_quote = reading.leniency().operator_before_quote
            && (rest.starts_with('"') || rest.starts_with('\''));
        return (has_space || before_quote) && is_value(reading, rest);
    }
    if !word.eq_ignore_ascii_case("pr") {
        return false;
    }
    match rest.as_bytes().first() {
        None | Some(b')' | b']') => true,
        Some(_) => has_space && (begins_word(rest, "and") || begins_word(rest, "or")),
    }
}

fn begins_word(input: &str, word: &str) -> bool {
    input
        .get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
        && !input
            .get(word.len()..)
            .unwrap_or_default()
            .starts_with(is_name_char)
}

/// An operator, whatever follows it.
pub(crate) fn begins_operator(input: &[u8]) -> bool {
    match input {
        [first, second, rest @ ..] => {
            (ComparisonOperator::from_letters(*first, *second).is_some()
                || matches!((first, second), (b'p' | b'P', b'r' | b'R')))
                && !rest.first().is_some_and(|byte| is_name_byte(*byte))
        }
        _ => false,
    }
}

/// A well-formed filter in brackets, and then what can follow it at this place.
fn begins_value_path(
    reading: &Reading<'_>,
    place: Place,
    input: &str,
) -> Result<bool, nom::Err<Failure>> {
    if place == Place::ValueFilter {
        return Ok(false);
    }
    let Ok((rest, _)) = reading.ahead(input, |ahead| val_filter(ahead, 0, input))? else {
        return Ok(false);
    };
    Ok(match (place, rest.as_bytes().first()) {
        (_, None) | (Place::Filter, Some(b')' | b']')) | (Place::Path, Some(b'.')) => true,
        (Place::Filter, Some(b'.')) => reading.leniency().filter_after_value_path,
        (Place::Filter, Some(_)) => {
            let word = rest.trim_start();
            word.len() < rest.len() && (begins_word(word, "and") || begins_word(word, "or"))
        }
        (Place::Path | Place::ValueFilter, Some(_)) => false,
    })
}
