//! Resources: the dynamic [`Resource`], and typed users, groups and extensions over the same JSON.
//!
//! A typed resource reads names without regard to ASCII case and refuses one that comes twice; null is the same as absent
//! ([RFC 7643, sections 2.1 and 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.1)). What it has no field for stays in
//! `additional`, so nothing is lost on the way back. `Debug` of a typed or dynamic resource never shows a password, nor the
//! value of a member that nobody knows.
//!
//! The JSON Schema of a typed resource or message (`schemars::schema_for!(User)`) accepts a document if, and only if, serde
//! reads it as that type. It knows names in the spelling of the schemas only, and not the grammar of filters and paths.

mod builders;
mod debug;
mod enterprise_user;
mod extension;
mod from_value;
mod group;
mod json;
mod listed;
mod meta;
mod multi_valued;
mod peakon_user;
mod presence;
mod secret;
pub(crate) mod typed;
mod user;

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use builders::{
    AddressBuilder, EnterpriseUserBuilder, GroupBuilder, NameBuilder, PeakonUserBuilder,
    UserBuilder,
};
pub use enterprise_user::{EnterpriseUser, Manager};
pub use extension::Extension;
pub use group::Group;
pub(crate) use json::are_names_unique;
pub use json::{JsonLimits, read_json};
pub use meta::Meta;
pub use multi_valued::{Address, MultiValued, ResourceReference};
pub use peakon_user::PeakonUser;
pub use presence::Presence;
pub(crate) use secret::Hidden;
pub use secret::Secret;
pub use user::{Name, User};

use crate::error::Error;

/// A resource as a JSON object: attributes of the base schema at the top, each extension under its URN
/// ([RFC 7643, section 3](https://www.rfc-editor.org/rfc/rfc7643#section-3)).
///
/// Deserializing refuses a name that comes twice in one object, in any case of its letters, as [`read_json`] does.
/// The names are spelt as the schemas spell them once the resource was
/// [read](crate::schema::RegisteredResourceType::read). `Debug` shows the values of attributes that RFC 7643 defines and an
/// answer may hold, and only the names of all others; [`redacted`](crate::schema::RegisteredResourceType::redacted) goes by
/// the schemas.
///
/// ```
/// use scim_core::resource::{Resource, User};
///
/// let mut resource = Resource::from(User::new("bjensen"));
/// resource.set_id("2819c223");
/// assert_eq!(resource.id(), Some("2819c223"));
/// assert_eq!(resource.get("USERNAME"), Some(&"bjensen".into()));
/// ```
/// A clone is cheap: it shares the attributes until one of the two is changed.
#[derive(Clone, PartialEq, Default)]
pub struct Resource {
    attributes: Arc<Map<String, Value>>,
}

impl Resource {
    /// Takes a JSON object as a resource, without a look at any schema.
    ///
    /// ```
    /// use scim_core::resource::Resource;
    ///
    /// assert!(Resource::new(serde_json::Map::new()).id().is_none());
    /// ```
    #[must_use]
    pub fn new(attributes: Map<String, Value>) -> Self {
        Self {
            attributes: Arc::new(attributes),
        }
    }

    /// The `id`.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// assert_eq!(Resource::from(User::new("bjensen")).id(), None);
    /// ```
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.text("id")
    }

    /// The `externalId`.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// let mut user = User::new("bjensen");
    /// user.external_id = Some("4711".to_owned());
    /// assert_eq!(Resource::from(user).external_id(), Some("4711"));
    /// ```
    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.text("externalId")
    }

    /// The URIs in `schemas`.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// let resource = Resource::from(User::new("bjensen"));
    /// assert!(resource.schemas().eq([scim_core::urn::USER]));
    /// ```
    pub fn schemas(&self) -> impl Iterator<Item = &str> {
        self.get("schemas")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    /// The `meta`, if it is there and well-formed.
    ///
    /// ```
    /// use scim_core::resource::{Meta, Resource};
    ///
    /// let mut resource = Resource::default();
    /// resource.set_meta(&Meta::new("User"));
    /// assert_eq!(resource.meta().and_then(|meta| meta.resource_type), Some("User".to_owned()));
    /// ```
    #[must_use]
    pub fn meta(&self) -> Option<Meta> {
        Meta::deserialize(self.get("meta")?).ok()
    }

    /// `meta.version`, without a look at the rest of `meta` where it is spelled as the schema spells it.
    pub(crate) fn version(&self) -> Option<String> {
        match self.get("meta")?.get("version") {
            Some(Value::String(version)) => Some(version.clone()),
            _ => self.meta()?.version,
        }
    }

    /// Sets the `id`.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// let mut resource = Resource::from(User::new("bjensen"));
    /// resource.set_id("42");
    /// assert_eq!(resource.id(), Some("42"));
    /// ```
    pub fn set_id(&mut self, id: impl Into<String>) {
        self.attributes_mut()
            .insert("id".to_owned(), Value::String(id.into()));
    }

    /// Sets the `meta`.
    ///
    /// ```
    /// use scim_core::resource::{Meta, Resource};
    ///
    /// let mut resource = Resource::default();
    /// resource.set_meta(&Meta::new("Group"));
    /// assert!(resource.meta().is_some());
    /// ```
    pub fn set_meta(&mut self, meta: &Meta) {
        // It consists of texts only, which always serialize.
        if let Ok(value) = serde_json::to_value(meta) {
            self.attributes_mut().insert("meta".to_owned(), value);
        }
    }

    /// The top-level member with this name, in this spelling or else without regard to ASCII case.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// assert!(Resource::from(User::new("bjensen")).get("username").is_some());
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name).or_else(|| {
            self.attributes
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        })
    }

    /// The top-level members.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// assert_eq!(Resource::from(User::new("bjensen")).attributes().len(), 2);
    /// ```
    #[must_use]
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// The top-level members, to be changed. Whoever changes them keeps the spelling of the schemas.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// let mut resource = Resource::from(User::new("bjensen"));
    /// resource.attributes_mut().insert("title".to_owned(), "CTO".into());
    /// assert_eq!(resource.get("title"), Some(&"CTO".into()));
    /// ```
    pub fn attributes_mut(&mut self) -> &mut Map<String, Value> {
        Arc::make_mut(&mut self.attributes)
    }

    pub(crate) fn into_attributes(self) -> Map<String, Value> {
        Arc::unwrap_or_clone(self.attributes)
    }

    /// The attributes of an extension.
    ///
    /// ```
    /// use scim_core::resource::{EnterpriseUser, Resource, User};
    /// use scim_core::urn;
    ///
    /// let mut user = User::new("bjensen");
    /// let mut enterprise = EnterpriseUser::default();
    /// enterprise.department = Some("Tours".to_owned());
    /// user.enterprise = Some(enterprise);
    /// let resource = Resource::from(user);
    /// let extension = resource.extension(urn::ENTERPRISE_USER).ok_or("the extension is present")?;
    /// assert_eq!(extension["department"], "Tours");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn extension(&self, urn: &str) -> Option<&Map<String, Value>> {
        self.get(urn).and_then(Value::as_object)
    }

    /// The resource as a JSON value.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// assert_eq!(Resource::from(User::new("bjensen")).into_value()["userName"], "bjensen");
    /// ```
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Object(self.into_attributes())
    }

    /// A copy of the resource as a JSON value.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// assert_eq!(Resource::from(User::new("bjensen")).to_value()["userName"], "bjensen");
    /// ```
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::Object(self.attributes().clone())
    }

    /// Reads the resource as a type of one's own: any `Deserialize`. An error names the place and what is needed there, and
    /// repeats no value.
    ///
    /// ```
    /// use scim_core::resource::{Resource, User};
    ///
    /// let resource = Resource::from(User::new("bjensen"));
    /// let user: User = resource.to_typed()?;
    /// assert_eq!(user.user_name, "bjensen");
    /// # Ok::<(), scim_core::error::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `invalidValue`, if the type does not fit.
    pub fn to_typed<'r, T: Deserialize<'r>>(&'r self) -> Result<T, Error> {
        from_value::from_members(&self.attributes)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.attributes.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::strict_members(deserializer).map(Self::new)
    }
}

impl schemars::JsonSchema for Resource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Resource".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}

#[cfg(test)]
mod tests;
