//! The members of an object: read in place, spelt as the schema does, none twice.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::{Map, Value};

use super::Reader;
use crate::error::ErrorKind;
use crate::resource::{JsonLimits, are_names_unique, read_json};

impl Reader {
    /// Reads each member of an object, which gives its name in the schema's spelling, or `None` if it is to be left out.
    pub(super) fn members<'schema>(
        &mut self,
        prefix: &dyn Display,
        members: &mut Map<String, Value>,
        mut read: impl FnMut(&mut Self, &str, &mut Value) -> Option<&'schema str>,
    ) {
        let is_clean = self.are_names_unique || are_names_unique(members);
        let mut seen = (!is_clean).then(BTreeSet::new);
        let mut respelt: Vec<(String, &str)> = Vec::new();
        members.retain(|name, value| {
            if let Some(seen) = &mut seen
                && !self.first_of_its_name(seen, prefix, name)
            {
                return false;
            }
            let spelling = read(self, name, value);
            if let Some(spelling) = spelling
                && spelling != name
            {
                respelt.push((name.clone(), spelling));
            }
            spelling.is_some()
        });
        for (name, spelling) in respelt {
            if let Some(value) = members.remove(&name) {
                members.insert(spelling.to_owned(), value);
            }
        }
    }

    /// Whether no other member of the object has this name; `false` is a failure.
    fn first_of_its_name(
        &mut self,
        seen: &mut BTreeSet<String>,
        prefix: &dyn Display,
        name: &str,
    ) -> bool {
        let is_first = seen.insert(name.to_ascii_lowercase());
        if !is_first {
            let detail = "the name comes twice; names that differ in case only are the same";
            self.fail(
                ErrorKind::InvalidSyntax,
                &format_args!("{prefix}{name}"),
                detail,
            );
        }
        is_first
    }
}

/// The members of an entry whose `value` is a JSON object written as a text, with what stands beside it.
pub(crate) fn object_in_text(members: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut object = unwrapped(members)?;
    // What was read once is to be read again as it is.
    while let Some(inner) = unwrapped(&object) {
        object = inner;
    }
    Some(object)
}

fn unwrapped(members: &Map<String, Value>) -> Option<Map<String, Value>> {
    let (name, text) = members.iter().find_map(|(name, value)| {
        let text = value.as_str().filter(|text| text.starts_with('{'))?;
        name.eq_ignore_ascii_case("value").then_some((name, text))
    })?;
    let Ok(Value::Object(mut object)) = read_json(text.as_bytes(), JsonLimits::new()) else {
        return None;
    };
    for (beside, value) in members.iter().filter(|(beside, _)| *beside != name) {
        object.retain(|inside, _| !inside.eq_ignore_ascii_case(beside));
        object.insert(beside.clone(), value.clone());
    }
    Some(object)
}
