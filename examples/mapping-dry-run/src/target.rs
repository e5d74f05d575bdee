//! What the target offers: as its endpoint says, or as far as the export tells.

use scim_core::schema::{
    AttributeDefinition, AttributeType, ResourceType, Schema, SchemaRegistry, enterprise_user,
    group, user,
};
use scim_core::urn;
use scim_mapping::SynchronizationSchema;
use serde_json::Value;

/// The registry of a target whose `/Schemas` answers this: every schema of users and groups extends them.
///
/// # Errors
///
/// The text is no answer of that endpoint.
pub(crate) fn offered(text: &str) -> Result<SchemaRegistry, String> {
    let answer: Value =
        serde_json::from_str(text).map_err(|error| format!("the target's schemas: {error}"))?;
    let listed = answer.get("Resources").or(Some(&answer));
    let ids: Vec<String> = listed
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|schema| schema.get("id")?.as_str().map(str::to_owned))
        .collect();
    let mut builder = SchemaRegistry::builder().schemas_from_json(&answer);
    for (name, endpoint, core) in [("User", "/Users", user()), ("Group", "/Groups", group())] {
        let is_core = |id: &String| id.eq_ignore_ascii_case(core.id.as_str());
        if ids.iter().any(is_core) {
            let of_it = |id: &&String| id.ends_with(&format!(":{name}")) && !is_core(id);
            let extensions = ids.iter().filter(of_it).map(String::as_str);
            builder = builder.resource_type(resource_type_of(name, endpoint, core, extensions));
        }
    }
    builder
        .build()
        .map_err(|error| format!("the target's schemas: {error}"))
}

/// The users and groups of RFC 7643, and an extension for every other URN in the target's attribute list.
pub(crate) fn of_export(schema: &SynchronizationSchema, object: &str) -> SchemaRegistry {
    let mut extensions: Vec<Schema> = Vec::new();
    if let Some((rule, mapping)) = schema.object_mapping(object)
        && let (Some(directory), Some(target)) = (
            rule.target_directory_name.value(),
            mapping.target_object_name.value(),
        )
        && let Some(definition) = schema.object_definition(directory, target)
    {
        for attribute in definition.attributes.value().into_iter().flatten() {
            let name = attribute
                .name
                .value()
                .map(String::as_str)
                .unwrap_or_default();
            let Some((urn, name)) = extension_of(name) else {
                continue;
            };
            let data_type = match attribute.r#type.value().map(String::as_str) {
                Some("Boolean") => AttributeType::Boolean,
                Some("Integer") => AttributeType::Integer,
                Some("DateTime") => AttributeType::DateTime,
                Some("Binary") => AttributeType::Binary,
                _ => AttributeType::String,
            };
            let multi_valued = attribute.multivalued.value() == Some(&true);
            let added = AttributeDefinition::new(name, data_type).multi_valued(multi_valued);
            let position = extensions
                .iter()
                .position(|known| known.id.as_str().eq_ignore_ascii_case(urn));
            let known = match position {
                Some(position) => extensions.remove(position),
                None => match urn.parse() {
                    Ok(id) => Schema::new(id, "Extension").with_free_names(true),
                    Err(_) => continue,
                },
            };
            extensions.push(known.attribute_added(added));
        }
    }
    let urns: Vec<String> = extensions
        .iter()
        .map(|extension| extension.id.as_str().to_owned())
        .chain([urn::ENTERPRISE_USER.to_owned()])
        .collect();
    let users = resource_type_of("User", "/Users", user(), urns.iter().map(String::as_str));
    let groups = resource_type_of("Group", "/Groups", group(), std::iter::empty());
    let builder = SchemaRegistry::builder()
        .schema(user().clone())
        .schema(group().clone())
        .schema(enterprise_user().clone());
    extensions
        .into_iter()
        .fold(builder, scim_core::schema::SchemaRegistryBuilder::schema)
        .resource_type(users)
        .resource_type(groups)
        .build()
        .unwrap_or_else(|_| SchemaRegistry::standard())
}

fn resource_type_of<'urn>(
    name: &str,
    endpoint: &str,
    core: &Schema,
    extensions: impl Iterator<Item = &'urn str>,
) -> ResourceType {
    extensions.filter_map(|urn| urn.parse().ok()).fold(
        ResourceType::new(name, endpoint, core.id.clone()),
        |kind, urn| kind.extension(urn, false),
    )
}

/// `urn:…:2.0:User` and the attribute name behind it, for extensions that RFC 7643 does not have.
fn extension_of(path: &str) -> Option<(&str, &str)> {
    let (start, _) = path.match_indices(":User:").next()?;
    let urn = path.get(..start + ":User".len())?;
    let name = path.get(start + ":User:".len()..)?;
    let is_known = [urn::USER, urn::ENTERPRISE_USER]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(urn));
    (path.starts_with("urn:") && !is_known).then_some((urn, name))
}
