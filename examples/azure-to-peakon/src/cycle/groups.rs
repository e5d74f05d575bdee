//! Assigned groups: created without members, and then the members that came or went.

use std::collections::BTreeSet;

use scim_core::message::{PatchOperation, PatchOperationKind, PatchRequest};
use scim_core::scim_filter::{AttributePath, PatchPath, ValueFilter};
use scim_mapping::Record;
use scim_mapping::provisioning::PatchDialect;
use serde_json::{Map, Value, json};

use super::{
    Cycle, Run, Trouble,
    object::{Object, segment, success},
};
use crate::{
    directory::Group,
    failure::Failure,
    old_state::{Link, fingerprint},
    report::{Action, Change, Entry, Problem},
};

/// So many members go into one request.
const MEMBERS_PER_REQUEST: usize = 100;

impl Run<'_> {
    /// Brings groups up to date, if the target keeps them and the mapping asks for them.
    pub(super) async fn groups(&mut self) -> Result<(), Failure> {
        if self.job.target.groups.is_none() || self.job.mappings.groups.is_none() {
            return Ok(());
        }
        for group in self.job.directory.assigned_groups() {
            let action = match self.group(group).await {
                Ok(action) => action,
                Err(Trouble::Object(detail)) => {
                    if let Some(link) = self.state.groups.get_mut(&group.id) {
                        link.fingerprint = None;
                    }
                    let name = group.display_name.clone();
                    self.report.problems.push(Problem {
                        name,
                        detail,
                        pending: false,
                    });
                    Action::Failed
                }
                Err(Trouble::Run(failure)) => return Err(failure),
            };
            self.report.groups.count(action);
        }
        Ok(())
    }

    async fn group(&mut self, group: &Group) -> Result<Action, Trouble> {
        let (Some(mapping), Some(resource_type)) =
            (&self.job.mappings.groups, &self.job.target.groups)
        else {
            return Ok(Action::Skipped);
        };
        let wanted: BTreeSet<String> = group
            .members()
            .filter_map(|id| self.state.users.get(id))
            .filter(|link| !link.released)
            .map(|link| link.target.clone())
            .collect();
        let link = self.state.groups.get(&group.id);
        let content = fingerprint(&json!([group.display_name, wanted]).to_string());
        let is_known = link.is_some_and(|link| link.fingerprint.as_deref() == Some(&content));
        if is_known && self.cycle != Cycle::Full {
            return Ok(Action::Skipped);
        }
        let mut attributes = Map::new();
        attributes.insert("objectId".to_owned(), json!(group.id));
        attributes.insert("displayName".to_owned(), json!(group.display_name));
        let object = Object {
            client: self.job.client,
            mapping,
            resource_type,
            environment: &self.environment,
            writes: self.cycle != Cycle::Plan,
        };
        let target = link.map(|link| link.target.clone());
        let provisioned = object
            .provision(&Record::new(attributes), target, false)
            .await?;
        let mut action = provisioned.action;
        let mut changes = provisioned.changes;
        if let Some(id) = &provisioned.id {
            let members = self
                .members(segment(resource_type), id, &wanted, mapping.patch_dialect())
                .await?;
            if let Some(members) = members {
                changes.push(members);
                action = action.max(Action::Updated);
            }
            let link = Link {
                target: id.clone(),
                fingerprint: Some(content),
                released: false,
            };
            self.state.groups.insert(group.id.clone(), link);
        }
        if action != Action::Skipped {
            let name = group.display_name.clone();
            let source_id = group.id.clone();
            self.report.entries.push(Entry {
                source_id,
                name,
                action,
                changes,
            });
        }
        Ok(action)
    }

    /// Adds and removes what differs; members whom nobody here manages stay.
    async fn members(
        &self,
        endpoint: &str,
        id: &str,
        wanted: &BTreeSet<String>,
        dialect: PatchDialect,
    ) -> Result<Option<Change>, Trouble> {
        let client = self.job.client;
        let held = success(client.get(&[endpoint, id], &[]).await?)?;
        let held = held.get("members").and_then(Value::as_array);
        let held: BTreeSet<String> = held
            .into_iter()
            .flatten()
            .filter_map(|member| Some(member.get("value")?.as_str()?.to_owned()))
            .collect();
        let managed: BTreeSet<&String> =
            self.state.users.values().map(|link| &link.target).collect();
        let added: Vec<&String> = wanted.difference(&held).collect();
        let removed: Vec<&String> = held
            .difference(wanted)
            .filter(|member| managed.contains(member))
            .collect();
        if added.is_empty() && removed.is_empty() {
            return Ok(None);
        }
        if self.cycle != Cycle::Plan {
            for members in added.chunks(MEMBERS_PER_REQUEST) {
                let value = members.iter().map(|member| json!({ "value": member }));
                let path = PatchPath::Attribute(attribute("members")?);
                let add =
                    PatchOperation::new(PatchOperationKind::Add, Some(path), Some(value.collect()));
                let body = dialect.body(&PatchRequest::new(vec![add]));
                success(client.patch(&[endpoint, id], &body).await?)?;
            }
            for members in removed.chunks(MEMBERS_PER_REQUEST) {
                let operations: Result<_, _> = members.iter().map(|id| removal(id)).collect();
                let body = dialect.body(&PatchRequest::new(operations?));
                success(client.patch(&[endpoint, id], &body).await?)?;
            }
        }
        let count = |count: usize| Some(json!(format!("{count} members")));
        let after = held.len() + added.len() - removed.len();
        Ok(Some(Change {
            path: "members".to_owned(),
            old: count(held.len()),
            new: count(after),
            new_name: None,
        }))
    }
}

/// `members[value eq "…"]`, whatever the id holds.
fn removal(id: &str) -> Result<PatchOperation, Trouble> {
    let path = PatchPath::ValuePath {
        attribute: attribute("members")?,
        filter: ValueFilter::eq(attribute("value")?, id),
        sub_attribute: None,
    };
    Ok(PatchOperation::new(
        PatchOperationKind::Remove,
        Some(path),
        None,
    ))
}

fn attribute(name: &str) -> Result<AttributePath, Trouble> {
    AttributePath::new(name).map_err(|error| Trouble::Object(error.to_string()))
}
