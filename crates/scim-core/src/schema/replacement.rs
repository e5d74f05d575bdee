//! What a `PUT` leaves as it is.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde_json::{Map, Value};

use super::dependents::{is_dependent, subject};
use super::{
    AttributeDefinition, Mutability, RegisteredResourceType, Schema, ValidationReport, value_key,
};
use crate::error::{Error, ErrorKind};
use crate::resource::Resource;

/// More failures than a person wants to read; it bounds the answer to a hostile document.
const MAXIMUM_FAILURES: usize = 100;

impl RegisteredResourceType {
    /// The resource that takes the place of a stored one: what the client sent, and what is not the client's to say
    /// ([RFC 7644, section 3.5.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1)).
    ///
    /// `sent` is what [`read`](Self::read) made of the request for [`Replace`](super::ValidationContext::Replace). From the
    /// stored resource come all values that only the service writes, secrets that were not sent anew, and immutable values,
    /// which the client may leave out but not change. Everything else that was left out is cleared. Immutable values are
    /// compared by [`value_key`], lists without regard to order, and a `$ref` of the client counts for nothing beside the
    /// stored one. `schemas` follows from the content.
    ///
    /// Where the `value` of a complex attribute is another one, what described the old one goes: read-only sub-attributes, and a
    /// `$ref` that was not sent anew. PATCH has the same rule.
    ///
    /// What was left out as a whole keeps such values too, an extension all of them, a complex attribute with a single value
    /// its secrets. But if something required is then lacking, it is cleared as a whole, secrets included: so a valid resource
    /// takes the place of a valid one.
    ///
    /// # Errors
    ///
    /// [`ValidationReport`] with `mutability` for each immutable value that would change.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::resource::Resource;
    /// use scim_core::schema::{SchemaRegistry, ValidationContext};
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let stored = json!({"id": "1", "userName": "bjensen", "title": "Guide", "password": "hash"});
    /// let stored = Resource::new(stored.as_object().cloned().ok_or("no object")?);
    /// let body = json!({"id": "7", "userName": "babs"});
    /// let (sent, _) = users.read(body, ValidationContext::Replace, &Compatibility::standard())?;
    /// let replaced = users.replace(&stored, sent)?;
    /// assert_eq!(replaced.id(), Some("1"));
    /// assert_eq!(replaced.get("userName"), Some(&json!("babs")));
    /// assert_eq!(replaced.get("title"), None);
    /// assert!(replaced.get("password").is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn replace(&self, stored: &Resource, sent: Resource) -> Result<Resource, ValidationReport> {
        let Value::Object(mut members) = sent.into_value() else {
            return Ok(stored.clone());
        };
        let left_out: Vec<&Schema> = self
            .extensions()
            .filter(|extension| !members.contains_key(extension.id.as_str()))
            .collect();
        let mut carrier = Carrier {
            failures: Vec::new(),
        };
        for attribute in self.attributes() {
            let definition = attribute.attribute();
            let Some(held) = attribute.value_in(stored) else {
                continue;
            };
            // `schemas` follows from the content.
            if definition.name == "schemas" || !is_kept(definition) {
                continue;
            }
            let path = attribute.canonical_path();
            match attribute.container() {
                None => carrier.keep(definition, &path, &mut members, held),
                Some(urn) => {
                    let extension = members
                        .entry(urn.as_str())
                        .or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(extension) = extension {
                        carrier.keep(definition, &path, extension, held);
                    }
                }
            }
        }
        if !carrier.failures.is_empty() {
            return Err(ValidationReport::new(carrier.failures));
        }
        for extension in left_out {
            let urn = extension.id.as_str();
            let kept = members.get(urn).and_then(Value::as_object);
            if kept.is_some_and(|kept| lacks_required(&extension.attributes, kept)) {
                members.remove(urn);
            }
        }
        list_extensions(&mut members, self);
        Ok(Resource::new(members))
    }
}

/// Whether the stored value of an attribute can matter for the one that replaces it.
fn is_kept(definition: &AttributeDefinition) -> bool {
    definition.mutability != Mutability::ReadWrite || definition.sub_attributes.iter().any(is_kept)
}

/// Whether a value is missing that a client has to give.
fn lacks_required(definitions: &[AttributeDefinition], members: &Map<String, Value>) -> bool {
    definitions.iter().any(|definition| {
        definition.required
            && definition.mutability != Mutability::ReadOnly
            && !members.contains_key(&definition.name)
    })
}

/// What stays of a complex attribute that was left out: its secrets, which a client that read the resource could not repeat.
fn secrets(definition: &AttributeDefinition, held: &Value) -> Option<Value> {
    let held = held.as_object().filter(|_| !definition.multi_valued)?;
    let kept: Map<String, Value> = definition
        .sub_attributes
        .iter()
        .filter(|sub_attribute| sub_attribute.mutability == Mutability::WriteOnly)
        .filter_map(|secret| Some((secret.name.clone(), held.get(&secret.name)?.clone())))
        .collect();
    let is_whole = !kept.is_empty() && !lacks_required(&definition.sub_attributes, &kept);
    is_whole.then_some(Value::Object(kept))
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

struct Carrier {
    failures: Vec<Error>,
}

impl Carrier {
    /// Puts the value that an attribute keeps among its siblings.
    fn keep(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        members: &mut Map<String, Value>,
        held: &Value,
    ) {
        let sent = members.remove(&definition.name);
        if let Some(value) = self.carried(definition, path, sent, held) {
            members.insert(definition.name.clone(), value);
        }
    }

    /// The value of an attribute: from what was sent and what is held.
    fn carried(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        sent: Option<Value>,
        held: &Value,
    ) -> Option<Value> {
        match (definition.mutability, sent) {
            (Mutability::ReadOnly, _) | (Mutability::Immutable | Mutability::WriteOnly, None) => {
                Some(held.clone())
            }
            (_, None) => secrets(definition, held),
            (Mutability::Immutable, Some(_)) if definition.name == "$ref" => Some(held.clone()),
            (Mutability::Immutable, Some(sent)) => {
                let failures = self.failures.len();
                let sent = self.carried_within(definition, path, sent, held);
                let changed = identity(definition, &sent) != identity(definition, held);
                if changed && self.failures.len() == failures {
                    self.fail(path);
                }
                Some(held.clone())
            }
            (_, Some(sent)) => Some(self.carried_within(definition, path, sent, held)),
        }
    }

    /// The same for the sub-attributes. Entries of a list are the same ones if they have the same `value`; an entry with
    /// another value is a new one, in which nothing is immutable yet.
    fn carried_within(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        sent: Value,
        held: &Value,
    ) -> Value {
        if !definition.sub_attributes.iter().any(is_kept) {
            return sent;
        }
        let subject = |entry: &Map<String, Value>| subject(definition, entry);
        match (sent, held) {
            (Value::Object(sent), Value::Object(held)) => {
                let same_subject = subject(&sent) == subject(held);
                Value::Object(self.carried_members(definition, path, sent, held, same_subject))
            }
            (Value::Array(sent), Value::Array(held)) if definition.multi_valued => {
                let held: BTreeMap<String, &Map<String, Value>> = held
                    .iter()
                    .rev()
                    .filter_map(Value::as_object)
                    .filter_map(|entry| Some((subject(entry)?, entry)))
                    .collect();
                let carried = |(index, entry)| match entry {
                    Value::Object(entry) => {
                        let same = subject(&entry).and_then(|subject| held.get(&subject));
                        Value::Object(match same {
                            Some(same) => {
                                let path = format_args!("{path}[{index}]");
                                self.carried_members(definition, &path, entry, same, true)
                            }
                            None => entry,
                        })
                    }
                    other => other,
                };
                Value::Array(sent.into_iter().enumerate().map(carried).collect())
            }
            (sent, _) => sent,
        }
    }

    fn carried_members(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        mut sent: Map<String, Value>,
        held: &Map<String, Value>,
        same_subject: bool,
    ) -> Map<String, Value> {
        for sub_attribute in definition.sub_attributes.iter().filter(|sub| is_kept(sub)) {
            let Some(held) = held.get(&sub_attribute.name) else {
                continue;
            };
            if same_subject || !is_dependent(sub_attribute) {
                let path = format_args!("{path}.{}", sub_attribute.name);
                self.keep(sub_attribute, &path, &mut sent, held);
            }
        }
        sent
    }

    fn fail(&mut self, path: &dyn Display) {
        if self.failures.len() < MAXIMUM_FAILURES {
            let detail =
                "the value is immutable: once set it cannot be changed, only left out of a PUT";
            self.failures
                .push(Error::new(ErrorKind::Mutability, detail).with_path(path.to_string()));
        }
    }
}

/// A value in a form that is equal for values that are the same; lists in any order.
fn identity(definition: &AttributeDefinition, value: &Value) -> Value {
    match value {
        Value::Array(elements) => {
            let mut elements: Vec<Value> = elements
                .iter()
                .map(|element| identity(definition, element))
                .collect();
            elements.sort_by_cached_key(Value::to_string);
            Value::Array(elements)
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let sub_attribute = definition.sub_attribute(name).unwrap_or(definition);
                (name.clone(), identity(sub_attribute, value))
            })
            .collect::<Map<_, _>>()
            .into(),
        simple => value_key(definition, simple).map_or(Value::Null, |key| key.into_owned().into()),
    }
}
