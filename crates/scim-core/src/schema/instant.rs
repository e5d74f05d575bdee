//! The text of a `dateTime` as a point in time.

use chrono::{DateTime, NaiveDateTime, Utc};

/// The instant that a `dateTime` names
/// ([RFC 7643, section 2.3.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.3.5)).
///
/// A value without a zone is taken as UTC, because directories send it so. `24:00:00` and years of more than four digits
/// are no instants here.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    // chrono takes a space for the T, a 24th hour and years of any length.
    let bytes = text.as_bytes();
    let has_shape = (19..=64).contains(&bytes.len())
        && bytes.iter().take(4).all(u8::is_ascii_digit)
        && matches!(bytes.get(10), Some(b'T' | b't'))
        && bytes.get(11..13) != Some(b"24");
    if !has_shape {
        return None;
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc));
    }
    NaiveDateTime::parse_from_str(&text.to_ascii_uppercase(), "%Y-%m-%dT%H:%M:%S%.f")
        .ok()
        .map(|local| local.and_utc())
}

#[cfg(test)]
mod tests {
    use super::parse_instant;

    #[test]
    fn offsets_name_the_same_instant() {
        assert_eq!(
            parse_instant("2011-05-13T04:42:34Z"),
            parse_instant("2011-05-13T06:42:34.000+02:00")
        );
    }

    #[test]
    fn a_missing_zone_is_utc() {
        assert_eq!(
            parse_instant("2011-05-13T04:42:34"),
            parse_instant("2011-05-13T04:42:34Z")
        );
    }

    #[test]
    fn what_is_no_instant() {
        for text in [
            "",
            "yesterday",
            "2011-05-13",
            "2011-05-13T24:00:00Z",
            "+12011-05-13T04:42:34Z",
            "2011-13-13T04:42:34Z",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }
}
