//! What the directory gives when it is read.

use std::collections::BTreeMap;

use scim_mapping::Record;
use scim_mapping::provisioning::ObjectKind;
use scim_mapping::source::SourceItem;
use serde_json::{Value, json};

use crate::directory::{Directory, Life};

impl Directory {
    pub(crate) fn watermark(&self) -> String {
        self.clock.to_string()
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

    /// What the directory gives when it is read for a cycle.
    pub(crate) fn read(&self, kind: ObjectKind, since: Option<&String>) -> Vec<SourceItem> {
        let since = since.filter(|_| self.is_delta);
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
                    Life::SoftDeleted if self.is_delta => since.map(|_| removed(id, "changed")),
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
                .filter(|user| user.life == Life::Here)
                .map(|_| self.user_record(id)),
            ObjectKind::Group => self
                .groups
                .get(id)
                .filter(|group| !group.is_gone)
                .map(|_| self.group_record(id, None)),
        }
    }
}
