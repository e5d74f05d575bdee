//! How often somebody may do something: buckets of tokens that are filled at a constant rate.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many buckets that are not full are kept.
const MOST: usize = 10_000;

/// A bucket for each key. A full one is not kept, for it is the same as none.
///
/// A bucket is kept as the moment at which it will be full again: taking moves that moment on, and there is something to take as
/// long as it is no further away than the whole bucket takes to fill.
#[derive(Debug)]
pub(crate) struct Buckets {
    /// How long one takes to come.
    interval: Duration,
    /// How long all but one take to come.
    all_but_one: Duration,
    full_at: Mutex<BTreeMap<String, Instant>>,
}

impl Buckets {
    /// Buckets that are filled by so many a second and hold `size`; none if nothing is limited.
    pub(crate) fn new(per_second: u32, size: u32) -> Option<Self> {
        let interval = Duration::from_secs(1).checked_div(per_second)?;
        Some(Self {
            interval,
            all_but_one: interval.saturating_mul(size.saturating_sub(1)),
            full_at: Mutex::default(),
        })
    }

    /// Whether there is one to take.
    ///
    /// # Errors
    /// If not, after what time there will be.
    pub(crate) fn look(&self, key: &str, now: Instant) -> Result<(), Duration> {
        let buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(full_at) = buckets.get(key) else {
            return Ok(());
        };
        let wait = full_at.saturating_duration_since(now);
        match wait.checked_sub(self.all_but_one) {
            None | Some(Duration::ZERO) => Ok(()),
            Some(wait) => Err(wait),
        }
    }

    /// Takes one.
    ///
    /// # Errors
    /// If there is none, after what time there will be one; nothing is taken then.
    pub(crate) fn take(&self, key: &str, now: Instant) -> Result<(), Duration> {
        self.look(key, now)?;
        self.owe(key, 1, now);
        Ok(())
    }

    /// Takes so many, also if there are not so many: what is missing has to come before there is one to take again.
    pub(crate) fn owe(&self, key: &str, number: usize, now: Instant) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST && !buckets.contains_key(key) {
            buckets.retain(|_, full_at| *full_at > now);
            // So many at once come only by an attack from as many places. Then all begin anew: the table must not grow.
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let full_at = buckets.entry(key.to_owned()).or_insert(now);
        *full_at = (*full_at).max(now) + self.interval.saturating_mul(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::new(10, 20).unwrap();
        let start = Instant::now();
        for _ in 0..20 {
            assert_eq!(buckets.take("one", start), Ok(()));
        }
        assert_eq!(buckets.take("one", start), Err(Duration::from_millis(100)));
        assert_eq!(buckets.take("other", start), Ok(()));
        let wait = Duration::from_millis(1);
        assert_eq!(buckets.take("one", at(start, 99)), Err(wait));
        assert_eq!(buckets.take("one", at(start, 100)), Ok(()));
        assert!(buckets.take("one", at(start, 100)).is_err());
        // It never holds more than its size.
        for _ in 0..20 {
            assert_eq!(buckets.take("one", at(start, 60_000)), Ok(()));
        }
        assert!(buckets.take("one", at(start, 60_000)).is_err());
    }

    #[test]
    fn what_is_owed_has_to_come_first() {
        let buckets = Buckets::new(10, 20).unwrap();
        let start = Instant::now();
        buckets.owe("one", 1_000, start);
        let wait = Duration::from_millis(98_100);
        assert_eq!(buckets.take("one", start), Err(wait));
        assert_eq!(buckets.take("one", start + wait), Ok(()));
    }

    #[test]
    fn the_table_is_bounded() {
        let buckets = Buckets::new(1, 2).unwrap();
        let start = Instant::now();
        for key in 0..3 * MOST {
            buckets.owe(&key.to_string(), 1, start);
        }
        assert!(buckets.full_at.lock().unwrap().len() <= MOST);
    }

    #[test]
    fn zero_means_no_limit() {
        assert!(Buckets::new(0, 0).is_none());
    }
}
