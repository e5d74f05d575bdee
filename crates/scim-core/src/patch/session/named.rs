//! What the keys of one operation without path name: each target once, and nothing that contradicts another.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::list::Budget;
use super::super::target::Target;
use super::super::value::{invalid, is_empty};
use crate::error::Error;
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, value_key};

/// What the keys of one operation have named so far, whichever object they stand in.
#[derive(Debug, Default)]
pub(super) struct NamedKeys<'r, 'v> {
    /// Those without a filter: no more than the schemas have.
    plain: Vec<(Target<'r, 'static>, &'v Value)>,
    /// The others, in path notation.
    selected: BTreeMap<String, (Target<'r, 'static>, &'v Value)>,
}

impl<'r, 'v> NamedKeys<'r, 'v> {
    /// Checks a target against those that were named before.
    ///
    /// # Errors
    ///
    /// `invalidValue`, if one of them is the same, or says something else about a part of it.
    pub(super) fn check(
        &self,
        kind: PatchOperationKind,
        target: &Target<'r, 'static>,
        value: &Value,
        budget: &mut Budget,
    ) -> Result<(), Error> {
        let beside = || {
            let plain = self.plain.iter();
            plain.filter(|(known, _)| std::ptr::eq(known.attribute(), target.attribute()))
        };
        let is_named = match target.selection {
            Some(_) => self.selected.contains_key(&target.to_string()),
            None => beside().any(|(known, _)| is_same(known.sub_attribute, target.sub_attribute)),
        };
        if is_named {
            return Err(invalid(target, "it is given by two keys; give it once"));
        }
        if target.is_part() {
            return match beside().find(|(known, _)| !known.is_part()) {
                Some((whole, given)) => agree(kind, (whole, given), (target, value), budget),
                None => Ok(()),
            };
        }
        let selected = self.selected.values();
        let selected =
            selected.filter(|(known, _)| std::ptr::eq(known.attribute(), target.attribute()));
        for (part, given) in beside().chain(selected) {
            agree(kind, (target, value), (part, given), budget)?;
        }
        Ok(())
    }

    pub(super) fn insert(&mut self, target: Target<'r, 'static>, value: &'v Value) {
        if target.selection.is_some() {
            self.selected.insert(target.to_string(), (target, value));
        } else {
            self.plain.push((target, value));
        }
    }

    /// Whether a key has named the `$ref` beside this `value`.
    pub(super) fn names_reference_beside(&self, target: &Target<'r, 'static>) -> bool {
        if target.sub_attribute.is_none_or(|sub| sub.name != "value") {
            return false;
        }
        let reference = target.attribute().sub_attribute("$ref");
        if target.selection.is_none() {
            return reference.is_some()
                && self.plain.iter().any(|(known, _)| {
                    std::ptr::eq(known.attribute(), target.attribute())
                        && is_same(known.sub_attribute, reference)
                });
        }
        let path = target.to_string();
        let entry = path.strip_suffix(".value");
        entry.is_some_and(|entry| self.selected.contains_key(&format!("{entry}.$ref")))
    }
}

fn is_same(left: Option<&AttributeDefinition>, right: Option<&AttributeDefinition>) -> bool {
    left.map(|left| &left.name) == right.map(|right| &right.name)
}

/// That a value for the whole attribute gives no part of it another value than a key does for that part alone.
fn agree(
    kind: PatchOperationKind,
    (whole, whole_value): (&Target<'_, '_>, &Value),
    (part, value): (&Target<'_, '_>, &Value),
    budget: &mut Budget,
) -> Result<(), Error> {
    if contradicts(kind, whole_value, part, value, budget)? {
        let detail =
            format!("its value differs from the one that the key {whole} gives; give it once");
        return Err(invalid(part, detail));
    }
    Ok(())
}

/// Whether a value for the whole attribute gives a part of it another value than a key does for that part alone.
fn contradicts(
    kind: PatchOperationKind,
    whole: &Value,
    part: &Target<'_, '_>,
    value: &Value,
    budget: &mut Budget,
) -> Result<bool, Error> {
    let entries = match whole {
        empty if is_empty(part.attribute(), empty) => {
            return Ok(says_otherwise(kind, &Value::Null, value, part.attribute()));
        }
        Value::Array(entries) => entries.as_slice(),
        single => std::slice::from_ref(single),
    };
    budget.examine(entries.len(), part)?;
    let is_meant = |entry: &&Value| {
        let selection = part.selection.as_ref();
        selection.is_none_or(|selection| selection.test.holds(entry))
    };
    Ok(entries
        .iter()
        .filter(is_meant)
        .any(|entry| match part.sub_attribute {
            Some(sub_attribute) => differs(kind, entry, sub_attribute, value),
            None => match value {
                Value::Object(members) => members.iter().any(|(name, value)| {
                    let sub_attribute = part.attribute().sub_attribute(name);
                    sub_attribute.is_some_and(|sub| differs(kind, entry, sub, value))
                }),
                simple => says_otherwise(kind, entry, simple, part.attribute()),
            },
        }))
}

/// Whether an entry gives a sub-attribute another value.
fn differs(
    kind: PatchOperationKind,
    entry: &Value,
    sub_attribute: &AttributeDefinition,
    value: &Value,
) -> bool {
    match entry {
        Value::Object(members) => members
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&sub_attribute.name))
            .is_some_and(|(_, given)| says_otherwise(kind, given, value, sub_attribute)),
        // A text stands for the `value`, where it is understood at all.
        text => sub_attribute.name == "value" && says_otherwise(kind, text, value, sub_attribute),
    }
}

/// `add` of nothing says nothing.
fn says_otherwise(
    kind: PatchOperationKind,
    left: &Value,
    right: &Value,
    definition: &AttributeDefinition,
) -> bool {
    if kind == PatchOperationKind::Add && (left.is_null() || right.is_null()) {
        return false;
    }
    let key = |value| value_key(definition, value);
    left != right && (key(left).is_none() || key(left) != key(right))
}
