//! The integrations of an account, of which there is one.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::Administration;
use super::forms::Visitor;
use super::page::{Failure, Frame, see_other};

#[derive(Template)]
#[template(path = "integrations.html")]
struct IntegrationsPage {
    frame: Frame,
    tokens: usize,
}

pub(super) async fn start(State(administration): State<Arc<Administration>>) -> Response {
    see_other(&administration, "/integrations", None)
}

pub(super) async fn first_page(State(administration): State<Arc<Administration>>) -> Response {
    let page = "/integrations/employee-provisioning/connect";
    see_other(&administration, page, None)
}

pub(super) async fn show(
    State(administration): State<Arc<Administration>>,
    visitor: Visitor,
) -> Response {
    let tokens = administration.accounts.tokens(&visitor.session.account);
    let tokens = match tokens.await {
        Ok(tokens) => tokens,
        Err(error) => return Failure::internal(&error).response(&administration),
    };
    let page = IntegrationsPage {
        frame: Frame::new(&administration, &visitor, ""),
        tokens: tokens.len(),
    };
    page.frame.respond(&administration, StatusCode::OK, &page)
}
