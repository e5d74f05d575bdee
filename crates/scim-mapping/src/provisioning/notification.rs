//! What an administrator has to know, told once.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::quarantine::QuarantineReason;

/// What an administrator is told of.
///
/// ```
/// use scim_mapping::provisioning::{Condition, QuarantineReason};
///
/// let condition = Condition::Quarantined(QuarantineReason::EncounteredQuarantineException);
/// assert_eq!(serde_json::to_string(&condition)?, r#"{"quarantined":"EncounteredQuarantineException"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Condition {
    /// The job is in quarantine, or in it for another reason than before.
    Quarantined(QuarantineReason),
    /// More objects would be disabled or deleted than are allowed in a cycle: none was.
    TooManyDeletes,
    /// The job has left the quarantine.
    Recovered,
    /// The job has been in quarantine for so long that it is no longer tried.
    GivenUp,
}

/// What an administrator is told.
///
/// ```
/// use scim_mapping::provisioning::{Condition, Notification};
///
/// let told: Notification = serde_json::from_str(r#"{
///     "condition": "recovered", "subject": "Provisioning to Peakon works again", "text": "…", "at": "2026-02-03T07:05:09Z"
/// }"#)?;
/// assert_eq!(told.condition, Condition::Recovered);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Notification {
    /// What happened.
    pub condition: Condition,
    /// One line, without line breaks.
    pub subject: String,
    /// What happened, since when, and what to do.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}
