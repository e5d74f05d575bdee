//! Attributes whose names an account chose, and that mean something else to a database.

use std::error::Error;

use scim_core::schema::{
    PeakonAttribute, PeakonAttributeKind, RegisteredResourceType, ResourceType, Schema,
    SchemaRegistry, peakon_user_schema, user,
};
use serde_json::json;

const NAMES: &[&str] = &[
    "O'Brien",
    "'; DROP TABLE odd; --",
    "back\\slash",
    "50%",
    "%27",
    "%unassigned",
    "?1 $1",
    "$",
    "text",
    "naïve 😀",
    "e\u{301}",
    "Größe",
    "#> {0}",
    "-- x",
];

/// What the standard schemas lack: `primary` in an attribute with one value, parts with several values.
fn badges() -> Result<Schema, Box<dyn Error>> {
    let parts = json!([
        {"name": "code", "type": "string", "caseExact": true},
        {"name": "primary", "type": "boolean"},
        {"name": "marks", "type": "string", "multiValued": true},
        {"name": "since", "type": "dateTime", "multiValued": true},
        {"name": "link", "type": "reference", "referenceTypes": ["User"], "caseExact": true},
        {"name": "secret", "type": "string", "returned": "never"},
        {"name": "score", "type": "decimal"},
    ]);
    Ok(serde_json::from_value(json!({
        "id": "urn:example:odd:2.0:Badges",
        "name": "Badges",
        "attributes": [
            {"name": "badge", "type": "complex", "subAttributes": parts},
            {"name": "badges", "type": "complex", "multiValued": true, "subAttributes": parts},
            {"name": "flags", "type": "boolean", "multiValued": true},
            {"name": "links", "type": "reference", "multiValued": true, "referenceTypes": ["User"]},
            {"name": "dates", "type": "dateTime", "multiValued": true},
        ],
    }))?)
}

/// Users with such attributes.
pub(crate) fn resource_type() -> Result<RegisteredResourceType, Box<dyn Error>> {
    let kinds = [
        PeakonAttributeKind::Option,
        PeakonAttributeKind::Number,
        PeakonAttributeKind::Date,
    ];
    let attributes: Vec<_> = NAMES
        .iter()
        .zip(kinds.into_iter().cycle())
        .map(|(name, kind)| PeakonAttribute::new(*name, kind))
        .collect();
    let peakon = peakon_user_schema(&attributes)?;
    let badges = badges()?;
    let registry = SchemaRegistry::builder()
        .resource_type(
            ResourceType::new("Odd", "/Odd", user().id.clone())
                .extension(peakon.id.clone(), false)
                .extension(badges.id.clone(), false),
        )
        .schema(user().clone())
        .schema(peakon)
        .schema(badges)
        .build()?;
    let odd = registry.resource_type("Odd").ok_or("no such type")?;
    Ok(odd.clone())
}
