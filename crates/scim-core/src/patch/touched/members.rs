//! [`Members`]: sub-attributes as they were.

use serde_json::Value;

use crate::schema::AttributeDefinition;

/// A sub-attribute and what it was.
type Member<'r> = (&'r AttributeDefinition, Option<Value>);

/// Sub-attributes as they were. Most requests write one, which is noted without an allocation.
#[derive(Clone, Debug, Default)]
pub(in crate::patch) struct Members<'r> {
    first: Option<Member<'r>>,
    others: Vec<Member<'r>>,
}

impl<'r> Members<'r> {
    pub(in crate::patch) fn new() -> Self {
        Self::default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Member<'r>> {
        self.first.iter().chain(&self.others)
    }

    pub(super) fn push(&mut self, member: Member<'r>) {
        if self.first.is_none() {
            self.first = Some(member);
        } else {
            self.others.push(member);
        }
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = Member<'r>> {
        self.first.into_iter().chain(self.others)
    }
}
