//! What the target is asked, and what it answers.

use std::fmt;
use std::time::Duration;

use scim_core::message::PatchRequest;
use scim_core::resource::Resource;
use scim_core::scim_filter::Filter;
use serde_json::Value;

use super::job::ObjectKind;

/// Names a request until it is answered.
///
/// See the example of [`ProvisioningCycle`](super::ProvisioningCycle).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub(super) u64);

/// One request to the target.
///
/// See the example of [`ProvisioningCycle`](super::ProvisioningCycle).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TargetRequest {
    /// What the answer is given with.
    pub ticket: Ticket,
    /// The kind of objects, which says where the request goes: [`ProvisioningJob::object`](super::ProvisioningJob::object).
    pub kind: ObjectKind,
    /// What to do.
    pub operation: TargetOperation,
}

/// What the target is asked to do.
///
/// `Debug` shows neither values nor names, because both may be secret or personal.
///
/// ```
/// use scim_mapping::provisioning::TargetOperation;
///
/// let create = TargetOperation::Create { body: serde_json::json!({"userName": "ines", "password": "hunter2"}) };
/// assert!(create.is_write());
/// assert_eq!(format!("{create:?}"), "Create");
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum TargetOperation {
    /// Search; groups without their members (`excludedAttributes=members`). Answer with [`TargetAnswer::Found`].
    Find {
        /// The filter, on one attribute.
        filter: Filter,
    },
    /// Read one object; answer with [`TargetAnswer::Read`].
    Read {
        /// Its id in the target.
        id: String,
        /// Whether members can be left out (`excludedAttributes=members`).
        excluding_members: bool,
    },
    /// POST; answer with [`TargetAnswer::Written`].
    Create {
        /// The object.
        body: Value,
    },
    /// PATCH; answer with [`TargetAnswer::Written`].
    Patch {
        /// The object's id in the target.
        id: String,
        /// The request.
        request: PatchRequest,
        /// The request in the dialect of the mapping: what is sent.
        body: Value,
    },
    /// PUT; answer with [`TargetAnswer::Written`].
    Replace {
        /// The object's id in the target.
        id: String,
        /// The object.
        body: Value,
    },
    /// DELETE; answer with [`TargetAnswer::Deleted`].
    Delete {
        /// The object's id in the target.
        id: String,
    },
}

impl TargetOperation {
    /// Whether it changes the target.
    ///
    /// See the example of [`TargetOperation`].
    #[must_use]
    pub const fn is_write(&self) -> bool {
        !matches!(self, Self::Find { .. } | Self::Read { .. })
    }
}

impl fmt::Debug for TargetOperation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, id) = match self {
            Self::Find { .. } => ("Find", None),
            Self::Read { id, .. } => ("Read", Some(id)),
            Self::Create { .. } => ("Create", None),
            Self::Patch { id, .. } => ("Patch", Some(id)),
            Self::Replace { id, .. } => ("Replace", Some(id)),
            Self::Delete { id } => ("Delete", Some(id)),
        };
        match id {
            Some(id) => write!(formatter, "{name}({id})"),
            None => formatter.write_str(name),
        }
    }
}

/// What came of a request.
///
/// ```
/// use scim_mapping::provisioning::TargetAnswer;
///
/// let slow_down = TargetAnswer::refused(429, "25,000 operations an hour");
/// assert!(matches!(slow_down, TargetAnswer::Refused { status: 429, retry_after: None, .. }));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TargetAnswer {
    /// The objects that the search found.
    Found(Vec<Resource>),
    /// The object; `None` when it is not there (404).
    Read(Option<Resource>),
    /// The object after the write, if the target gave it back; `None` for 204.
    Written(Option<Resource>),
    /// It is deleted.
    Deleted,
    /// The object of a write is not there (404).
    Gone,
    /// The target refused.
    Refused {
        /// The HTTP status.
        status: u16,
        /// `scimType` of the error, such as `uniqueness`.
        scim_type: Option<String>,
        /// What the target said.
        detail: String,
        /// How long the target wants to be left alone (`Retry-After`).
        retry_after: Option<Duration>,
    },
    /// No answer came, or one that cannot be read.
    Lost {
        /// What happened.
        detail: String,
        /// Whether the target may have carried the request out: false only when it was certainly never sent.
        may_have_been_carried_out: bool,
    },
}

impl TargetAnswer {
    /// A refusal with nothing but a status and a text.
    ///
    /// See the example of [`TargetAnswer`].
    #[must_use]
    pub fn refused(status: u16, detail: impl Into<String>) -> Self {
        Self::Refused {
            status,
            scim_type: None,
            detail: detail.into(),
            retry_after: None,
        }
    }
}
