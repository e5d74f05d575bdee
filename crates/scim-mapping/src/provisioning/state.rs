//! What one cycle leaves to the next: one value, or one change after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::escrow::EscrowEntry;
use super::fingerprint::Fingerprint;
use super::job::ObjectKind;
use super::notification::Condition;
use super::quarantine::Quarantine;
use super::settings::JobSettings;
use super::summary::CycleSummary;

/// A source object and its counterpart.
///
/// ```
/// use scim_mapping::provisioning::Link;
///
/// let link = Link::new("2819c223");
/// assert_eq!(link.target_id.as_deref(), Some("2819c223"));
/// assert_eq!(serde_json::to_string(&link)?, r#"{"targetId":"2819c223","assigned":true}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent of one another, and columns of a table"
)]
pub struct Link {
    /// The id in the target; none for an object that was looked at and is not to be there.
    pub target_id: Option<String>,
    /// The source object as it was provisioned; none when it has to be compared with the target again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// Whether it was assigned when it was last looked at.
    pub assigned: bool,
    /// Whether it left the scope and is nobody's business any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub released: bool,
    /// Whether the source said that it was removed, and can be restored.
    #[serde(default, skip_serializing_if = "is_false")]
    pub removed: bool,
    /// Whether references or members wait for objects that are not in the target yet.
    #[serde(default, skip_serializing_if = "is_false")]
    pub incomplete: bool,
    /// What it waits for, as an entry of the log has told; none when none has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Fingerprint>,
    /// Short names of the ids in the target to which its references refer: should one be lost, they have to be set again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refers_to: Vec<Fingerprint>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Link {
    /// A link to an object of the target that is still to be compared.
    ///
    /// See the example of [`Link`].
    #[must_use]
    pub fn new(target_id: impl Into<String>) -> Self {
        Self {
            target_id: Some(target_id.into()),
            fingerprint: None,
            assigned: true,
            released: false,
            removed: false,
            incomplete: false,
            told: None,
            refers_to: Vec::new(),
        }
    }
}

/// What is known about the job as a whole.
///
/// ```
/// use scim_mapping::provisioning::JobStatus;
///
/// let status: JobStatus = serde_json::from_str("{}")?;
/// assert_eq!(status, JobStatus::default());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct JobStatus {
    /// Where the changes of each kind of objects from now on are.
    pub watermarks: BTreeMap<ObjectKind, String>,
    /// The mappings whose initial cycle was finished; none when the next cycle has to be an initial one.
    pub mapping_fingerprint: Option<Fingerprint>,
    /// Who was assigned in the last cycle that was finished.
    pub assignments_fingerprint: Option<Fingerprint>,
    /// How the last cycle went; those on demand and plans do not count.
    pub last_cycle: Option<CycleSummary>,
    /// How many cycles in a row failed because of the target.
    pub failed_cycles: u32,
    /// Whether the job is in quarantine.
    pub quarantine: Option<Quarantine>,
    /// What the administrator was told.
    pub notified: BTreeSet<Condition>,
    /// How many objects would have been disabled or deleted, had there not been too many.
    pub staged_deletions: usize,
    /// Since when the job is given up: no cycle is due until it is restarted.
    pub disabled_since: Option<DateTime<Utc>>,
}

/// What one cycle leaves to the next.
///
/// It is one serde value. Whoever keeps it in a database stores [`StateChange`]s instead, and puts the rows together again
/// by [`JobState::apply`].
///
/// ```
/// use scim_mapping::provisioning::{JobState, Link, ObjectKind, StateChange};
///
/// let mut state = JobState::default();
/// let link = Some(Link::new("2819c223"));
/// state.apply(StateChange::Link { kind: ObjectKind::User, source_id: "1".to_owned(), link });
/// assert!(state.link(ObjectKind::User, "1").is_some());
/// let stored = serde_json::to_string(&state)?;
/// assert_eq!(serde_json::from_str::<JobState>(&stored)?, state);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct JobState {
    /// What is known about the job as a whole.
    pub status: JobStatus,
    /// The links by kind and id in the source.
    pub links: BTreeMap<ObjectKind, BTreeMap<String, Link>>,
    /// What has failed and is to be tried again, by kind and id in the source.
    pub escrow: BTreeMap<ObjectKind, BTreeMap<String, EscrowEntry>>,
}

/// A change of the state, small enough to be stored after every answer.
///
/// ```
/// use scim_mapping::provisioning::{ObjectKind, StateChange};
///
/// let unlinked = StateChange::Link { kind: ObjectKind::Group, source_id: "g".to_owned(), link: None };
/// let stored = serde_json::to_string(&unlinked)?;
/// assert_eq!(stored, r#"{"link":{"kind":"Group","sourceId":"g","link":null}}"#);
/// assert_eq!(serde_json::from_str::<StateChange>(&stored)?, unlinked);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "an application that does not store one of them loses it"
)]
pub enum StateChange {
    /// A link is made, changed, or removed.
    Link {
        /// What the object is.
        kind: ObjectKind,
        /// Its id in the source.
        source_id: String,
        /// The link; none when it is removed.
        link: Option<Link>,
    },
    /// An object is to be tried again, or no longer.
    Escrow {
        /// What the object is.
        kind: ObjectKind,
        /// Its id in the source.
        source_id: String,
        /// When and why; none when it no longer waits.
        entry: Option<EscrowEntry>,
    },
    /// What is known about the job as a whole.
    Status(Box<JobStatus>),
}

/// What a restart forgets, by the names of Graph's `resetScope`.
///
/// ```
/// use scim_mapping::provisioning::ResetScope;
///
/// // What Graph does when nothing is said.
/// let scope = ResetScope::default();
/// assert!(scope.watermark && scope.escrows && scope.quarantine_state && !scope.connector_data_store);
/// assert!(ResetScope::full().connector_data_store);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent of one another"
)]
pub struct ResetScope {
    /// Where the changes are, so that the next cycle is an initial one.
    pub watermark: bool,
    /// What was to be tried again.
    pub escrows: bool,
    /// The quarantine, what was notified, and that the job was given up.
    pub quarantine_state: bool,
    /// Which objects belong together, so that everybody is matched anew.
    pub connector_data_store: bool,
}

impl Default for ResetScope {
    fn default() -> Self {
        Self {
            watermark: true,
            escrows: true,
            quarantine_state: true,
            connector_data_store: false,
        }
    }
}

impl ResetScope {
    /// Everything.
    ///
    /// See the example of [`ResetScope`].
    #[must_use]
    pub fn full() -> Self {
        Self {
            connector_data_store: true,
            ..Self::default()
        }
    }
}

impl JobState {
    /// The link of an object.
    ///
    /// See the example of [`JobState`].
    #[must_use]
    pub fn link(&self, kind: ObjectKind, source_id: &str) -> Option<&Link> {
        self.links.get(&kind)?.get(source_id)
    }

    /// Why and when an object is tried again.
    ///
    /// ```
    /// use scim_mapping::provisioning::{JobState, ObjectKind};
    ///
    /// assert!(JobState::default().escrow_entry(ObjectKind::User, "1").is_none());
    /// ```
    #[must_use]
    pub fn escrow_entry(&self, kind: ObjectKind, source_id: &str) -> Option<&EscrowEntry> {
        self.escrow.get(&kind)?.get(source_id)
    }

    /// Makes a change that was stored, or is being stored.
    ///
    /// See the example of [`JobState`].
    pub fn apply(&mut self, change: StateChange) {
        match change {
            StateChange::Link {
                kind,
                source_id,
                link,
            } => put(&mut self.links, kind, source_id, link),
            StateChange::Escrow {
                kind,
                source_id,
                entry,
            } => put(&mut self.escrow, kind, source_id, entry),
            StateChange::Status(status) => self.status = *status,
        }
    }

    /// Forgets what `scope` says, and gives the changes to store.
    ///
    /// ```
    /// use scim_mapping::provisioning::{JobState, Link, ObjectKind, ResetScope, StateChange};
    ///
    /// let mut state = JobState::default();
    /// state.apply(StateChange::Link { kind: ObjectKind::User, source_id: "1".to_owned(), link: Some(Link::new("7")) });
    /// // Who is linked stays linked unless it is asked for.
    /// assert_eq!(state.restart(ResetScope::default()).len(), 1);
    /// assert!(state.link(ObjectKind::User, "1").is_some());
    /// assert_eq!(state.restart(ResetScope::full()).len(), 2);
    /// assert!(state.link(ObjectKind::User, "1").is_none());
    /// ```
    pub fn restart(&mut self, scope: ResetScope) -> Vec<StateChange> {
        let mut changes = Vec::new();
        if scope.watermark || scope.connector_data_store {
            self.status.watermarks.clear();
            self.status.mapping_fingerprint = None;
            self.status.assignments_fingerprint = None;
        }
        if scope.quarantine_state {
            self.status.quarantine = None;
            self.status.failed_cycles = 0;
            self.status.disabled_since = None;
            self.status.notified.clear();
        }
        if scope.connector_data_store {
            for (kind, links) in std::mem::take(&mut self.links) {
                changes.extend(links.into_keys().map(|source_id| StateChange::Link {
                    kind,
                    source_id,
                    link: None,
                }));
            }
        }
        if scope.escrows {
            self.status.staged_deletions = 0;
            for (kind, entries) in std::mem::take(&mut self.escrow) {
                changes.extend(entries.into_keys().map(|source_id| StateChange::Escrow {
                    kind,
                    source_id,
                    entry: None,
                }));
            }
        }
        changes.push(StateChange::Status(Box::new(self.status.clone())));
        changes
    }

    /// When the next cycle is due; none when the job was given up. Before the first cycle it is due at once, and that is the
    /// earliest time there is.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use scim_mapping::provisioning::{JobSettings, JobState};
    ///
    /// let due = JobState::default().next_cycle_at(&JobSettings::default());
    /// assert_eq!(due, Some(DateTime::<Utc>::MIN_UTC));
    /// ```
    #[must_use]
    pub fn next_cycle_at(&self, settings: &JobSettings) -> Option<DateTime<Utc>> {
        if self.status.disabled_since.is_some() {
            return None;
        }
        // An interval counts from start to start, but a cycle that took longer is followed at once.
        let last = self.status.last_cycle.as_ref();
        let due = last.map_or(DateTime::<Utc>::MIN_UTC, |cycle| {
            later(cycle.started, settings.interval).max(cycle.ended)
        });
        // A cycle that could not begin in quarantine does not move its time.
        let quarantine = self.status.quarantine.as_ref();
        Some(quarantine.map_or(due, |quarantine| due.max(quarantine.next_cycle_at)))
    }
}

/// The time so much later; the end of time when there is none.
pub(super) fn later(time: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    chrono::TimeDelta::from_std(by)
        .ok()
        .and_then(|by| time.checked_add_signed(by))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn put<T>(
    rows: &mut BTreeMap<ObjectKind, BTreeMap<String, T>>,
    kind: ObjectKind,
    source_id: String,
    row: Option<T>,
) {
    if let Some(row) = row {
        rows.entry(kind).or_default().insert(source_id, row);
    } else if let Some(of_kind) = rows.get_mut(&kind) {
        of_kind.remove(&source_id);
        // An empty map would make a state differ from the one that its rows make.
        if of_kind.is_empty() {
            rows.remove(&kind);
        }
    }
}
