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
    /// Users that are assigned themselves, and groups that nothing is known of.
    direct: BTreeSet<String>,
    /// Groups that are assigned themselves.
    groups: BTreeSet<String>,
    /// Immediate members of assigned groups; a group among them is not assigned by that.
    members: BTreeSet<String>,
}

impl From<Assignments> for Assigned {
    fn from(assignments: Assignments) -> Self {
        let only = assignments.into_assigned();
        Self {
            only: only.map(|[direct, groups, members]| Only {
                direct,
                groups,
                members,
            }),
        }
    }
}

impl Assigned {
    pub(super) fn contains(&self, kind: ObjectKind, source_id: &str) -> bool {
        self.only.as_ref().is_none_or(|only| {
            let others = match kind {
                ObjectKind::User => &only.members,
                ObjectKind::Group => &only.groups,
            };
            only.direct.contains(source_id) || others.contains(source_id)
        })
    }

    /// Those of a kind whom the assignments name, if they name anybody.
    pub(super) fn ids(&self, kind: ObjectKind) -> impl Iterator<Item = &String> {
        self.only.iter().flat_map(move |only| {
            let (direct, others) = match kind {
                ObjectKind::User => (Some(&only.direct), &only.members),
                ObjectKind::Group => (None, &only.groups),
            };
            direct.into_iter().flatten().chain(others)
        })
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut hash = Hash::default();
        if let Some(only) = &self.only {
            for ids in [&only.direct, &only.groups, &only.members] {
                hash.add(ids.len().to_string().as_bytes());
                for id in ids {
                    hash.add(id.as_bytes());
                }
            }
        }
        hash.finish()
    }
}
