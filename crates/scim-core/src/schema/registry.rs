//! [`SchemaRegistry`]: the schemas and resource types of one service, checked once and looked up fast.

mod attribute_reference;
mod problem;
mod redacted;
mod registered;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use attribute_reference::{AttributeReference, UnknownAttribute};
pub(super) use problem::free_name_problem;
pub use problem::{RegistryError, RegistryProblem};
pub use redacted::Redacted;
pub(super) use registered::Container;
pub use registered::RegisteredResourceType;

use super::{ResourceType, Schema};
use crate::urn::{self, SchemaUrn};

/// The schemas and resource types of one service ([RFC 7643, section 3.2](https://www.rfc-editor.org/rfc/rfc7643#section-3.2)).
///
/// Built once; a clone is cheap. The three schemas of the discovery endpoints are always part of it.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
///
/// let registry = SchemaRegistry::standard();
/// let names: Vec<_> = registry.resource_types().map(|known| known.definition().name.clone()).collect();
/// assert_eq!(names, ["Group", "User"]);
/// assert!(registry.resource_type_at("users").is_some());
/// ```
#[derive(Clone, Debug)]
pub struct SchemaRegistry {
    schemas: BTreeMap<SchemaUrn, Arc<Schema>>,
    /// By name.
    resource_types: BTreeMap<String, RegisteredResourceType>,
}

impl SchemaRegistry {
    /// Starts an empty registry.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType, ResourceType, Schema, SchemaRegistry};
    /// use scim_core::urn::SchemaUrn;
    ///
    /// let badge = SchemaUrn::new("urn:example:schemas:1.0:Badge")?;
    /// let registry = SchemaRegistry::builder()
    ///     .schema(
    ///         Schema::new(badge.clone(), "Badge")
    ///             .attribute_added(AttributeDefinition::new("number", AttributeType::String)),
    ///     )
    ///     .resource_type(ResourceType::new("Badge", "/Badges", badge))
    ///     .build()?;
    /// assert!(registry.resource_type("Badge").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn builder() -> SchemaRegistryBuilder {
        SchemaRegistryBuilder::default()
    }

    /// Users with the enterprise extension, and groups.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// assert_eq!(SchemaRegistry::standard().resource_types().count(), 2);
    /// ```
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "the built-in definitions agree, which a test shows"
    )]
    #[expect(
        clippy::expect_used,
        reason = "the built-in definitions agree, which a test shows"
    )]
    pub fn standard() -> Self {
        let users = ResourceType::new("User", "/Users", SchemaUrn::known(urn::USER))
            .description("User accounts")
            .extension(SchemaUrn::known(urn::ENTERPRISE_USER), false);
        let groups = ResourceType::new("Group", "/Groups", SchemaUrn::known(urn::GROUP))
            .description("Groups");
        Self::builder()
            .schema(super::user().clone())
            .schema(super::enterprise_user().clone())
            .schema(super::group().clone())
            .resource_type(users)
            .resource_type(groups)
            .build()
            .expect("the built-in definitions agree")
    }

    /// The resource types, by name.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// assert_eq!(registry.resource_types().count(), 2);
    /// ```
    pub fn resource_types(&self) -> impl Iterator<Item = &RegisteredResourceType> {
        self.resource_types.values()
    }

    /// The resource type with this name; case counts, as RFC 7643 (erratum 8475) says.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// assert!(registry.resource_type("Group").is_some());
    /// ```
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&RegisteredResourceType> {
        self.resource_types.get(name)
    }

    /// The resource type at an endpoint, given as path segment: `Users`. Case does not count.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// assert!(registry.resource_type_at("Groups").is_some());
    /// ```
    #[must_use]
    pub fn resource_type_at(&self, segment: &str) -> Option<&RegisteredResourceType> {
        self.resource_types().find(|known| {
            known
                .definition()
                .endpoint_segment()
                .eq_ignore_ascii_case(segment)
        })
    }

    /// The schemas, by identifier, those of the discovery endpoints included.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// assert_eq!(registry.schemas().count(), 6);
    /// ```
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        self.schemas.values().map(AsRef::as_ref)
    }

    /// The schema with this identifier, without regard to ASCII case.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// assert!(registry.schema("URN:IETF:params:scim:schemas:core:2.0:User").is_some());
    /// assert!(registry.schema("urn:ietf:params:scim:schemas:core:2.0:Device").is_none());
    /// ```
    #[must_use]
    pub fn schema(&self, urn: &str) -> Option<&Schema> {
        let urn = SchemaUrn::new(urn).ok()?;
        self.schemas.get(&urn).map(AsRef::as_ref)
    }
}

/// Collects schemas and resource types for a [`SchemaRegistry`].
///
/// ```
/// use scim_core::schema::SchemaRegistry;
///
/// assert!(SchemaRegistry::builder().build().is_ok());
/// ```
#[derive(Clone, Debug, Default)]
pub struct SchemaRegistryBuilder {
    schemas: Vec<Schema>,
    resource_types: Vec<ResourceType>,
}

impl SchemaRegistryBuilder {
    /// Adds a schema.
    ///
    /// ```
    /// use scim_core::schema::{SchemaRegistry, group};
    ///
    /// let registry = SchemaRegistry::builder().schema(group().clone()).build()?;
    /// assert!(registry.schema(group().id.as_str()).is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schemas.push(schema);
        self
    }

    /// Adds a resource type, whose schemas may be added before or after.
    ///
    /// ```
    /// use scim_core::schema::{ResourceType, SchemaRegistry, group};
    ///
    /// let registry = SchemaRegistry::builder()
    ///     .resource_type(ResourceType::new("Group", "/Groups", group().id.clone()))
    ///     .schema(group().clone())
    ///     .build()?;
    /// assert!(registry.resource_type("Group").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn resource_type(mut self, resource_type: ResourceType) -> Self {
        self.resource_types.push(resource_type);
        self
    }

    /// Checks everything and makes the registry.
    ///
    /// ```
    /// use scim_core::schema::{ResourceType, SchemaRegistry, group};
    ///
    /// let groups = ResourceType::new("Group", "/Groups", group().id.clone());
    /// let incomplete = SchemaRegistry::builder().resource_type(groups);
    /// assert!(incomplete.build().is_err_and(|error| error.problems().len() == 1));
    /// ```
    ///
    /// # Errors
    ///
    /// [`RegistryError`] with *all* problems: names which cannot be names or differ in case only, sub-attributes where
    /// there may be none, unknown schemas, endpoints that two resource types share, and the like.
    pub fn build(self) -> Result<SchemaRegistry, RegistryError> {
        let mut problems = problem::check(&self.schemas, &self.resource_types);
        let mut schemas = BTreeMap::new();
        for mut schema in self.schemas {
            for attribute in &mut schema.attributes {
                problem::add_default_sub_attributes(attribute);
            }
            schemas.insert(schema.id.clone(), Arc::new(schema));
        }
        for fixed in [
            super::service_provider_config_schema(),
            super::resource_type(),
            super::schema(),
        ] {
            schemas
                .entry(fixed.id.clone())
                .or_insert_with(|| Arc::new(fixed.clone()));
        }
        let mut resource_types = BTreeMap::new();
        for definition in self.resource_types {
            let base = schemas.get(&definition.schema).cloned();
            let extensions: Option<Vec<_>> = definition
                .schema_extensions
                .iter()
                .map(|extension| schemas.get(&extension.schema).cloned())
                .collect();
            // Without its schemas a resource type is among the problems already.
            if let (Some(base), Some(extensions)) = (base, extensions) {
                let name = definition.name.clone();
                resource_types.insert(
                    name,
                    RegisteredResourceType::new(definition, base, extensions),
                );
            }
        }
        if problems.is_empty() {
            Ok(SchemaRegistry {
                schemas,
                resource_types,
            })
        } else {
            problems.dedup();
            Err(RegistryError::new(problems))
        }
    }
}
