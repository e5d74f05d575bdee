//! [`Bound`]: a number or an instant, compared exactly.

use std::cmp::Ordering;
use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::schema::compare_numbers;

/// An end of a range: a number for integers and decimals, an instant for `dateTime`.
///
/// ```
/// use scim_core::schema::Bound;
///
/// let bound: Bound = serde_json::from_str("\"2026-01-01T00:00:00Z\"")?;
/// assert_eq!(bound.to_string(), "2026-01-01T00:00:00Z");
/// assert_eq!(Bound::from(7).to_string(), "7");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(
    clippy::exhaustive_enums,
    reason = "no other type of RFC 7643, section 2.3 has an order that a range could use"
)]
pub enum Bound {
    /// For integers and decimals.
    Number(Number),
    /// For `dateTime`.
    Instant(DateTime<Utc>),
}

impl Bound {
    /// How this bound stands to another one; `None` if one is a number and one an instant.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match other {
            Self::Number(number) => self.compare_number(number),
            Self::Instant(instant) => self.compare_instant(instant),
        }
    }

    pub(super) fn compare_number(&self, number: &Number) -> Option<Ordering> {
        match self {
            Self::Number(bound) => Some(compare_numbers(bound, number)),
            Self::Instant(_) => None,
        }
    }

    pub(super) fn compare_instant(&self, instant: &DateTime<Utc>) -> Option<Ordering> {
        match self {
            Self::Instant(bound) => Some(bound.cmp(instant)),
            Self::Number(_) => None,
        }
    }
}

impl From<i64> for Bound {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<Number> for Bound {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<DateTime<Utc>> for Bound {
    fn from(instant: DateTime<Utc>) -> Self {
        Self::Instant(instant)
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Instant(instant) => {
                f.write_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bound;
    use serde_json::{Number, from_str};
    use std::cmp::Ordering;

    fn compared(left: &str, right: &str) -> Option<Ordering> {
        let [left, right] = [left, right].map(|text| from_str::<Number>(text).unwrap());
        Bound::from(left).compare_number(&right)
    }

    #[test]
    fn numbers_are_compared_exactly() {
        use Ordering::{Equal, Greater, Less};
        for (left, right, expected) in [
            ("9007199254740993", "9007199254740992", Greater),
            ("9007199254740993", "9007199254740992.0", Greater),
            ("9223372036854775807", "9223372036854775809", Less),
            ("18446744073709551615", "-1", Greater),
            ("1", "1.0", Equal),
            ("1", "1.5", Less),
            ("-1", "-1.5", Greater),
            ("-1.5", "-1", Less),
            ("0", "-0.5", Greater),
            ("1e300", "18446744073709551615", Greater),
            ("0.1", "0.2", Less),
        ] {
            assert_eq!(compared(left, right), Some(expected), "{left} {right}");
        }
    }
}
