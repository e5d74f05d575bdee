//! The name of a member, with what it is found by where names are numbers.

use core::ops::Deref;
use std::sync::LazyLock;

use crate::schema::{
    AttributeDefinition, NameIndex, Schema, common_attributes, enterprise_user, group, user,
};

/// A name as a schema spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    text: String,
    mark: Mark,
}

impl Name {
    pub(super) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            mark: Mark::of(&text),
            text,
        }
    }

    pub(super) const fn mark(&self) -> Mark {
        self.mark
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// A number for a name. That of a name of the standard schemas is its own; other names may share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark(pub(super) u32);

/// Set for names that may share their number with others.
const SHARED: u32 = 1 << 31;

impl Mark {
    pub(super) fn of(name: &str) -> Self {
        let own = standard_names().position(name);
        Self(own.unwrap_or_else(|| {
            // What names differ by, most of them: their length and their last three bytes.
            let end = name.as_bytes().last_chunk().copied().unwrap_or_default();
            let [first, second, third] = end;
            let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
            SHARED | u32::from_le_bytes([first, second, third, length])
        }))
    }

    /// Whether the name has to be looked at too.
    pub(super) const fn is_shared(self) -> bool {
        self.0 & SHARED != 0
    }
}

/// The names of the schemas that are built in for resources.
struct StandardNames {
    names: Vec<&'static str>,
    index: NameIndex,
}

impl StandardNames {
    /// In this very spelling.
    fn position(&self, name: &str) -> Option<u32> {
        let position = self
            .index
            .position(name, |position| self.names.get(position).copied())?;
        let is_same = self.names.get(position).is_some_and(|known| *known == name);
        is_same.then(|| u32::try_from(position).ok()).flatten()
    }
}

fn standard_names() -> &'static StandardNames {
    static NAMES: LazyLock<StandardNames> = LazyLock::new(|| {
        let schemas: [&'static Schema; 3] = [user(), group(), enterprise_user()];
        let attributes = schemas
            .iter()
            .flat_map(|schema| &schema.attributes)
            .chain(common_attributes());
        let parts = |attribute: &'static AttributeDefinition| {
            let parts = attribute
                .sub_attributes
                .iter()
                .map(|part| part.name.as_str());
            parts.chain(std::iter::once(attribute.name.as_str()))
        };
        let mut names: Vec<_> = attributes.flat_map(parts).collect();
        names.extend(schemas.iter().map(|schema| schema.id.as_str()));
        names.sort_unstable();
        names.dedup();
        let index = NameIndex::new(&names.iter().copied());
        StandardNames { names, index }
    });
    &NAMES
}
