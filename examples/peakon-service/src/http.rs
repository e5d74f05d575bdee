//! HTTP around the library: who may ask, how much he may send, and what is not SCIM.

mod answers;
mod authorization;
mod framing;
mod limits;
mod observation;
mod openapi;
mod operation;
mod resource_locks;
mod scim;
mod surveys;
mod time;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::sync::watch;

pub(crate) use self::limits::{Admission, client_address};
pub(crate) use self::observation::RequestId;
pub(crate) use self::openapi::OpenDocument;
pub(crate) use self::operation::Headcount;

pub(crate) use self::resource_locks::ResourceLocks;
use crate::accounts::{Accounts, OpenAccount};
use crate::administration::{self, Administration};
use crate::database::Database;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::server::Tally;
use crate::token::Fingerprint;

/// Where SCIM begins.
const BASE_PATH: &str = "/scim/v2";

/// Everything that a request needs.
pub(crate) struct AppState {
    pub(crate) accounts: Accounts,
    /// What describes the service to whoever shows no token.
    pub(crate) nobody: OpenAccount,
    pub(crate) database: Database,
    pub(crate) base_url: String,
    pub(crate) limits: Limits,
    pub(crate) admission: Admission,
    pub(crate) metrics: Arc<Metrics>,
    /// What is kept of the token of whoever reads them.
    pub(crate) metrics_token: Option<Fingerprint>,
    pub(crate) document: OpenDocument,
    pub(crate) headcount: Headcount,
    pub(crate) journal: Journal,
    pub(crate) open: Tally,
    /// Whether the service stops.
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) resource_locks: ResourceLocks,
}

pub(crate) fn router(state: AppState) -> Router {
    let administration = Administration::new(
        state.database.clone(),
        state.accounts.clone(),
        &state.base_url,
        &state.limits,
        Arc::clone(&state.metrics),
    );
    let state = Arc::new(state);
    Router::new()
        .route("/healthz", get(operation::health))
        .route("/readyz", get(operation::ready))
        .route("/metrics", get(operation::metrics))
        .route("/openapi.json", get(openapi::openapi))
        .route("/surveys/audience", get(surveys::audience))
        .fallback(scim::scim)
        .layer(from_fn_with_state(Arc::clone(&state), time::limit))
        .merge(administration::router(administration))
        .layer(from_fn(framing::refuse_ambiguous))
        .layer(from_fn_with_state(Arc::clone(&state), observation::observe))
        .with_state(state)
}
