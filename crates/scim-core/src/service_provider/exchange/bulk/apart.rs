//! References that close a circle, taken out of a new resource until what they refer to exists.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::places;
use super::references::id_in;
use crate::resource::Resource;
use crate::schema::{AttributeReference, RegisteredResourceType};

/// What was taken out of a resource, with where it stood.
#[derive(Default)]
pub(super) struct TakenOut(Vec<Attribute>);

struct Attribute {
    reference: AttributeReference,
    values: Values,
}

enum Values {
    Single(Value),
    /// In ascending order of their places.
    Several(Vec<(usize, Value)>),
}

impl TakenOut {
    /// Takes out the values that refer to resources with these ids. An attribute or an extension that has nothing left goes too.
    pub(super) fn of(
        resource: &mut Resource,
        resource_type: &RegisteredResourceType,
        ids: &BTreeSet<String>,
    ) -> Self {
        let mut taken = Self::default();
        for reference in resource_type.attributes() {
            let name = reference.attribute().name.as_str();
            let Some(members) = container_mut(resource, reference) else {
                continue;
            };
            let Some(value) = members.get_mut(name) else {
                continue;
            };
            let values = take(reference, value, ids);
            if values.is_some() && is_nothing(value) {
                members.remove(name);
            }
            if let Some(values) = values {
                let reference = reference.clone();
                taken.0.push(Attribute { reference, values });
            }
        }
        for attribute in &taken.0 {
            drop_empty_extension(resource, &attribute.reference);
        }
        taken
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts back what was taken out, as far as nobody has set the attribute in the meantime.
    pub(super) fn put_back(&self, resource: &mut Resource) {
        for attribute in &self.0 {
            let Some(members) = made_container(resource, &attribute.reference) else {
                continue;
            };
            let name = attribute.reference.attribute().name.clone();
            match &attribute.values {
                Values::Single(value) => {
                    members.entry(name).or_insert_with(|| value.clone());
                }
                Values::Several(values) => {
                    let list = members
                        .entry(name)
                        .or_insert_with(|| Vec::<Value>::new().into());
                    let Value::Array(list) = list else {
                        continue;
                    };
                    for (place, value) in values {
                        let place = list.len().min(*place);
                        list.insert(place, value.clone());
                    }
                }
            }
        }
    }

    /// Those of the ids without which the resource cannot be, because its type demands the attribute that refers to them.
    pub(super) fn demanded(
        resource: &Resource,
        resource_type: &RegisteredResourceType,
        ids: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut left = resource.clone();
        let taken = Self::of(&mut left, resource_type, ids);
        let mut demanded = BTreeSet::new();
        for attribute in taken.0 {
            let is_gone = attribute.reference.value_in(&left).is_none();
            let urn = attribute.reference.container();
            let lacks_extension = urn.is_some_and(|urn| {
                left.extension(urn.as_str()).is_none()
                    && resource_type
                        .definition()
                        .schema_extensions
                        .iter()
                        .any(|extension| extension.required && extension.schema == *urn)
            });
            if !is_gone || !(attribute.reference.attribute().required || lacks_extension) {
                continue;
            }
            let definition = attribute.reference.attribute();
            let mut values = match attribute.values {
                Values::Single(value) => vec![value],
                Values::Several(values) => values.into_iter().map(|(_, value)| value).collect(),
            };
            for value in &mut values {
                places::in_value(definition, value, &mut |text: &mut String, form| {
                    demanded.extend(id_in(text, form).map(std::borrow::Cow::into_owned));
                });
            }
        }
        demanded.retain(|id| ids.contains(id));
        demanded
    }
}

fn take(
    reference: &AttributeReference,
    value: &mut Value,
    ids: &BTreeSet<String>,
) -> Option<Values> {
    let refers = |value: &mut Value| {
        let mut refers = false;
        places::in_value(
            reference.attribute(),
            value,
            &mut |text: &mut String, form| {
                refers |= id_in(text, form).is_some_and(|id| ids.contains(id.as_ref()));
            },
        );
        refers
    };
    let Value::Array(values) = value else {
        return refers(value).then(|| Values::Single(value.take()));
    };
    let mut taken = Vec::new();
    let mut place = 0;
    values.retain_mut(|value| {
        let refers = refers(value);
        if refers {
            taken.push((place, value.take()));
        }
        place += 1;
        !refers
    });
    (!taken.is_empty()).then_some(Values::Several(taken))
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

fn container_mut<'r>(
    resource: &'r mut Resource,
    reference: &AttributeReference,
) -> Option<&'r mut Map<String, Value>> {
    match reference.container() {
        None => Some(resource.attributes_mut()),
        Some(urn) => resource
            .attributes_mut()
            .get_mut(urn.as_str())?
            .as_object_mut(),
    }
}

/// As [`container_mut`], and makes the extension if it is not there.
fn made_container<'r>(
    resource: &'r mut Resource,
    reference: &AttributeReference,
) -> Option<&'r mut Map<String, Value>> {
    if let Some(urn) = reference.container() {
        let members = resource.attributes_mut();
        if !members.contains_key(urn.as_str()) {
            members.insert(urn.as_str().to_owned(), Map::new().into());
            if let Some(Value::Array(schemas)) = members.get_mut("schemas")
                && !schemas.iter().any(|listed| listed == urn.as_str())
            {
                schemas.push(urn.as_str().into());
            }
        }
    }
    container_mut(resource, reference)
}

fn drop_empty_extension(resource: &mut Resource, reference: &AttributeReference) {
    let Some(urn) = reference.container() else {
        return;
    };
    if !resource.extension(urn.as_str()).is_some_and(Map::is_empty) {
        return;
    }
    let members = resource.attributes_mut();
    members.remove(urn.as_str());
    if let Some(Value::Array(schemas)) = members.get_mut("schemas") {
        schemas.retain(|listed| listed != urn.as_str());
    }
}
