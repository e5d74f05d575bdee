//! The resource types of the service in the conversations.

use std::error::Error;

use scim_core::schema::{
    AttributeDefinition, AttributeType, Mutability, PeakonAttribute, PeakonAttributeKind,
    ResourceType, Returned, Schema, SchemaRegistry, SchemaRegistryBuilder, Tightening, Uniqueness,
    peakon_user_schema,
};
use scim_core::urn::{self, SchemaUrn};

/// Users with both extensions, groups, and badges, which have an attribute of every mutability and of every return.
pub(super) fn registry(tightenings: &[Tightening]) -> Result<SchemaRegistry, Box<dyn Error>> {
    let peakon = peakon_user_schema(&[
        PeakonAttribute::new("Job Title", PeakonAttributeKind::Option),
        PeakonAttribute::new("Salary", PeakonAttributeKind::Number),
        PeakonAttribute::new("Start Date", PeakonAttributeKind::Date),
    ])?;
    let badge_urn = SchemaUrn::new("urn:example:params:scim:schemas:2.0:Badge")?;
    let text = |name: &str| AttributeDefinition::new(name, AttributeType::String);
    let badge = Schema::new(badge_urn.clone(), "Badge")
        .attribute_added(text("label").required(true).uniqueness(Uniqueness::Server))
        .attribute_added(
            text("serial")
                .mutability(Mutability::Immutable)
                .case_exact(true),
        )
        .attribute_added(text("pin").mutability(Mutability::WriteOnly))
        .attribute_added(text("colour"))
        .attribute_added(text("printed").mutability(Mutability::ReadOnly))
        .attribute_added(text("owner").returned(Returned::Always))
        .attribute_added(text("note").returned(Returned::Request))
        .attribute_added(text("hidden").returned(Returned::Never))
        .attribute_added(
            AttributeDefinition::new("size", AttributeType::Complex).sub_attributes([text("unit")]),
        );
    let users = ResourceType::new("User", "/Users", SchemaUrn::new(urn::USER)?)
        .description("People")
        .extension(SchemaUrn::new(urn::ENTERPRISE_USER)?, false)
        .extension(SchemaUrn::new(urn::PEAKON_USER)?, false);
    let builder = SchemaRegistry::builder()
        .schema(scim_core::schema::user().clone())
        .schema(scim_core::schema::enterprise_user().clone())
        .schema(scim_core::schema::group().clone())
        .schema(peakon)
        .schema(badge)
        .resource_type(users)
        .resource_type(ResourceType::new(
            "Group",
            "/Groups",
            SchemaUrn::new(urn::GROUP)?,
        ))
        .resource_type(ResourceType::new("Badge", "/Badges", badge_urn));
    let tightenings = tightenings.iter().cloned();
    Ok(tightenings
        .fold(builder, SchemaRegistryBuilder::tighten)
        .build()?)
}
