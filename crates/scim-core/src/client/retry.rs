//! [`RetryPolicy`]: how often and how soon a request is sent again.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};

/// How often and how soon a request is sent again
/// ([RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
///
/// A wait is what the service asks for with `Retry-After`, otherwise `first_wait`, doubled with each further attempt. The
/// same answers always lead to the same waits: an application with many clients adds a random part of its own.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use scim_core::client::RetryPolicy;
///
/// let mut patient = RetryPolicy::default();
/// patient.longest_wait = Duration::from_secs(600);
/// assert_eq!(patient.attempts, 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often one request is sent at most, the first time included. 5 by default; with 1 nothing is ever repeated.
    pub attempts: u32,
    /// The wait before the second attempt, if the service does not say. Half a second by default.
    pub first_wait: Duration,
    /// The longest wait. A service that asks for more makes the call fail, with its wish in
    /// [`ClientError::retry_after`](super::ClientError::retry_after). A minute by default.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// The wait after so many attempts, where the service does not say.
    pub(super) fn wait(&self, attempts: u32) -> Duration {
        let factor = 1_u32
            .checked_shl(attempts.saturating_sub(1))
            .unwrap_or(u32::MAX);
        self.first_wait
            .saturating_mul(factor)
            .min(self.longest_wait)
    }
}

/// The wait that a `Retry-After` asks for: seconds, or a date in one of the three forms of HTTP
/// ([RFC 9110, section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)).
pub(super) fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = DateTime::parse_from_rfc2822(value).map(|date| date.to_utc());
    let date = date
        .or_else(|_| {
            NaiveDateTime::parse_from_str(value, "%A, %d-%b-%y %H:%M:%S GMT")
                .map(|date| date.and_utc())
        })
        .or_else(|_| {
            NaiveDateTime::parse_from_str(value, "%a %b %e %H:%M:%S %Y").map(|date| date.and_utc())
        });
    // What has passed asks for no wait.
    Some((date.ok()? - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H-9110-4
    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = DateTime::from_timestamp(784_111_777 - 90, 0).unwrap();
        for (value, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(90)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(90)),
            ("Sun Nov  6 08:49:37 1994", Some(90)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(retry_after(value, now), expected, "{value}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy::default();
        let waits: Vec<_> = (1..=9)
            .map(|attempts| policy.wait(attempts).as_millis())
            .collect();
        assert_eq!(
            waits,
            [
                500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000
            ]
        );
        assert_eq!(policy.wait(u32::MAX), policy.longest_wait);
    }
}
