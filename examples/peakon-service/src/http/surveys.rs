//! Who would receive a survey.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::DateTime;
use http::Uri;
use http::header::CACHE_CONTROL;
use http::request::Parts;
use scim_core::error::{Error, ErrorKind};

use super::Shell;
use super::answers::{internal, problem};
use super::authorization::authorize;
use crate::audience::Audience;
use crate::clock;

pub(super) async fn audience(State(shell): State<Arc<Shell>>, request: Parts) -> Response {
    let bearer = match authorize(&shell, &request).await {
        Ok(bearer) => bearer,
        Err(refusal) => return refusal.into_response(),
    };
    answer(&shell, &bearer.account.id, &request.uri).await
}

async fn answer(shell: &Shell, account: &str, uri: &Uri) -> Response {
    let moment = match parameter(uri, "at") {
        None => clock::now(),
        Some(text) => match DateTime::parse_from_rfc3339(&text) {
            Ok(moment) => moment.to_utc(),
            Err(cause) => {
                let detail = format!(
                    "`at` must be a date and time such as 2026-02-03T09:00:00Z ({cause}); leave it out for now"
                );
                return problem(&Error::new(ErrorKind::InvalidValue, detail));
            }
        },
    };
    match Audience::at(moment, account, &shell.database).await {
        Ok(audience) => ([(CACHE_CONTROL, "no-store")], axum::Json(audience)).into_response(),
        Err(error) => internal(&error),
    }
}

/// A parameter of the query. The plus sign of an offset such as `+02:00` may be written as it is.
fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let pairs = uri
        .query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    Some(
        value
            .replace("%3A", ":")
            .replace("%3a", ":")
            .replace("%2B", "+")
            .replace("%2b", "+"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_is_read_from_the_query() {
        let at = |text: &str| parameter(&text.parse().unwrap(), "at");
        assert_eq!(
            at("/?x=1&at=2026-02-03T09%3A00:00%2B02:00"),
            Some("2026-02-03T09:00:00+02:00".to_owned())
        );
        assert_eq!(at("/?at="), Some(String::new()));
        assert_eq!(at("/"), None);
    }
}
