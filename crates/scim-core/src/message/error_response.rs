//! [`ErrorResponse`].

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind};
use crate::resource::typed::typed;
use crate::urn;

/// The body of an answer that tells of an error ([RFC 7644, section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
///
/// The status is written as a string, and read as a string or a number. Of an [`Internal`](ErrorKind::Internal) error neither
/// detail nor place is written, since they speak of the service: they stay in the [`Error`], for the log.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The URI of the message.
    #[schemars(with = "Option<Vec<String>>")]
    pub schemas: Vec<String>,
    /// The HTTP status.
    #[serde(serialize_with = "status_as_text")]
    #[schemars(with = "Status")]
    pub status: u16,
    /// The keyword of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scim_type: Option<String>,
    /// What happened, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

typed! {
    /// An error as it is read.
    struct Read {
        /// The URI of the message.
        "schemas" => schemas: Vec<String>,
        /// The HTTP status.
        "status" => status: Option<Status>,
        /// The keyword of the error.
        "scimType" => scim_type: Option<String>,
        /// What happened, for people.
        "detail" => detail: Option<String>,
    }
}

impl<'de> Deserialize<'de> for ErrorResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        let status = read
            .status
            .ok_or_else(|| D::Error::missing_field("status"))?;
        let schemas = if read.schemas.is_empty() {
            schemas()
        } else {
            read.schemas
        };
        Ok(Self {
            schemas,
            status: status
                .number()
                .ok_or_else(|| D::Error::custom("an HTTP status such as \"404\" is needed"))?,
            scim_type: read.scim_type,
            detail: read.detail,
        })
    }
}

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
        let detail = match error.kind() {
            ErrorKind::Internal => "the service failed; the request can be tried again".to_owned(),
            _ => error.to_string(),
        };
        Self {
            scim_type: error.kind().scim_type().map(str::to_owned),
            detail: Some(detail),
            ..Self::new(error.kind().status())
        }
    }
}

fn schemas() -> Vec<String> {
    vec![urn::ERROR.to_owned()]
}

/// Okta's samples show a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Status {
    Text(#[schemars(regex(pattern = "^[1-5][0-9][0-9]$"))] String),
    Number(#[schemars(range(min = 100, max = 599))] u16),
}

impl Status {
    pub(super) fn number(self) -> Option<u16> {
        let status = match self {
            Self::Text(text) if text.len() == 3 => text.parse().ok()?,
            Self::Text(_) => return None,
            Self::Number(number) => number,
        };
        (100..600).contains(&status).then_some(status)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives it so")]
pub(super) fn status_as_text<S: Serializer>(
    status: &u16,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(status)
}
