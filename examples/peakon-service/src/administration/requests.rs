//! The last requests of the directory, and what became of them.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::Administration;
use super::forms::Visitor;
use super::page::{Failure, Frame, Moment};

/// How many requests are shown.
const AT_MOST: i64 = 100;

#[derive(Template)]
#[template(path = "requests.html")]
struct RequestsPage {
    frame: Frame,
    requests: Vec<RequestRow>,
    at_most: i64,
}

/// What is shown of a request.
struct RequestRow {
    id: String,
    at: Moment,
    method: String,
    route: String,
    status: StatusCode,
    milliseconds: i64,
    detail: Option<String>,
}

impl RequestRow {
    /// The outcome in a word: what is done, what the client has to mend, what the service has to.
    fn outcome(&self) -> (&'static str, &'static str) {
        if self.status.is_server_error() {
            ("failed", "bad")
        } else if self.status.is_client_error() {
            ("refused", "attention")
        } else {
            ("done", "good")
        }
    }
}

pub(super) async fn show(
    State(administration): State<Arc<Administration>>,
    visitor: Visitor,
) -> Response {
    let requests = match last_requests(&administration, &visitor.session.account).await {
        Ok(requests) => requests,
        Err(error) => return Failure::internal(&error).response(&administration),
    };
    let page = RequestsPage {
        frame: Frame::new(&administration, &visitor, "requests"),
        requests,
        at_most: AT_MOST,
    };
    page.frame.respond(&administration, StatusCode::OK, &page)
}

type Row = (String, i64, String, String, i64, i64, Option<String>);

async fn last_requests(
    administration: &Administration,
    account: &str,
) -> Result<Vec<RequestRow>, sqlx::Error> {
    let mut transaction = administration.database.read().await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT request_id, at, method, route, status, milliseconds, detail FROM requests
          WHERE account = $1 ORDER BY sequence DESC LIMIT $2",
    )
    .bind(account)
    .bind(AT_MOST)
    .fetch_all(&mut *transaction)
    .await?;
    let rows = rows.into_iter();
    let rows = rows.map(
        |(id, at, method, route, status, milliseconds, detail)| RequestRow {
            id,
            at: Moment::of_milliseconds(at),
            method,
            route,
            status: u16::try_from(status)
                .ok()
                .and_then(|status| StatusCode::from_u16(status).ok())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            milliseconds,
            detail,
        },
    );
    Ok(rows.collect())
}
