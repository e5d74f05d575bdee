//! Entries of the provisioning log, in the shape of Graph's `provisioningObjectSummary`.

mod step;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::failure::{Failure, FailureCode};

pub use step::{LogStep, LogStepKind, LogStepStatus};

/// What was done to an object, with the names and values that a person needs to follow it.
///
/// It serialises in the shape of Graph's `provisioningObjectSummary`, without the members that only a tenant of Entra has.
/// `Debug` shows no names and no values.
///
/// ```
/// use scim_mapping::provisioning::{LogAction, LogEntry, LogStatus};
///
/// let entry: LogEntry = serde_json::from_str(r#"{
///     "id": "6f0a1c5d.1", "activityDateTime": "2026-02-03T08:15:07Z", "jobId": "scim", "cycleId": "6f0a1c5d",
///     "changeId": "6f0a1c5d.1", "provisioningAction": "create", "durationInMilliseconds": 842,
///     "initiatedBy": {"displayName": "provisioning", "initiatorType": "system"},
///     "sourceSystem": {"displayName": "Microsoft Entra ID"}, "targetSystem": {"displayName": "Peakon"},
///     "sourceIdentity": {"id": "1", "displayName": "Ines Okafor", "identityType": "User"},
///     "targetIdentity": {"id": "7", "identityType": "User"},
///     "provisioningStatusInfo": {"status": "success"}, "provisioningSteps": [],
///     "modifiedProperties": [{"displayName": "userName", "newValue": "ines@fjordlab.example"}]
/// }"#)?;
/// assert_eq!((entry.provisioning_action, entry.provisioning_status_info.status), (LogAction::Create, LogStatus::Success));
/// assert_eq!(format!("{entry:?}"), "LogEntry(6f0a1c5d.1: Create, Success)");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogEntry {
    /// The id of the entry: that of the cycle and a number.
    pub id: String,
    /// When it was done.
    pub activity_date_time: DateTime<Utc>,
    /// The id of the job.
    pub job_id: String,
    /// The id of the cycle.
    pub cycle_id: String,
    /// The id of the change; here every entry is one.
    pub change_id: String,
    /// What was done, or tried.
    pub provisioning_action: LogAction,
    /// How long it took, waiting included.
    pub duration_in_milliseconds: i64,
    /// Who began.
    pub initiated_by: LogInitiator,
    /// The directory.
    pub source_system: LogSystem,
    /// The application.
    pub target_system: LogSystem,
    /// The object in the directory.
    pub source_identity: LogIdentity,
    /// The object in the application.
    pub target_identity: LogIdentity,
    /// How it came out.
    pub provisioning_status_info: LogStatusInfo,
    /// How it came about.
    pub provisioning_steps: Vec<LogStep>,
    /// The attributes of the target that change. Values of redacted rules are `[Redact]`.
    pub modified_properties: Vec<LogProperty>,
}

impl fmt::Debug for LogEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.provisioning_status_info.status;
        write!(
            formatter,
            "LogEntry({}: {:?}, {status:?})",
            self.id, self.provisioning_action
        )
    }
}

/// What was done to an object, or tried.
///
/// ```
/// use scim_mapping::provisioning::LogAction;
///
/// assert_eq!(serde_json::to_string(&LogAction::StagedDelete)?, r#""stagedDelete""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LogAction {
    /// It was created.
    Create,
    /// It was changed, or enabled again.
    Update,
    /// It was deleted.
    Delete,
    /// It was disabled.
    Disable,
    /// It was to be disabled or deleted, and was not, because there were too many of them.
    StagedDelete,
    /// Nothing, or nothing that is known.
    #[serde(other)]
    Other,
}

/// How an entry came out.
///
/// ```
/// use scim_mapping::provisioning::LogStatus;
///
/// assert_eq!(LogStatus::Warning.to_string(), "warning");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LogStatus {
    /// It was done.
    Success,
    /// It was done, and something is still open.
    Warning,
    /// It was not done.
    Failure,
    /// There was nothing to do.
    Skipped,
}

impl fmt::Display for LogStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
        })
    }
}

/// Who began what an entry tells of.
///
/// See the example of [`LogEntry`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogInitiator {
    /// Its id, if it has one.
    #[serde(default)]
    pub id: String,
    /// Its name.
    pub display_name: String,
    /// `system` for a cycle, `user` for provisioning on demand.
    pub initiator_type: String,
}

/// The directory or the application.
///
/// See the example of [`LogEntry`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogSystem {
    /// Its id, if it has one.
    #[serde(default)]
    pub id: String,
    /// Its name.
    pub display_name: String,
    /// What else is known.
    #[serde(default)]
    pub details: BTreeMap<String, String>,
}

/// The object in one of the systems. `Debug` shows its id alone.
///
/// See the example of [`LogEntry`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogIdentity {
    /// Its id; empty when it has none yet.
    #[serde(default)]
    pub id: String,
    /// What people call it; empty when that is not known.
    #[serde(default)]
    pub display_name: String,
    /// What it is: `User`, `Group`, or the URN of a schema.
    pub identity_type: String,
    /// What else is known, such as `UserPrincipalName`.
    #[serde(default)]
    pub details: BTreeMap<String, String>,
}

impl fmt::Debug for LogIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LogIdentity({})", self.id)
    }
}

/// How an entry came out, and why.
///
/// See the example of [`LogEntry`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogStatusInfo {
    /// How it came out.
    pub status: LogStatus,
    /// What was wrong, if anything was.
    #[serde(default)]
    pub error_information: Option<LogError>,
}

/// What was wrong, and what to do.
///
/// ```
/// use scim_mapping::provisioning::{Failure, LogError};
///
/// let error = LogError::from(&Failure::refused(Some(409), "userName is taken"));
/// assert_eq!((error.error_code.as_str(), error.error_category.as_str()), ("EntryConflict", "nonServiceFailure"));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogError {
    /// The name of a [`FailureCode`](super::FailureCode), or of a [`SkipReason`](super::SkipReason).
    pub error_code: String,
    /// What happened.
    pub reason: String,
    /// `failure` when a system failed, `nonServiceFailure` when the data or the set-up is at fault, `success` for a skip.
    pub error_category: String,
    /// What to do; empty for a skip.
    #[serde(default)]
    pub recommended_action: String,
    /// What else is known.
    #[serde(default)]
    pub additional_details: Option<String>,
}

/// Shows the code alone: the reason may name a person.
impl fmt::Debug for LogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LogError({})", self.error_code)
    }
}

impl From<&Failure> for LogError {
    fn from(failure: &Failure) -> Self {
        let is_service = matches!(
            failure.code,
            FailureCode::Timeout | FailureCode::InternalServerError | FailureCode::TooManyRequests
        );
        Self {
            error_code: failure.code.to_string(),
            reason: failure.reason.clone(),
            error_category: if is_service {
                "failure"
            } else {
                "nonServiceFailure"
            }
            .to_owned(),
            recommended_action: failure.advice.clone(),
            additional_details: None,
        }
    }
}

/// An attribute of the target that changes. `Debug` shows its name alone.
///
/// See the example of [`LogEntry`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogProperty {
    /// The target path.
    pub display_name: String,
    /// The value before; none if it had none.
    #[serde(default)]
    pub old_value: Option<String>,
    /// The value after; none if it has none.
    #[serde(default)]
    pub new_value: Option<String>,
}

impl fmt::Debug for LogProperty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LogProperty({})", self.display_name)
    }
}
