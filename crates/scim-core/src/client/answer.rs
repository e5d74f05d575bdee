//! What an answer says: its body as JSON, or why it is a refusal.

use serde_json::{Map, Value};

use super::call::Context;
use super::error::{ClientError, ClientErrorKind};
use super::messages::Response;
use super::reading::{member, resource};
use super::target::Target;
use crate::resource::{JsonLimits, Resource, read_json};
use crate::schema::RegisteredResourceType;
use crate::urn;

/// What a log line has room for.
const MAXIMUM_DETAIL: usize = 500;
const MAXIMUM_KEYWORD: usize = 40;
/// Longer ones are no entity-tags that a header field could carry.
const MAXIMUM_VERSION: usize = 1_000;

/// An answer with a status below 400.
pub(super) struct Answer {
    pub(super) status: u16,
    /// The entity-tag.
    version: Option<String>,
    pub(super) location: Option<String>,
    body: Result<Option<Value>, ClientError>,
}

impl Answer {
    pub(super) fn read(response: &Response, context: &mut Context) -> Self {
        let limits = context.target.limits;
        let media_type = response.header("Content-Type").map(str::to_owned);
        let text = |name: &str| response.header(name).map(str::to_owned);
        let (version, location) = (text("ETag"), text("Location"));
        let body = if response.body.is_empty() {
            Ok(None)
        } else if response.body.len() > limits.body_bytes {
            let detail = format!("the answer has more than {} bytes", limits.body_bytes);
            Err(ClientError::new(ClientErrorKind::TooLarge, detail))
        } else {
            let json = JsonLimits {
                bytes: limits.body_bytes,
                depth: limits.depth,
            };
            let read = read_json(&response.body, json);
            read.map(Some).map_err(|failure| {
                let media_type = media_type
                    .as_deref()
                    .map_or("no media type", |media_type| media_type);
                let media_type = shortened(media_type, MAXIMUM_KEYWORD);
                let detail =
                    format!("the answer ({media_type}) is not the JSON of SCIM: {failure}");
                ClientError::new(ClientErrorKind::NotJson, detail)
            })
        };
        if let Ok(Some(_)) = &body {
            note_media_type(media_type.as_deref(), context);
        }
        Self {
            status: response.status,
            version: version.and_then(|version| entity_tag(&version)),
            location,
            body,
        }
    }

    /// The body, if there is one.
    pub(super) fn json(self) -> Result<Option<Value>, ClientError> {
        self.body
    }

    /// The resource in the body, if there is a body, with the version that the header field tells.
    pub(super) fn resource(
        self,
        resource_type: &RegisteredResourceType,
        context: &mut Context,
    ) -> Result<Option<Resource>, ClientError> {
        let Some(body) = self.body? else {
            return Ok(None);
        };
        let members = match body {
            Value::Object(members) if !is_message(&members) => members,
            _ => {
                let detail = "a resource was expected, and something else came";
                return Err(ClientError::new(ClientErrorKind::NotScim, detail));
            }
        };
        let mut resource = resource(members, resource_type, &mut context.deviations);
        if let Some(version) = self.version {
            let meta = resource
                .attributes_mut()
                .entry("meta")
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(meta) = meta {
                meta.insert("version".to_owned(), version.into());
            }
        }
        Ok(Some(resource))
    }
}

/// The same entity-tag in the form that a header field needs; nothing if it cannot be one.
pub(super) fn entity_tag(version: &str) -> Option<String> {
    let version = version.trim();
    let is_sendable = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if version.is_empty() || version.len() > MAXIMUM_VERSION || !version.bytes().all(is_sendable) {
        return None;
    }
    let opaque = version.strip_prefix("W/").unwrap_or(version);
    let is_quoted = opaque.len() >= 2 && opaque.starts_with('"') && opaque.ends_with('"');
    match opaque.matches('"').count() {
        0 => Some(format!("\"{version}\"")),
        2 if is_quoted => Some(version.to_owned()),
        _ => None,
    }
}

/// Whether it is a message of the protocol, such as a list or an error, and no resource.
fn is_message(members: &Map<String, Value>) -> bool {
    let listed = member(members, "schemas").and_then(Value::as_array);
    let is_message = |text: &str| {
        [urn::LIST_RESPONSE, urn::ERROR]
            .iter()
            .any(|urn| urn.eq_ignore_ascii_case(text))
    };
    listed.is_some_and(|listed| listed.iter().filter_map(Value::as_str).any(is_message))
}

fn note_media_type(media_type: Option<&str>, context: &mut Context) {
    let name = media_type
        .and_then(|name| name.split(';').next())
        .map(str::trim);
    match name {
        Some(name)
            if ["application/scim+json", "application/json"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name)) => {}
        Some(_) => context.deviations.note(
            "media_type",
            "an answer has another media type; it was read as JSON",
        ),
        None => context.deviations.note(
            "media_type",
            "an answer has no media type; it was read as JSON",
        ),
    }
}

/// Why a request was refused, whatever the body looks like ([RFC 7644, section
/// 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
pub(super) fn refusal(response: &Response, target: &Target) -> ClientError {
    let json = JsonLimits {
        bytes: target.limits.body_bytes,
        depth: target.limits.depth,
    };
    let body = read_json(&response.body, json).ok();
    let members = body.as_ref().and_then(Value::as_object);
    let text = |name: &str| {
        members
            .and_then(|members| member(members, name))
            .and_then(Value::as_str)
    };
    let detail = match (
        text("detail").filter(|detail| !detail.trim().is_empty()),
        &body,
    ) {
        (Some(detail), _) => detail.to_owned(),
        (None, Some(_)) => String::new(),
        (None, None) => {
            // The page of a proxy: its beginning tells most.
            let start = response
                .body
                .get(..2 * MAXIMUM_DETAIL)
                .unwrap_or(&response.body);
            String::from_utf8_lossy(start).into_owned()
        }
    };
    let detail = shortened(&without_token(&detail, target), MAXIMUM_DETAIL);
    let detail = match detail.as_str() {
        "" => "the service gives no reason".to_owned(),
        _ => detail,
    };
    let keyword =
        text("scimType").map(|keyword| shortened(&without_token(keyword, target), MAXIMUM_KEYWORD));
    ClientError::new(kind(response.status), detail)
        .with_status(response.status)
        .with_scim_type(keyword.filter(|keyword| !keyword.is_empty()))
}

const fn kind(status: u16) -> ClientErrorKind {
    match status {
        401 => ClientErrorKind::Unauthorized,
        403 => ClientErrorKind::Forbidden,
        404 => ClientErrorKind::NotFound,
        405 | 501 => ClientErrorKind::NotOffered,
        409 => ClientErrorKind::Conflict,
        412 => ClientErrorKind::Changed,
        429 | 503 => ClientErrorKind::Throttled,
        500.. => ClientErrorKind::ServiceFailed,
        _ => ClientErrorKind::Refused,
    }
}

/// Pages for people who look for errors show what was sent to them.
fn without_token(text: &str, target: &Target) -> String {
    match &target.bearer_token {
        Some(token) if !token.expose().is_empty() => text.replace(token.expose(), "[redacted]"),
        _ => text.to_owned(),
    }
}

/// The start of a text from the service, on one line and without what a terminal obeys.
fn shortened(text: &str, length: usize) -> String {
    let characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut shown: String = characters.take(length).collect();
    if shown.len() < text.len() && text.chars().nth(length).is_some() {
        shown.push('…');
    }
    shown.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-7644-3.14-5
    #[test]
    fn a_version_is_sent_in_the_form_of_an_entity_tag() {
        for (version, sent) in [
            ("W/\"3\"", Some("W/\"3\"")),
            ("\"3\"", Some("\"3\"")),
            (" 3 ", Some("\"3\"")),
            ("", None),
            ("\"", None),
            ("\"a\"b\"", None),
            ("a\"\"b", None),
            ("3\r\nX: y", None),
        ] {
            assert_eq!(entity_tag(version).as_deref(), sent, "{version}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_not_shown() {
        assert_eq!(shortened("a\u{1b}[31m\r\nb", 100), "a [31m  b");
        assert_eq!(shortened("abcdef", 3), "abc…");
        assert_eq!(shortened("äöü", 3), "äöü");
    }
}
