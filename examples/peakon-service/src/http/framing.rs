//! Requests that another server on the way may have read in another way are not answered.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Version};
use scim_core::error::{Error, ErrorKind};

use super::answers::problem;

/// Refuses what is ambiguous, and ends the connection: what follows on it may be anything.
pub(super) async fn refuse_ambiguous(request: Request, next: Next) -> Response {
    let problem_found = ambiguity(request.version(), request.headers());
    let Some(detail) = problem_found else {
        return next.run(request).await;
    };
    let mut response = problem(&Error::new(ErrorKind::InvalidSyntax, detail));
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
    response
}

fn ambiguity(version: Version, headers: &HeaderMap) -> Option<&'static str> {
    if version != Version::HTTP_11 {
        return None;
    }
    if headers.contains_key(CONTENT_LENGTH) && headers.contains_key(TRANSFER_ENCODING) {
        // RFC 9112, section 6.1
        return Some(
            "a request has Content-Length or Transfer-Encoding, not both; send one of them",
        );
    }
    // RFC 9112, section 3.2
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    let is_right = authority.is_some_and(|authority| {
        let port = authority.as_str().strip_prefix(authority.host());
        let is_port = |port: &str| {
            port.strip_prefix(':')
                .is_some_and(|port| port.parse::<u16>().is_ok())
        };
        port.is_some_and(|port| port.is_empty() || is_port(port)) && !authority.host().contains(',')
    });
    if !is_right || hosts.next().is_some() {
        return Some(
            "a request names one host: send one header field such as `Host: people.example.com`",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[(&str, &str)], is_refused: bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let name: http::HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let found = ambiguity(Version::HTTP_11, &headers);
        assert_eq!(found.is_some(), is_refused, "{fields:?}");
    }

    /// RFC 9112, sections 3.2 and 6.1.
    #[test]
    fn one_host_and_one_length() {
        for host in [
            "people.example",
            "people.example:443",
            "127.0.0.1:80",
            "[::1]:80",
        ] {
            check(&[("host", host)], false);
        }
        for host in ["", "a b", "a,b", "user@people.example", "a:port", "a:99999"] {
            check(&[("host", host)], true);
        }
        check(&[], true);
        check(&[("host", "a"), ("host", "a")], true);
        let both = [
            ("host", "a"),
            ("content-length", "1"),
            ("transfer-encoding", "chunked"),
        ];
        check(&both, true);
        check(&both[..2], false);
    }
}
