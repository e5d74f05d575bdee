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
use scim_core::service_provider::ServiceProvider;
use tokio::sync::Mutex;

use crate::database::Database;
use crate::metrics::Metrics;
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
    pub(crate) database: Database,
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
        .route("/healthz", get(operation::health))
        .route("/metrics", get(operation::metrics))
        .route("/surveys/audience", get(surveys::audience))
        .fallback(scim::scim)
        .layer(from_fn_with_state(Arc::clone(&shell), observation::observe))
        .with_state(shell)
}
