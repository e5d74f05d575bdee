//! The directory of the story: what the cycles read from a file, and what the checks compare the service with.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::failure::Failure;

/// A user as Graph sends it.
pub(crate) type GraphUser = Map<String, Value>;

/// Everything that decides who is provisioned, and as what.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    /// In the order of the file: the order in which a cycle works.
    order: Vec<String>,
    users: BTreeMap<String, GraphUser>,
    groups: BTreeMap<String, Group>,
    /// `None`: the file says nothing about assignments, and everybody counts as assigned.
    assignments: Option<BTreeMap<String, Assignment>>,
}

/// A group of the directory, with its direct members.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) display_name: String,
    #[serde(default)]
    members: Vec<Reference>,
    #[serde(default, rename = "members@delta")]
    members_delta: Vec<Reference>,
}

#[derive(Debug, Clone, Deserialize)]
struct Reference {
    id: String,
    #[serde(rename = "@removed")]
    removed: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assignment {
    id: String,
    #[serde(default)]
    principal_id: String,
    #[serde(rename = "@removed")]
    removed: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    users: Vec<GraphUser>,
    #[serde(default)]
    groups: Vec<Group>,
    app_role_assigned_to: Option<Vec<Assignment>>,
}

impl Group {
    /// The ids of the users and groups that are direct members.
    pub(crate) fn members(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.id.as_str())
    }

    fn to_value(&self) -> Value {
        let members: Vec<Value> = self.members().map(|id| json!({ "id": id })).collect();
        json!({ "id": self.id, "displayName": self.display_name, "members": members })
    }
}

impl Directory {
    /// Reads a directory; `name` is what messages call the text.
    pub(crate) fn from_json(text: &str, name: &str) -> Result<Self, Failure> {
        let mut directory = Self {
            order: Vec::new(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            assignments: None,
        };
        directory.take(text, name, false)?;
        Ok(directory)
    }

    /// The directory as a document, as [`from_json`](Self::from_json) reads it.
    pub(crate) fn to_json(&self) -> String {
        let users: Vec<&GraphUser> = self.users().map(|(_, user)| user).collect();
        let groups: Vec<Value> = self.groups.values().map(Group::to_value).collect();
        let mut document = json!({ "users": users, "groups": groups });
        if let Some(assignments) = &self.assignments {
            let principals = assignments
                .iter()
                .map(|(id, one)| json!({ "id": id, "principalId": one.principal_id }));
            if let Some(document) = document.as_object_mut() {
                document.insert("appRoleAssignedTo".to_owned(), principals.collect());
            }
        }
        document.to_string()
    }

    /// Applies a delta: named attributes replace what is held, and `@removed` takes away. All of it, or nothing.
    pub(crate) fn apply(&mut self, text: &str, name: &str) -> Result<(), Failure> {
        let mut changed = self.clone();
        changed.take(text, name, true)?;
        *self = changed;
        Ok(())
    }

    fn take(&mut self, text: &str, name: &str, delta: bool) -> Result<(), Failure> {
        let document: Document = serde_json::from_str(text).map_err(|problem| {
            Failure::new(
                name,
                problem,
                "give an object with `users`, and where wanted `groups` and `appRoleAssignedTo`, \
                 each a list as Microsoft Graph sends it",
            )
        })?;
        for (position, user) in document.users.into_iter().enumerate() {
            let place = format!("{name}, users[{position}]");
            self.take_user(user, &place, delta)?;
        }
        for group in document.groups {
            self.take_group(group, delta);
        }
        if let Some(assignments) = document.app_role_assigned_to {
            let held = self.assignments.get_or_insert_default();
            for assignment in assignments {
                match assignment.removed {
                    Some(_) => held.remove(&assignment.id),
                    None => held.insert(assignment.id.clone(), assignment),
                };
            }
        }
        Ok(())
    }

    fn take_user(&mut self, user: GraphUser, place: &str, delta: bool) -> Result<(), Failure> {
        let Some(id) = user.get("id").and_then(Value::as_str).map(str::to_owned) else {
            return Err(Failure::new(
                place,
                "this user has no `id`",
                "select the object id when exporting the users",
            ));
        };
        if user.contains_key("@removed") {
            self.order.retain(|held| *held != id);
            self.users.remove(&id);
            return Ok(());
        }
        match self.users.get_mut(&id) {
            Some(held) if delta => held.extend(user),
            Some(_) => {
                return Err(Failure::new(
                    place,
                    format!("the id {id} stands in the file twice"),
                    "leave each user in the file once",
                ));
            }
            None => {
                self.order.push(id.clone());
                self.users.insert(id, user);
            }
        }
        Ok(())
    }

    fn take_group(&mut self, group: Group, delta: bool) {
        let held = self
            .groups
            .entry(group.id.clone())
            .or_insert_with(|| Group {
                members: Vec::new(),
                members_delta: Vec::new(),
                ..group.clone()
            });
        held.display_name = group.display_name;
        if !delta {
            held.members = group.members;
        }
        for member in group.members_delta {
            held.members.retain(|present| present.id != member.id);
            if member.removed.is_none() {
                held.members.push(member);
            }
        }
    }

    /// The users, in the order of the file.
    pub(crate) fn users(&self) -> impl Iterator<Item = (&str, &GraphUser)> {
        self.order
            .iter()
            .filter_map(|id| Some((id.as_str(), self.users.get(id)?)))
    }

    pub(crate) fn user(&self, id: &str) -> Option<&GraphUser> {
        self.users.get(id)
    }

    /// The user with this sign-in name, whatever its case.
    pub(crate) fn user_named(&self, name: &str) -> Option<(&str, &GraphUser)> {
        let wanted = name.to_lowercase();
        self.users()
            .find(|(_, user)| user_name(user).to_lowercase() == wanted)
    }

    /// The ids of all users who are assigned: by name, or as direct members of an assigned group.
    pub(crate) fn assigned(&self) -> BTreeSet<&str> {
        let Some(assignments) = &self.assignments else {
            return self.order.iter().map(String::as_str).collect();
        };
        let principals = assignments
            .values()
            .map(|assignment| assignment.principal_id.as_str());
        let members = self.assigned_groups().flat_map(Group::members);
        principals
            .chain(members)
            .filter(|id| self.users.contains_key(*id))
            .collect()
    }

    /// The groups that are assigned, in the order of their names.
    pub(crate) fn assigned_groups(&self) -> impl Iterator<Item = &Group> {
        let assigned = |group: &&Group| {
            let assignments = self.assignments.as_ref();
            assignments.is_none_or(|held| held.values().any(|one| one.principal_id == group.id))
        };
        let mut groups: Vec<&Group> = self.groups.values().filter(assigned).collect();
        groups.sort_by(|one, other| one.display_name.cmp(&other.display_name));
        groups.into_iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.users.len()
    }

    pub(crate) fn group_count(&self) -> usize {
        self.groups.len()
    }
}

/// A user's sign-in name, or what else names him.
pub(crate) fn user_name(user: &GraphUser) -> &str {
    ["userPrincipalName", "mail", "id"]
        .iter()
        .find_map(|name| user.get(*name).and_then(Value::as_str))
        .unwrap_or("(unnamed)")
}

/// Whether the account may sign in; Graph leaves the attribute out when it was not selected.
pub(crate) fn is_enabled(user: &GraphUser) -> bool {
    user.get("accountEnabled")
        .and_then(Value::as_bool)
        .unwrap_or(true)
}

#[cfg(test)]
mod tests;
