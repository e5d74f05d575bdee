//! The resource types to check with, if a store does not care which.

use serde_json::json;

use crate::schema::{ResourceType, SchemaRegistry, enterprise_user, group, user};
use crate::urn::{self, SchemaUrn};

/// The resource types that the checks use unless a subject has its own: users with the enterprise extension, groups, and specimens,
/// which have attributes of every kind.
///
/// ```
/// use scim_core::service_provider::contract;
///
/// assert!(contract::registry().resource_type("Specimen").is_some());
/// ```
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    reason = "the definitions are constant and agree, which every run of the checks shows"
)]
pub fn registry() -> SchemaRegistry {
    let users = ResourceType::new("User", "/Users", SchemaUrn::known(urn::USER))
        .extension(SchemaUrn::known(urn::ENTERPRISE_USER), false);
    let groups = ResourceType::new("Group", "/Groups", SchemaUrn::known(urn::GROUP));
    let specimens = SchemaUrn::known("urn:scim-core:contract:2.0:Specimen");
    let parts = json!([
        {"name": "value", "type": "string", "caseExact": true},
        {"name": "type", "type": "string"},
        {"name": "size", "type": "decimal"},
        {"name": "since", "type": "dateTime"},
        {"name": "primary", "type": "boolean"},
    ]);
    let reference = |target: &str| {
        json!([
            {"name": "value", "type": "string", "caseExact": true},
            {"name": "$ref", "type": "reference", "referenceTypes": [target], "caseExact": true},
        ])
    };
    SchemaRegistry::builder()
        .schema(user().clone())
        .schema(enterprise_user().clone())
        .schema(group().clone())
        .schemas_from_json(&json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": specimens.as_str(),
            "name": "Specimen",
            "attributes": [
                {"name": "label", "type": "string", "required": true, "uniqueness": "server"},
                {"name": "code", "type": "string", "caseExact": true, "uniqueness": "server"},
                {"name": "note", "type": "string", "caseExact": true},
                {"name": "remark", "type": "string"},
                {"name": "count", "type": "integer"},
                {"name": "weight", "type": "decimal"},
                {"name": "alive", "type": "boolean"},
                {"name": "found", "type": "dateTime"},
                {"name": "scan", "type": "binary"},
                {"name": "page", "type": "reference", "referenceTypes": ["external"]},
                {"name": "tags", "type": "string", "multiValued": true},
                {"name": "readings", "type": "integer", "multiValued": true},
                {"name": "place", "type": "complex", "subAttributes": [
                    {"name": "country", "type": "string"},
                    {"name": "height", "type": "integer"},
                ]},
                {"name": "pieces", "type": "complex", "multiValued": true, "subAttributes": parts},
                {"name": "finder", "type": "complex", "subAttributes": reference("User")},
                {"name": "relatives", "type": "complex", "multiValued": true, "subAttributes": reference("Specimen")},
            ],
        }))
        .resource_type(users)
        .resource_type(groups)
        .resource_type(ResourceType::new("Specimen", "/Specimens", specimens))
        .build()
        .expect("the definitions agree")
}
