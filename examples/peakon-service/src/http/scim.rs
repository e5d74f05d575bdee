//! The way from an HTTP request to the library and back.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, Uri};
use http_body_util::LengthLimitError;
use scim_core::error::{Error, ErrorKind};
use scim_core::message::ErrorResponse;
use scim_core::service_provider::{Report, RequestContext};
use serde_json::Value;

use super::answers::{Keyword, internal, problem, too_slow, unavailable_because, without_database};
use super::authorization::{Refusal, authorize};
use super::{AppState, BASE_PATH};
use crate::accounts::Bearer;
use crate::clock;
use crate::database::failure;
use crate::limits::Limits;
use crate::random::new_ids;

pub(super) async fn scim(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let Some(relative) = below_base(request.uri()) else {
        let detail = format!(
            "nothing is served here; SCIM is served below {}",
            state.base_url
        );
        return problem(&Error::new(ErrorKind::NotFound, detail));
    };
    let (mut parts, body) = request.into_parts();
    let is_open = matches!(parts.method, Method::GET | Method::HEAD)
        && relative.path().trim_matches('/') == "ServiceProviderConfig";
    let authorized = match authorize(&state, &parts).await {
        Ok(bearer) => Some(bearer),
        Err(Refusal::Missing | Refusal::Wrong) if is_open => None,
        Err(refusal) => return refusal.into_response(),
    };
    parts.uri = relative;
    answer(&state, authorized.as_ref(), parts, body).await
}

/// Lets the library answer, for the account that the request belongs to, or for nobody.
async fn answer(
    state: &AppState,
    authorized: Option<&Bearer>,
    parts: Parts,
    body: Body,
) -> Response {
    // All tokens of an account are the same to it, so that a walk by cursor outlives a rotation.
    let (account, principal) = match authorized {
        Some(bearer) => (bearer.account.as_ref(), "token"),
        None => (&state.nobody, "anonymous"),
    };
    let new_ids = match new_ids() {
        Ok(new_ids) => new_ids,
        Err(error) => return internal(&error),
    };
    let context = RequestContext::new(
        account.id.clone(),
        principal,
        clock::now(),
        new_ids,
        state.base_url.clone(),
    );
    // More is read than is taken: who sends a little too much shall read the library's answer, not see a broken connection.
    let most = state.limits.body_bytes.saturating_mul(4) as usize;
    let body = match tokio::time::timeout(state.limits.body(), to_bytes(body, most)).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => return problem(&unreadable(&error, &state.limits)),
        Err(_) => return too_slow(&state.limits),
    };
    if let Some(bearer) = authorized
        && parts
            .uri
            .path()
            .trim_matches('/')
            .eq_ignore_ascii_case("Bulk")
    {
        let operations = operations(&body, &state.limits);
        state
            .admission
            .owe(&bearer.token, operations.saturating_sub(1));
    }
    // A resource is read, changed and written back if it is still the same. Many such changes of one resource would overtake
    // each other, and some run out of attempts, so those of one resource queue. Whatever else writes is one step of the store.
    let turn = match parts.method {
        Method::PUT | Method::PATCH => state
            .resource_locks
            .lock(&account.id, parts.uri.path())
            .await
            .map(Some),
        _ => Some(None),
    };
    let Some(_turn) = turn else {
        return unavailable_because(
            "others change the resource, and it is not this request's turn yet; try again after Retry-After",
        );
    };
    let response = account
        .provider
        .respond(http::Request::from_parts(parts, body), context)
        .await;
    told(response)
}

/// The answer of the library, with what the log is to know of it.
fn told(mut response: http::Response<Bytes>) -> Response {
    let report = response.extensions_mut().remove::<Report>();
    if let Some(cause) = report.and_then(|report| report.failure) {
        if response.status().is_server_error() {
            return internal(cause.as_ref());
        }
        tracing::error!(cause = failure::described(cause.as_ref()), "failed");
        if failure::is_database_away(cause.as_ref()) {
            return without_database(response);
        }
    }
    if response.status().is_client_error() {
        let error = serde_json::from_slice::<ErrorResponse>(response.body());
        if let Some(keyword) = error.ok().and_then(|error| error.scim_type) {
            response.extensions_mut().insert(Keyword(keyword));
        }
    }
    response.map(Body::from)
}

/// How many operations of a bulk request are carried out. A body that is larger than it may be is refused, and not read here either.
fn operations(body: &[u8], limits: &Limits) -> usize {
    if body.len() > limits.body_bytes as usize {
        return 0;
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
        return 0;
    };
    let named = |(name, value): (String, Value)| match value {
        Value::Array(operations) if name.eq_ignore_ascii_case("Operations") => operations.len(),
        _ => 0,
    };
    let operations: usize = body.into_iter().map(named).sum();
    operations.min(limits.bulk_operations as usize)
}

/// Why a body could not be read to its end.
fn unreadable(error: &axum::Error, limits: &Limits) -> Error {
    let cause = std::error::Error::source(error);
    let is_too_large = cause.is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
    if is_too_large {
        let detail = format!(
            "the body is larger than {} bytes (maxPayloadSize); send it in smaller parts",
            limits.body_bytes
        );
        return Error::new(ErrorKind::PayloadTooLarge, detail);
    }
    let detail = "the body ended before it was complete, or its chunks are malformed; send the request again";
    Error::new(ErrorKind::InvalidSyntax, detail)
}

/// The part of the URI that the library sees, still percent-encoded.
fn below_base(uri: &Uri) -> Option<Uri> {
    let rest = uri.path().strip_prefix(BASE_PATH)?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    let path = if rest.is_empty() { "/" } else { rest };
    let relative = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    // From parts: a path such as `//Users` is a path here, not the name of a host.
    Uri::builder().path_and_query(relative).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-7644-3.2-7
    #[test]
    fn what_stands_below_the_base_goes_to_the_library() {
        let below = |text: &str| below_base(&text.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(
            below("/scim/v2/Users/a%2Fb?x=%20"),
            Some("/Users/a%2Fb?x=%20".to_owned())
        );
        assert_eq!(below("/scim/v2"), Some("/".to_owned()));
        assert_eq!(below("/scim/v2//Users"), Some("//Users".to_owned()));
        assert_eq!(below("/scim/v20/Users"), None);
        assert_eq!(below("/other"), None);
    }

    #[test]
    fn operations_are_counted_as_far_as_they_are_carried_out() {
        let mut limits = Limits {
            bulk_operations: 2,
            ..Limits::default()
        };
        let body = br#"{"operations": [{}], "Operations": [{}, {}]}"#;
        assert_eq!(operations(br#"{"Operations": [{}]}"#, &limits), 1);
        assert_eq!(operations(body, &limits), 2);
        assert_eq!(operations(br#"{"Operations": {}}"#, &limits), 0);
        assert_eq!(operations(b"[", &limits), 0);
        limits.body_bytes = 43;
        assert_eq!((body.len(), operations(body, &limits)), (44, 0));
    }
}
