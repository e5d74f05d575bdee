//! The comparison document: a resource as the texts by which it is compared.

use serde_json::{Map, Value};

use super::key;
use crate::error::{Error, ErrorKind};
use crate::evaluation::reference::{is_absolute, path, tail};
use crate::evaluation::{is_assigned, is_base64, place};
use crate::resource::Resource;
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, Decimal, base64_digits, comparison_key,
    parse_instant,
};

/// The members of a leaf that is compared in more ways than one.
pub(super) mod form {
    /// As a text.
    pub(in crate::sql) const TEXT: &str = "text";
    /// As an instant.
    pub(in crate::sql) const INSTANT: &str = "instant";
    /// As a URI whose version does not count.
    pub(in crate::sql) const PATH: &str = "path";
    /// As the end of an absolute URI.
    pub(in crate::sql) const TAIL: &str = "tail";
    /// Whether the URI is absolute.
    pub(in crate::sql) const ABSOLUTE: &str = "absolute";
}

/// Marks an object without any value; no attribute can have this name there, as [`key::member_name`] writes `%` otherwise.
pub(super) const UNASSIGNED: &str = "%unassigned";

/// Whether the leaves of an attribute are texts, and not objects of several forms.
pub(super) fn is_text(definition: &AttributeDefinition) -> bool {
    match definition.r#type {
        AttributeType::DateTime | AttributeType::Complex => false,
        AttributeType::Reference => is_schemas(definition),
        _ => true,
    }
}

/// URNs of schemas are compared without regard to case, whatever their definition says.
fn is_schemas(definition: &AttributeDefinition) -> bool {
    definition.name == "schemas"
}

/// The members of the document, without the attributes that are kept elsewhere.
pub(super) fn document<'t>(
    resource: &Resource,
    attributes: impl Iterator<Item = &'t AttributeReference>,
) -> Result<Map<String, Value>, Error> {
    let mut document = Map::new();
    for reference in attributes {
        let definition = reference.attribute();
        let Some(value) = place(reference).attribute_in(resource.attributes()) else {
            continue;
        };
        if definition.is_never_returned() || value.is_null() {
            continue;
        }
        let key = attribute(definition, value)
            .map_err(|failure| failure.into_error(&reference.canonical_path()))?;
        check_id(reference, value)?;
        let members = match reference.container() {
            None => &mut document,
            Some(urn) => {
                let container = document
                    .entry(key::member_name(urn.as_str()))
                    .or_insert_with(|| Value::Object(Map::new()));
                let Value::Object(members) = container else {
                    continue;
                };
                members
            }
        };
        members.insert(key::member_name(&definition.name), key);
    }
    Ok(document)
}

/// Equals are ordered by their ids as they are, so an id has to be its own key.
fn check_id(reference: &AttributeReference, value: &Value) -> Result<(), Error> {
    let is_id = reference.container().is_none() && reference.attribute().name == "id";
    let is_own_key = |id: &str| text(true, id) == id;
    if is_id && !value.as_str().is_some_and(is_own_key) {
        return Err(Failure::new("an id has Unicode's normalisation form C, and no control characters; assign another one")
            .into_error("id"));
    }
    Ok(())
}

/// A value that is not what its definition says, and where it stands below the attribute.
struct Failure {
    rule: &'static str,
    place: String,
}

impl Failure {
    const fn new(rule: &'static str) -> Self {
        Self {
            rule,
            place: String::new(),
        }
    }

    fn below(self, place: &str) -> Self {
        Self {
            place: format!("{place}{}", self.place),
            ..self
        }
    }

    fn into_error(self, path: &str) -> Error {
        Error::new(ErrorKind::InvalidValue, self.rule).with_path(format!("{path}{}", self.place))
    }
}

/// The elements of a multi-valued attribute. That one which decides the order of resources comes first.
pub(super) fn elements(
    definition: &AttributeDefinition,
    value: &Value,
    path: &str,
) -> Result<Vec<Value>, Error> {
    element_keys(definition, value).map_err(|failure| failure.into_error(path))
}

fn element_keys(definition: &AttributeDefinition, value: &Value) -> Result<Vec<Value>, Failure> {
    let single = std::slice::from_ref(value);
    let elements = value.as_array().map_or(single, Vec::as_slice);
    let mut keys = elements
        .iter()
        .enumerate()
        .map(|(index, element)| {
            single_value(definition, element)
                .map_err(|failure| failure.below(&format!("[{index}]")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let is_primary = |element: &Value| element.get("primary") == Some(&Value::Bool(true));
    if let Some(preceding) = elements
        .iter()
        .position(is_primary)
        .and_then(|position| keys.get_mut(..=position))
    {
        preceding.rotate_right(1);
    }
    Ok(keys)
}

fn attribute(definition: &AttributeDefinition, value: &Value) -> Result<Value, Failure> {
    if definition.multi_valued {
        return element_keys(definition, value).map(Value::Array);
    }
    single_value(definition, value)
}

fn single_value(definition: &AttributeDefinition, value: &Value) -> Result<Value, Failure> {
    match (definition.r#type, value) {
        (AttributeType::Complex, Value::Object(members)) => complex(definition, members),
        (AttributeType::Complex, Value::Null) => complex(definition, &Map::new()),
        (_, Value::Null) => Ok(Value::Null),
        _ => simple(definition, value),
    }
}

fn complex(
    definition: &AttributeDefinition,
    members: &Map<String, Value>,
) -> Result<Value, Failure> {
    let mut keys = Map::new();
    for sub_attribute in &definition.sub_attributes {
        let name = sub_attribute.name.as_str();
        let value = members.get(name).filter(|value| !value.is_null());
        if let Some(value) = value.filter(|_| !sub_attribute.is_never_returned()) {
            let key = attribute(sub_attribute, value)
                .map_err(|failure| failure.below(&format!(".{name}")))?;
            keys.insert(key::member_name(name), key);
        }
    }
    if !members.values().any(is_assigned) {
        keys.insert(UNASSIGNED.to_owned(), key::boolean(true).into());
    }
    Ok(Value::Object(keys))
}

fn simple(definition: &AttributeDefinition, value: &Value) -> Result<Value, Failure> {
    match (definition.r#type, value) {
        (AttributeType::String, Value::String(string)) => {
            Ok(key::storable(&comparison_key(definition, string)).into())
        }
        (AttributeType::Boolean, Value::Bool(boolean)) => Ok(key::boolean(*boolean).into()),
        (AttributeType::Integer | AttributeType::Decimal, Value::Number(number)) => {
            Ok(Decimal::from(number).key().into())
        }
        (AttributeType::DateTime, Value::String(string)) => date_time(definition, string),
        (AttributeType::Binary, Value::String(string)) => binary(string),
        (AttributeType::Reference, Value::String(string)) => Ok(if is_schemas(definition) {
            text(false, string).into()
        } else {
            reference(string)
        }),
        _ => Err(Failure::new(
            "it has not the type of its attribute; read the resource by its schemas first",
        )),
    }
}

/// The key of a text, as it can be stored.
pub(super) fn text(case_exact: bool, text: &str) -> String {
    let definition =
        AttributeDefinition::new(String::new(), AttributeType::String).case_exact(case_exact);
    key::storable(&comparison_key(&definition, text))
}

fn forms<const N: usize>(forms: [(&str, Option<String>); N]) -> Value {
    let members = forms
        .into_iter()
        .filter_map(|(name, form)| Some((name.to_owned(), form?.into())));
    Value::Object(members.collect())
}

fn date_time(definition: &AttributeDefinition, string: &str) -> Result<Value, Failure> {
    let instant = parse_instant(string).map(key::instant);
    if instant.is_none() && !string.is_empty() {
        return Err(Failure::new(
            "it is no date and time; read the resource by its schemas first",
        ));
    }
    Ok(forms([
        (form::INSTANT, instant),
        (form::TEXT, Some(text(definition.case_exact, string))),
    ]))
}

fn binary(string: &str) -> Result<Value, Failure> {
    let digits: String = base64_digits(string).collect();
    if !is_base64(string) || (digits.is_empty() && !string.is_empty()) {
        return Err(Failure::new(
            "it is not base64; read the resource by its schemas first",
        ));
    }
    Ok(digits.into())
}

fn reference(uri: &str) -> Value {
    let absolute = is_absolute(uri).then(|| key::boolean(true).to_owned());
    forms([
        (form::TEXT, Some(text(true, uri))),
        (form::PATH, Some(key::storable(&path(uri)))),
        (form::TAIL, tail(uri).map(|tail| key::storable(&tail))),
        (form::ABSOLUTE, absolute),
    ])
}

/// The key by which a value of the attribute is sorted, or `None` if that is not of its type.
pub(super) fn sort_key(definition: &AttributeDefinition, value: &Value) -> Option<String> {
    let key = simple(definition, value).ok()?;
    match key {
        Value::String(text) => Some(text),
        forms => forms
            .get(sort_form(definition))?
            .as_str()
            .map(str::to_owned),
    }
}

/// The form of a leaf by which it is sorted.
pub(super) const fn sort_form(definition: &AttributeDefinition) -> &'static str {
    match definition.r#type {
        AttributeType::DateTime => form::INSTANT,
        _ => form::TEXT,
    }
}
