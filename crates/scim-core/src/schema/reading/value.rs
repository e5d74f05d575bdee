//! One value of one attribute.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::{Map, Value};

use super::{Reader, format};
use crate::error::ErrorKind;
use crate::schema::{AttributeDefinition, AttributeType, Mutability};

/// What a JSON value is, for a sentence. Texts are not repeated: one may be a secret.
pub(super) fn description(value: &Value) -> &'static str {
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
            (AttributeType::Boolean, Value::String(text))
                if self.compatibility.booleans_as_text =>
            {
                self.boolean_text(path, &text)
            }
            (AttributeType::Integer, Value::Number(number)) => self.integer(path, &number),
            (AttributeType::Boolean, value @ Value::Bool(_))
            | (AttributeType::Decimal, value @ Value::Number(_)) => Some(value),
            (
                AttributeType::String
                | AttributeType::DateTime
                | AttributeType::Binary
                | AttributeType::Reference,
                Value::String(text),
            ) => self.text(definition, path, text),
            (expected, other) => {
                let detail = format!(
                    "{} is needed, not {}",
                    format::needed(expected),
                    description(&other)
                );
                self.fail(ErrorKind::InvalidValue, path, detail);
                None
            }
        }
    }

    fn boolean_text(&mut self, path: &dyn Display, text: &str) -> Option<Value> {
        let value = ["false", "true"]
            .iter()
            .position(|word| word.eq_ignore_ascii_case(text))
            .map(|found| found == 1);
        match value {
            Some(value) => self.tolerate(
                "booleans_as_text",
                path,
                format!("the text was read as {value}"),
            ),
            None => self.fail(ErrorKind::InvalidValue, path, "true or false is needed"),
        }
        value.map(Value::Bool)
    }

    fn integer(&mut self, path: &dyn Display, number: &serde_json::Number) -> Option<Value> {
        if let Some(number) = number.as_i64() {
            return Some(number.into());
        }
        // Up to here a float holds every whole number exactly.
        let largest = 9_007_199_254_740_991.0;
        match number
            .as_f64()
            .filter(|number| number.fract() == 0.0 && number.abs() <= largest)
        {
            Some(whole) if self.compatibility.whole_decimals_as_integers => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "it is whole and within 53 bits"
                )]
                let whole = whole as i64;
                self.tolerate(
                    "whole_decimals_as_integers",
                    path,
                    format!("it was read as {whole}"),
                );
                Some(whole.into())
            }
            _ => {
                let detail =
                    "a whole number within 64 bits is needed, without fraction and exponent";
                self.fail(ErrorKind::InvalidValue, path, detail);
                None
            }
        }
    }

    fn text(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        text: String,
    ) -> Option<Value> {
        let problem = match definition.r#type {
            AttributeType::DateTime => format::date_time_problem(&text),
            AttributeType::Binary => format::binary_problem(&text),
            AttributeType::Reference => format::reference_problem(&text),
            _ => None,
        };
        let problem = problem
            .map(str::to_owned)
            .or_else(|| self.text_problem(definition, &text));
        match problem {
            Some(problem) => {
                self.fail(ErrorKind::InvalidValue, path, problem);
                None
            }
            None => Some(Value::String(text)),
        }
    }

    fn text_problem(&self, definition: &AttributeDefinition, text: &str) -> Option<String> {
        if definition.required && text.trim().is_empty() {
            return Some("a value is required; it cannot be empty".to_owned());
        }
        if let Some(maximum) = definition.maximum_length {
            let length = text.chars().count();
            if length > maximum {
                return Some(format!(
                    "the text has {length} characters; at most {maximum} are possible"
                ));
            }
        }
        let canonical = &definition.canonical_values;
        if !self.compatibility.values_outside_canonical
            && !canonical.is_empty()
            && !canonical
                .iter()
                .any(|value| value.eq_ignore_ascii_case(text))
        {
            return Some(format!("one of {} is needed", canonical.join(", ")));
        }
        if self.compatibility.loose_text_formats {
            None
        } else {
            format::strict_problem(definition, text).map(str::to_owned)
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

    /// An entry that refers to a resource needs its id; a `$ref` alone holds it as the last segment.
    fn value_of_reference(
        &mut self,
        definition: &AttributeDefinition,
        path: &dyn Display,
        members: &mut Map<String, Value>,
    ) {
        let refers = definition.sub_attribute("value").is_some()
            && definition.sub_attribute("$ref").is_some();
        if !self.context.is_client_input()
            || !refers
            || members.is_empty()
            || members.contains_key("value")
        {
            return;
        }
        let reference = members
            .get("$ref")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let id = reference
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        if id.is_empty() {
            let detail = "the id of the resource referred to is needed";
            self.fail(
                ErrorKind::InvalidValue,
                &format_args!("{path}.value"),
                detail,
            );
        } else {
            members.insert("value".to_owned(), id.into());
        }
    }
}
