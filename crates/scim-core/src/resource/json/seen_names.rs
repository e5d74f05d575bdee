//! [`SeenNames`]: whether a name comes twice in one object, without regard to ASCII case.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Objects of SCIM have fewer members, so that most need no set of names.
const FEW: usize = 32;

/// Whether a name comes twice in one object, without regard to ASCII case.
pub(crate) struct SeenNames {
    /// What equal names share; others rarely do.
    marks: [u32; FEW],
    count: usize,
    many: Option<BTreeSet<String>>,
}

impl SeenNames {
    pub(crate) const fn new() -> Self {
        Self {
            marks: [0; FEW],
            count: 0,
            many: None,
        }
    }

    /// Whether the name is among those before it, which `earlier` gives.
    pub(crate) fn is_repeated<'name, I: Iterator<Item = &'name String>>(
        &mut self,
        name: &str,
        earlier: impl Fn() -> I,
    ) -> bool {
        if let Some(many) = &mut self.many {
            return !many.insert(name.to_ascii_lowercase());
        }
        let mark = mark(name);
        let marks = self.marks.get(..self.count).unwrap_or_default();
        if marks.contains(&mark) && earlier().any(|known| known.eq_ignore_ascii_case(name)) {
            return true;
        }
        if let Some(next) = self.marks.get_mut(self.count) {
            *next = mark;
            self.count += 1;
        } else {
            let mut many: BTreeSet<_> = earlier().map(|known| known.to_ascii_lowercase()).collect();
            many.insert(name.to_ascii_lowercase());
            self.many = Some(many);
        }
        false
    }
}

/// Whether no two names of an object are the same without regard to ASCII case.
pub(crate) fn are_names_unique(members: &Map<String, Value>) -> bool {
    let mut seen = SeenNames::new();
    members
        .keys()
        .enumerate()
        .all(|(index, name)| !seen.is_repeated(name, || members.keys().take(index)))
}

/// The length, the first and the last byte, without the bit that tells upper from lower case.
fn mark(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let end = |byte: Option<&u8>| u32::from(byte.copied().unwrap_or_default() | 0x20);
    let length = u32::try_from(bytes.len() & 0xffff).unwrap_or_default();
    (length << 16) | (end(bytes.first()) << 8) | end(bytes.last())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::are_names_unique;

    proptest! {
        /// Few names and many, such as share their marks and such as do not.
        #[test]
        fn it_agrees_with_a_set_of_lower_case_names(names in prop::collection::vec("(a|B|[a-fA-F]{1,3}|ax[a-zA-Z0-9]{2}b)", 0..60)) {
            let members: Map<String, Value> = names.into_iter().map(|name| (name, Value::Null)).collect();
            let lower: std::collections::BTreeSet<_> = members.keys().map(|name| name.to_ascii_lowercase()).collect();
            prop_assert_eq!(are_names_unique(&members), lower.len() == members.len());
        }
    }
}
