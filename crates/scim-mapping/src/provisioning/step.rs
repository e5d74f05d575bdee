//! What the application has to do next, and what it has to keep.

use chrono::{DateTime, Utc};

use super::job::ObjectKind;
use super::log::LogEntry;
use super::notification::Notification;
use super::request::TargetRequest;
use super::state::StateChange;
use super::summary::CycleSummary;

/// What the application has to do next.
///
/// See the example of [`ProvisioningCycle`](super::ProvisioningCycle).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CycleStep {
    /// Push some objects of the source, or say that there are no more. Asked only while there is room for them.
    ReadSource(ObjectKind),
    /// Push one object of the source, which is gone if the source does not know it.
    ReadObject {
        /// What it is.
        kind: ObjectKind,
        /// Its id in the source.
        source_id: String,
    },
    /// Send a request, and hand the answer back by its ticket. Further steps can be asked for meanwhile.
    Send(TargetRequest),
    /// Hand back an answer: nothing else brings the cycle on.
    Wait,
    /// Wait until then, or for an answer that comes earlier.
    WaitUntil(DateTime<Utc>),
    /// The cycle is over; the last events are still to be taken.
    Done(CycleSummary),
}

/// What the application has to keep or to tell.
///
/// See the example of [`ProvisioningCycle`](super::ProvisioningCycle).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CycleEvent {
    /// A change of the job's state: store it before the step is carried out that came with it.
    State(StateChange),
    /// An entry for the provisioning log.
    Log(Box<LogEntry>),
    /// Something that an administrator has to know.
    Notify(Notification),
}
