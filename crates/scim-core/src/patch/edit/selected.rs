//! `add` and `replace` on the entries that a filter selects.

use serde_json::{Map, Value};
use smallvec::smallvec;

use crate::compatibility::Compatibility;
use crate::error::{Error, ErrorKind};
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, AttributeType, Mutability};

use super::super::list::List;
use super::super::lookup::{Identity, Wanted};
use super::super::slot::Slot;
use super::super::target::{Selection, Target, equality_terms};
use super::super::touched::Members;
use super::super::value::{Given, ValueReader, size_of};
use super::merge::write;
use super::{Edit, complete_entry, fixed, no_target, settle_primary};

/// What an operation through a filter writes.
enum Written<'r> {
    Members(Given<'r>),
    Simple(Value),
}

impl Edit<'_> {
    pub(super) fn set_selected<'r>(
        &mut self,
        target: &Target<'r, '_>,
        selection: &Selection<'r, '_>,
        slot: &mut Slot<'_, 'r>,
        value: &Value,
    ) -> Result<(), Error> {
        let Some(mut list) = slot.list() else {
            return Ok(());
        };
        let positions = list.matching(&selection.test, target, self.budget)?;
        refuse_several(positions.len(), target, self.compatibility)?;
        let written = self.read_selected(target, value)?;
        if positions.is_empty() {
            let entry = self.entry_from_filter(target, selection, written)?;
            let position = list.push(entry);
            return settle_primary(target, &mut list, &[position]);
        }
        match written {
            Written::Members(given) => {
                let is_whole = self.is_whole(target);
                if is_whole && self.compatibility.merge_matched_entries {
                    let entries = positions.iter().filter_map(|position| list.get(*position));
                    self.note_merge(target, entries, &given);
                } else if is_whole {
                    for position in &positions {
                        list.edit(*position, |members, record| {
                            clear(target, members, record, &given)
                        })?;
                    }
                }
                self.set_members(target, &mut list, &positions, given)
            }
            Written::Simple(value) => {
                self.spend(positions.len(), target)?;
                self.replace_simple(target, &mut list, &positions, &value)
            }
        }
    }

    /// A bracket on a single value selects it, if it matches.
    pub(super) fn set_selected_single<'r>(
        &mut self,
        target: &Target<'r, '_>,
        selection: &Selection<'r, '_>,
        slot: &mut Slot<'_, 'r>,
        value: &Value,
    ) -> Result<(), Error> {
        let written = self.read_selected(target, value)?;
        let matches = slot
            .current()
            .is_some_and(|current| selection.test.holds(current));
        match written {
            Written::Members(given) if matches => {
                self.spend(super::given_size(&given), target)?;
                let is_whole = self.is_whole(target);
                if is_whole && self.compatibility.merge_matched_entries {
                    self.note_merge(target, slot.current().into_iter(), &given);
                } else if is_whole {
                    slot.edit(|members, record| clear(target, members, record, &given))?;
                }
                self.merge_single(target, slot, given)
            }
            written => {
                let entry = self.entry_from_filter(target, selection, written)?;
                slot.set(entry);
                Ok(())
            }
        }
    }

    fn is_whole(&self, target: &Target<'_, '_>) -> bool {
        self.kind == PatchOperationKind::Replace && target.sub_attribute.is_none()
    }

    /// Takes out of a single value what the new one does not name.
    pub(super) fn clear_single<'r>(
        &mut self,
        target: &Target<'r, '_>,
        slot: &mut Slot<'_, 'r>,
        given: &Given<'r>,
    ) -> Result<(), Error> {
        slot.edit(|members, record| clear(target, members, record, given))?;
        self.reader().tolerate(
            "replace_complex_values_whole",
            target,
            "only what the value names was kept",
        );
        Ok(())
    }

    fn note_merge<'v>(
        &mut self,
        target: &Target<'_, '_>,
        mut entries: impl Iterator<Item = &'v Value>,
        given: &Given<'_>,
    ) {
        let is_given = |name: &str| given.iter().any(|(sub, _)| sub.name == name);
        let keeps = |entry: &Value| {
            entry
                .as_object()
                .is_some_and(|entry| entry.keys().any(|name| !is_given(name)))
        };
        if entries.any(keeps) {
            self.reader().tolerate(
                "merge_matched_entries",
                target,
                "the sub-attributes that the value does not name were kept",
            );
        }
    }

    fn read_selected<'r>(
        &mut self,
        target: &Target<'r, '_>,
        value: &Value,
    ) -> Result<Written<'r>, Error> {
        let attribute = target.attribute();
        if let Some(sub_attribute) = target.sub_attribute {
            let value = self
                .reader()
                .sub_attribute(attribute, sub_attribute, target, value)?;
            return Ok(Written::Members(smallvec![(sub_attribute, value)]));
        }
        let single = self.reader().single(target, value)?;
        if attribute.r#type == AttributeType::Complex {
            let given = self.reader().given(attribute, target, single)?;
            return Ok(Written::Members(given));
        }
        let simple = self.reader().entry(attribute, target, single)?;
        Ok(Written::Simple(simple))
    }

    /// The entry that a filter without a match describes, with the value sent.
    fn entry_from_filter<'r>(
        &mut self,
        target: &Target<'r, '_>,
        selection: &Selection<'r, '_>,
        written: Written<'r>,
    ) -> Result<Value, Error> {
        let attribute = target.attribute();
        let terms =
            equality_terms(&selection.written).filter(|_| self.compatibility.create_from_filter);
        let (Some(terms), Written::Members(given)) = (terms, written) else {
            return Err(no_target(
                target,
                "the filter selects no entry; add an entry instead",
            ));
        };
        let mut described = Map::new();
        for term in terms {
            let Some(sub_attribute) = attribute.sub_attribute(term.path.attribute()) else {
                continue;
            };
            let literal = serde_json::from_str(&term.value.to_string()).unwrap_or(Value::Null);
            if literal.is_null() {
                return Err(no_target(
                    target,
                    "the filter selects no entry, and tells none that could be made; add an entry instead",
                ));
            }
            // What the filter said was understood when it was bound.
            let lenient = Compatibility {
                booleans_as_text: true,
                ..*self.compatibility
            };
            let mut reader = ValueReader {
                compatibility: &lenient,
                tolerated: &mut Vec::new(),
            };
            let literal = reader.sub_attribute(attribute, sub_attribute, target, &literal)?;
            let present = described.insert(sub_attribute.name.clone(), literal.clone());
            if present.is_some_and(|present| present != literal) {
                return Err(no_target(
                    target,
                    "the filter selects no entry, and contradicts itself",
                ));
            }
        }
        let given = given.into_iter();
        described.extend(given.map(|(sub, value)| (sub.name.clone(), value)));
        self.spend(described.values().map(size_of).sum(), target)?;
        self.reader().tolerate(
            "create_from_filter",
            target,
            "the filter selected no entry; the entry that it describes was made",
        );
        let described = complete_entry(target, Value::Object(described))?;
        self.admit(target, described)
    }

    /// Replaces simple values, without making the same value stand twice.
    fn replace_simple<'r>(
        &mut self,
        target: &Target<'r, '_>,
        list: &mut List<'_, 'r>,
        positions: &[usize],
        value: &Value,
    ) -> Result<(), Error> {
        let identity = Identity::of(target.attribute());
        for position in positions {
            list.replace(*position, value.clone());
        }
        let key = identity.key(value);
        let wanted = key.as_deref().map_or(Wanted::Equal(value), Wanted::Key);
        let same = list.find(identity, &[wanted], target, self.budget)?;
        for position in same.into_iter().skip(1) {
            if list.get(position) == Some(value) {
                list.remove(position);
            }
        }
        Ok(())
    }
}

/// Where a filter may select one entry only, it selects no more.
pub(in super::super) fn refuse_several(
    matches: usize,
    target: &Target<'_, '_>,
    compatibility: &Compatibility,
) -> Result<(), Error> {
    if matches > 1 && compatibility.refuse_several_matches {
        let detail = format!("the filter selects {matches} entries; write one that selects one");
        return Err(Error::new(ErrorKind::InvalidFilter, detail).with_path(target.to_string()));
    }
    Ok(())
}

/// What a replacement as a whole takes away: all that the new entry does not name, unless it cannot be changed.
fn clear<'r>(
    target: &Target<'r, '_>,
    members: &mut Map<String, Value>,
    mut record: Option<&mut Members<'r>>,
    given: &Given<'r>,
) -> Result<(), Error> {
    let is_given =
        |sub: &AttributeDefinition| given.iter().any(|(named, _)| named.name == sub.name);
    for sub_attribute in &target.attribute().sub_attributes {
        let is_kept = is_given(sub_attribute) || sub_attribute.mutability == Mutability::ReadOnly;
        if is_kept || !members.contains_key(&sub_attribute.name) {
            continue;
        }
        if sub_attribute.mutability == Mutability::Immutable {
            return Err(fixed(format!("{target}.{}", sub_attribute.name)));
        }
        write(members, record.as_deref_mut(), sub_attribute, Value::Null);
    }
    Ok(())
}
