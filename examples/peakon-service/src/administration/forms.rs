//! Who sends a request, and what he has filled in.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use http::request::Parts;

use super::Administration;
use super::notice::Notice;
use super::page::{Failure, see_other};
use super::sessions::{self, Secret, Session};
use crate::clock;
use crate::http::{RequestId, client_address};

/// The name of the field that holds the form key.
const FORM_KEY: &str = "form_key";

/// An administrator who has logged in. Whoever has not is sent to log in.
pub(super) struct Visitor {
    pub(super) session: Session,
    pub(super) secret: Secret,
    pub(super) notice: Option<Notice>,
}

impl FromRequestParts<Arc<Administration>> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        administration: &Arc<Administration>,
    ) -> Result<Self, Response> {
        let to_login = || see_other(administration, "/login", None);
        let secret = Secret::of(&parts.headers, administration.is_secure).ok_or_else(to_login)?;
        let found = sessions::find(&administration.database, &secret, clock::now()).await;
        let found = found.map_err(|error| Failure::internal(&error).response(administration))?;
        let session = found.ok_or_else(to_login)?;
        Ok(Self {
            session,
            secret,
            notice: Notice::of(&parts.headers),
        })
    }
}

/// The fields of a form, in the form of text, without space around it.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// What was filled in; nothing, if there is no such field.
    pub(super) fn text(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// The same, with the space around it.
    pub(super) fn exact(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(key, _)| key == name);
        field.map_or("", |(_, value)| value)
    }

    /// Whether the form was made for the browser with this secret.
    pub(super) fn are_for(&self, secret: &Secret) -> bool {
        secret.has_form_key(self.exact(FORM_KEY))
    }
}

impl FromRequest<Arc<Administration>> for Fields {
    type Rejection = Response;

    async fn from_request(
        request: Request,
        administration: &Arc<Administration>,
    ) -> Result<Self, Response> {
        let form = Form::<Vec<(String, String)>>::from_request(request, administration);
        match tokio::time::timeout(administration.body_time, form).await {
            Ok(Ok(Form(fields))) if fields.iter().any(holds_control_character) => {
                Err(Failure::ControlCharacter.response(administration))
            }
            Ok(Ok(Form(fields))) => Ok(Self(fields)),
            Ok(Err(_)) => Err(Failure::NoForm.response(administration)),
            Err(_) => Err(Failure::TooSlow.response(administration)),
        }
    }
}

/// Whether a field holds what is no letter of any name. A password is only hashed, so it may.
fn holds_control_character((name, value): &(String, String)) -> bool {
    name != "password" && value.chars().any(char::is_control)
}

/// A form that an administrator has sent from a page of his session.
pub(super) struct Submission {
    pub(super) visitor: Visitor,
    pub(super) fields: Fields,
}

impl FromRequest<Arc<Administration>> for Submission {
    type Rejection = Response;

    async fn from_request(
        request: Request,
        administration: &Arc<Administration>,
    ) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, administration).await?;
        let fields = Fields::from_request(Request::from_parts(parts, body), administration).await?;
        if !fields.are_for(&visitor.secret) {
            return Err(Failure::OldForm.response(administration));
        }
        Ok(Self { visitor, fields })
    }
}

/// From which address a request comes, where the server tells it, and its id in the log.
pub(super) struct Peer {
    pub(super) address: Option<IpAddr>,
    pub(super) request_id: String,
}

impl FromRequestParts<Arc<Administration>> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        administration: &Arc<Administration>,
    ) -> Result<Self, Self::Rejection> {
        let id = parts.extensions.get::<RequestId>();
        Ok(Self {
            address: client_address(parts, administration.proxies),
            request_id: id.map(|id| id.0.clone()).unwrap_or_default(),
        })
    }
}
