//! [`UniqueKey`]: the values of a resource that no other one may have.

use std::fmt;

use serde_json::Value;

use super::{
    AttributeDefinition, AttributeReference, RegisteredResourceType, Uniqueness, value_key,
};
use crate::error::{Error, ErrorKind};
use crate::resource::{Hidden, Resource};

/// A value that no other resource may have
/// ([RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7), `uniqueness`).
///
/// A store keeps path and key in an index and refuses what is taken with 409 `uniqueness`
/// ([RFC 7644, section 3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3)). The key is the one that filters compare by
/// ([`value_key`]), so that nobody is created whom a look-up would have found.
///
/// # Examples
///
/// See [`RegisteredResourceType::unique_keys`].
///
/// `Debug` does not show the key, which may be personal. Whoever may create resources finds out by trial which values are taken,
/// also those of an attribute that is writeOnly or never returned: such an attribute had better not be unique.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct UniqueKey {
    /// The attribute, in path notation and spelled as the schema spells it.
    pub path: String,
    /// The comparison key of the value.
    pub key: String,
    /// Among which resources it is unique: those of one endpoint, or all there are.
    pub scope: Uniqueness,
}

impl UniqueKey {
    /// A value of an attribute that is unique within a scope.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::schema::{UniqueKey, Uniqueness};
    ///
    /// assert_eq!(UniqueKey::new("userName", "bjensen", Uniqueness::Server).key, "bjensen");
    /// ```
    #[must_use]
    pub fn new(path: impl Into<String>, key: impl Into<String>, scope: Uniqueness) -> Self {
        Self {
            path: path.into(),
            key: key.into(),
            scope,
        }
    }

    /// The error for a request whose value another resource has: 409 `uniqueness` with the path, without the value
    /// ([RFC 7644, section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::error::ErrorKind;
    /// use scim_core::schema::{UniqueKey, Uniqueness};
    ///
    /// let error = UniqueKey::new("userName", "bjensen", Uniqueness::Server).taken();
    /// assert_eq!((error.kind(), error.path()), (ErrorKind::Uniqueness, Some("userName")));
    /// assert!(!error.to_string().contains("bjensen"));
    /// ```
    #[must_use]
    pub fn taken(&self) -> Error {
        Error::new(
            ErrorKind::Uniqueness,
            "another resource has this value already; send another value, or find that resource and change it",
        )
        .with_path(&self.path)
    }
}

impl fmt::Debug for UniqueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UniqueKey")
            .field("path", &self.path)
            .field("key", &Hidden)
            .field("scope", &self.scope)
            .finish()
    }
}

impl RegisteredResourceType {
    /// The values of a resource that have to be unique: one key for each value of each attribute or sub-attribute whose
    /// `uniqueness` is not `none`. Of equal values in one resource there is one key.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::resource::User;
    /// use scim_core::schema::{SchemaRegistry, UniqueKey, Uniqueness};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let keys = users.unique_keys(&User::new("BJensen").into());
    /// assert_eq!(keys, [UniqueKey::new("userName", "bjensen", Uniqueness::Server)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn unique_keys(&self, resource: &Resource) -> Vec<UniqueKey> {
        let mut keys = Vec::new();
        for attribute in self.unique_attributes() {
            collect(attribute, resource, &mut keys);
        }
        keys.sort();
        keys.dedup();
        keys
    }

    /// Whether two resources surely have the same [`unique_keys`](Self::unique_keys).
    pub(crate) fn are_unique_alike(&self, one: &Resource, other: &Resource) -> bool {
        let mut unique = self.unique_attributes().iter();
        unique.all(|attribute| attribute.value_in(one) == attribute.value_in(other))
    }
}

const fn is_unique(definition: &AttributeDefinition) -> bool {
    !matches!(definition.uniqueness, Uniqueness::None)
}

fn collect(attribute: &AttributeReference, resource: &Resource, keys: &mut Vec<UniqueKey>) {
    let elements = match attribute.value_in(resource) {
        None => return,
        Some(Value::Array(elements)) => elements.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let definition = attribute.attribute();
    let path = attribute.canonical_path();
    for element in elements {
        if is_unique(definition)
            && let Some(key) = value_key(definition, element)
        {
            keys.push(UniqueKey::new(&path, key, definition.uniqueness));
        }
        for sub_attribute in definition
            .sub_attributes
            .iter()
            .filter(|sub| is_unique(sub))
        {
            let value = element.get(&sub_attribute.name);
            if let Some(key) = value.and_then(|value| value_key(sub_attribute, value)) {
                let path = format!("{path}.{}", sub_attribute.name);
                keys.push(UniqueKey::new(path, key, sub_attribute.uniqueness));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{ResourceType, Schema, SchemaRegistry};
    use crate::urn::SchemaUrn;

    fn things() -> RegisteredResourceType {
        let mut schema: Schema = serde_json::from_value(json!({
            "id": "urn:example:Thing",
            "name": "Thing",
            "attributes": [
                {"name": "serial", "type": "integer", "uniqueness": "global"},
                {"name": "tags", "type": "string", "multiValued": true, "uniqueness": "server"},
                {"name": "label", "type": "string"},
                {"name": "badges", "type": "complex", "multiValued": true, "subAttributes": [
                    {"name": "value", "type": "string", "caseExact": true, "uniqueness": "server"},
                    {"name": "type", "type": "string"},
                ]},
            ],
        }))
        .unwrap();
        schema.id = SchemaUrn::new("urn:example:Thing").unwrap();
        let registry = SchemaRegistry::builder()
            .resource_type(ResourceType::new("Thing", "/Things", schema.id.clone()))
            .schema(schema)
            .build()
            .unwrap();
        registry.resource_type("Thing").unwrap().clone()
    }

    #[test]
    fn each_value_has_a_key_and_equal_ones_have_one() {
        let thing = json!({
            "serial": 7.0,
            "tags": ["Red", "RED", "blue"],
            "label": "x",
            "badges": [{"value": "A", "type": "t"}, {"value": "a"}, {"type": "t"}],
        });
        let keys = things().unique_keys(&Resource::new(thing.as_object().unwrap().clone()));
        let seven = json!(7);
        let serial = AttributeDefinition::new("serial", crate::schema::AttributeType::Integer);
        let serial = value_key(&serial, &seven);
        let found: Vec<_> = keys
            .iter()
            .map(|key| (key.path.as_str(), key.key.as_str(), key.scope))
            .collect();
        assert_eq!(
            found,
            [
                ("badges.value", "A", Uniqueness::Server),
                ("badges.value", "a", Uniqueness::Server),
                ("serial", serial.as_deref().unwrap(), Uniqueness::Global),
                ("tags", "blue", Uniqueness::Server),
                ("tags", "red", Uniqueness::Server),
            ]
        );
    }

    #[test]
    fn resources_are_alike_while_no_unique_value_differs() {
        let things = things();
        let thing = |serial: u8, label: &str, badge: &str| {
            let thing = json!({"serial": serial, "label": label, "badges": [{"value": badge}]});
            Resource::new(thing.as_object().unwrap().clone())
        };
        let one = thing(1, "x", "a");
        assert!(things.are_unique_alike(&one, &thing(1, "y", "a")));
        assert!(!things.are_unique_alike(&one, &thing(2, "x", "a")));
        assert!(!things.are_unique_alike(&one, &thing(1, "x", "b")));
        assert!(!things.are_unique_alike(&one, &Resource::default()));
    }
}
