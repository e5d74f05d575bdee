//! Every request is marked, counted, logged, and noted for the administration page of its account.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tracing::Instrument as _;

use super::AppState;
use super::answers::Keyword;
use crate::accounts::Bearer;
use crate::clock;
use crate::journal::AnsweredRequest;
use crate::random::hexadecimal;

/// By what a client, a proxy and the log tell a request from others.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest one that is taken from a client.
const LONGEST_ID: usize = 64;

/// The id of a request: it stands in the extensions of the request.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

#[derive(Debug)]
struct Caller {
    account: String,
    token: String,
}

/// Whose request it is, once that is known: it stands in the extensions of the request, so that it is known also of one that is
/// given up.
#[derive(Clone, Debug, Default)]
pub(super) struct CallerSlot(Arc<OnceLock<Caller>>);

impl CallerSlot {
    pub(super) fn fill(&self, bearer: &Bearer) {
        let (account, token) = (bearer.account.id.clone(), bearer.token.clone());
        let _ = self.0.set(Caller { account, token });
    }
}

/// Logs what was asked for in kind, never for whom. Paths and queries hold ids, names and addresses and are not logged.
pub(super) async fn observe(
    State(state): State<Arc<AppState>>,
    mut request: Request,
    next: Next,
) -> Response {
    let method = method_name(request.method());
    let route = route_name(request.uri().path());
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let slot = CallerSlot::default();
    request.extensions_mut().insert(slot.clone());
    let (began, at) = (Instant::now(), clock::now());
    // What is logged on the way, such as why a request failed, bears its id too.
    let span = tracing::error_span!("answering", request = id);
    let mut response = next.run(request).instrument(span).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    state.metrics.count(method, route, status, took);
    let milliseconds = whole_milliseconds(took);
    let caller = slot.0.get();
    let keyword = response.extensions().get::<Keyword>();
    macro_rules! answered {
        ($level:ident) => {
            tracing::$level!(
                request = id,
                account = caller.map(|caller| caller.account.as_str()),
                token = caller.map(|caller| caller.token.as_str()),
                method,
                route,
                status,
                milliseconds,
                scim_type = keyword.map(|keyword| keyword.0.as_str()),
                "answered"
            )
        };
    }
    if is_probe(route) && response.status().is_success() {
        answered!(debug);
    } else {
        answered!(info);
    }
    if let Some(caller) = caller {
        let answered = AnsweredRequest {
            request_id: id.clone(),
            token: caller.token.clone(),
            at,
            method: method.to_owned(),
            route: route.to_owned(),
            status,
            milliseconds,
            scim_type: keyword.map(|keyword| keyword.0.clone()),
        };
        state.journal.note(&caller.account, answered);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn whole_milliseconds(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// The id that the client gives, if it is a short plain one, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let is_plain = |id: &&str| {
        let mut characters = id.chars();
        (1..=LONGEST_ID).contains(&id.len())
            && characters.all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it))
    };
    match given.filter(is_plain) {
        Some(id) => id.to_owned(),
        None => hexadecimal::<8>().unwrap_or_else(|_| "unknown".to_owned()),
    }
}

/// A closed set: a client that invents methods does not make the metrics grow.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Whether it is asked for every few seconds by whoever watches over the service.
fn is_probe(route: &str) -> bool {
    ["/healthz", "/readyz", "/metrics"].contains(&route)
}

/// What is asked for, in kind: a closed set, too.
fn route_name(path: &str) -> &'static str {
    let known = [
        "/scim/v2/Users",
        "/scim/v2/Groups",
        "/scim/v2/Bulk",
        "/scim/v2/Me",
        "/scim/v2/.search",
        "/scim/v2/ServiceProviderConfig",
        "/scim/v2/Schemas",
        "/scim/v2/ResourceTypes",
        "/scim/v2",
        "/surveys/audience",
        "/administration",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
    ];
    known
        .into_iter()
        .find(|known| {
            let rest = path.strip_prefix(known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_if_it_is_short_and_plain() {
        let id = |given: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(
                REQUEST_ID,
                HeaderValue::from_bytes(given.as_bytes()).unwrap(),
            );
            request_id(&headers)
        };
        assert_eq!(id("7f3a-2_b.c"), "7f3a-2_b.c");
        for other in ["", "ines okafor", "a\"b", "é", &"x".repeat(65)] {
            let made = id(other);
            assert!(made.len() == 16 && made != other, "{made}");
        }
    }

    #[test]
    fn a_route_is_a_kind_and_no_path() {
        assert_eq!(route_name("/scim/v2/Users/2819c223"), "/scim/v2/Users");
        assert_eq!(route_name("/scim/v2/Rooms/1"), "/scim/v2");
        assert_eq!(route_name("/scim/v2/UsersOfInes"), "/scim/v2");
        assert_eq!(route_name("/metricsofines"), "other");
    }
}
