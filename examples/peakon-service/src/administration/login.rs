//! Logging in and out.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::Administration;
use super::forms::{Fields, Peer, Submission};
use super::notice::Notice;
use super::page::{Failure, Problem, Problems, add_cookie, html, see_other};
use super::sessions::{self, Secret};
use crate::clock;

/// Longer logins and passwords than anybody has are not looked at.
const LONGEST: usize = 1024;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'p> {
    root: &'p str,
    form_key: String,
    login: &'p str,
    problems: Problems,
    notice: Option<&'static str>,
    has_administrators: bool,
}

pub(super) async fn show(
    State(administration): State<Arc<Administration>>,
    headers: HeaderMap,
) -> Response {
    // The form key belongs to the cookie, and there is none yet.
    let known = Secret::of(&headers, administration.is_secure);
    let (secret, is_new) = match known {
        Some(secret) => (secret, false),
        None => match Secret::generate() {
            Ok(secret) => (secret, true),
            Err(error) => return Failure::internal(&error).response(&administration),
        },
    };
    let notice = Notice::of(&headers);
    let has_administrators = match has_administrators(&administration).await {
        Ok(has_administrators) => has_administrators,
        Err(error) => return Failure::internal(&error).response(&administration),
    };
    let page = LoginPage {
        root: &administration.root,
        form_key: secret.form_key(),
        login: "",
        problems: Problems::default(),
        notice: notice.map(Notice::text),
        has_administrators,
    };
    let mut response = html(&administration, StatusCode::OK, &page);
    if is_new {
        add_cookie(&mut response, secret.cookie(administration.is_secure));
    }
    if notice.is_some() {
        add_cookie(&mut response, Notice::no_cookie(administration.is_secure));
    }
    response
}

async fn has_administrators(administration: &Administration) -> Result<bool, sqlx::Error> {
    let mut transaction = administration.database.read().await?;
    let found: Option<String> = sqlx::query_scalar("SELECT login FROM administrators LIMIT 1")
        .fetch_optional(&mut *transaction)
        .await?;
    Ok(found.is_some())
}

pub(super) async fn log_in(
    State(administration): State<Arc<Administration>>,
    peer: Peer,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let secret = Secret::of(&headers, administration.is_secure);
    let Some(secret) = secret.filter(|secret| fields.are_for(secret)) else {
        return Failure::OldForm.response(&administration);
    };
    match attempt(&administration, &peer, &fields).await {
        Ok(Some(new)) => {
            let mut response = see_other(&administration, "/integrations", None);
            add_cookie(&mut response, new.cookie(administration.is_secure));
            response
        }
        Ok(None) => {
            let page = LoginPage {
                root: &administration.root,
                form_key: secret.form_key(),
                login: fields.text("login"),
                problems: Problems::one(Problem {
                    field: "login",
                    text: "Login and password do not match. Check both and try again.".to_owned(),
                }),
                notice: None,
                has_administrators: true,
            };
            html(&administration, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(failure) => failure.response(&administration),
    }
}

/// A new secret, with which the browser is logged in from now on; none if login and password do not match.
async fn attempt(
    administration: &Administration,
    peer: &Peer,
    fields: &Fields,
) -> Result<Option<Secret>, Failure> {
    let (login, password) = (fields.text("login"), fields.exact("password"));
    if login.len() > LONGEST || password.len() > LONGEST {
        return Ok(None);
    }
    let (address, now) = (peer.address, clock::now());
    let admitted = administration.throttle.admit(login, address, now);
    admitted.map_err(|until| Failure::TooMany { until, now })?;
    let accounts = &administration.accounts;
    let verified = accounts.verify(login, password).await;
    let verified = verified.map_err(|error| Failure::internal(&error))?;
    let begun = match verified {
        Some(verified) => sessions::begin(&administration.database, &verified, now).await,
        None => Ok(None),
    };
    let begun = begun.map_err(|error| Failure::internal(&error))?;
    if begun.is_none() {
        // Not from where: an address is about somebody. A proxy's log has it, with the id of the request.
        tracing::warn!(
            request = peer.request_id,
            "refused a login to the administration page"
        );
        return Ok(None);
    }
    administration.throttle.forgive(login, address);
    Ok(begun)
}

pub(super) async fn log_out(
    State(administration): State<Arc<Administration>>,
    submission: Submission,
) -> Response {
    let visitor = submission.visitor;
    let account = &visitor.session.account;
    match sessions::end(&administration.database, &visitor.secret, account).await {
        Ok(()) => {
            let mut response = see_other(&administration, "/login", Some(Notice::LoggedOut));
            add_cookie(&mut response, Secret::no_cookie(administration.is_secure));
            response
        }
        Err(error) => Failure::internal(&error).response(&administration),
    }
}
