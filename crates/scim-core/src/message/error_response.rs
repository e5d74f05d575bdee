//! [`ErrorResponse`].

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Error;
use crate::resource::names;
use crate::urn;

/// The body of an answer that tells of an error ([RFC 7644, section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
///
/// The status is written as a string, and read as a string or a number.
///
/// ```
/// use scim_core::error::{Error, ErrorKind};
/// use scim_core::message::ErrorResponse;
///
/// let response = ErrorResponse::from(&Error::new(ErrorKind::Uniqueness, "bjensen exists").with_path("userName"));
/// let json = serde_json::to_value(&response)?;
/// assert_eq!(json["status"], "409");
/// assert_eq!(json["scimType"], "uniqueness");
/// assert_eq!(json["detail"], "userName: bjensen exists");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The URI of the message.
    #[serde(default = "schemas")]
    pub schemas: Vec<String>,
    /// The HTTP status.
    #[serde(serialize_with = "status_as_text", deserialize_with = "status")]
    #[schemars(with = "Status")]
    pub status: u16,
    /// The keyword of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scim_type: Option<String>,
    /// What happened, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

names::names_in_any_case!(ErrorResponse: "schemas", "status", "scimType", "detail");

impl ErrorResponse {
    /// An error with a status only.
    ///
    /// ```
    /// use scim_core::message::ErrorResponse;
    ///
    /// assert_eq!(ErrorResponse::new(404).status, 404);
    /// ```
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            schemas: schemas(),
            status,
            scim_type: None,
            detail: None,
        }
    }
}

impl From<&Error> for ErrorResponse {
    fn from(error: &Error) -> Self {
        Self {
            scim_type: error.kind().scim_type().map(str::to_owned),
            detail: Some(error.to_string()),
            ..Self::new(error.kind().status())
        }
    }
}

fn schemas() -> Vec<String> {
    vec![urn::ERROR.to_owned()]
}

/// Okta's samples show a number.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Status {
    Text(#[schemars(regex(pattern = "^[1-5][0-9][0-9]$"))] String),
    Number(#[schemars(range(min = 100, max = 599))] u16),
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let status = match Status::deserialize(deserializer)? {
        Status::Text(text) if text.len() == 3 => text.parse().unwrap_or_default(),
        Status::Text(_) => 0,
        Status::Number(number) => number,
    };
    if (100..600).contains(&status) {
        Ok(status)
    } else {
        Err(serde::de::Error::custom(
            "an HTTP status such as \"404\" is needed",
        ))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives it so")]
fn status_as_text<S: Serializer>(status: &u16, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(status)
}
