//! What whoever runs the service asks: whether it is well, and what it has done.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tokio::sync::Mutex;

use super::Shell;
use crate::audience::headcount;
use crate::database::{Database, failure};
use crate::metrics::Present;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long employees need not be counted anew.
const COUNTED: Duration = Duration::from_mins(1);

/// How many employees there were, and how many of them active, when they were last counted: many are not counted in no time.
#[derive(Debug, Default)]
pub(crate) struct Headcount(Mutex<Option<(Instant, (i64, i64))>>);

impl Headcount {
    async fn get(&self, database: &Database) -> Result<(i64, i64), sqlx::Error> {
        let mut last = self.0.lock().await;
        if let Some((at, counts)) = *last
            && at.elapsed() < COUNTED
        {
            return Ok(counts);
        }
        let counts = headcount(database).await?;
        *last = Some((Instant::now(), counts));
        Ok(counts)
    }
}

/// The process lives: it is not to be restarted.
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// The process can answer: it may be sent requests.
pub(super) async fn ready(State(shell): State<Arc<Shell>>) -> Response {
    if *shell.stopping.borrow() {
        return not_ready("the service stops\n");
    }
    match tokio::time::timeout(PATIENCE, shell.database.ping()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => {
            let cause = failure::described(&error);
            tracing::error!(cause, "the database does not answer");
            not_ready("the database does not answer\n")
        }
        Err(_) => not_ready("the database does not answer within a second\n"),
    }
}

fn not_ready(why: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
}

pub(super) async fn metrics(State(shell): State<Arc<Shell>>) -> Response {
    // Where the database does not answer, the rest is needed all the more.
    let employees = tokio::time::timeout(PATIENCE, shell.headcount.get(&shell.database));
    let employees = employees.await.ok().and_then(Result::ok);
    let (database_connections, database_connections_in_use) = shell.database.connections();
    let present = Present {
        employees,
        open_connections: shell.open.count(),
        database_connections,
        database_connections_in_use,
    };
    let text = shell.metrics.text(&present);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
