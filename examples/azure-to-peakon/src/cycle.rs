//! One provisioning cycle: users first, then the references between them, then groups.

mod groups;
mod object;
mod references;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use chrono::Utc;
use scim_core::resource::Resource;
use scim_mapping::{Environment, Record};
use serde_json::Value;

use self::object::{Object, Provisioned};
use crate::{
    client::Client,
    directory::{Directory, GraphUser, user_name},
    discovery::Discovered,
    failure::Failure,
    mappings::Mappings,
    old_state::{Link, State, fingerprint},
    progress::Progress,
    render::Voice,
    report::{Action, CycleReport, Entry, Problem},
};

/// What a cycle works with.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) client: &'a Client,
    pub(crate) mappings: &'a Mappings,
    pub(crate) target: &'a Discovered,
    pub(crate) directory: &'a Directory,
}

/// How far a cycle looks, and whether it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cycle {
    /// Objects that changed since they were last provisioned.
    Incremental,
    /// Everybody is compared with the target.
    Full,
    /// As `Incremental`, but nothing is written.
    Plan,
}

/// Why one object, or everything, cannot go on.
#[derive(Debug)]
enum Trouble {
    Object(String),
    Run(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Run(failure)
    }
}

/// A cycle under way.
struct Run<'a> {
    job: &'a Job<'a>,
    cycle: Cycle,
    state: &'a mut State,
    report: CycleReport,
    environment: Environment,
    assigned: BTreeSet<&'a str>,
    /// Whose references are still to be looked at: what the mapping reads, and how he stands in the target.
    touched: BTreeMap<String, (Record, Option<Resource>)>,
}

impl Job<'_> {
    /// Runs a cycle. The state is right also when it fails half-way.
    pub(crate) async fn run(
        &self,
        name: &str,
        cycle: Cycle,
        state: &mut State,
        voice: Voice,
    ) -> Result<CycleReport, Failure> {
        self.measured(name, cycle, state, async |run| {
            let progress = (!voice.is_json()).then(|| Progress::new(name, self.directory.len()));
            for (id, user) in self.directory.users() {
                run.user(id, user).await?;
                if let Some(progress) = &progress {
                    progress.step();
                }
            }
            run.removed_users().await?;
            run.references().await?;
            run.groups().await
        })
        .await
    }

    /// Provisions one user, whatever the state says about him.
    pub(crate) async fn provision(
        &self,
        id: &str,
        state: &mut State,
    ) -> Result<CycleReport, Failure> {
        self.measured("on demand", Cycle::Full, state, async |run| {
            if let Some(user) = self.directory.user(id) {
                run.user(id, user).await?;
            }
            run.references().await
        })
        .await
    }

    async fn measured<'a>(
        &'a self,
        name: &str,
        cycle: Cycle,
        state: &'a mut State,
        work: impl AsyncFnOnce(&mut Run<'a>) -> Result<(), Failure>,
    ) -> Result<CycleReport, Failure> {
        let started = Instant::now();
        let (requests, writes) = (self.client.requests(), self.client.writes());
        let mut run = Run {
            job: self,
            cycle,
            state,
            report: CycleReport {
                name: name.to_owned(),
                ..CycleReport::default()
            },
            environment: Environment::new(Utc::now()),
            assigned: self.directory.assigned(),
            touched: BTreeMap::new(),
        };
        work(&mut run).await?;
        let mut report = run.report;
        report.requests = self.client.requests() - requests;
        report.writes = self.client.writes() - writes;
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }
}

impl Run<'_> {
    async fn user(&mut self, id: &str, user: &GraphUser) -> Result<(), Failure> {
        let name = user_name(user);
        match self.try_user(id, user).await {
            Ok(provisioned) => {
                self.record(id, name, provisioned.action, provisioned.changes);
                Ok(())
            }
            Err(Trouble::Object(detail)) => {
                if let Some(link) = self.state.users.get_mut(id) {
                    link.fingerprint = None;
                }
                self.record(id, name, Action::Failed, Vec::new());
                self.report.problems.push(Problem {
                    name: name.to_owned(),
                    detail,
                    pending: false,
                });
                Ok(())
            }
            Err(Trouble::Run(failure)) => Err(failure),
        }
    }

    async fn try_user(&mut self, id: &str, user: &GraphUser) -> Result<Provisioned, Trouble> {
        let assigned = self.assigned.contains(id);
        let (record, standing) = self
            .job
            .mappings
            .standing(user, assigned)
            .map_err(|failure| Trouble::Object(failure.to_string()))?;
        let gone = !standing.is_active();
        let link = self.state.users.get(id);
        let content = fingerprint(&format!("{gone} {}", Value::Object(user.clone())));
        let is_known = link.is_some_and(|link| link.fingerprint.as_deref() == Some(&content));
        let is_released = link.is_some_and(|link| link.released);
        // Out of scope: whoever was never provisioned stays untouched, and whoever left is nobody's business any more.
        let is_stranger = link.is_none() && !standing.is_entitled();
        if is_stranger || (gone && is_released) || (is_known && self.cycle != Cycle::Full) {
            return Ok(Provisioned::skipped());
        }
        let target = link.map(|link| link.target.clone());
        let object = Object {
            client: self.job.client,
            mapping: &self.job.mappings.users,
            resource_type: &self.job.target.users,
            environment: &self.environment,
            writes: self.cycle != Cycle::Plan,
        };
        let provisioned = object.provision(&record, target, gone).await?;
        if let Some(target) = &provisioned.id {
            let link = Link {
                target: target.clone(),
                fingerprint: Some(content),
                released: gone,
            };
            self.state.users.insert(id.to_owned(), link);
            if !gone {
                self.touched
                    .insert(id.to_owned(), (record, provisioned.resource.clone()));
            }
        }
        Ok(provisioned)
    }

    /// Who is linked, and no longer in the directory at all.
    async fn removed_users(&mut self) -> Result<(), Failure> {
        let is_removed =
            |(id, link): &(&String, &Link)| !link.released && self.job.directory.user(id).is_none();
        let removed: Vec<String> = self
            .state
            .users
            .iter()
            .filter(is_removed)
            .map(|(id, _)| id.clone())
            .collect();
        for id in removed {
            let mut user = GraphUser::new();
            user.insert("id".to_owned(), Value::from(id.as_str()));
            user.insert("accountEnabled".to_owned(), Value::Bool(false));
            self.user(&id, &user).await?;
        }
        Ok(())
    }

    fn record(
        &mut self,
        id: &str,
        name: &str,
        action: Action,
        changes: Vec<crate::report::Change>,
    ) {
        self.report.users.count(action);
        if action != Action::Skipped && action != Action::Failed {
            let entry = Entry {
                source_id: id.to_owned(),
                name: name.to_owned(),
                action,
                changes,
            };
            self.report.entries.push(entry);
        }
    }
}
