//! Who would receive a survey.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use http::Uri;
use http::header::CACHE_CONTROL;
use http::request::Parts;
use scim_core::error::{Error, ErrorKind};

use super::AppState;
use super::answers::{internal, problem};
use super::authorization::authorize;
use crate::audience::AudiencePage;
use crate::clock;

pub(super) async fn audience(State(state): State<Arc<AppState>>, request: Parts) -> Response {
    let bearer = match authorize(&state, &request).await {
        Ok(bearer) => bearer,
        Err(refusal) => return refusal.into_response(),
    };
    answer(&state, &bearer.account.id, &request.uri).await
}

async fn answer(state: &AppState, account: &str, uri: &Uri) -> Response {
    let asked = match Asked::read(uri, state.limits.page_size as usize) {
        Ok(asked) => asked,
        Err(error) => return problem(&error),
    };
    let Asked { at, after, count } = &asked;
    let page = AudiencePage::read(&state.database, account, *at, after.as_deref(), *count).await;
    match page {
        Ok(Some(page)) => ([(CACHE_CONTROL, "no-store")], axum::Json(page)).into_response(),
        Ok(None) => problem(&invalid(
            "`after` names nobody of this account; give what the page before calls `next`"
                .to_owned(),
        )),
        Err(error) => internal(&error),
    }
}

/// The page that is asked for.
#[derive(Debug)]
struct Asked {
    at: DateTime<Utc>,
    after: Option<String>,
    count: usize,
}

impl Asked {
    fn read(uri: &Uri, most: usize) -> Result<Self, Error> {
        let after = parameter(uri, "after");
        let at = match parameter(uri, "at") {
            Some(text) => moment(&text)?,
            None if after.is_none() => clock::now(),
            None => {
                let detail = "`after` needs `at`: give the one that the page before tells, so that both are of the same moment";
                return Err(invalid(detail.to_owned()));
            }
        };
        let count = match parameter(uri, "count") {
            None => most,
            Some(text) => match text.parse() {
                Ok(count) if count > 0 => most.min(count),
                _ => {
                    let detail = format!(
                        "`count` must be a whole number from 1 on, such as 100; a page has at most {most} employees"
                    );
                    return Err(invalid(detail));
                }
            },
        };
        Ok(Self { at, after, count })
    }
}

fn moment(text: &str) -> Result<DateTime<Utc>, Error> {
    let moment = DateTime::parse_from_rfc3339(text);
    let moment = moment.map_err(|cause| {
        invalid(format!(
            "`at` must be a date and time such as 2026-02-03T09:00:00Z ({cause}); leave it out for now"
        ))
    });
    Ok(moment?.to_utc())
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::InvalidValue, detail)
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
