//! The entry of the log that an object's way becomes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use scim_core::scim_filter::Filter;

use super::ProvisioningCycle;
use super::task::{Stage, Standing, Task};
use crate::location::plain;
use crate::provisioning::failure::Failure;
use crate::provisioning::log::{
    LogAction, LogEntry, LogError, LogIdentity, LogInitiator, LogProperty, LogStatus,
    LogStatusInfo, LogStep, LogStepKind, LogStepStatus, LogSystem,
};
use crate::provisioning::settings::JobNames;
use crate::provisioning::step::CycleEvent;
use crate::provisioning::{Action, Change, ObjectKind, Removal};
use crate::record::Record;

/// What is known of an object's way so far.
pub(super) struct Draft {
    began: DateTime<Utc>,
    pub(super) name: String,
    details: BTreeMap<String, String>,
    steps: Vec<LogStep>,
    pub(super) changes: Vec<Change>,
}

impl Draft {
    pub(super) fn new(began: DateTime<Utc>, record: &Record) -> Self {
        let principal = record.text("userPrincipalName");
        let name = record.text("displayName").or_else(|| principal.clone());
        let principal = principal.map(|name| ("UserPrincipalName".to_owned(), name));
        Self {
            began,
            name: name.unwrap_or_default(),
            details: principal.into_iter().collect(),
            steps: Vec::new(),
            changes: Vec::new(),
        }
    }

    fn step(
        &mut self,
        name: &str,
        kind: LogStepKind,
        status: LogStepStatus,
        description: impl Into<String>,
    ) {
        self.steps.push(LogStep {
            name: name.to_owned(),
            provisioning_step_type: kind,
            status,
            description: description.into(),
            details: BTreeMap::new(),
        });
    }

    pub(super) fn imported(&mut self, kind: ObjectKind, removal: Option<Removal>, is_known: bool) {
        let (name, description) = match (removal, is_known) {
            (Some(Removal::Changed), _) => (
                "EntryImportDelete",
                format!("{kind} was removed from the source, and can be restored"),
            ),
            (Some(Removal::Deleted), _) => (
                "EntryImportDelete",
                format!("{kind} is gone from the source"),
            ),
            (None, true) => (
                "EntryImportUpdate",
                format!("{kind} was received from the source, and is known"),
            ),
            (None, false) => (
                "EntryImportAdd",
                format!("{kind} was received from the source"),
            ),
        };
        let (kind, status) = (LogStepKind::Import, LogStepStatus::Success);
        self.step(name, kind, status, description);
    }

    pub(super) fn scoped(
        &mut self,
        kind: ObjectKind,
        standing: Standing,
        assigned: bool,
        in_scope: bool,
    ) {
        let description = match standing {
            Standing::Active => format!("{kind} is in scope"),
            Standing::Disabled => format!("{kind} is disabled or removed in the source"),
            Standing::Deleted => format!("{kind} is gone from the source"),
            Standing::OutOfScope if !assigned => format!("{kind} is not assigned"),
            Standing::OutOfScope => format!("{kind} does not pass the scoping filters"),
        };
        let (step, status) = (LogStepKind::Scoping, LogStepStatus::Success);
        self.step("EntrySynchronizationScoping", step, status, description);
        let truth = |value: bool| if value { "True" } else { "False" }.to_owned();
        if let Some(step) = self.steps.last_mut() {
            let is_active = standing == Standing::Active;
            step.details = BTreeMap::from([
                ("IsActive".to_owned(), truth(is_active)),
                ("Assigned".to_owned(), truth(assigned)),
                ("ScopeEvaluationResult".to_owned(), truth(in_scope)),
            ]);
        }
    }

    fn matched(&mut self, status: LogStepStatus, description: impl Into<String>) {
        self.step(
            "EntryImportMatch",
            LogStepKind::Matching,
            status,
            description,
        );
    }

    pub(super) fn linked(&mut self, id: &str) {
        self.matched(
            LogStepStatus::Success,
            format!("the target's object is known: {id}"),
        );
    }

    pub(super) fn found(&mut self, filter: &Filter) {
        self.matched(
            LogStepStatus::Success,
            format!("the target has one object with {filter}"),
        );
    }

    pub(super) fn not_found(&mut self) {
        self.matched(LogStepStatus::Success, "no object of the target matches");
    }

    pub(super) fn vanished(&mut self) {
        self.matched(
            LogStepStatus::Warning,
            "the target no longer has the object that was linked",
        );
    }

    pub(super) fn conflicted(&mut self) {
        self.step(
            "EntryExportAdd",
            LogStepKind::Export,
            LogStepStatus::Warning,
            "the target has another object with a value that must be unique; the object is matched again",
        );
    }

    pub(super) fn match_failed(&mut self, failure: &Failure) {
        self.matched(LogStepStatus::Failure, failure.reason.clone());
    }

    pub(super) fn refused(&mut self, name: &str, kind: LogStepKind, failure: &Failure) {
        self.step(name, kind, LogStepStatus::Failure, failure.reason.clone());
    }

    pub(super) fn warned(&mut self, warning: &str) {
        self.step(
            "EntryExportUpdate",
            LogStepKind::Export,
            LogStepStatus::Warning,
            warning,
        );
    }

    pub(super) fn exported(&mut self, kind: ObjectKind, action: Action, names: &JobNames) {
        let target = &names.target;
        let (name, done) = match action {
            Action::Created => ("EntryExportAdd", "created"),
            Action::Updated => ("EntryExportUpdate", "updated"),
            Action::Disabled => ("EntryExportUpdate", "disabled"),
            Action::Restored => ("EntryExportUpdate", "enabled again"),
            Action::Deleted => ("EntryExportDelete", "deleted"),
            Action::Skipped(_) => return,
        };
        let description = format!("{kind} was {done} in {target}");
        let (kind, status) = (LogStepKind::Export, LogStepStatus::Success);
        self.step(name, kind, status, description);
    }

    pub(super) fn skipped(&mut self, reason: crate::provisioning::SkipReason) {
        self.step(
            "EntrySynchronizationSkip",
            LogStepKind::Processing,
            LogStepStatus::Skipped,
            format!("nothing was done: {reason:?}"),
        );
    }

    /// What the references, or the members, of the object came to.
    pub(super) fn referred(&mut self, pending: &[(String, String)], is_written: bool) {
        let kind = LogStepKind::ReferenceResolution;
        for (path, value) in pending {
            let description = format!("{path} waits for {value}, whom the target does not have");
            self.step(
                "EntryReferenceResolution",
                kind,
                LogStepStatus::Warning,
                description,
            );
        }
        if is_written {
            self.step(
                "EntryReferenceResolution",
                kind,
                LogStepStatus::Success,
                "the references were set",
            );
        }
    }
}

impl Stage {
    /// What a refusal is called in the log.
    pub(super) fn step_name(&self) -> (&'static str, LogStepKind) {
        match self {
            Self::Creating { .. } => ("EntryExportAdd", LogStepKind::Export),
            Self::Updating { .. } => ("EntryExportUpdate", LogStepKind::Export),
            Self::Deleting => ("EntryExportDelete", LogStepKind::Export),
            Self::Members(_) | Self::References(_) => {
                ("EntryReferenceResolution", LogStepKind::ReferenceResolution)
            }
            _ => ("EntryImportMatch", LogStepKind::Matching),
        }
    }
}

impl ProvisioningCycle {
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
        let error = error.filter(|_| status == LogStatus::Skipped);
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

    pub(super) fn log_unreadable(&mut self, kind: ObjectKind, failure: &Failure) {
        let mut draft = Draft::new(self.now(), &Record::default());
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
