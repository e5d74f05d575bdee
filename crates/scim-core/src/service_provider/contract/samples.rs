//! Numbered resources, made from their schemas.

use serde_json::{Value, json};

use super::values;
use crate::resource::Resource;
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, Mutability, RegisteredResourceType,
    UniqueKey, Uniqueness, ValidationContext,
};
use crate::service_provider::references;

/// A valid resource without `id`, `meta` and references: with a different choice of values for each number, and with different
/// values wherever they are unique.
pub(super) fn sample(resource_type: &RegisteredResourceType, number: usize) -> Resource {
    let mut resource = Resource::default();
    for (index, reference) in resource_type.attributes().enumerate() {
        if !is_written(reference) || is_reference(reference) {
            continue;
        }
        let attribute = reference.attribute();
        let seed = mixed(number, index);
        let is_asked_for = attribute.required || is_unique(attribute);
        if !is_asked_for && (attribute.is_never_returned() || seed.is_multiple_of(4)) {
            continue;
        }
        set(&mut resource, reference, value(attribute, seed, number));
    }
    list_schemas(&mut resource, resource_type);
    drop_what_is_refused(&mut resource, resource_type);
    resource
}

/// A choice that does not follow any pattern of the numbers, and is the same each time.
const fn mixed(number: usize, index: usize) -> usize {
    let mixed = number.wrapping_mul(0x9e37_79b1) ^ index.wrapping_mul(0x85eb_ca77);
    (mixed >> 7) % 10_007
}

fn value(attribute: &AttributeDefinition, seed: usize, number: usize) -> Value {
    let entry = |place: usize| {
        let unique =
            |definition: &AttributeDefinition| is_unique(definition).then_some(number * 4 + place);
        if attribute.r#type == AttributeType::Complex {
            values::complex(attribute, seed, place, unique)
        } else {
            values::simple(attribute, seed + place, unique(attribute))
        }
    };
    if attribute.multi_valued {
        (0..=seed % 3).map(entry).collect()
    } else {
        entry(0)
    }
}

/// Whether a client may send the attribute.
pub(super) fn is_written(reference: &AttributeReference) -> bool {
    let is_common = reference.container().is_none()
        && ["schemas", "id", "meta"].contains(&reference.attribute().name.as_str());
    !is_common && reference.attribute().mutability != Mutability::ReadOnly
}

/// Whether the entries of the attribute refer to resources.
pub(super) fn is_reference(reference: &AttributeReference) -> bool {
    let attribute = reference.attribute();
    attribute.sub_attribute("value").is_some() && !references::targets(attribute).is_empty()
}

fn is_unique(attribute: &AttributeDefinition) -> bool {
    attribute.uniqueness != Uniqueness::None
}

/// The values of a resource that have to be unique, without its id, which is one as well.
pub(super) fn unique_keys(
    resource_type: &RegisteredResourceType,
    resource: &Resource,
) -> Vec<UniqueKey> {
    let mut keys = resource_type.unique_keys(resource);
    keys.retain(|key| key.path != "id");
    keys
}

/// Sets an attribute, in its extension if it is of one.
pub(super) fn set(resource: &mut Resource, reference: &AttributeReference, value: Value) {
    let name = reference.attribute().name.clone();
    let attributes = resource.attributes_mut();
    let Some(urn) = reference.container() else {
        attributes.insert(name, value);
        return;
    };
    let extension = attributes.entry(urn.as_str()).or_insert_with(|| json!({}));
    if let Value::Object(extension) = extension {
        extension.insert(name, value);
    }
}

/// Makes a resource that refers to nothing by an attribute refer to others by it.
pub(super) fn refer(
    resource: &mut Resource,
    resource_type: &RegisteredResourceType,
    reference: &AttributeReference,
    ids: &[&str],
) {
    if ids.is_empty() {
        return;
    }
    let mut entries = ids.iter().map(|id| json!({ "value": id }));
    let value = if reference.attribute().multi_valued {
        entries.collect()
    } else {
        entries.next().unwrap_or_default()
    };
    set(resource, reference, value);
    list_schemas(resource, resource_type);
}

fn list_schemas(resource: &mut Resource, resource_type: &RegisteredResourceType) {
    let base = resource_type.schema().id.as_str();
    let extensions = resource_type.extensions().map(|schema| schema.id.as_str());
    let schemas: Value = std::iter::once(base)
        .chain(extensions.filter(|urn| resource.extension(urn).is_some()))
        .collect();
    resource
        .attributes_mut()
        .insert("schemas".to_owned(), schemas);
}

/// A schema may demand more of a value than its type: what does not fit is left out.
fn drop_what_is_refused(resource: &mut Resource, resource_type: &RegisteredResourceType) {
    let Err(report) = resource_type.validate(resource, ValidationContext::Create) else {
        return;
    };
    for path in report
        .failures()
        .iter()
        .filter_map(|failure| failure.path())
    {
        for reference in resource_type.attributes().filter(|it| is_written(it)) {
            let canonical = reference.canonical_path();
            let is_there = path
                .strip_prefix(&canonical)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
            if is_there {
                remove(resource, reference);
            }
        }
    }
    list_schemas(resource, resource_type);
}

fn remove(resource: &mut Resource, reference: &AttributeReference) {
    let name = &reference.attribute().name;
    let attributes = resource.attributes_mut();
    let Some(urn) = reference.container() else {
        attributes.remove(name);
        return;
    };
    if let Some(Value::Object(extension)) = attributes.get_mut(urn.as_str()) {
        extension.remove(name);
        if extension.is_empty() {
            attributes.remove(urn.as_str());
        }
    }
}

/// Takes away whatever is not required: what is unique stays, and what cannot be changed.
pub(super) fn strip(resource: &mut Resource, resource_type: &RegisteredResourceType) {
    for reference in resource_type.attributes().filter(|it| is_written(it)) {
        let attribute = reference.attribute();
        let is_free = attribute.mutability == Mutability::ReadWrite && !attribute.required;
        if is_free && !is_unique(attribute) && !attribute.sub_attributes.iter().any(is_unique) {
            remove(resource, reference);
        }
    }
    list_schemas(resource, resource_type);
}

/// Changes the texts that are unique, and says whether there are any.
pub(super) fn change_unique_texts(
    resource: &mut Resource,
    resource_type: &RegisteredResourceType,
    change: impl Fn(&str) -> String,
) -> bool {
    let mut is_changed = false;
    for reference in resource_type.attributes() {
        let attribute = reference.attribute();
        let is_text =
            |it: &AttributeDefinition| is_unique(it) && it.r#type == AttributeType::String;
        let mut value = match reference.value_in(resource) {
            Some(value) => value.clone(),
            None => continue,
        };
        let entries = match &mut value {
            Value::Array(entries) => entries.as_mut_slice(),
            single => std::slice::from_mut(single),
        };
        let mut is_touched = false;
        for entry in entries {
            if is_text(attribute)
                && let Value::String(text) = entry
            {
                *text = change(text);
                is_touched = true;
            }
            for sub in attribute.sub_attributes.iter().filter(|sub| is_text(sub)) {
                if let Some(Value::String(text)) = entry.get_mut(&sub.name) {
                    *text = change(text);
                    is_touched = true;
                }
            }
        }
        if is_touched {
            is_changed = true;
            set(resource, reference, value);
        }
    }
    is_changed
}

/// Gives a resource all unique values of another one, whatever else it has.
pub(super) fn take_unique_values(
    resource: &mut Resource,
    resource_type: &RegisteredResourceType,
    from: &Resource,
) {
    for reference in resource_type.attributes().filter(|it| is_written(it)) {
        let attribute = reference.attribute();
        if (is_unique(attribute) || attribute.sub_attributes.iter().any(is_unique))
            && let Some(value) = reference.value_in(from)
        {
            set(resource, reference, value.clone());
        }
    }
    list_schemas(resource, resource_type);
}
