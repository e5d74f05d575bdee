//! The text of a `dateTime` as a point in time.

use chrono::{DateTime, Utc};

/// The instant that a `dateTime` names
/// ([RFC 7643, section 2.3.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.3.5)).
///
/// A value without a zone is taken as UTC, because directories send it so. A leap second is the second after it.
/// `24:00:00` and years of more than four digits are no instants here.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = crate::resource::typed::instant(text)?;
    // chrono counts a leap second as the second before, with more than a second's worth of nanoseconds.
    DateTime::from_timestamp(
        instant.timestamp() + i64::from(instant.timestamp_subsec_nanos() / 1_000_000_000),
        instant.timestamp_subsec_nanos() % 1_000_000_000,
    )
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
    fn a_leap_second_is_the_next_second() {
        assert_eq!(
            parse_instant("2016-12-31T23:59:60.5Z"),
            parse_instant("2017-01-01T00:00:00.5Z")
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
            "2011-05-13 04:42:34Z",
            "2011-05- 3T04:42:34",
            "2011-05-13T04:42:34\u{2212}02:00",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }
}
