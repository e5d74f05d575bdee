//! What is to be provisioned, and into what.

use std::fmt;
use std::sync::Arc;

use scim_core::schema::RegisteredResourceType;
use serde::{Deserialize, Serialize};

use super::PatchDialect;
use super::cycle_options::CycleKind;
use super::fingerprint::Fingerprint;
use super::settings::{JobNames, JobSettings};
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
    // Shared, because every step on an object needs its mapping.
    users: Arc<ObjectMapping>,
    groups: Option<Arc<ObjectMapping>>,
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
                users: Arc::new(users),
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
        inner.fingerprint = Fingerprint::of_mappings([&*inner.users, &groups]);
        inner.groups = Some(Arc::new(groups));
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
            ObjectKind::Group => self.inner.groups.as_deref(),
        }
    }

    pub(super) fn shared_object(&self, kind: ObjectKind) -> Option<Arc<ObjectMapping>> {
        match kind {
            ObjectKind::User => Some(Arc::clone(&self.inner.users)),
            ObjectKind::Group => self.inner.groups.clone(),
        }
    }

    /// The job as a cycle needs it: what a PUT is made from is a PATCH as the RFC has it.
    pub(super) fn for_cycle(&self) -> Self {
        let mut this = self.clone();
        if !this.settings().patch_supported {
            let inner = Arc::make_mut(&mut this.inner);
            for object in std::iter::once(&mut inner.users).chain(&mut inner.groups) {
                let object = Arc::make_mut(object);
                object.mapping = object.mapping.clone().with_patch_dialect(PatchDialect::Rfc);
            }
        }
        this
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
