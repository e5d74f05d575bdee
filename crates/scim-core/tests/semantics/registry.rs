//! The resource types that the cases speak of: User and Group as they are, users with Peakon's attributes, and a `Thing` with
//! one attribute of each kind that the standard schemas lack; an `InsuredThing` has an extension besides that it needs.

use std::error::Error;

use scim_core::schema::{
    PeakonAttribute, PeakonAttributeKind, RegisteredResourceType, ResourceType, Schema,
    SchemaRegistry, enterprise_user, group, peakon_user_schema, user,
};
use scim_core::urn::SchemaUrn;
use serde_json::json;

/// A resource type by its name.
pub(crate) fn resource_type(name: &str) -> Result<RegisteredResourceType, Box<dyn Error>> {
    let peakon = peakon_user_schema(&[
        PeakonAttribute::new("Job Title", PeakonAttributeKind::Option),
        PeakonAttribute::new("Date of Birth", PeakonAttributeKind::Date),
        PeakonAttribute::new("Salary", PeakonAttributeKind::Number),
    ])?;
    let (thing, lease, insurance) = (thing()?, lease()?, insurance()?);
    let users = ResourceType::new("User", "/Users", user().id.clone())
        .extension(enterprise_user().id.clone(), false)
        .extension(peakon.id.clone(), false);
    let registry = SchemaRegistry::builder()
        .resource_type(users)
        .resource_type(ResourceType::new("Group", "/Groups", group().id.clone()))
        .resource_type(
            ResourceType::new("Thing", "/Things", thing.id.clone())
                .extension(lease.id.clone(), false),
        )
        .resource_type(
            ResourceType::new("InsuredThing", "/InsuredThings", thing.id.clone())
                .extension(insurance.id.clone(), true),
        )
        .schema(user().clone())
        .schema(enterprise_user().clone())
        .schema(group().clone())
        .schema(peakon)
        .schema(thing)
        .schema(lease)
        .schema(insurance)
        .build()?;
    registry
        .resource_type(name)
        .cloned()
        .ok_or_else(|| format!("no resource type {name}").into())
}

fn thing() -> Result<Schema, Box<dyn Error>> {
    let attribute = |name: &str, kind: &str| json!({"name": name, "type": kind});
    let schema = json!({
        "id": "urn:example:params:2.0:Thing",
        "name": "Thing",
        "attributes": [
            {"name": "label", "type": "string", "required": true},
            {"name": "exact", "type": "string", "caseExact": true},
            {"name": "serial", "type": "string", "mutability": "immutable"},
            {"name": "codes", "type": "string", "multiValued": true, "mutability": "immutable"},
            {"name": "tags", "type": "string", "multiValued": true},
            {"name": "sizes", "type": "decimal", "multiValued": true},
            {"name": "inspections", "type": "dateTime", "multiValued": true},
            attribute("weight", "decimal"),
            attribute("count", "integer"),
            attribute("made", "dateTime"),
            attribute("image", "binary"),
            attribute("active", "boolean"),
            {"name": "site", "type": "reference", "referenceTypes": ["external"]},
            {"name": "parent", "type": "reference", "referenceTypes": ["Thing"]},
            {"name": "note", "type": "string", "returned": "request"},
            {"name": "pin", "type": "string", "mutability": "writeOnly", "returned": "never"},
            {"name": "owner", "type": "string", "mutability": "readOnly", "returned": "request"},
            {"name": "origin", "type": "complex", "subAttributes": [
                {"name": "country", "type": "string", "returned": "always"},
                {"name": "plant", "type": "string", "mutability": "immutable"},
                {"name": "line", "type": "string", "returned": "request"},
                {"name": "cipher", "type": "string", "returned": "never"},
                {"name": "checked", "type": "string", "mutability": "readOnly"},
            ]},
            {"name": "stamps", "type": "complex", "multiValued": true, "subAttributes": [
                attribute("kind", "string"), attribute("at", "dateTime"),
            ]},
            {"name": "vault", "type": "complex", "multiValued": true, "subAttributes": [
                attribute("kind", "string"), {"name": "value", "type": "string", "returned": "never"},
            ]},
            {"name": "visits", "type": "complex", "multiValued": true, "subAttributes": [
                attribute("type", "string"), attribute("value", "string"),
                {"name": "badge", "type": "string", "mutability": "immutable"},
                {"name": "seenBy", "type": "string", "mutability": "readOnly"},
            ]},
            {"name": "seal", "type": "complex", "mutability": "writeOnly", "returned": "never", "subAttributes": [
                attribute("value", "string"),
            ]},
        ],
    });
    let mut schema: Schema = serde_json::from_value(schema)?;
    schema.id = SchemaUrn::new("urn:example:params:2.0:Thing")?;
    Ok(schema)
}

/// An extension that things need not have, with an attribute that it needs while it is there.
fn lease() -> Result<Schema, Box<dyn Error>> {
    let schema = json!({
        "id": "urn:example:params:2.0:Lease",
        "name": "Lease",
        "attributes": [
            {"name": "tenant", "type": "string", "required": true},
            {"name": "floor", "type": "integer"},
            {"name": "deed", "type": "string", "mutability": "immutable"},
            {"name": "inspector", "type": "string", "mutability": "readOnly"},
        ],
    });
    Ok(serde_json::from_value(schema)?)
}

fn insurance() -> Result<Schema, Box<dyn Error>> {
    Ok(serde_json::from_value(json!({
        "id": "urn:example:params:2.0:Insurance",
        "name": "Insurance",
        "attributes": [
            {"name": "policy", "type": "string", "required": true},
            {"name": "insurer", "type": "string"},
            {"name": "contacts", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "type": "string", "required": true}, {"name": "type", "type": "string"},
            ]},
            {"name": "address", "type": "complex", "subAttributes": [
                {"name": "city", "type": "string", "required": true}, {"name": "street", "type": "string"},
            ]},
        ],
    }))?)
}
