//! The entries of a multi-valued attribute: which are the same, and which is primary.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::error::Error;
use crate::schema::{AttributeDefinition, AttributeType, comparison_key};

use super::value::invalid;

/// From this number of new entries on, the present ones are looked up in an index instead of one by one.
const INDEX_FROM: usize = 8;

/// When two entries of an attribute are the same entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// Simple values: by the rule of the attribute.
    Simple,
    /// References, such as members: the same `value`.
    Value,
    /// Typed values, such as e-mail addresses: the same `type` and `value`.
    TypeAndValue,
    /// Anything else: equal in everything.
    Whole,
}

impl Identity {
    pub(super) fn of(definition: &AttributeDefinition) -> Self {
        if definition.r#type != AttributeType::Complex {
            return Self::Simple;
        }
        let has = |name| definition.sub_attribute(name).is_some();
        match (has("value"), has("$ref"), has("type")) {
            (true, true, _) => Self::Value,
            (true, false, true) => Self::TypeAndValue,
            _ => Self::Whole,
        }
    }
}

/// A text that is equal for entries that are the same.
pub(super) fn identity_key(
    definition: &AttributeDefinition,
    identity: Identity,
    entry: &Value,
) -> String {
    let member = |name: &str| -> Option<String> {
        let sub_attribute = definition.sub_attribute(name)?;
        let text = entry.get(&sub_attribute.name)?.as_str()?;
        Some(comparison_key(sub_attribute, text).into_owned())
    };
    let key = match identity {
        Identity::Simple => entry
            .as_str()
            .map(|text| comparison_key(definition, text).into_owned()),
        Identity::Value => member("value"),
        // A type holds no line feed, so the two cannot run into each other.
        Identity::TypeAndValue => {
            member("value").map(|value| format!("{}\n{value}", member("type").unwrap_or_default()))
        }
        Identity::Whole => None,
    };
    // The leading character keeps keys and whole entries apart.
    key.map_or_else(|| format!("={entry}"), |key| format!("#{key}"))
}

/// Finds entries that are there already.
pub(super) struct Finder<'d> {
    definition: &'d AttributeDefinition,
    identity: Identity,
    index: Option<BTreeMap<String, usize>>,
}

impl<'d> Finder<'d> {
    pub(super) fn new(
        definition: &'d AttributeDefinition,
        entries: &[Value],
        expected: usize,
    ) -> Self {
        let identity = Identity::of(definition);
        let key = |entry: &Value| identity_key(definition, identity, entry);
        let index = (expected >= INDEX_FROM).then(|| {
            entries
                .iter()
                .enumerate()
                .rev()
                .map(|(position, entry)| (key(entry), position))
                .collect()
        });
        Self {
            definition,
            identity,
            index,
        }
    }

    pub(super) const fn identity(&self) -> Identity {
        self.identity
    }

    /// Where an entry stands that is the same as this one.
    pub(super) fn position(&self, entries: &[Value], entry: &Value) -> Option<usize> {
        let key = identity_key(self.definition, self.identity, entry);
        match &self.index {
            Some(index) => index.get(&key).copied(),
            None => entries.iter().position(|present| {
                // The same text is the same entry by far the most often; the key is made only where it is not.
                may_be_same(self.identity, present, entry)
                    && identity_key(self.definition, self.identity, present) == key
            }),
        }
    }

    /// Notes an entry that was appended.
    pub(super) fn appended(&mut self, entry: &Value, position: usize) {
        if let Some(index) = &mut self.index {
            index
                .entry(identity_key(self.definition, self.identity, entry))
                .or_insert(position);
        }
    }
}

/// Whether two entries can be the same, told without making their keys.
fn may_be_same(identity: Identity, left: &Value, right: &Value) -> bool {
    let texts = match identity {
        Identity::Simple => left.as_str().zip(right.as_str()),
        Identity::Value | Identity::TypeAndValue => left
            .get("value")
            .and_then(Value::as_str)
            .zip(right.get("value").and_then(Value::as_str)),
        Identity::Whole => return left == right,
    };
    texts.is_none_or(|(left, right)| {
        !(left.is_ascii() && right.is_ascii()) || left.eq_ignore_ascii_case(right)
    })
}

/// Takes away entries that a change has made equal to others
/// ([RFC 7643, section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4)); the first of equals stays.
pub(super) fn drop_twins(entries: &mut Vec<Value>, changed: &[usize]) {
    let mut twins = BTreeSet::new();
    // A few changed entries are compared with all; many are looked up.
    if changed.len() < INDEX_FROM {
        for position in changed {
            let entry = entries.get(*position);
            let equal = entries.iter().enumerate();
            let equal = equal.filter(|(_, other)| Some(*other) == entry);
            twins.extend(equal.map(|(position, _)| position).skip(1));
        }
    } else {
        let mut seen = BTreeSet::new();
        for (position, entry) in entries.iter().enumerate() {
            if !seen.insert(entry.to_string()) {
                twins.insert(position);
            }
        }
    }
    let mut position = 0;
    entries.retain(|_| {
        position += 1;
        !twins.contains(&(position - 1))
    });
}

/// Whether an entry is the primary one.
pub(super) fn is_primary(entry: &Value) -> bool {
    entry.get("primary") == Some(&Value::Bool(true))
}

/// Makes a freshly set primary entry the only one: the others become false.
///
/// # Errors
///
/// `invalidValue`, if more than one of the fresh entries is primary.
pub(super) fn settle_primary(
    entries: &mut [Value],
    fresh: &[usize],
    path: &str,
) -> Result<(), Error> {
    let mut primaries = fresh
        .iter()
        .copied()
        .filter(|position| entries.get(*position).is_some_and(is_primary));
    let Some(chosen) = primaries.next() else {
        return Ok(());
    };
    if primaries.any(|other| other != chosen) {
        return Err(invalid(
            path,
            "more than one entry would be primary; set primary on one of them",
        ));
    }
    for (position, entry) in entries.iter_mut().enumerate() {
        if position != chosen
            && is_primary(entry)
            && let Some(primary) = entry.get_mut("primary")
        {
            *primary = Value::Bool(false);
        }
    }
    Ok(())
}
