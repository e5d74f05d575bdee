//! How a cycle went.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::cycle_options::CycleKind;
use super::job::ObjectKind;
use super::{Action, SkipReason};

/// How a cycle ended, by the names of Graph's `lastExecution` where it has one.
///
/// ```
/// use scim_mapping::provisioning::CycleResult;
///
/// assert_eq!(serde_json::to_string(&CycleResult::EntryLevelErrors)?, r#""EntryLevelErrors""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CycleResult {
    /// Everything was done.
    Succeeded,
    /// Some objects failed.
    EntryLevelErrors,
    /// The cycle ended before its time.
    Failed,
    /// It was stopped by the application.
    Stopped,
    /// It put or kept the job in quarantine.
    Quarantined,
}

/// How many objects of a kind came to what.
///
/// ```
/// use scim_mapping::provisioning::{ObjectCounts, SkipReason};
///
/// let mut counts = ObjectCounts::default();
/// counts.skipped.insert(SkipReason::Unchanged, 99_000);
/// counts.updated = 1_000;
/// assert_eq!(counts.objects(), 100_000);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ObjectCounts {
    /// New in the target.
    pub created: usize,
    /// Changed in the target; their references or members alone count as well.
    pub updated: usize,
    /// No longer active.
    pub disabled: usize,
    /// Active again.
    pub restored: usize,
    /// No longer in the target.
    pub deleted: usize,
    /// Left as they are, by reason.
    pub skipped: BTreeMap<SkipReason, usize>,
    /// Not carried out.
    pub failed: usize,
    /// Objects with a reference or member that is not in the target yet; they are counted elsewhere as well.
    pub pending_references: usize,
    /// Not disabled or deleted, because there were too many of them.
    pub staged: usize,
}

impl ObjectCounts {
    /// How many objects there were.
    ///
    /// See the example of [`ObjectCounts`].
    #[must_use]
    pub fn objects(&self) -> usize {
        let skipped: usize = self.skipped.values().sum();
        let carried_out =
            self.created + self.updated + self.disabled + self.restored + self.deleted;
        carried_out + skipped + self.failed + self.staged
    }

    /// How many objects something was tried for.
    pub(super) fn tried(&self) -> usize {
        let reasons = [
            SkipReason::Unchanged,
            SkipReason::Escrowed,
            SkipReason::NotEffectivelyEntitled,
        ];
        let untried = reasons.iter().filter_map(|reason| self.skipped.get(reason));
        self.objects() - untried.sum::<usize>()
    }

    pub(super) fn count(&mut self, action: Action) {
        let count = match action {
            Action::Created => &mut self.created,
            Action::Updated => &mut self.updated,
            Action::Disabled => &mut self.disabled,
            Action::Restored => &mut self.restored,
            Action::Deleted => &mut self.deleted,
            Action::Skipped(reason) => self.skipped.entry(reason).or_default(),
        };
        *count += 1;
    }
}

/// How a cycle went.
///
/// ```
/// use scim_mapping::provisioning::{CycleResult, CycleSummary, ObjectKind};
///
/// let summary: CycleSummary = serde_json::from_str(r#"{
///     "cycle": {"kind": "Incremental"}, "cycleId": "6f0a1c5d", "started": "2026-02-03T07:05:09Z", "ended": "2026-02-03T07:05:10Z",
///     "counts": {"User": {"created": 2}}, "requests": 4, "writes": 2, "result": "Succeeded"
/// }"#)?;
/// assert_eq!(summary.counts[&ObjectKind::User].created, 2);
/// assert_eq!(summary.result, CycleResult::Succeeded);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CycleSummary {
    /// How far it looked.
    pub cycle: CycleKind,
    /// Its id.
    pub cycle_id: String,
    /// When it was started.
    pub started: DateTime<Utc>,
    /// When it ended.
    pub ended: DateTime<Utc>,
    /// What came of the objects of each kind.
    pub counts: BTreeMap<ObjectKind, ObjectCounts>,
    /// How many requests were sent.
    pub requests: usize,
    /// How many of them could change the target.
    pub writes: usize,
    /// Whether it was a plan: what is counted in `counts` would be done, and was not.
    #[serde(default, skip_serializing_if = "is_false")]
    pub plan: bool,
    /// How many writes a plan would send; it sends none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub planned_writes: usize,
    /// How it ended.
    pub result: CycleResult,
    /// Why it failed, or put the job in quarantine; none otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
const fn is_zero(value: &usize) -> bool {
    *value == 0
}
