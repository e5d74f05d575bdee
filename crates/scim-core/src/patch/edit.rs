//! `add` and `replace` on one target.

mod merge;
mod selected;

pub(super) use selected::refuse_several;

use serde_json::{Map, Value};

use crate::compatibility::{Compatibility, Tolerance};
use crate::error::{Error, ErrorKind};
use crate::evaluation::is_assigned;
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, complete_reference};

use super::entries::{Finder, Identity, drop_twins, settle_primary};
use super::target::Target;
use super::value::{ValueReader, invalid, size_of};

/// The surroundings of one edit.
pub(super) struct Edit<'e> {
    pub(super) kind: PatchOperationKind,
    pub(super) compatibility: &'e Compatibility,
    pub(super) tolerated: &'e mut Vec<Tolerance>,
    /// How many values may still be written.
    pub(super) budget: &'e mut usize,
}

impl Edit<'_> {
    /// The new value of the attribute, made of the present one and the value sent.
    pub(super) fn set(
        &mut self,
        target: &Target,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let attribute = target.attribute();
        match (&target.selection, &target.sub_attribute) {
            (Some(selection), _) => self.set_selected(target, selection, current, value),
            (None, Some(sub_attribute)) if attribute.multi_valued => {
                self.set_in_every_entry(target, sub_attribute, current, value)
            }
            (None, Some(sub_attribute)) => {
                let value = self
                    .reader()
                    .attribute(sub_attribute, &target.path, value)?;
                let members = Map::from_iter([(sub_attribute.name.clone(), value)]);
                self.merge_single(target, current, members)
            }
            (None, None) if attribute.multi_valued => {
                let entries = self.reader().entries(attribute, &target.path, value)?;
                self.spend(entries.iter().map(size_of).sum(), &target.path)?;
                self.set_list(target, current, entries)
            }
            (None, None) => {
                let read = self.reader().attribute(attribute, &target.path, value)?;
                self.spend(size_of(&read), &target.path)?;
                match read {
                    Value::Object(mut members) => {
                        // What is not named stays, so a present value needs no other one.
                        if members.contains_key("$ref") || current.is_none() {
                            complete_reference(attribute, &mut members).map_err(|detail| {
                                invalid(&format!("{}.value", target.path), detail)
                            })?;
                        }
                        let current = if self.kind == PatchOperationKind::Replace
                            && self.compatibility.replace_complex_values_whole
                        {
                            self.cleared(target, current, &members)?
                        } else {
                            current
                        };
                        self.merge_single(target, current, members)
                    }
                    simple => Ok(Some(simple)),
                }
            }
        }
    }

    fn reader(&mut self) -> ValueReader<'_> {
        ValueReader {
            compatibility: self.compatibility,
            tolerated: self.tolerated,
        }
    }

    fn spend(&mut self, values: usize, path: &str) -> Result<(), Error> {
        let left = self.budget.checked_sub(values).ok_or_else(|| {
            Error::new(
                ErrorKind::PayloadTooLarge,
                "the request writes more values than are allowed; send several requests",
            )
            .with_path(path)
        })?;
        *self.budget = left;
        Ok(())
    }

    fn merge_single(
        &mut self,
        target: &Target,
        current: Option<Value>,
        members: Map<String, Value>,
    ) -> Result<Option<Value>, Error> {
        let mut entry = current
            .filter(Value::is_object)
            .unwrap_or_else(|| Value::Object(Map::new()));
        self.merge(target.attribute(), &mut entry, members, &target.path)?;
        Ok(Some(entry))
    }

    fn set_list(
        &mut self,
        target: &Target,
        current: Option<Value>,
        new: Vec<Value>,
    ) -> Result<Option<Value>, Error> {
        let keep = self.kind == PatchOperationKind::Add;
        let mut entries = if keep { list(current) } else { Vec::new() };
        let fresh = self.append(target.attribute(), &mut entries, new, &target.path)?;
        settle_primary(&mut entries, &fresh, &target.path)?;
        Ok(Some(Value::Array(entries)))
    }

    /// Appends what is not there yet; the positions of the entries that were named are the answer.
    fn append(
        &mut self,
        attribute: &AttributeDefinition,
        entries: &mut Vec<Value>,
        new: Vec<Value>,
        path: &str,
    ) -> Result<Vec<usize>, Error> {
        let mut finder = Finder::new(attribute, entries, new.len());
        let mut fresh = Vec::with_capacity(new.len());
        for entry in new {
            let Some(position) = finder.position(entries, &entry) else {
                let entry = self.admit(attribute, entry, path)?;
                finder.appended(&entry, entries.len());
                fresh.push(entries.len());
                entries.push(entry);
                continue;
            };
            fresh.push(position);
            // A reference is there or not; of a typed value the other sub-attributes are taken over.
            if finder.identity() == Identity::TypeAndValue
                && let (Value::Object(members), Some(present)) = (entry, entries.get_mut(position))
            {
                self.merge(attribute, present, members, path)?;
            }
        }
        Ok(fresh)
    }

    /// A new entry, without null members and without what a client may not set.
    fn admit(
        &mut self,
        attribute: &AttributeDefinition,
        entry: Value,
        path: &str,
    ) -> Result<Value, Error> {
        let Value::Object(mut members) = entry else {
            return Ok(entry);
        };
        complete_reference(attribute, &mut members)
            .map_err(|detail| invalid(&format!("{path}.value"), detail))?;
        let mut admitted = Value::Object(Map::new());
        self.merge(attribute, &mut admitted, members, path)?;
        if !is_assigned(&admitted) {
            return Err(invalid(
                path,
                "an entry without any value was sent; give it at least one sub-attribute",
            ));
        }
        Ok(admitted)
    }

    fn set_in_every_entry(
        &mut self,
        target: &Target,
        sub_attribute: &AttributeDefinition,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let mut entries = list(current);
        let value = self
            .reader()
            .attribute(sub_attribute, &target.path, value)?;
        if entries.is_empty() {
            if !(self.compatibility.create_entry_for_sub_attribute && sub_attribute.name == "value")
            {
                return Err(no_target(
                    &target.path,
                    "the attribute has no entries to set it in; add an entry instead",
                ));
            }
            self.reader().tolerate(
                "create_entry_for_sub_attribute",
                &target.path,
                "an entry was made for the value",
            );
            entries.push(Value::Object(Map::new()));
        }
        let all: Vec<_> = (0..entries.len()).collect();
        self.set_members(
            target,
            &mut entries,
            &all,
            &Map::from_iter([(sub_attribute.name.clone(), value)]),
        )?;
        Ok(Some(Value::Array(entries)))
    }

    /// Sets sub-attributes in the entries at these positions.
    fn set_members(
        &mut self,
        target: &Target,
        entries: &mut Vec<Value>,
        positions: &[usize],
        members: &Map<String, Value>,
    ) -> Result<(), Error> {
        let size = members.values().map(size_of).sum::<usize>();
        self.spend(size.saturating_mul(positions.len()), &target.path)?;
        for position in positions {
            if let Some(entry) = entries.get_mut(*position) {
                self.merge(target.attribute(), entry, members.clone(), &target.path)?;
            }
        }
        if members.get("primary") == Some(&Value::Bool(true)) {
            settle_primary(entries, positions, &target.path)?;
        }
        drop_twins(entries, positions);
        Ok(())
    }
}

/// The entries of a list; a single value that stands where a list is due counts as one.
pub(super) fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(single) => vec![single],
    }
}

pub(super) fn no_target(path: &str, detail: &str) -> Error {
    Error::new(ErrorKind::NoTarget, detail).with_path(path)
}

pub(super) fn read_only(path: &str) -> Error {
    Error::new(
        ErrorKind::Mutability,
        "it is read-only; leave it out of the request",
    )
    .with_path(path)
}

pub(super) fn fixed(path: &str) -> Error {
    Error::new(
        ErrorKind::Mutability,
        "it is immutable and has a value already; leave it as it is",
    )
    .with_path(path)
}
