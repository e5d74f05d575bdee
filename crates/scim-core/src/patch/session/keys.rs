//! The keys in the value of an operation without path.

use crate::error::Error;
use crate::schema::Schema;

use super::super::target::{Meaning, READ_AS_PATH, Target, read_key, schema_named};
use super::Session;
use crate::compatibility::Tolerating;

/// What a key in the value of an operation without path means.
pub(in crate::patch) enum Key<'r> {
    Attribute(Target<'r, 'static>),
    Base,
    Extension(&'r Schema),
    Unknown,
}

impl<'r> Session<'r, '_> {
    pub(in crate::patch) fn read_key(
        &mut self,
        schema: Option<&'r Schema>,
        name: &str,
    ) -> Result<Key<'r>, Error> {
        if let Some(schema) = schema {
            let key = self.read_extension_key(schema, name);
            if let Key::Attribute(target) = &key
                && target.sub_attribute.is_some()
            {
                let path = target.to_string();
                self.tolerating().note("dotted_keys", path, READ_AS_PATH);
            }
            return Ok(key);
        }
        match schema_named(name, self.resource_type) {
            Some(Meaning::Base) => return Ok(Key::Base),
            Some(Meaning::Extension(schema)) => return Ok(Key::Extension(schema)),
            _ => {}
        }
        if let Some(reference) = self.resource_type.base().attribute(name) {
            return Ok(Key::Attribute(Target::new(reference)));
        }
        if let Some(target) = self.plain_key(name) {
            let path = target.reference.canonical_path();
            self.tolerating().note("dotted_keys", path, READ_AS_PATH);
            return Ok(Key::Attribute(target));
        }
        let parser = self
            .parser
            .get_or_insert_with(|| self.resource_type.parser());
        let mut tolerating = Tolerating {
            compatibility: self.compatibility,
            tolerated: &mut self.tolerated,
        };
        let target = read_key(name, parser, self.resource_type, &mut tolerating)?;
        Ok(target.map_or(Key::Unknown, Key::Attribute))
    }

    /// A dotted or a qualified key of the usual kind, understood without parsing it.
    fn plain_key(&self, name: &str) -> Option<Target<'r, 'static>> {
        if !self.compatibility.dotted_keys {
            return None;
        }
        let (schema, name) = match name.rsplit_once(':') {
            None => (None, name),
            // Names with a point in them are possible in some extensions.
            Some((_, name)) if name.contains('.') => return None,
            Some((schema, name)) => (Some(schema), name),
        };
        let (attribute, sub_attribute) = match name.split_once('.') {
            None => (name, None),
            Some((attribute, sub_attribute)) => (attribute, Some(sub_attribute)),
        };
        let found = self.resource_type.find(schema, attribute, sub_attribute);
        found.map(Target::new)
    }

    fn read_extension_key(&self, schema: &Schema, name: &str) -> Key<'r> {
        if let Some(target) = self.extension_target(schema, name) {
            return Key::Attribute(target);
        }
        let dotted = name
            .split_once('.')
            .filter(|_| self.compatibility.dotted_keys)
            .and_then(|(attribute, sub)| {
                self.resource_type
                    .find(Some(schema.id.as_str()), attribute, Some(sub))
            });
        dotted.map_or(Key::Unknown, |reference| {
            Key::Attribute(Target::new(reference))
        })
    }

    pub(super) fn extension_target(
        &self,
        schema: &Schema,
        name: &str,
    ) -> Option<Target<'r, 'static>> {
        let container = self.resource_type.extension_container(schema.id.as_str())?;
        container.attribute(name).map(Target::new)
    }
}
