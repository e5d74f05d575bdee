//! [`SchemaRegistry`]: the schemas and resource types of one service, checked once and looked up fast.

mod attribute_reference;
mod container;
mod from_json;
mod problem;
mod redacted;
mod registered;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

pub use attribute_reference::{AttributeReference, UnknownAttribute};
pub(crate) use container::{Container, IndexedAttribute};
use from_json::Definitions;
pub(super) use problem::free_name_problem;
pub use problem::{RegistryError, RegistryProblem};
pub use redacted::Redacted;
pub use registered::RegisteredResourceType;
pub(super) use registered::unknown_sub_attribute;

use super::name_index::NameIndex;
use super::{ResourceType, Schema, Tightening};
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
    /// By identifier.
    schemas: Arc<[Arc<Schema>]>,
    schema_index: Arc<NameIndex>,
    /// By name.
    resource_types: Arc<[RegisteredResourceType]>,
    endpoint_index: Arc<NameIndex>,
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
        self.resource_types.iter()
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
        let position = self
            .resource_types
            .binary_search_by(|known| known.definition().name.as_str().cmp(name))
            .ok()?;
        self.resource_types.get(position)
    }

    /// The resource type with this name, in which case does not count.
    pub(crate) fn resource_type_in_any_case(&self, name: &str) -> Option<&RegisteredResourceType> {
        self.resource_types()
            .find(|known| known.definition().name.eq_ignore_ascii_case(name))
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
        let segment_at = |position| self.resource_types.get(position).map(segment_of);
        let position = self.endpoint_index.position(segment, segment_at)?;
        self.resource_types.get(position)
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
        self.schemas.iter().map(AsRef::as_ref)
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
        let identifier_at = |position: usize| {
            let schema = self.schemas.get(position)?;
            Some(schema.id.as_str())
        };
        let position = self.schema_index.position(urn, identifier_at)?;
        self.schemas.get(position).map(AsRef::as_ref)
    }
}

fn segment_of(resource_type: &RegisteredResourceType) -> &str {
    resource_type.definition().endpoint_segment()
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
    tightenings: Vec<Tightening>,
    json: Definitions,
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

    /// Adds schemas as `/Schemas` serves them: one, an array, or a list response
    /// ([RFC 7644, section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4)).
    ///
    /// Names of members and keywords are read in any case, null is the same as absent, and what is absent has its default.
    /// All lists together may hold 10,000 attributes, nested four deep; more is a problem, too.
    /// Members that RFC 7643 does not know are skipped. Everything that cannot be read is a problem of
    /// [`build`](Self::build), before those which contradict each other.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use serde_json::json;
    ///
    /// let answer = json!({
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    ///     "totalResults": 1,
    ///     "Resources": [{
    ///         "id": "urn:example:schemas:1.0:Badge",
    ///         "name": "Badge",
    ///         "attributes": [{ "name": "number", "type": "String", "uniqueness": "server", "returned": null }],
    ///     }],
    /// });
    /// let registry = SchemaRegistry::builder().schemas_from_json(&answer).build()?;
    /// assert!(registry.schema("urn:example:schemas:1.0:Badge").is_some());
    ///
    /// let faulty = json!([{ "id": "no URI" }, { "id": "urn:example:a", "attributes": [{ "type": "money" }] }]);
    /// let Err(error) = SchemaRegistry::builder().schemas_from_json(&faulty).build() else {
    ///     return Err("it is wrong in two places".into());
    /// };
    /// let places: Vec<_> = error.problems().iter().map(|problem| problem.place.as_str()).collect();
    /// assert_eq!(places, ["schema 0", "urn:example:a:[0]"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn schemas_from_json(mut self, json: &Value) -> Self {
        self.schemas.extend(self.json.schemas(json));
        self
    }

    /// Adds resource types as `/ResourceTypes` serves them: one, an array, or a list response. Those of the discovery
    /// endpoints, which some services list, are skipped. What cannot be read is a problem of [`build`](Self::build).
    ///
    /// ```
    /// use scim_core::schema::{SchemaRegistry, user};
    /// use serde_json::json;
    ///
    /// let answer = json!([{ "name": "User", "endpoint": "/Users", "schema": user().id }]);
    /// let registry = SchemaRegistry::builder()
    ///     .schema(user().clone())
    ///     .resource_types_from_json(&answer)
    ///     .build()?;
    /// assert!(registry.resource_type_at("Users").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn resource_types_from_json(mut self, json: &Value) -> Self {
        self.resource_types.extend(self.json.resource_types(json));
        self
    }

    /// Makes a schema stricter, which may be added before or after. Several take effect in their order.
    ///
    /// ```
    /// use scim_core::schema::{Mutability, SchemaRegistry, Tightening, user};
    ///
    /// let registry = SchemaRegistry::builder()
    ///     .tighten(Tightening::new(user().id.clone(), "userName").mutability(Mutability::Immutable))
    ///     .schema(user().clone())
    ///     .build()?;
    /// let user_name = registry.schema(user().id.as_str()).and_then(|schema| schema.attribute("userName"));
    /// assert!(user_name.is_some_and(|user_name| user_name.mutability == Mutability::Immutable));
    ///
    /// let looser = Tightening::new(user().id.clone(), "groups").mutability(Mutability::ReadWrite);
    /// assert!(SchemaRegistry::builder().schema(user().clone()).tighten(looser).build().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn tighten(mut self, tightening: Tightening) -> Self {
        self.tightenings.push(tightening);
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
    /// there may be none, characteristics that contradict each other, unknown schemas, endpoints that two resource types share, what would make a schema looser, and
    /// the like.
    pub fn build(mut self) -> Result<SchemaRegistry, RegistryError> {
        for attribute in self
            .schemas
            .iter_mut()
            .flat_map(|schema| &mut schema.attributes)
        {
            problem::add_default_sub_attributes(attribute);
        }
        let mut problems = self.json.problems;
        problems.extend(problem::tighten(&mut self.schemas, &self.tightenings));
        problems.extend(problem::check(&self.schemas, &self.resource_types));
        let mut schemas = BTreeMap::new();
        for schema in self.schemas {
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
            let schemas: Arc<[_]> = schemas.into_values().collect();
            let identifiers = schemas.iter().map(|schema| schema.id.as_str());
            let schema_index = Arc::new(NameIndex::new(&identifiers));
            let resource_types: Arc<[_]> = resource_types.into_values().collect();
            let segments = resource_types.iter().map(segment_of);
            let endpoint_index = Arc::new(NameIndex::new(&segments));
            Ok(SchemaRegistry {
                schemas,
                schema_index,
                resource_types,
                endpoint_index,
            })
        } else {
            problems.dedup();
            Err(RegistryError::new(problems))
        }
    }
}
