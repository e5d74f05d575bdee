//! What a writing client sees of the attributes that are returned on request
//! ([RFC 7643 §7](https://www.rfc-editor.org/rfc/rfc7643#section-7), `returned`): those that it wrote.

use serde_json::Value;

use crate::compatibility::Compatibility;
use crate::patch::AttributeChange;
use crate::projection::Projection;
use crate::resource::Resource;
use crate::schema::{AttributeReference, RegisteredResourceType, Returned};

/// What to show beside the rest, after a resource was sent whole.
pub(super) fn in_resource(
    resource: &Resource,
    resource_type: &RegisteredResourceType,
) -> Option<Projection> {
    let is_sent = |reference: &AttributeReference, part: Option<&str>| {
        let value = reference.value_in(resource);
        part.map_or(value, |part| value?.get(part)).is_some()
    };
    projection(resource_type, is_sent)
}

/// What to show beside the rest, after these changes.
pub(super) fn in_changes(
    changes: &[AttributeChange],
    resource_type: &RegisteredResourceType,
) -> Option<Projection> {
    let is_changed = |reference: &AttributeReference, _: Option<&str>| {
        let path = reference.canonical_path();
        changes.iter().any(|change| {
            change
                .path
                .strip_prefix(&path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    };
    projection(resource_type, is_changed)
}

/// Attributes, and parts of single complex attributes. Of several values a part alone cannot be told apart.
fn projection(
    resource_type: &RegisteredResourceType,
    is_written: impl Fn(&AttributeReference, Option<&str>) -> bool,
) -> Option<Projection> {
    let mut paths = Vec::new();
    for reference in resource_type.attributes() {
        let definition = reference.attribute();
        if definition.returned == Returned::Request && is_written(reference, None) {
            paths.push(reference.canonical_path());
        }
        if definition.multi_valued {
            continue;
        }
        for part in &definition.sub_attributes {
            if part.returned == Returned::Request && is_written(reference, Some(&part.name)) {
                paths.push(format!("{}.{}", reference.canonical_path(), part.name));
            }
        }
    }
    if paths.is_empty() {
        return None;
    }
    Projection::bind(
        Some(&paths.join(",")),
        None,
        resource_type,
        &Compatibility::standard(),
    )
    .ok()
}

/// Both parts of what is shown, as one.
pub(super) fn together(shown: Value, more: Value) -> Value {
    match (shown, more) {
        (Value::Object(mut shown), Value::Object(more)) => {
            for (name, value) in more {
                let value = match shown.remove(&name) {
                    Some(held) => together(held, value),
                    None => value,
                };
                shown.insert(name, value);
            }
            Value::Object(shown)
        }
        (shown, _) => shown,
    }
}
