//! A dozen sample users, and where a database keeps them.

use std::error::Error;

use scim_core::resource::Resource;
use scim_core::schema::{RegisteredResourceType, SchemaRegistry};
use scim_core::sql::{SqlDialect, SqlTable};

/// The standard users, with the enterprise extension.
pub(crate) fn resource_type() -> Result<RegisteredResourceType, Box<dyn Error>> {
    let registry = SchemaRegistry::standard();
    let users = registry.resource_type("User").ok_or("no users")?;
    Ok(users.clone())
}

/// The samples, as a service would hold them.
pub(crate) fn samples() -> Result<Vec<Resource>, serde_json::Error> {
    serde_json::from_str(include_str!("users.json"))
}

/// A table with columns of their own for what is asked for most.
pub(crate) fn table(
    dialect: SqlDialect,
    users: &RegisteredResourceType,
) -> Result<SqlTable, scim_core::error::Error> {
    SqlTable::new(dialect, "users", users)?
        .with_required_column("userName", "user_name")?
        .with_column("externalId", "external_id")
}
