//! [`User`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::names::names_in_any_case;
use super::{
    Address, EnterpriseUser, Meta, MultiValued, PeakonUser, Resource, ResourceReference, Secret,
};
use crate::error::Error;
use crate::urn;

/// A user ([RFC 7643, section 4.1](https://www.rfc-editor.org/rfc/rfc7643#section-4.1)) with the extensions that this crate
/// knows. Attributes and extensions that it does not know stay in [`additional`](Self::additional).
///
/// ```
/// use scim_core::resource::{MultiValued, Name, Resource, User};
///
/// let mut user = User::new("bjensen");
/// user.name = Some(Name::new("Barbara", "Jensen"));
/// user.emails.push(MultiValued::new("bjensen@example.com").with_type("work"));
///
/// let resource = Resource::from(user.clone());
/// assert_eq!(User::try_from(&resource)?, user);
/// # Ok::<(), scim_core::error::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// The URIs of the schemas.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// The identifier, given by the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The identifier given by the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the service keeps about the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The login name; required when a user is written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_name: String,
    /// The parts of the real name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What friends say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nick_name: Option<String>,
    /// The address of a page about the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_url: Option<String>,
    /// The job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The relation to the organisation, such as `Contractor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_type: Option<String>,
    /// The preferred languages, as in `Accept-Language`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_language: Option<String>,
    /// The language tag for dates, numbers and currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Whether the account is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The password in clear, only ever on the way to the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// E-mail addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<MultiValued>,
    /// Phone numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<MultiValued>,
    /// Instant-messaging addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ims: Vec<MultiValued>,
    /// Addresses of pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<MultiValued>,
    /// Postal addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// The groups of the user, which follow from the groups' members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<ResourceReference>,
    /// What the user is entitled to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entitlements: Vec<MultiValued>,
    /// Roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<MultiValued>,
    /// Certificates in base64.
    #[serde(
        rename = "x509Certificates",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub x509_certificates: Vec<MultiValued>,
    /// The enterprise extension.
    #[serde(
        rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub enterprise: Option<EnterpriseUser>,
    /// The Peakon extension.
    #[serde(
        rename = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub peakon: Option<PeakonUser>,
    /// Whatever else was there, other extensions included.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(
    User: "schemas", "id", "externalId", "meta", "userName", "name", "displayName", "nickName", "profileUrl", "title",
    "userType", "preferredLanguage", "locale", "timezone", "active", "password", "emails", "phoneNumbers", "ims",
    "photos", "addresses", "groups", "entitlements", "roles", "x509Certificates", urn::ENTERPRISE_USER, urn::PEAKON_USER,
);

impl User {
    /// A user with a login name.
    ///
    /// ```
    /// use scim_core::resource::User;
    ///
    /// assert_eq!(User::new("bjensen").user_name, "bjensen");
    /// ```
    #[must_use]
    pub fn new(user_name: impl Into<String>) -> Self {
        Self {
            schemas: vec![urn::USER.to_owned()],
            user_name: user_name.into(),
            ..Self::default()
        }
    }
}

impl TryFrom<&Resource> for User {
    type Error = Error;

    fn try_from(resource: &Resource) -> Result<Self, Self::Error> {
        resource.to_typed()
    }
}

/// Lists in `schemas` the extensions that are present.
impl From<User> for Resource {
    fn from(mut user: User) -> Self {
        let present = [
            (urn::ENTERPRISE_USER, user.enterprise.is_some()),
            (urn::PEAKON_USER, user.peakon.is_some()),
        ];
        for (urn, _) in present.iter().filter(|(_, is_present)| *is_present) {
            if !user
                .schemas
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(urn))
            {
                user.schemas.push((*urn).to_owned());
            }
        }
        to_resource(&user)
    }
}

/// The JSON object that a typed resource serializes to.
pub(super) fn to_resource(typed: &impl Serialize) -> Resource {
    match serde_json::to_value(typed) {
        Ok(Value::Object(members)) => Resource::new(members),
        // The types of this module serialize to objects whose keys are strings: this cannot fail.
        _ => Resource::default(),
    }
}

/// The parts of a person's name ([RFC 7643, section 4.1.1](https://www.rfc-editor.org/rfc/rfc7643#section-4.1.1)).
///
/// ```
/// use scim_core::resource::Name;
///
/// assert_eq!(Name::new("Barbara", "Jensen").family_name.as_deref(), Some("Jensen"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Name {
    /// The whole name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Middle names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// What stands before the name, such as `Dr.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub honorific_prefix: Option<String>,
    /// What stands after the name, such as `Jr.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub honorific_suffix: Option<String>,
    /// Whatever else was there.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(
    Name: "formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix"
);

impl Name {
    /// A name of given name and family name.
    ///
    /// ```
    /// use scim_core::resource::Name;
    ///
    /// let name = Name::new("Maja", "Holm");
    /// assert_eq!(name.given_name.as_deref(), Some("Maja"));
    /// ```
    #[must_use]
    pub fn new(given_name: impl Into<String>, family_name: impl Into<String>) -> Self {
        Self {
            given_name: Some(given_name.into()),
            family_name: Some(family_name.into()),
            ..Self::default()
        }
    }
}
