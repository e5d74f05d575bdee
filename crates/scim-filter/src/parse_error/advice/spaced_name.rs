//! A name with spaces that stands alone, where the grammar allows it only after the URN of a schema.

use crate::grammar::begins_operator;

pub(super) const ADVICE: &str =
    "a name with spaces stands after the URN of its schema, as in urn:…:User:Job Title";

/// No more of a text is looked at.
const BYTES: usize = 1_024;

/// Where such a name is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// In a filter.
    BeforeOperator,
    /// In a path.
    WithText,
}

/// Whether the first word, at the end of the text before the mistake, goes on with more words after it.
pub(super) fn goes_on((before, from): (&str, &str), ends: Ends) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || "-_$&/'".contains(character);
    let before = before.trim_end();
    let (start, first) = before.split_at(before.trim_end_matches(is_part).len());
    let is_keyword = ["", "and", "or", "not"]
        .iter()
        .any(|keyword| first.eq_ignore_ascii_case(keyword));
    // After a colon the URN is there, and what is wrong is something else.
    if is_keyword || start.ends_with([':', '.']) || from.len() > BYTES {
        return false;
    }
    let mut words = from.trim_start();
    for count in 0.. {
        if count > 0 && begins_operator(words.as_bytes()) {
            return ends == Ends::BeforeOperator;
        }
        let rest = words.trim_start_matches(is_part);
        if rest.len() == words.len() {
            return ends == Ends::WithText && count > 0 && rest.is_empty();
        }
        words = rest.trim_start_matches(' ');
    }
    false
}
