//! What the data-driven tests share.

use scim_core::compatibility::Compatibility;
use scim_core::schema::{
    PeakonAttribute, ResourceType, SchemaRegistry, enterprise_user, group, peakon_user_schema, user,
};

/// The standard registry, with Peakon's extension if the account has attributes.
pub(crate) fn registry(
    attributes: &[PeakonAttribute],
) -> Result<SchemaRegistry, Box<dyn std::error::Error>> {
    if attributes.is_empty() {
        return Ok(SchemaRegistry::standard());
    }
    let peakon = peakon_user_schema(attributes)?;
    let users = ResourceType::new("User", "/Users", user().id.clone())
        .extension(enterprise_user().id.clone(), false)
        .extension(peakon.id.clone(), false);
    let registry = SchemaRegistry::builder()
        .schema(user().clone())
        .schema(enterprise_user().clone())
        .schema(group().clone())
        .schema(peakon)
        .resource_type(users)
        .resource_type(ResourceType::new("Group", "/Groups", group().id.clone()))
        .build()?;
    Ok(registry)
}

/// The preset with this name; the standard one without a name.
pub(crate) fn compatibility(name: Option<&str>) -> Result<Compatibility, serde_json::Error> {
    serde_json::from_value(name.unwrap_or("standard").into())
}
