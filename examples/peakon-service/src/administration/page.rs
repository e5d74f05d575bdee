//! What all pages have in common.

use std::fmt;

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, SecondsFormat, TimeZone as _, Utc};
use http::header::{CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use http::{HeaderValue, StatusCode};

use super::Administration;
use super::forms::Visitor;
use super::notice::Notice;
use crate::database::failure;

/// The pages of employee provisioning, by the last part of their paths.
const SECTIONS: [(&str, &str); 4] = [
    ("connect", "Connect"),
    ("attributes", "Attributes"),
    ("requests", "Requests"),
    ("employees", "Employees"),
];

/// A page around its own content: who is logged in, and what was just done.
pub(super) struct Frame {
    pub(super) root: String,
    pub(super) login: String,
    pub(super) account_name: String,
    pub(super) form_key: String,
    pub(super) notice: Option<&'static str>,
    section: &'static str,
    pub(super) sections: [(&'static str, &'static str); 4],
}

impl Frame {
    pub(super) fn new(
        administration: &Administration,
        visitor: &Visitor,
        section: &'static str,
    ) -> Self {
        Self {
            root: administration.root.clone(),
            login: visitor.session.login.clone(),
            account_name: visitor.session.account_name.clone(),
            form_key: visitor.secret.form_key(),
            notice: visitor.notice.map(Notice::text),
            section,
            sections: SECTIONS,
        }
    }

    /// Where the pages of employee provisioning begin.
    pub(super) fn base(&self) -> String {
        format!("{}/integrations/employee-provisioning", self.root)
    }

    pub(super) fn is_at(&self, section: &str) -> bool {
        self.section == section
    }

    /// The page, its notice told once.
    pub(super) fn respond(
        &self,
        administration: &Administration,
        status: StatusCode,
        page: &impl Template,
    ) -> Response {
        let mut response = html(administration, status, page);
        if self.notice.is_some() {
            add_cookie(&mut response, Notice::no_cookie(administration.is_secure));
        }
        response
    }
}

/// What is wrong with a form.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn one(problem: Problem) -> Self {
        Self(vec![problem])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        let problem = self.iter().find(|problem| problem.field == field)?;
        Some(&problem.text)
    }

    /// What a page with them is answered with.
    pub(super) fn status(&self) -> StatusCode {
        if self.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }
}

/// What is wrong with one field of a form.
#[derive(Debug)]
pub(super) struct Problem {
    /// The id of the field.
    pub(super) field: &'static str,
    pub(super) text: String,
}

/// A moment, for people and for machines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(pub(super) DateTime<Utc>);

impl Moment {
    pub(super) fn of_milliseconds(milliseconds: i64) -> Self {
        let moment = Utc.timestamp_millis_opt(milliseconds).single();
        Self(moment.unwrap_or_default())
    }

    pub(super) fn machine(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    pub(super) fn minute(self) -> String {
        self.0.format("%-d %b %Y, %H:%M").to_string()
    }

    pub(super) fn day(self) -> String {
        self.0.format("%-d %b %Y").to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.format("%-d %b %Y, %H:%M:%S"))
    }
}

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nothing, or nothing of this account, is called so.
    NotFound,
    /// A form that does not come from a page of this service.
    ForeignForm,
    /// A form that is not of this session.
    OldForm,
    /// Something that cannot be read as a form.
    NoForm,
    /// A form, or an address, with a character in it that stands for no letter.
    ControlCharacter,
    /// A form that does not arrive in time.
    TooSlow,
    /// What takes longer than a request may.
    GivenUp,
    /// Too many attempts to log in.
    TooMany {
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    },
    /// The database cannot be reached now, and the log says why.
    Away,
    /// The service failed, and the log says why.
    Internal,
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'p> {
    root: &'p str,
    title: &'p str,
    text: &'p str,
}

impl Failure {
    /// Tells the log, and no browser, why.
    pub(super) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(cause = failure::described(cause), "failed");
        if failure::is_database_away(cause) {
            Self::Away
        } else {
            Self::Internal
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::ForeignForm | Self::OldForm => StatusCode::FORBIDDEN,
            Self::NoForm | Self::ControlCharacter => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Away | Self::GivenUp => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => (
                "Page not found",
                "Nothing of this account is found here. Begin again from the start page.",
            ),
            Self::ForeignForm => (
                "Not accepted",
                "This form was sent from another site, so nothing was changed. Open the page here and send its form again.",
            ),
            Self::OldForm => (
                "This form is no longer valid",
                "It belongs to a session that has ended, so nothing was changed. Open the page again and send its form.",
            ),
            Self::NoForm => (
                "Not a form",
                "What was sent is incomplete or too large, so nothing was changed. Open the page again and send its form.",
            ),
            Self::ControlCharacter => (
                "A character that cannot be used",
                "What was sent holds a control character, so nothing was changed. Leave it out and try again.",
            ),
            Self::TooSlow => (
                "The form took too long",
                "It did not arrive in time, so nothing was changed. Open the page again and send its form.",
            ),
            Self::GivenUp => (
                "Not finished yet",
                "The service needs longer than it lets a page wait. An attribute that was to be renamed, retired or restored is still \
                 being changed: look at the page Attributes in a few minutes, and do not send the form again before. Anything else was \
                 given up: look whether it is done before you try again.",
            ),
            Self::TooMany { .. } => (
                "Too many attempts to log in",
                "Wait a quarter of an hour, then try again.",
            ),
            Self::Away => (
                "Not available now",
                "The service cannot answer now, and nothing was changed. Try again in a moment.",
            ),
            Self::Internal => (
                "Something went wrong",
                "The service failed, and nothing was changed. Try again later.",
            ),
        }
    }

    pub(super) fn response(&self, administration: &Administration) -> Response {
        let (title, text) = self.words();
        let root = &administration.root;
        let mut response = html(
            administration,
            self.status(),
            &FailurePage { root, title, text },
        );
        let wait = match self {
            Self::TooMany { until, now } => Some((*until - *now).num_seconds().max(1)),
            Self::Away => Some(5),
            _ => None,
        };
        if let Some(seconds) = wait {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

pub(super) fn html(
    administration: &Administration,
    status: StatusCode,
    page: &impl Template,
) -> Response {
    match page.render() {
        Ok(text) => (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be made");
            let path = administration.path("/");
            (StatusCode::INTERNAL_SERVER_ERROR, path).into_response()
        }
    }
}

/// To another page, after a form was sent and done.
pub(super) fn see_other(
    administration: &Administration,
    page: &str,
    notice: Option<Notice>,
) -> Response {
    let mut response = Redirect::to(&administration.path(page)).into_response();
    let notice = notice.and_then(|notice| notice.cookie(administration.is_secure));
    add_cookie(&mut response, notice);
    response
}

pub(super) fn add_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_for_people_and_for_machines() {
        let moment = Moment::of_milliseconds(1_795_826_651_789);
        assert_eq!(moment.to_string(), "28 Nov 2026, 00:44:11");
        assert_eq!(moment.day(), "28 Nov 2026");
        assert_eq!(moment.machine(), "2026-11-28T00:44:11Z");
        assert_eq!(Moment::of_milliseconds(i64::MAX).day(), "1 Jan 1970");
    }
}
