//! [`Redacted`]: a resource for a log, without its secrets.

use std::fmt;

use serde_json::{Map, Value};

use super::attribute_reference::AttributeReference;
use super::container::Container;
use super::registered::RegisteredResourceType;
use crate::resource::{Hidden, Resource};
use crate::schema::AttributeDefinition;

/// A resource whose `Debug` shows no value that a service must not show: of attributes that are writeOnly or never returned
/// ([RFC 7643, section 2.2](https://www.rfc-editor.org/rfc/rfc7643#section-2.2)), of attributes that no schema knows, because
/// nothing tells what they hold, and of a schema with [`free_names`](crate::schema::Schema::free_names), whose attributes an
/// account has defined for itself, such as a salary. Names are shown.
///
/// Made by [`RegisteredResourceType::redacted`].
#[derive(Clone, Copy)]
pub struct Redacted<'r> {
    resource_type: &'r RegisteredResourceType,
    resource: &'r Resource,
}

impl RegisteredResourceType {
    /// A resource for a log or a test's message: what the schemas call secret, or do not know, is not shown.
    ///
    /// The `Debug` of a [`Resource`] itself knows no schema, and shows attributes of RFC 7643 only.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::resource::Resource;
    /// use scim_core::schema::SchemaRegistry;
    /// use serde_json::json;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let user = json!({"userName": "bjensen", "password": "t1meMa$heen", "badgePin": "4711"});
    /// let user = Resource::new(user.as_object().cloned().ok_or("no object")?);
    /// let shown = format!("{:?}", users.redacted(&user));
    /// assert!(shown.contains("bjensen") && !shown.contains("t1meMa$heen") && !shown.contains("4711"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn redacted<'r>(&'r self, resource: &'r Resource) -> Redacted<'r> {
        Redacted {
            resource_type: self,
            resource,
        }
    }
}

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = formatter.debug_map();
        for (name, value) in self.resource.attributes() {
            match (self.resource_type.extension_container(name), value) {
                (Some(container), Value::Object(members)) => {
                    map.entry(name, &Attributes { container, members });
                }
                _ => entry(&mut map, self.resource_type.base(), name, value),
            }
        }
        map.finish()
    }
}

/// The attributes of one schema.
struct Attributes<'r> {
    container: &'r Container,
    members: &'r Map<String, Value>,
}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = formatter.debug_map();
        for (name, value) in self.members {
            entry(&mut map, self.container, name, value);
        }
        map.finish()
    }
}

fn entry(map: &mut fmt::DebugMap<'_, '_>, container: &Container, name: &str, value: &Value) {
    let definition = container.attribute(name).map(AttributeReference::attribute);
    let is_shown = |definition: &&AttributeDefinition| {
        !container.schema.free_names && !definition.is_never_returned()
    };
    match definition.filter(is_shown) {
        Some(definition) => map.entry(&name, &Shown { definition, value }),
        None => map.entry(&name, &Hidden),
    };
}

/// A value of an attribute that may be shown.
struct Shown<'r> {
    definition: &'r AttributeDefinition,
    value: &'r Value,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { definition, value } = *self;
        match value {
            Value::Array(values) => formatter
                .debug_list()
                .entries(values.iter().map(|value| Shown { definition, value }))
                .finish(),
            Value::Object(members) => {
                let mut map = formatter.debug_map();
                for (name, value) in members {
                    let definition = definition.sub_attribute(name);
                    match definition.filter(|definition| !definition.is_never_returned()) {
                        Some(definition) => map.entry(name, &Shown { definition, value }),
                        None => map.entry(name, &Hidden),
                    };
                }
                map.finish()
            }
            simple => write!(formatter, "{simple}"),
        }
    }
}
