//! How an entry of the log came about.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A step on the way of an object from the directory into the application.
///
/// ```
/// use scim_mapping::provisioning::{LogStep, LogStepKind, LogStepStatus};
///
/// let step: LogStep = serde_json::from_str(r#"{
///     "name": "EntrySynchronizationScoping", "provisioningStepType": "scoping", "status": "success",
///     "description": "User is in scope", "details": {"Assigned": "True"}
/// }"#)?;
/// assert_eq!((step.provisioning_step_type, step.status), (LogStepKind::Scoping, LogStepStatus::Success));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogStep {
    /// The name that Entra gives such a step, such as `EntryExportAdd`.
    pub name: String,
    /// What kind of step it is.
    pub provisioning_step_type: LogStepKind,
    /// How it came out.
    pub status: LogStepStatus,
    /// What happened, in a sentence.
    pub description: String,
    /// What else is known.
    #[serde(default)]
    pub details: BTreeMap<String, String>,
}

/// Shows what came of it, and not whom it was about.
impl fmt::Debug for LogStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LogStep({}: {:?})", self.name, self.status)
    }
}

/// The kinds of steps.
///
/// See the example of [`LogStep`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LogStepKind {
    /// The object was read from the directory.
    Import,
    /// Whether it is in scope.
    Scoping,
    /// Which object of the target it is.
    Matching,
    /// What has to be done.
    Processing,
    /// What its references and members refer to.
    ReferenceResolution,
    /// What was sent to the target.
    Export,
    /// Another one.
    #[serde(other)]
    Unknown,
}

/// How a step came out.
///
/// See the example of [`LogStep`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LogStepStatus {
    /// It was done.
    Success,
    /// It was done, and something is still open.
    Warning,
    /// It was not done.
    Failure,
    /// There was nothing to do.
    Skipped,
}
