//! HTTP around the library: who may ask, how much he may send, and what is not SCIM.

mod answers;
mod authorization;
mod observation;
mod operation;
mod scim;
mod surveys;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::accounts::{Accounts, OpenAccount};
use crate::database::Database;
use crate::metrics::Metrics;

/// Where SCIM begins.
const BASE_PATH: &str = "/scim/v2";
/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that a request needs.
pub(crate) struct Shell {
    pub(crate) accounts: Accounts,
    /// What describes the service to whoever shows no token.
    pub(crate) nobody: OpenAccount,
    pub(crate) database: Database,
    pub(crate) base_url: String,
    pub(crate) body_bytes: usize,
    pub(crate) metrics: Metrics,
}

pub(crate) fn router(shell: Shell) -> Router {
    let shell = Arc::new(shell);
    Router::new()
        .route("/healthz", get(operation::health))
        .route("/metrics", get(operation::metrics))
        .route("/surveys/audience", get(surveys::audience))
        .fallback(scim::scim)
        .layer(from_fn_with_state(Arc::clone(&shell), observation::observe))
        .with_state(shell)
}
