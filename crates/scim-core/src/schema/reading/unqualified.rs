//! Attributes of extensions that a client sends among those of the base schema.

use serde_json::{Map, Value};

use super::Reader;
use crate::error::ErrorKind;
use crate::resource::are_names_unique;
use crate::schema::RegisteredResourceType;

impl Reader {
    /// Puts each into the object of its extension, where that is tolerated.
    pub(super) fn qualify(
        &mut self,
        resource_type: &RegisteredResourceType,
        members: &mut Map<String, Value>,
    ) {
        if !self.compatibility.unqualified_extension_names {
            return;
        }
        let belongs = |name: &str| {
            let is_known = name.eq_ignore_ascii_case("schemas")
                || resource_type.base().indexed(name).is_some()
                || resource_type.extension_container(name).is_some();
            let mut extensions = resource_type.extension_containers().iter();
            let found = extensions.find_map(|extension| extension.attribute(name));
            found.filter(|_| !is_known)
        };
        let strays: Vec<_> = members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .filter_map(|(name, _)| Some((name.clone(), belongs(name)?)))
            .collect();
        // Of two names that differ in case only, one would be lost here; they are refused later.
        if strays.is_empty() || !(self.are_names_unique || are_names_unique(members)) {
            return;
        }
        for (name, reference) in strays {
            let (Some(urn), Some(value)) = (reference.container(), members.remove(&name)) else {
                continue;
            };
            let sent = members.keys().find(|key| urn.matches(key)).cloned();
            let extension = members
                .entry(sent.unwrap_or_else(|| urn.to_string()))
                .or_insert(Value::Null);
            if extension.is_null() {
                *extension = Value::Object(Map::new());
            }
            let Value::Object(extension) = extension else {
                // That it is no object is told with the extension.
                continue;
            };
            let mut given = extension.iter_mut();
            match given.find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some((_, given)) if given.is_null() => *given = value,
                Some((_, given)) if *given == value => {}
                Some(_) => {
                    let detail = format!(
                        "its value differs from the one in the object \"{urn}\"; give it once, there"
                    );
                    self.fail(ErrorKind::InvalidValue, &name, detail);
                    continue;
                }
                None => drop(extension.insert(name.clone(), value)),
            }
            let detail = format!("it was read as {}", reference.canonical_path());
            self.tolerate("unqualified_extension_names", &name, detail);
        }
    }
}
