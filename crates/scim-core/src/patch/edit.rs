//! `add` and `replace` on one target.

mod merge;
mod primary;
mod selected;

use serde_json::{Map, Value};
use smallvec::smallvec;

use crate::compatibility::{Compatibility, Tolerance};
use crate::error::{Error, ErrorKind};
use crate::evaluation::is_assigned;
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, AttributeType, complete_reference};

pub(super) use merge::{drop_dependents, write};
pub(super) use primary::is_primary;
use primary::settle_primary;
pub(super) use selected::refuse_several;

use super::list::{Budget, List};
use super::lookup::{Identity, Wanted};
use super::slot::Slot;
use super::target::Target;
use super::value::{Given, ValueReader, invalid, size_of};

/// The surroundings of one edit.
pub(super) struct Edit<'e> {
    pub(super) kind: PatchOperationKind,
    pub(super) compatibility: &'e Compatibility,
    pub(super) tolerated: &'e mut Vec<Tolerance>,
    pub(super) budget: &'e mut Budget,
    /// Whether the operation gives the `$ref` of the same entries by another key.
    pub(super) is_reference_sent: bool,
}

impl Edit<'_> {
    /// Writes the value sent into the attribute.
    pub(super) fn set<'r>(
        &mut self,
        target: &Target<'r, '_>,
        slot: &mut Slot<'_, 'r>,
        value: &Value,
    ) -> Result<(), Error> {
        let attribute = target.attribute();
        match (&target.selection, target.sub_attribute) {
            (Some(selection), _) if attribute.multi_valued => {
                self.set_selected(target, selection, slot, value)
            }
            (Some(selection), _) => self.set_selected_single(target, selection, slot, value),
            (None, Some(sub_attribute)) if attribute.multi_valued => {
                self.set_in_every_entry(target, sub_attribute, slot, value)
            }
            (None, Some(sub_attribute)) => {
                let value = self
                    .reader()
                    .sub_attribute(attribute, sub_attribute, target, value)?;
                self.spend(size_of(&value), target)?;
                self.merge_single(target, slot, smallvec![(sub_attribute, value)])
            }
            (None, None) if attribute.multi_valued => {
                let entries = self.read_entries(target, value)?;
                self.set_list(target, slot, entries)
            }
            (None, None) if attribute.r#type == AttributeType::Complex => {
                let single = self.reader().single(target, value)?;
                let mut given = self.reader().given(attribute, target, single)?;
                self.spend(1 + given_size(&given), target)?;
                // What is not named stays, so a present value needs no other one.
                let refers = given
                    .iter()
                    .any(|(sub, value)| sub.name == "$ref" && !value.is_null());
                if refers || slot.current().is_none() {
                    complete(attribute, target, &mut given)?;
                }
                let clears = self.kind == PatchOperationKind::Replace
                    && self.compatibility.replace_complex_values_whole;
                if clears && slot.current().is_some() {
                    self.clear_single(target, slot, &given)?;
                }
                self.merge_single(target, slot, given)
            }
            (None, None) => {
                let read = self.reader().attribute(attribute, target, value)?;
                self.spend(1, target)?;
                slot.set(read);
                Ok(())
            }
        }
    }

    /// The entries that a value for the list as a whole names.
    pub(super) fn read_entries(
        &mut self,
        target: &Target<'_, '_>,
        value: &Value,
    ) -> Result<Vec<Value>, Error> {
        let entries = self.reader().entries(target.attribute(), target, value)?;
        self.spend(entries.iter().map(size_of).sum(), target)?;
        Ok(entries)
    }

    pub(super) fn reader(&mut self) -> ValueReader<'_> {
        ValueReader {
            compatibility: self.compatibility,
            tolerated: self.tolerated,
        }
    }

    fn spend(&mut self, values: usize, target: &Target<'_, '_>) -> Result<(), Error> {
        self.budget.written = self.budget.written.checked_sub(values).ok_or_else(|| {
            Error::new(
                ErrorKind::PayloadTooLarge,
                "the request writes more values than are allowed; send several requests",
            )
            .with_path(target.to_string())
        })?;
        Ok(())
    }

    fn merge_single<'r>(
        &mut self,
        target: &Target<'r, '_>,
        slot: &mut Slot<'_, 'r>,
        given: Given<'r>,
    ) -> Result<(), Error> {
        slot.edit(|members, record| self.merge(target, members, record, given))
    }

    fn set_list<'r>(
        &mut self,
        target: &Target<'r, '_>,
        slot: &mut Slot<'_, 'r>,
        new: Vec<Value>,
    ) -> Result<(), Error> {
        if self.kind == PatchOperationKind::Replace {
            slot.set(Value::Array(Vec::new()));
        }
        let Some(mut list) = slot.list() else {
            return Ok(());
        };
        let fresh = self.append(target, &mut list, new)?;
        settle_primary(target, &mut list, &fresh)
    }

    /// Appends what is not there yet; the positions of the entries that are new, or were sent as primary, are the answer.
    fn append<'r>(
        &mut self,
        target: &Target<'r, '_>,
        list: &mut List<'_, 'r>,
        new: Vec<Value>,
    ) -> Result<Vec<usize>, Error> {
        let identity = Identity::of(target.attribute());
        list.expect(identity, new.len(), target, self.budget)?;
        let mut fresh = Vec::with_capacity(new.len());
        for entry in new {
            let mut entry = complete_entry(target, entry)?;
            let is_keyed = identity.key(&entry).is_some();
            if !is_keyed {
                // It is told apart by all that it will be, so it has to be that.
                entry = self.admit(target, entry)?;
            }
            let key = identity.key(&entry);
            let wanted = key.as_deref().map_or(Wanted::Equal(&entry), Wanted::Key);
            let Some(position) = list.position(identity, wanted, target, self.budget)? else {
                drop(key);
                if is_keyed {
                    entry = self.admit(target, entry)?;
                }
                fresh.push(list.push(entry));
                continue;
            };
            if is_primary(&entry) {
                fresh.push(position);
            }
            // A reference is there or not; of a typed value the other sub-attributes are taken over.
            if let Identity::TypeAndValue { .. } = identity {
                drop(key);
                let given = given(target.attribute(), entry);
                list.edit(position, |members, record| {
                    self.merge(target, members, record, given)
                })?;
            }
        }
        Ok(fresh)
    }

    /// A new entry, without null members and without what a client may not set.
    pub(super) fn admit(&mut self, target: &Target<'_, '_>, entry: Value) -> Result<Value, Error> {
        let attribute = target.attribute();
        if !entry.is_object() {
            return Ok(entry);
        }
        let mut admitted = Map::new();
        self.merge(target, &mut admitted, None, given(attribute, entry))?;
        let admitted = Value::Object(admitted);
        if !is_assigned(&admitted) {
            return Err(invalid(
                target,
                "an entry without any value was sent; give it at least one sub-attribute",
            ));
        }
        Ok(admitted)
    }

    fn set_in_every_entry<'r>(
        &mut self,
        target: &Target<'r, '_>,
        sub_attribute: &'r AttributeDefinition,
        slot: &mut Slot<'_, 'r>,
        value: &Value,
    ) -> Result<(), Error> {
        let value =
            self.reader()
                .sub_attribute(target.attribute(), sub_attribute, target, value)?;
        let Some(mut list) = slot.list() else {
            return Ok(());
        };
        if list.is_empty() {
            if !(self.compatibility.create_entry_for_sub_attribute && sub_attribute.name == "value")
            {
                return Err(no_target(
                    target,
                    "the attribute has no entries to set it in; add an entry instead",
                ));
            }
            self.reader().tolerate(
                "create_entry_for_sub_attribute",
                target,
                "an entry was made for the value",
            );
            list.push(Value::Object(Map::new()));
        }
        let all = list.positions();
        self.budget.examine(all.len(), target)?;
        self.set_members(target, &mut list, &all, smallvec![(sub_attribute, value)])
    }

    /// Sets sub-attributes in the entries at these positions; an entry of which nothing is left goes.
    fn set_members<'r>(
        &mut self,
        target: &Target<'r, '_>,
        list: &mut List<'_, 'r>,
        positions: &[usize],
        given: Given<'r>,
    ) -> Result<(), Error> {
        self.spend(given_size(&given).saturating_mul(positions.len()), target)?;
        let primary = given
            .iter()
            .any(|(sub, value)| sub.name == "primary" && *value == Value::Bool(true));
        let mut given = Some(given);
        for (index, position) in positions.iter().enumerate() {
            let given = if index + 1 == positions.len() {
                given.take()
            } else {
                given.clone()
            };
            list.edit(*position, |members, record| {
                self.merge(target, members, record, given.unwrap_or_default())
            })?;
            if !list.get(*position).is_some_and(is_assigned) {
                list.remove(*position);
            }
        }
        if primary {
            settle_primary(target, list, positions)?;
        }
        self.drop_twins(target, list, positions)
    }

    /// Takes away entries that a change has made equal to others
    /// ([RFC 7643, section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4)); the first of equals stays.
    pub(super) fn drop_twins<'r>(
        &mut self,
        target: &Target<'r, '_>,
        list: &mut List<'_, 'r>,
        changed: &[usize],
    ) -> Result<(), Error> {
        if list.is_single() {
            return Ok(());
        }
        if changed.len() > 1 {
            let identity = Identity::of(target.attribute());
            list.expect(identity, changed.len(), target, self.budget)?;
        }
        for position in changed {
            let twins = list.twins(*position, target, self.budget)?;
            for twin in twins.into_iter().skip(1) {
                list.remove(twin);
            }
        }
        Ok(())
    }
}

/// The sub-attributes of an entry that was read already.
fn given(attribute: &AttributeDefinition, entry: Value) -> Given<'_> {
    let Value::Object(members) = entry else {
        return Given::new();
    };
    members
        .into_iter()
        .filter_map(|(name, value)| Some((attribute.sub_attribute(&name)?, value)))
        .collect()
}

fn given_size(given: &Given<'_>) -> usize {
    given.iter().map(|(_, value)| size_of(value)).sum()
}

/// Gives an entry that refers by its URI alone the id too.
pub(super) fn complete_entry(target: &Target<'_, '_>, mut entry: Value) -> Result<Value, Error> {
    if let Value::Object(members) = &mut entry {
        complete_reference(target.attribute(), members)
            .map_err(|detail| invalid(&format_args!("{target}.value"), detail))?;
    }
    Ok(entry)
}

/// Gives a reference that is told by its URI alone the id too.
fn complete<'r>(
    attribute: &'r AttributeDefinition,
    target: &Target<'_, '_>,
    given: &mut Given<'r>,
) -> Result<(), Error> {
    let Some(value) = attribute.sub_attribute("value") else {
        return Ok(());
    };
    if given.iter().any(|(sub, _)| sub.name == value.name) {
        return Ok(());
    }
    let mut members: Map<_, _> = given
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(sub, value)| (sub.name.clone(), value.clone()))
        .collect();
    complete_reference(attribute, &mut members)
        .map_err(|detail| invalid(&format_args!("{target}.value"), detail))?;
    if let Some(id) = members.remove("value") {
        given.push((value, id));
    }
    Ok(())
}

pub(super) fn no_target(target: &Target<'_, '_>, detail: &str) -> Error {
    Error::new(ErrorKind::NoTarget, detail).with_path(target.to_string())
}

pub(super) fn read_only(path: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::Mutability,
        "it is read-only; leave it out of the request",
    )
    .with_path(path)
}

pub(super) fn fixed(path: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::Mutability,
        "it is immutable and has a value already; leave it as it is",
    )
    .with_path(path)
}
