use scim_core::message::PatchRequest;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use serde_json::Value;

use super::update::plan;
use super::{Change, Failure, ProvisioningStep};
use crate::expression::Environment;
use crate::mapping::{Mapping, Occasion};
use crate::record::Record;
use crate::rule::MissingReferences;

/// What the second pass has to do for one object.
///
/// ```
/// use scim_mapping::provisioning::reference_step;
///
/// # use scim_core::resource::{Resource, User};
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let path = users.parser().patch_path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")?;
/// # let mut rule = Rule::new(RuleSource::Direct("manager".to_owned()), path);
/// # rule.reference = true;
/// # let mapping = Mapping::new(vec![rule]);
/// # let record = Record::default().with("manager", "81d4e7aa");
/// # let current = Resource::from(User::new("ines"));
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let step = reference_step(&mapping, users, &record, "7", &|_| Some("3".to_owned()), &current, &environment)?;
/// assert!(step.update.is_some() && step.pending.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ReferenceStep {
    /// The smallest PATCH that sets the references which are known; `None` when they are as they should be.
    pub update: Option<ProvisioningStep>,
    /// The references to objects that do not exist in the target yet.
    pub pending: Vec<PendingReference>,
}

/// A reference to an object that does not exist in the target yet.
///
/// ```
/// use scim_mapping::provisioning::reference_step;
///
/// # use scim_core::resource::{Resource, User};
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let path = users.parser().patch_path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")?;
/// # let mut rule = Rule::new(RuleSource::Direct("manager".to_owned()), path);
/// # rule.reference = true;
/// # let mapping = Mapping::new(vec![rule]);
/// # let record = Record::default().with("manager", "81d4e7aa");
/// # let current = Resource::from(User::new("ines"));
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let step = reference_step(&mapping, users, &record, "7", &|_| None, &current, &environment)?;
/// assert!(step.pending[0].path.ends_with(":User:manager"));
/// assert_eq!(step.pending[0].source_value, "81d4e7aa");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingReference {
    /// The target path.
    pub path: String,
    /// The value in the source: the id of the object, or its e-mail address.
    pub source_value: String,
}

/// The second pass for one object: its manager, its mentor, and whoever else it refers to.
///
/// `resolve` turns the value in the source (the manager's object id, the mentor's e-mail address) into the value for the
/// target (the manager's id there, the same e-mail address), and gives `None` while the target does not have that object.
/// A rule with [`MissingReferences::Send`] then sends the value as the source has it.
///
/// ```
/// use scim_core::resource::{Resource, User};
/// use scim_core::schema::SchemaRegistry;
/// use scim_mapping::provisioning::{ProvisioningStep, reference_step};
/// use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let path = users.parser().patch_path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")?;
/// let mut rule = Rule::new(RuleSource::Direct("manager".to_owned()), path);
/// rule.reference = true;
/// let mapping = Mapping::new(vec![rule]);
///
/// let record = Record::default().with("manager", "81d4e7aa");
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let current = Resource::from(User::new("ines"));
/// let step = reference_step(&mapping, users, &record, "7", &|_| Some("3".to_owned()), &current, &environment)?;
/// assert!(matches!(step.update, Some(ProvisioningStep::Update { .. })));
/// let step = reference_step(&mapping, users, &record, "7", &|_| None, &current, &environment)?;
/// assert_eq!(step.pending[0].source_value, "81d4e7aa");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When the value of a reference cannot be computed.
pub fn reference_step(
    mapping: &Mapping,
    target: &RegisteredResourceType,
    record: &Record,
    id: &str,
    resolve: &dyn Fn(&str) -> Option<String>,
    current: &Resource,
    environment: &Environment,
) -> Result<ReferenceStep, Failure> {
    let mut wanted =
        mapping.evaluate_rules(record, environment, Occasion::Update, |rule| rule.reference)?;
    let mut pending = Vec::new();
    wanted.resolve(|attribute| match &attribute.value {
        Value::String(source_value) => {
            if let Some(resolved) = resolve(source_value) {
                attribute.value = Value::String(resolved);
                true
            } else if mapping
                .rules()
                .get(attribute.rule)
                .is_some_and(|rule| rule.missing_references == MissingReferences::Send)
            {
                true
            } else {
                pending.push(PendingReference {
                    path: attribute.path.to_string(),
                    source_value: source_value.clone(),
                });
                false
            }
        }
        _ => true,
    });
    let update = plan(mapping, target, &wanted, current)
        .map(|(request, changes)| update(mapping, id, request, changes));
    Ok(ReferenceStep { update, pending })
}

pub(super) fn update(
    mapping: &Mapping,
    id: &str,
    request: PatchRequest,
    changes: Vec<Change>,
) -> ProvisioningStep {
    let body = mapping.patch_dialect().body(&request);
    ProvisioningStep::Update {
        id: id.to_owned(),
        request,
        body,
        changes,
    }
}
