//! Answers that the library does not give: in the same form.

use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use scim_core::error::{Error, ErrorKind};
use scim_core::message::ErrorResponse;

use crate::limits::Limits;

pub(super) fn unauthorized(challenge: &'static str) -> Response {
    let detail = "a valid bearer token is needed: send `Authorization: Bearer <token>` with the token of \
                  the account's integration";
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

pub(super) fn internal(cause: &dyn std::error::Error) -> Response {
    tracing::error!(%cause, "failed");
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
    (status, [(CONTENT_TYPE, "application/scim+json")], body).into_response()
}
