//! The entries of multi-valued attributes, and [`Secret`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::names::names_in_any_case;

/// An entry of a multi-valued attribute with the sub-attributes of
/// [RFC 7643, section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4): an e-mail address, a phone number, a role.
///
/// ```
/// use scim_core::resource::MultiValued;
///
/// let work = MultiValued::new("bjensen@example.com").with_type("work").with_primary(true);
/// let json = serde_json::to_value(&work)?;
/// assert_eq!(json["type"], "work");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct MultiValued {
    /// The value itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// A form of it for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// What it is for, such as `work`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Whether it is the preferred one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whatever else was there.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(MultiValued: "value", "display", "type", "primary");

impl MultiValued {
    /// An entry with a value.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// assert!(MultiValued::new("bjensen@example.com").r#type.is_none());
    /// ```
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: Some(value.into()),
            ..Self::default()
        }
    }

    /// Sets what it is for.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// assert_eq!(MultiValued::new("x").with_type("home").r#type.as_deref(), Some("home"));
    /// ```
    #[must_use]
    pub fn with_type(mut self, r#type: impl Into<String>) -> Self {
        self.r#type = Some(r#type.into());
        self
    }

    /// Sets whether it is the preferred one.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// assert_eq!(MultiValued::new("x").with_primary(true).primary, Some(true));
    /// ```
    #[must_use]
    pub fn with_primary(mut self, primary: bool) -> Self {
        self.primary = Some(primary);
        self
    }
}

/// A postal address ([RFC 7643, section 4.1.2](https://www.rfc-editor.org/rfc/rfc7643#section-4.1.2)).
///
/// ```
/// use scim_core::resource::Address;
///
/// let address: Address = serde_json::from_str(r#"{ "Locality": "Aarhus", "country": "DK" }"#)?;
/// assert_eq!(address.locality.as_deref(), Some("Aarhus"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Address {
    /// The whole address, ready for a label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street, house number and the like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State or region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country code of two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// What it is for, such as `work`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Whether it is the preferred one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whatever else was there.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(
    Address: "formatted", "streetAddress", "locality", "region", "postalCode", "country", "type", "primary"
);

/// A reference to another resource: a member of a group, or a group of a user.
///
/// ```
/// use scim_core::resource::ResourceReference;
///
/// assert_eq!(ResourceReference::new("2819c223").value.as_deref(), Some("2819c223"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceReference {
    /// The id of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its address.
    #[serde(rename = "$ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// The resource type of a member; `direct` or `indirect` for a group of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Whatever else was there.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(ResourceReference: "value", "$ref", "display", "type");

impl ResourceReference {
    /// A reference by id.
    ///
    /// ```
    /// use scim_core::resource::ResourceReference;
    ///
    /// assert!(ResourceReference::new("42").reference.is_none());
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            value: Some(id.into()),
            ..Self::default()
        }
    }
}

/// A text that `Debug` does not show.
///
/// ```
/// use scim_core::resource::Secret;
///
/// let secret = Secret::new("t1meMa$heen");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "t1meMa$heen");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text as a secret.
    ///
    /// ```
    /// use scim_core::resource::Secret;
    ///
    /// assert_eq!(Secret::new("x"), Secret::new("x".to_owned()));
    /// ```
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one who must have it.
    ///
    /// ```
    /// use scim_core::resource::Secret;
    ///
    /// assert_eq!(Secret::new("x").expose(), "x");
    /// ```
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
