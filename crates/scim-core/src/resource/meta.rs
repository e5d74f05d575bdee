//! [`Meta`]: what the service keeps about a resource.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::names::names_in_any_case;

/// What the service keeps about a resource ([RFC 7643, section 3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1)).
///
/// ```
/// use scim_core::resource::Meta;
///
/// let meta: Meta = serde_json::from_str(r#"{ "ResourceType": "User", "created": "2026-01-23T04:56:22Z" }"#)?;
/// assert_eq!(meta.resource_type.as_deref(), Some("User"));
/// assert_eq!(serde_json::to_value(&meta)?["created"], "2026-01-23T04:56:22.000Z");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Meta {
    /// The name of the resource type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// When the resource was created.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "date_time")]
    #[schemars(with = "Option<DateTime<Utc>>")]
    pub created: Option<DateTime<Utc>>,
    /// When it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "date_time")]
    #[schemars(with = "Option<DateTime<Utc>>")]
    pub last_modified: Option<DateTime<Utc>>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Its entity-tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whatever else was there.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(Meta: "resourceType", "created", "lastModified", "location", "version");

impl Meta {
    /// Facts about a resource of this type.
    ///
    /// ```
    /// use scim_core::resource::Meta;
    ///
    /// assert!(Meta::new("User").version.is_none());
    /// ```
    #[must_use]
    pub fn new(resource_type: impl Into<String>) -> Self {
        Self {
            resource_type: Some(resource_type.into()),
            ..Self::default()
        }
    }
}

/// Writes milliseconds and `Z`, and more digits only where there are some; reads a time without zone as UTC.
mod date_time {
    use chrono::{DateTime, NaiveDateTime, SecondsFormat, Timelike, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde gives it so")]
    pub(super) fn serialize<S: Serializer>(
        time: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            None => serializer.serialize_none(),
            Some(time) => {
                let has_more = time.nanosecond() % 1_000_000 != 0;
                let format = if has_more {
                    SecondsFormat::Nanos
                } else {
                    SecondsFormat::Millis
                };
                serializer.serialize_str(&time.to_rfc3339_opts(format, true))
            }
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else {
            return Ok(None);
        };
        DateTime::parse_from_rfc3339(&text)
            .map(|time| time.to_utc())
            .or_else(|_| {
                NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f")
                    .map(|time| time.and_utc())
            })
            .map(Some)
            .map_err(|_| {
                serde::de::Error::custom(
                    "a date and time such as \"2026-01-23T04:56:22Z\" is needed",
                )
            })
    }
}
