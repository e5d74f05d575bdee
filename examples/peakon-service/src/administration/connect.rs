//! The SCIM URL and the bearer tokens: what a directory is connected with.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;

use super::Administration;
use super::forms::{Submission, Visitor};
use super::notice::Notice;
use super::page::{Failure, Frame, Moment, Problem, Problems, see_other};
use crate::accounts::{AccountError, IssuedToken, MOST_TOKENS};
use crate::clock;
use crate::token::Token;

const SECTION: &str = "connect";
const PAGE: &str = "/integrations/employee-provisioning/connect";
/// How long a token may be valid, in days; 0 for one without end.
const LIFETIMES: [(i64, &str); 4] = [
    (90, "90 days"),
    (180, "180 days"),
    (365, "1 year"),
    (0, "Until it is revoked"),
];
/// The choice that is made already.
const USUAL_LIFETIME: &str = "180";

#[derive(Template)]
#[template(path = "connect.html")]
struct ConnectPage<'p> {
    frame: Frame,
    scim_url: &'p str,
    tokens: Vec<TokenRow>,
    is_full: bool,
    label: &'p str,
    lifetime: &'p str,
    lifetimes: [(i64, &'static str); 4],
    problems: Problems,
}

impl ConnectPage<'_> {
    fn is_chosen(&self, days: i64) -> bool {
        self.lifetime == days.to_string()
    }
}

/// What is shown of a token.
struct TokenRow {
    id: String,
    label: String,
    made: Moment,
    expires: Option<Moment>,
    used: Option<Moment>,
}

impl TokenRow {
    fn new(token: IssuedToken) -> Self {
        Self {
            id: token.id,
            label: token.label,
            made: Moment(token.created_at),
            expires: token.expires_at.map(Moment),
            used: token.last_used_at.map(Moment),
        }
    }
}

#[derive(Template)]
#[template(path = "token.html")]
struct TokenPage<'p> {
    frame: Frame,
    scim_url: &'p str,
    token: &'p str,
    label: &'p str,
    expires: Option<Moment>,
}

#[derive(Template)]
#[template(path = "revoke.html")]
struct RevokePage {
    frame: Frame,
    token: TokenRow,
}

pub(super) async fn show(
    State(administration): State<Arc<Administration>>,
    visitor: Visitor,
) -> Response {
    let blank = Filled {
        label: "",
        lifetime: USUAL_LIFETIME,
    };
    page(&administration, &visitor, blank, Problems::default()).await
}

/// What stands in the form.
struct Filled<'f> {
    label: &'f str,
    lifetime: &'f str,
}

async fn page(
    administration: &Administration,
    visitor: &Visitor,
    filled: Filled<'_>,
    problems: Problems,
) -> Response {
    let tokens = administration.accounts.tokens(&visitor.session.account);
    let tokens = match tokens.await {
        Ok(tokens) => tokens,
        Err(error) => return Failure::internal(&error).response(administration),
    };
    let tokens: Vec<_> = tokens.into_iter().map(TokenRow::new).collect();
    let page = ConnectPage {
        frame: Frame::new(administration, visitor, SECTION),
        scim_url: &administration.scim_url,
        is_full: tokens.len() >= MOST_TOKENS,
        tokens,
        label: filled.label,
        lifetime: filled.lifetime,
        lifetimes: LIFETIMES,
        problems,
    };
    let status = page.problems.status();
    page.frame.respond(administration, status, &page)
}

pub(super) async fn issue(
    State(administration): State<Arc<Administration>>,
    submission: Submission,
) -> Response {
    let Submission { visitor, fields } = submission;
    let (label, lifetime) = (fields.text("label"), fields.text("lifetime"));
    match issued(&administration, &visitor, label, lifetime).await {
        Ok((token, expires_at)) => {
            // Shown in the answer itself: a redirect would have to keep it somewhere until the next request.
            let page = TokenPage {
                frame: Frame::new(&administration, &visitor, SECTION),
                scim_url: &administration.scim_url,
                token: token.reveal(),
                label,
                expires: expires_at.map(Moment),
            };
            page.frame.respond(&administration, StatusCode::OK, &page)
        }
        Err(Ok(problem)) => {
            let filled = Filled { label, lifetime };
            page(&administration, &visitor, filled, Problems::one(problem)).await
        }
        Err(Err(failure)) => failure.response(&administration),
    }
}

type Refusal = Result<Problem, Failure>;

async fn issued(
    administration: &Administration,
    visitor: &Visitor,
    label: &str,
    lifetime: &str,
) -> Result<(Token, Option<DateTime<Utc>>), Refusal> {
    let chosen = LIFETIMES
        .into_iter()
        .find(|(days, _)| days.to_string() == lifetime);
    let Some((days, _)) = chosen else {
        return Err(Ok(Problem {
            field: "lifetime",
            text: "Choose how long the token is valid.".to_owned(),
        }));
    };
    let expires_at = (days > 0).then(|| clock::now() + TimeDelta::days(days));
    let account = &visitor.session.account;
    let accounts = &administration.accounts;
    match accounts.issue_token(account, label, expires_at).await {
        Ok(token) => Ok((token, expires_at)),
        Err(AccountError::Refused(text)) => Err(Ok(Problem {
            field: "label",
            text: sentence(&text),
        })),
        Err(error) => Err(Err(Failure::internal(&error))),
    }
}

/// A rule of the service as it stands in a page.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    let first = first.into_iter().flatten();
    first.chain(characters).chain(['.']).collect()
}

async fn find(
    administration: &Administration,
    visitor: &Visitor,
    id: &str,
) -> Result<TokenRow, Failure> {
    let tokens = administration.accounts.tokens(&visitor.session.account);
    let tokens = tokens.await.map_err(|error| Failure::internal(&error))?;
    let token = tokens.into_iter().find(|token| token.id == id);
    token.map(TokenRow::new).ok_or(Failure::NotFound)
}

pub(super) async fn ask_to_revoke(
    State(administration): State<Arc<Administration>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Response {
    match find(&administration, &visitor, &id).await {
        Ok(token) => {
            let page = RevokePage {
                frame: Frame::new(&administration, &visitor, SECTION),
                token,
            };
            page.frame.respond(&administration, StatusCode::OK, &page)
        }
        Err(failure) => failure.response(&administration),
    }
}

pub(super) async fn revoke(
    State(administration): State<Arc<Administration>>,
    Path(id): Path<String>,
    submission: Submission,
) -> Response {
    let account = &submission.visitor.session.account;
    let accounts = &administration.accounts;
    match accounts.revoke_token(account, &id).await {
        Ok(()) => see_other(&administration, PAGE, Some(Notice::TokenRevoked)),
        Err(AccountError::Refused(_)) => Failure::NotFound.response(&administration),
        Err(error) => Failure::internal(&error).response(&administration),
    }
}
