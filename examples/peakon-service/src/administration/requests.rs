//! The last requests of the directory, and what became of them.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::Administration;
use super::forms::Visitor;
use super::page::{Failure, Frame, Moment};
use crate::journal::AnsweredRequest;

/// How many requests are shown.
const AT_MOST: u32 = 100;

#[derive(Template)]
#[template(path = "requests.html")]
struct RequestsPage {
    frame: Frame,
    requests: Vec<RequestRow>,
    at_most: u32,
}

/// What is shown of a request.
struct RequestRow {
    id: String,
    at: Moment,
    method: String,
    route: String,
    status: StatusCode,
    milliseconds: u64,
    detail: Option<String>,
}

impl From<AnsweredRequest> for RequestRow {
    fn from(request: AnsweredRequest) -> Self {
        let status = StatusCode::from_u16(request.status);
        Self {
            id: request.request_id,
            at: Moment::of_milliseconds(request.at.timestamp_millis()),
            method: request.method,
            route: request.route,
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            milliseconds: request.milliseconds,
            detail: request.scim_type,
        }
    }
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
    let account = &visitor.session.account;
    let requests = match administration
        .accounts
        .last_requests(account, AT_MOST)
        .await
    {
        Ok(requests) => requests.into_iter().map(RequestRow::from).collect(),
        Err(error) => return Failure::internal(&error).response(&administration),
    };
    let page = RequestsPage {
        frame: Frame::new(&administration, &visitor, "requests"),
        requests,
        at_most: AT_MOST,
    };
    page.frame.respond(&administration, StatusCode::OK, &page)
}
