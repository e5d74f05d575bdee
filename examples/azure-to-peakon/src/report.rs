//! What a cycle did: counts, the changes with old and new values, and what went wrong.

use serde::Serialize;
use serde_json::Value;

/// One cycle, for people and for machines.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CycleReport {
    pub(crate) name: String,
    pub(crate) users: Tally,
    pub(crate) groups: Tally,
    /// References whose object is not in the target; they are tried again in the next cycle.
    pub(crate) pending_references: usize,
    pub(crate) requests: u64,
    pub(crate) writes: u64,
    pub(crate) seconds: f64,
    pub(crate) entries: Vec<Entry>,
    pub(crate) problems: Vec<Problem>,
}

/// How many objects ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) created: usize,
    pub(crate) updated: usize,
    pub(crate) disabled: usize,
    pub(crate) restored: usize,
    pub(crate) skipped: usize,
    pub(crate) failed: usize,
}

/// What happened to one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Action {
    Skipped,
    Updated,
    Restored,
    Disabled,
    Created,
    Failed,
}

impl Action {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Disabled => "disabled",
            Self::Restored => "restored",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// An object that was written, and how it differs from before.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) source_id: String,
    pub(crate) name: String,
    pub(crate) action: Action,
    pub(crate) changes: Vec<Change>,
}

/// One attribute before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Change {
    pub(crate) path: String,
    pub(crate) old: Option<Value>,
    pub(crate) new: Option<Value>,
    /// Whom a new reference names, where `new` holds the target's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_name: Option<String>,
}

/// Why an object or a reference was not provisioned.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    pub(crate) name: String,
    pub(crate) detail: String,
    /// A reference that waits is no failure.
    pub(crate) pending: bool,
}

impl Tally {
    pub(crate) fn count(&mut self, action: Action) {
        let counter = match action {
            Action::Created => &mut self.created,
            Action::Updated => &mut self.updated,
            Action::Disabled => &mut self.disabled,
            Action::Restored => &mut self.restored,
            Action::Skipped => &mut self.skipped,
            Action::Failed => &mut self.failed,
        };
        *counter += 1;
    }
}
