//! What a request has touched, and how it was before: enough to undo it, and to tell what changed.

mod effect;
mod members;
mod originals;

use serde_json::{Map, Value};

use crate::evaluation::is_assigned;
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, AttributeReference};

use super::lookup::Index;

pub(super) use effect::entry_changes;
pub(super) use members::Members;
pub(super) use originals::Originals;

/// An attribute that operations have named.
#[derive(Debug)]
pub(super) struct Touched<'r> {
    pub(super) reference: &'r AttributeReference,
    /// The last operation on it.
    pub(super) operation: usize,
    pub(super) kind: PatchOperationKind,
    /// `None`: nothing was written yet.
    pub(super) before: Option<Before<'r>>,
    /// How many entries are taken out and leave a null at their place, so that positions stay as they are.
    pub(super) holes: usize,
    pub(super) lookups: usize,
    pub(super) indexes: Vec<Index<'r>>,
    /// Whether it is another one in the end.
    pub(super) is_changed: bool,
}

/// How an attribute was before the request; as little of it as was written.
#[derive(Debug)]
pub(super) enum Before<'r> {
    /// The value as a whole; `None`: there was none.
    Whole(Option<Value>),
    /// The sub-attributes of a single value.
    Members(Members<'r>),
    /// A list that had so many entries: those at these positions; all others are as they were.
    Entries {
        count: usize,
        originals: Originals<'r>,
    },
}

/// How an entry was before the request.
#[derive(Debug)]
pub(super) enum Original<'r> {
    Removed(Value),
    Replaced(Value),
    Members(Members<'r>),
}

impl<'r> Touched<'r> {
    pub(super) const fn new(
        reference: &'r AttributeReference,
        operation: usize,
        kind: PatchOperationKind,
    ) -> Self {
        Self {
            reference,
            operation,
            kind,
            before: None,
            holes: 0,
            lookups: 0,
            indexes: Vec::new(),
            is_changed: false,
        }
    }

    pub(super) fn attribute(&self) -> &'r AttributeDefinition {
        self.reference.attribute()
    }

    /// The attribute in path notation.
    pub(super) fn path(&self) -> String {
        match self.reference.container() {
            None => self.attribute().name.clone(),
            Some(urn) => format!("{urn}:{}", self.attribute().name),
        }
    }

    /// The members among which the attribute stands.
    pub(super) fn siblings<'a>(
        &self,
        attributes: &'a mut Map<String, Value>,
    ) -> Option<&'a mut Map<String, Value>> {
        match self.reference.container() {
            None => Some(attributes),
            Some(urn) => attributes.get_mut(urn.as_str())?.as_object_mut(),
        }
    }

    pub(super) fn current<'a>(&self, attributes: &'a Map<String, Value>) -> Option<&'a Value> {
        let siblings = match self.reference.container() {
            None => attributes,
            Some(urn) => attributes.get(urn.as_str())?.as_object()?,
        };
        siblings.get(&self.attribute().name)
    }

    /// Notes what the attribute was, of which another value took the place.
    pub(super) fn record_whole(&mut self, replaced: Option<Value>) {
        let before = match self.before.take() {
            None => replaced,
            Some(Before::Whole(before)) => before,
            Some(Before::Members(members)) => {
                let mut before = replaced.unwrap_or_else(|| Value::Object(Map::new()));
                restore_members(&mut before, members);
                Some(before)
            }
            Some(Before::Entries { count, originals }) => {
                let Some(Value::Array(mut entries)) = replaced else {
                    return;
                };
                close(&mut entries, Some((count, &originals)), self.holes);
                restore_entries(&mut entries, count, originals);
                Some(Value::Array(entries))
            }
        };
        self.before = Some(Before::Whole(before));
        self.holes = 0;
        self.indexes.clear();
    }

    /// Takes out the places of removed entries.
    pub(super) fn close_holes(&mut self, entries: &mut Vec<Value>) {
        let known = match &self.before {
            Some(Before::Entries { count, originals }) => Some((*count, originals)),
            _ => None,
        };
        close(entries, known, self.holes);
        self.holes = 0;
        self.indexes.clear();
    }

    /// Whether an entry was taken out here.
    pub(super) fn is_hole(&self, position: usize, entry: &Value) -> bool {
        self.holes > 0
            && match &self.before {
                Some(Before::Entries { count, originals }) => {
                    is_hole(Some((*count, originals)), position, entry)
                }
                _ => entry.is_null(),
            }
    }

    /// Makes the attribute what it was.
    pub(super) fn undo(mut self, attributes: &mut Map<String, Value>) {
        let Some(siblings) = self.siblings(attributes) else {
            return;
        };
        let name = &self.attribute().name;
        if let Some(Value::Array(entries)) = siblings.get_mut(name) {
            self.close_holes(entries);
        }
        match self.before.take() {
            None => {}
            Some(Before::Whole(None)) => {
                siblings.remove(name);
            }
            Some(Before::Whole(Some(before))) => {
                siblings.insert(name.clone(), before);
            }
            Some(Before::Members(members)) => {
                if let Some(value) = siblings.get_mut(name) {
                    restore_members(value, members);
                }
            }
            Some(Before::Entries { count, originals }) => {
                if let Some(Value::Array(entries)) = siblings.get_mut(name) {
                    restore_entries(entries, count, originals);
                }
            }
        }
    }
}

type Known<'k, 'r> = Option<(usize, &'k Originals<'r>)>;

fn is_hole(known: Known<'_, '_>, position: usize, entry: &Value) -> bool {
    entry.is_null()
        && known.is_none_or(|(count, originals)| {
            position >= count || matches!(originals.get(position), Some(Original::Removed(_)))
        })
}

fn close(entries: &mut Vec<Value>, known: Known<'_, '_>, holes: usize) {
    if holes == 0 {
        return;
    }
    if holes == 1
        && let Some((_, originals)) = known
        && let Some((position, _)) = originals
            .iter()
            .find(|(_, original)| matches!(original, Original::Removed(_)))
        && position < entries.len()
    {
        entries.remove(position);
        return;
    }
    let mut position = 0;
    entries.retain(|entry| {
        position += 1;
        !is_hole(known, position - 1, entry)
    });
}

/// Whether an entry is what it was before.
pub(super) fn is_original(original: &Original<'_>, current: &Value) -> bool {
    match original {
        Original::Removed(_) => false,
        Original::Replaced(before) => before == current,
        Original::Members(members) => are_original(members, current),
    }
}

pub(super) fn are_original(members: &Members<'_>, current: &Value) -> bool {
    members
        .iter()
        .all(|(sub_attribute, before)| current.get(&sub_attribute.name) == before.as_ref())
}

/// Notes what a sub-attribute was, unless that is known already.
pub(super) fn record_member<'r>(
    members: &mut Members<'r>,
    sub_attribute: &'r AttributeDefinition,
    before: Option<Value>,
) {
    if members
        .iter()
        .all(|(known, _)| known.name != sub_attribute.name)
    {
        members.push((sub_attribute, before));
    }
}

pub(super) fn restore_members(value: &mut Value, members: Members<'_>) {
    let Value::Object(present) = value else {
        return;
    };
    for (sub_attribute, before) in members.into_entries() {
        match before {
            Some(before) => present.insert(sub_attribute.name.clone(), before),
            None => present.remove(&sub_attribute.name),
        };
    }
}

fn restore_entries(entries: &mut Vec<Value>, count: usize, originals: Originals<'_>) {
    let removed = originals
        .iter()
        .filter(|(_, original)| matches!(original, Original::Removed(_)))
        .count();
    entries.truncate(count.saturating_sub(removed));
    if removed == 0 {
        for (position, original) in originals.into_entries() {
            if let Some(entry) = entries.get_mut(position) {
                restore_entry(entry, original);
            }
        }
        return;
    }
    let mut kept = std::mem::take(entries).into_iter();
    entries.reserve_exact(count);
    for (position, original) in originals.into_entries() {
        entries.extend(kept.by_ref().take(position.saturating_sub(entries.len())));
        let mut entry = match &original {
            Original::Removed(_) => Value::Null,
            _ => kept.next().unwrap_or_default(),
        };
        restore_entry(&mut entry, original);
        entries.push(entry);
    }
    entries.extend(kept);
}

pub(super) fn restore_entry(entry: &mut Value, original: Original<'_>) {
    match original {
        Original::Removed(before) | Original::Replaced(before) => *entry = before,
        Original::Members(members) => restore_members(entry, members),
    }
}

/// Whether an attribute has a value; a list has one if one of its entries has.
pub(super) fn has_value(value: Option<&Value>) -> bool {
    value.is_some_and(|value| match value {
        Value::Object(_) | Value::Array(_) => is_assigned(value),
        _ => true,
    })
}
