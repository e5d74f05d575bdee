//! What whoever runs the service asks: whether it is well, and what it has done.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;

use super::AppState;
use super::authorization::is_for_metrics;
use crate::audience::headcount;
use crate::database::failure;
use crate::metrics::Present;
use crate::server::stopped;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long employees need not be counted anew.
const COUNTED: Duration = Duration::from_mins(1);

/// When employees were counted, how many there were, and how many of them active.
type Counted = (Instant, (i64, i64));

/// How many employees there were, and how many of them active, when they were last counted: many are not counted in no time.
#[derive(Debug, Default)]
pub(crate) struct Headcount {
    last: Arc<Mutex<Option<Counted>>>,
    /// Held by the one count that is under way.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Headcount {
    /// The last numbers, counted anew if they are old. A count goes on when nobody waits for it any longer, and no second one begins
    /// beside it; until it ends there are the numbers from before.
    async fn get<C>(&self, count: C, patience: Duration) -> Option<(i64, i64)>
    where
        C: Future<Output = Option<(i64, i64)>> + Send + 'static,
    {
        if let Some((at, counts)) = self.last()
            && at.elapsed() < COUNTED
        {
            return Some(counts);
        }
        if let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() {
            let last = Arc::clone(&self.last);
            tokio::spawn(async move {
                let counts = count.await;
                *last.lock().unwrap_or_else(PoisonError::into_inner) =
                    counts.map(|counts| (Instant::now(), counts));
                drop(turn);
            });
        }
        let _ = tokio::time::timeout(patience, self.turn.lock()).await;
        self.last().map(|(_, counts)| counts)
    }

    fn last(&self) -> Option<Counted> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The process lives: it is not to be restarted.
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// The process can answer: it may be sent requests.
pub(super) async fn ready(State(state): State<Arc<AppState>>) -> Response {
    if *state.stopping.borrow() {
        return not_ready("the service stops\n");
    }
    match tokio::time::timeout(PATIENCE, state.database.ping()).await {
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

pub(super) async fn metrics(State(state): State<Arc<AppState>>, request: Parts) -> Response {
    let employees = match is_for_metrics(&state, &request) {
        Ok(true) => employees(&state).await,
        Ok(false) => None,
        Err(refusal) => return refusal.into_response(),
    };
    let (database_connections, database_connections_in_use) = state.database.connections();
    let present = Present {
        employees,
        open_connections: state.open.count(),
        database_connections,
        database_connections_in_use,
    };
    let text = state.metrics.text(&present);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

async fn employees(state: &AppState) -> Option<(i64, i64)> {
    // Where the database does not answer, the rest is needed all the more.
    let (database, mut stopping) = (state.database.clone(), state.stopping.clone());
    let count = async move {
        tokio::select! {
            () = stopped(&mut stopping) => None,
            counts = headcount(&database) => counts.ok(),
        }
    };
    state.headcount.get(count, PATIENCE).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn one_count_is_under_way_at_a_time_and_ends_though_nobody_waits() {
        let headcount = Headcount::default();
        let (end, ended) = oneshot::channel();
        let first = async { ended.await.ok() };
        assert_eq!(headcount.get(first, Duration::ZERO).await, None);
        // A second one would never end.
        assert_eq!(headcount.get(pending(), Duration::ZERO).await, None);
        end.send((3, 2)).unwrap();
        let counts = headcount.get(pending(), Duration::MAX).await;
        assert_eq!(counts, Some((3, 2)));
        let counts = headcount.get(ready(Some((9, 9))), Duration::ZERO).await;
        assert_eq!(counts, Some((3, 2)));
    }
}
