//! The keys in the value of an operation without path.

use scim_filter::{AttributePath, PatchPath};

use crate::error::{Error, ErrorKind};
use crate::schema::Schema;

use super::super::target::{Meaning, Target, read_path, schema_named};
use super::Session;

/// What was made of a key that is no plain name.
const READ_AS_PATH: &str = "the key was read as a path";

/// What a key in the value of an operation without path means.
pub(super) enum Key<'s> {
    Attribute(Box<Target>),
    Base,
    Extension(&'s Schema),
    Unknown,
}

impl<'s> Session<'s> {
    pub(super) fn read_key(
        &mut self,
        schema: Option<&'s Schema>,
        name: &str,
    ) -> Result<Key<'s>, Error> {
        if let Some(schema) = schema {
            let key = self.read_extension_key(schema, name);
            if let (Key::Attribute(target), true) = (&key, name.contains('.'))
                && target.sub_attribute.is_some()
            {
                self.tolerating()
                    .note("dotted_keys", &target.path, READ_AS_PATH);
            }
            return Ok(key);
        }
        match schema_named(name, self.resource_type) {
            Some(Meaning::Base) => return Ok(Key::Base),
            Some(Meaning::Extension(schema)) => return Ok(Key::Extension(schema)),
            _ => {}
        }
        if let Some(reference) = self.resource_type.base().attribute(name) {
            return Ok(Key::Attribute(Box::new(Target::from(reference.clone()))));
        }
        let Ok(path) = self.resource_type.parser().patch_path(name) else {
            return Ok(Key::Unknown);
        };
        let (understood, flag) = match &path {
            PatchPath::Attribute(path)
                if path.schema().is_none() && path.sub_attribute().is_none() =>
            {
                (true, None)
            }
            PatchPath::Attribute(_) => (self.compatibility.dotted_keys, Some("dotted_keys")),
            PatchPath::ValuePath { .. } => (self.compatibility.filter_keys, Some("filter_keys")),
            PatchPath::Schema(_) => (false, None),
        };
        if !understood {
            return Ok(Key::Unknown);
        }
        match read_path(&path, self.resource_type, &mut self.tolerating()) {
            Ok(Meaning::Attribute(target)) => {
                if let Some(flag) = flag {
                    self.tolerating().note(flag, &target.path, READ_AS_PATH);
                }
                Ok(Key::Attribute(target))
            }
            Err(error) if error.kind() == ErrorKind::InvalidFilter => Err(error),
            _ => Ok(Key::Unknown),
        }
    }

    fn read_extension_key(&self, schema: &Schema, name: &str) -> Key<'s> {
        if let Some(target) = self.extension_target(schema, name) {
            return Key::Attribute(Box::new(target));
        }
        let dotted = name
            .split_once('.')
            .filter(|_| self.compatibility.dotted_keys)
            .and_then(|(attribute, sub)| {
                let path = AttributePath::qualified(schema.id.as_str(), attribute)
                    .ok()?
                    .with_sub_attribute(sub)
                    .ok()?;
                self.resource_type.resolve(&path).ok()
            });
        dotted.map_or(Key::Unknown, |reference| {
            Key::Attribute(Box::new(Target::from(reference)))
        })
    }

    pub(super) fn extension_target(&self, schema: &Schema, name: &str) -> Option<Target> {
        let container = self.resource_type.extension_container(schema.id.as_str())?;
        container.attribute(name).cloned().map(Target::from)
    }
}
