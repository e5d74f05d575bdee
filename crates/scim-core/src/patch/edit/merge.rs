//! Sub-attributes set in one entry.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::evaluation::is_assigned;
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, Mutability};

use super::{Edit, fixed, read_only};

impl Edit<'_> {
    /// Sets sub-attributes of one entry, each as its mutability allows; the others stay.
    pub(super) fn merge(
        &mut self,
        attribute: &AttributeDefinition,
        entry: &mut Value,
        members: Map<String, Value>,
        path: &str,
    ) -> Result<(), Error> {
        let Value::Object(present) = entry else {
            *entry = Value::Object(members);
            return Ok(());
        };
        for (name, value) in members {
            let mutability = attribute
                .sub_attribute(&name)
                .map(|sub| sub.mutability)
                .unwrap_or_default();
            let old = present.get(&name).filter(|old| is_assigned(old));
            if old == Some(&value)
                || value.is_null() && (old.is_none() || self.kind == PatchOperationKind::Add)
            {
                continue;
            }
            let path = || {
                if path.ends_with(&format!(".{name}")) {
                    path.to_owned()
                } else {
                    format!("{path}.{name}")
                }
            };
            match mutability {
                Mutability::ReadOnly if self.compatibility.ignore_read_only_values => {
                    let path = path();
                    self.reader().tolerate(
                        "ignore_read_only_values",
                        &path,
                        "it is read-only; the value was left out",
                    );
                    continue;
                }
                Mutability::ReadOnly => return Err(read_only(&path())),
                Mutability::Immutable if old.is_some() => return Err(fixed(&path())),
                _ => {}
            }
            if value.is_null() {
                present.remove(&name);
            } else {
                present.insert(name, value);
            }
        }
        Ok(())
    }
}
