//! The net effect of a request on one attribute.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::AttributeChange;
use super::{Before, Original, Originals, Touched, are_original, is_original, restore_members};
use crate::schema::AttributeDefinition;

impl Touched<'_> {
    /// Whether the attribute was another one before. An order of entries carries no meaning
    /// ([RFC 7643, section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4)). Holes are closed already.
    pub(in crate::patch) fn differs_from(&self, current: Option<&Value>) -> bool {
        match &self.before {
            None => false,
            Some(Before::Whole(before)) if !self.attribute().multi_valued => {
                before.as_ref() != current
            }
            Some(Before::Whole(before)) => {
                before.as_ref() != current && {
                    let (went, came) =
                        entry_changes(entries_of(before.as_ref()), entries_of(current));
                    !(went.is_empty() && came.is_empty())
                }
            }
            Some(Before::Members(members)) => {
                current.is_none_or(|current| !are_original(members, current))
            }
            Some(Before::Entries { count, originals }) => {
                let entries = current.and_then(Value::as_array);
                let entries = entries.map(Vec::as_slice).unwrap_or_default();
                plainly_changed(*count, originals, entries).unwrap_or_else(|| {
                    let mut effect = Effect::of(*count, originals, entries);
                    effect.cancel();
                    !effect.is_none()
                })
            }
        }
    }

    pub(in crate::patch) fn change(&self, attributes: &Map<String, Value>) -> AttributeChange {
        let path = self.path();
        if self.attribute().is_never_returned() {
            return AttributeChange::new(path, None, None);
        }
        let current = self.current(attributes);
        let (went, came) = match &self.before {
            Some(Before::Whole(before)) if self.attribute().multi_valued => {
                let (went, came) = entry_changes(entries_of(before.as_ref()), entries_of(current));
                (some_list(went), some_list(came))
            }
            Some(Before::Whole(before)) => (before.clone(), current.cloned()),
            Some(Before::Members(members)) => {
                let mut before = current.cloned();
                if let Some(before) = &mut before {
                    restore_members(before, members.clone());
                }
                (before, current.cloned())
            }
            Some(Before::Entries { count, originals }) => {
                let entries = current.and_then(Value::as_array);
                let entries = entries.map(Vec::as_slice).unwrap_or_default();
                let mut effect = Effect::of(*count, originals, entries);
                effect.cancel();
                let owned = |entries: Vec<Cow<'_, Value>>| {
                    some_list(entries.into_iter().map(Cow::into_owned).collect())
                };
                (owned(effect.went), owned(effect.came))
            }
            None => (None, None),
        };
        let attribute = self.attribute();
        AttributeChange::new(path, shown(went, attribute), shown(came, attribute))
    }

    /// The entries that came, with their positions; `None`: whatever stands there.
    pub(in crate::patch) fn new_positions(&self) -> Option<(usize, Vec<usize>)> {
        let Some(Before::Entries { count, originals }) = &self.before else {
            return None;
        };
        let (mut edited, mut removed) = (Vec::new(), 0);
        for (position, original) in originals.iter() {
            match original {
                Original::Removed(_) => removed += 1,
                _ => edited.push(position - removed),
            }
        }
        Some((count - removed, edited))
    }
}

/// Whether entries changed, where that can be told without comparing those that went with those that came.
fn plainly_changed(count: usize, originals: &Originals<'_>, entries: &[Value]) -> Option<bool> {
    let (mut removed, mut edited) = (0, 0);
    for (position, original) in originals.iter() {
        match (original, entries.get(position - removed)) {
            (Original::Removed(_), _) => removed += 1,
            (_, Some(entry)) if !is_original(original, entry) => edited += 1,
            _ => {}
        }
    }
    let new = (entries.len() + removed).saturating_sub(count);
    match (edited, removed, new) {
        (0, 0, new) => Some(new > 0),
        (1, 0, 0) | (0, _, 0) => Some(true),
        _ => None,
    }
}

/// The entries that went and those that came.
struct Effect<'e> {
    went: Vec<Cow<'e, Value>>,
    came: Vec<Cow<'e, Value>>,
}

impl<'e> Effect<'e> {
    fn of(count: usize, originals: &'e Originals<'_>, entries: &'e [Value]) -> Self {
        let (mut went, mut came, mut removed) = (Vec::new(), Vec::new(), 0);
        for (position, original) in originals.iter() {
            if let Original::Removed(before) = original {
                went.push(Cow::Borrowed(before));
                removed += 1;
                continue;
            }
            let Some(entry) = entries.get(position - removed) else {
                continue;
            };
            if is_original(original, entry) {
                continue;
            }
            came.push(Cow::Borrowed(entry));
            went.push(match original {
                Original::Removed(before) | Original::Replaced(before) => Cow::Borrowed(before),
                Original::Members(members) => {
                    let mut before = entry.clone();
                    restore_members(&mut before, members.clone());
                    Cow::Owned(before)
                }
            });
        }
        let new = entries.get(count - removed..).unwrap_or_default();
        came.extend(new.iter().map(Cow::Borrowed));
        Self { went, came }
    }

    fn is_none(&self) -> bool {
        self.went.is_empty() && self.came.is_empty()
    }

    /// What went and came again is no change.
    fn cancel(&mut self) {
        cancel(&mut self.went, &mut self.came, |entry| entry);
    }
}

fn some_list(entries: Vec<Value>) -> Option<Value> {
    (!entries.is_empty()).then_some(Value::Array(entries))
}

/// Takes out of both lists what stands in both.
fn cancel<T>(went: &mut Vec<T>, came: &mut Vec<T>, value: impl Fn(&T) -> &Value) {
    if went.is_empty() || came.is_empty() {
        return;
    }
    if let ([went], [came]) = (went.as_slice(), came.as_slice())
        && value(went) != value(came)
    {
        return;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in &*went {
        *counts.entry(value(entry).to_string()).or_default() += 1;
    }
    let mut take = |entry: &T| match counts.get_mut(&value(entry).to_string()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    came.retain(|entry| !take(entry));
    // What is left in the counts was not found again.
    went.retain(take);
}

/// The entries that went and the entries that came, whatever their order.
pub(in crate::patch) fn entry_changes(
    before: &[Value],
    after: &[Value],
) -> (Vec<Value>, Vec<Value>) {
    // Most changes leave both ends alone: only what stands between them is compared in any order.
    let start = before
        .iter()
        .zip(after)
        .take_while(|(before, after)| before == after)
        .count();
    let (before, after) = (
        before.get(start..).unwrap_or_default(),
        after.get(start..).unwrap_or_default(),
    );
    let end = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(before, after)| before == after)
        .count();
    let mut went: Vec<&Value> = before.iter().take(before.len() - end).collect();
    let mut came: Vec<&Value> = after.iter().take(after.len() - end).collect();
    cancel(&mut went, &mut came, |entry| entry);
    let owned = |entries: Vec<&Value>| entries.into_iter().cloned().collect();
    (owned(went), owned(came))
}

fn entries_of(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(entries)) => entries,
        Some(single) => std::slice::from_ref(single),
    }
}

/// A value without the parts that are never returned.
fn shown(value: Option<Value>, definition: &AttributeDefinition) -> Option<Value> {
    let is_whole = definition
        .sub_attributes
        .iter()
        .all(|part| !part.is_never_returned());
    if is_whole {
        return value;
    }
    let without = |mut value: Value| {
        if let Value::Object(members) = &mut value {
            members.retain(|name, _| {
                definition
                    .sub_attribute(name)
                    .is_some_and(|part| !part.is_never_returned())
            });
        }
        value
    };
    value.map(|value| match value {
        Value::Array(entries) => entries.into_iter().map(without).collect(),
        single => without(single),
    })
}
