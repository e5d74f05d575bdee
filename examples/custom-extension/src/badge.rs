//! The extension: its definition, and the type that the rest of the application works with.

use std::error::Error;

use scim_core::resource::{Extension, Secret};
use scim_core::schema::{ResourceType, Schema, SchemaRegistry, enterprise_user, user};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The badge of a user.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Badge {
    #[serde(rename = "badgeNumber")]
    pub(crate) number: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sites: Vec<String>,
    /// What no log may show is a secret in the type, too: `Debug` is derived, and does not know the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pin: Option<Secret>,
    /// An administrator may have added attributes to the definition since this was compiled: none is lost.
    #[serde(flatten)]
    pub(crate) additional: Map<String, Value>,
}

impl Extension for Badge {
    const URN: &'static str = "urn:example:params:scim:schemas:extension:badge:1.0:User";
}

/// Users with the enterprise extension and the badge.
pub(crate) fn registry() -> Result<SchemaRegistry, Box<dyn Error>> {
    let badge: Schema = serde_json::from_str(include_str!("badge-schema.json"))?;
    let users = ResourceType::new("User", "/Users", user().id.clone())
        .extension(enterprise_user().id.clone(), false)
        .extension(badge.id.clone(), false);
    let registry = SchemaRegistry::builder()
        .schema(user().clone())
        .schema(enterprise_user().clone())
        .schema(badge)
        .resource_type(users)
        .build()?;
    Ok(registry)
}
