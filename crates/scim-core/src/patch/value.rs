//! The value of an operation, read by the definition of its attribute.

use std::fmt::Display;

use serde_json::{Map, Value};
use smallvec::{SmallVec, smallvec};

use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::evaluation::names;
use crate::schema::{AttributeDefinition, AttributeType, description, object_in_text, simple};

/// Reads values, and notes what it had to tolerate.
pub(super) struct ValueReader<'e> {
    pub(super) compatibility: &'e Compatibility,
    pub(super) tolerated: &'e mut Vec<Tolerance>,
}

/// Sub-attributes with their values, each at most once; null unassigns.
pub(super) type Given<'r> = SmallVec<[(&'r AttributeDefinition, Value); 1]>;

impl ValueReader<'_> {
    /// The value of a whole attribute: a list, if it has many.
    pub(super) fn attribute(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        value: &Value,
    ) -> Result<Value, Error> {
        self.owned(None, definition, path, value)
    }

    /// The value of a sub-attribute.
    pub(super) fn sub_attribute(
        &mut self,
        owner: &AttributeDefinition,
        sub_attribute: &AttributeDefinition,
        path: &dyn Display,
        value: &Value,
    ) -> Result<Value, Error> {
        self.owned(Some(owner), sub_attribute, path, value)
    }

    fn owned(
        &mut self,
        owner: Option<&AttributeDefinition>,
        definition: &AttributeDefinition,
        path: &dyn Display,
        value: &Value,
    ) -> Result<Value, Error> {
        if definition.multi_valued {
            let entries = self.owned_entries(owner, definition, path, value)?;
            return Ok(Value::Array(entries));
        }
        let single = self.single(path, value)?;
        self.owned_entry(owner, definition, path, single)
    }

    /// The value itself where a single one is due, also if it is sent as an array of one.
    pub(super) fn single<'v>(
        &mut self,
        path: &dyn Display,
        value: &'v Value,
    ) -> Result<&'v Value, Error> {
        let Value::Array(values) = value else {
            return Ok(value);
        };
        if !self.compatibility.array_for_single_value {
            return Ok(value);
        }
        let [single] = values.as_slice() else {
            return Err(invalid(
                path,
                format!("it has a single value, and {} were sent", values.len()),
            ));
        };
        self.tolerate(
            "array_for_single_value",
            path,
            "an array of one was read as the value in it",
        );
        Ok(single)
    }

    /// The entries of a multi-valued attribute. Entries that are null are none.
    pub(super) fn entries(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        value: &Value,
    ) -> Result<Vec<Value>, Error> {
        self.owned_entries(None, definition, path, value)
    }

    fn owned_entries(
        &mut self,
        owner: Option<&AttributeDefinition>,
        definition: &AttributeDefinition,
        path: &dyn Display,
        value: &Value,
    ) -> Result<Vec<Value>, Error> {
        match value {
            Value::Array(values) => values
                .iter()
                .filter(|value| !value.is_null())
                .map(|value| self.owned_entry(owner, definition, path, value))
                .collect(),
            single if self.compatibility.single_value_for_array => {
                let entry = self.owned_entry(owner, definition, path, single)?;
                self.tolerate(
                    "single_value_for_array",
                    path,
                    "a single value was read as an array of one",
                );
                Ok(vec![entry])
            }
            other => Err(invalid(
                path,
                format!(
                    "it has many values: an array is needed, not {}",
                    description(other)
                ),
            )),
        }
    }

    /// One value: of a single-valued attribute, or one of many.
    pub(super) fn entry(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        value: &Value,
    ) -> Result<Value, Error> {
        self.owned_entry(None, definition, path, value)
    }

    fn owned_entry(
        &mut self,
        owner: Option<&AttributeDefinition>,
        definition: &AttributeDefinition,
        path: &dyn Display,
        value: &Value,
    ) -> Result<Value, Error> {
        if definition.r#type == AttributeType::Complex {
            let given = self.given(definition, path, value)?;
            let named = |(sub, value): (&AttributeDefinition, Value)| (sub.name.clone(), value);
            return Ok(Value::Object(given.into_iter().map(named).collect()));
        }
        let read = simple::read(definition, owner, value.clone(), *self.compatibility)
            .map_err(|detail| invalid(path, detail))?;
        if let Some((flag, detail)) = read.tolerated {
            self.tolerate(flag, path, &detail);
        }
        Ok(read.value)
    }

    /// The sub-attributes that one value of a complex attribute gives; null stays, because it unassigns.
    pub(super) fn given<'r>(
        &mut self,
        definition: &'r AttributeDefinition,
        path: &dyn Display,
        value: &Value,
    ) -> Result<Given<'r>, Error> {
        match value {
            Value::Object(members) => {
                let in_text = self
                    .compatibility
                    .object_as_text
                    .then(|| object_in_text(members))
                    .flatten();
                if in_text.is_some() {
                    let detail = "a text was read as the JSON object that it holds";
                    self.tolerate("object_as_text", path, detail);
                }
                self.members(definition, path, in_text.as_ref().unwrap_or(members))
            }
            Value::String(_) if self.compatibility.text_for_complex_value => {
                let Some(sub_attribute) = definition.sub_attribute("value") else {
                    return Err(no_object(path, value));
                };
                self.tolerate(
                    "text_for_complex_value",
                    path,
                    "a text was read as its value sub-attribute",
                );
                let value = self.sub_attribute(
                    definition,
                    sub_attribute,
                    &format_args!("{path}.{}", sub_attribute.name),
                    value,
                )?;
                Ok(smallvec![(sub_attribute, value)])
            }
            _ => Err(no_object(path, value)),
        }
    }

    fn members<'r>(
        &mut self,
        definition: &'r AttributeDefinition,
        path: &dyn Display,
        members: &Map<String, Value>,
    ) -> Result<Given<'r>, Error> {
        let mut read = Given::with_capacity(members.len());
        for (name, value) in members {
            let Some(sub_attribute) = definition.sub_attribute(name) else {
                if !self.compatibility.ignore_unknown_attributes {
                    let known = names(&definition.sub_attributes);
                    let kind = self.compatibility.unknown_name(ErrorKind::InvalidValue);
                    let detail = format!("it has no sub-attribute {name}; it has {known}");
                    return Err(Error::new(kind, detail).with_path(path.to_string()));
                }
                self.tolerate(
                    "ignore_unknown_attributes",
                    &format_args!("{path}.{name}"),
                    "no schema knows it; it was left out",
                );
                continue;
            };
            let path = format_args!("{path}.{}", sub_attribute.name);
            if read
                .iter()
                .any(|(known, _)| std::ptr::eq(*known, sub_attribute))
            {
                return Err(Error::new(
                    ErrorKind::InvalidSyntax,
                    "it is given twice, in different cases; give it once",
                )
                .with_path(path.to_string()));
            }
            let value = if value.is_null() {
                Value::Null
            } else {
                self.sub_attribute(definition, sub_attribute, &path, value)?
            };
            read.push((sub_attribute, value));
        }
        Ok(read)
    }

    pub(super) fn tolerate(&mut self, what: &'static str, path: &dyn Display, detail: &str) {
        Tolerating {
            compatibility: self.compatibility,
            tolerated: self.tolerated,
        }
        .note(what, path.to_string(), detail);
    }
}

/// Whether a value unassigns: null, or an empty array where an array is due.
pub(super) fn is_empty(definition: &AttributeDefinition, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => definition.multi_valued && values.iter().all(Value::is_null),
        _ => false,
    }
}

pub(super) fn invalid(path: &dyn Display, detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidValue, detail).with_path(path.to_string())
}

fn no_object(path: &dyn Display, sent: &Value) -> Error {
    let sent = description(sent);
    invalid(path, format!("an object is needed, not {sent}"))
}

/// How many JSON values a value consists of.
pub(super) fn size_of(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(size_of).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size_of).sum::<usize>(),
        _ => 1,
    }
}
