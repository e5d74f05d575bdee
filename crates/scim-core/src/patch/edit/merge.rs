//! Sub-attributes set in one entry.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::evaluation::is_assigned;
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, Mutability};

use super::super::target::Target;
use super::super::touched::{Members, record_member};
use super::super::value::Given;
use super::{Edit, fixed, read_only};

impl Edit<'_> {
    /// Sets sub-attributes of one entry, each as its mutability allows; the others stay. What they were is recorded.
    pub(super) fn merge<'r>(
        &mut self,
        target: &Target<'_, '_>,
        present: &mut Map<String, Value>,
        mut record: Option<&mut Members<'r>>,
        given: Given<'r>,
    ) -> Result<(), Error> {
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
                Mutability::Immutable if old.is_some() => return Err(fixed(path())),
                _ => {}
            }
            write(present, record.as_deref_mut(), sub_attribute, value);
        }
        Ok(())
    }
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
