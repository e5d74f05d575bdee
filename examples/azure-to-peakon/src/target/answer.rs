//! One request of the cycle, and its answer.

use scim_core::client::{ClientErrorKind, Effect};
use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::message::SearchRequest;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::scim_filter::{ComparisonOperator, Filter};
use scim_mapping::provisioning::{ObjectKind, TargetAnswer, TargetOperation};
use serde_json::Value;

use super::{Target, Trouble};

impl Target {
    /// Carries out what a cycle wants. Every end is an answer.
    pub(crate) async fn carry_out(
        &self,
        kind: ObjectKind,
        resource_type: &RegisteredResourceType,
        operation: TargetOperation,
    ) -> TargetAnswer {
        let is_write = operation.is_write();
        let outcome = match operation {
            TargetOperation::Find { filter } => self.find(kind, resource_type, &filter).await,
            TargetOperation::Read {
                id,
                excluding_members,
            } => self.read(resource_type, &id, excluding_members).await,
            TargetOperation::Create { body } => self.create(resource_type, body).await,
            TargetOperation::Patch { id, request, .. } => {
                self.written(self.0.plain.patch(resource_type, &id, request, None))
                    .await
            }
            TargetOperation::Replace { id, body } => {
                let mut resource = as_resource(body);
                resource.set_id(id);
                self.written(self.0.plain.replace(resource_type, &resource))
                    .await
            }
            TargetOperation::Delete { id } => self.delete(resource_type, &id).await,
            other => {
                return TargetAnswer::refused(
                    501,
                    format!("{other:?} is nothing that can be sent"),
                );
            }
        };
        outcome.unwrap_or_else(|trouble| refusal(&trouble, is_write))
    }

    async fn find(
        &self,
        kind: ObjectKind,
        resource_type: &RegisteredResourceType,
        filter: &Filter,
    ) -> Result<TargetAnswer, Trouble> {
        if let (ObjectKind::User, Filter::Comparison(comparison)) = (kind, filter)
            && comparison.operator == ComparisonOperator::Eq
        {
            let value = comparison.value.clone();
            let call = self.0.plain.find(resource_type, &comparison.path, value)?;
            let (found, _) = self.drive(call).await?;
            return Ok(TargetAnswer::Found(found.resources));
        }
        let mut search = SearchRequest::new();
        search.filter = Some(filter.clone());
        if kind == ObjectKind::Group {
            // A group may have very many; Entra does without them, too.
            search.excluded_attributes = vec!["members".to_owned()];
        }
        let call = self.0.plain.list(resource_type, &search)?;
        let (found, _) = self.drive(call).await?;
        let mut resources = found.resources;
        // Of a target that ignores filters the first of all would be taken for the one that was looked for.
        if let Ok(bound) = BoundFilter::bind(filter, resource_type, &Compatibility::entra_legacy())
        {
            resources.retain(|resource| bound.matches(resource));
        }
        Ok(TargetAnswer::Found(resources))
    }

    async fn read(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
        excluding_members: bool,
    ) -> Result<TargetAnswer, Trouble> {
        let excluded: &[&str] = if excluding_members { &["members"] } else { &[] };
        let call = self.0.plain.get(resource_type, id, excluded)?;
        match self.drive(call).await {
            Ok((resource, _)) => Ok(TargetAnswer::Read(Some(resource))),
            Err(trouble) if trouble.error.kind() == ClientErrorKind::NotFound => {
                Ok(TargetAnswer::Read(None))
            }
            Err(trouble) => Err(trouble),
        }
    }

    async fn create(
        &self,
        resource_type: &RegisteredResourceType,
        body: Value,
    ) -> Result<TargetAnswer, Trouble> {
        let call = self.0.plain.create(resource_type, &as_resource(body))?;
        let (created, _) = self.drive(call).await?;
        Ok(TargetAnswer::Written(Some(created)))
    }

    async fn written(
        &self,
        call: Result<scim_core::client::Call<Option<Resource>>, scim_core::client::ClientError>,
    ) -> Result<TargetAnswer, Trouble> {
        let (shown, _) = self.drive(call?).await?;
        Ok(TargetAnswer::Written(shown))
    }

    async fn delete(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
    ) -> Result<TargetAnswer, Trouble> {
        let call = self.0.plain.delete(resource_type, id, None)?;
        self.drive(call).await?;
        Ok(TargetAnswer::Deleted)
    }
}

/// What a failure means to the cycle.
fn refusal(trouble: &Trouble, is_write: bool) -> TargetAnswer {
    let error = &trouble.error;
    let detail = trouble
        .transport
        .clone()
        .unwrap_or_else(|| error.detail().to_owned());
    match (error.kind(), error.status()) {
        (ClientErrorKind::NotFound, _) if is_write => TargetAnswer::Gone,
        (_, Some(status)) if status >= 300 && error.effect() != Effect::Done => {
            TargetAnswer::Refused {
                status,
                scim_type: error.scim_type().map(str::to_owned),
                detail: error.detail().to_owned(),
                retry_after: error.retry_after(),
            }
        }
        (ClientErrorKind::InvalidRequest, _) => TargetAnswer::refused(400, detail),
        // Nothing came, or a success that cannot be read.
        _ => TargetAnswer::Lost {
            detail,
            may_have_been_carried_out: is_write && error.effect() != Effect::None,
        },
    }
}

fn as_resource(body: Value) -> Resource {
    match body {
        Value::Object(members) => Resource::new(members),
        _ => Resource::new(serde_json::Map::new()),
    }
}
