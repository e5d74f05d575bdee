//! The texts by which a database compares.

pub(super) use crate::schema::instant_key as instant;

/// The first of the characters that stand for a character which a database may not hold.
const ESCAPE: char = '\u{1}';
/// What follows it, for zero and for one.
const DIGITS: [char; 2] = ['\u{2}', '\u{3}'];

/// A text without U+0000, which PostgreSQL cannot hold.
///
/// U+0000 to U+0003 become U+0001 and two characters out of U+0002 and U+0003. Those three stand nowhere else, and all three
/// come before any character that stands for itself. So a text is equal to, ordered before, part of, the start or the end of
/// another one exactly if it was so before.
pub(super) fn storable(text: &str) -> String {
    let mut storable = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{0}' => storable.extend([ESCAPE, DIGITS[0], DIGITS[0]]),
            '\u{1}' => storable.extend([ESCAPE, DIGITS[0], DIGITS[1]]),
            '\u{2}' => storable.extend([ESCAPE, DIGITS[1], DIGITS[0]]),
            '\u{3}' => storable.extend([ESCAPE, DIGITS[1], DIGITS[1]]),
            other => storable.push(other),
        }
    }
    storable
}

/// The least text that comes after every text with this start, if there is any.
pub(super) fn successor(start: &str) -> Option<String> {
    let mut characters: Vec<char> = start.chars().collect();
    while let Some(last) = characters.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

/// A name as it stands in the comparison document: without what a path or a literal of SQL might take for its own.
pub(super) fn member_name(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii_control() || matches!(character, '"' | '\\' | '%') {
            encoded.push('%');
            for digit in [u32::from(character) >> 4, u32::from(character) & 15] {
                encoded.extend(char::from_digit(digit, 16).map(|digit| digit.to_ascii_uppercase()));
            }
        } else {
            encoded.push(character);
        }
    }
    encoded
}

/// A truth value as a text.
pub(super) const fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::parse_instant;

    #[test]
    fn a_successor_is_the_next_character() {
        for (start, expected) in [
            ("ab", Some("ac")),
            ("a\u{d7ff}", Some("a\u{e000}")),
            ("a\u{10ffff}\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(successor(start).as_deref(), expected, "{start}");
        }
    }

    #[test]
    fn names_keep_what_is_harmless() {
        assert_eq!(member_name("Job Title's (é).x"), "Job Title's (é).x");
        assert_eq!(member_name("a\"b\\c%22\u{0}"), "a%22b%5Cc%2522%00");
    }

    #[test]
    fn instants_are_ordered_as_texts() {
        let ascending = [
            "0000-01-01T00:00:00+23:59",
            "0000-01-01T00:00:00Z",
            "2011-05-13T04:42:34Z",
            "2011-05-13T06:42:34.000000001+02:00",
            "2016-12-31T23:59:59.999999999Z",
            "2016-12-31T23:59:60Z",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-00:01",
        ];
        let keys = ascending.map(|text| instant(parse_instant(text).unwrap()));
        assert!(keys.is_sorted_by(|left, right| left < right), "{keys:?}");
        assert!(keys.iter().all(|key| key.len() == 30), "{keys:?}");
    }

    proptest! {
        #[test]
        fn nothing_of_a_comparison_is_lost(left in "[\u{0}-\u{4}a]{0,6}", right in "[\u{0}-\u{4}a]{0,3}") {
            let (stored, operand) = (storable(&left), storable(&right));
            prop_assert!(!stored.contains('\0'));
            prop_assert_eq!(stored.cmp(&operand), left.cmp(&right));
            prop_assert_eq!(stored.contains(&operand), left.contains(&right));
            prop_assert_eq!(stored.starts_with(&operand), left.starts_with(&right));
            prop_assert_eq!(stored.ends_with(&operand), left.ends_with(&right));
        }

        #[test]
        fn a_start_is_a_range(text in "[ab\u{d7ff}\u{e000}\u{10ffff}]{0,4}", start in "[ab\u{d7ff}\u{e000}\u{10ffff}]{0,3}") {
            let below = successor(&start).is_none_or(|end| text < end);
            prop_assert_eq!(text >= start && below, text.starts_with(&start));
        }
    }
}
