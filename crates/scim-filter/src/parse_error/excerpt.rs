//! The part of the text around a mistake, with a caret below it.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use core::fmt::{self, Write};
use core::ops::Range;

use unicode_width::UnicodeWidthStr as _;

/// How many characters of the text are shown before and after the place.
const BEFORE: usize = 48;
const AFTER: usize = 24;
/// How many carets at most.
const CARETS: usize = 24;
/// How many characters of a token are repeated.
const TOKEN: usize = 32;

/// A window of the text around the mistake.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    line: String,
    /// Columns before the first caret, on a screen.
    indent: usize,
    carets: usize,
}

impl Excerpt {
    pub(super) fn new(source: &str, range: &Range<usize>) -> Self {
        let before = source.get(..range.start).unwrap_or_default();
        let from_place = source.get(range.start..).unwrap_or_default();
        let window_start = before
            .char_indices()
            .rev()
            .nth(BEFORE)
            .map(|(index, _)| index);
        let mut line = String::new();
        let mut shown_before = before;
        if let Some(start) = window_start {
            line.push('…');
            shown_before = before.get(start..).unwrap_or_default();
        }
        line.extend(shown_before.chars().map(visible));
        let indent = line.width();
        let wrong: String = from_place
            .get(..range.len())
            .unwrap_or_default()
            .chars()
            .map(visible)
            .collect();
        let carets = wrong.width().clamp(1, CARETS);
        let window_end = from_place
            .char_indices()
            .nth(CARETS + AFTER)
            .map(|(index, _)| index);
        let shown = from_place
            .get(..window_end.unwrap_or(from_place.len()))
            .unwrap_or_default();
        line.extend(shown.chars().map(visible));
        if window_end.is_some() {
            line.push('…');
        }
        Self {
            line,
            indent,
            carets,
        }
    }
}

impl Excerpt {
    /// Whether there is no text to show.
    pub(super) const fn is_empty(&self) -> bool {
        self.line.is_empty()
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "  {}\n  {:indent$}",
            self.line,
            "",
            indent = self.indent
        )?;
        for _ in 0..self.carets {
            formatter.write_char('^')?;
        }
        Ok(())
    }
}

/// The token that begins at `start`: a word, a run of signs as in `==`, or one character.
pub(super) fn token(source: &str, start: usize) -> &str {
    let rest = source.get(start..).unwrap_or_default();
    let Some(first) = rest.chars().next() else {
        return "";
    };
    let same_kind: fn(char) -> bool = match first {
        character if is_word(character) => is_word,
        '=' | '!' | '<' | '>' => |character| matches!(character, '=' | '!' | '<' | '>'),
        '&' | '|' => |character| matches!(character, '&' | '|'),
        '%' if is_encoded(rest) => return rest.get(..3).unwrap_or_default(),
        // With the quotation marks, as far as the next one.
        quote @ ('"' | '\'') => {
            let inner = rest.get(1..).unwrap_or_default();
            return inner
                .find(quote)
                .and_then(|end| rest.get(..end + 2))
                .unwrap_or(rest);
        }
        _ => return rest.get(..first.len_utf8()).unwrap_or_default(),
    };
    let end = rest
        .find(|character| !same_kind(character))
        .unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// `%` and two digits: a character that nobody decoded.
fn is_encoded(text: &str) -> bool {
    text.bytes()
        .skip(1)
        .take(2)
        .filter(u8::is_ascii_hexdigit)
        .count()
        == 2
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '$' | '.' | '+' | ':')
}

/// What stands in the range, for a person. The content of a string is not repeated: it may be personal.
pub(super) fn describe(source: &str, range: &Range<usize>) -> String {
    let text = source.get(range.clone()).unwrap_or_default();
    match text.chars().next() {
        None if source.is_empty() => "nothing at all".to_owned(),
        None => "the end".to_owned(),
        Some('"') => "a string".to_owned(),
        Some('\'') => "a string in single quotes".to_owned(),
        Some(' ') => "a space".to_owned(),
        Some('\t') => "a tab".to_owned(),
        Some(character) if character.is_control() || character.is_whitespace() => {
            format!("U+{:04X}", u32::from(character))
        }
        Some(_) => {
            let mut shown: String = text.chars().take(TOKEN).map(visible).collect();
            if text.chars().nth(TOKEN).is_some() {
                shown.push('…');
            }
            format!("`{shown}`")
        }
    }
}

/// Control characters and those that turn the writing direction would make the caret point at the wrong place.
fn visible(character: char) -> char {
    match character {
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        character if character.is_control() => '\u{fffd}',
        character => character,
    }
}
