//! The administration page: what an administrator of an account sees of its employee provisioning, and may change.
//!
//! Pages are HTML made on the server, without any script. Whoever is logged in sees his account and no other.

mod attributes;
mod connect;
mod employees;
mod forms;
mod guard;
mod integrations;
mod login;
mod notice;
mod page;
mod requests;
mod sessions;
mod throttle;
mod to_its_end;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Router, extract::State};
use http::Uri;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

use self::page::Failure;
use self::throttle::Throttle;
use crate::accounts::Accounts;
use crate::database::Database;
use crate::limits::Limits;
use crate::metrics::Metrics;

/// Where the pages begin, below the public URL.
pub(crate) const BASE_PATH: &str = "/administration";
/// Larger than any form.
const FORM_BYTES: usize = 16 << 10;

/// What the pages need of the service.
#[derive(Debug)]
pub(crate) struct Administration {
    database: Database,
    accounts: Accounts,
    scim_url: String,
    /// Host and port of the public URL: what browsers send in `Origin`.
    authority: Option<String>,
    /// Where the pages begin for a browser: behind a proxy there may be more before it.
    root: String,
    is_secure: bool,
    /// How long a form may take to arrive.
    body_time: Duration,
    /// How long answering may take.
    request_time: Duration,
    metrics: Arc<Metrics>,
    throttle: Throttle,
    /// How many proxies of our own stand before the service.
    proxies: u8,
}

impl Administration {
    /// The pages of a service whose SCIM URL is known.
    pub(crate) fn new(
        database: Database,
        accounts: Accounts,
        scim_url: &str,
        limits: &Limits,
        metrics: Arc<Metrics>,
    ) -> Self {
        let uri: Uri = scim_url.parse().unwrap_or_default();
        let prefix = uri.path().trim_end_matches("/scim/v2");
        Self {
            database,
            accounts,
            scim_url: scim_url.to_owned(),
            authority: uri.authority().map(ToString::to_string),
            root: format!("{}{BASE_PATH}", prefix.trim_end_matches('/')),
            is_secure: uri.scheme_str() == Some("https"),
            body_time: limits.body(),
            request_time: limits.request(),
            metrics,
            throttle: Throttle::default(),
            proxies: limits.proxies,
        }
    }

    /// The path of a page as browsers know it.
    fn path(&self, page: &str) -> String {
        format!("{}{page}", self.root)
    }
}

pub(crate) fn router<S: Clone + Send + Sync + 'static>(
    administration: Administration,
) -> Router<S> {
    let administration = Arc::new(administration);
    let integration = Router::new()
        .route("/", get(integrations::first_page))
        .route("/connect", get(connect::show))
        .route(
            "/tokens",
            get(integrations::first_page).post(connect::issue),
        )
        .route(
            "/tokens/{id}/revoke",
            get(connect::ask_to_revoke).post(connect::revoke),
        )
        .route("/attributes", get(attributes::show).post(attributes::add))
        .route(
            "/attributes/rename",
            get(attributes::ask_to_rename).post(attributes::rename),
        )
        .route(
            "/attributes/retire",
            get(attributes::ask_to_retire).post(attributes::retire),
        )
        .route("/attributes/restore", post(attributes::restore))
        .route("/requests", get(requests::show))
        .route("/employees", get(employees::show).post(employees::search));
    let pages = Router::new()
        .route("/", get(integrations::start))
        .route("/login", get(login::show).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/integrations", get(integrations::show))
        .nest("/integrations/employee-provisioning", integration)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(from_fn_with_state(Arc::clone(&administration), limit_time))
        .layer(from_fn_with_state(
            Arc::clone(&administration),
            guard::protect,
        ))
        .route("/style.css", get(style_sheet))
        .route("/icon.svg", get(icon))
        .with_state(administration);
    Router::new().nest(BASE_PATH, pages)
}

/// Gives up what takes too long, as the service does with other requests, and says so on a page.
async fn limit_time(
    State(administration): State<Arc<Administration>>,
    request: Request,
    next: Next,
) -> Response {
    let answered = tokio::time::timeout(administration.request_time, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        administration.metrics.count_given_up();
        Failure::GivenUp.response(&administration)
    })
}

async fn not_found(State(administration): State<Arc<Administration>>) -> Response {
    Failure::NotFound.response(&administration)
}

async fn style_sheet() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("../templates/style.css"),
    )
}

async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../templates/icon.svg"))
}

fn asset(media_type: &'static str, text: &'static str) -> Response {
    let fields = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, "max-age=300"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (fields, text).into_response()
}
