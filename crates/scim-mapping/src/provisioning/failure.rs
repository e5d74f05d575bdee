use std::fmt;

use scim_core::scim_filter::Filter;
use serde::{Deserialize, Serialize};

use crate::mapping::EvaluationErrors;

/// Why an object could not be provisioned, and what to do about it.
///
/// ```
/// use scim_mapping::provisioning::{Failure, FailureCode};
///
/// let failure = Failure::refused(Some(409), "userName is taken");
/// assert_eq!(failure.code, FailureCode::EntryConflict);
/// assert!(failure.to_string().starts_with("EntryConflict: the target answered 409: userName is taken"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The kind of failure, by the name in Entra's provisioning logs.
    pub code: FailureCode,
    /// What happened.
    pub reason: String,
    /// What to do.
    pub advice: String,
}

/// Shows the code alone: the reason may name a person.
impl fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Failure({})", self.code)
    }
}

/// The error codes of Entra's provisioning logs which arise here.
///
/// ```
/// use scim_mapping::provisioning::{Failure, FailureCode};
///
/// let failure = Failure::refused(None, "connection reset");
/// assert_eq!(failure.code, FailureCode::Timeout);
/// assert_eq!(failure.code.to_string(), "Timeout");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FailureCode {
    /// Several target objects match.
    DuplicateTargetEntries,
    /// The target object that matches belongs to another source object.
    DuplicateSourceEntries,
    /// The object is not disabled or deleted, because there are too many of them in one cycle.
    StagedAction,
    /// The object could not be read from the source.
    ImportSkipped,
    /// The target has another object with a value that must be unique.
    EntryConflict,
    /// Too many requests.
    TooManyRequests,
    /// The token is not accepted.
    Unauthorized,
    /// The token does not allow this.
    InsufficientRights,
    /// The linked object is gone.
    InvalidAnchor,
    /// The target does not support this.
    NotImplemented,
    /// The target does not accept the values.
    UnprocessableEntity,
    /// The object has no value in any matching attribute.
    MissingValues,
    /// An attribute's value could not be computed, or is of the wrong type.
    SchemaPropertyCanOnlyAcceptValue,
    /// The target failed.
    InternalServerError,
    /// The target did not answer.
    Timeout,
    /// The target's answer makes no sense here.
    SystemForCrossDomainIdentityManagementServiceIncompatible,
    /// The scoping filter cannot be judged for this object.
    EntrySynchronizationSkipped,
    /// The job itself cannot be carried out, for a reason on neither side.
    InternalError,
    /// A reference or member waits for an object that the target does not have. Entra's logs have no code for it.
    UnresolvedReference,
}

/// What a cycle meets with that ends it before its time.
///
/// See the example of [`ProvisioningCycle::abandon`](super::ProvisioningCycle::abandon).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Obstacle {
    /// The directory cannot be read.
    Source,
    /// The target cannot be used.
    Target,
    /// The application cannot work: a file of its own is missing, or does not fit the target.
    Application,
}

impl fmt::Display for FailureCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}: {} ({})",
            self.code, self.reason, self.advice
        )
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// A failure that the application found.
    ///
    /// ```
    /// use scim_mapping::provisioning::{Failure, FailureCode};
    ///
    /// let failure = Failure::new(FailureCode::ImportSkipped, "line 7 is cut off", "export the directory again");
    /// assert_eq!(failure.advice, "export the directory again");
    /// ```
    #[must_use]
    pub fn new(code: FailureCode, reason: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            advice: advice.into(),
        }
    }

    /// Whether the target does not accept the token, or does not allow with it what has to be done.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(
            self.code,
            FailureCode::Unauthorized | FailureCode::InsufficientRights
        )
    }

    /// The failure for a status that a target answered with; `None` when it did not answer.
    ///
    /// ```
    /// use scim_mapping::provisioning::{Failure, FailureCode};
    ///
    /// let failure = Failure::refused(Some(429), "slow down");
    /// assert_eq!(failure.code, FailureCode::TooManyRequests);
    /// assert_eq!(failure.reason, "the target answered 429: slow down");
    /// ```
    #[must_use]
    pub fn refused(status: Option<u16>, detail: &str) -> Self {
        let (code, advice) = match status {
            None => (
                FailureCode::Timeout,
                "check that the target can be reached; the object is tried again",
            ),
            Some(401) => (
                FailureCode::Unauthorized,
                "make a new token in the target and enter it",
            ),
            Some(403) => (
                FailureCode::InsufficientRights,
                "give the token the right to manage users",
            ),
            Some(404 | 410) => (
                FailureCode::InvalidAnchor,
                "the object is matched anew in the next cycle",
            ),
            Some(409) => (
                FailureCode::EntryConflict,
                "another object of the target has this value: give one of the two another value in the source, or match on this attribute if they are to be one",
            ),
            Some(405 | 501) => (
                FailureCode::NotImplemented,
                "the target must support this operation",
            ),
            Some(429) => (
                FailureCode::TooManyRequests,
                "wait as long as Retry-After says; the object is tried again",
            ),
            Some(400 | 413 | 422) => (
                FailureCode::UnprocessableEntity,
                "correct the mapping of the attribute named, or its source value",
            ),
            Some(500..=599) => (
                FailureCode::InternalServerError,
                "look into the target's log; the object is tried again",
            ),
            Some(_) => (
                FailureCode::SystemForCrossDomainIdentityManagementServiceIncompatible,
                "check that the tenant URL is that of a SCIM 2.0 service",
            ),
        };
        let reason = match status {
            Some(status) => format!("the target answered {status}: {detail}"),
            None => format!("the target did not answer: {detail}"),
        };
        Self::new(code, reason, advice)
    }

    pub(super) fn duplicate(count: usize, filter: &Filter) -> Self {
        Self::new(
            FailureCode::DuplicateTargetEntries,
            format!("{count} target objects match {filter}"),
            "remove all but one, or match on an attribute that is unique",
        )
    }

    pub(super) fn unmatched(attributes: &str) -> Self {
        Self::new(
            FailureCode::MissingValues,
            format!("the object has no value in any matching attribute ({attributes})"),
            "give it a value in the source, or match on another attribute",
        )
    }

    pub(super) fn unexpected() -> Self {
        Self::new(
            FailureCode::SystemForCrossDomainIdentityManagementServiceIncompatible,
            "the answer does not belong to the request",
            "answer Find with Found, Read with Read, and writes with Written or Deleted",
        )
    }
}

impl From<EvaluationErrors> for Failure {
    fn from(errors: EvaluationErrors) -> Self {
        Self::new(
            FailureCode::SchemaPropertyCanOnlyAcceptValue,
            errors.to_string(),
            "correct the expression, or the value in the source",
        )
    }
}
