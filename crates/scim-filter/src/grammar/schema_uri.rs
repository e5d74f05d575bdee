//! Where the URI of a schema ends and the name of the attribute begins.

use alloc::vec::Vec;

use nom::Parser as _;
use nom::character::complete::{char, digit1};

use crate::grammar::attribute_path::attr_name;
use crate::grammar::characters::is_uri_byte;
use crate::grammar::free_name::begins_operator;
use crate::grammar::reading::{Failure, Reading};

/// No URI given in code is longer.
pub(super) const MAXIMUM_URI_BYTES: usize = 2_048;

/// The schema that a path begins with.
pub(super) struct FoundSchema {
    /// Without the colon that follows.
    pub(super) length: usize,
    /// Everything after it is one name.
    pub(super) free_names: bool,
    /// It is known, or it looks like the URN of a schema: a version and one more word.
    pub(super) names_may_have_spaces: bool,
}

/// The longest known schema that `input` begins with, followed by a colon; else everything before the last colon, if that
/// is a URI.
pub(super) fn find(reading: &Reading<'_>, input: &str) -> Option<FoundSchema> {
    for known in &reading.parser().schemas {
        let length = known.urn.len();
        let follows = || input.as_bytes().get(length) == Some(&b':');
        if follows() && starts_with(input, &known.urn) {
            let found = FoundSchema {
                length,
                free_names: known.free_names,
                names_may_have_spaces: true,
            };
            // A longer URN that nobody knows may begin like a known one.
            let rest = uri_run(input).get(length + 1..).unwrap_or_default();
            let segment = rest.split(['(', ',', '\'']).next().unwrap_or_default();
            if known.free_names || !segment.contains(':') {
                return Some(found);
            }
        }
    }
    let run = uri_run(input);
    let length = run.bytes().rposition(|byte| matches!(byte, b':' | b']'))?;
    let schema = run.get(..length)?;
    let is_colon = run.as_bytes().get(length) == Some(&b':');
    (is_colon && is_absolute(schema)).then(|| FoundSchema {
        length,
        free_names: false,
        names_may_have_spaces: ends_with_version_and_word(schema),
    })
}

/// The length of the longest known schema that an item of a list begins with.
pub(super) fn known_length(reading: &Reading<'_>, input: &str) -> Option<usize> {
    let ends = |length: usize| {
        matches!(
            input.as_bytes().get(length),
            None | Some(b':' | b',' | b' ' | b'\t')
        )
    };
    let mut lengths = (reading.parser().schemas.iter())
        .filter(|known| starts_with(input, &known.urn))
        .map(|known| known.urn.len());
    lengths.find(|length| ends(*length))
}

/// The length of a known schema after which no attribute stands.
pub(super) fn known_alone(reading: &Reading<'_>, input: &str) -> Option<usize> {
    let schemas = &reading.parser().schemas;
    if schemas.is_empty() {
        return None;
    }
    let run = uri_run(input);
    let ends = |length: usize| match run.as_bytes().get(length) {
        None => true,
        // `…:User.department` for `…:User:department`, unless it is a longer URN.
        Some(b'.') => !run.get(length..).unwrap_or_default().contains(':'),
        Some(byte) => *byte == b'+' && reading.leniency().plus_for_space,
    };
    schemas
        .iter()
        .find(|known| starts_with(run, &known.urn) && ends(known.urn.len()))
        .map(|known| known.urn.len())
}

/// The whole of `input` as the URI of a schema alone: a known one, or one that ends with a version and a word.
pub(super) fn is_schema_alone(reading: &Reading<'_>, input: &str) -> bool {
    for known in &reading.parser().schemas {
        if starts_with(input, &known.urn) {
            match input.as_bytes().get(known.urn.len()) {
                None => return true,
                Some(b':') => return false,
                Some(_) => {}
            }
        }
    }
    is_absolute_uri(input) && ends_with_version_and_word(input)
}

fn starts_with(input: &str, urn: &str) -> bool {
    input
        .get(..urn.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(urn))
}

/// `scheme ":"` and something after it, in characters that a URI may hold.
pub(super) fn is_absolute_uri(text: &str) -> bool {
    uri_run(text).len() == text.len() && is_absolute(text)
}

/// The same for text of such characters.
fn is_absolute(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        is_scheme(scheme) && !rest.is_empty() && !rest.starts_with(':') && !rest.ends_with(':')
    })
}

/// `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`
fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// The start of `input` in characters that a URI may hold ([RFC 3986, section 2](https://www.rfc-editor.org/rfc/rfc3986#section-2)).
///
/// Some of them are used by filters otherwise. Parentheses belong to a URI in pairs, brackets around an IP address, and a `+`
/// not before an operator, where it is a space that nobody decoded.
fn uri_run(input: &str) -> &str {
    let mut length = 0;
    let mut open = Vec::new();
    loop {
        let rest = input.get(length..).unwrap_or_default();
        length += rest
            .bytes()
            .position(|byte| !is_uri_byte(byte))
            .unwrap_or(rest.len());
        let (before, rest) = input.split_at_checked(length).unwrap_or((input, ""));
        length += match rest.as_bytes() {
            [b'(', ..] => {
                open.push(length);
                1
            }
            [b')', ..] if open.pop().is_some() => 1,
            [b'+', after @ ..] if !begins_undecoded_operator(after) => 1,
            [b'[', ..] if before.ends_with(['/', '@']) => match ip_literal_length(rest) {
                Some(length) => length,
                None => break,
            },
            _ => break,
        };
    }
    let end = open.first().copied().unwrap_or(length);
    input.get(..end).unwrap_or_default()
}

/// An operator and what can follow it.
fn begins_undecoded_operator(input: &[u8]) -> bool {
    begins_operator(input)
        && matches!(
            input.get(2),
            None | Some(b'+' | b' ' | b'\t' | b'"' | b'\'' | b')' | b']')
        )
}

/// `IP-literal = "[" ( IPv6address / IPvFuture ) "]"`
fn ip_literal_length(input: &str) -> Option<usize> {
    let inner = input.strip_prefix('[')?;
    let end = inner.bytes().position(|byte| !is_ip_literal_byte(byte))?;
    (end > 0 && inner.as_bytes().get(end) == Some(&b']')).then_some(end + 2)
}

fn is_ip_literal_byte(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'v' | b'V')
}

/// `…:N.N:Word`
fn ends_with_version_and_word(text: &str) -> bool {
    let mut segments = text.rsplit(':');
    let word = segments.next().unwrap_or_default();
    let version = segments.next().unwrap_or_default();
    let is_version = (digit1::<&str, Failure>, char('.'), digit1)
        .parse(version)
        .is_ok_and(|(rest, _)| rest.is_empty());
    is_version
        && segments.next().is_some()
        && attr_name(word).is_ok_and(|(rest, _)| rest.is_empty())
}
