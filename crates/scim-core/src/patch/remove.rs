//! `remove` on one target.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::compatibility::{Compatibility, Tolerance};
use crate::error::Error;
use crate::evaluation::is_assigned;
use crate::schema::{AttributeDefinition, AttributeType, Mutability};

use super::edit::{fixed, list, no_target, read_only, refuse_several};
use super::entries::{Identity, identity_key};
use super::target::Target;
use super::value::{ValueReader, invalid};

/// What remains of an attribute after a removal; `None`: nothing.
pub(super) fn remove(
    target: &Target,
    current: Option<Value>,
    value: Option<&Value>,
    compatibility: &Compatibility,
    tolerated: &mut Vec<Tolerance>,
) -> Result<Option<Value>, Error> {
    let attribute = target.attribute();
    let named = value.filter(|value| !value.is_null());
    if named.is_some() && !compatibility.remove_with_value {
        return Err(invalid(
            &target.path,
            "remove takes no value; select the entries in the path, as in members[value eq \"2819c223\"]",
        ));
    }
    match (&target.selection, &target.sub_attribute, named) {
        (None, None, Some(value)) if attribute.multi_valued => {
            let detail = "only the entries named by the value were removed";
            tolerated.push(Tolerance::new(
                "remove_with_value",
                target.path.clone(),
                detail,
            ));
            // An entry is named by its value alone, so the value is read as leniently as can be.
            let lenient = Compatibility {
                text_for_complex_value: true,
                ..*compatibility
            };
            let mut reader = ValueReader {
                compatibility: &lenient,
                tolerated: &mut Vec::new(),
            };
            let wanted = reader.entries(attribute, &target.path, value)?;
            Ok(remove_named(attribute, current, &wanted))
        }
        (None, None, _) => Ok(None),
        (None, Some(sub_attribute), _) if attribute.multi_valued => {
            unset_in(target, sub_attribute, list(current), &|_| true).map(|(entries, _)| entries)
        }
        (None, Some(sub_attribute), _) => {
            let mut entry = current;
            if let Some(entry) = &mut entry {
                unset(target, sub_attribute, entry)?;
            }
            Ok(entry.filter(is_assigned))
        }
        (Some(selection), sub_attribute, _) => {
            let entries = if attribute.multi_valued {
                list(current)
            } else {
                current.into_iter().collect()
            };
            let before = entries.len();
            if compatibility.refuse_several_matches {
                let matches = entries
                    .iter()
                    .filter(|entry| selection.filter.matches(entry));
                refuse_several(matches.count(), target, compatibility)?;
            }
            let (remaining, matched) = match sub_attribute {
                None => {
                    let remaining: Vec<_> = entries
                        .into_iter()
                        .filter(|entry| !selection.filter.matches(entry))
                        .collect();
                    let matched = remaining.len() < before;
                    (as_value(remaining), matched)
                }
                Some(sub_attribute) => unset_in(target, sub_attribute, entries, &|entry| {
                    selection.filter.matches(entry)
                })?,
            };
            if !matched && !compatibility.remove_without_match {
                return Err(no_target(&target.path, "the filter selects no entry"));
            }
            if !matched {
                tolerated.push(Tolerance::new(
                    "remove_without_match",
                    target.path.clone(),
                    "the filter selected no entry; nothing was removed",
                ));
            }
            Ok(match remaining {
                Some(Value::Array(mut entries)) if !attribute.multi_valued => entries.pop(),
                remaining => remaining,
            })
        }
    }
}

/// Takes a sub-attribute out of the entries that pass the test; an entry of which nothing is left goes too.
fn unset_in(
    target: &Target,
    sub_attribute: &AttributeDefinition,
    entries: Vec<Value>,
    test: &dyn Fn(&Value) -> bool,
) -> Result<(Option<Value>, bool), Error> {
    let mut matched = false;
    let mut remaining = Vec::with_capacity(entries.len());
    for mut entry in entries {
        if test(&entry) {
            matched = true;
            unset(target, sub_attribute, &mut entry)?;
            if !is_assigned(&entry) {
                continue;
            }
        }
        remaining.push(entry);
    }
    Ok((as_value(remaining), matched))
}

fn unset(
    target: &Target,
    sub_attribute: &AttributeDefinition,
    entry: &mut Value,
) -> Result<(), Error> {
    let Value::Object(members) = entry else {
        return Ok(());
    };
    let set = members.get(&sub_attribute.name).is_some_and(is_assigned);
    match sub_attribute.mutability {
        Mutability::ReadOnly => return Err(read_only(&target.path)),
        Mutability::Immutable if set => return Err(fixed(&target.path)),
        _ => {}
    }
    members.remove(&sub_attribute.name);
    Ok(())
}

/// What remains when the entries that the value of the operation names are taken out: those with the same `value`, or, where
/// the value names none, those that agree in everything that it says.
fn remove_named(
    attribute: &AttributeDefinition,
    current: Option<Value>,
    wanted: &[Value],
) -> Option<Value> {
    let identity = match attribute.r#type {
        AttributeType::Complex => Identity::Value,
        _ => Identity::Simple,
    };
    let key = |entry: &Value| identity_key(attribute, identity, entry);
    let (by_key, by_content): (Vec<_>, Vec<_>) = wanted.iter().partition(|entry| {
        identity == Identity::Simple || entry.get("value").is_some_and(is_assigned)
    });
    let keys: BTreeSet<_> = by_key.into_iter().map(key).collect();
    let agrees = |entry: &Value, wanted: &Value| {
        wanted.as_object().is_some_and(|members| {
            let mut given = members
                .iter()
                .filter(|(_, value)| is_assigned(value))
                .peekable();
            given.peek().is_some() && given.all(|(name, value)| entry.get(name) == Some(value))
        })
    };
    let remaining = list(current)
        .into_iter()
        .filter(|entry| {
            !keys.contains(&key(entry)) && !by_content.iter().any(|wanted| agrees(entry, wanted))
        })
        .collect();
    as_value(remaining)
}

fn as_value(entries: Vec<Value>) -> Option<Value> {
    (!entries.is_empty()).then_some(Value::Array(entries))
}
