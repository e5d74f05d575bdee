//! `add` and `replace` on the entries that a filter selects.

use serde_json::{Map, Value};

use crate::compatibility::Compatibility;
use crate::error::{Error, ErrorKind};
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, AttributeType, Mutability};

use super::super::entries::{Finder, settle_primary};
use super::super::target::{Selection, Target, equality_terms};
use super::super::value::{ValueReader, size_of};
use super::{Edit, fixed, list, no_target};

impl Edit<'_> {
    pub(super) fn set_selected(
        &mut self,
        target: &Target,
        selection: &Selection,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let attribute = target.attribute();
        let was_list = attribute.multi_valued;
        let mut entries = if was_list {
            list(current)
        } else {
            current.into_iter().collect()
        };
        let positions: Vec<_> = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| selection.filter.matches(entry))
            .map(|(position, _)| position)
            .collect();
        refuse_several(positions.len(), target, self.compatibility)?;
        let read = match &target.sub_attribute {
            Some(sub_attribute) => {
                let value = self
                    .reader()
                    .attribute(sub_attribute, &target.path, value)?;
                Value::Object(Map::from_iter([(sub_attribute.name.clone(), value)]))
            }
            None => self.selected_value(attribute, &target.path, value)?,
        };
        match (positions.is_empty(), read) {
            (true, read) => {
                let entry = self.entry_from_filter(target, selection, read)?;
                entries.push(entry);
                let last = entries.len() - 1;
                settle_primary(&mut entries, &[last], &target.path)?;
            }
            (false, Value::Object(members)) => {
                let whole =
                    self.kind == PatchOperationKind::Replace && target.sub_attribute.is_none();
                if whole && self.compatibility.merge_matched_entries {
                    self.note_merge(&entries, &positions, &members, &target.path);
                } else if whole {
                    clear_for_replacement(
                        attribute,
                        &mut entries,
                        &positions,
                        &members,
                        &target.path,
                    )?;
                }
                self.set_members(target, &mut entries, &positions, &members)?;
            }
            (false, simple) => {
                self.spend(positions.len(), &target.path)?;
                replace_simple(attribute, &mut entries, &positions, &simple);
            }
        }
        Ok(if was_list {
            Some(Value::Array(entries))
        } else {
            entries.pop()
        })
    }

    /// A single value without what the new one does not name.
    pub(super) fn cleared(
        &mut self,
        target: &Target,
        current: Option<Value>,
        members: &Map<String, Value>,
    ) -> Result<Option<Value>, Error> {
        let Some(current) = current else {
            return Ok(None);
        };
        let mut entries = [current];
        clear_for_replacement(
            target.attribute(),
            &mut entries,
            &[0],
            members,
            &target.path,
        )?;
        self.reader().tolerate(
            "replace_complex_values_whole",
            &target.path,
            "only what the value names was kept",
        );
        let [current] = entries;
        Ok(Some(current))
    }

    fn note_merge(
        &mut self,
        entries: &[Value],
        positions: &[usize],
        members: &Map<String, Value>,
        path: &str,
    ) {
        let keeps = |entry: &Value| {
            entry
                .as_object()
                .is_some_and(|entry| entry.keys().any(|name| !members.contains_key(name)))
        };
        if positions
            .iter()
            .filter_map(|position| entries.get(*position))
            .any(keeps)
        {
            self.reader().tolerate(
                "merge_matched_entries",
                path,
                "the sub-attributes that the value does not name were kept",
            );
        }
    }

    /// The value for the entries that a filter selects: one entry, also if it is sent as an array of one.
    fn selected_value(
        &mut self,
        attribute: &AttributeDefinition,
        path: &str,
        value: &Value,
    ) -> Result<Value, Error> {
        match value {
            Value::Array(values)
                if self.compatibility.array_for_single_value && values.len() == 1 =>
            {
                let single = values.first().unwrap_or(&Value::Null);
                self.reader().tolerate(
                    "array_for_single_value",
                    path,
                    "an array of one was read as the value in it",
                );
                self.reader().entry(attribute, path, single)
            }
            value => self.reader().entry(attribute, path, value),
        }
    }

    /// The entry that a filter without a match describes, with the value sent.
    fn entry_from_filter(
        &mut self,
        target: &Target,
        selection: &Selection,
        value: Value,
    ) -> Result<Value, Error> {
        let attribute = target.attribute();
        let terms = equality_terms(&selection.written).filter(|_| {
            self.compatibility.create_from_filter && attribute.r#type == AttributeType::Complex
        });
        let (Some(terms), Value::Object(members)) = (terms, value) else {
            return Err(no_target(
                &target.path,
                "the filter selects no entry; add an entry instead",
            ));
        };
        let mut described = Map::new();
        for term in terms {
            let Some(sub_attribute) = attribute.sub_attribute(term.path.attribute()) else {
                continue;
            };
            let literal = serde_json::from_str(&term.value.to_string()).unwrap_or(Value::Null);
            // What the filter said was understood when it was bound.
            let lenient = Compatibility {
                booleans_as_text: true,
                ..*self.compatibility
            };
            let mut reader = ValueReader {
                compatibility: &lenient,
                tolerated: &mut Vec::new(),
            };
            let literal = reader.attribute(sub_attribute, &target.path, &literal)?;
            let present = described.insert(sub_attribute.name.clone(), literal.clone());
            if present.is_some_and(|present| present != literal) {
                return Err(no_target(
                    &target.path,
                    "the filter selects no entry, and contradicts itself",
                ));
            }
        }
        described.extend(members);
        self.spend(described.values().map(size_of).sum(), &target.path)?;
        self.reader().tolerate(
            "create_from_filter",
            &target.path,
            "the filter selected no entry; the entry that it describes was made",
        );
        self.admit(attribute, Value::Object(described), &target.path)
    }
}

/// Where a filter may select one entry only, it selects no more.
pub(in super::super) fn refuse_several(
    matches: usize,
    target: &Target,
    compatibility: &Compatibility,
) -> Result<(), Error> {
    if matches > 1 && compatibility.refuse_several_matches {
        let detail = format!("the filter selects {matches} entries; write one that selects one");
        return Err(Error::new(ErrorKind::InvalidFilter, detail).with_path(target.path.clone()));
    }
    Ok(())
}

/// What a replacement as a whole takes away: all that the new entry does not name, unless it cannot be changed.
fn clear_for_replacement(
    attribute: &AttributeDefinition,
    entries: &mut [Value],
    positions: &[usize],
    members: &Map<String, Value>,
    path: &str,
) -> Result<(), Error> {
    for position in positions {
        let Some(Value::Object(entry)) = entries.get_mut(*position) else {
            continue;
        };
        for sub_attribute in &attribute.sub_attributes {
            if members.contains_key(&sub_attribute.name) || !entry.contains_key(&sub_attribute.name)
            {
                continue;
            }
            if sub_attribute.mutability == Mutability::Immutable {
                return Err(fixed(&format!("{path}.{}", sub_attribute.name)));
            }
            entry.remove(&sub_attribute.name);
        }
    }
    Ok(())
}

/// Replaces simple values, without making the same value stand twice.
fn replace_simple(
    attribute: &AttributeDefinition,
    entries: &mut Vec<Value>,
    positions: &[usize],
    value: &Value,
) {
    for position in positions {
        if let Some(entry) = entries.get_mut(*position) {
            *entry = value.clone();
        }
    }
    let finder = Finder::new(attribute, &[], 0);
    if let Some(first) = finder.position(entries, value) {
        let mut position = 0;
        entries.retain(|entry| {
            let keep = position <= first || entry != value;
            position += 1;
            keep
        });
    }
}
