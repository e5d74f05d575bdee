//! The second pass: managers and mentors, once everybody who can be named exists.

use std::collections::{BTreeMap, BTreeSet};

use scim_mapping::{
    Record,
    provisioning::{self, ProvisioningAnswer, ProvisioningStep, reference_step},
};

use super::{
    Cycle, Run, Trouble,
    object::{Object, as_resource, segment, success},
};
use crate::{
    directory::user_name,
    failure::Failure,
    report::{Action, Change, Entry, Problem},
};

/// What the target calls the people whom a reference may name.
struct Names {
    /// Their ids in the target, by their ids in the directory.
    ids: BTreeMap<String, String>,
    /// Their e-mail addresses, in lower case.
    mails: BTreeSet<String>,
}

impl Names {
    fn resolve(&self, value: &str) -> Option<String> {
        let by_mail = || {
            self.mails
                .contains(&value.to_lowercase())
                .then(|| value.to_owned())
        };
        self.ids.get(value).cloned().or_else(by_mail)
    }
}

impl Run<'_> {
    /// Sets the references of everybody whom the first pass looked at.
    pub(super) async fn references(&mut self) -> Result<(), Failure> {
        let names = self.names();
        for (id, (record, resource)) in std::mem::take(&mut self.touched) {
            let name = self
                .job
                .directory
                .user(&id)
                .map_or(id.as_str(), user_name)
                .to_owned();
            let resource = resource.map(|resource| resource.to_value());
            let outcome = self.reference(&id, &record, resource, &names).await;
            let (changes, pending) = match outcome {
                Ok(outcome) => outcome,
                Err(Trouble::Run(failure)) => return Err(failure),
                Err(Trouble::Object(detail)) => {
                    self.retry(&id);
                    self.report.users.count(Action::Failed);
                    self.report.problems.push(Problem {
                        name,
                        detail,
                        pending: false,
                    });
                    continue;
                }
            };
            if !pending.is_empty() {
                self.retry(&id);
                self.report.pending_references += pending.len();
            }
            for detail in pending {
                let name = name.clone();
                self.report.problems.push(Problem {
                    name,
                    detail,
                    pending: true,
                });
            }
            if !changes.is_empty() {
                self.add_changes(&id, name, changes);
            }
        }
        Ok(())
    }

    fn names(&self) -> Names {
        let ids: BTreeMap<String, String> = self
            .state
            .users
            .iter()
            .map(|(id, link)| (id.clone(), link.target.clone()))
            .collect();
        let mails = ids
            .keys()
            .filter_map(|id| self.job.directory.user(id)?.get("mail")?.as_str())
            .map(str::to_lowercase)
            .collect();
        Names { ids, mails }
    }

    /// The next cycle looks at him again.
    fn retry(&mut self, id: &str) {
        if let Some(link) = self.state.users.get_mut(id) {
            link.fingerprint = None;
        }
    }

    async fn reference(
        &self,
        id: &str,
        record: &Record,
        resource: Option<serde_json::Value>,
        names: &Names,
    ) -> Result<(Vec<Change>, Vec<String>), Trouble> {
        let Some(link) = self.state.users.get(id) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let object = Object {
            client: self.job.client,
            mapping: &self.job.mappings.users,
            resource_type: &self.job.target.users,
            environment: &self.environment,
            writes: self.cycle != Cycle::Plan,
        };
        let resource = if let Some(resource) = resource {
            resource
        } else {
            // A target may answer a write with 204.
            let path = [segment(object.resource_type), &link.target];
            success(object.client.get(&path, &[]).await?)?
        };
        let Some(current) = as_resource(resource) else {
            return Err(Trouble::Object(
                "the target's answer is no resource".to_owned(),
            ));
        };
        let step = reference_step(
            object.mapping,
            object.resource_type,
            record,
            &link.target,
            &|value| names.resolve(value),
            &current,
            object.environment,
        )
        .map_err(|failure| Trouble::Object(failure.to_string()))?;
        let pending = step.pending.iter().map(|reference| {
            let user = self.job.directory.user(&reference.source_value);
            let whom = user.map_or(reference.source_value.as_str(), user_name);
            format!("{} waits for {whom}", reference.path)
        });
        let pending = pending.collect();
        let Some(ProvisioningStep::Update { changes, .. }) = &step.update else {
            return Ok((Vec::new(), pending));
        };
        let with_name = |change: &provisioning::Change| {
            let id = change
                .new
                .as_ref()
                .and_then(|new| new.get("value")?.as_str());
            let new_name = id.and_then(|id| self.name_of(id));
            Change {
                new_name,
                ..Change::from(change.clone())
            }
        };
        let changes = changes.iter().map(with_name).collect();
        if let Some(update) = step.update.filter(|_| object.writes)
            && let ProvisioningAnswer::Refused { detail, .. } = object.carry_out(update).await?
        {
            return Err(Trouble::Object(detail));
        }
        Ok((changes, pending))
    }

    /// Whom the target calls `id`.
    fn name_of(&self, id: &str) -> Option<String> {
        let (source, _) = self
            .state
            .users
            .iter()
            .find(|(_, link)| link.target == id)?;
        let user = self.job.directory.user(source)?;
        user.get("displayName")
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned)
    }

    /// What changed in the second pass belongs to the entry of the first.
    fn add_changes(&mut self, id: &str, name: String, changes: Vec<Change>) {
        if let Some(entry) = self
            .report
            .entries
            .iter_mut()
            .find(|entry| entry.source_id == id)
        {
            entry.changes.extend(changes);
            return;
        }
        let tally = &mut self.report.users;
        tally.skipped = tally.skipped.saturating_sub(1);
        tally.count(Action::Updated);
        let source_id = id.to_owned();
        self.report.entries.push(Entry {
            source_id,
            name,
            action: Action::Updated,
            changes,
        });
    }
}
