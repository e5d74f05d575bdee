//! [`AsDateTime`]: an instant as RFC 7643 writes it.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, MapAccess, Unexpected, Visitor};
use serde::ser::SerializeMap;

use super::Form;

/// The texts that are read as an instant, as a regular expression of ECMA 262: xsd:dateTime
/// ([RFC 7643, section 2.3.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.3.5)) with a year of four digits, days that the
/// month has, and a zone that may be missing.
pub(crate) const DATE_TIME_PATTERN: &str = concat!(
    r"^(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)",
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))",
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)",
    r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?",
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?$",
);

/// Writes milliseconds and `Z`, and more digits only where there are some; reads a time without zone as UTC.
pub(crate) struct AsDateTime;

impl Form<Option<DateTime<Utc>>> for AsDateTime {
    fn is_absent(value: &Option<DateTime<Utc>>) -> bool {
        value.is_none()
    }

    fn read<'de, A: MapAccess<'de>>(access: &mut A) -> Result<Option<DateTime<Utc>>, A::Error> {
        Ok(access
            .next_value::<Option<Instant>>()?
            .map(|Instant(time)| time))
    }

    fn write<M: SerializeMap>(
        value: &Option<DateTime<Utc>>,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        let text = value.map(|time| {
            let has_more = time.nanosecond() % 1_000_000 != 0;
            let format = if has_more {
                SecondsFormat::Nanos
            } else {
                SecondsFormat::Millis
            };
            time.to_rfc3339_opts(format, true)
        });
        map.serialize_entry(name, &text)
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "null"], "pattern": DATE_TIME_PATTERN, "maxLength": 64 })
    }
}

struct Instant(DateTime<Utc>);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Instants)
    }
}

struct Instants;

impl Visitor<'_> for Instants {
    type Value = Instant;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date and time such as \"2026-01-23T04:56:22Z\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Instant, E> {
        instant(text)
            .map(Instant)
            .ok_or_else(|| E::invalid_value(Unexpected::Other("another text"), &self))
    }
}

/// The instant that a text of at most 64 bytes names.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    // chrono takes a space for the T, and the minus sign of typesetters.
    let has_shape =
        text.len() <= 64 && text.is_ascii() && matches!(text.as_bytes().get(10), Some(b'T' | b't'));
    if !has_shape {
        return None;
    }
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc3339(&format!("{text}Z")))
        .ok()
        .map(|time| time.to_utc())
}
