//! The answer to a request, and what the operator of the service should know about it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::media_type;
use crate::compatibility::Tolerance;
use crate::error::{Error, ErrorKind};
use crate::message::ErrorResponse;

/// One HTTP response.
///
/// ```
/// use scim_core::error::{Error, ErrorKind};
/// use scim_core::service_provider::Response;
///
/// let response = Response::from_error(&Error::new(ErrorKind::Unauthorized, "a bearer token is needed"))
///     .with_header("WWW-Authenticate", "Bearer");
/// assert_eq!(response.status, 401);
/// assert_eq!(response.header("content-type"), Some("application/scim+json"));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names and values of the header fields.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
    /// What the client is not told.
    pub report: Report,
}

/// What happened beside the answer: nothing of it is sent, all of it is worth a line in the log.
///
/// With the feature `http` it stands in the extensions of the response.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The deviations of the request from the protocol that were tolerated.
    pub tolerated: Vec<Tolerance>,
    /// Why the service failed, behind a 500; of a bulk request, why its operations did, each with its position.
    pub failure: Option<Cause>,
}

/// Why the service failed.
pub(super) type Cause = Arc<dyn StdError + Send + Sync>;

/// Why the service failed to carry out operations of a bulk request.
#[derive(Debug)]
pub(super) struct OperationFailures(pub(super) Vec<(usize, Cause)>);

impl fmt::Display for OperationFailures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More say nothing new: a store that is down fails all.
        const SAID: usize = 10;
        for (place, (operation, cause)) in self.0.iter().take(SAID).enumerate() {
            let before = if place > 0 { "; " } else { "" };
            write!(formatter, "{before}operation {operation}: {cause}")?;
        }
        match self.0.len().saturating_sub(SAID) {
            0 => Ok(()),
            more => write!(formatter, "; and {more} more"),
        }
    }
}

impl StdError for OperationFailures {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let (_, first) = self.0.first()?;
        Some(first.as_ref())
    }
}

/// Room for a user with all his attributes: a body that grows to that is moved time and again.
const BODY_BYTES: usize = 4096;

impl Response {
    /// A response without header fields and body.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: None,
            report: Report::default(),
        }
    }

    /// The answer that tells an error ([RFC 7644 §3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)), also for
    /// what an application refuses on its own, such as a wrong token. Of an [`Internal`](ErrorKind::Internal) error the client
    /// reads no detail: it is the report's `failure`.
    #[must_use]
    pub fn from_error(error: &Error) -> Self {
        // Serializing texts and numbers cannot fail; a status without a body would still be an answer.
        let body = serde_json::to_value(ErrorResponse::from(error)).unwrap_or_default();
        let mut response = Self::json(error.kind().status(), media_type::SCIM, &body);
        if error.kind() == ErrorKind::Internal {
            response.report.failure = Some(Arc::new(error.clone()));
        }
        response
    }

    /// The same response with one more header field.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
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

    pub(super) fn json(status: u16, media_type: &str, body: &impl Serialize) -> Self {
        let mut text = Vec::with_capacity(BODY_BYTES);
        // Texts, numbers and names that are texts always serialize.
        let written = serde_json::to_writer(&mut text, body);
        Self {
            body: written.is_ok().then_some(text),
            ..Self::new(status)
        }
        .with_header("Content-Type", media_type)
    }
}

/// Shows neither the values of header fields nor the body: resources are personal, and addresses and cursors lead to them
/// ([RFC 7644 §7.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-7.5.2)).
impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &names)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .field("report", &self.report)
            .finish()
    }
}

/// Why a request is not carried out, with all that its answer needs. Boxed where it travels: it is rare and large.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) error: Error,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) failure: Option<Cause>,
}

impl Refusal {
    pub(super) fn with_header(
        error: Error,
        name: &'static str,
        value: impl Into<String>,
    ) -> Box<Self> {
        Box::new(Self {
            error,
            headers: vec![(name, value.into())],
            failure: None,
        })
    }

    /// A failure whose cause the client is not told.
    pub(super) fn internal(failure: Cause) -> Box<Self> {
        let error = Error::new(
            ErrorKind::Internal,
            "the service failed to carry out the request",
        );
        Box::new(Self {
            error,
            headers: Vec::new(),
            failure: Some(failure),
        })
    }
}

impl From<Error> for Box<Refusal> {
    fn from(error: Error) -> Self {
        Self::new(Refusal {
            error,
            headers: Vec::new(),
            failure: None,
        })
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        let mut response = Self::from_error(&refusal.error);
        response.headers.extend(
            refusal
                .headers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        if refusal.failure.is_some() {
            response.report.failure = refusal.failure;
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-7644-7.5.2-3
    #[test]
    fn a_response_does_not_show_what_is_personal() {
        let response = Response::json(200, media_type::SCIM, &"ines")
            .with_header("Location", "https://a.example/Users/ines");
        let shown = format!("{response:?}");
        assert!(!shown.contains("ines") && !shown.contains("105"), "{shown}");
        assert!(shown.contains("Location"), "{shown}");
    }
}
