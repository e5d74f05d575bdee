//! The JSON form of a schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::{AttributeDefinition, Schema};
use crate::urn::SchemaUrn;

pub(super) const CONSTRAINTS: &str = "urn:scim-core:constraints";

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Schema")]
pub(super) struct Definition {
    id: SchemaUrn,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default)]
    attributes: Vec<AttributeDefinition>,
    /// Beyond the RFC, therefore in an object of its own.
    #[serde(
        rename = "urn:scim-core:constraints",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    constraints: Option<Constraints>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Constraints {
    free_names: bool,
}

impl Constraints {
    pub(super) fn of(schema: &Schema) -> Option<Self> {
        (schema.free_names && !schema.has_free_names_always()).then_some(Self { free_names: true })
    }
}

impl From<Definition> for Schema {
    fn from(wire: Definition) -> Self {
        let mut schema = Self::new(wire.id, wire.name);
        schema.description = wire.description;
        schema.attributes = wire.attributes;
        schema.free_names = schema.has_free_names_always()
            || wire
                .constraints
                .is_some_and(|constraints| constraints.free_names);
        schema
    }
}

impl From<Schema> for Definition {
    fn from(schema: Schema) -> Self {
        Self {
            constraints: Constraints::of(&schema),
            id: schema.id,
            name: schema.name,
            description: schema.description,
            attributes: schema.attributes,
        }
    }
}
