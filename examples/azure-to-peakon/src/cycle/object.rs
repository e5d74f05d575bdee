//! One object: the engine says what to ask, this sends it and hands the answer back.

use scim_core::{resource::Resource, schema::RegisteredResourceType};
use scim_mapping::{
    Environment, Mapping, Record,
    provisioning::{self, ProvisioningAnswer, ProvisioningStep, UserProvisioning},
};
use serde_json::Value;

use super::Trouble;
use crate::{
    client::{Answer, Client},
    failure::Failure,
    report::{Action, Change},
};

/// Everything that one provisioning needs besides the record.
pub(super) struct Object<'a> {
    pub(super) client: &'a Client,
    pub(super) mapping: &'a Mapping,
    pub(super) resource_type: &'a RegisteredResourceType,
    pub(super) environment: &'a Environment,
    /// False: what would be written is reported, and not sent.
    pub(super) writes: bool,
}

/// How an object ended.
#[derive(Debug)]
pub(super) struct Provisioned {
    pub(super) action: Action,
    pub(super) id: Option<String>,
    pub(super) changes: Vec<Change>,
    /// The target's resource, where an answer showed it.
    pub(super) resource: Option<Resource>,
}

impl Provisioned {
    pub(super) const fn skipped() -> Self {
        Self {
            action: Action::Skipped,
            id: None,
            changes: Vec::new(),
            resource: None,
        }
    }
}

impl Object<'_> {
    /// Drives the engine until it is done.
    pub(super) async fn provision(
        &self,
        record: &Record,
        link: Option<String>,
        gone: bool,
    ) -> Result<Provisioned, Trouble> {
        let (mut engine, mut step) = UserProvisioning::start(
            self.mapping,
            self.resource_type,
            record,
            link.as_deref(),
            gone,
            self.environment,
        );
        loop {
            let answer = match step {
                ProvisioningStep::Done(outcome) => {
                    return Ok(Provisioned {
                        action: action(outcome.action),
                        id: outcome.id,
                        changes: outcome.changes.into_iter().map(Change::from).collect(),
                        resource: outcome.resource,
                    });
                }
                ProvisioningStep::Failed(failure) => {
                    return Err(Trouble::Object(failure.to_string()));
                }
                ProvisioningStep::Create { changes, .. } if !self.writes => {
                    return Ok(planned(Action::Created, None, changes));
                }
                ProvisioningStep::Update { id, changes, .. } if !self.writes => {
                    return Ok(planned(planned_action(&changes), Some(id), changes));
                }
                other => self.carry_out(other).await?,
            };
            (engine, step) = engine.resume(answer);
        }
    }

    /// Sends one step. A token that is refused ends the whole run, not one object.
    pub(super) async fn carry_out(
        &self,
        step: ProvisioningStep,
    ) -> Result<ProvisioningAnswer, Trouble> {
        let endpoint = segment(self.resource_type);
        let answer = match step {
            ProvisioningStep::Find { filter } => {
                let filter = filter.to_string();
                let answer = self.client.get(&[endpoint], &[("filter", &filter)]).await?;
                if answer.is_success() {
                    return found(answer);
                }
                answer
            }
            ProvisioningStep::Read { id } => {
                let answer = self.client.get(&[endpoint, &id], &[]).await?;
                if answer.is_success() || answer.status == 404 {
                    return Ok(ProvisioningAnswer::Read(resource(answer)));
                }
                answer
            }
            ProvisioningStep::Create { body, .. } => {
                let answer = self.client.post(&[endpoint], &body).await?;
                if answer.is_success() {
                    return Ok(ProvisioningAnswer::Written(resource(answer)));
                }
                answer
            }
            ProvisioningStep::Update { id, body, .. } => {
                let answer = self.client.patch(&[endpoint, &id], &body).await?;
                if answer.is_success() {
                    return Ok(ProvisioningAnswer::Written(resource(answer)));
                }
                answer
            }
            _ => {
                return Err(Trouble::Object(
                    "the engine asks for what is unknown here".to_owned(),
                ));
            }
        };
        if matches!(answer.status, 401 | 403) {
            return Err(Trouble::Run(answer.failure()));
        }
        Ok(ProvisioningAnswer::Refused {
            status: Some(answer.status),
            detail: answer.detail(),
        })
    }
}

/// The resources of a list, or what is wrong with it.
fn found(answer: Answer) -> Result<ProvisioningAnswer, Trouble> {
    let mut body = answer.body;
    let is_list = body.get("totalResults").is_some_and(Value::is_number);
    if !is_list {
        let advice = "check the tenant URL: it ends in /scim/v2";
        let problem = "the answer to a query is no SCIM ListResponse";
        return Err(Trouble::Run(Failure::new("the target", problem, advice)));
    }
    let resources = match body.get_mut("Resources").map(Value::take) {
        Some(Value::Array(resources)) => resources,
        _ => Vec::new(),
    };
    let resources = resources.into_iter().filter_map(as_resource).collect();
    Ok(ProvisioningAnswer::Found(resources))
}

fn resource(answer: Answer) -> Option<Resource> {
    if answer.status == 404 {
        return None;
    }
    as_resource(answer.body)
}

pub(super) fn as_resource(value: Value) -> Option<Resource> {
    match value {
        Value::Object(members) => Some(Resource::new(members)),
        _ => None,
    }
}

/// Where a resource type's resources live, as path segment.
pub(super) fn segment(resource_type: &RegisteredResourceType) -> &str {
    resource_type.definition().endpoint_segment()
}

/// The body of a success; a refused token ends the run, everything else the object.
pub(super) fn success(answer: Answer) -> Result<Value, Trouble> {
    match answer.status {
        200..300 => Ok(answer.body),
        401 | 403 => Err(Trouble::Run(answer.failure())),
        _ => Err(Trouble::Object(answer.detail())),
    }
}

const fn action(action: provisioning::Action) -> Action {
    match action {
        provisioning::Action::Created => Action::Created,
        provisioning::Action::Updated => Action::Updated,
        provisioning::Action::Disabled => Action::Disabled,
        provisioning::Action::Restored => Action::Restored,
        _ => Action::Skipped,
    }
}

fn planned(action: Action, id: Option<String>, changes: Vec<provisioning::Change>) -> Provisioned {
    let changes = changes.into_iter().map(Change::from).collect();
    Provisioned {
        action,
        id,
        changes,
        resource: None,
    }
}

/// What an update of these attributes will be called once it is done.
fn planned_action(changes: &[provisioning::Change]) -> Action {
    let active = changes
        .iter()
        .find(|change| change.path.eq_ignore_ascii_case("active"));
    match active.map(|change| (&change.old, &change.new)) {
        Some((_, Some(Value::Bool(false)))) => Action::Disabled,
        Some((Some(Value::Bool(false)), Some(Value::Bool(true)))) => Action::Restored,
        _ => Action::Updated,
    }
}

impl From<provisioning::Change> for Change {
    fn from(change: provisioning::Change) -> Self {
        Self {
            path: change.path,
            old: change.old,
            new: change.new,
            new_name: None,
        }
    }
}
