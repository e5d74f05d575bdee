//! What the directory gives when it is read.

use std::collections::{BTreeMap, VecDeque};

use scim_mapping::Record;
use scim_mapping::provisioning::{ObjectKind, ProvisioningCycle, SourceEnd};
use scim_mapping::source::SourceItem;
use serde_json::{Value, json};

use crate::directory::{Directory, Life, Telling};
use crate::history::note;
use crate::network::Faults;
use crate::random::Random;
use crate::totals::Totals;

/// What comes of one kind of objects in a cycle; none for a record that cannot be read.
pub(crate) struct Reading {
    items: VecDeque<Option<SourceItem>>,
    end: SourceEnd,
}

impl Reading {
    pub(crate) fn push(&mut self, cycle: &mut ProvisioningCycle, kind: ObjectKind) {
        match self.items.pop_front() {
            Some(Some(item)) => cycle.push(kind, item),
            Some(None) => cycle.source_failed(kind, "half a record"),
            None => cycle.finish_source(kind, self.end.clone()),
        }
    }
}

impl Directory {
    /// Reads what changed since the watermark, or everything.
    pub(crate) fn begin(
        &mut self,
        kind: ObjectKind,
        since: Option<&String>,
        faults: &Faults,
        random: &mut Random,
        totals: &mut Totals,
    ) -> Reading {
        let is_graph = self.telling == Telling::Graph;
        let mut since = since;
        if is_graph && since.is_some() && random.percent(faults.expired) {
            note!("  the watermark of {kind} has expired");
            totals.expired += 1;
            since = None;
        }
        let watermark = self.clock.to_string();
        let mut items = VecDeque::new();
        for item in self.read(kind, since) {
            let id = match &item {
                SourceItem::Record(record) => record.text("objectId").unwrap(),
                _ => String::new(),
            };
            if !id.is_empty() && random.percent(faults.unreadable) {
                note!("  {kind} {id} cannot be read");
                totals.unreadable += 1;
                items.push_back(None);
            } else if is_graph
                && since.is_none()
                && self.users.contains_key(&id)
                && random.percent(faults.missed)
            {
                note!("  {kind} {id} comes back between two pages");
                totals.missed += 1;
                self.clock += 1;
                self.users.get_mut(&id).unwrap().changed = self.clock;
            } else {
                items.push_back(Some(item));
            }
        }
        let end = match (self.telling, since) {
            (Telling::File, _) => SourceEnd::complete(),
            (Telling::Graph, None) => SourceEnd::listed(watermark),
            _ => SourceEnd::changes(watermark),
        };
        Reading { items, end }
    }

    fn user_record(&self, id: &str) -> Record {
        let user = &self.users[id];
        let is_soft_deleted = !user.enabled || user.life == Life::SoftDeleted;
        let record = json!({
            "objectId": id, "userPrincipalName": user.name, "displayName": format!("User {id}"), "mail": user.name,
            "jobTitle": user.title, "department": user.department, "manager": user.manager, "mentor": user.mentor,
            "accountEnabled": user.enabled, "IsSoftDeleted": is_soft_deleted,
        });
        Record::new(record.as_object().unwrap().clone())
    }

    fn group_record(&self, id: &str, since: Option<u64>) -> Record {
        let group = &self.groups[id];
        let mut record = json!({"objectId": id, "displayName": group.name});
        if let Some(since) = since {
            let mut last: BTreeMap<&str, bool> = BTreeMap::new();
            for (at, member, joins) in &group.delta {
                if *at > since {
                    last.insert(member, *joins);
                }
            }
            let delta: Vec<Value> = last
                .into_iter()
                .map(|(id, joins)| {
                    if joins {
                        json!({"id": id})
                    } else {
                        json!({"id": id, "@removed": {"reason": "deleted"}})
                    }
                })
                .collect();
            record["members@delta"] = Value::Array(delta);
        } else {
            record["members"] = group.members.iter().cloned().collect();
        }
        Record::new(record.as_object().unwrap().clone())
    }

    fn read(&self, kind: ObjectKind, since: Option<&String>) -> Vec<SourceItem> {
        let since = since.filter(|_| self.telling != Telling::File);
        let since: Option<u64> = since.map(|watermark| watermark.parse().unwrap());
        let is_new = |changed: u64| since.is_none_or(|since| changed > since);
        let removed = |id: &str, reason: &str| SourceItem::Removed {
            id: id.to_owned(),
            reason: reason.to_owned(),
        };
        match kind {
            ObjectKind::User => self
                .users
                .iter()
                .filter(|(_, user)| is_new(user.changed))
                .filter_map(|(id, user)| match user.life {
                    Life::SoftDeleted if self.telling == Telling::Delta => {
                        since.map(|_| removed(id, "changed"))
                    }
                    Life::SoftDeleted if self.telling == Telling::Graph => {
                        Some(removed(id, "changed"))
                    }
                    Life::Here | Life::SoftDeleted => {
                        Some(SourceItem::Record(self.user_record(id)))
                    }
                    Life::Gone => since.map(|_| removed(id, "deleted")),
                })
                .collect(),
            ObjectKind::Group => self
                .groups
                .iter()
                .filter(|(_, group)| is_new(group.changed))
                .filter_map(|(id, group)| {
                    if group.is_gone {
                        since.map(|_| removed(id, "deleted"))
                    } else {
                        Some(SourceItem::Record(self.group_record(id, since)))
                    }
                })
                .collect(),
        }
    }

    pub(crate) fn object(&self, kind: ObjectKind, id: &str) -> Option<Record> {
        match kind {
            ObjectKind::User => self
                .users
                .get(id)
                .filter(|user| {
                    let is_told = self.telling == Telling::Graph && user.life == Life::SoftDeleted;
                    user.life == Life::Here || is_told
                })
                .map(|_| self.user_record(id)),
            ObjectKind::Group => self
                .groups
                .get(id)
                .filter(|group| !group.is_gone)
                .map(|_| self.group_record(id, None)),
        }
    }
}
