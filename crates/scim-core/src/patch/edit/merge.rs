//! Sub-attributes set in one entry.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::evaluation::is_assigned;
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, Mutability, is_dependent, subject, value_key};

use super::super::target::Target;
use super::super::touched::{Members, record_member};
use super::super::value::Given;
use super::{Edit, fixed, read_only};

impl Edit<'_> {
    /// Sets sub-attributes of one entry, each as its mutability allows; the others stay. What they were is recorded.
    pub(super) fn merge<'r>(
        &mut self,
        target: &Target<'r, '_>,
        present: &mut Map<String, Value>,
        mut record: Option<&mut Members<'r>>,
        given: Given<'r>,
    ) -> Result<(), Error> {
        let changes_subject = changes_subject(target.attribute(), present, &given);
        let keeps_reference = self.is_reference_sent
            || given
                .iter()
                .any(|(sub, value)| is_reference(sub) && !value.is_null());
        for (sub_attribute, value) in given {
            let old = present
                .get(&sub_attribute.name)
                .filter(|old| is_assigned(old));
            if old == Some(&value)
                || value.is_null() && (old.is_none() || self.kind == PatchOperationKind::Add)
            {
                continue;
            }
            let path = || match target.sub_attribute {
                Some(_) => target.to_string(),
                None => format!("{target}.{}", sub_attribute.name),
            };
            match sub_attribute.mutability {
                Mutability::ReadOnly if self.compatibility.ignore_read_only_values => {
                    let path = path();
                    self.reader().tolerate(
                        "ignore_read_only_values",
                        &path,
                        "it is read-only; the value was left out",
                    );
                    continue;
                }
                Mutability::ReadOnly => return Err(read_only(path())),
                // With another subject, it is another reference that has not been set yet.
                Mutability::Immutable if changes_subject && is_reference(sub_attribute) => {}
                Mutability::Immutable if old.is_some() => return Err(fixed(path())),
                _ => {}
            }
            write(present, record.as_deref_mut(), sub_attribute, value);
        }
        if changes_subject {
            drop_dependents(target.attribute(), present, record, keeps_reference);
        }
        Ok(())
    }
}

/// Whether the sub-attributes sent make an entry one about something else.
fn changes_subject(
    attribute: &AttributeDefinition,
    present: &Map<String, Value>,
    given: &Given<'_>,
) -> bool {
    let mut given = given.iter();
    !present.is_empty()
        && given
            .find(|(sub_attribute, _)| sub_attribute.name == "value")
            .is_some_and(|(sub_attribute, value)| {
                value_key(sub_attribute, value).as_deref() != subject(attribute, present).as_deref()
            })
}

/// Takes out what described the `value` before. A reference stays that was sent with the new one.
pub(in crate::patch) fn drop_dependents<'r>(
    attribute: &'r AttributeDefinition,
    present: &mut Map<String, Value>,
    mut record: Option<&mut Members<'r>>,
    keeps_reference: bool,
) {
    for sub_attribute in &attribute.sub_attributes {
        let is_kept = keeps_reference && is_reference(sub_attribute);
        if is_dependent(sub_attribute) && !is_kept && present.contains_key(&sub_attribute.name) {
            write(present, record.as_deref_mut(), sub_attribute, Value::Null);
        }
    }
}

/// Whether a client may say by it where the resource is that `value` names.
fn is_reference(sub_attribute: &AttributeDefinition) -> bool {
    sub_attribute.name == "$ref" && sub_attribute.mutability != Mutability::ReadOnly
}

/// Sets a sub-attribute, or takes it out if the value is null, and records what it was.
pub(in crate::patch) fn write<'r>(
    present: &mut Map<String, Value>,
    record: Option<&mut Members<'r>>,
    sub_attribute: &'r AttributeDefinition,
    value: Value,
) {
    let name = &sub_attribute.name;
    let before = if value.is_null() {
        present.remove(name)
    } else if let Some(old) = present.get_mut(name) {
        Some(std::mem::replace(old, value))
    } else {
        present.insert(name.clone(), value)
    };
    if let Some(record) = record {
        record_member(record, sub_attribute, before);
    }
}
