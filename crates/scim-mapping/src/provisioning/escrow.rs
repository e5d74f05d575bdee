//! What failed and is tried again in later cycles, ever less often.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::failure::FailureCode;
use super::fingerprint::Fingerprint;
use super::settings::JobSettings;
use super::state::later;

/// An object that failed and is to be tried again.
///
/// ```
/// use scim_mapping::provisioning::{EscrowEntry, FailureCode};
///
/// let entry: EscrowEntry = serde_json::from_str(r#"{
///     "code": "EntryConflict", "attempts": 2,
///     "firstFailedAt": "2026-02-03T07:05:09Z", "nextAt": "2026-02-03T09:05:09Z"
/// }"#)?;
/// assert_eq!((entry.code, entry.attempts), (FailureCode::EntryConflict, 2));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EscrowEntry {
    /// Why it failed last.
    pub code: FailureCode,
    /// In how many cycles it has failed, from 1.
    pub attempts: u32,
    /// When it failed first.
    pub first_failed_at: DateTime<Utc>,
    /// When it is tried again, unless it changes in the source before; none when it has failed for so long
    /// ([`RetrySettings::drop_after`](super::RetrySettings)) that only a change, an initial cycle or an administrator has it tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<DateTime<Utc>>,
    /// The source object as it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// That the source said it was removed, and for how long: it cannot be read there again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removal>,
}

/// How an object was removed from the source.
///
/// ```
/// use scim_mapping::provisioning::Removal;
///
/// assert_eq!(serde_json::to_string(&Removal::Changed)?, r#""changed""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "Graph knows these two reasons")]
pub enum Removal {
    /// It can be restored: it is disabled in the target.
    Changed,
    /// It is gone for good: it is deleted in the target.
    Deleted,
}

impl EscrowEntry {
    /// The entry after a further failure.
    pub(super) fn after_failure(
        former: Option<&Self>,
        code: FailureCode,
        fingerprint: Option<Fingerprint>,
        removal: Option<Removal>,
        now: DateTime<Utc>,
        settings: &JobSettings,
    ) -> Self {
        // Whoever was no longer tried, and is all the same, has a reason to: he begins anew.
        let former = former.filter(|former| former.next_at.is_some());
        let attempts = former.map_or(1, |former| former.attempts.saturating_add(1));
        let first_failed_at = former.map_or(now, |former| former.first_failed_at);
        let is_dropped = later(first_failed_at, settings.retry.drop_after) <= now;
        let distance = doubled(
            settings.interval,
            attempts - 1,
            settings.retry.longest_escrow,
        );
        Self {
            code,
            attempts,
            first_failed_at,
            next_at: (!is_dropped).then(|| later(now, distance)),
            fingerprint,
            removal,
        }
    }

    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.next_at.is_some_and(|next_at| next_at <= now)
    }
}

/// `first`, doubled so often, and never more than `longest`.
pub(super) fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    let factor = 1_u32.checked_shl(times).unwrap_or(u32::MAX);
    first.saturating_mul(factor).min(longest)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{EscrowEntry, doubled};
    use crate::provisioning::{FailureCode, JobSettings};

    #[test]
    fn distances_grow_and_end() {
        let settings = JobSettings::default();
        let mut now: DateTime<Utc> = "2026-02-03T07:00:00Z".parse().unwrap();
        let mut entry: Option<EscrowEntry> = None;
        let mut minutes = Vec::new();
        loop {
            let code = FailureCode::InternalServerError;
            let next = EscrowEntry::after_failure(entry.as_ref(), code, None, None, now, &settings);
            let Some(next_at) = next.next_at else { break };
            minutes.push((next_at - now).num_minutes());
            now = next_at;
            entry = Some(next);
        }
        assert_eq!(minutes[..7], [40, 80, 160, 320, 640, 1280, 1440]);
        // 40 + … + 1280 minutes are 42 hours, and 26 more days end in the 28th.
        assert_eq!(minutes.len(), 6 + 27);
        let since = now - TimeDelta::days(28);
        assert!(since >= entry.unwrap().first_failed_at);
    }

    #[test]
    fn no_distance_overflows() {
        let settings = JobSettings::default();
        let longest = settings.retry.longest_escrow;
        assert_eq!(doubled(settings.interval, 31, longest), longest);
        assert_eq!(doubled(settings.interval, u32::MAX, longest), longest);
    }
}
