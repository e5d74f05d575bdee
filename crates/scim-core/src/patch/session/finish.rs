//! The end of a request: what holds for the whole, and the way back.

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::evaluation::is_assigned;
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, AttributeReference, AttributeType, Mutability};
use crate::urn::SchemaUrn;

use super::super::touched::{Before, Touched};
use super::Session;

/// All that leads back to the resource as it was before a request.
#[derive(Debug, Default)]
pub(in crate::patch) struct Journal<'r> {
    pub(in crate::patch) touched: Vec<Touched<'r>>,
    made: Vec<(&'r str, Option<Value>)>,
    emptied: Vec<&'r str>,
}

impl Journal<'_> {
    pub(in crate::patch) fn undo(self, attributes: &mut Map<String, Value>) {
        for urn in self.emptied {
            attributes.insert(urn.to_owned(), Value::Object(Map::new()));
        }
        for touched in self.touched {
            touched.undo(attributes);
        }
        for (urn, before) in self.made.into_iter().rev() {
            match before {
                Some(before) => attributes.insert(urn.to_owned(), before),
                None => attributes.remove(urn),
            };
        }
    }
}

impl<'r, 'c> Session<'r, 'c> {
    /// Checks what the resource must fulfil as a whole; what is not different in the end is put back.
    pub(in crate::patch) fn settle(&mut self) -> Result<(), Error> {
        for touched in &mut self.touched {
            touched.is_changed = tidy(touched, self.attributes);
        }
        let lost = self.touched.iter().find(|touched| self.is_lost(touched));
        if let Some(lost) = lost {
            return Err(required(lost));
        }
        let mut position = 0;
        while let Some(touched) = self.touched.get(position) {
            if touched.is_changed {
                self.validate(touched)?;
                position += 1;
            } else {
                self.touched.swap_remove(position).undo(self.attributes);
            }
        }
        if self.touched.is_empty() {
            return Ok(());
        }
        self.validate_extensions()?;
        let mut extended = self
            .touched
            .iter()
            .map(|touched| touched.reference.container());
        if !self.made.is_empty() || extended.any(|container| container.is_some()) {
            self.settle_schemas();
        }
        if self.touched.len() > 1 {
            self.touched.sort_by(|left, right| {
                let key = |touched: &Touched<'r>| {
                    let container = touched.reference.container().map(SchemaUrn::as_str);
                    let name = touched.attribute().name.as_str();
                    // It follows from the others.
                    (container.is_none() && name == "schemas", container, name)
                };
                key(left).cmp(&key(right))
            });
        }
        Ok(())
    }

    /// Whether a required attribute has no value any more. What an extension requires, it requires while it is there.
    fn is_lost(&self, touched: &Touched<'r>) -> bool {
        let is_gone = |urn: &SchemaUrn| {
            let members = self.attributes.get(urn.as_str());
            !members.is_some_and(is_assigned)
        };
        touched.attribute().required
            && !touched.current(self.attributes).is_some_and(is_assigned)
            && !touched.reference.container().is_some_and(is_gone)
    }

    /// What leads back; nothing, if nothing is different.
    pub(in crate::patch) fn into_journal(self) -> Journal<'r> {
        if self.touched.is_empty() {
            self.undo();
            return Journal::default();
        }
        self.journal().0
    }

    /// Leads back.
    pub(in crate::patch) fn undo(self) {
        let (journal, attributes) = self.journal();
        journal.undo(attributes);
    }

    fn journal(self) -> (Journal<'r>, &'c mut Map<String, Value>) {
        let journal = Journal {
            touched: self.touched,
            made: self.made,
            emptied: self.emptied,
        };
        (journal, self.attributes)
    }

    /// What a request can have made wrong in one attribute, beside what each operation checks. The rest stands as it was
    /// stored: to read it again would make a change to one attribute as dear as a replacement, and would refuse it for a value
    /// that was stored before the schema became stricter.
    fn validate(&self, touched: &Touched<'r>) -> Result<(), Error> {
        let attribute = touched.attribute();
        if attribute.r#type != AttributeType::Complex {
            return Ok(());
        }
        let needed = || required_of(&attribute.sub_attributes);
        if needed().next().is_none() {
            return Ok(());
        }
        let check = |place: Option<usize>, value: &Value| {
            let missing = needed().find(|sub| value.get(&sub.name).is_none());
            missing.map_or(Ok(()), |sub| {
                let path = touched.path();
                let place = place.map(|position| format!("[{position}]"));
                let path = format!("{path}{}.{}", place.unwrap_or_default(), sub.name);
                Err(missing_value(path).with_operation(touched.operation))
            })
        };
        match touched.current(self.attributes) {
            Some(Value::Array(entries)) if attribute.multi_valued => {
                let (new, edited) = touched.new_positions().unwrap_or_default();
                let new = new..entries.len();
                edited.into_iter().chain(new).try_for_each(|position| {
                    let entry = entries.get(position);
                    entry.map_or(Ok(()), |entry| check(Some(position), entry))
                })
            }
            Some(value) => check(None, value),
            None => Ok(()),
        }
    }

    fn validate_extensions(&self) -> Result<(), Error> {
        for container in self.resource_type.extension_containers() {
            let urn = container.schema.id.as_str();
            let is_here = |reference: &AttributeReference| {
                reference
                    .container()
                    .is_some_and(|urn| *urn == container.schema.id)
            };
            let mut here = self
                .touched
                .iter()
                .filter(|touched| is_here(touched.reference));
            let Some(first) = here.next() else {
                continue;
            };
            let (last, kind) = here.map(|touched| (touched.operation, touched.kind)).fold(
                (first.operation, first.kind),
                |left, right| {
                    if right.0 > left.0 { right } else { left }
                },
            );
            let members = self.attributes.get(urn).and_then(Value::as_object);
            let Some(members) = members.filter(|members| !members.is_empty()) else {
                if container.required {
                    let kind = if kind == PatchOperationKind::Remove {
                        ErrorKind::Mutability
                    } else {
                        ErrorKind::InvalidValue
                    };
                    return Err(Error::new(
                        kind,
                        "every resource of this type needs this extension",
                    )
                    .with_path(urn)
                    .with_operation(last));
                }
                continue;
            };
            let mut needed = container
                .attributes()
                .filter(|reference| is_needed(reference.attribute()));
            let missing =
                needed.find(|reference| !members.contains_key(&reference.attribute().name));
            if let Some(missing) = missing {
                return Err(missing_value(missing.canonical_path()).with_operation(last));
            }
        }
        Ok(())
    }
}

/// Closes the holes of a list, and takes an attribute away that has no value. Whether it is another one now is the answer.
fn tidy(touched: &mut Touched<'_>, attributes: &mut Map<String, Value>) -> bool {
    let Some(siblings) = touched.siblings(attributes) else {
        return touched.differs_from(None);
    };
    let name = &touched.attribute().name;
    let Some(value) = siblings.get_mut(name) else {
        return touched.differs_from(None);
    };
    if let Value::Array(entries) = value {
        touched.close_holes(entries);
    }
    let untouched = match &touched.before {
        None => true,
        Some(Before::Entries { count, originals }) => {
            originals.is_empty()
                && value
                    .as_array()
                    .is_some_and(|entries| entries.len() == *count)
        }
        _ => false,
    };
    if !untouched && !super::super::touched::has_value(Some(value)) {
        let removed = siblings.remove(name);
        touched.record_whole(removed);
        return touched.differs_from(None);
    }
    touched.differs_from(Some(value))
}

fn is_needed(definition: &AttributeDefinition) -> bool {
    definition.required && definition.mutability != Mutability::ReadOnly
}

fn required_of(definitions: &[AttributeDefinition]) -> impl Iterator<Item = &AttributeDefinition> {
    definitions
        .iter()
        .filter(|definition| is_needed(definition))
}

fn missing_value(path: String) -> Error {
    Error::new(ErrorKind::InvalidValue, "a value is required").with_path(path)
}

fn required(touched: &Touched<'_>) -> Error {
    let (kind, detail) = if touched.kind == PatchOperationKind::Remove {
        (
            ErrorKind::Mutability,
            "it is required and cannot be removed; replace its value instead",
        )
    } else {
        (
            ErrorKind::InvalidValue,
            "it is required and cannot be left without a value; send one",
        )
    };
    Error::new(kind, detail)
        .with_path(touched.path())
        .with_operation(touched.operation)
}
