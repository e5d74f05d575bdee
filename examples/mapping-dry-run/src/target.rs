//! What the target offers, as its endpoint says.

use scim_core::schema::{ResourceType, SchemaRegistry, group, user};
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
            let extensions = ids.iter().filter(of_it).filter_map(|id| id.parse().ok());
            builder = builder.resource_type(extensions.fold(
                ResourceType::new(name, endpoint, core.id.clone()),
                |kind, urn| kind.extension(urn, false),
            ));
        }
    }
    builder
        .build()
        .map_err(|error| format!("the target's schemas: {error}"))
}
