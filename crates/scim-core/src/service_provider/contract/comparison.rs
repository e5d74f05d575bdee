//! Whether a store gave back what it was given, and what it may add to that.

use serde_json::Value;

use super::samples::is_written;
use crate::resource::Resource;
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, Mutability, RegisteredResourceType,
    parse_instant,
};

/// The path of something that was given and is not held as it was given; none, if the store kept everything.
pub(super) fn lost(
    resource_type: &RegisteredResourceType,
    given: &Resource,
    held: &Resource,
) -> Option<String> {
    for name in ["id", "meta", "schemas"] {
        if !is_kept_whole(given.get(name), held.get(name)) {
            return Some(name.to_owned());
        }
    }
    let mut written = resource_type
        .attributes()
        .filter(|it| is_written(it) && !it.attribute().is_never_returned());
    let lost = written.find(|reference| {
        let Some(given) = reference.value_in(given) else {
            return false;
        };
        let held = reference.value_in(held);
        !held.is_some_and(|held| is_kept(reference.attribute(), given, held))
    });
    lost.map(AttributeReference::canonical_path)
}

/// Of `id`, `meta` and `schemas`: every member and every element, as it was given.
fn is_kept_whole(given: Option<&Value>, held: Option<&Value>) -> bool {
    match (given, held) {
        (None, _) => true,
        (Some(Value::Object(given)), Some(Value::Object(held))) => given
            .iter()
            .all(|(name, value)| held.get(name).is_some_and(|held| is_same_text(value, held))),
        (Some(Value::Array(given)), Some(Value::Array(held))) => {
            given.iter().all(|value| held.contains(value))
        }
        (given, held) => given == held,
    }
}

fn is_kept(attribute: &AttributeDefinition, given: &Value, held: &Value) -> bool {
    match (given, held) {
        (Value::Array(given), Value::Array(held)) => {
            let mut rest: Vec<&Value> = held.iter().collect();
            given.len() == held.len()
                && given.iter().all(|given| {
                    let found = rest
                        .iter()
                        .position(|held| is_entry_kept(attribute, given, held));
                    found.map(|position| rest.swap_remove(position)).is_some()
                })
        }
        (given, held) => is_entry_kept(attribute, given, held),
    }
}

fn is_entry_kept(attribute: &AttributeDefinition, given: &Value, held: &Value) -> bool {
    if attribute.r#type != AttributeType::Complex {
        return is_same(attribute, given, held);
    }
    attribute
        .sub_attributes
        .iter()
        .filter(|sub| sub.mutability != Mutability::ReadOnly && !sub.is_never_returned())
        .all(|sub| match (given.get(&sub.name), held.get(&sub.name)) {
            (None, _) => true,
            (Some(given), Some(held)) => is_kept(sub, given, held),
            (Some(_), None) => false,
        })
}

fn is_same(attribute: &AttributeDefinition, given: &Value, held: &Value) -> bool {
    match (given, held) {
        (Value::Number(given), Value::Number(held)) => {
            given == held || given.as_f64() == held.as_f64()
        }
        _ if attribute.r#type == AttributeType::DateTime => is_same_text(given, held),
        _ => given == held,
    }
}

/// The same text, or the same instant.
fn is_same_text(given: &Value, held: &Value) -> bool {
    let instant = |value: &Value| value.as_str().and_then(parse_instant);
    given == held || instant(given).is_some_and(|given| instant(held) == Some(given))
}

/// The path of a text of the old resource that is still there, although the new one has no such attribute.
pub(super) fn left_over(
    resource_type: &RegisteredResourceType,
    old: &Resource,
    new: &Resource,
    held: &Resource,
) -> Option<String> {
    let mut written = resource_type.attributes().filter(|it| {
        is_written(it)
            && it.attribute().mutability == Mutability::ReadWrite
            && it.attribute().r#type == AttributeType::String
    });
    let left = written.find(|reference| {
        let old = reference.value_in(old);
        old.is_some() && reference.value_in(new).is_none() && reference.value_in(held) == old
    });
    left.map(AttributeReference::canonical_path)
}
