//! The forms of texts.

use chrono::NaiveDate;

use crate::schema::{AttributeDefinition, AttributeType, parse_instant};

pub(super) const fn needed(r#type: AttributeType) -> &'static str {
    match r#type {
        AttributeType::String => "a string",
        AttributeType::Boolean => "true or false",
        AttributeType::Decimal => "a number",
        AttributeType::Integer => "a whole number",
        AttributeType::DateTime => "a date and time such as \"2026-01-23T04:56:22Z\"",
        AttributeType::Binary => "a string in base64",
        AttributeType::Reference => "a URI as a string",
        AttributeType::Complex => "an object",
    }
}

/// RFC 7643, section 2.3.5: xsd:dateTime with date and time; without a zone it counts as UTC.
pub(super) fn date_time_problem(text: &str) -> Option<&'static str> {
    parse_instant(text)
        .is_none()
        .then_some("a date and time such as \"2026-01-23T04:56:22Z\" is needed")
}

/// A calendar date alone, such as `2026-02-03`.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// RFC 4648, section 4; the padding may be left out.
pub(super) fn binary_problem(text: &str) -> Option<&'static str> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let are_digits = digits
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/');
    let fits = match digits.len() % 4 {
        0 => padding == 0,
        2 => padding == 0 || padding == 2,
        3 => padding <= 1,
        _ => false,
    };
    (!(are_digits && fits)).then_some("base64 with the letters A-Z, a-z, 0-9, + and / is needed")
}

/// RFC 3986: an absolute or relative URI. International characters are let through, as browsers do.
pub(super) fn reference_problem(text: &str) -> Option<&'static str> {
    let is_forbidden = |byte: u8| matches!(byte, 0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{'..=b'}');
    let is_forbidden_beyond_ascii = |c: char| c.is_whitespace() || c.is_control();
    (text.bytes().any(is_forbidden)
        || (!text.is_ascii() && text.contains(is_forbidden_beyond_ascii)))
    .then_some("a URI is needed; encode spaces and quotes with %")
}

/// The formats that RFC 7643, sections 3.1 and 4.1 ask for, by attribute; `owner` is the complex one around it.
pub(super) fn strict_problem(
    definition: &AttributeDefinition,
    owner: Option<&AttributeDefinition>,
    text: &str,
) -> Option<&'static str> {
    match definition.name.as_str() {
        "profileUrl" => {
            (!is_url(text)).then_some("a URL such as https://people.example/maja is needed")
        }
        "value" if owner.is_some_and(|owner| owner.name == "x509Certificates") => {
            (!is_der_sequence(text)).then_some("one certificate in DER is needed, in base64")
        }
        "externalId" => text.is_empty().then_some("an identifier is not empty"),
        "locale" => {
            let is_tag = text.split('-').all(|part| {
                (1..=8).contains(&part.len())
                    && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
            (!is_tag).then_some("a language tag such as en-US is needed")
        }
        "country" => {
            let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
            (!is_code).then_some("a country code of two letters such as US is needed (ISO 3166-1)")
        }
        _ => None,
    }
}

/// RFC 3986 with a host: what has none can be resolved nowhere.
fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        is_scheme && !rest.is_empty() && !rest.starts_with(['/', '?', '#'])
    })
}

/// Whether base64 holds one SEQUENCE in DER (X.690, sections 8.1 and 10.1), which ends where the data do: so much of a certificate
/// can be told without knowing more of X.509.
fn is_der_sequence(text: &str) -> bool {
    const SEQUENCE: u64 = 0x30;
    let digits = text.trim_end_matches('=');
    let bytes = u64::try_from(digits.len()).unwrap_or(u64::MAX) / 4 * 3
        + [0, 0, 1, 2].get(digits.len() % 4).copied().unwrap_or(0);
    // Tag and length have at most six bytes, which are eight digits; what lacks counts as zero.
    let head = digits
        .bytes()
        .chain(std::iter::repeat(b'A'))
        .take(8)
        .try_fold(0_u64, |head, digit| {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            Some(head << 6 | u64::from(value))
        });
    let Some(head) = head.filter(|head| head >> 40 == SEQUENCE) else {
        return false;
    };
    match head >> 32 & 0xff {
        short @ 0..=0x7f => bytes == 2 + short,
        long @ 0x81..=0x84 => {
            let count = long - 0x80;
            let length = (head & 0xffff_ffff) >> (8 * (4 - count));
            // DER takes the shortest form.
            let is_shortest = length >= 0x80 && length >> (8 * (count - 1)) != 0;
            is_shortest && bytes == 2 + count + length
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_der_sequence;

    /// C-7643-4.1.2-16
    #[test]
    fn a_certificate_is_one_sequence() {
        // 30 00; 30 03 02 01 05; 30 81 80 and 128 zeros.
        let long = format!("MIGA{}AAA=", "A".repeat(168));
        for right in ["MAA=", "MAA", "MAMCAQU=", long.as_str()] {
            assert!(is_der_sequence(right), "{right}");
        }
        // Nothing; another tag; cut; two of them; more than the sequence; a longer form of the length than is needed.
        for wrong in [
            "",
            "AA==",
            "MAMC",
            "MAAwAA==",
            "MAAA",
            "MIEA",
            "MIADAgEF",
            "/////////w==",
        ] {
            assert!(!is_der_sequence(wrong), "{wrong}");
        }
    }
}
