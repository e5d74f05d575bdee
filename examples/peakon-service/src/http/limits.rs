//! How many requests a token may make, and how many wrong tokens an address may try.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use axum::extract::ConnectInfo;
use http::HeaderMap;
use http::request::Parts;

use crate::buckets::Buckets;
use crate::limits::Limits;

/// Wrong tokens a second from one address that are answered as wrong, and how many at once.
const GUESSES: (u32, u32) = (5, 20);

/// Who has asked how often.
#[derive(Debug)]
pub(crate) struct Admission {
    requests: Option<Buckets>,
    guesses: Option<Buckets>,
    proxies: u8,
}

impl Admission {
    pub(crate) fn new(limits: &Limits) -> Self {
        let per_second = limits.requests_per_second;
        Self {
            requests: Buckets::new(per_second, per_second.saturating_mul(2)),
            guesses: Buckets::new(GUESSES.0, GUESSES.1),
            proxies: limits.proxies,
        }
    }

    /// The address whose wrong tokens are counted together.
    pub(super) fn address(&self, request: &Parts) -> String {
        match client_address(request, self.proxies) {
            Some(IpAddr::V4(address)) => address.to_string(),
            // Whoever has one address of IPv6 has all that begin with the same 64 bits.
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
            None => String::new(),
        }
    }

    /// Whether a wrong token from an address is one of a few.
    pub(super) fn may_guess(&self, address: &str) -> Result<(), Duration> {
        let Some(guesses) = &self.guesses else {
            return Ok(());
        };
        guesses.look(address, Instant::now())
    }

    /// A token from an address was wrong.
    pub(super) fn guessed(&self, address: &str) {
        if let Some(guesses) = &self.guesses {
            guesses.owe(address, 1, Instant::now());
        }
    }

    /// Lets a request with a token in, if not too many came before it.
    pub(super) fn admit(&self, token: &str) -> Result<(), Duration> {
        let Some(requests) = &self.requests else {
            return Ok(());
        };
        requests.take(token, Instant::now())
    }

    /// A request that was let in is as much work as several.
    pub(super) fn owe(&self, token: &str, requests_more: usize) {
        if let Some(requests) = &self.requests {
            requests.owe(token, requests_more, Instant::now());
        }
    }
}

/// The address that a request comes from, with so many of our own proxies before the service.
pub(crate) fn client_address(request: &Parts, proxies: u8) -> Option<IpAddr> {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    let forwarded = forwarded(&request.headers, proxies);
    forwarded.or_else(|| peer.map(|ConnectInfo(peer)| peer.ip().to_canonical()))
}

/// The address that the outermost of our proxies saw. What stands before it in the field, anybody may have written.
fn forwarded(headers: &HeaderMap, proxies: u8) -> Option<IpAddr> {
    let place = usize::from(proxies).checked_sub(1)?;
    let fields = headers.get_all("x-forwarded-for").iter();
    let mut addresses: Vec<&str> = Vec::new();
    for field in fields {
        addresses.extend(field.to_str().ok()?.split(',').map(str::trim));
    }
    let address: IpAddr = addresses.into_iter().rev().nth(place)?.parse().ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(proxies: u8, peer: &str, forwarded: &[&str]) -> String {
        let mut request = http::Request::new(());
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        for field in forwarded {
            let value = field.parse().unwrap();
            request.headers_mut().append("x-forwarded-for", value);
        }
        let limits = Limits {
            proxies,
            ..Limits::default()
        };
        Admission::new(&limits).address(&request.into_parts().0)
    }

    #[test]
    fn an_address_is_that_of_the_client_and_not_what_he_says() {
        let says = ["9.9.9.9, 8.8.8.8", "7.7.7.7"];
        assert_eq!(address(0, "1.2.3.4:5", &says), "1.2.3.4");
        assert_eq!(address(1, "1.2.3.4:5", &says), "7.7.7.7");
        assert_eq!(address(2, "1.2.3.4:5", &says), "8.8.8.8");
        assert_eq!(address(9, "1.2.3.4:5", &says), "1.2.3.4");
        assert_eq!(address(1, "1.2.3.4:5", &["unknown"]), "1.2.3.4");
        let one = address(0, "[2001:db8:1:2:3:4:5:6]:7", &[]);
        assert_eq!(one, address(0, "[2001:db8:1:2:9::]:7", &[]));
        assert_eq!(address(0, "[::ffff:1.2.3.4]:5", &[]), "1.2.3.4");
    }
}
