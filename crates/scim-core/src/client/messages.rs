//! [`Request`] and [`Response`], as any HTTP library sends and receives them.

use std::fmt;

/// A request that is ready to be sent.
///
/// With the feature `http` it becomes an `http::Request`. Redirections are not to be followed by the HTTP library: the call
/// judges them, so that the token goes nowhere else.
///
/// `Debug` shows neither query nor values of header fields nor body: filters hold personal data, header fields the token.
///
/// # Examples
///
/// ```
/// use scim_core::client::{Client, Target};
/// use scim_core::schema::SchemaRegistry;
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let mut target = Target::new("https://people.example/scim/v2".parse()?);
/// target.bearer_token = Some("s3cret".into());
/// let call = Client::new(target)?.get(users, "42", &[])?;
///
/// let request = call.request();
/// assert_eq!((request.method, request.url.as_str()), ("GET", "https://people.example/scim/v2/Users/42"));
/// assert_eq!(request.header("Authorization"), Some("Bearer s3cret"));
/// assert!(!format!("{request:?}").contains("s3cret"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method, in capitals.
    pub method: &'static str,
    /// The whole address, percent-encoded.
    pub url: String,
    /// Names and values of the header fields.
    pub headers: Vec<(String, String)>,
    /// The body, empty if there is none.
    pub body: Vec<u8>,
    /// Whether sending it twice does no more than sending it once.
    pub(super) repeatable: bool,
}

impl Request {
    pub(super) const fn new(method: &'static str, url: String) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: Vec::new(),
            repeatable: matches!(method.as_bytes(), b"GET" | b"PUT" | b"DELETE"),
        }
    }

    /// The first value of a header field, its name compared without regard to case.
    ///
    /// # Examples
    ///
    /// See [`Request`].
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Method and path, for people: the query may be personal.
    pub(super) fn told(&self) -> String {
        let path = self.url.split_once("://").map_or("", |(_, rest)| {
            rest.get(rest.find('/').unwrap_or(rest.len())..)
                .unwrap_or_default()
        });
        let path = path.split('?').next().unwrap_or_default();
        let shown: String = path.chars().take(200).collect();
        format!("{} {shown}", self.method)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url.split('?').next().unwrap_or_default())
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What the service answered.
///
/// With the feature `http` it is made from an `http::Response`. An HTTP library that reads the body stops at
/// [`ClientLimits::body_bytes`](super::ClientLimits::body_bytes) and one byte more.
///
/// `Debug` shows neither values of header fields nor body.
///
/// # Examples
///
/// ```
/// use scim_core::client::Response;
///
/// let response = Response::new(429).with_header("Retry-After", "30");
/// assert_eq!(response.header("retry-after"), Some("30"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names and values of the header fields.
    pub headers: Vec<(String, String)>,
    /// The body, empty if there is none.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without header fields and body.
    ///
    /// # Examples
    ///
    /// See [`Response`].
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The same response with one more header field.
    ///
    /// # Examples
    ///
    /// See [`Response`].
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same response with this body.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::Response;
    ///
    /// assert_eq!(Response::new(200).with_body("{}").body, b"{}");
    /// ```
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The first value of a header field, its name compared without regard to case.
    ///
    /// # Examples
    ///
    /// See [`Response`].
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    let mut found = headers
        .iter()
        .filter(|(own, _)| own.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.as_str())
}
