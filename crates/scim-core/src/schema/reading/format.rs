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

/// The formats that RFC 7643, sections 3.1 and 4.1 ask for, by attribute.
pub(super) fn strict_problem(definition: &AttributeDefinition, text: &str) -> Option<&'static str> {
    match definition.name.as_str() {
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
