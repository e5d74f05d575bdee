//! The client's messages in terms of the crate `http`.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};

use super::messages::{Request, Response};

impl TryFrom<&Request> for http::Request<Bytes> {
    type Error = http::Error;

    /// The token is marked as sensitive, so that HTTP/2 does not index it and logs do not show it.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use scim_core::client::{Client, Response, Target};
    ///
    /// let mut target = Target::new("https://people.example/v2".parse()?);
    /// target.bearer_token = Some("s3cret".into());
    /// let call = Client::new(target)?.discover();
    /// let request = http::Request::<Bytes>::try_from(call.request())?;
    /// assert_eq!(request.uri().path(), "/v2/ServiceProviderConfig");
    /// assert!(request.headers()["authorization"].is_sensitive());
    ///
    /// let answer = http::Response::builder().status(404).header("Retry-After", "1").body(Bytes::from("no"))?;
    /// let answer = Response::from(answer);
    /// assert_eq!((answer.status, answer.header("retry-after"), answer.body.as_slice()), (404, Some("1"), &b"no"[..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The address or a header field is longer than the crate `http` takes.
    fn try_from(request: &Request) -> Result<Self, http::Error> {
        let mut converted = http::Request::builder()
            .method(request.method)
            .uri(&request.url)
            .body(Bytes::from(request.body.clone()))?;
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(name)?;
            let mut value = HeaderValue::try_from(value)?;
            value.set_sensitive(name == AUTHORIZATION);
            converted.headers_mut().append(name, value);
        }
        Ok(converted)
    }
}

impl From<http::Response<Bytes>> for Response {
    fn from(response: http::Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        Self {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: body.into(),
        }
    }
}
