//! Where a resource refers to another one, and a `bulkId` may stand for its id.

use scim_filter::{Comparison, ComparisonOperator, Literal, PatchPath, ValueFilter};
use serde_json::{Map, Value};

use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, Mutability, RegisteredResourceType,
};

/// How a place names a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Id,
    Uri,
}

/// Is shown each text that names a resource, and may change it.
pub(super) type Visit<'v> = dyn FnMut(&mut String, Form) + 'v;

/// A resource as a client sends it, or the value of a PATCH operation without path, whose keys may be paths.
pub(super) fn in_resource(
    resource_type: &RegisteredResourceType,
    members: &mut Map<String, Value>,
    visit: &mut Visit<'_>,
) {
    for (name, value) in members {
        if let Some(reference) = resource_type.base().attribute(name) {
            in_attribute(reference.attribute(), value, visit);
        } else if let Some(reference) = named(resource_type, name) {
            in_reference(reference, value, visit);
        } else {
            in_schema(resource_type, name, value, visit);
        }
    }
}

/// What a PATCH operation with this path writes.
pub(super) fn in_target(
    resource_type: &RegisteredResourceType,
    path: &PatchPath,
    value: &mut Value,
    visit: &mut Visit<'_>,
) {
    match path {
        PatchPath::Attribute(path) => {
            let sub_attribute = path.sub_attribute();
            let found = find(
                resource_type,
                path.schema(),
                path.attribute(),
                sub_attribute,
            );
            if let Some(reference) = found {
                in_reference(reference, value, visit);
            }
        }
        PatchPath::ValuePath {
            attribute,
            sub_attribute,
            ..
        } => {
            let sub_attribute = sub_attribute.as_deref();
            let found = find(
                resource_type,
                attribute.schema(),
                attribute.attribute(),
                sub_attribute,
            );
            if let Some(reference) = found {
                in_reference(reference, value, visit);
            }
        }
        PatchPath::Schema(urn) => in_schema(resource_type, urn, value, visit),
    }
}

/// What the filter in the path of a PATCH operation compares with.
pub(super) fn in_filter(
    resource_type: &RegisteredResourceType,
    path: &mut PatchPath,
    visit: &mut Visit<'_>,
) {
    let PatchPath::ValuePath {
        attribute, filter, ..
    } = path
    else {
        return;
    };
    let found = find(
        resource_type,
        attribute.schema(),
        attribute.attribute(),
        None,
    );
    if let Some(reference) = found {
        in_conditions(reference.attribute(), filter, visit);
    }
}

/// The nesting is what the parser lets through.
fn in_conditions(
    definition: &AttributeDefinition,
    filter: &mut ValueFilter,
    visit: &mut Visit<'_>,
) {
    match filter {
        ValueFilter::And(parts) | ValueFilter::Or(parts) => {
            for part in parts {
                in_conditions(definition, part, visit);
            }
        }
        ValueFilter::Not(part) => in_conditions(definition, part, visit),
        ValueFilter::Comparison(Comparison {
            path,
            operator: ComparisonOperator::Eq | ComparisonOperator::Ne,
            value: Literal::String(text),
            ..
        }) => {
            let form = if definition.r#type == AttributeType::Complex {
                definition
                    .sub_attribute(path.attribute())
                    .and_then(|sub| form(definition, sub))
            } else {
                (definition.r#type == AttributeType::Reference).then_some(Form::Uri)
            };
            if let Some(form) = form {
                visit(text, form);
            }
        }
        ValueFilter::Comparison(_) | ValueFilter::Present(_) => {}
    }
}

/// The values, or the value, of an attribute. What only the service writes refers to nothing: it is left out.
pub(super) fn in_attribute(
    definition: &AttributeDefinition,
    value: &mut Value,
    visit: &mut Visit<'_>,
) {
    if definition.mutability == Mutability::ReadOnly {
        return;
    }
    match value {
        Value::Array(values) => {
            for value in values {
                in_value(definition, value, visit);
            }
        }
        single => in_value(definition, single, visit),
    }
}

/// One value of an attribute.
pub(super) fn in_value(definition: &AttributeDefinition, value: &mut Value, visit: &mut Visit<'_>) {
    match (definition.r#type, value) {
        (AttributeType::Complex, Value::Object(members)) => {
            for (name, value) in members {
                if let Some(sub) = definition.sub_attribute(name) {
                    in_part(definition, sub, value, visit);
                }
            }
        }
        // As some clients write it in place of `{"value": id}`.
        (AttributeType::Complex, Value::String(text)) if refers(definition) => {
            visit(text, Form::Id);
        }
        (AttributeType::Reference, Value::String(text)) => visit(text, Form::Uri),
        _ => {}
    }
}

fn in_reference(reference: &AttributeReference, value: &mut Value, visit: &mut Visit<'_>) {
    let definition = reference.attribute();
    match reference.sub_attribute() {
        Some(sub) if definition.mutability != Mutability::ReadOnly => {
            in_part(definition, sub, value, visit);
        }
        Some(_) => {}
        None => in_attribute(definition, value, visit),
    }
}

fn in_part(
    definition: &AttributeDefinition,
    sub: &AttributeDefinition,
    value: &mut Value,
    visit: &mut Visit<'_>,
) {
    let Some(form) = form(definition, sub) else {
        return;
    };
    match value {
        Value::String(text) => visit(text, form),
        Value::Array(values) => {
            for value in values {
                if let Value::String(text) = value {
                    visit(text, form);
                }
            }
        }
        _ => {}
    }
}

/// The attributes of one schema.
fn in_schema(
    resource_type: &RegisteredResourceType,
    urn: &str,
    value: &mut Value,
    visit: &mut Visit<'_>,
) {
    let Value::Object(members) = value else {
        return;
    };
    if resource_type.schema().id.matches(urn) {
        in_resource(resource_type, members, visit);
    } else if let Some(extension) = resource_type.extension_container(urn) {
        for (name, value) in members {
            let (attribute, sub_attribute) = parts(name);
            let found = extension
                .attribute(name)
                .or_else(|| resource_type.find(Some(urn), attribute, sub_attribute));
            if let Some(reference) = found {
                in_reference(reference, value, visit);
            }
        }
    }
}

/// A key that is a path.
fn named<'r>(
    resource_type: &'r RegisteredResourceType,
    name: &str,
) -> Option<&'r AttributeReference> {
    let (schema, name) = match name.rsplit_once(':') {
        None => (None, name),
        Some((schema, name)) => (Some(schema), name),
    };
    let (attribute, sub_attribute) = parts(name);
    find(resource_type, schema, attribute, sub_attribute)
}

/// An attribute by its path. Entra leaves out the URN of an extension; where that is not tolerated, the name means nothing, and
/// whatever is put there is dropped or refused.
fn find<'r>(
    resource_type: &'r RegisteredResourceType,
    schema: Option<&str>,
    attribute: &str,
    sub_attribute: Option<&str>,
) -> Option<&'r AttributeReference> {
    let found = resource_type.find(schema, attribute, sub_attribute);
    if found.is_some() || schema.is_some() {
        return found;
    }
    resource_type
        .extension_containers()
        .iter()
        .find_map(|extension| {
            let urn = extension.schema.id.as_str();
            resource_type.find(Some(urn), attribute, sub_attribute)
        })
}

fn parts(name: &str) -> (&str, Option<&str>) {
    match name.split_once('.') {
        None => (name, None),
        Some((attribute, sub_attribute)) => (attribute, Some(sub_attribute)),
    }
}

fn form(definition: &AttributeDefinition, sub: &AttributeDefinition) -> Option<Form> {
    if sub.mutability == Mutability::ReadOnly {
        None
    } else if sub.r#type == AttributeType::Reference {
        Some(Form::Uri)
    } else {
        (refers(definition) && sub.name.eq_ignore_ascii_case("value")).then_some(Form::Id)
    }
}

/// Whether the `value` of an attribute is the id of a resource: then its URI stands beside it.
fn refers(definition: &AttributeDefinition) -> bool {
    definition.sub_attribute("value").is_some() && definition.sub_attribute("$ref").is_some()
}
