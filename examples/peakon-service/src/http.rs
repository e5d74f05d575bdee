//! HTTP around the library: who may ask, how much he may send, and what is not SCIM.

mod authorization;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chrono::DateTime;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode, Uri};
use scim_core::error::{Error, ErrorKind};
use scim_core::message::ErrorResponse;
use scim_core::service_provider::{Report, RequestContext, ServiceProvider};
use sqlx::SqlitePool;
use tokio::sync::Mutex;

use self::authorization::{Credentials, credentials};
use crate::audience::{Audience, headcount};
use crate::clock;
use crate::metrics::Metrics;
use crate::random::new_ids;
use crate::store::EmployeeStore;
use crate::token::Fingerprint;

/// The one account that this version serves.
const ACCOUNT: &str = "default";
/// Where SCIM begins.
const BASE_PATH: &str = "/scim/v2";
/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that a request needs.
pub(crate) struct Shell {
    pub(crate) provider: ServiceProvider<EmployeeStore>,
    pub(crate) readers: SqlitePool,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) base_url: String,
    pub(crate) body_bytes: usize,
    pub(crate) metrics: Metrics,
    /// Whose turn it is to change a resource.
    pub(crate) changes: Mutex<()>,
}

pub(crate) fn router(shell: Shell) -> Router {
    let shell = Arc::new(shell);
    Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .route("/surveys/audience", get(audience))
        .fallback(scim)
        .layer(from_fn_with_state(Arc::clone(&shell), observe))
        .with_state(shell)
}

/// Counts and logs a request: what was asked for in kind, never for whom. Paths and queries hold ids, names and
/// addresses and are not logged.
async fn observe(State(shell): State<Arc<Shell>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = route_name(request.uri().path());
    let began = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    shell.metrics.count(&method, status);
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status, milliseconds, "answered");
    response
}

fn route_name(path: &str) -> &'static str {
    let known = [
        "/scim/v2/Users",
        "/scim/v2/Groups",
        "/scim/v2/Bulk",
        "/scim/v2/.search",
        "/scim/v2/ServiceProviderConfig",
        "/scim/v2/Schemas",
        "/scim/v2/ResourceTypes",
        "/surveys/audience",
        "/healthz",
        "/metrics",
    ];
    known
        .into_iter()
        .find(|known| path.starts_with(known))
        .unwrap_or("other")
}

async fn scim(State(shell): State<Arc<Shell>>, request: Request) -> Response {
    let Some(relative) = below_base(request.uri()) else {
        let detail = format!(
            "nothing is served here; SCIM is served below {}",
            shell.base_url
        );
        return problem(&Error::new(ErrorKind::NotFound, detail));
    };
    let is_open = matches!(*request.method(), Method::GET | Method::HEAD)
        && relative.path().trim_matches('/') == "ServiceProviderConfig";
    let credentials = credentials(request.headers(), &shell.fingerprint);
    if credentials != Credentials::Right && !is_open {
        return unauthorized(&credentials);
    }
    let principal = if credentials == Credentials::Right {
        "token"
    } else {
        "anonymous"
    };
    let new_ids = match new_ids() {
        Ok(new_ids) => new_ids,
        Err(error) => return internal(&error),
    };
    let context = RequestContext::new(
        ACCOUNT,
        principal,
        clock::now(),
        new_ids,
        shell.base_url.clone(),
    );
    let (mut parts, body) = request.into_parts();
    parts.uri = relative;
    // More is read than is taken: who sends a little too much shall read the library's answer, not see a broken connection.
    let most = shell.body_bytes.saturating_mul(4);
    let body = match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, most)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let detail = format!(
                "the body is incomplete or larger than {} bytes (maxPayloadSize); send it in smaller parts",
                shell.body_bytes
            );
            return problem(&Error::new(ErrorKind::PayloadTooLarge, detail));
        }
        Err(_) => return too_slow(),
    };
    // A resource is read, changed and written back if it is still the same. Many such changes of one resource would overtake
    // each other, and some run out of attempts, so they queue. Whatever else writes is one step of the store.
    let _turn = if matches!(parts.method, Method::PUT | Method::PATCH) {
        Some(shell.changes.lock().await)
    } else {
        None
    };
    let response = shell
        .provider
        .respond(http::Request::from_parts(parts, body), context)
        .await;
    let report = response.extensions().get::<Report>();
    if let Some(cause) = report.and_then(|report| report.failure.as_ref()) {
        tracing::error!(%cause, "failed");
    }
    response.map(Body::from)
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

async fn health(State(shell): State<Arc<Shell>>) -> Response {
    match sqlx::query("SELECT 1").execute(&shell.readers).await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}

async fn metrics(State(shell): State<Arc<Shell>>) -> Response {
    match headcount(ACCOUNT, &shell.readers).await {
        Ok((employees, active)) => (
            [(CONTENT_TYPE, "text/plain; version=0.0.4")],
            shell.metrics.text(employees, active),
        )
            .into_response(),
        Err(error) => internal(&error),
    }
}

async fn audience(State(shell): State<Arc<Shell>>, request: Request) -> Response {
    let credentials = credentials(request.headers(), &shell.fingerprint);
    if credentials != Credentials::Right {
        return unauthorized(&credentials);
    }
    let moment = match parameter(request.uri(), "at") {
        None => clock::now(),
        Some(text) => match DateTime::parse_from_rfc3339(&text) {
            Ok(moment) => moment.to_utc(),
            Err(cause) => {
                let detail = format!(
                    "`at` must be a date and time such as 2026-02-03T09:00:00Z ({cause}); leave it out for now"
                );
                return problem(&Error::new(ErrorKind::InvalidValue, detail));
            }
        },
    };
    match Audience::at(moment, ACCOUNT, &shell.readers).await {
        Ok(audience) => ([(CACHE_CONTROL, "no-store")], axum::Json(audience)).into_response(),
        Err(error) => internal(&error),
    }
}

/// A parameter of the query. The plus sign of an offset such as `+02:00` may be written as it is.
fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let pairs = uri
        .query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    Some(
        value
            .replace("%3A", ":")
            .replace("%3a", ":")
            .replace("%2B", "+")
            .replace("%2b", "+"),
    )
}

fn unauthorized(credentials: &Credentials) -> Response {
    let detail = "a valid bearer token is needed: send `Authorization: Bearer <token>` with the token of \
                  the account's integration";
    let mut response = problem(&Error::new(ErrorKind::Unauthorized, detail));
    let challenge = HeaderValue::from_static(credentials.challenge());
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// RFC 9110, section 15.5.9; SCIM has no keyword for it.
fn too_slow() -> Response {
    let detail = format!(
        "the body did not arrive within {} seconds; send the request again",
        BODY_TIMEOUT.as_secs()
    );
    let mut body = ErrorResponse::from(&Error::new(ErrorKind::InvalidSyntax, detail));
    body.scim_type = None;
    body.status = StatusCode::REQUEST_TIMEOUT.as_u16();
    scim_error(StatusCode::REQUEST_TIMEOUT, &body)
}

fn internal(cause: &dyn std::error::Error) -> Response {
    tracing::error!(%cause, "failed");
    problem(&Error::new(
        ErrorKind::Internal,
        "the service failed; try again later",
    ))
}

fn problem(error: &Error) -> Response {
    let status =
        StatusCode::from_u16(error.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    scim_error(status, &ErrorResponse::from(error))
}

fn scim_error(status: StatusCode, error: &ErrorResponse) -> Response {
    let body = serde_json::to_vec(error).unwrap_or_default();
    (status, [(CONTENT_TYPE, "application/scim+json")], body).into_response()
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
    fn the_moment_is_read_from_the_query() {
        let at = |text: &str| parameter(&text.parse().unwrap(), "at");
        assert_eq!(
            at("/?x=1&at=2026-02-03T09%3A00:00%2B02:00"),
            Some("2026-02-03T09:00:00+02:00".to_owned())
        );
        assert_eq!(at("/?at="), Some(String::new()));
        assert_eq!(at("/"), None);
    }
}
