//! Who has to be looked at again because somebody else has lost his place in the target.
//!
//! Whoever is deleted there takes his memberships with him, and what referred to him refers to nobody. Should he be made again, nothing that the
//! source says of his groups and of the people who work for him would tell.

use std::collections::BTreeMap;

use serde_json::Value;

use super::resolution::names;
use super::{ObjectKind, ProvisioningCycle};
use crate::provisioning::fingerprint::Fingerprint;
use crate::provisioning::request::TargetOperation;
use crate::provisioning::state::Link;

/// Source ids of those who refer to somebody, by the short name of his id in the target.
pub(super) type Referrers = BTreeMap<Fingerprint, Vec<(ObjectKind, String)>>;

impl ProvisioningCycle {
    /// Has everybody looked at again who refers to an object of the target that is no longer there, and all groups.
    pub(super) fn doubt(&mut self, target_id: &str) {
        let links = &self.state.links;
        let is_first = self.referrers.is_none();
        let referrers = self.referrers.get_or_insert_with(|| {
            let mut referrers = Referrers::new();
            for (kind, links) in links {
                for (source_id, link) in links {
                    for name in &link.refers_to {
                        let referring = referrers.entry(*name).or_default();
                        referring.push((*kind, source_id.clone()));
                    }
                }
            }
            referrers
        });
        let mut doubted = referrers
            .remove(&Fingerprint::of_text(target_id))
            .unwrap_or_default();
        // Who their members are is not kept: all of them, once.
        if is_first {
            let groups = links.get(&ObjectKind::Group).into_iter().flatten();
            doubted.extend(groups.map(|(source_id, _)| (ObjectKind::Group, source_id.clone())));
        }
        for (kind, source_id) in doubted {
            let link = self.state.link(kind, &source_id).filter(|link| {
                link.target_id.is_some() && !(link.incomplete || link.released || link.removed)
            });
            if let Some(link) = link.cloned() {
                let incomplete = true;
                self.set_link(kind, &source_id, Some(Link { incomplete, ..link }));
            }
        }
    }

    /// Short names of the ids in the target to which values of references lead.
    pub(super) fn referred(&self, items: &[(usize, Value)]) -> Vec<Fingerprint> {
        let texts = items.iter().flat_map(|(_, value)| names(value));
        let target = |text: String| {
            let found = self.mails.get(&text.to_lowercase()).cloned().flatten();
            let target = self.known_target(&text).map(str::to_owned).or(found)?;
            Some(Fingerprint::of_text(&target))
        };
        let mut referred: Vec<Fingerprint> = texts.filter_map(target).collect();
        referred.sort_unstable();
        referred.dedup();
        referred
    }

    /// The same before deletions are carried out, of those who may come back: nobody knows when a cycle is cut off.
    pub(super) fn doubt_for_removals(&mut self) {
        // Who refers to whom may have changed since the last look.
        self.referrers = None;
        let staged = self.staged.values();
        let may_come_back = staged.filter_map(|(task, operation)| match operation {
            TargetOperation::Delete { id } if task.removal.is_none() => Some(id.clone()),
            _ => None,
        });
        for target_id in may_come_back.collect::<Vec<_>>() {
            self.doubt(&target_id);
        }
    }
}
