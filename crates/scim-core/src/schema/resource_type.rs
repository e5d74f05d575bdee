//! [`ResourceType`]: a kind of resource, its endpoint, and the schemas it is made of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::urn::{self, SchemaUrn};

/// A kind of resource ([RFC 7643, section 6](https://www.rfc-editor.org/rfc/rfc7643#section-6)).
///
/// ```
/// use scim_core::schema::ResourceType;
/// use scim_core::urn::{self, SchemaUrn};
///
/// let users = ResourceType::new("User", "/Users", SchemaUrn::new(urn::USER)?)
///     .extension(SchemaUrn::new(urn::ENTERPRISE_USER)?, false);
/// assert_eq!(users.schema_extensions.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceType {
    /// The name, which `meta.resourceType` of its resources repeats.
    pub name: String,
    /// Where its resources live, relative to the base address: `/Users`. Read with and without the slash.
    pub endpoint: String,
    /// What it is, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The base schema.
    pub schema: SchemaUrn,
    /// The extensions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schema_extensions: Vec<SchemaExtension>,
}

impl ResourceType {
    /// A resource type without extensions.
    ///
    /// ```
    /// use scim_core::schema::{ResourceType, group};
    ///
    /// let groups = ResourceType::new("Group", "/Groups", group().id.clone());
    /// assert!(groups.schema_extensions.is_empty());
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, endpoint: impl Into<String>, schema: SchemaUrn) -> Self {
        Self {
            name: name.into(),
            endpoint: endpoint.into(),
            description: String::new(),
            schema,
            schema_extensions: Vec::new(),
        }
    }

    /// Sets the description.
    ///
    /// ```
    /// use scim_core::schema::{ResourceType, group};
    ///
    /// let groups = ResourceType::new("Group", "/Groups", group().id.clone()).description("Teams");
    /// assert_eq!(groups.description, "Teams");
    /// ```
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Adds an extension.
    ///
    /// ```
    /// use scim_core::schema::{ResourceType, enterprise_user, user};
    ///
    /// let users = ResourceType::new("User", "/Users", user().id.clone())
    ///     .extension(enterprise_user().id.clone(), true);
    /// assert!(users.schema_extensions.iter().all(|extension| extension.required));
    /// ```
    #[must_use]
    pub fn extension(mut self, schema: SchemaUrn, required: bool) -> Self {
        self.schema_extensions
            .push(SchemaExtension::new(schema, required));
        self
    }

    /// The path segment under which its resources live, without slashes: `Users`.
    ///
    /// ```
    /// use scim_core::schema::ResourceType;
    /// use scim_core::urn::{self, SchemaUrn};
    ///
    /// let users = ResourceType::new("User", "/Users", SchemaUrn::new(urn::USER)?);
    /// assert_eq!(users.endpoint_segment(), "Users");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn endpoint_segment(&self) -> &str {
        self.endpoint.trim_matches('/')
    }

    /// The resource type as the resource that `/ResourceTypes` serves.
    ///
    /// ```
    /// use scim_core::schema::ResourceType;
    /// use scim_core::urn::{self, SchemaUrn};
    ///
    /// let users = ResourceType::new("User", "Users", SchemaUrn::new(urn::USER)?);
    /// let resource = users.to_resource("https://example.com/scim/v2");
    /// assert_eq!(resource["endpoint"], "/Users");
    /// assert_eq!(resource["meta"]["location"], "https://example.com/scim/v2/ResourceTypes/User");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_resource(&self, base_url: &str) -> Value {
        let location = format!(
            "{}/ResourceTypes/{}",
            base_url.trim_end_matches('/'),
            self.name
        );
        json!({
            "schemas": [urn::RESOURCE_TYPE],
            "id": self.name,
            "name": self.name,
            "endpoint": format!("/{}", self.endpoint_segment()),
            "description": self.description,
            "schema": self.schema,
            "schemaExtensions": self.schema_extensions,
            "meta": { "resourceType": "ResourceType", "location": location },
        })
    }
}

/// An extension of a resource type.
///
/// ```
/// use scim_core::schema::SchemaExtension;
/// use scim_core::urn::{self, SchemaUrn};
///
/// assert!(SchemaExtension::new(SchemaUrn::new(urn::ENTERPRISE_USER)?, true).required);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SchemaExtension {
    /// The schema of the extension.
    pub schema: SchemaUrn,
    /// Whether every resource must have it.
    pub required: bool,
}

impl SchemaExtension {
    /// An extension by its schema.
    ///
    /// ```
    /// use scim_core::schema::{SchemaExtension, enterprise_user};
    ///
    /// assert!(!SchemaExtension::new(enterprise_user().id.clone(), false).required);
    /// ```
    #[must_use]
    pub fn new(schema: SchemaUrn, required: bool) -> Self {
        Self { schema, required }
    }
}
