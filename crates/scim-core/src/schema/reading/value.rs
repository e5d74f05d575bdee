//! One value of one attribute.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::{Map, Value};

use super::Reader;
use super::members::object_in_text;
use super::simple::{self, Simple};
use crate::error::ErrorKind;
use crate::schema::name_index::NameIndex;
use crate::schema::registry::{IndexedAttribute, unknown_sub_attribute};
use crate::schema::{AttributeDefinition, AttributeType, Mutability};

/// What a JSON value is, for a sentence. Texts are not repeated: one may be a secret.
pub(crate) fn description(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A definition and, where a registry gives it, the index of its sub-attributes.
#[derive(Clone, Copy)]
pub(super) struct Known<'schema> {
    pub(super) definition: &'schema AttributeDefinition,
    index: Option<&'schema NameIndex>,
    /// The attribute of which it is a sub-attribute.
    owner: Option<&'schema AttributeDefinition>,
}

impl<'schema> Known<'schema> {
    fn sub_attribute(self, name: &str) -> Option<&'schema AttributeDefinition> {
        let Some(index) = self.index else {
            return self.definition.sub_attribute(name);
        };
        let sub_attributes = &self.definition.sub_attributes;
        let name_at = |position: usize| Some(sub_attributes.get(position)?.name.as_str());
        sub_attributes.get(index.position(name, name_at)?)
    }

    fn part(self, sub_attribute: &'schema AttributeDefinition) -> Self {
        Self {
            definition: sub_attribute,
            index: None,
            owner: Some(self.definition),
        }
    }
}

impl<'schema> From<&'schema AttributeDefinition> for Known<'schema> {
    fn from(definition: &'schema AttributeDefinition) -> Self {
        Self {
            definition,
            index: None,
            owner: None,
        }
    }
}

impl<'schema> From<&'schema IndexedAttribute> for Known<'schema> {
    fn from(attribute: &'schema IndexedAttribute) -> Self {
        Self {
            definition: attribute.definition(),
            index: Some(attribute.index()),
            owner: None,
        }
    }
}

impl Reader {
    /// Makes the value what is to be held; `false` if it is unassigned, ignored, or wrong.
    pub(super) fn attribute(
        &mut self,
        known: Known<'_>,
        path: &dyn Display,
        value: &mut Value,
    ) -> bool {
        let definition = known.definition;
        if self.context.is_client_input() && definition.mutability == Mutability::ReadOnly {
            return false;
        }
        match (definition.multi_valued, &mut *value) {
            (_, Value::Null) => false,
            (true, Value::Array(values)) => self.values(known, path, values),
            (true, single) if self.compatibility.single_value_for_array && self.may_be_single() => {
                let mut values = vec![single.take()];
                let is_assigned = self.values(known, path, &mut values);
                if is_assigned {
                    self.tolerate(
                        "single_value_for_array",
                        path,
                        "a single value was read as an array of one",
                    );
                }
                *value = Value::Array(values);
                is_assigned
            }
            (true, other) => {
                let detail = format!(
                    "the attribute is multi-valued: send an array, not {}",
                    description(other)
                );
                self.fail(ErrorKind::InvalidValue, path, detail);
                false
            }
            (false, Value::Array(values)) => {
                let values = std::mem::take(values);
                self.unwrapped(known, path, values, value)
            }
            (false, _) => self.single(known, path, value),
        }
    }

    /// In a resource, a single value where an array is due is a mistake; in a PATCH value it has one meaning.
    fn may_be_single(&self) -> bool {
        !self.context.is_client_input()
    }

    fn unwrapped(
        &mut self,
        known: Known<'_>,
        path: &dyn Display,
        values: Vec<Value>,
        value: &mut Value,
    ) -> bool {
        let mut values = values.into_iter();
        match (values.next(), values.len()) {
            (None, _) => false,
            (Some(only), 0) if self.compatibility.array_for_single_value => {
                self.tolerate(
                    "array_for_single_value",
                    path,
                    "an array of one was read as its value",
                );
                *value = only;
                self.single(known, path, value)
            }
            _ => {
                self.fail(
                    ErrorKind::InvalidValue,
                    path,
                    "the attribute has a single value: send it without an array",
                );
                false
            }
        }
    }

    fn values(&mut self, known: Known<'_>, path: &dyn Display, values: &mut Vec<Value>) -> bool {
        let mut next = 0_usize;
        let mut primaries = 0_usize;
        values.retain_mut(|value| {
            let index = next;
            next += 1;
            let is_assigned =
                !value.is_null() && self.single(known, &format_args!("{path}[{index}]"), value);
            primaries +=
                usize::from(is_assigned && value.get("primary") == Some(&Value::Bool(true)));
            is_assigned
        });
        remove_repeated(values);
        if primaries > 1 {
            let detail = format!("{primaries} values are primary; at most one can be");
            self.fail(ErrorKind::InvalidValue, path, detail);
        }
        !values.is_empty()
    }

    fn single(&mut self, known: Known<'_>, path: &dyn Display, value: &mut Value) -> bool {
        match (known.definition.r#type, &mut *value) {
            (_, Value::Null) => false,
            (AttributeType::Complex, Value::Object(members)) => {
                if self.compatibility.object_as_text
                    && let Some(object) = object_in_text(members)
                {
                    let detail = "a text was read as the JSON object that it holds";
                    self.tolerate("object_as_text", path, detail);
                    *members = object;
                }
                self.complex(known, path, members)
            }
            (AttributeType::Complex, Value::String(text))
                if self.compatibility.text_for_complex_value
                    && known.sub_attribute("value").is_some() =>
            {
                let text = Value::String(std::mem::take(text));
                self.tolerate(
                    "text_for_complex_value",
                    path,
                    "a text was read as {\"value\": text}",
                );
                let mut members = Map::from_iter([("value".to_owned(), text)]);
                let is_assigned = self.complex(known, path, &mut members);
                *value = Value::Object(members);
                is_assigned
            }
            (AttributeType::Complex, other) => {
                let detail = format!("an object is needed, not {}", description(other));
                self.fail(ErrorKind::InvalidValue, path, detail);
                false
            }
            (_, simple) => {
                let read = simple::read(
                    known.definition,
                    known.owner,
                    simple.take(),
                    self.compatibility,
                );
                match read {
                    Ok(Simple {
                        value: read,
                        tolerated,
                    }) => {
                        *value = read;
                        if let Some((flag, detail)) = tolerated {
                            self.tolerate(flag, path, detail);
                        }
                        true
                    }
                    Err(detail) => {
                        self.fail(ErrorKind::InvalidValue, path, detail);
                        false
                    }
                }
            }
        }
    }

    fn complex(
        &mut self,
        known: Known<'_>,
        path: &dyn Display,
        members: &mut Map<String, Value>,
    ) -> bool {
        let definition = known.definition;
        let failures = self.failures.len();
        self.members(&format_args!("{path}."), members, |reader, name, value| {
            let Some(sub) = known.sub_attribute(name) else {
                if !value.is_null() {
                    reader.unknown_name(&format_args!("{path}.{name}"), || {
                        format!(
                            "{} has no such sub-attribute; {}",
                            definition.name,
                            unknown_sub_attribute(&definition.name, definition, name)
                        )
                    });
                }
                return None;
            };
            let name = sub.name.as_str();
            reader
                .attribute(known.part(sub), &format_args!("{path}.{name}"), value)
                .then_some(name)
        });
        if self.failures.len() == failures {
            self.value_of_reference(definition, path, members);
        }
        if members.is_empty() {
            return false;
        }
        self.require(
            definition.sub_attributes.iter(),
            &format_args!("{path}."),
            members,
        );
        true
    }

    fn value_of_reference(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        members: &mut Map<String, Value>,
    ) {
        if self.context.is_client_input()
            && let Err(detail) = complete_reference(definition, members)
        {
            self.fail(
                ErrorKind::InvalidValue,
                &format_args!("{path}.value"),
                detail,
            );
        }
    }
}

/// The same value twice says nothing more.
fn remove_repeated(values: &mut Vec<Value>) {
    /// Fewer are compared one by one, without writing them as texts.
    const FEW: usize = 16;
    if values.len() > FEW {
        let mut seen = BTreeSet::new();
        values.retain(|value| seen.insert(value.to_string()));
        return;
    }
    let mut index = 1;
    while let Some((value, before)) = values.get(..=index).and_then(<[Value]>::split_last) {
        if before.contains(value) {
            values.remove(index);
        } else {
            index += 1;
        }
    }
}

/// An entry that refers to a resource needs its id; a `$ref` alone holds it as the last segment. Otherwise tells what is
/// needed.
pub(crate) fn complete_reference(
    definition: &AttributeDefinition,
    members: &mut Map<String, Value>,
) -> Result<(), &'static str> {
    let refers = || {
        definition.sub_attribute("value").is_some() && definition.sub_attribute("$ref").is_some()
    };
    if members.is_empty() || members.contains_key("value") || !refers() {
        return Ok(());
    }
    let reference = members.get("$ref").and_then(Value::as_str);
    let id = reference
        .unwrap_or_default()
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .filter(|id| !id.is_empty())
        .ok_or("the id of the resource referred to is needed")?;
    let id = Value::from(id);
    members.insert("value".to_owned(), id);
    Ok(())
}
