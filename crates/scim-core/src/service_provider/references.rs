//! The attributes by which a resource refers to others, and what is left of them when one is deleted.

use serde_json::Value;

use crate::resource::Resource;
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, RegisteredResourceType,
};

/// The attributes of a type whose entries refer to resources: complex ones with a `value`, the id, and a `$ref` that names
/// resource types ([RFC 7643 §2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4)).
pub(super) fn reference_attributes(
    resource_type: &RegisteredResourceType,
) -> impl Iterator<Item = &AttributeReference> {
    resource_type.attributes().filter(|reference| {
        reference.attribute().sub_attribute("value").is_some()
            && !targets(reference.attribute()).is_empty()
    })
}

/// The names of the resource types that the entries of an attribute may refer to.
pub(super) fn targets(attribute: &AttributeDefinition) -> &[String] {
    match attribute.sub_attribute("$ref") {
        Some(uri) if uri.r#type == AttributeType::Reference => &uri.reference_types,
        _ => &[],
    }
}

/// Takes out of a resource all that refers to another one, which is deleted, and says whether there was anything.
///
/// For a store that keeps resources whole; one that keeps references in a table of their own does there what this does here. What
/// has changed gets its [`next_version`](super::next_version) and the time of change.
///
/// ```
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::service_provider::remove_references;
/// use serde_json::json;
///
/// let registry = SchemaRegistry::standard();
/// let groups = registry.resource_type("Group").ok_or("groups are standard")?;
/// let group = json!({"displayName": "Guides", "members": [{"value": "1"}, {"value": "2"}]});
/// let mut group = Resource::new(group.as_object().cloned().unwrap_or_default());
/// assert!(remove_references(&mut group, groups, "User", "2"));
/// assert_eq!(group.get("members"), Some(&json!([{"value": "1"}])));
/// assert!(!remove_references(&mut group, groups, "User", "2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn remove_references(
    resource: &mut Resource,
    resource_type: &RegisteredResourceType,
    deleted_type: &str,
    deleted_id: &str,
) -> bool {
    let mut is_changed = false;
    for reference in reference_attributes(resource_type) {
        let attribute = reference.attribute();
        if targets(attribute)
            .iter()
            .any(|target| target == deleted_type)
        {
            is_changed |= remove_from(resource, reference, deleted_id);
        }
    }
    is_changed
}

fn remove_from(resource: &mut Resource, reference: &AttributeReference, deleted_id: &str) -> bool {
    let name = reference.attribute().name.as_str();
    let attributes = resource.attributes_mut();
    let Some(urn) = reference.container() else {
        return remove_entries(attributes, name, deleted_id);
    };
    let Some(Value::Object(extension)) = attributes.get_mut(urn.as_str()) else {
        return false;
    };
    let is_changed = remove_entries(extension, name, deleted_id);
    if extension.is_empty() {
        attributes.remove(urn.as_str());
        if let Some(Value::Array(schemas)) = attributes.get_mut("schemas") {
            schemas.retain(|schema| schema.as_str().is_none_or(|schema| !urn.matches(schema)));
        }
    }
    is_changed
}

fn remove_entries(
    attributes: &mut serde_json::Map<String, Value>,
    name: &str,
    deleted_id: &str,
) -> bool {
    let is_gone = |entry: &Value| entry.get("value").and_then(Value::as_str) == Some(deleted_id);
    let (is_changed, is_empty) = match attributes.get_mut(name) {
        Some(Value::Array(entries)) => {
            let before = entries.len();
            entries.retain(|entry| !is_gone(entry));
            (entries.len() != before, entries.is_empty())
        }
        Some(entry) => (is_gone(entry), is_gone(entry)),
        None => (false, false),
    };
    if is_changed && is_empty {
        attributes.remove(name);
    }
    is_changed
}
