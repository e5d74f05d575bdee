//! Whether the target is what the mapping says of the scope.

use std::collections::{BTreeMap, BTreeSet};

use scim_core::resource::Resource;
use scim_mapping::provisioning::{ObjectKind, OutOfScope};
use serde_json::{Value, json};

use crate::directory::{Life, Telling};
use crate::run::Simulation;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

impl Simulation {
    pub(crate) fn judge(&self) {
        let mut found: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
        for user in self.target.of(ObjectKind::User).values() {
            if let Some(source_id) = user.external_id() {
                found.entry(source_id).or_default().push(user);
            }
        }
        for (source_id, objects) in &found {
            assert_eq!(objects.len(), 1, "{source_id} is there more than once");
        }
        for source_id in self.directory.users.keys() {
            self.judge_user(
                source_id,
                found.get(source_id.as_str()).map(|objects| objects[0]),
            );
        }
        for (id, held) in &self.strangers {
            let now = self.target.of(ObjectKind::User)[id].to_value();
            assert_eq!(now, *held, "a stranger has changed");
        }
        self.judge_groups();
    }

    fn target_id(&self, source_id: &str) -> Option<&str> {
        let link = self.stored.link(ObjectKind::User, source_id)?;
        link.target_id.as_deref()
    }

    fn judge_user(&self, source_id: &str, object: Option<&Resource>) {
        let user = &self.directory.users[source_id];
        if self.directory.is_active(source_id) {
            let object = object.unwrap_or_else(|| panic!("{source_id} is missing"));
            assert_eq!(self.target_id(source_id), object.id(), "{source_id}");
            let value = |name: &str| object.get(name).cloned().unwrap_or_default();
            assert_eq!(
                value("userName").as_str().unwrap().to_lowercase(),
                user.name,
                "{source_id}"
            );
            assert_eq!(value("active"), true, "{source_id}");
            assert_eq!(value("displayName"), format!("User {source_id}"));
            assert_eq!(value("title"), json!(user.title), "{source_id}");
            assert_eq!(value("emails")[0]["value"], user.name, "{source_id}");
            self.judge_manager(source_id, object);
            self.judge_mentor(source_id, object);
            return;
        }
        let Some(object) = object else { return };
        let is_unknown = self
            .network
            .unknown
            .iter()
            .any(|id| Some(id.as_str()) == object.id());
        if user.life == Life::Gone {
            // A tombstone comes once; and nobody can be sure of an object whose creation was never answered.
            let may_be_there = !self.job.settings().hard_deletes
                || self.released.contains(source_id)
                || is_unknown
                || self.directory.telling == Telling::Delta;
            assert!(may_be_there, "{source_id} is gone, and still there");
        }
        if self.out_of_scope == OutOfScope::Leave && self.released.contains(source_id) {
            return;
        }
        assert_eq!(
            object.get("active"),
            Some(&json!(false)),
            "{source_id} is still active"
        );
    }

    fn judge_manager(&self, source_id: &str, object: &Resource) {
        let held = object
            .extension(ENTERPRISE)
            .and_then(|extension| extension.get("manager"));
        let held = held
            .and_then(|manager| manager.get("value"))
            .and_then(Value::as_str);
        match &self.directory.users[source_id].manager {
            None => assert_eq!(held, None, "{source_id} has a manager"),
            Some(manager) => {
                // One who is not there leaves the target as it was.
                if let Some(wanted) = self.target_id(manager) {
                    assert_eq!(
                        held,
                        Some(wanted),
                        "the manager of {source_id} is {manager}"
                    );
                }
            }
        }
    }

    fn judge_mentor(&self, source_id: &str, object: &Resource) {
        let held = object.get("nickName").and_then(Value::as_str);
        match &self.directory.users[source_id].mentor {
            None => assert_eq!(held, None, "{source_id} has a mentor"),
            Some(mentor) => {
                let mut users = self.target.of(ObjectKind::User).values();
                let is_there = users.any(|user| {
                    let name = user.get("userName").and_then(Value::as_str);
                    name.is_some_and(|name| name.eq_ignore_ascii_case(mentor))
                });
                if is_there {
                    assert_eq!(held, Some(mentor.as_str()), "the mentor of {source_id}");
                }
            }
        }
    }

    pub(crate) fn judge_groups(&self) {
        let mut found: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
        for group in self.target.of(ObjectKind::Group).values() {
            found
                .entry(group.external_id().unwrap())
                .or_default()
                .push(group);
        }
        for (source_id, objects) in &found {
            assert_eq!(objects.len(), 1, "{source_id} is there more than once");
        }
        for (source_id, group) in &self.directory.groups {
            if group.is_gone || !self.directory.is_assigned(source_id) {
                continue;
            }
            let objects = found.get(source_id.as_str());
            let object = objects.unwrap_or_else(|| panic!("{source_id} is missing"))[0];
            assert_eq!(
                object.get("displayName"),
                Some(&json!(group.name)),
                "{source_id}"
            );
            let members = object.get("members").and_then(Value::as_array);
            let held: BTreeSet<&str> = members
                .into_iter()
                .flatten()
                .map(|member| member["value"].as_str().unwrap())
                .collect();
            let link = |member: &String| {
                let link = self.stored.link(ObjectKind::User, member)?;
                link.target_id.as_deref().filter(|_| !link.released)
            };
            let wanted: BTreeSet<&str> = group.members.iter().filter_map(link).collect();
            let is_managed = |id: &&str| {
                let mut links = self
                    .stored
                    .links
                    .get(&ObjectKind::User)
                    .into_iter()
                    .flatten()
                    .map(|(_, link)| link);
                links.any(|link| link.target_id.as_deref() == Some(id) && !link.released)
            };
            let held: BTreeSet<&str> = held.into_iter().filter(is_managed).collect();
            assert_eq!(held, wanted, "the members of {source_id}");
        }
    }
}
