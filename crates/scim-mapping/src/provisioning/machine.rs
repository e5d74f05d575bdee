use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::scim_filter::Filter;
use serde_json::Value;

use super::matching::filter;
use super::reference::update;
use super::update::{create, plan};
use super::{
    Action, Change, Failure, FailureCode, Outcome, ProvisioningAnswer, ProvisioningStep, SkipReason,
};
use crate::expression::Environment;
use crate::location::plain;
use crate::mapping::{EvaluationErrors, Mapping, Occasion, TargetAttribute, TargetAttributes};
use crate::record::Record;
use crate::rule::Rule;

/// The provisioning of one object, between two steps.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
/// use scim_mapping::provisioning::{ProvisioningAnswer, ProvisioningStep, UserProvisioning};
/// use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let mut rule = Rule::new(RuleSource::Direct("userPrincipalName".to_owned()), "userName".parse()?);
/// rule.matching_priority = 1;
/// let mapping = Mapping::new(vec![rule]);
///
/// let record = Record::default().with("userPrincipalName", "ines@fjordlab.example");
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let (provisioning, step) = UserProvisioning::start(&mapping, users, &record, None, false, &environment);
/// let ProvisioningStep::Find { filter } = step else { panic!("a search") };
/// assert_eq!(filter.to_string(), r#"userName eq "ines@fjordlab.example""#);
///
/// let (_, step) = provisioning.resume(ProvisioningAnswer::Found(Vec::new()));
/// let ProvisioningStep::Create { body, .. } = step else { panic!("a create") };
/// assert_eq!(body["userName"], "ines@fjordlab.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct UserProvisioning {
    mapping: Mapping,
    target: RegisteredResourceType,
    record: Record,
    environment: Environment,
    is_active: bool,
    /// The searches that are still to be made, the next one last.
    filters: Vec<Filter>,
    waiting: Waiting,
}

#[derive(Clone, Debug)]
enum Waiting {
    Searching(Filter),
    Reading,
    Creating(Vec<Change>),
    Updating {
        id: String,
        action: Action,
        changes: Vec<Change>,
    },
    Nothing,
}

impl UserProvisioning {
    /// Begins. `link` is the id in the target, when the object was provisioned before; `soft_deleted` says that it was
    /// deleted in the source or is no longer assigned.
    ///
    /// The record's `IsSoftDeleted` becomes true when the object is soft-deleted, disabled or out of scope.
    ///
    /// ```
    /// use scim_mapping::provisioning::{ProvisioningStep, UserProvisioning};
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
    /// let (_, step) = UserProvisioning::start(&mapping, users, &record, Some("7"), false, &environment);
    /// assert_eq!(step, ProvisioningStep::Read { id: "7".to_owned() });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn start(
        mapping: &Mapping,
        target: &RegisteredResourceType,
        record: &Record,
        link: Option<&str>,
        soft_deleted: bool,
        environment: &Environment,
    ) -> (Self, ProvisioningStep) {
        let mut this = Self {
            mapping: mapping.clone(),
            target: target.clone(),
            record: record.clone(),
            environment: environment.clone(),
            is_active: true,
            filters: Vec::new(),
            waiting: Waiting::Nothing,
        };
        let in_scope = match mapping.in_scope(record) {
            Ok(in_scope) => in_scope,
            Err(error) => {
                let failure = Failure::new(
                    FailureCode::EntrySynchronizationSkipped,
                    error.to_string(),
                    "correct the scoping filter, or the value in the source",
                );
                return (this, ProvisioningStep::Failed(failure));
            }
        };
        let says_so = record
            .get("IsSoftDeleted")
            .is_some_and(|value| plain(value).eq_ignore_ascii_case("true"));
        this.is_active = in_scope && !soft_deleted && !says_so;
        this.record = this.record.with("IsSoftDeleted", !this.is_active);
        let step = match link {
            Some(id) => {
                this.waiting = Waiting::Reading;
                ProvisioningStep::Read { id: id.to_owned() }
            }
            None if !in_scope => Self::skip(SkipReason::NotEffectivelyEntitled, None),
            None => this.match_anew(),
        };
        (this, step)
    }

    /// Goes on with the answer to the last step.
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
    /// let (provisioning, _) = UserProvisioning::start(&mapping, users, &record, Some("7"), false, &environment);
    /// let (_, step) = provisioning.resume(ProvisioningAnswer::Read(None));
    /// assert!(matches!(step, ProvisioningStep::Find { .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn resume(mut self, answer: ProvisioningAnswer) -> (Self, ProvisioningStep) {
        let waiting = std::mem::replace(&mut self.waiting, Waiting::Nothing);
        let step = match (waiting, answer) {
            (_, ProvisioningAnswer::Refused { status, detail }) => {
                ProvisioningStep::Failed(Failure::refused(status, &detail))
            }
            (Waiting::Searching(filter), ProvisioningAnswer::Found(found)) => {
                match found.as_slice() {
                    [] => self.search_or_create(),
                    [resource] => self.compare(resource),
                    several => ProvisioningStep::Failed(Failure::duplicate(several.len(), &filter)),
                }
            }
            (Waiting::Reading, ProvisioningAnswer::Read(Some(resource))) => self.compare(&resource),
            // Deleted behind our back.
            (Waiting::Reading, ProvisioningAnswer::Read(None)) => self.match_anew(),
            (Waiting::Creating(changes), ProvisioningAnswer::Written(Some(resource))) => {
                ProvisioningStep::Done(Outcome {
                    action: Action::Created,
                    id: resource.id().map(str::to_owned),
                    changes,
                    resource: Some(resource),
                })
            }
            (
                Waiting::Updating {
                    id,
                    action,
                    changes,
                },
                ProvisioningAnswer::Written(resource),
            ) => ProvisioningStep::Done(Outcome {
                action,
                id: Some(id),
                changes,
                resource,
            }),
            _ => ProvisioningStep::Failed(Failure::unexpected()),
        };
        (self, step)
    }

    fn skip(reason: SkipReason, resource: Option<&Resource>) -> ProvisioningStep {
        ProvisioningStep::Done(Outcome {
            action: Action::Skipped(reason),
            id: resource.and_then(Resource::id).map(str::to_owned),
            changes: Vec::new(),
            resource: resource.cloned(),
        })
    }

    /// A rule that leaves the object out is no failure.
    fn stop(errors: EvaluationErrors, resource: Option<&Resource>) -> ProvisioningStep {
        if errors.ignored_by().is_some() {
            Self::skip(SkipReason::IgnoredByRule, resource)
        } else {
            ProvisioningStep::Failed(errors.into())
        }
    }

    fn match_anew(&mut self) -> ProvisioningStep {
        let mut matching: Vec<&Rule> = self
            .mapping
            .rules()
            .iter()
            .filter(|rule| rule.matching_priority > 0)
            .collect();
        matching.sort_by_key(|rule| rule.matching_priority);
        let wanted = self.mapping.evaluate_rules(
            &self.record,
            &self.environment,
            Occasion::Create,
            |rule| rule.matching_priority > 0,
        );
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(errors) => return Self::stop(errors, None),
        };
        let mut filters: Vec<Filter> = matching
            .iter()
            .filter_map(|rule| {
                filter(
                    &rule.target,
                    &self.target,
                    wanted.get(&rule.target.to_string())?,
                )
            })
            .collect();
        if filters.is_empty() {
            let names: Vec<String> = matching
                .iter()
                .map(|rule| rule.target.to_string())
                .collect();
            return ProvisioningStep::Failed(Failure::unmatched(&names.join(", ")));
        }
        filters.reverse();
        self.filters = filters;
        self.search_or_create()
    }

    fn search_or_create(&mut self) -> ProvisioningStep {
        if let Some(filter) = self.filters.pop() {
            self.waiting = Waiting::Searching(filter.clone());
            return ProvisioningStep::Find { filter };
        }
        if !self.is_active {
            return Self::skip(SkipReason::DisabledAndUnknown, None);
        }
        if !self.mapping.flow_types().add {
            return Self::skip(SkipReason::CreateNotAllowed, None);
        }
        match self
            .mapping
            .evaluate(&self.record, &self.environment, Occasion::Create)
        {
            Ok(wanted) => {
                let (body, changes) = create(&self.mapping, &self.target, &wanted);
                self.waiting = Waiting::Creating(changes.clone());
                ProvisioningStep::Create { body, changes }
            }
            Err(errors) => Self::stop(errors, None),
        }
    }

    fn compare(&mut self, current: &Resource) -> ProvisioningStep {
        let is_active = self.is_active;
        // Who is disabled or gone is only switched off; the rest of his data stays as it was.
        let wanted = self.mapping.evaluate_rules(
            &self.record,
            &self.environment,
            Occasion::Update,
            |rule| !rule.reference && (is_active || rule.is_activity()),
        );
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(errors) => return Self::stop(errors, Some(current)),
        };
        let Some((request, changes)) = plan(&self.mapping, &self.target, &wanted, current) else {
            return Self::skip(SkipReason::RedundantExport, Some(current));
        };
        if !self.mapping.flow_types().update {
            return Self::skip(SkipReason::UpdateNotAllowed, Some(current));
        }
        let Some(id) = current.id().map(str::to_owned) else {
            return ProvisioningStep::Failed(Failure::new(
                FailureCode::SystemForCrossDomainIdentityManagementServiceIncompatible,
                "the target's object has no id",
                "the target must give every object an id (RFC 7643, section 3.1)",
            ));
        };
        let activity = changes
            .iter()
            .find(|change| change.path.eq_ignore_ascii_case("active"));
        let action = match activity.map(|change| (&change.old, &change.new)) {
            Some((_, Some(Value::Bool(false)))) => Action::Disabled,
            Some((Some(Value::Bool(false)), Some(Value::Bool(true)))) => Action::Restored,
            _ => Action::Updated,
        };
        self.waiting = Waiting::Updating {
            id: id.clone(),
            action,
            changes: changes.clone(),
        };
        update(&self.mapping, &id, request, changes)
    }
}

impl TargetAttributes {
    /// Keeps the attributes for which `keep` says so, after it may have changed them.
    pub(super) fn resolve(&mut self, keep: impl FnMut(&mut TargetAttribute) -> bool) {
        self.attributes_mut().retain_mut(keep);
    }
}
