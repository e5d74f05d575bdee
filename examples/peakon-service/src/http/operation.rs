//! What whoever runs the service asks: whether it is well, and what it has done.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::Shell;
use super::answers::internal;
use crate::audience::headcount;

pub(super) async fn health(State(shell): State<Arc<Shell>>) -> Response {
    match shell.database.ping().await {
        Ok(()) => "ok\n".into_response(),
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

pub(super) async fn metrics(State(shell): State<Arc<Shell>>) -> Response {
    match headcount(&shell.database).await {
        Ok((employees, active)) => (
            [(CONTENT_TYPE, "text/plain; version=0.0.4")],
            shell.metrics.text(employees, active),
        )
            .into_response(),
        Err(error) => internal(&error),
    }
}
