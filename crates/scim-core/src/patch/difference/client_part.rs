//! What a client may change of a value.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::evaluation::is_assigned;
use crate::resource::Resource;
use crate::schema::{AttributeDefinition, Mutability, RegisteredResourceType};
use crate::urn::SchemaUrn;

/// A value without its read-only parts. `None`: nothing is left.
pub(super) fn client_part<'v>(
    definition: &AttributeDefinition,
    value: &'v Value,
) -> Option<Cow<'v, Value>> {
    let has_value = |value: &Value| is_assigned(value) || value.is_string();
    let is_writable = |name: &str| {
        definition
            .sub_attribute(name)
            .is_some_and(|sub| sub.mutability != Mutability::ReadOnly)
    };
    let without = |members: &Map<String, Value>| -> Value {
        let mut members = members.clone();
        members.retain(|name, _| is_writable(name));
        Value::Object(members)
    };
    let is_whole = definition
        .sub_attributes
        .iter()
        .all(|sub| sub.mutability != Mutability::ReadOnly);
    let part = match value {
        _ if is_whole => Cow::Borrowed(value),
        Value::Object(members) => Cow::Owned(without(members)),
        Value::Array(entries) => {
            let entries = entries.iter().map(|entry| match entry {
                Value::Object(members) => without(members),
                other => other.clone(),
            });
            Cow::Owned(entries.filter(has_value).collect())
        }
        _ => Cow::Borrowed(value),
    };
    has_value(&part).then_some(part)
}

/// Whether a value has to stay as it is.
pub(super) fn is_fixed(definition: &AttributeDefinition, value: &Value) -> bool {
    definition.mutability == Mutability::Immutable && is_assigned(value)
}

/// Whether an entry can become another one without a change to what is fixed.
pub(super) fn same_fixed_parts(
    definition: &AttributeDefinition,
    entry: &Value,
    other: &Value,
) -> bool {
    definition.sub_attributes.iter().all(|sub| {
        let value = entry.get(&sub.name);
        !value.is_some_and(|value| is_fixed(sub, value)) || value == other.get(&sub.name)
    })
}

/// Whether an extension has a value that a client cannot take away, so that the extension stays.
pub(super) fn holds(
    resource_type: &RegisteredResourceType,
    extension: &SchemaUrn,
    resource: &Resource,
) -> bool {
    let Some(members) = resource.extension(extension.as_str()) else {
        return false;
    };
    resource_type
        .attributes()
        .filter(|reference| reference.container() == Some(extension))
        .any(|reference| {
            let attribute = reference.attribute();
            members.get(&attribute.name).is_some_and(|value| {
                attribute.mutability == Mutability::ReadOnly || is_fixed(attribute, value)
            })
        })
}
