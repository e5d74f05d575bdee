//! Percent-encoding of paths and queries, undone once.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a segment: the unreserved characters, and those of URNs and addresses.
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'@');

/// The text behind a percent-encoded one, or nothing if an escape or the resulting UTF-8 is malformed.
///
/// In a query a plus sign stands for a space, as HTML forms and Entra write it.
pub(super) fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let high = hexadecimal(bytes.next()?)?;
                let low = hexadecimal(bytes.next()?)?;
                decoded.push(high << 4 | low);
            }
            b'+' if plus_is_space => decoded.push(b' '),
            _ => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).ok()
}

fn hexadecimal(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// One path segment, so encoded that decoding it gives `text` back (RFC 3986 §3.3).
pub(super) fn encode_segment(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, IN_SEGMENT).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_happens_once() {
        assert_eq!(decode("a%2525b", false).as_deref(), Some("a%25b"));
        assert_eq!(
            decode("userName+eq+%22a%2Bb%22", true).as_deref(),
            Some("userName eq \"a+b\"")
        );
        assert_eq!(decode("a+b", false).as_deref(), Some("a+b"));
    }

    #[test]
    fn malformed_escapes_are_refused() {
        for text in ["%", "%4", "%zz", "%ff", "%+1", "%C3%28"] {
            assert_eq!(decode(text, false), None, "{text}");
        }
    }

    #[test]
    fn a_segment_survives_encoding() {
        for text in ["42", "a/b", "50%", "Zoë", "a b", "urn:x:2.0:User"] {
            assert_eq!(decode(&encode_segment(text), false).as_deref(), Some(text));
        }
    }
}
