//! [`Schema`]: a named list of attribute definitions.

mod wire;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AttributeDefinition, Constraints};
use crate::urn::{self, SchemaUrn};

/// A named list of attribute definitions ([RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7)).
///
/// ```
/// use scim_core::schema::{AttributeDefinition, AttributeType, Schema};
/// use scim_core::urn::SchemaUrn;
///
/// let badge = Schema::new(SchemaUrn::new("urn:example:schemas:1.0:Badge")?, "Badge")
///     .attribute_added(AttributeDefinition::new("number", AttributeType::String).required(true));
/// assert!(badge.attribute("NUMBER").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "wire::Definition", into = "wire::Definition")]
#[schemars(with = "wire::Definition")]
#[non_exhaustive]
pub struct Schema {
    /// The URI that names the schema.
    pub id: SchemaUrn,
    /// A name for people.
    pub name: String,
    /// What it describes, for people.
    pub description: String,
    /// The definitions.
    pub attributes: Vec<AttributeDefinition>,
    /// Whether the names are labels of people's choosing (`Job Title`, `R&D / Ort`) instead of names after
    /// [RFC 7643, section 2.1](https://www.rfc-editor.org/rfc/rfc7643#section-2.1).
    ///
    /// In JSON it stands in the schema's member `urn:scim-core:constraints` as `freeNames`. The Peakon extension always has
    /// such names and needs no member, so that Peakon's own answer is understood.
    pub free_names: bool,
}

impl Schema {
    /// A schema without attributes.
    ///
    /// ```
    /// use scim_core::schema::Schema;
    /// use scim_core::urn::SchemaUrn;
    ///
    /// assert!(Schema::new(SchemaUrn::new("urn:example:Empty")?, "Empty").attributes.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(id: SchemaUrn, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            description: String::new(),
            attributes: Vec::new(),
            free_names: false,
        }
    }

    /// Adds a definition at the end.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType, Schema};
    /// use scim_core::urn::SchemaUrn;
    ///
    /// let schema = Schema::new(SchemaUrn::new("urn:example:1.0:Desk")?, "Desk")
    ///     .attribute_added(AttributeDefinition::new("floor", AttributeType::Integer));
    /// assert!(schema.attribute("Floor").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn attribute_added(mut self, attribute: AttributeDefinition) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Sets whether the names are labels of people's choosing.
    ///
    /// ```
    /// use scim_core::schema::Schema;
    /// use scim_core::urn::SchemaUrn;
    ///
    /// let schema = Schema::new(SchemaUrn::new("urn:example:1.0:Labels")?, "Labels").with_free_names(true);
    /// assert!(schema.free_names);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_free_names(mut self, free_names: bool) -> Self {
        self.free_names = free_names;
        self
    }

    /// The definition with this name, without regard to ASCII case.
    ///
    /// ```
    /// let user = scim_core::schema::user();
    /// assert_eq!(user.attribute("USERNAME").map(|found| found.name.as_str()), Some("userName"));
    /// ```
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&AttributeDefinition> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// Whether this is a schema of which it is known that people choose its names.
    pub(super) fn has_free_names_always(&self) -> bool {
        self.id.matches(urn::PEAKON_USER)
    }

    /// The schema as the resource that `/Schemas` serves, with the address of the service as base of its location.
    ///
    /// Constraints of attributes are left out: clients may take the characteristics of
    /// [RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7) for all that there are, and some refuse a
    /// schema with others.
    ///
    /// ```
    /// let resource = scim_core::schema::group().to_resource("https://example.com/scim/v2");
    /// assert_eq!(resource["meta"]["resourceType"], "Schema");
    /// assert_eq!(
    ///     resource["meta"]["location"],
    ///     "https://example.com/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group"
    /// );
    /// ```
    #[must_use]
    pub fn to_resource(&self, base_url: &str) -> Value {
        let location = format!("{}/Schemas/{}", base_url.trim_end_matches('/'), self.id);
        let mut resource = json!({
            "schemas": [urn::SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": without_constraints(&self.attributes),
            "meta": { "resourceType": "Schema", "location": location },
        });
        if let (Some(constraints), Some(members)) =
            (wire::Constraints::of(self), resource.as_object_mut())
        {
            members.insert(wire::CONSTRAINTS.to_owned(), json!(constraints));
        }
        resource
    }
}

fn without_constraints(definitions: &[AttributeDefinition]) -> Vec<AttributeDefinition> {
    let mut definitions = definitions.to_vec();
    for definition in &mut definitions {
        definition.constraints = Constraints::default();
        definition.sub_attributes = without_constraints(&definition.sub_attributes);
    }
    definitions
}
