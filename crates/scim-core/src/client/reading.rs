//! What a client understands: names in any case, what no schema knows, and values of another type.

use serde_json::{Map, Value};

use super::deviation::Deviations;
use crate::compatibility::Compatibility;
use crate::resource::Resource;
use crate::schema::{AttributeDefinition, RegisteredResourceType, ValidationContext};

/// A member by its name in any case; null is the same as absent.
pub(super) fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    let exact = members.get(name);
    let found = exact.or_else(|| {
        let mut found = members
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null())
}

/// A number, or a text that is one.
pub(super) fn count(value: &Value) -> Option<usize> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        _ => None,
    };
    number.and_then(|number| usize::try_from(number).ok())
}

fn whole(number: f64) -> Option<u64> {
    // Beyond this a float no longer tells whole numbers apart.
    let is_whole = number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number);
    is_whole
        .then(|| format!("{number:.0}").parse().ok())
        .flatten()
}

/// A boolean, or a text that is one.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A resource with the names and types of its schemas. Nothing is lost: what no schema knows, and what has another type, stays as
/// it came, because it may have to be sent back as part of the whole.
pub(super) fn resource(
    members: Map<String, Value>,
    resource_type: &RegisteredResourceType,
    deviations: &mut Deviations,
) -> Resource {
    let mut read = Map::new();
    for (name, value) in members {
        if let Some(attribute) = resource_type.base().attribute(&name) {
            let definition = attribute.attribute();
            if let Some(value) = attribute_value(&definition.name, definition, value, deviations) {
                read.insert(definition.name.clone(), value);
            }
            continue;
        }
        let Some(extension) = resource_type.extension_container(&name) else {
            if !value.is_null() {
                read.insert(name, value);
            }
            continue;
        };
        let urn = extension.schema.id.as_str();
        let value = match value {
            Value::Null => continue,
            Value::Object(members) => {
                let mut read = Map::new();
                for (name, value) in members {
                    let Some(attribute) = extension.attribute(&name) else {
                        read.insert(name, value);
                        continue;
                    };
                    let definition = attribute.attribute();
                    let path = format!("{urn}:{}", definition.name);
                    if let Some(value) = attribute_value(&path, definition, value, deviations) {
                        read.insert(definition.name.clone(), value);
                    }
                }
                Value::Object(read)
            }
            other => other,
        };
        if value.as_object().is_none_or(|members| !members.is_empty()) {
            read.insert(urn.to_owned(), value);
        }
    }
    Resource::new(read)
}

/// `None`: it is unassigned.
fn attribute_value(
    path: &str,
    definition: &AttributeDefinition,
    value: Value,
    deviations: &mut Deviations,
) -> Option<Value> {
    // Whatever any of the known clients may send, a service may answer.
    let read = definition.read_value(
        path,
        value.clone(),
        ValidationContext::Response,
        &Compatibility::entra_legacy(),
    );
    let Ok((read, tolerances)) = read else {
        let detail =
            format!("{path} has a value that its schema does not allow; it stays as it came");
        deviations.note("value", detail);
        return Some(value);
    };
    let mut is_whole = true;
    for tolerance in tolerances {
        if tolerance.what == "ignore_unknown_attributes" {
            is_whole = false;
        } else {
            deviations.note(tolerance.what, tolerance.path);
        }
    }
    if is_whole { read } else { Some(value) }
}
