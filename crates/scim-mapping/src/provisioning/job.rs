//! What is to be provisioned, into what, and by which rules of conduct.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use scim_core::schema::RegisteredResourceType;
use serde::{Deserialize, Serialize};

use super::cycle_options::CycleKind;
use super::fingerprint::Fingerprint;
use super::state::JobState;
use crate::mapping::Mapping;

/// The two kinds of objects that are provisioned.
///
/// ```
/// use scim_mapping::provisioning::ObjectKind;
///
/// assert_eq!(ObjectKind::User.to_string(), "User");
/// assert_eq!(serde_json::to_string(&ObjectKind::Group)?, r#""Group""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "Entra provisions users and groups")]
pub enum ObjectKind {
    /// A person.
    User,
    /// A group of them.
    Group,
}

impl ObjectKind {
    /// The name in log entries: `User` or `Group`.
    ///
    /// ```
    /// assert_eq!(scim_mapping::provisioning::ObjectKind::Group.as_str(), "Group");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A mapping, the target's resource type that it is for, and the source attributes that tell objects apart.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
/// use scim_mapping::provisioning::ObjectMapping;
/// use scim_mapping::{Mapping, RuleBuilder};
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let mapping = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build_for(users)?;
/// let from_hr = ObjectMapping::new(mapping, users.clone()).with_anchor("personnelNumber");
/// assert_eq!((from_hr.anchor(), from_hr.members()), ("personnelNumber", "members"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ObjectMapping {
    mapping: Mapping,
    target: RegisteredResourceType,
    anchor: String,
    members: String,
}

impl ObjectMapping {
    /// The mapping for a resource type; objects are told apart by `objectId`, and `members` are a group's.
    ///
    /// See the example of [`ObjectMapping`].
    #[must_use]
    pub fn new(mapping: Mapping, target: RegisteredResourceType) -> Self {
        Self {
            mapping,
            target,
            anchor: "objectId".to_owned(),
            members: "members".to_owned(),
        }
    }

    /// The same with another source attribute as the object's id.
    ///
    /// See the example of [`ObjectMapping`].
    #[must_use]
    pub fn with_anchor(mut self, attribute: impl Into<String>) -> Self {
        self.anchor = attribute.into();
        self
    }

    /// The same with another source attribute as the list of members. Changes alone stand in the attribute with `@delta`
    /// behind its name.
    ///
    /// ```
    /// # use scim_core::schema::SchemaRegistry;
    /// # use scim_mapping::{Mapping, RuleBuilder, provisioning::ObjectMapping};
    /// # let registry = SchemaRegistry::standard();
    /// # let groups = registry.resource_type("Group").ok_or("groups are standard")?;
    /// let mapping = Mapping::builder("Group", "Group").rule(RuleBuilder::direct("name", "displayName").matching(1)).build()?;
    /// let teams = ObjectMapping::new(mapping, groups.clone()).with_members("staff");
    /// assert_eq!(teams.members(), "staff");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_members(mut self, attribute: impl Into<String>) -> Self {
        self.members = attribute.into();
        self
    }

    /// The mapping.
    ///
    /// See the example of [`ProvisioningJob`].
    #[must_use]
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The target's resource type, whose endpoint the requests go to.
    ///
    /// See the example of [`ProvisioningJob`].
    #[must_use]
    pub fn target(&self) -> &RegisteredResourceType {
        &self.target
    }

    /// The source attribute that is the object's id.
    ///
    /// See the example of [`ObjectMapping`].
    #[must_use]
    pub fn anchor(&self) -> &str {
        &self.anchor
    }

    /// The source attribute that lists a group's members.
    ///
    /// See the example of [`ObjectMapping`].
    #[must_use]
    pub fn members(&self) -> &str {
        &self.members
    }
}

/// What becomes of an object that was provisioned and left the scope: it is no longer assigned, or fails a scoping filter.
///
/// ```
/// use scim_mapping::provisioning::{JobSettings, OutOfScope};
///
/// assert_eq!(JobSettings::default().out_of_scope, OutOfScope::Disable);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth way")]
pub enum OutOfScope {
    /// It is disabled, as Entra does it. Groups cannot be, and stay.
    #[default]
    Disable,
    /// It is deleted.
    Delete,
    /// It stays as it is (Entra's `SkipOutOfScopeDeletions`).
    Leave,
}

/// How often and when a failed request is repeated, and a failed object tried again in later cycles.
///
/// ```
/// use std::time::Duration;
/// use scim_mapping::provisioning::RetrySettings;
///
/// let retry = RetrySettings::default();
/// assert_eq!((retry.attempts, retry.first_delay, retry.longest_delay), (3, Duration::from_secs(1), Duration::from_secs(300)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetrySettings {
    /// How often an object is tried within a cycle, at least once.
    pub attempts: u32,
    /// How long the first repetition waits; each further one waits twice as long.
    pub first_delay: Duration,
    /// The longest wait before a repetition.
    pub longest_delay: Duration,
    /// The longest wait that a target may ask for with `Retry-After`.
    pub longest_throttle: Duration,
    /// The longest distance between two tries in later cycles; the first is [`JobSettings::interval`], and each doubles it.
    pub longest_escrow: Duration,
    /// After how long an object that keeps failing is no longer tried by itself.
    pub drop_after: Duration,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_delay: Duration::from_secs(1),
            longest_delay: Duration::from_secs(300),
            longest_throttle: Duration::from_secs(60 * 60),
            longest_escrow: DAY,
            drop_after: 28 * DAY,
        }
    }
}

/// When a job is quarantined, how slowly it goes on then, and when it is given up.
///
/// The numbers are those of Entra's documentation.
///
/// ```
/// use scim_mapping::provisioning::QuarantineSettings;
///
/// let quarantine = QuarantineSettings::default();
/// assert_eq!((quarantine.failed_percent, quarantine.of_at_least), (40, 5_000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuarantineSettings {
    /// More than this share of a cycle's objects fails, in per cent.
    pub failed_percent: u32,
    /// The fewest objects of a cycle for the share to count.
    pub of_at_least: usize,
    /// More objects than this wait in escrow, without those that wait for a reference.
    pub failures: usize,
    /// More objects than this wait, for whatever reason.
    pub failures_in_all: usize,
    /// After so many requests in a row without an answer the target counts as unreachable.
    pub unanswered: u32,
    /// The distances between the cycles of a job in quarantine; the last one repeats. Never empty.
    pub retries: Vec<Duration>,
    /// After how long in quarantine a job is given up.
    pub give_up_after: Duration,
}

impl Default for QuarantineSettings {
    fn default() -> Self {
        Self {
            failed_percent: 40,
            of_at_least: 5_000,
            failures: 40_000,
            failures_in_all: 60_000,
            unanswered: 10,
            retries: vec![DAY / 4, DAY / 2, DAY],
            give_up_after: 28 * DAY,
        }
    }
}

/// How a job behaves.
///
/// ```
/// use std::time::Duration;
/// use scim_mapping::provisioning::JobSettings;
///
/// let mut settings = JobSettings::default();
/// assert_eq!((settings.in_flight, settings.interval), (8, Duration::from_secs(40 * 60)));
/// settings.deletion_threshold = Some(50);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobSettings {
    /// The most requests that wait for an answer at a time, at least one.
    pub in_flight: usize,
    /// Whether the target understands PATCH; otherwise changes are sent with PUT.
    pub patch_supported: bool,
    /// What becomes of objects that left the scope.
    pub out_of_scope: OutOfScope,
    /// Whether objects that are gone from the source for good are deleted; otherwise they are disabled.
    pub hard_deletes: bool,
    /// More than this many objects to disable or delete in a cycle stop it before the first; none for no such limit.
    pub deletion_threshold: Option<usize>,
    /// How failed requests and objects are repeated.
    pub retry: RetrySettings,
    /// When a job is quarantined.
    pub quarantine: QuarantineSettings,
    /// The most members of a group that one request adds or removes, at least one.
    pub members_per_request: usize,
    /// The distance between two cycles.
    pub interval: Duration,
}

impl Default for JobSettings {
    fn default() -> Self {
        Self {
            in_flight: 8,
            patch_supported: true,
            out_of_scope: OutOfScope::Disable,
            hard_deletes: true,
            deletion_threshold: Some(500),
            retry: RetrySettings::default(),
            quarantine: QuarantineSettings::default(),
            members_per_request: 100,
            interval: Duration::from_secs(40 * 60),
        }
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a job and the systems on both sides are called in log entries and notifications.
///
/// ```
/// use scim_mapping::provisioning::JobNames;
///
/// let mut names = JobNames::default();
/// names.target = "Peakon".to_owned();
/// assert_eq!(names.source, "Microsoft Entra ID");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobNames {
    /// The job's id, `jobId` of log entries.
    pub job_id: String,
    /// The directory.
    pub source: String,
    /// The application.
    pub target: String,
}

impl Default for JobNames {
    fn default() -> Self {
        Self {
            job_id: "scim".to_owned(),
            source: "Microsoft Entra ID".to_owned(),
            target: "the target".to_owned(),
        }
    }
}

/// What is provisioned, into what, and how. Cheap to clone.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
/// use scim_mapping::provisioning::{JobSettings, ObjectKind, ObjectMapping, ProvisioningJob};
/// use scim_mapping::{Mapping, RuleBuilder};
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let mapping = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build_for(users)?;
/// let job = ProvisioningJob::new(ObjectMapping::new(mapping, users.clone())).with_settings(JobSettings::default());
/// assert!(job.object(ObjectKind::Group).is_none());
/// let users = job.object(ObjectKind::User).ok_or("every job has users")?;
/// assert_eq!(users.target().definition().endpoint_segment(), "Users");
/// assert_eq!(users.mapping().rules().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProvisioningJob {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    users: ObjectMapping,
    groups: Option<ObjectMapping>,
    settings: JobSettings,
    names: JobNames,
    fingerprint: Fingerprint,
}

impl ProvisioningJob {
    /// A job for users, with the settings of Entra.
    ///
    /// See the example of [`ProvisioningJob`].
    #[must_use]
    pub fn new(users: ObjectMapping) -> Self {
        let fingerprint = Fingerprint::of_mappings([&users]);
        Self {
            inner: Arc::new(Inner {
                users,
                groups: None,
                settings: JobSettings::default(),
                names: JobNames::default(),
                fingerprint,
            }),
        }
    }

    /// The same for groups as well.
    ///
    /// ```
    /// # use scim_core::schema::SchemaRegistry;
    /// # use scim_mapping::{Mapping, RuleBuilder};
    /// # use scim_mapping::provisioning::{ObjectKind, ObjectMapping, ProvisioningJob};
    /// # let registry = SchemaRegistry::standard();
    /// # let (users, groups) = (registry.resource_type("User").ok_or("users")?, registry.resource_type("Group").ok_or("groups")?);
    /// let people = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build_for(users)?;
    /// let teams = Mapping::builder("Group", "Group").rule(RuleBuilder::direct("displayName", "displayName").matching(1)).build_for(groups)?;
    /// let job = ProvisioningJob::new(ObjectMapping::new(people, users.clone()))
    ///     .with_groups(ObjectMapping::new(teams, groups.clone()));
    /// assert!(job.object(ObjectKind::Group).is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_groups(mut self, groups: ObjectMapping) -> Self {
        let inner = Arc::make_mut(&mut self.inner);
        inner.fingerprint = Fingerprint::of_mappings([&inner.users, &groups]);
        inner.groups = Some(groups);
        self
    }

    /// The same with other settings.
    ///
    /// See the example of [`ProvisioningJob`].
    #[must_use]
    pub fn with_settings(mut self, settings: JobSettings) -> Self {
        Arc::make_mut(&mut self.inner).settings = settings;
        self
    }

    /// The same with other names in its log entries.
    ///
    /// See the example of [`JobNames`].
    #[must_use]
    pub fn with_names(mut self, names: JobNames) -> Self {
        Arc::make_mut(&mut self.inner).names = names;
        self
    }

    /// The mapping for a kind of objects; none for groups that are not provisioned.
    ///
    /// See the example of [`ProvisioningJob`].
    #[must_use]
    pub fn object(&self, kind: ObjectKind) -> Option<&ObjectMapping> {
        match kind {
            ObjectKind::User => Some(&self.inner.users),
            ObjectKind::Group => self.inner.groups.as_ref(),
        }
    }

    /// The settings.
    ///
    /// See the example of [`ProvisioningJob`].
    #[must_use]
    pub fn settings(&self) -> &JobSettings {
        &self.inner.settings
    }

    /// The names.
    ///
    /// See the example of [`JobNames`].
    #[must_use]
    pub fn names(&self) -> &JobNames {
        &self.inner.names
    }

    /// Tells mappings and scoping filters apart: with another one everybody is looked at again.
    ///
    /// See the example of [`Fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.inner.fingerprint
    }

    /// The kind of the next cycle: an initial one at first, after a restart, and after a change of the mappings; else an
    /// incremental one.
    ///
    /// ```
    /// # use scim_core::schema::SchemaRegistry;
    /// # use scim_mapping::{Mapping, RuleBuilder};
    /// # use scim_mapping::provisioning::{CycleKind, JobState, ObjectMapping, ProvisioningJob};
    /// # let registry = SchemaRegistry::standard();
    /// # let users = registry.resource_type("User").ok_or("users")?;
    /// # let mapping = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build_for(users)?;
    /// let job = ProvisioningJob::new(ObjectMapping::new(mapping, users.clone()));
    /// assert_eq!(job.cycle_kind(&JobState::default()), CycleKind::Initial);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn cycle_kind(&self, state: &JobState) -> CycleKind {
        if state.status.mapping_fingerprint == Some(self.fingerprint()) {
            CycleKind::Incremental
        } else {
            CycleKind::Initial
        }
    }
}
