//! Bearer tokens in requests ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)): they decide whose request it is.

use std::time::Duration;

use axum::response::Response;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::AppState;
use super::answers::{internal, too_many, unauthorized};
use super::observation::CallerSlot;
use crate::accounts::{AccountError, Bearer};
use crate::token::Fingerprint;

/// Why a request is nobody's.
#[derive(Debug)]
pub(super) enum Refusal {
    /// No credentials at all.
    Missing,
    /// A wrong token, or something else than one bearer token.
    Wrong,
    /// A wrong token from an address that has tried too many. Valid ones from there are let in: others may stand behind it.
    TooManyGuesses(Duration),
    /// The token has made too many requests.
    TooManyRequests(Duration),
    /// It cannot be found out.
    Failed(AccountError),
}

impl Refusal {
    /// The answer, with a challenge: without an error code for who showed no token.
    pub(super) fn into_response(self) -> Response {
        match self {
            Self::Missing => unauthorized(r#"Bearer realm="scim""#),
            Self::Wrong => unauthorized(r#"Bearer realm="scim", error="invalid_token""#),
            Self::TooManyGuesses(wait) => {
                too_many(wait, "too many wrong tokens came from this address")
            }
            Self::TooManyRequests(wait) => too_many(wait, "too many requests came with this token"),
            Self::Failed(error) => internal(&error),
        }
    }
}

/// The account whose request it is, if it may make one now.
pub(super) async fn authorize(state: &AppState, request: &Parts) -> Result<Bearer, Refusal> {
    let token = bearer_token(&request.headers)?;
    let found = state.accounts.with_token(token).await;
    let Some(bearer) = found.map_err(Refusal::Failed)? else {
        return Err(wrong_token(state, request));
    };
    if let Some(slot) = request.extensions.get::<CallerSlot>() {
        slot.fill(&bearer);
    }
    if let Err(wait) = state.admission.admit(&bearer.token) {
        state.metrics.count_refused_token();
        return Err(Refusal::TooManyRequests(wait));
    }
    Ok(bearer)
}

/// Whether whoever asks for the metrics is told also what is about all accounts together: not where no token is kept for that.
pub(super) fn is_for_metrics(state: &AppState, request: &Parts) -> Result<bool, Refusal> {
    let Some(expected) = &state.metrics_token else {
        return Ok(false);
    };
    let token = bearer_token(&request.headers)?;
    if expected.is_written(&Fingerprint::of(token).written()) {
        return Ok(true);
    }
    Err(wrong_token(state, request))
}

/// Counts a wrong token, and refuses it.
fn wrong_token(state: &AppState, request: &Parts) -> Refusal {
    let address = state.admission.address(request);
    if let Err(wait) = state.admission.may_guess(&address) {
        state.metrics.count_refused_address();
        return Refusal::TooManyGuesses(wait);
    }
    state.admission.guessed(&address);
    Refusal::Wrong
}

/// The token of a request; one in the query is not looked at.
fn bearer_token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let field = fields.next().ok_or(Refusal::Missing)?;
    let token = field.to_str().ok().and_then(|text| text.split_once(' '));
    match (token, fields.next()) {
        (Some((scheme, token)), None) if scheme.eq_ignore_ascii_case("Bearer") => Ok(token),
        _ => Err(Refusal::Wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[&str]) -> Result<String, Refusal> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(AUTHORIZATION, field.parse().unwrap());
        }
        bearer_token(&headers).map(str::to_owned)
    }

    /// H-6750-3
    #[test]
    fn one_bearer_token_and_nothing_else() {
        assert!(matches!(read(&[]), Err(Refusal::Missing)));
        for (field, token) in [
            ("Bearer abc", "abc"),
            ("bearer abc", "abc"),
            ("Bearer abcd", "abcd"),
            ("Bearer  abc", " abc"),
        ] {
            assert_eq!(read(&[field]).unwrap(), token);
        }
        for wrong in ["Bearer", "Basic abc", "abc", ""] {
            assert!(matches!(read(&[wrong]), Err(Refusal::Wrong)), "{wrong}");
        }
        let twice = read(&["Bearer abc", "Bearer abc"]);
        assert!(matches!(twice, Err(Refusal::Wrong)));
    }
}
