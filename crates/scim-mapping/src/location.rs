//! Where a target path leads in a resource, for reading and for writing.

use scim_core::schema::{AttributeDefinition, AttributeType, RegisteredResourceType};
use scim_core::scim_filter::{ComparisonOperator, Literal, PatchPath, ValueFilter};
use serde_json::{Map, Value};

/// A target path, resolved against the target as far as it knows the attribute.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// The URN of the extension that holds the attribute.
    pub(crate) container: Option<String>,
    attribute: String,
    /// What the element must have: the parts of `[type eq "work"]`.
    conditions: Vec<(String, Value)>,
    is_filtered: bool,
    sub_attribute: Option<String>,
    /// The definition of what the path ends at.
    pub(crate) definition: Option<AttributeDefinition>,
}

impl Location {
    /// Whether a mapping can write there: only filters that say what an element is like can make one.
    pub(crate) fn check(path: &PatchPath) -> Result<(), String> {
        match path {
            PatchPath::Schema(urn) => Err(format!("{urn} is a schema, not an attribute")),
            PatchPath::ValuePath {
                sub_attribute: None,
                ..
            } => Err("the path names no sub-attribute after the filter".to_owned()),
            PatchPath::ValuePath { filter, .. } if conditions(filter).is_none() => Err(
                "the filter may only use eq, joined with and, because it also makes new elements"
                    .to_owned(),
            ),
            PatchPath::Attribute(_) | PatchPath::ValuePath { .. } => Ok(()),
        }
    }

    /// The sub-attribute that both the filter and the rule would set: `emails[type eq "work"].type`.
    pub(crate) fn contradiction(path: &PatchPath) -> Option<&str> {
        let PatchPath::ValuePath {
            filter,
            sub_attribute: Some(sub_attribute),
            ..
        } = path
        else {
            return None;
        };
        let conditions = conditions(filter)?;
        conditions
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(sub_attribute))
            .then_some(sub_attribute)
    }

    pub(crate) fn of(path: &PatchPath, target: &RegisteredResourceType) -> Self {
        let (attribute, filter, sub_attribute) = match path {
            PatchPath::Attribute(path) => (Some(path), None, path.sub_attribute()),
            PatchPath::ValuePath {
                attribute,
                filter,
                sub_attribute,
            } => (Some(attribute), Some(filter), sub_attribute.as_deref()),
            PatchPath::Schema(_) => (None, None, None),
        };
        let reference = attribute.and_then(|path| target.resolve(path).ok());
        let attribute_definition = reference
            .as_ref()
            .map(|reference| reference.attribute().clone());
        let sub_definition = |name: &str| {
            attribute_definition
                .as_ref()
                .and_then(|definition| definition.sub_attribute(name))
                .cloned()
        };
        let definition = match sub_attribute {
            Some(name) => sub_definition(name),
            None => attribute_definition.clone(),
        };
        let container = match &reference {
            Some(reference) => reference.container().map(|urn| urn.as_str().to_owned()),
            None => attribute
                .and_then(|path| path.schema())
                .filter(|urn| !urn.eq_ignore_ascii_case(target.schema().id.as_str()))
                .map(str::to_owned),
        };
        let conditions = filter.and_then(conditions).unwrap_or_default();
        Self {
            container,
            attribute: attribute_definition
                .as_ref()
                .map(|definition| definition.name.clone())
                .or_else(|| attribute.map(|path| path.attribute().to_owned()))
                .unwrap_or_default(),
            conditions: conditions
                .into_iter()
                .map(|(name, value)| {
                    let definition = sub_definition(&name);
                    (
                        definition
                            .as_ref()
                            .map_or(name, |definition| definition.name.clone()),
                        fit(value, definition.as_ref()),
                    )
                })
                .collect(),
            is_filtered: filter.is_some(),
            sub_attribute: definition
                .as_ref()
                .filter(|_| sub_attribute.is_some())
                .map(|definition| definition.name.clone())
                .or_else(|| sub_attribute.map(str::to_owned)),
            definition,
        }
    }

    /// The value in the form that the target wants: a text for a boolean becomes one, an id for a manager an object.
    pub(crate) fn fit(&self, value: Value) -> Value {
        fit(value, self.definition.as_ref())
    }

    pub(crate) fn is_filtered(&self) -> bool {
        self.is_filtered
    }

    /// The path of the whole attribute, without filter and sub-attribute.
    pub(crate) fn attribute_path(&self) -> String {
        match &self.container {
            Some(urn) => format!("{urn}:{}", self.attribute),
            None => self.attribute.clone(),
        }
    }

    fn attribute_in<'value>(&self, resource: &'value Map<String, Value>) -> Option<&'value Value> {
        let holder = match &self.container {
            Some(urn) => member(resource, urn)?.as_object()?,
            None => resource,
        };
        member(holder, &self.attribute)
    }

    /// The element that fulfils the filter.
    pub(crate) fn element_in<'value>(
        &self,
        resource: &'value Map<String, Value>,
    ) -> Option<&'value Map<String, Value>> {
        let value = self.attribute_in(resource)?;
        let elements = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        elements
            .iter()
            .filter_map(Value::as_object)
            .find(|element| self.is_meant(element))
    }

    fn is_meant(&self, element: &Map<String, Value>) -> bool {
        self.conditions.iter().all(|(name, wanted)| {
            member(element, name)
                .is_some_and(|value| plain(value).eq_ignore_ascii_case(&plain(wanted)))
        })
    }

    /// The value in a resource; null and empty lists are no value.
    pub(crate) fn value_in<'value>(
        &self,
        resource: &'value Map<String, Value>,
    ) -> Option<&'value Value> {
        let value = match (&self.sub_attribute, self.is_filtered) {
            (Some(sub_attribute), true) => member(self.element_in(resource)?, sub_attribute),
            (Some(sub_attribute), false) => {
                member(self.attribute_in(resource)?.as_object()?, sub_attribute)
            }
            (None, _) => self.attribute_in(resource),
        };
        value.filter(|value| {
            !value.is_null() && value.as_array().is_none_or(|values| !values.is_empty())
        })
    }

    /// A new element with this one value; a work e-mail address becomes the primary one.
    pub(crate) fn new_element(&self) -> Map<String, Value> {
        let mut element: Map<String, Value> = self.conditions.iter().cloned().collect();
        let is_work = self
            .conditions
            .iter()
            .any(|(name, value)| name == "type" && value == "work");
        if is_work && self.attribute == "emails" {
            element.insert("primary".to_owned(), Value::Bool(true));
        }
        element
    }

    pub(crate) fn set_in_element(&self, element: &mut Map<String, Value>, value: Value) {
        if let Some(sub_attribute) = &self.sub_attribute {
            element.insert(sub_attribute.clone(), value);
        }
    }

    /// Writes the value into a body that is being made.
    pub(crate) fn set(&self, body: &mut Map<String, Value>, value: Value) {
        let holder = match &self.container {
            Some(urn) => object_at(body, urn),
            None => Some(body),
        };
        let Some(holder) = holder else { return };
        if self.is_filtered {
            let elements = holder
                .entry(self.attribute.clone())
                .or_insert_with(|| Value::Array(Vec::new()));
            let Value::Array(elements) = elements else {
                return;
            };
            let position = elements.iter().position(|element| {
                element
                    .as_object()
                    .is_some_and(|element| self.is_meant(element))
            });
            if let Some(element) = position
                .and_then(|position| elements.get_mut(position))
                .and_then(Value::as_object_mut)
            {
                self.set_in_element(element, value);
            } else {
                let mut element = self.new_element();
                self.set_in_element(&mut element, value);
                elements.push(Value::Object(element));
            }
        } else if let Some(sub_attribute) = &self.sub_attribute {
            if let Some(complex) = object_at(holder, &self.attribute) {
                complex.insert(sub_attribute.clone(), value);
            }
        } else {
            holder.insert(self.attribute.clone(), value);
        }
    }
}

fn object_at<'value>(
    holder: &'value mut Map<String, Value>,
    name: &str,
) -> Option<&'value mut Map<String, Value>> {
    holder
        .entry(name.to_owned())
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()
}

/// A member by its name, whose case does not matter (RFC 7643, section 2.1).
fn member<'value>(object: &'value Map<String, Value>, name: &str) -> Option<&'value Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// What an element must have to fulfil the filter; `None` if the filter says it in another way.
fn conditions(filter: &ValueFilter) -> Option<Vec<(String, Value)>> {
    match filter {
        ValueFilter::Comparison(comparison)
            if comparison.operator == ComparisonOperator::Eq
                && comparison.path.sub_attribute().is_none() =>
        {
            let value = match &comparison.value {
                Literal::Null => return None,
                Literal::Boolean(value) => Value::Bool(*value),
                Literal::Number(number) => number.as_i64()?.into(),
                Literal::String(text) => Value::String(text.clone()),
            };
            Some(vec![(comparison.path.attribute().to_owned(), value)])
        }
        ValueFilter::And(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(conditions(part)?);
            }
            Some(all)
        }
        _ => None,
    }
}

fn fit(value: Value, definition: Option<&AttributeDefinition>) -> Value {
    let Some(definition) = definition else {
        return value;
    };
    match (value, definition.r#type) {
        (Value::String(text), AttributeType::Boolean) if text.eq_ignore_ascii_case("true") => {
            Value::Bool(true)
        }
        (Value::String(text), AttributeType::Boolean) if text.eq_ignore_ascii_case("false") => {
            Value::Bool(false)
        }
        (Value::String(text), AttributeType::Integer) => text
            .trim()
            .parse::<i64>()
            .map_or(Value::String(text), Value::from),
        (Value::Bool(value), AttributeType::String) => {
            Value::String(if value { "True" } else { "False" }.to_owned())
        }
        (Value::Number(number), AttributeType::String) => Value::String(number.to_string()),
        (Value::String(text), AttributeType::Complex)
            if definition.sub_attribute("value").is_some() =>
        {
            Value::Object(
                [("value".to_owned(), Value::String(text))]
                    .into_iter()
                    .collect(),
            )
        }
        (Value::Array(values), kind)
            if kind == AttributeType::Complex || definition.multi_valued =>
        {
            let mut single = definition.clone();
            single.multi_valued = false;
            Value::Array(
                values
                    .into_iter()
                    .map(|value| fit(value, Some(&single)))
                    .collect(),
            )
        }
        (value, _) => value,
    }
}

/// A value as a plain text, for comparison and for logs.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(members) => members
            .get("value")
            .map_or_else(|| value.to_string(), plain),
        other => other.to_string(),
    }
}
