//! The JSON form, which leaves out what has no meaning for a type.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AttributeType, Constraints, Mutability, Returned, Uniqueness};

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AttributeDefinition")]
pub(super) struct Definition {
    name: String,
    #[serde(default)]
    r#type: AttributeType,
    #[serde(default)]
    multi_valued: bool,
    #[serde(default)]
    description: String,
    #[serde(default)]
    required: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    canonical_values: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    case_exact: Option<bool>,
    #[serde(default)]
    mutability: Mutability,
    #[serde(default)]
    returned: Returned,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uniqueness: Option<Uniqueness>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reference_types: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sub_attributes: Vec<super::AttributeDefinition>,
    /// Beyond the RFC, therefore in an object of its own.
    #[serde(
        rename = "urn:scim-core:constraints",
        default,
        skip_serializing_if = "is_default"
    )]
    constraints: Constraints,
}

fn is_default(constraints: &Constraints) -> bool {
    *constraints == Constraints::default()
}

impl From<Definition> for super::AttributeDefinition {
    fn from(wire: Definition) -> Self {
        Self {
            name: wire.name,
            r#type: wire.r#type,
            multi_valued: wire.multi_valued,
            description: wire.description,
            required: wire.required,
            canonical_values: wire.canonical_values,
            case_exact: wire.case_exact.unwrap_or_default(),
            mutability: wire.mutability,
            returned: wire.returned,
            uniqueness: wire.uniqueness.unwrap_or_default(),
            reference_types: wire.reference_types,
            sub_attributes: wire.sub_attributes,
            constraints: wire.constraints,
        }
    }
}

impl From<super::AttributeDefinition> for Definition {
    fn from(definition: super::AttributeDefinition) -> Self {
        use AttributeType::{Binary, Decimal, Integer, Reference, String};
        let has_case = matches!(definition.r#type, String | Binary | Reference);
        let can_be_unique = matches!(definition.r#type, String | Decimal | Integer | Reference);
        Self {
            name: definition.name,
            r#type: definition.r#type,
            multi_valued: definition.multi_valued,
            description: definition.description,
            required: definition.required,
            canonical_values: definition.canonical_values,
            case_exact: (has_case || definition.case_exact).then_some(definition.case_exact),
            mutability: definition.mutability,
            returned: definition.returned,
            uniqueness: (can_be_unique || definition.uniqueness != Uniqueness::None)
                .then_some(definition.uniqueness),
            reference_types: definition.reference_types,
            sub_attributes: definition.sub_attributes,
            constraints: definition.constraints,
        }
    }
}
