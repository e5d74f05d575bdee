//! One value of one attribute.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::{Map, Value};

use super::Reader;
use super::simple::{self, Simple};
use crate::error::ErrorKind;
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

impl Reader {
    /// The value as it is to be held, or `None` if it is unassigned, ignored, or wrong.
    pub(super) fn attribute(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        value: Value,
    ) -> Option<Value> {
        if self.context.is_client_input() && definition.mutability == Mutability::ReadOnly {
            return None;
        }
        match (definition.multi_valued, value) {
            (_, Value::Null) => None,
            (true, Value::Array(values)) => self.values(definition, path, values),
            (true, single) if self.compatibility.single_value_for_array && self.may_be_single() => {
                let values = self.values(definition, path, vec![single])?;
                self.tolerate(
                    "single_value_for_array",
                    path,
                    "a single value was read as an array of one",
                );
                Some(values)
            }
            (true, other) => {
                let detail = format!(
                    "the attribute is multi-valued: send an array, not {}",
                    description(&other)
                );
                self.fail(ErrorKind::InvalidValue, path, detail);
                None
            }
            (false, Value::Array(values)) => self.unwrapped(definition, path, values),
            (false, value) => self.single(definition, path, value),
        }
    }

    /// In a resource, a single value where an array is due is a mistake; in a PATCH value it has one meaning.
    fn may_be_single(&self) -> bool {
        !self.context.is_client_input()
    }

    fn unwrapped(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        values: Vec<Value>,
    ) -> Option<Value> {
        let mut values = values.into_iter();
        match (values.next(), values.len()) {
            (None, _) => None,
            (Some(value), 0) if self.compatibility.array_for_single_value => {
                self.tolerate(
                    "array_for_single_value",
                    path,
                    "an array of one was read as its value",
                );
                self.single(definition, path, value)
            }
            _ => {
                self.fail(
                    ErrorKind::InvalidValue,
                    path,
                    "the attribute has a single value: send it without an array",
                );
                None
            }
        }
    }

    fn values(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        values: Vec<Value>,
    ) -> Option<Value> {
        let mut result = Vec::with_capacity(values.len());
        let mut seen = BTreeSet::new();
        let mut primaries = 0_usize;
        for (index, value) in values.into_iter().enumerate() {
            if value.is_null() {
                continue;
            }
            let Some(value) = self.single(definition, &format_args!("{path}[{index}]"), value)
            else {
                continue;
            };
            primaries += usize::from(value.get("primary") == Some(&Value::Bool(true)));
            // The same value twice says nothing more.
            if seen.insert(value.to_string()) {
                result.push(value);
            }
        }
        if primaries > 1 {
            let detail = format!("{primaries} values are primary; at most one can be");
            self.fail(ErrorKind::InvalidValue, path, detail);
        }
        (!result.is_empty()).then_some(Value::Array(result))
    }

    fn single(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        value: Value,
    ) -> Option<Value> {
        match (definition.r#type, value) {
            (_, Value::Null) => None,
            (AttributeType::Complex, Value::Object(members)) => {
                self.complex(definition, path, members)
            }
            (AttributeType::Complex, Value::String(text))
                if self.compatibility.text_for_complex_value
                    && definition.sub_attribute("value").is_some() =>
            {
                self.tolerate(
                    "text_for_complex_value",
                    path,
                    "a text was read as {\"value\": text}",
                );
                self.complex(
                    definition,
                    path,
                    Map::from_iter([("value".to_owned(), Value::String(text))]),
                )
            }
            (AttributeType::Complex, other) => {
                let detail = format!("an object is needed, not {}", description(&other));
                self.fail(ErrorKind::InvalidValue, path, detail);
                None
            }
            (_, value) => match simple::read(definition, value, self.compatibility) {
                Ok(Simple { value, tolerated }) => {
                    if let Some((flag, detail)) = tolerated {
                        self.tolerate(flag, path, detail);
                    }
                    Some(value)
                }
                Err(detail) => {
                    self.fail(ErrorKind::InvalidValue, path, detail);
                    None
                }
            },
        }
    }

    fn complex(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        members: Map<String, Value>,
    ) -> Option<Value> {
        let mut result = Map::new();
        let mut seen = BTreeSet::new();
        let failures = self.failures.len();
        for (name, value) in members {
            if !self.first_of_its_name(&mut seen, &format_args!("{path}."), &name) {
                continue;
            }
            match definition.sub_attribute(&name) {
                Some(sub) => {
                    if let Some(value) =
                        self.attribute(sub, &format_args!("{path}.{}", sub.name), value)
                    {
                        result.insert(sub.name.clone(), value);
                    }
                }
                None if value.is_null() => {}
                None => {
                    let hint = format!("{} has no such sub-attribute", definition.name);
                    self.unknown_name(&format_args!("{path}.{name}"), &hint);
                }
            }
        }
        if self.failures.len() == failures {
            self.value_of_reference(definition, path, &mut result);
        }
        if result.is_empty() {
            return None;
        }
        self.require(
            definition.sub_attributes.iter(),
            &format_args!("{path}."),
            &result,
        );
        Some(Value::Object(result))
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

/// An entry that refers to a resource needs its id; a `$ref` alone holds it as the last segment. Otherwise tells what is
/// needed.
pub(crate) fn complete_reference(
    definition: &AttributeDefinition,
    members: &mut Map<String, Value>,
) -> Result<(), &'static str> {
    let refers =
        definition.sub_attribute("value").is_some() && definition.sub_attribute("$ref").is_some();
    if !refers || members.is_empty() || members.contains_key("value") {
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
