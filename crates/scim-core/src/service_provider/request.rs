//! A request as the machine reads it, whatever HTTP library received it.

use std::fmt;

/// One HTTP request, below the base URL of the service.
///
/// See [RFC 7644 §3.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.1). With the feature `http` it is made from an
/// `http::Request`; without, any server fills it in.
///
/// ```
/// use scim_core::service_provider::Request;
///
/// let request = Request::new("GET", "/Users").with_query("startIndex=1&count=10").with_header("Accept", "application/json");
/// assert_eq!(request.header("accept"), Some("application/json"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path below the base URL, still percent-encoded and without the query: `/Users/42`.
    pub path: String,
    /// What stands behind the question mark, still percent-encoded.
    pub query: Option<String>,
    /// Names and values of the header fields, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body, empty if there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without header fields and body, and without a query, which is given [apart](Self::with_query) from the path.
    #[must_use]
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            query: None,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The same request with this query.
    #[must_use]
    pub fn with_query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// The same request with one more header field.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same request with this body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The first value of a header field, its name compared without regard to case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a header field: a list may be spread over several fields of one name.
    pub(super) fn header_values<'request>(
        &'request self,
        name: &str,
    ) -> impl Iterator<Item = &'request str> {
        self.headers
            .iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Shows neither the query nor the values of header fields nor the body: filters hold personal data, header fields hold
/// tokens ([RFC 7644 §7.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-7.5.2)).
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query_bytes", &self.query.as_ref().map(String::len))
            .field(
                "headers",
                &self
                    .headers
                    .iter()
                    .map(|(name, _)| name)
                    .collect::<Vec<_>>(),
            )
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
