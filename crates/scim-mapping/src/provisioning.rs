//! Provisioning of one object: which requests make the target equal to the mapping.
//!
//! Nothing is sent from here. [`UserProvisioning::start`] gives a [`ProvisioningStep`], the application carries it out
//! over HTTP and hands the [`ProvisioningAnswer`] to [`UserProvisioning::resume`], until the step is
//! [`ProvisioningStep::Done`] or [`ProvisioningStep::Failed`].
//!
//! References, such as the manager, are sent in a second pass, when the objects that they name exist: [`reference_step`].

mod comparison;
mod cycle;
mod cycle_options;
mod escrow;
mod failure;
mod fingerprint;
mod job;
mod log;
mod machine;
mod matching;
mod notification;
mod quarantine;
mod reference;
mod request;
mod settings;
mod state;
mod step;
mod summary;
mod update;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use scim_core::message::PatchRequest;
use scim_core::resource::Resource;
use scim_core::scim_filter::Filter;

pub use scim_core::patch::PatchDialect;

pub use cycle::ProvisioningCycle;
pub use cycle_options::{CycleKind, CycleOptions, SourceEnd};
pub use escrow::{EscrowEntry, Removal};
pub use failure::{Failure, FailureCode};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use job::{ObjectKind, ObjectMapping, ProvisioningJob};
pub use log::{
    LogAction, LogEntry, LogError, LogIdentity, LogInitiator, LogProperty, LogStatus,
    LogStatusInfo, LogStep, LogStepKind, LogStepStatus, LogSystem,
};
pub use machine::UserProvisioning;
pub use notification::{Condition, Notification};
pub use quarantine::{Quarantine, QuarantineReason};
pub use reference::{PendingReference, ReferenceStep, reference_step};
pub use request::{TargetAnswer, TargetOperation, TargetRequest, Ticket};
pub use settings::{JobNames, JobSettings, OutOfScope, QuarantineSettings, RetrySettings};
pub use state::{JobState, JobStatus, Link, ResetScope, StateChange};
pub use step::{CycleEvent, CycleStep};
pub use summary::{CycleResult, CycleSummary, ObjectCounts};

/// What the application has to do next.
///
/// ```
/// use scim_core::resource::{Resource, User};
/// use scim_mapping::provisioning::{Action, ProvisioningAnswer, ProvisioningStep, UserProvisioning};
///
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let mut rule = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?);
/// # rule.matching_priority = 1;
/// # let mapping = Mapping::new(vec![rule]);
/// # let record = Record::default().with("mail", "ines@fjordlab.example");
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let (provisioning, step) = UserProvisioning::start(&mapping, users, &record, None, false, &environment);
/// assert!(matches!(step, ProvisioningStep::Find { .. }));
/// let (provisioning, step) = provisioning.resume(ProvisioningAnswer::Found(Vec::new()));
/// assert!(matches!(step, ProvisioningStep::Create { .. }));
/// let mut created = Resource::from(User::new("ines@fjordlab.example"));
/// created.set_id("7");
/// let (_, step) = provisioning.resume(ProvisioningAnswer::Written(Some(created)));
/// assert!(matches!(step, ProvisioningStep::Done(outcome) if outcome.action == Action::Created));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ProvisioningStep {
    /// Search for the object; answer with [`ProvisioningAnswer::Found`].
    Find {
        /// The filter, on one matching attribute.
        filter: Filter,
    },
    /// Read the object; answer with [`ProvisioningAnswer::Read`].
    Read {
        /// Its id in the target.
        id: String,
    },
    /// Create the object; answer with [`ProvisioningAnswer::Written`].
    Create {
        /// The body of the POST request.
        body: Value,
        /// What is set, for the log.
        changes: Vec<Change>,
    },
    /// Change the object; answer with [`ProvisioningAnswer::Written`].
    Update {
        /// Its id in the target.
        id: String,
        /// The request.
        request: PatchRequest,
        /// The body of the PATCH request in the dialect of the mapping.
        body: Value,
        /// What changes, for the log.
        changes: Vec<Change>,
    },
    /// There is nothing more to do.
    Done(Outcome),
    /// The object could not be provisioned.
    Failed(Failure),
}

/// What came of a step.
///
/// ```
/// use scim_mapping::provisioning::{FailureCode, ProvisioningAnswer, ProvisioningStep, UserProvisioning};
///
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let mut rule = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?);
/// # rule.matching_priority = 1;
/// # let mapping = Mapping::new(vec![rule]);
/// # let record = Record::default().with("mail", "ines@fjordlab.example");
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let (provisioning, _) = UserProvisioning::start(&mapping, users, &record, None, false, &environment);
/// let refused = ProvisioningAnswer::Refused { status: Some(401), detail: "the token has expired".to_owned() };
/// let (_, step) = provisioning.resume(refused);
/// assert!(matches!(step, ProvisioningStep::Failed(failure) if failure.code == FailureCode::Unauthorized));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ProvisioningAnswer {
    /// The objects that the search found.
    Found(Vec<Resource>),
    /// The object; `None` when it is gone (404).
    Read(Option<Resource>),
    /// The object after the write, if the target gave it back; `None` for 204.
    Written(Option<Resource>),
    /// The target refused, or could not be reached.
    Refused {
        /// The HTTP status; `None` when there was no answer.
        status: Option<u16>,
        /// What the target said.
        detail: String,
    },
}

/// A target attribute that gets another value. Values of redacted rules are `[Redact]`.
///
/// ```
/// use scim_mapping::provisioning::{ProvisioningAnswer, ProvisioningStep, UserProvisioning};
///
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let mut rule = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?);
/// # rule.matching_priority = 1;
/// # let mapping = Mapping::new(vec![rule]);
/// # let record = Record::default().with("mail", "ines@fjordlab.example");
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let (provisioning, _) = UserProvisioning::start(&mapping, users, &record, None, false, &environment);
/// let (_, step) = provisioning.resume(ProvisioningAnswer::Found(Vec::new()));
/// let ProvisioningStep::Create { changes, .. } = step else { panic!("a create") };
/// assert_eq!((changes[0].path.as_str(), &changes[0].old), ("userName", &None));
/// assert_eq!(changes[0].new, Some("ines@fjordlab.example".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The target path.
    pub path: String,
    /// The value before.
    pub old: Option<Value>,
    /// The value after.
    pub new: Option<Value>,
}

/// How the object was provisioned.
///
/// ```
/// use scim_core::resource::{Resource, User};
/// use scim_mapping::provisioning::{ProvisioningAnswer, ProvisioningStep, UserProvisioning};
///
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let mut rule = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?);
/// # rule.matching_priority = 1;
/// # let mapping = Mapping::new(vec![rule]);
/// # let record = Record::default().with("mail", "ines@fjordlab.example");
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let (provisioning, _) = UserProvisioning::start(&mapping, users, &record, None, false, &environment);
/// let mut held = Resource::from(User::new("ines@fjordlab.example"));
/// held.set_id("7");
/// let (_, step) = provisioning.resume(ProvisioningAnswer::Found(vec![held]));
/// let ProvisioningStep::Done(outcome) = step else { panic!("nothing to do") };
/// assert_eq!(outcome.id.as_deref(), Some("7"));
/// assert!(outcome.changes.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// What was done.
    pub action: Action,
    /// The id in the target, if it is known.
    pub id: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
    /// The object as the target holds it, if it said so.
    pub resource: Option<Resource>,
}

/// What was done to the target object.
///
/// ```
/// use scim_core::resource::{Resource, User};
/// use scim_mapping::provisioning::{Action, ProvisioningAnswer, ProvisioningStep, SkipReason, UserProvisioning};
///
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let mut rule = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?);
/// # rule.matching_priority = 1;
/// # let mapping = Mapping::new(vec![rule]);
/// # let record = Record::default().with("mail", "ines@fjordlab.example");
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let (provisioning, _) = UserProvisioning::start(&mapping, users, &record, None, false, &environment);
/// let mut held = Resource::from(User::new("ines@fjordlab.example"));
/// held.set_id("7");
/// let (_, step) = provisioning.resume(ProvisioningAnswer::Found(vec![held]));
/// let ProvisioningStep::Done(outcome) = step else { panic!("nothing to do") };
/// assert_eq!(outcome.action, Action::Skipped(SkipReason::RedundantExport));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Action {
    /// It is new.
    Created,
    /// Some of its attributes changed.
    Updated,
    /// It is active no more.
    Disabled,
    /// It is active again.
    Restored,
    /// It is gone from the target.
    Deleted,
    /// Nothing.
    Skipped(SkipReason),
}

/// Why nothing was done. The names are those of Entra's provisioning logs where it has one.
///
/// ```
/// use scim_mapping::provisioning::{Action, ProvisioningAnswer, ProvisioningStep, SkipReason, UserProvisioning};
///
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let mut rule = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?);
/// # rule.matching_priority = 1;
/// # let mapping = Mapping::new(vec![rule]);
/// # let record = Record::default().with("mail", "ines@fjordlab.example");
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let (provisioning, _) = UserProvisioning::start(&mapping, users, &record, None, true, &environment);
/// let (_, step) = provisioning.resume(ProvisioningAnswer::Found(Vec::new()));
/// let ProvisioningStep::Done(outcome) = step else { panic!("nothing to do") };
/// assert_eq!(outcome.action, Action::Skipped(SkipReason::DisabledAndUnknown));
/// # Ok::<(), Box<dyn std::error::Error>>(())
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
