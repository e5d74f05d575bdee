//! One request at work: the operations one after the other, then what holds for the whole.

mod keys;
mod members;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::evaluation::{Place, is_assigned};
use crate::message::{PatchOperation, PatchOperationKind};
use crate::resource::Resource;
use crate::schema::{Mutability, RegisteredResourceType, ValidationContext};

use super::Patched;
use super::changes::changes;
use super::edit::{Edit, fixed, read_only};
use super::remove::remove;
use super::target::{Meaning, Target, read_path};
use super::value::{invalid, is_empty};

/// The resource while a request is applied to it.
pub(super) struct Session<'s> {
    pub(super) original: &'s Resource,
    pub(super) attributes: Map<String, Value>,
    pub(super) resource_type: &'s RegisteredResourceType,
    pub(super) compatibility: &'s Compatibility,
    pub(super) tolerated: Vec<Tolerance>,
    /// What the operations have named, for the report.
    pub(super) touched: BTreeMap<Place, Touched>,
    budget: usize,
}

/// An attribute that operations have named.
pub(super) struct Touched {
    pub(super) target: Target,
    /// The last operation on it.
    operation: usize,
    kind: PatchOperationKind,
}

impl<'s> Session<'s> {
    pub(super) fn new(
        original: &'s Resource,
        resource_type: &'s RegisteredResourceType,
        compatibility: &'s Compatibility,
        budget: usize,
    ) -> Self {
        Self {
            original,
            attributes: original.attributes().clone(),
            resource_type,
            compatibility,
            tolerated: Vec::new(),
            touched: BTreeMap::new(),
            budget,
        }
    }

    pub(super) fn tolerating(&mut self) -> Tolerating<'_> {
        Tolerating {
            compatibility: self.compatibility,
            tolerated: &mut self.tolerated,
        }
    }

    /// Runs one operation on the result of those before.
    pub(super) fn run(&mut self, index: usize, operation: &PatchOperation) -> Result<(), Error> {
        let kind = operation.op;
        let value = operation.value.as_ref();
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
            return self.set_members(index, kind, None, required_value("", value)?);
        };
        let meaning = read_path(path, self.resource_type, &mut self.tolerating())?;
        match meaning {
            Meaning::Base if kind == PatchOperationKind::Remove => Err(Error::new(
                ErrorKind::Mutability,
                "the base schema cannot be removed; delete the resource instead",
            )
            .with_path(path.to_string())),
            Meaning::Base => {
                self.set_members(index, kind, None, required_value(&path.to_string(), value)?)
            }
            Meaning::Extension(schema) => self.run_on_extension(index, kind, schema, value),
            Meaning::Attribute(target) if is_schemas(&target) => {
                self.run_on_schemas(kind, &target, value, true)
            }
            Meaning::Attribute(target) => {
                if is_read_only(&target) {
                    return Err(read_only(&target.path));
                }
                self.run_on_target(index, kind, *target, value)
            }
        }
    }

    fn run_on_target(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: Target,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        if kind == PatchOperationKind::Remove {
            let nothing_named = matches!(value, Some(Value::Array(values)) if values.is_empty());
            if nothing_named
                && target.attribute().multi_valued
                && self.compatibility.remove_with_value
            {
                self.tolerated.push(Tolerance::new(
                    "remove_with_value",
                    target.path,
                    "the value names no entry",
                ));
                return Ok(());
            }
            return self.remove(index, kind, target, value);
        }
        let value = required_value(&target.path, value)?;
        let definition = match (&target.sub_attribute, &target.selection) {
            (Some(sub_attribute), _) => sub_attribute,
            (None, _) => target.attribute(),
        };
        if is_empty(definition, value) {
            if kind == PatchOperationKind::Replace {
                return self.remove(index, kind, target, None);
            }
            if !self.compatibility.empty_add {
                return Err(invalid(
                    &target.path,
                    "add needs something to add; to unassign, send remove",
                ));
            }
            self.tolerated.push(Tolerance::new(
                "empty_add",
                target.path,
                "nothing was added",
            ));
            return Ok(());
        }
        let place = target.place();
        let current = self.take(&place);
        let kept = immutable_value(&target, current.as_ref());
        let mut edit = Edit {
            kind,
            compatibility: self.compatibility,
            tolerated: &mut self.tolerated,
            budget: &mut self.budget,
        };
        let next = edit.set(&target, current, value)?;
        self.store(index, kind, target, place, kept.as_ref(), next)
    }

    fn remove(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: Target,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let place = target.place();
        let current = self.take(&place);
        let kept = immutable_value(&target, current.as_ref());
        let next = remove(
            &target,
            current,
            value,
            self.compatibility,
            &mut self.tolerated,
        )?;
        self.store(index, kind, target, place, kept.as_ref(), next)
    }

    fn store(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: Target,
        place: Place,
        kept: Option<&Value>,
        next: Option<Value>,
    ) -> Result<(), Error> {
        let next = next.filter(|next| match next {
            Value::Object(_) | Value::Array(_) => is_assigned(next),
            _ => true,
        });
        if kept.is_some() && kept != next.as_ref() {
            return Err(fixed(&target.path));
        }
        if let Some(next) = next {
            let members = match &place.container {
                None => &mut self.attributes,
                Some(urn) => {
                    let container = self
                        .attributes
                        .entry(urn.clone())
                        .or_insert_with(|| Value::Object(Map::new()));
                    if !container.is_object() {
                        *container = Value::Object(Map::new());
                    }
                    let Value::Object(members) = container else {
                        return Ok(());
                    };
                    members
                }
            };
            members.insert(place.attribute.clone(), next);
        }
        self.touched.insert(
            place,
            Touched {
                target,
                operation: index,
                kind,
            },
        );
        Ok(())
    }

    fn take(&mut self, place: &Place) -> Option<Value> {
        let members = match &place.container {
            None => &mut self.attributes,
            Some(urn) => self.attributes.get_mut(urn)?.as_object_mut()?,
        };
        members.remove(&place.attribute)
    }

    /// What the request can have made wrong: the attributes and extensions that it touched, with what every resource needs. The
    /// rest stands as it was stored; to read it again would make a change to one attribute as dear as a replacement, and would
    /// refuse it for a value that was stored before the schema became stricter.
    fn touched_part(&self) -> Resource {
        let needed = self.resource_type.base().attributes().filter_map(|known| {
            let definition = known.attribute();
            definition.required.then_some(definition.name.as_str())
        });
        let extensions = self
            .resource_type
            .extension_containers()
            .iter()
            .filter(|extension| extension.required)
            .map(|extension| extension.schema.id.as_str());
        let touched = self.touched.keys().map(|place| match &place.container {
            Some(urn) => urn.as_str(),
            None => place.attribute.as_str(),
        });
        let part = needed
            .chain(extensions)
            .chain(touched)
            .filter_map(|name| self.attributes.get_key_value(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Resource::new(part)
    }

    /// Checks what the resource must fulfil as a whole, and reports what changed.
    pub(super) fn finish(mut self) -> Result<Patched, Error> {
        for (place, touched) in &self.touched {
            let lost = touched.target.attribute().required
                && !place
                    .attribute_in(&self.attributes)
                    .is_some_and(is_assigned);
            if lost {
                return Err(required(touched));
            }
        }
        let changes = changes(&mut self);
        if !changes.is_empty() {
            self.resource_type
                .validate(&self.touched_part(), ValidationContext::PatchResult)
                .map_err(|report| located(report.into(), &self.touched))?;
        }
        Ok(Patched {
            resource: Resource::new(self.attributes),
            changes,
            tolerated: self.tolerated,
        })
    }
}

/// The error with the last operation on the attribute at its path, so that the client learns which of its operations failed.
fn located(error: Error, touched: &BTreeMap<Place, Touched>) -> Error {
    let path = error.path().unwrap_or_default();
    let operation = touched.iter().find_map(|(place, touched)| {
        let attribute = match &place.container {
            Some(urn) => format!("{urn}:{}", place.attribute),
            None => place.attribute.clone(),
        };
        let rest = path.strip_prefix(attribute.as_str())?;
        let is_at = rest.is_empty() || rest.starts_with(['.', '[']);
        is_at.then_some(touched.operation)
    });
    match operation {
        Some(operation) => error.with_operation(operation),
        None => error,
    }
}

fn required(touched: &Touched) -> Error {
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
        .with_path(touched.target.path.clone())
        .with_operation(touched.operation)
}

fn required_value<'v>(path: &str, value: Option<&'v Value>) -> Result<&'v Value, Error> {
    value.ok_or_else(|| {
        let error = Error::new(
            ErrorKind::InvalidValue,
            "the operation has no value; give one, or remove the attribute",
        );
        if path.is_empty() {
            error
        } else {
            error.with_path(path)
        }
    })
}

/// The value of an immutable attribute, if it has one that has to stay.
fn immutable_value(target: &Target, current: Option<&Value>) -> Option<Value> {
    let fixed = target.attribute().mutability == Mutability::Immutable;
    current
        .filter(|current| fixed && is_assigned(current))
        .cloned()
}

fn is_read_only(target: &Target) -> bool {
    target.attribute().mutability == Mutability::ReadOnly
        || target
            .sub_attribute
            .as_ref()
            .is_some_and(|sub| sub.mutability == Mutability::ReadOnly)
}

fn is_schemas(target: &Target) -> bool {
    let place = target.place();
    place.container.is_none() && place.attribute == "schemas"
}
