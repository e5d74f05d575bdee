//! Which parts of a resource are the client's to write
//! ([RFC 7643 §7](https://www.rfc-editor.org/rfc/rfc7643#section-7), `mutability`).

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::resource::Resource;
use crate::schema::{AttributeDefinition, Mutability, RegisteredResourceType};
use crate::urn;

/// A replacing resource with what a `PUT` leaves as it is: everything that only the service writes, secrets that were
/// not sent anew, and immutable values, which the client may leave out but not change.
pub(super) fn carry_over(
    resource: Resource,
    stored: &Resource,
    resource_type: &RegisteredResourceType,
) -> Result<Resource, Error> {
    let Value::Object(mut members) = resource.into_value() else {
        return Ok(stored.clone());
    };
    for attribute in resource_type.attributes() {
        let definition = attribute.attribute();
        let Some(held) = attribute.value_in(stored) else {
            continue;
        };
        // `schemas` follows from the content.
        if definition.name == "schemas" || !is_kept(definition) {
            continue;
        }
        let path = || changed_immutable(&attribute.canonical_path());
        match attribute.container() {
            None => keep(definition, &mut members, held).map_err(|()| path())?,
            Some(urn) => {
                let extension = members
                    .entry(urn.as_str())
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(extension) = extension {
                    keep(definition, extension, held).map_err(|()| path())?;
                }
            }
        }
    }
    list_extensions(&mut members, resource_type);
    Ok(Resource::new(members))
}

/// A resource without its password, for a service that keeps none.
pub(super) fn drop_password(resource: &mut Resource, resource_type: &RegisteredResourceType) {
    if resource_type.schema().id.matches(urn::USER) {
        resource.attributes_mut().remove("password");
    }
}

/// Whether the stored value of an attribute can matter for the one that replaces it.
fn is_kept(definition: &AttributeDefinition) -> bool {
    definition.mutability != Mutability::ReadWrite || definition.sub_attributes.iter().any(is_kept)
}

/// Puts the value that an attribute keeps among the members of its schema.
fn keep(
    definition: &AttributeDefinition,
    members: &mut Map<String, Value>,
    held: &Value,
) -> Result<(), ()> {
    if let Some(value) = carried(definition, members.remove(&definition.name), held)? {
        members.insert(definition.name.clone(), value);
    }
    Ok(())
}

/// The value of an attribute: from what was sent and what is held. Fails if an immutable value would change.
fn carried(
    definition: &AttributeDefinition,
    sent: Option<Value>,
    held: &Value,
) -> Result<Option<Value>, ()> {
    match (definition.mutability, sent) {
        (Mutability::ReadOnly, _) | (Mutability::Immutable | Mutability::WriteOnly, None) => {
            Ok(Some(held.clone()))
        }
        (Mutability::Immutable, Some(sent)) if definition.sub_attributes.is_empty() => {
            if sent == *held {
                Ok(Some(sent))
            } else {
                Err(())
            }
        }
        (_, None) => Ok(None),
        (_, Some(sent)) => carried_within(definition, sent, held).map(Some),
    }
}

/// The same for the sub-attributes. Entries of a list are the same ones if they have the same `value`; an entry with
/// another value is a new one, in which nothing is immutable yet.
fn carried_within(
    definition: &AttributeDefinition,
    sent: Value,
    held: &Value,
) -> Result<Value, ()> {
    match (sent, held) {
        (Value::Object(sent), Value::Object(held)) => {
            // The sub-attributes that the service fills in describe what `value` refers to.
            let same_target = sent.get("value") == held.get("value");
            carried_members(definition, sent, held, same_target).map(Value::Object)
        }
        (Value::Array(sent), Value::Array(held)) => {
            let entries = sent
                .into_iter()
                .map(|entry| match (entry, definition.multi_valued) {
                    (Value::Object(entry), true) => {
                        let same = entry.get("value").and_then(|value| {
                            held.iter().find(|held| held.get("value") == Some(value))
                        });
                        match same {
                            Some(Value::Object(same)) => {
                                carried_members(definition, entry, same, true).map(Value::Object)
                            }
                            _ => Ok(Value::Object(entry)),
                        }
                    }
                    (entry, _) => Ok(entry),
                });
            entries
                .collect::<Result<Vec<Value>, ()>>()
                .map(Value::Array)
        }
        (sent, _) => Ok(sent),
    }
}

fn carried_members(
    definition: &AttributeDefinition,
    mut sent: Map<String, Value>,
    held: &Map<String, Value>,
    same_target: bool,
) -> Result<Map<String, Value>, ()> {
    for sub_attribute in definition
        .sub_attributes
        .iter()
        .filter(|sub_attribute| is_kept(sub_attribute))
    {
        let Some(held) = held.get(&sub_attribute.name) else {
            continue;
        };
        if sub_attribute.mutability != Mutability::ReadOnly || same_target {
            keep(sub_attribute, &mut sent, held)?;
        }
    }
    Ok(sent)
}

/// Takes empty extensions away, and lists the URN of every other one.
fn list_extensions(members: &mut Map<String, Value>, resource_type: &RegisteredResourceType) {
    let mut schemas = vec![Value::from(resource_type.schema().id.as_str())];
    for extension in resource_type.extensions() {
        let urn = extension.id.as_str();
        match members.get(urn).and_then(Value::as_object) {
            Some(extension) if extension.is_empty() => drop(members.remove(urn)),
            Some(_) => schemas.push(urn.into()),
            None => {}
        }
    }
    members.insert("schemas".to_owned(), Value::Array(schemas));
}

fn changed_immutable(path: &str) -> Error {
    Error::new(
        ErrorKind::Mutability,
        "the value is immutable: once set it cannot be changed, only left out of a PUT",
    )
    .with_path(path)
}
