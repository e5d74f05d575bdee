//! Jobs that fail so much that they only try now and then.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::settings::QuarantineSettings;
use super::state::later;

/// Why a job is in quarantine, by the names of Graph's `quarantineReason`.
///
/// ```
/// use scim_mapping::provisioning::QuarantineReason;
///
/// assert_eq!(QuarantineReason::TooManyDeletes.to_string(), "TooManyDeletes");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum QuarantineReason {
    /// The target cannot be reached, or does not accept the token.
    EncounteredQuarantineException,
    /// Too large a share of a cycle's objects failed.
    EncounteredEscrowProportionThreshold,
    /// Too many objects failed.
    EncounteredBaseEscrowThreshold,
    /// Too many objects failed or wait for references.
    EncounteredTotalEscrowThreshold,
    /// Too many objects would have been disabled or deleted.
    TooManyDeletes,
}

impl std::fmt::Display for QuarantineReason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, formatter)
    }
}

/// That a job is in quarantine.
///
/// ```
/// use scim_mapping::provisioning::{Quarantine, QuarantineReason};
///
/// let quarantine: Quarantine = serde_json::from_str(r#"{
///     "reason": "TooManyDeletes", "since": "2026-02-03T07:05:09Z", "cycles": 1, "nextCycleAt": "2026-02-03T13:05:09Z"
/// }"#)?;
/// assert_eq!(quarantine.reason, QuarantineReason::TooManyDeletes);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Quarantine {
    /// Why, at present.
    pub reason: QuarantineReason,
    /// Since when, whatever the reason was then.
    pub since: DateTime<Utc>,
    /// How many cycles have failed in it, from 1.
    pub cycles: u32,
    /// When the next one is due.
    pub next_cycle_at: DateTime<Utc>,
}

impl Quarantine {
    /// The quarantine after a further cycle that failed.
    pub(super) fn after_failure(
        former: Option<&Self>,
        reason: QuarantineReason,
        now: DateTime<Utc>,
        settings: &QuarantineSettings,
    ) -> Self {
        let cycles = former.map_or(1, |former| former.cycles.saturating_add(1));
        let index = usize::try_from(cycles - 1).unwrap_or(usize::MAX);
        let distance = settings
            .retries
            .get(index)
            .or_else(|| settings.retries.last())
            .copied()
            .unwrap_or(settings.give_up_after);
        Self {
            reason,
            since: former.map_or(now, |former| former.since),
            cycles,
            next_cycle_at: later(now, distance),
        }
    }

    pub(super) fn is_hopeless(&self, now: DateTime<Utc>, settings: &QuarantineSettings) -> bool {
        later(self.since, settings.give_up_after) <= now
    }
}
