//! Values as people write them, and what is said of those that cannot be read.

use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

const SHORTEST_INTERVAL: Duration = Duration::from_mins(1);
const LONGEST_INTERVAL: Duration = Duration::from_hours(24);

/// How long it is from the start of one cycle to the start of the next.
pub(super) fn interval(text: &str) -> Result<Duration, String> {
    // A number alone means minutes.
    let with_unit = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{text}m")
    } else {
        text.to_owned()
    };
    duration(&with_unit)
        .filter(|interval| (SHORTEST_INTERVAL..=LONGEST_INTERVAL).contains(interval))
        .ok_or_else(|| "give a time from 1m to 24h, such as 40m, 90s or 1h".to_owned())
}

/// A moment, or how long ago it is.
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    let ago = duration(text).and_then(|ago| TimeDelta::from_std(ago).ok());
    ago.and_then(|ago| Utc::now().checked_sub_signed(ago))
        .ok_or_else(|| {
            "give a time such as 2026-02-03T07:05:00Z, a day such as 2026-02-03 (in UTC), or how long ago it is: 90m, 24h, 7d"
                .to_owned()
        })
}

/// A whole number and its unit.
fn duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(u64::from(number) * seconds))
}

/// How many requests are under way at a time.
pub(super) fn requests(text: &str) -> Result<u16, String> {
    number(text, 1..=256, "such as 8")
}

/// How many deletions need no permission.
pub(super) fn deletions(text: &str) -> Result<usize, String> {
    number(
        text,
        0..=usize::MAX,
        "such as 500; 0 asks for no permission",
    )
}

/// How many entries are shown.
pub(super) fn entries(text: &str) -> Result<u32, String> {
    number(text, 0..=u32::MAX, "such as 100; 0 shows all")
}

fn number<T>(text: &str, range: RangeInclusive<T>, example: &str) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let read = text.parse().ok().filter(|number| range.contains(number));
    read.ok_or_else(|| {
        let (first, last) = range.into_inner();
        format!("give a whole number from {first} to {last}, {example}")
    })
}

#[cfg(test)]
mod tests {
    use super::{deletions, entries, interval, moment, requests};
    use std::time::Duration;

    #[test]
    fn intervals_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("40m", 2_400),
            ("90s", 90),
            ("1h", 3_600),
            ("24h", 86_400),
            ("1d", 86_400),
            ("40", 2_400),
        ] {
            assert_eq!(interval(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in [
            "",
            "m",
            "59s",
            "25h",
            "0",
            "1.5h",
            "-40m",
            "40 minutes",
            "4294967296m",
            "40M",
        ] {
            let said = interval(wrong).unwrap_err();
            assert_eq!(
                said, "give a time from 1m to 24h, such as 40m, 90s or 1h",
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_time_is_a_moment_a_day_or_so_long_ago() {
        assert_eq!(
            moment("2026-02-03T07:05:00Z").unwrap().timestamp(),
            1_770_102_300
        );
        // Seven hours and five minutes earlier.
        assert_eq!(
            moment("2026-02-03").unwrap().timestamp(),
            1_770_102_300 - 25_500
        );
        for (longer, shorter) in [("2d", "25h"), ("2h", "90m"), ("90m", "90s")] {
            assert!(moment(longer).unwrap() < moment(shorter).unwrap());
        }
        for wrong in ["", "yesterday", "7", "7w", "-1d", "d", "2026-02-30"] {
            let said = moment(wrong).unwrap_err();
            assert!(said.contains("90m, 24h, 7d"), "{wrong}: {said}");
        }
    }

    #[test]
    fn numbers_that_cannot_be_are_told_what_can() {
        assert_eq!(
            (requests("256"), deletions("0"), entries("7")),
            (Ok(256), Ok(0), Ok(7))
        );
        for wrong in ["", "0", "257", "eight", "8.0", "-1"] {
            let said = requests(wrong).unwrap_err();
            assert_eq!(
                said, "give a whole number from 1 to 256, such as 8",
                "{wrong}"
            );
        }
        assert!(
            deletions("1k")
                .unwrap_err()
                .ends_with("such as 500; 0 asks for no permission")
        );
        assert!(
            entries("all")
                .unwrap_err()
                .ends_with("such as 100; 0 shows all")
        );
    }
}
