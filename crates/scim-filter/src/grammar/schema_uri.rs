//! Where the URI of a schema ends and the name of the attribute begins.

use nom::Parser as _;
use nom::character::complete::{char, digit1};

use crate::grammar::attribute_path::{attr_name, is_name_char, uri_run};
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
            if known.free_names || !rest.contains(':') {
                return Some(found);
            }
        }
    }
    let run = uri_run(input);
    let length = run.bytes().rposition(|byte| byte == b':')?;
    let schema = run.get(..length)?;
    is_absolute_uri(schema).then(|| FoundSchema {
        length,
        free_names: false,
        names_may_have_spaces: ends_with_version_and_word(schema),
    })
}

/// The length of a known schema after which no attribute stands.
pub(super) fn known_alone(reading: &Reading<'_>, input: &str) -> Option<usize> {
    let schemas = &reading.parser().schemas;
    if schemas.is_empty() {
        return None;
    }
    let run = uri_run(input);
    schemas
        .iter()
        .any(|known| known.urn.eq_ignore_ascii_case(run))
        .then_some(run.len())
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
    uri_run(input).len() == input.len()
        && is_absolute_uri(input)
        && ends_with_version_and_word(input)
}

fn starts_with(input: &str, urn: &str) -> bool {
    input
        .get(..urn.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(urn))
}

/// `scheme ":"` and something after it, in characters that a URI may hold and a filter does not use otherwise.
pub(super) fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !rest.starts_with(':')
        && !rest.ends_with(':')
        && uri_run(text).len() == text.len()
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
        && word.starts_with(is_name_char)
}
