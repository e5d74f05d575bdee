//! Every request is counted and logged.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::Shell;

/// Counts and logs a request: what was asked for in kind, never for whom. Paths and queries hold ids, names and
/// addresses and are not logged.
pub(super) async fn observe(
    State(shell): State<Arc<Shell>>,
    request: Request,
    next: Next,
) -> Response {
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
