//! How long answering a request may take.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::AppState;
use super::answers::unavailable_because;

/// Gives a request up that takes too long: what it had begun and not committed is undone.
pub(super) async fn limit(
    State(state): State<Arc<AppState>>,
    request: Request,
    next: Next,
) -> Response {
    let answered = tokio::time::timeout(state.limits.request(), next.run(request)).await;
    answered.unwrap_or_else(|_| {
        state.metrics.count_given_up();
        let seconds = state.limits.request_seconds;
        unavailable_because(&format!(
            "the service did not answer within {seconds} seconds and gave the request up; try again after Retry-After, or ask \
             for less at a time"
        ))
    })
}
