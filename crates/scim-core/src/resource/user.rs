//! [`User`].

use serde::Serialize;
use serde_json::Value;

use super::listed::listed;
use super::typed::{AsExtension, Form as _, typed};
use super::{
    Address, EnterpriseUser, Meta, MultiValued, PeakonUser, Resource, ResourceReference, Secret,
};
use crate::error::Error;
use crate::urn;

typed! {
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
    pub struct User lists listed_schemas {
        /// The URIs of the schemas.
        "schemas" as AsListed => schemas: Vec<String>,
        /// The identifier, given by the service.
        "id" => id: Option<String>,
        /// The identifier given by the client.
        "externalId" => external_id: Option<String>,
        /// What the service keeps about the user.
        "meta" => meta: Option<Meta>,
        /// The login name; required when a user is written.
        "userName" => user_name: String,
        /// The parts of the real name.
        "name" => name: Option<Name>,
        /// The name for people.
        "displayName" => display_name: Option<String>,
        /// What friends say.
        "nickName" => nick_name: Option<String>,
        /// The address of a page about the user.
        "profileUrl" => profile_url: Option<String>,
        /// The job title.
        "title" => title: Option<String>,
        /// The relation to the organisation, such as `Contractor`.
        "userType" => user_type: Option<String>,
        /// The preferred languages, as in `Accept-Language`.
        "preferredLanguage" => preferred_language: Option<String>,
        /// The language tag for dates, numbers and currency.
        "locale" => locale: Option<String>,
        /// The IANA time zone.
        "timezone" => timezone: Option<String>,
        /// Whether the account is in use.
        "active" => active: Option<bool>,
        /// The password in clear, only ever on the way to the service.
        "password" => password: Option<Secret>,
        /// E-mail addresses.
        "emails" => emails: Vec<MultiValued>,
        /// Phone numbers.
        "phoneNumbers" => phone_numbers: Vec<MultiValued>,
        /// Instant-messaging addresses.
        "ims" => ims: Vec<MultiValued>,
        /// Addresses of pictures.
        "photos" => photos: Vec<MultiValued>,
        /// Postal addresses.
        "addresses" => addresses: Vec<Address>,
        /// The groups of the user, which follow from the groups' members.
        "groups" => groups: Vec<ResourceReference>,
        /// What the user is entitled to.
        "entitlements" => entitlements: Vec<MultiValued>,
        /// Roles.
        "roles" => roles: Vec<MultiValued>,
        /// Certificates in base64.
        "x509Certificates" => x509_certificates: Vec<MultiValued>,
        /// The enterprise extension.
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" as AsExtension => enterprise: Option<EnterpriseUser>,
        /// The Peakon extension.
        "urn:ietf:params:scim:schemas:extension:peakon:2.0:User" as AsExtension => peakon: Option<PeakonUser>,
    }
}

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

    /// The URIs that are written as `schemas`: those of the field, brought in step with the extensions that have attributes.
    /// An extension without attributes is not assigned, and neither it nor its URN is written.
    ///
    /// ```
    /// use scim_core::resource::{EnterpriseUser, User};
    /// use scim_core::urn;
    ///
    /// let mut user = User::new("bjensen");
    /// user.enterprise = Some(EnterpriseUser::builder().department("Tours").build());
    /// assert_eq!(user.listed_schemas(), [urn::USER, urn::ENTERPRISE_USER]);
    /// user.enterprise = None;
    /// assert_eq!(user.listed_schemas(), [urn::USER]);
    /// ```
    #[must_use]
    pub fn listed_schemas(&self) -> Vec<&str> {
        let extensions = [
            (
                urn::ENTERPRISE_USER,
                !AsExtension::is_absent(&self.enterprise),
            ),
            (urn::PEAKON_USER, !AsExtension::is_absent(&self.peakon)),
        ];
        listed(urn::USER, &self.schemas, &extensions, &self.additional)
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
    fn from(user: User) -> Self {
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

typed! {
    /// The parts of a person's name ([RFC 7643, section 4.1.1](https://www.rfc-editor.org/rfc/rfc7643#section-4.1.1)).
    ///
    /// ```
    /// use scim_core::resource::Name;
    ///
    /// assert_eq!(Name::new("Barbara", "Jensen").family_name.as_deref(), Some("Jensen"));
    /// ```
    pub struct Name {
        /// The whole name.
        "formatted" => formatted: Option<String>,
        /// Family name.
        "familyName" => family_name: Option<String>,
        /// Given name.
        "givenName" => given_name: Option<String>,
        /// Middle names.
        "middleName" => middle_name: Option<String>,
        /// What stands before the name, such as `Dr.`.
        "honorificPrefix" => honorific_prefix: Option<String>,
        /// What stands after the name, such as `Jr.`.
        "honorificSuffix" => honorific_suffix: Option<String>,
    }
}

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
