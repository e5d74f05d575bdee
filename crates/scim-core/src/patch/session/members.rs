//! Operations on a whole schema, and those without a path: each member by the rules of its attribute.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::edit::read_only;
use super::super::remove::value_beside_whole;
use super::super::target::Target;
use super::super::value::invalid;
use super::keys::Key;
use super::{Session, is_read_only, is_schemas, required_value};
use crate::error::{Error, ErrorKind};
use crate::message::PatchOperationKind;
use crate::schema::{AttributeDefinition, Schema};

impl<'r> Session<'r, '_> {
    pub(super) fn run_on_extension(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        schema: &'r Schema,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let unassigns = kind == PatchOperationKind::Remove
            || kind == PatchOperationKind::Replace && value.is_some_and(Value::is_null);
        if !unassigns {
            let value = required_value(Some(&schema.id), value)?;
            return self.set_members(index, kind, Some(schema), value);
        }
        let named = value.is_some_and(|value| !value.is_null());
        if named && kind == PatchOperationKind::Remove {
            return Err(value_beside_whole(&schema.id));
        }
        self.remove_extension(index, kind, schema)
    }

    /// Unassigns every attribute of an extension.
    pub(in crate::patch) fn remove_extension(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        schema: &Schema,
    ) -> Result<(), Error> {
        let present: Vec<_> = self
            .attributes
            .get(schema.id.as_str())
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::keys)
            .filter_map(|name| self.extension_target(schema, name))
            .collect();
        for target in present {
            if is_read_only(&target) {
                return Err(read_only(target.to_string()));
            }
            self.remove(index, kind, &target, None)?;
        }
        Ok(())
    }

    /// An operation without path, or on a whole schema: each member by the rules of its attribute.
    pub(super) fn set_members(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        schema: Option<&'r Schema>,
        value: &Value,
    ) -> Result<(), Error> {
        let Value::Object(members) = value else {
            let place = schema.map_or("value", |schema| schema.id.as_str());
            return Err(invalid(
                &place,
                "an object of attributes is needed, or a path that names the attribute",
            ));
        };
        for (name, value) in members {
            match self.read_key(schema, name)? {
                Key::Unknown if self.compatibility.ignore_unknown_attributes => {
                    let detail = "no schema knows it; it was left out";
                    self.tolerating()
                        .note("ignore_unknown_attributes", name.as_str(), detail);
                }
                Key::Unknown => {
                    return Err(Error::new(
                        self.compatibility.unknown_name(ErrorKind::InvalidPath),
                        self.resource_type
                            .unknown_attribute(schema.map(|schema| schema.id.as_str()), name)
                            .to_string(),
                    )
                    .with_path(name.as_str()));
                }
                Key::Base => self.set_members(index, kind, None, value)?,
                Key::Extension(extension) => {
                    self.run_on_extension(index, kind, extension, Some(value))?;
                }
                Key::Attribute(target) => {
                    if !self.keys.insert(&target) {
                        return Err(invalid(&target, "it is given by two keys; give it once"));
                    }
                    self.set_member(index, kind, &target, value)?;
                }
            }
        }
        Ok(())
    }

    fn set_member(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: &Target<'r, '_>,
        value: &Value,
    ) -> Result<(), Error> {
        if is_schemas(target) {
            return self.run_on_schemas(index, kind, target, Some(value), false);
        }
        if !is_read_only(target) {
            return self.run_on_target(index, kind, target, Some(value));
        }
        let container = target.reference.container();
        let is_meta = container.is_none() && target.attribute().name == "meta";
        let stored = match container {
            None => self.attributes.get(&target.attribute().name),
            Some(urn) => self
                .attributes
                .get(urn.as_str())
                .and_then(|extension| extension.get(&target.attribute().name)),
        };
        if stored == Some(value) {
            return Ok(());
        }
        let flag = if is_meta && self.compatibility.ignore_meta {
            "ignore_meta"
        } else if self.compatibility.ignore_read_only_values {
            "ignore_read_only_values"
        } else {
            return Err(read_only(target.to_string()));
        };
        let detail = "it is read-only; the value was left out";
        self.tolerating().note(flag, target.to_string(), detail);
        Ok(())
    }
}

/// What the keys of one operation have named so far, whichever object they stand in.
#[derive(Debug, Default)]
pub(super) struct NamedKeys<'r> {
    /// Attributes, perhaps one of their sub-attributes.
    parts: Vec<Part<'r>>,
    selected: BTreeSet<String>,
}

type Part<'r> = (&'r AttributeDefinition, Option<&'r AttributeDefinition>);

impl<'r> NamedKeys<'r> {
    pub(super) fn clear(&mut self) {
        self.parts.clear();
        self.selected.clear();
    }

    /// Whether no key before has named it.
    fn insert(&mut self, target: &Target<'r, '_>) -> bool {
        if target.selection.is_some() {
            return self.selected.insert(target.to_string());
        }
        let part = (target.attribute(), target.sub_attribute);
        let is_new = !self.parts.iter().any(|known| is_same(*known, part));
        self.parts.push(part);
        is_new
    }
}

fn is_same(left: Part<'_>, right: Part<'_>) -> bool {
    let same_sub_attribute = match (left.1, right.1) {
        (Some(left), Some(right)) => left.name == right.name,
        (left, right) => left.is_none() && right.is_none(),
    };
    std::ptr::eq(left.0, right.0) && same_sub_attribute
}
