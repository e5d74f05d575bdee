//! [`BaseUrl`]: where a service stands, and the addresses below it.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::error::{ClientError, ClientErrorKind};

/// Longer ones are no addresses that anybody typed.
const MAXIMUM_BYTES: usize = 2_000;
/// What stays as it is in a query: the unreserved characters of RFC 3986.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// URNs are segments, too.
const IN_SEGMENT: &AsciiSet = &IN_QUERY.remove(b':');

/// The address below which the endpoints of a service are
/// ([RFC 7644, section 1.3](https://www.rfc-editor.org/rfc/rfc7644#section-1.3)).
///
/// It is an `https` address with any path, without query and fragment
/// ([RFC 7644, section 7.2](https://www.rfc-editor.org/rfc/rfc7644#section-7.2)) and without name and password
/// ([RFC 7644, section 7.1](https://www.rfc-editor.org/rfc/rfc7644#section-7.1)). A version segment such as `v2` is its end.
///
/// # Examples
///
/// ```
/// use scim_core::client::BaseUrl;
///
/// let base: BaseUrl = "https://people.example/scim/v2/".parse()?;
/// assert_eq!(base.as_str(), "https://people.example/scim/v2");
/// assert!("https://admin:s3cret@people.example/".parse::<BaseUrl>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// Without a slash at the end.
    text: String,
    /// Where the path begins.
    path: usize,
}

impl BaseUrl {
    /// An address that may also begin with `http`: for tests on one's own machine, since tokens and personal data then travel
    /// in clear.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](ClientErrorKind::InvalidRequest), without the address, which may hold a secret.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::BaseUrl;
    ///
    /// assert!(BaseUrl::without_tls("http://127.0.0.1:8080/scim").is_ok());
    /// assert!("http://127.0.0.1:8080/scim".parse::<BaseUrl>().is_err());
    /// ```
    pub fn without_tls(text: &str) -> Result<Self, ClientError> {
        Self::read(text, true)
    }

    fn read(text: &str, without_tls: bool) -> Result<Self, ClientError> {
        let refuse = |detail: &str| {
            let detail = format!("the base URL {detail}");
            Err(ClientError::new(ClientErrorKind::InvalidRequest, detail))
        };
        let is_uri = |byte: u8| byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte);
        if text.len() > MAXIMUM_BYTES || !text.bytes().all(is_uri) {
            return refuse(
                "is to have at most 2000 characters, those of a URI, with all others percent-encoded",
            );
        }
        if text.contains(['?', '#']) {
            return refuse(
                "is to have neither query nor fragment: leave out what begins with ? or #",
            );
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return refuse("is to begin with https://");
        };
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "https" && !(without_tls && scheme == "http") {
            return refuse("is to begin with https://, so that no token travels in clear");
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return refuse("is to have no name and password: give the token by itself");
        }
        if !is_authority(authority) {
            return refuse("is to name a host, and perhaps a port");
        }
        let path = path.trim_end_matches('/');
        if path.split('/').any(is_relative) {
            return refuse("is to have no . or .. in its path");
        }
        let authority = authority.to_ascii_lowercase();
        let start = scheme.len() + "://".len() + authority.len();
        Ok(Self {
            text: format!("{scheme}://{authority}{path}"),
            path: start,
        })
    }

    /// The address, without a slash at the end.
    ///
    /// # Examples
    ///
    /// See [`BaseUrl`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port.
    fn origin(&self) -> &str {
        self.text.get(..self.path).unwrap_or_default()
    }

    /// The address of an endpoint, which may have several segments and slashes around it.
    pub(super) fn endpoint(&self, endpoint: &str) -> Result<String, ClientError> {
        let mut url = self.text.clone();
        for part in endpoint.split('/').filter(|part| !part.is_empty()) {
            url.push('/');
            url.push_str(&segment(part)?);
        }
        Ok(url)
    }

    /// The address of one resource.
    pub(super) fn resource(&self, endpoint: &str, id: &str) -> Result<String, ClientError> {
        let mut url = self.endpoint(endpoint)?;
        url.push('/');
        url.push_str(&segment(id)?);
        Ok(url)
    }

    /// The id in the address that a service gave to a resource of this endpoint, wherever it says that it stands.
    pub(super) fn id_in(location: &str, endpoint: &str) -> Option<String> {
        let location = location.split(['?', '#']).next()?.trim_end_matches('/');
        let (parent, id) = location.rsplit_once('/')?;
        let endpoint = endpoint.trim_matches('/');
        let start = parent.len().checked_sub(endpoint.len())?;
        let is_endpoint = parent.get(start..)?.eq_ignore_ascii_case(endpoint)
            && parent.get(..start)?.ends_with('/');
        let id = percent_decode_str(id).decode_utf8().ok()?;
        (is_endpoint && segment(&id).is_ok()).then(|| id.into_owned())
    }

    /// Where a redirection from `url` leads, if that is the same service: what was meant for it goes nowhere else.
    pub(super) fn redirected(&self, location: &str) -> Option<String> {
        let is_uri = |byte: u8| byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte);
        if location.len() > 4 * MAXIMUM_BYTES || !location.bytes().all(is_uri) {
            return None;
        }
        let path = if location.starts_with('/') && !location.starts_with("//") {
            location
        } else {
            let start = location.get(..self.origin().len())?;
            let rest = location.get(self.origin().len()..)?;
            if !start.eq_ignore_ascii_case(self.origin()) || !rest.starts_with('/') {
                return None;
            }
            rest
        };
        let path = path.split('#').next().unwrap_or(path);
        Some(format!("{}{path}", self.origin()))
    }
}

impl FromStr for BaseUrl {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        Self::read(text, false)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// A host and perhaps a port; what the host means is for others to find out.
fn is_authority(authority: &str) -> bool {
    let is_address = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let in_brackets = authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'));
    let (host, port, is_host) = if let Some((host, port)) = in_brackets {
        (host, port, host.bytes().all(is_address))
    } else {
        let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
        (host, port, host.bytes().all(is_name))
    };
    let is_port = |digits: &str| {
        digits.bytes().all(|digit| digit.is_ascii_digit()) && digits.parse::<u16>().is_ok()
    };
    is_host && !host.is_empty() && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// HTTP libraries resolve these segments, percent-encoded or not.
fn is_relative(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

/// A text as one segment of a path. Without a segment the address would be that of something else.
fn segment(text: &str) -> Result<String, ClientError> {
    if text.is_empty() || is_relative(text) {
        let detail = "an id that is empty, . or .. names no resource: it would make the address of something else";
        return Err(ClientError::new(ClientErrorKind::InvalidRequest, detail));
    }
    Ok(utf8_percent_encode(text, IN_SEGMENT).to_string())
}

/// A name or a value of a query.
pub(super) fn in_query(text: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(text, IN_QUERY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-7644-1.3-2
    #[test]
    fn slashes_are_neither_doubled_nor_lost() {
        for base in [
            "https://a.example",
            "https://a.example/",
            "https://a.example/scim/v2//",
        ] {
            let base: BaseUrl = base.parse().unwrap();
            for endpoint in ["Users", "/Users", "/Users/"] {
                let expected = format!("{base}/Users/42");
                assert_eq!(base.resource(endpoint, "42").unwrap(), expected);
            }
        }
    }

    /// P-7644-7.1-1, P-7644-1.3-1, P-7644-7.2-1
    #[test]
    fn what_is_no_base_is_refused_without_being_repeated() {
        for text in [
            "https://u:s3cret@a.example/",
            "https://u@a.example/",
            "https://a.example/scim?token=s3cret",
            "https://a.example/scim#s3cret",
            "http://a.example/s3cret",
            "ftp://a.example/s3cret",
            "https://",
            "https:///Users",
            "https://a.example:99999/",
            "https://a.example:/",
            "https://[::1/",
            "https://a b/",
            "https://ex\u{e4}mple/",
            "https://a.example/scim/%2E./x",
            "a.example",
            "",
        ] {
            let refused = text.parse::<BaseUrl>().unwrap_err();
            assert!(!refused.to_string().contains("s3cret"), "{refused}");
        }
        assert!("https://[::1]:8443/x".parse::<BaseUrl>().is_ok());
    }

    /// P-7644-1.2-1
    #[test]
    fn an_id_cannot_leave_its_endpoint() {
        let base: BaseUrl = "https://a.example/v2".parse().unwrap();
        for id in ["", ".", "..", "%2e%2E"] {
            assert!(base.resource("Users", id).is_err(), "{id}");
        }
        let url = base.resource("Users", "../a b?c#d/\u{e4}%").unwrap();
        assert_eq!(
            url,
            "https://a.example/v2/Users/..%2Fa%20b%3Fc%23d%2F%C3%A4%25"
        );
        assert_eq!(
            BaseUrl::id_in(&url, "Users").as_deref(),
            Some("../a b?c#d/\u{e4}%")
        );
    }

    /// P-7644-7.4-2
    #[test]
    fn a_redirection_stays_with_the_service() {
        let base: BaseUrl = "https://a.example/v2".parse().unwrap();
        let inside = base.redirected("HTTPS://A.example/v3/Users#x");
        assert_eq!(inside.as_deref(), Some("https://a.example/v3/Users"));
        assert_eq!(
            base.redirected("/v3").as_deref(),
            Some("https://a.example/v3")
        );
        for outside in [
            "https://b.example/v2",
            "https://a.example.evil/v2",
            "https://a.example@evil/v2",
            "http://a.example/v2",
            "https://a.example:444/",
            "//evil/v2",
            "Users",
            "",
        ] {
            assert_eq!(base.redirected(outside), None, "{outside}");
        }
    }
}
