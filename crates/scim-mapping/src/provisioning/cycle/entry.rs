//! Entries of the log, made of drafts.

use std::collections::BTreeMap;

use super::ProvisioningCycle;
use super::draft::Draft;
use super::task::{Standing, Task};
use crate::location::plain;
use crate::provisioning::failure::{Failure, Obstacle};
use crate::provisioning::log::{
    LogAction, LogEntry, LogError, LogIdentity, LogInitiator, LogProperty, LogStatus,
    LogStatusInfo, LogStepKind, LogSystem,
};
use crate::provisioning::step::CycleEvent;
use crate::provisioning::{Action, Change, ObjectKind};
use crate::record::Record;

impl ProvisioningCycle {
    /// The beginning of an entry.
    pub(super) fn draft(&self, record: &Record) -> Draft {
        Draft::new(self.now(), record, self.plan)
    }

    pub(super) fn log(&mut self, task: &Task, action: Action, status: LogStatus) {
        let log_action = match action {
            Action::Created => LogAction::Create,
            Action::Updated | Action::Restored => LogAction::Update,
            Action::Disabled => LogAction::Disable,
            Action::Deleted => LogAction::Delete,
            Action::Skipped(_) => LogAction::Other,
        };
        let error = match action {
            Action::Skipped(reason) => Some(LogError {
                error_code: format!("{reason:?}"),
                reason: "there was nothing to do for the object".to_owned(),
                error_category: "success".to_owned(),
                recommended_action: String::new(),
                additional_details: None,
            }),
            _ => None,
        };
        let error = match status {
            LogStatus::Skipped => error,
            LogStatus::Warning => task.draft.open.as_ref().map(LogError::from),
            LogStatus::Success | LogStatus::Failure => None,
        };
        self.enter(task, log_action, status, error);
    }

    pub(super) fn log_failure(&mut self, task: &Task, failure: &Failure) {
        let action = match (&task.stage, task.standing) {
            (_, Standing::Deleted) => LogAction::Delete,
            (_, Standing::Disabled | Standing::OutOfScope) => LogAction::Disable,
            _ if task.target_id.is_some() => LogAction::Update,
            _ => LogAction::Create,
        };
        self.enter(task, action, LogStatus::Failure, Some(failure.into()));
    }

    pub(super) fn log_staged(&mut self, task: &Task, failure: &Failure) {
        let (action, status) = (LogAction::StagedDelete, LogStatus::Skipped);
        self.enter(task, action, status, Some(failure.into()));
    }

    /// What ended the cycle: an entry about one of the systems, and no object.
    pub(super) fn log_obstacle(&mut self, obstacle: Obstacle, failure: &Failure) {
        let mut draft = self.draft(&Record::default());
        draft.began = self.started;
        match obstacle {
            Obstacle::Source => {
                draft.name.clone_from(&self.job.names().source);
                draft.refused("EntryImport", LogStepKind::Import, failure);
            }
            Obstacle::Target => draft.refused("TestConnection", LogStepKind::Matching, failure),
            Obstacle::Application => {
                draft.refused("CycleStart", LogStepKind::Processing, failure);
            }
        }
        let about = About {
            kind: ObjectKind::User,
            source_id: "",
            target_id: "",
            draft: &draft,
        };
        let mut entry = self.entry(
            &about,
            LogAction::Other,
            LogStatus::Failure,
            Some(failure.into()),
        );
        "Job".clone_into(&mut entry.source_identity.identity_type);
        "Job".clone_into(&mut entry.target_identity.identity_type);
        if obstacle == Obstacle::Target {
            let name = &self.job.names().target;
            entry.target_identity.display_name.clone_from(name);
        }
        self.events.push(CycleEvent::Log(Box::new(entry)));
    }

    pub(super) fn log_unreadable(&mut self, kind: ObjectKind, failure: &Failure) {
        let mut draft = self.draft(&Record::default());
        draft.refused("EntryImport", LogStepKind::Import, failure);
        let about = About {
            kind,
            source_id: "",
            target_id: "",
            draft: &draft,
        };
        let entry = self.entry(
            &about,
            LogAction::Other,
            LogStatus::Failure,
            Some(failure.into()),
        );
        self.events.push(CycleEvent::Log(Box::new(entry)));
    }

    fn enter(
        &mut self,
        task: &Task,
        action: LogAction,
        status: LogStatus,
        error: Option<LogError>,
    ) {
        let about = About {
            kind: task.kind,
            source_id: &task.source_id,
            target_id: task.target_id.as_deref().unwrap_or_default(),
            draft: &task.draft,
        };
        let entry = self.entry(&about, action, status, error);
        self.events.push(CycleEvent::Log(Box::new(entry)));
    }

    fn entry(
        &mut self,
        about: &About<'_>,
        action: LogAction,
        status: LogStatus,
        error: Option<LogError>,
    ) -> LogEntry {
        self.entries += 1;
        let id = format!("{}.{}", self.cycle_id, self.entries);
        let names = self.job.names();
        let system = |name: &str| LogSystem {
            id: String::new(),
            display_name: name.to_owned(),
            details: BTreeMap::new(),
        };
        let target = self.job.object(about.kind);
        let target_type = target.map(|object| object.target().schema().id.as_str().to_owned());
        LogEntry {
            activity_date_time: self.now(),
            job_id: names.job_id.clone(),
            cycle_id: self.cycle_id.clone(),
            change_id: id.clone(),
            id,
            provisioning_action: action,
            duration_in_milliseconds: (self.now() - about.draft.began).num_milliseconds(),
            initiated_by: LogInitiator {
                id: String::new(),
                display_name: "provisioning".to_owned(),
                initiator_type: if self.is_on_demand() {
                    "user"
                } else {
                    "system"
                }
                .to_owned(),
            },
            source_system: system(&names.source),
            target_system: system(&names.target),
            source_identity: LogIdentity {
                id: about.source_id.to_owned(),
                display_name: about.draft.name.clone(),
                identity_type: about.kind.to_string(),
                details: about.draft.details.clone(),
            },
            target_identity: LogIdentity {
                id: about.target_id.to_owned(),
                display_name: String::new(),
                identity_type: target_type.unwrap_or_default(),
                details: BTreeMap::new(),
            },
            provisioning_status_info: LogStatusInfo {
                status,
                error_information: error,
            },
            provisioning_steps: about.draft.steps.clone(),
            modified_properties: about.draft.changes.iter().map(property).collect(),
        }
    }
}

/// Whom an entry is about.
struct About<'a> {
    kind: ObjectKind,
    source_id: &'a str,
    target_id: &'a str,
    draft: &'a Draft,
}

fn property(change: &Change) -> LogProperty {
    let shown = |value: &serde_json::Value| match value {
        serde_json::Value::Bool(true) => "True".to_owned(),
        serde_json::Value::Bool(false) => "False".to_owned(),
        other => plain(other),
    };
    LogProperty {
        display_name: change.path.clone(),
        old_value: change.old.as_ref().map(shown),
        new_value: change.new.as_ref().map(shown),
    }
}
