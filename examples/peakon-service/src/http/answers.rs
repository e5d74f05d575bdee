//! Answers that the library does not give: in the same form.

use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use scim_core::error::{Error, ErrorKind};
use scim_core::message::ErrorResponse;
use serde_json::Value;

use crate::database::failure;
use crate::limits::Limits;

const UNAVAILABLE: &str =
    "the service cannot answer now; try again in a moment, as Retry-After says";

/// The keyword of a refusal, for the log: it stands in the extensions of the answer.
#[derive(Clone, Debug)]
pub(super) struct Keyword(pub(super) String);

pub(super) fn unauthorized(challenge: &'static str) -> Response {
    let detail = "a valid bearer token is needed: send `Authorization: Bearer <token>` with the token of \
                  the account's integration, or at /metrics with the one of --metrics-token";
    let mut response = problem(&Error::new(ErrorKind::Unauthorized, detail));
    let challenge = HeaderValue::from_static(challenge);
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// RFC 9110, section 15.5.9; SCIM has no keyword for it.
pub(super) fn too_slow(limits: &Limits) -> Response {
    let detail = format!(
        "the body did not arrive within {} seconds; send the request again",
        limits.body_seconds
    );
    let mut body = ErrorResponse::from(&Error::new(ErrorKind::InvalidSyntax, detail));
    body.scim_type = None;
    body.status = StatusCode::REQUEST_TIMEOUT.as_u16();
    scim_error(StatusCode::REQUEST_TIMEOUT, &body)
}

/// RFC 6585, section 4; SCIM has no keyword for it.
pub(super) fn too_many(wait: Duration, what: &str) -> Response {
    // A second that has begun counts as a whole one: who waits so long is let in.
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let detail = format!("{what}; go on after {seconds} {unit}, as Retry-After says");
    let response = problem(&Error::new(ErrorKind::TooManyRequests, detail));
    after(response, seconds)
}

/// The database cannot be reached.
pub(super) fn unavailable() -> Response {
    unavailable_because(UNAVAILABLE)
}

/// RFC 9110, section 15.6.4; SCIM has no keyword for it.
pub(super) fn unavailable_because(detail: &str) -> Response {
    let mut body = ErrorResponse::from(&Error::new(ErrorKind::Internal, detail));
    body.detail = Some(detail.to_owned());
    body.status = StatusCode::SERVICE_UNAVAILABLE.as_u16();
    after(scim_error(StatusCode::SERVICE_UNAVAILABLE, &body), 5)
}

/// The answer to a bulk request some of whose operations failed because the database could not be reached: not with 500, but with
/// what such a request by itself is answered with.
pub(super) fn without_database(response: http::Response<Bytes>) -> Response {
    let (parts, body) = response.into_parts();
    let mut answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    let operations = answer.get_mut("Operations").and_then(Value::as_array_mut);
    for operation in operations.into_iter().flatten() {
        if operation
            .get("status")
            .is_some_and(|status| status == "500")
        {
            let status = StatusCode::SERVICE_UNAVAILABLE.as_u16();
            let mut body = ErrorResponse::from(&Error::new(ErrorKind::Internal, UNAVAILABLE));
            body.detail = Some(UNAVAILABLE.to_owned());
            body.status = status;
            if let Some(operation) = operation.as_object_mut() {
                operation.insert("status".to_owned(), status.to_string().into());
                operation.insert(
                    "response".to_owned(),
                    serde_json::to_value(body).unwrap_or_default(),
                );
            }
        }
    }
    let body = serde_json::to_vec(&answer).map_or(body, Bytes::from);
    after(http::Response::from_parts(parts, Body::from(body)), 5)
}

fn after(mut response: Response, seconds: u64) -> Response {
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The service failed: the log says why, the client learns only whether to try again.
pub(super) fn internal(cause: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(cause = failure::described(cause), "failed");
    if failure::is_database_away(cause) {
        return unavailable();
    }
    problem(&Error::new(
        ErrorKind::Internal,
        "the service failed; try again later",
    ))
}

pub(super) fn problem(error: &Error) -> Response {
    let status =
        StatusCode::from_u16(error.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    scim_error(status, &ErrorResponse::from(error))
}

fn scim_error(status: StatusCode, error: &ErrorResponse) -> Response {
    let body = serde_json::to_vec(error).unwrap_or_default();
    let mut response = (status, [(CONTENT_TYPE, "application/scim+json")], body).into_response();
    if let Some(keyword) = &error.scim_type {
        response.extensions_mut().insert(Keyword(keyword.clone()));
    }
    response
}
