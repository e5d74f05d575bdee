//! `remove` on one target.

use serde_json::{Map, Value};

use crate::compatibility::{Compatibility, Tolerance};
use crate::error::Error;
use crate::evaluation::is_assigned;
use crate::schema::{AttributeDefinition, AttributeType, Mutability, value_key};

use super::edit::{Edit, drop_dependents, fixed, no_target, read_only, refuse_several, write};
use super::list::{Budget, List};
use super::lookup::{Identity, Wanted};
use super::slot::Slot;
use super::target::{Selection, Target};
use super::touched::Members;
use super::value::{ValueReader, invalid};

impl Edit<'_> {
    /// Takes away what the target and, where that is tolerated, the value name.
    pub(super) fn remove<'r>(
        &mut self,
        target: &Target<'r, '_>,
        slot: &mut Slot<'_, 'r>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let attribute = target.attribute();
        let names_entries =
            target.selection.is_none() && target.sub_attribute.is_none() && attribute.multi_valued;
        let named = value.filter(|value| !value.is_null());
        // Beside a list, null is the value of somebody who has lost the names of the entries.
        let is_doubtful = named.is_some() || value.is_some() && names_entries;
        if is_doubtful && !self.compatibility.remove_with_value {
            return Err(invalid(
                target,
                "remove takes no value; select the entries in the path, as in members[value eq \"2819c223\"], or leave the value out \
                 to remove all",
            ));
        }
        if is_doubtful && named.is_none() {
            self.reader().tolerate(
                "remove_with_value",
                target,
                "null was read as no value; all entries were removed",
            );
        }
        let is_single_whole = target.selection.is_none()
            && target.sub_attribute.is_none()
            && attribute.r#type == AttributeType::Complex
            && !attribute.multi_valued;
        if named.is_some() && is_single_whole {
            return Err(value_beside_whole(target));
        }
        if named.is_some() && !names_entries {
            self.reader().tolerate(
                "remove_with_value",
                target,
                "the path tells what was removed; the value was not looked at",
            );
        }
        match (&target.selection, target.sub_attribute, named) {
            (None, None, Some(value)) if attribute.multi_valued => {
                let wanted = self.read_named(target, value)?;
                let Some(mut list) = slot.list() else {
                    return Ok(());
                };
                remove_named(target, &mut list, &wanted, self.budget)
            }
            (None, None, _) => {
                slot.remove();
                Ok(())
            }
            (None, Some(sub_attribute), _) if attribute.multi_valued => {
                let Some(mut list) = slot.list() else {
                    return Ok(());
                };
                let all = list.positions();
                self.budget.examine(all.len(), target)?;
                self.unset_in(target, sub_attribute, &mut list, &all)
            }
            (None, Some(sub_attribute), _) => {
                if slot.current().is_some_and(Value::is_object) {
                    slot.edit(|members, record| unset(target, sub_attribute, members, record))?;
                }
                Ok(())
            }
            (Some(selection), _, _) if attribute.multi_valued => {
                self.remove_selected(target, selection, slot)
            }
            (Some(selection), sub_attribute, _) => {
                let matches = slot
                    .current()
                    .is_some_and(|current| selection.test.holds(current));
                match sub_attribute {
                    _ if !matches => self.nothing_selected(target),
                    None => {
                        slot.remove();
                        Ok(())
                    }
                    Some(sub_attribute) => {
                        slot.edit(|members, record| unset(target, sub_attribute, members, record))
                    }
                }
            }
        }
    }

    /// The entries that the value names. An entry is named by its value alone, so the value is read as leniently as can be.
    pub(super) fn read_named(
        &mut self,
        target: &Target<'_, '_>,
        value: &Value,
    ) -> Result<Vec<Value>, Error> {
        let lenient = Compatibility {
            text_for_complex_value: true,
            ..*self.compatibility
        };
        self.reader().tolerate(
            "remove_with_value",
            target,
            "only the entries named by the value were removed",
        );
        let mut tolerated = Vec::new();
        let mut reader = ValueReader {
            compatibility: &lenient,
            tolerated: &mut tolerated,
        };
        let entries = reader.entries(target.attribute(), target, value)?;
        for Tolerance {
            what, path, detail, ..
        } in tolerated
        {
            // To name an entry by its text alone is this rule, and no other flag.
            if what != "text_for_complex_value" {
                self.reader().tolerate(what, &path, &detail);
            }
        }
        Ok(entries)
    }

    fn remove_selected<'r>(
        &mut self,
        target: &Target<'r, '_>,
        selection: &Selection<'r, '_>,
        slot: &mut Slot<'_, 'r>,
    ) -> Result<(), Error> {
        let Some(mut list) = slot.list() else {
            return Ok(());
        };
        let positions = list.matching(&selection.test, target, self.budget)?;
        refuse_several(positions.len(), target, self.compatibility)?;
        if positions.is_empty() {
            return self.nothing_selected(target);
        }
        if let Some(sub_attribute) = target.sub_attribute {
            return self.unset_in(target, sub_attribute, &mut list, &positions);
        }
        for position in positions {
            list.remove(position);
        }
        Ok(())
    }

    /// Takes a sub-attribute out of the entries at these positions; an entry of which nothing is left goes too.
    fn unset_in<'r>(
        &mut self,
        target: &Target<'r, '_>,
        sub_attribute: &'r AttributeDefinition,
        list: &mut List<'_, 'r>,
        positions: &[usize],
    ) -> Result<(), Error> {
        for position in positions {
            list.edit(*position, |members, record| {
                unset(target, sub_attribute, members, record)
            })?;
            if !list.get(*position).is_some_and(is_assigned) {
                list.remove(*position);
            }
        }
        self.drop_twins(target, list, positions)
    }

    fn nothing_selected(&mut self, target: &Target<'_, '_>) -> Result<(), Error> {
        if !self.compatibility.remove_without_match {
            return Err(no_target(target, "the filter selects no entry"));
        }
        self.reader().tolerate(
            "remove_without_match",
            target,
            "the filter selected no entry; nothing was removed",
        );
        Ok(())
    }
}

/// Nothing but the path says what goes of a single value or an extension, so a value that names a part of it never takes the
/// whole.
pub(super) fn value_beside_whole(path: &dyn std::fmt::Display) -> Error {
    invalid(
        path,
        "remove takes no value here; name the part that is to go in the path, or leave the value out to remove the whole",
    )
}

fn unset<'r>(
    target: &Target<'r, '_>,
    sub_attribute: &'r AttributeDefinition,
    members: &mut Map<String, Value>,
    mut record: Option<&mut Members<'r>>,
) -> Result<(), Error> {
    let set = members.get(&sub_attribute.name).is_some_and(is_assigned);
    match sub_attribute.mutability {
        Mutability::ReadOnly => return Err(read_only(target.to_string())),
        Mutability::Immutable if set => return Err(fixed(target.to_string())),
        _ => {}
    }
    write(members, record.as_deref_mut(), sub_attribute, Value::Null);
    if set && sub_attribute.name == "value" {
        drop_dependents(target.attribute(), members, record, false);
    }
    Ok(())
}

/// Takes out the entries that the value of the operation names: those with the same `value`, or, where the value names none,
/// those that agree in everything that it says.
fn remove_named<'r>(
    target: &Target<'r, '_>,
    list: &mut List<'_, 'r>,
    wanted: &[Value],
    budget: &mut Budget,
) -> Result<(), Error> {
    let identity = Identity::by_value(target.attribute());
    let keys: Vec<_> = wanted.iter().map(|entry| identity.key(entry)).collect();
    let by_key: Vec<_> = keys.iter().flatten().map(|key| Wanted::Key(key)).collect();
    let mut found = list.find(identity, &by_key, target, budget)?;
    let by_content: Vec<_> = wanted
        .iter()
        .zip(&keys)
        .filter(|(_, key)| key.is_none())
        .map(|(entry, _)| entry)
        .collect();
    if !by_content.is_empty() {
        let positions = list.positions();
        budget.examine(positions.len().saturating_mul(by_content.len()), target)?;
        found.extend(positions.into_iter().filter(|position| {
            list.get(*position).is_some_and(|entry| {
                by_content
                    .iter()
                    .any(|wanted| agrees(target.attribute(), entry, wanted))
            })
        }));
        found.sort_unstable();
        found.dedup();
    }
    for position in found {
        list.remove(position);
    }
    Ok(())
}

fn agrees(definition: &AttributeDefinition, entry: &Value, wanted: &Value) -> bool {
    let Value::Object(members) = wanted else {
        return entry == wanted;
    };
    let is_same = |name: &str, wanted: &Value| {
        let own = entry.get(name);
        let key = definition
            .sub_attribute(name)
            .and_then(|sub| Some((sub, value_key(sub, wanted)?)));
        match key {
            Some((sub, key)) => own.and_then(|own| value_key(sub, own)) == Some(key),
            None => own == Some(wanted),
        }
    };
    let mut given = members
        .iter()
        .filter(|(_, value)| is_assigned(value))
        .peekable();
    given.peek().is_some() && given.all(|(name, value)| is_same(name, value))
}
