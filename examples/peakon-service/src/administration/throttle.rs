//! How often somebody may try to log in.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// How long attempts are counted together.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Attempts with one login in that time.
const PER_LOGIN: u32 = 10;
/// Attempts from one address. More: behind a proxy, or in an office, several people share one.
const PER_ADDRESS: u32 = 100;
/// How many logins and addresses are remembered at a time: memory does not grow with what strangers send.
const REMEMBERED: usize = 10_000;

/// Counts attempts to log in, each before it is judged, so that many at once are no way around.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    counts: Mutex<BTreeMap<Key, Count>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Login(String),
    Address(IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Count {
    attempts: u32,
    until: DateTime<Utc>,
}

impl Throttle {
    /// Counts an attempt, or says from when on there may be another one.
    pub(super) fn admit(
        &self,
        login: &str,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<(), DateTime<Utc>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = keys(login, address);
        let is_new = |key: &Key| !counts.contains_key(key);
        if counts.len() >= REMEMBERED && keys.iter().any(|(key, _)| is_new(key)) {
            counts.retain(|_, count| count.until > now);
            if counts.len() >= REMEMBERED {
                return Err(now + WINDOW);
            }
        }
        for (key, most) in &keys {
            let count = counts.get(key).filter(|count| count.until > now);
            if let Some(count) = count.filter(|count| count.attempts >= *most) {
                return Err(count.until);
            }
        }
        for (key, _) in keys {
            let until = now + WINDOW;
            let count = counts.entry(key).or_insert(Count { attempts: 0, until });
            if count.until <= now {
                *count = Count { attempts: 0, until };
            }
            count.attempts = count.attempts.saturating_add(1);
        }
        Ok(())
    }

    /// Who has logged in has not been guessing.
    pub(super) fn forgive(&self, login: &str, address: Option<IpAddr>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, _) in keys(login, address) {
            match key {
                Key::Login(_) => drop(counts.remove(&key)),
                // Otherwise one right password would pay for any number of guesses at others.
                Key::Address(_) => {
                    if let Some(count) = counts.get_mut(&key) {
                        count.attempts = count.attempts.saturating_sub(1);
                    }
                }
            }
        }
    }
}

fn keys(login: &str, address: Option<IpAddr>) -> Vec<(Key, u32)> {
    let mut keys = vec![(Key::Login(login.to_owned()), PER_LOGIN)];
    keys.extend(address.map(|address| (Key::Address(network(address)), PER_ADDRESS)));
    keys
}

/// A household has 2^64 addresses of the sixth version.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(network.into())
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_login_is_tried_ten_times_in_a_quarter_of_an_hour() {
        let throttle = Throttle::default();
        for number in 0..10 {
            let from = format!("192.0.2.{number}");
            assert!(
                throttle
                    .admit("ines", Some(address(&from)), moment(number))
                    .is_ok()
            );
        }
        let refused = throttle.admit("ines", Some(address("192.0.2.99")), moment(14));
        assert_eq!(refused, Err(moment(15)));
        assert!(
            throttle
                .admit("olu", Some(address("192.0.2.1")), moment(14))
                .is_ok()
        );
        assert!(
            throttle
                .admit("ines", Some(address("192.0.2.1")), moment(15))
                .is_ok()
        );
    }

    #[test]
    fn an_address_tries_a_hundred_logins_wherever_in_its_network_it_is() {
        let throttle = Throttle::default();
        for number in 0..100 {
            let from = format!("2001:db8::{number:x}");
            let login = format!("login {number}");
            assert!(
                throttle
                    .admit(&login, Some(address(&from)), moment(0))
                    .is_ok()
            );
        }
        assert!(
            throttle
                .admit("x", Some(address("2001:db8::ffff")), moment(1))
                .is_err()
        );
        assert!(
            throttle
                .admit("x", Some(address("2001:db8:1::1")), moment(1))
                .is_ok()
        );
    }

    #[test]
    fn who_gets_in_starts_anew_and_pays_for_no_other() {
        let throttle = Throttle::default();
        let from = Some(address("192.0.2.1"));
        for number in 0..99 {
            let login = format!("login {number}");
            assert!(throttle.admit(&login, from, moment(0)).is_ok());
        }
        for _ in 0..50 {
            assert!(throttle.admit("ines", from, moment(0)).is_ok());
            throttle.forgive("ines", from);
        }
        assert!(throttle.admit("x", from, moment(0)).is_ok());
        assert!(throttle.admit("y", from, moment(0)).is_err());
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let throttle = Throttle::default();
        for number in 0..REMEMBERED {
            assert!(
                throttle
                    .admit(&format!("login {number}"), None, moment(0))
                    .is_ok()
            );
        }
        assert!(throttle.admit("one more", None, moment(1)).is_err());
        assert!(throttle.admit("login 7", None, moment(1)).is_ok());
        assert!(throttle.admit("one more", None, moment(15)).is_ok());
        assert_eq!(throttle.counts.lock().unwrap().len(), 1);
    }
}
