//! Provisioning: cycles that make a target equal to a mapping.
//!
//! Nothing is sent from here, nothing is stored, and no clock is read. A [`ProvisioningCycle`] says what to read, what to
//! send, and what to keep; the application carries it out. The chapter [`provisioning`](mod@crate::guide::provisioning) of the
//! guide tells how a cycle goes, and has the whole loop as an example.
//!
//! | You have | You take |
//! |---|---|
//! | a mapping, and the resource type of the target that it is for | [`ObjectMapping`], and of one or two of them a [`ProvisioningJob`] |
//! | a job, and what the last cycle left | [`ProvisioningCycle::start`] |
//! | nothing to do | [`ProvisioningCycle::step`] |
//! | a [`TargetRequest`], and what came of it | [`TargetAnswer`] |
//! | a database | [`StateChange`]s to store, and [`JobState::apply`] to read them back |
//! | an administrator | [`LogEntry`], [`Notification`] and [`CycleSummary`] |

mod comparison;
mod cycle;
mod cycle_options;
mod escrow;
mod failure;
mod fingerprint;
mod job;
mod log;
mod matching;
mod notification;
mod quarantine;
mod request;
mod settings;
mod state;
mod step;
mod summary;
mod update;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use scim_core::patch::PatchDialect;

pub use cycle::ProvisioningCycle;
pub use cycle_options::{CycleKind, CycleOptions, SourceEnd, Unseen};
pub use escrow::{EscrowEntry, Removal};
pub use failure::{Failure, FailureCode, Obstacle};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use job::{ObjectKind, ObjectMapping, ProvisioningJob};
pub use log::{
    LogAction, LogEntry, LogError, LogIdentity, LogInitiator, LogProperty, LogStatus,
    LogStatusInfo, LogStep, LogStepKind, LogStepStatus, LogSystem,
};
pub use notification::{Condition, Notification};
pub use quarantine::{Quarantine, QuarantineReason};
pub use request::{TargetAnswer, TargetOperation, TargetRequest, Ticket};
pub use settings::{JobNames, JobSettings, OutOfScope, QuarantineSettings, RetrySettings};
pub use state::{JobState, JobStatus, Link, ResetScope, StateChange};
pub use step::{CycleEvent, CycleStep};
pub use summary::{CycleResult, CycleSummary, ObjectCounts};

/// A target attribute that gets another value. Values of redacted rules are `[Redact]`.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    path: String,
    old: Option<Value>,
    new: Option<Value>,
}

/// What was done to the target object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Created,
    Updated,
    /// It is active no more.
    Disabled,
    /// It is active again.
    Restored,
    Deleted,
    Skipped(SkipReason),
}

/// Why nothing was done. The names are those of Entra's provisioning logs where it has one.
///
/// ```
/// use scim_mapping::provisioning::SkipReason;
///
/// assert_eq!(serde_json::to_string(&SkipReason::RedundantExport)?, r#""RedundantExport""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SkipReason {
    /// The source object is as it was when it was provisioned: the target was not asked.
    Unchanged,
    /// The object has failed as it is, and is not yet to be tried again.
    Escrowed,
    /// The target is equal already.
    RedundantExport,
    /// The object is out of scope, and has never been provisioned.
    NotEffectivelyEntitled,
    /// The object is disabled in the source, and the target does not know it: no account is made to be disabled.
    DisabledAndUnknown,
    /// The mapping does not allow to create objects.
    CreateNotAllowed,
    /// The mapping does not allow to change objects.
    UpdateNotAllowed,
    /// A rule says `IgnoreObjectFlow`.
    IgnoredByRule,
    /// The mapping does not allow to delete objects.
    DeleteNotAllowed,
}
