//! The smallest request between the target as it is and the mapping's values.

use scim_core::message::{PatchOperation, PatchOperationKind, PatchRequest};
use scim_core::resource::Resource;
use scim_core::schema::{Mutability, RegisteredResourceType, Returned};
use scim_core::scim_filter::PatchPath;
use serde_json::{Map, Value};

use super::comparison::{elements, is_same, lacking};
use super::{Change, PatchDialect};
use crate::location::Location;
use crate::mapping::{Mapping, TargetAttribute, TargetAttributes};
use crate::rule::{FlowBehavior, Rule, ValueChange};

/// A request and what it changes; `None` if nothing does.
pub(super) fn plan(
    mapping: &Mapping,
    target: &RegisteredResourceType,
    wanted: &TargetAttributes,
    current: &Resource,
) -> Option<(PatchRequest, Vec<Change>)> {
    let mut operations: Vec<PatchOperation> = Vec::new();
    let mut changes = Vec::new();
    let mut missing: Vec<(String, PatchPath, Map<String, Value>)> = Vec::new();
    for attribute in wanted.iter() {
        let TargetAttribute { path, .. } = attribute;
        let Some(rule) = mapping.rules().get(attribute.rule) else {
            continue;
        };
        let location = Location::of(path, target);
        let value = location.fit(attribute.value.clone());
        let old = location.value_in(current.attributes());
        let definition = location.definition.as_ref();
        if attribute.change != ValueChange::Replace
            && let Some(there) = old
        {
            let added = match attribute.change {
                ValueChange::Add => lacking(&value, there, definition, rule.case_exact),
                ValueChange::AddIfNone | ValueChange::Replace => Vec::new(),
            };
            if !added.is_empty() {
                let all = elements(there).iter().chain(&added).cloned().collect();
                changes.push(change(rule, old, Some(&Value::Array(all))));
                let (path, added) = (Some(path.clone()), Some(Value::Array(added)));
                operations.push(PatchOperation::new(PatchOperationKind::Add, path, added));
            }
            continue;
        }
        if value.is_null() {
            if old.is_some() {
                changes.push(change(rule, old, None));
                let remove = PatchOperationKind::Remove;
                operations.push(PatchOperation::new(remove, Some(path.clone()), None));
            }
            continue;
        }
        let same = is_same(&value, old, definition, rule.case_exact);
        if same && rule.flow_behavior == FlowBehavior::WhenChanged {
            continue;
        }
        // What is sent whatever the target has is told as well.
        changes.push(change(rule, old, Some(&value)));
        let lacks_element =
            location.is_filtered() && location.element_in(current.attributes()).is_none();
        if lacks_element && mapping.patch_dialect() != PatchDialect::Entra {
            // Several rules on one missing element make one element.
            let key = path
                .to_string()
                .rsplit_once(']')
                .map_or_else(String::new, |(key, _)| key.to_lowercase());
            let index = missing
                .iter()
                .position(|(known, _, _)| *known == key)
                .unwrap_or(missing.len());
            if index == missing.len()
                && let Ok(attribute) = target.parser().patch_path(&location.attribute_path())
            {
                let mut element = location.new_element();
                if has_primary(current, &location) {
                    element.remove("primary");
                }
                missing.push((key, attribute, element));
            }
            if let Some((_, _, element)) = missing.get_mut(index) {
                location.set_in_element(element, value);
            }
            continue;
        }
        let kind = if old.is_some() {
            PatchOperationKind::Replace
        } else {
            PatchOperationKind::Add
        };
        operations.push(PatchOperation::new(kind, Some(path.clone()), Some(value)));
    }
    operations.extend(missing.into_iter().map(|(_, path, element)| {
        let value = Value::Array(vec![Value::Object(element)]);
        PatchOperation::new(PatchOperationKind::Add, Some(path), Some(value))
    }));
    (!operations.is_empty()).then(|| (PatchRequest::new(operations), changes))
}

/// A resource with nothing but what stands at the wanted paths, as JSON.
pub(super) fn reduced(
    target: &RegisteredResourceType,
    wanted: &TargetAttributes,
    current: &Resource,
) -> Option<Box<str>> {
    let mut attributes = Map::new();
    for TargetAttribute { path, .. } in wanted.iter() {
        let location = Location::of(path, target);
        if let Some(value) = location.value_in(current.attributes()) {
            location.set(&mut attributes, value.clone());
        }
    }
    let text = serde_json::to_string(&attributes).ok()?;
    Some(text.into_boxed_str())
}

fn has_primary(current: &Resource, location: &Location) -> bool {
    let elements = current
        .get(&location.attribute_path())
        .and_then(Value::as_array);
    elements
        .into_iter()
        .flatten()
        .any(|element| element.get("primary") == Some(&Value::Bool(true)))
}

fn change(rule: &Rule, old: Option<&Value>, new: Option<&Value>) -> Change {
    let shown = |value: &Value| {
        if rule.is_redacted() {
            "[Redact]".into()
        } else {
            value.clone()
        }
    };
    Change {
        path: rule.target.to_string(),
        old: old.map(shown),
        new: new.map(shown),
    }
}

/// The paths at which the target shows something else than was wanted.
///
/// An answer with none of the wanted values is none about them: a target may show a part of the object only.
pub(super) fn unmet(
    mapping: &Mapping,
    target: &RegisteredResourceType,
    wanted: &TargetAttributes,
    shown: &Resource,
) -> Vec<String> {
    let mut paths = Vec::new();
    let mut is_shown = false;
    for attribute in wanted.iter() {
        let location = Location::of(&attribute.path, target);
        let definition = location.definition.as_ref();
        let is_hidden = definition.is_some_and(|definition| {
            definition.mutability == Mutability::WriteOnly
                || matches!(definition.returned, Returned::Never | Returned::Request)
        });
        let Some(rule) = mapping.rules().get(attribute.rule).filter(|_| !is_hidden) else {
            continue;
        };
        let value = location.fit(attribute.value.clone());
        let held = location.value_in(shown.attributes());
        is_shown |= held.is_some();
        let is_met = match (attribute.change, held) {
            _ if value.is_null() => held.is_none(),
            (ValueChange::AddIfNone, Some(_)) => true,
            (ValueChange::Add, Some(held)) => {
                lacking(&value, held, definition, rule.case_exact).is_empty()
            }
            _ => is_same(&value, held, definition, rule.case_exact),
        };
        if !is_met {
            paths.push(attribute.path.to_string());
        }
    }
    if is_shown { paths } else { Vec::new() }
}

/// The body of a create request and what it sets.
pub(super) fn create(
    mapping: &Mapping,
    target: &RegisteredResourceType,
    wanted: &TargetAttributes,
) -> (Value, Vec<Change>) {
    let mut changes = Vec::new();
    for TargetAttribute {
        rule, path, value, ..
    } in wanted.iter()
    {
        let Some(rule) = mapping.rules().get(*rule) else {
            continue;
        };
        let value = Location::of(path, target).fit(value.clone());
        if !value.is_null() && value.as_str() != Some("") {
            changes.push(change(rule, None, Some(&value)));
        }
    }
    (wanted.document(target), changes)
}
