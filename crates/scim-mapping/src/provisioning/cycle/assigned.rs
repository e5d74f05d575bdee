//! Who is assigned, looked up quickly.

use std::collections::BTreeSet;

use super::ObjectKind;
use crate::provisioning::fingerprint::{Fingerprint, Hash};
use crate::scoping::Assignments;

/// Who is assigned; nothing when everybody is.
pub(super) struct Assigned {
    only: Option<Only>,
}

struct Only {
    /// Users and groups that are assigned themselves.
    direct: BTreeSet<String>,
    /// Immediate members of assigned groups; a group among them is not assigned by that.
    members: BTreeSet<String>,
}

impl From<Assignments> for Assigned {
    fn from(assignments: Assignments) -> Self {
        let only = assignments.into_assigned();
        Self {
            only: only.map(|(direct, members)| Only { direct, members }),
        }
    }
}

impl Assigned {
    pub(super) fn contains(&self, kind: ObjectKind, source_id: &str) -> bool {
        self.only.as_ref().is_none_or(|only| {
            only.direct.contains(source_id)
                || (kind == ObjectKind::User && only.members.contains(source_id))
        })
    }

    /// Those whom the assignments name, if they name anybody. Groups among the users are not told apart: the source has no
    /// user of such an id.
    pub(super) fn ids(&self, kind: ObjectKind) -> impl Iterator<Item = &String> {
        let members = self
            .only
            .as_ref()
            .filter(|_| kind == ObjectKind::User)
            .map(|only| &only.members);
        self.only
            .iter()
            .flat_map(|only| &only.direct)
            .chain(members.into_iter().flatten())
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut hash = Hash::default();
        if let Some(only) = &self.only {
            for ids in [&only.direct, &only.members] {
                hash.add(&ids.len().to_le_bytes());
                for id in ids {
                    hash.add(id.as_bytes());
                }
            }
        }
        hash.finish()
    }
}
