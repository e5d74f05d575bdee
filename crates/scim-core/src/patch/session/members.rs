//! Operations on a whole schema, and those without a path: each member by the rules of its attribute.

use serde_json::{Map, Value};

use super::super::edit::read_only;
use super::super::remove::value_beside_whole;
use super::super::target::Target;
use super::super::value::invalid;
use super::keys::Key;
use super::named::NamedKeys;
use super::{Session, is_read_only, is_schemas, required_value};
use crate::error::{Error, ErrorKind};
use crate::message::PatchOperationKind;
use crate::schema::Schema;

impl<'r> Session<'r, '_> {
    pub(super) fn run_on_extension<'v>(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        schema: &'r Schema,
        value: Option<&'v Value>,
        named: &mut NamedKeys<'r, 'v>,
    ) -> Result<(), Error> {
        let unassigns = kind == PatchOperationKind::Remove
            || kind == PatchOperationKind::Replace && value.is_some_and(Value::is_null);
        if !unassigns {
            let value = required_value(Some(&schema.id), value)?;
            return self.set_members(index, kind, Some(schema), value, named);
        }
        let names_a_part = value.is_some_and(|value| !value.is_null());
        if names_a_part && kind == PatchOperationKind::Remove {
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
    pub(super) fn set_members<'v>(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        schema: Option<&'r Schema>,
        value: &'v Value,
        named: &mut NamedKeys<'r, 'v>,
    ) -> Result<(), Error> {
        let Value::Object(members) = value else {
            let place = schema.map_or("value", |schema| schema.id.as_str());
            return Err(invalid(
                &place,
                "an object of attributes is needed, or a path that names the attribute",
            ));
        };
        // What a key says of a part comes after what another says of the whole, in which a list would take the part's place.
        let mut parts = Vec::new();
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
                Key::Base => self.set_members(index, kind, None, value, named)?,
                Key::Extension(extension) => {
                    self.run_on_extension(index, kind, extension, Some(value), named)?;
                }
                Key::Attribute(target) if target.is_part() => parts.push((target, value)),
                Key::Attribute(target) => {
                    self.set_named(index, kind, target, value, named)?;
                }
            }
        }
        for (target, value) in parts {
            self.set_named(index, kind, target, value, named)?;
        }
        Ok(())
    }

    fn set_named<'v>(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: Target<'r, 'static>,
        value: &'v Value,
        named: &mut NamedKeys<'r, 'v>,
    ) -> Result<(), Error> {
        named.check(kind, &target, value, &mut self.budget)?;
        self.is_reference_sent = named.names_reference_beside(&target);
        self.set_member(index, kind, &target, value)?;
        self.is_reference_sent = false;
        named.insert(target, value);
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
