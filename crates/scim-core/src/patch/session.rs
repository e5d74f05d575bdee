//! One request at work: the operations one after the other, each with a note of what was there before.

mod finish;
mod keys;
mod members;
mod named;

use scim_filter::Parser;
use serde_json::{Map, Value};

use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::evaluation::is_assigned;
use crate::message::{PatchOperation, PatchOperationKind};
use crate::schema::{AttributeReference, Mutability, RegisteredResourceType};

pub(super) use finish::Journal;
pub(super) use keys::Key;
use named::NamedKeys;

use super::edit::{Edit, fixed, read_only};
use super::list::Budget;
use super::slot::Slot;
use super::target::{Meaning, Target, read_path};
use super::touched::Touched;
use super::value::{invalid, is_empty};

/// The resource while a request is applied to it.
pub(super) struct Session<'r, 'c> {
    pub(super) attributes: &'c mut Map<String, Value>,
    pub(super) resource_type: &'r RegisteredResourceType,
    pub(super) compatibility: &'c Compatibility,
    pub(super) tolerated: Vec<Tolerance>,
    pub(super) touched: Vec<Touched<'r>>,
    /// Extensions that had no object and have one now, with what stood there.
    made: Vec<(&'r str, Option<Value>)>,
    /// Extensions of which nothing is left.
    pub(super) emptied: Vec<&'r str>,
    pub(super) budget: Budget,
    parser: Option<Parser>,
    is_reference_sent: bool,
}

impl<'r, 'c> Session<'r, 'c> {
    pub(super) fn new(
        attributes: &'c mut Map<String, Value>,
        resource_type: &'r RegisteredResourceType,
        compatibility: &'c Compatibility,
        budget: Budget,
    ) -> Self {
        Self {
            attributes,
            resource_type,
            compatibility,
            tolerated: Vec::new(),
            touched: Vec::new(),
            made: Vec::new(),
            emptied: Vec::new(),
            budget,
            parser: None,
            is_reference_sent: false,
        }
    }

    pub(super) fn tolerating(&mut self) -> Tolerating<'_> {
        Tolerating {
            compatibility: self.compatibility,
            tolerated: &mut self.tolerated,
        }
    }

    /// Runs all operations, and checks what holds for the whole in the end.
    pub(super) fn run_all(&mut self, operations: &[PatchOperation]) -> Result<(), Error> {
        for (index, operation) in operations.iter().enumerate() {
            self.run(index, operation)
                .map_err(|error| error.with_operation(index))?;
        }
        self.settle()
    }

    /// Runs one operation on the result of those before.
    pub(super) fn run(&mut self, index: usize, operation: &PatchOperation) -> Result<(), Error> {
        let kind = operation.op;
        let value = operation.value.as_ref();
        let mut named = NamedKeys::default();
        let Some(path) = &operation.path else {
            if kind == PatchOperationKind::Remove {
                return Err(Error::new(
                    ErrorKind::NoTarget,
                    "remove needs a path; name what is to be removed",
                ));
            }
            if self.compatibility.require_paths {
                return Err(Error::new(
                    ErrorKind::InvalidSyntax,
                    "every operation needs a path; send one operation for each attribute",
                ));
            }
            let value = required_value(None, value)?;
            return self.set_members(index, kind, None, value, &mut named);
        };
        let meaning = read_path(path, self.resource_type, &mut self.tolerating())?;
        match meaning {
            Meaning::Base if kind == PatchOperationKind::Remove => Err(Error::new(
                ErrorKind::Mutability,
                "the base schema cannot be removed; delete the resource instead",
            )
            .with_path(path.to_string())),
            Meaning::Base => {
                let value = required_value(Some(path), value)?;
                self.set_members(index, kind, None, value, &mut named)
            }
            Meaning::Extension(schema) => {
                self.run_on_extension(index, kind, schema, value, &mut named)
            }
            Meaning::Attribute(target) if is_schemas(&target) => {
                self.run_on_schemas(index, kind, &target, value, true)
            }
            Meaning::Attribute(target) => {
                if is_read_only(&target) {
                    return Err(read_only(target.to_string()));
                }
                self.run_on_target(index, kind, &target, value)
            }
        }
    }

    fn run_on_target(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: &Target<'r, '_>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        if kind == PatchOperationKind::Remove {
            let nothing_named = matches!(value, Some(Value::Array(values)) if values.is_empty());
            if nothing_named
                && target.attribute().multi_valued
                && self.compatibility.remove_with_value
            {
                self.tolerating().note(
                    "remove_with_value",
                    target.to_string(),
                    "the value names no entry",
                );
                return Ok(());
            }
            return self.remove(index, kind, target, value);
        }
        let value = required_value(Some(target), value)?;
        let definition = target.sub_attribute.unwrap_or(target.attribute());
        if is_empty(definition, value) {
            if kind == PatchOperationKind::Replace {
                return self.remove(index, kind, target, None);
            }
            if !self.compatibility.empty_add {
                return Err(invalid(
                    target,
                    "add needs something to add; to unassign, send remove",
                ));
            }
            self.tolerating()
                .note("empty_add", target.to_string(), "nothing was added");
            return Ok(());
        }
        self.make_container(target.reference);
        self.write(index, kind, target, |edit, slot| {
            edit.set(target, slot, value)
        })
    }

    fn remove(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: &Target<'r, '_>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        self.write(index, kind, target, |edit, slot| {
            edit.remove(target, slot, value)
        })
    }

    fn write(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: &Target<'r, '_>,
        write: impl FnOnce(&mut Edit<'_>, &mut Slot<'_, 'r>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let position = self.touch(index, kind, target.reference);
        let Some(touched) = self.touched.get_mut(position) else {
            return Ok(());
        };
        let mut nothing = Map::new();
        let siblings = touched.siblings(self.attributes).unwrap_or(&mut nothing);
        let mut slot = Slot::new(siblings, touched);
        let mut edit = Edit {
            kind,
            compatibility: self.compatibility,
            tolerated: &mut self.tolerated,
            budget: &mut self.budget,
            is_reference_sent: self.is_reference_sent,
        };
        // What is immutable has to stay, if it has a value.
        let kept = (target.attribute().mutability == Mutability::Immutable)
            .then(|| slot.snapshot())
            .flatten()
            .filter(is_assigned);
        write(&mut edit, &mut slot)?;
        if kept.is_some() && kept != slot.snapshot() {
            return Err(fixed(target.to_string()));
        }
        Ok(())
    }

    /// Notes that an operation names an attribute.
    fn touch(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        reference: &'r AttributeReference,
    ) -> usize {
        let known = self
            .touched
            .iter()
            .position(|touched| std::ptr::eq(touched.attribute(), reference.attribute()));
        if let Some(touched) = known.and_then(|position| self.touched.get_mut(position)) {
            (touched.operation, touched.kind) = (index, kind);
        } else {
            self.touched.push(Touched::new(reference, index, kind));
        }
        known.unwrap_or(self.touched.len() - 1)
    }

    /// An attribute of an extension needs the extension's object around it.
    fn make_container(&mut self, reference: &'r AttributeReference) {
        let Some(urn) = reference.container() else {
            return;
        };
        let urn = urn.as_str();
        if self.attributes.get(urn).is_some_and(Value::is_object) {
            return;
        }
        let before = self
            .attributes
            .insert(urn.to_owned(), Value::Object(Map::new()));
        self.made.push((urn, before));
    }
}

fn required_value<'v>(
    path: Option<&dyn std::fmt::Display>,
    value: Option<&'v Value>,
) -> Result<&'v Value, Error> {
    value.ok_or_else(|| {
        let error = Error::new(
            ErrorKind::InvalidValue,
            "the operation has no value; give one, or remove the attribute",
        );
        match path {
            Some(path) => error.with_path(path.to_string()),
            None => error,
        }
    })
}

pub(super) fn is_read_only(target: &Target<'_, '_>) -> bool {
    target.attribute().mutability == Mutability::ReadOnly
        || target
            .sub_attribute
            .is_some_and(|sub| sub.mutability == Mutability::ReadOnly)
}

fn is_schemas(target: &Target<'_, '_>) -> bool {
    target.reference.container().is_none() && target.attribute().name == "schemas"
}
