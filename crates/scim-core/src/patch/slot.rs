//! The place of one attribute in the resource, to be written with a note of what was there.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::evaluation::is_assigned;
use crate::schema::AttributeDefinition;

use super::list::List;
use super::touched::{Before, Members, Originals, Touched, has_value};

/// The members among which an attribute stands, and what is noted about it.
pub(super) struct Slot<'a, 'r> {
    siblings: &'a mut Map<String, Value>,
    touched: &'a mut Touched<'r>,
}

impl<'a, 'r> Slot<'a, 'r> {
    pub(super) const fn new(
        siblings: &'a mut Map<String, Value>,
        touched: &'a mut Touched<'r>,
    ) -> Self {
        Self { siblings, touched }
    }

    fn attribute(&self) -> &'r AttributeDefinition {
        self.touched.attribute()
    }

    pub(super) fn current(&self) -> Option<&Value> {
        self.siblings.get(&self.attribute().name)
    }

    /// The value as it would be read now, without what was taken out of it.
    pub(super) fn snapshot(&self) -> Option<Value> {
        let value = self.current()?;
        let snapshot = match value {
            Value::Array(entries) => Value::Array(
                entries
                    .iter()
                    .enumerate()
                    .filter(|(position, entry)| !self.touched.is_hole(*position, entry))
                    .map(|(_, entry)| entry.clone())
                    .collect(),
            ),
            other => other.clone(),
        };
        has_value(Some(&snapshot)).then_some(snapshot)
    }

    pub(super) fn set(&mut self, value: Value) {
        let name = &self.attribute().name;
        let replaced = match self.siblings.get_mut(name) {
            Some(present) => Some(std::mem::replace(present, value)),
            None => self.siblings.insert(name.clone(), value),
        };
        self.touched.record_whole(replaced);
    }

    pub(super) fn remove(&mut self) {
        if let Some(removed) = self.siblings.remove(&self.attribute().name) {
            self.touched.record_whole(Some(removed));
        }
    }

    /// Edits the sub-attributes of a single value, which is made if there is none, and goes if nothing is left of it.
    pub(super) fn edit(
        &mut self,
        edit: impl FnOnce(&mut Map<String, Value>, Option<&mut Members<'r>>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if !self.current().is_some_and(Value::is_object) {
            self.set(Value::Object(Map::new()));
        }
        let name = &self.attribute().name;
        let Some(Value::Object(members)) = self.siblings.get_mut(name) else {
            return Ok(());
        };
        let before = self
            .touched
            .before
            .get_or_insert_with(|| Before::Members(Members::new()));
        let record = match before {
            Before::Members(members) => Some(members),
            _ => None,
        };
        edit(members, record)?;
        if !members.values().any(is_assigned) {
            self.remove();
        }
        Ok(())
    }

    /// The entries of a multi-valued attribute; a single value that stands where a list is due counts as one.
    pub(super) fn list(&mut self) -> Option<List<'_, 'r>> {
        let name = &self.attribute().name;
        match self.siblings.get(name) {
            Some(Value::Array(entries)) => {
                let count = entries.len();
                self.touched.before.get_or_insert_with(|| Before::Entries {
                    count,
                    originals: Originals::default(),
                });
            }
            None | Some(Value::Null) => self.set(Value::Array(Vec::new())),
            Some(single) => {
                let list = Value::Array(vec![single.clone()]);
                self.set(list);
            }
        }
        match self.siblings.get_mut(name) {
            Some(Value::Array(entries)) => Some(List::new(entries, self.touched)),
            _ => None,
        }
    }
}
