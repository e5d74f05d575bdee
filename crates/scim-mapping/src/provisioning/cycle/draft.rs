//! The entry of the log that an object's way becomes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use scim_core::scim_filter::Filter;

use super::task::{Stage, Standing};
use crate::provisioning::failure::Failure;
use crate::provisioning::log::{LogStep, LogStepKind, LogStepStatus};
use crate::provisioning::settings::JobNames;
use crate::provisioning::{Action, Change, ObjectKind, Removal};
use crate::record::Record;

/// What is known of an object's way so far.
pub(super) struct Draft {
    pub(super) began: DateTime<Utc>,
    /// Whether what it tells of would be done, and is not.
    is_plan: bool,
    pub(super) name: String,
    pub(super) details: BTreeMap<String, String>,
    pub(super) steps: Vec<LogStep>,
    pub(super) changes: Vec<Change>,
    /// What is still open, and what to do about it.
    pub(super) open: Option<Failure>,
}

impl Draft {
    pub(super) fn new(began: DateTime<Utc>, record: &Record, is_plan: bool) -> Self {
        let principal = record.text("userPrincipalName");
        let name = record.text("displayName").or_else(|| principal.clone());
        let name = name.or_else(|| record.text("mail"));
        let principal = principal.map(|name| ("UserPrincipalName".to_owned(), name));
        Self {
            began,
            is_plan,
            name: name.unwrap_or_default(),
            details: principal.into_iter().collect(),
            steps: Vec::new(),
            changes: Vec::new(),
            open: None,
        }
    }

    /// The name, and what tells people with the same name apart.
    pub(super) fn full_name(&self) -> String {
        match self.details.get("UserPrincipalName") {
            Some(principal) if *principal != self.name => format!("{} <{principal}>", self.name),
            _ => self.name.clone(),
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
        let was = if self.is_plan { "would be" } else { "was" };
        let description = format!("{kind} {was} {done} in {target}");
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

    /// What a reference or member waits for.
    pub(super) fn waits(&mut self, description: &str) {
        let (kind, status) = (LogStepKind::ReferenceResolution, LogStepStatus::Warning);
        self.step("EntryReferenceResolution", kind, status, description);
    }

    /// What the references, or the members, of the object came to.
    pub(super) fn referred(&mut self, is_written: bool) {
        let kind = LogStepKind::ReferenceResolution;
        if is_written {
            self.step(
                "EntryReferenceResolution",
                kind,
                LogStepStatus::Success,
                if self.is_plan {
                    "the references would be set"
                } else {
                    "the references were set"
                },
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
