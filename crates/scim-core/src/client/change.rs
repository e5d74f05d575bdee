//! A change of parts of a resource: by PATCH, or by reading it and replacing it as a whole.

use serde_json::Value;

use super::answer::{Answer, entity_tag};
use super::call::{Context, Next, Operation};
use super::error::{ClientError, ClientErrorKind};
use super::messages::Request;
use super::operations::no_resource;
use super::target::Target;
use crate::message::PatchRequest;
use crate::patch;
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;

/// Makes a change, and makes it anew on what somebody else has left, as often as the limits allow.
#[derive(Debug)]
pub(super) struct Change {
    resource_type: RegisteredResourceType,
    url: String,
    request: PatchRequest,
    conflicts: usize,
    has_patch: bool,
    is_reading: bool,
}

impl Change {
    /// The change and its first request.
    pub(super) fn start(
        target: &Target,
        resource_type: &RegisteredResourceType,
        url: String,
        change: PatchRequest,
        version: Option<&str>,
    ) -> (Self, Request) {
        let has_patch = target.capabilities.patch;
        let change = Self {
            resource_type: resource_type.clone(),
            url,
            request: change,
            conflicts: 0,
            has_patch,
            is_reading: !has_patch,
        };
        let request = if has_patch {
            let body = target.dialect.body(&change.request);
            conditional(target, "PATCH", &change.url, &body, version)
        } else {
            target.request("GET", change.url.clone(), None)
        };
        (change, request)
    }

    fn look(&mut self, context: &Context) -> Next<Option<Resource>> {
        self.is_reading = true;
        Next::Send(context.request("GET", self.url.clone(), None))
    }

    /// The change once more, made from what the service holds now.
    fn made_of(
        &mut self,
        current: Resource,
        context: &Context,
    ) -> Result<Next<Option<Resource>>, ClientError> {
        let dialect = context.target.dialect;
        let compatibility = dialect.compatibility();
        let patched = patch::apply(&self.request, &current, &self.resource_type, &compatibility)
            .map_err(|failure| {
                let detail =
                    format!("the change does not fit what the service holds now: {failure}");
                ClientError::new(ClientErrorKind::Changed, detail)
            })?;
        if patched.changes.is_empty() {
            return Ok(Next::Done(Some(current)));
        }
        self.is_reading = false;
        let version = current.meta().and_then(|meta| meta.version);
        let version = version.as_deref();
        let target = &context.target;
        if !self.has_patch {
            let body = body_of(&patched.resource, &self.resource_type);
            return Ok(Next::Send(conditional(
                target, "PUT", &self.url, &body, version,
            )));
        }
        let rest = patch::difference(&current, &patched.resource, &self.resource_type, dialect);
        if rest.operations.is_empty() {
            return Ok(Next::Done(Some(current)));
        }
        let body = dialect.body(&rest);
        Ok(Next::Send(conditional(
            target, "PATCH", &self.url, &body, version,
        )))
    }
}

impl Operation<Option<Resource>> for Change {
    fn read(
        &mut self,
        answer: Answer,
        context: &mut Context,
    ) -> Result<Next<Option<Resource>>, ClientError> {
        let shown = answer.resource(&self.resource_type, context)?;
        if !self.is_reading {
            return Ok(Next::Done(shown));
        }
        let current = shown.ok_or_else(|| no_resource("the answer has no body"))?;
        self.made_of(current, context)
    }

    fn refused(
        &mut self,
        error: ClientError,
        context: &mut Context,
    ) -> Result<Next<Option<Resource>>, ClientError> {
        match error.kind() {
            ClientErrorKind::NotOffered if self.has_patch && !self.is_reading => {
                let detail = "PATCH is not offered; the resource is replaced as a whole: set Capabilities::patch to false";
                context.deviations.note("no_patch", detail);
                self.has_patch = false;
                Ok(self.look(context))
            }
            ClientErrorKind::Changed
                if !self.is_reading && self.conflicts < context.target.limits.conflicts =>
            {
                self.conflicts += 1;
                Ok(self.look(context))
            }
            _ => Err(error),
        }
    }
}

/// A request that changes a version, if the service has any.
pub(super) fn conditional(
    target: &Target,
    method: &'static str,
    url: &str,
    body: &Value,
    version: Option<&str>,
) -> Request {
    let mut request = target.request(method, url.to_owned(), Some(body));
    add_version(target, &mut request, version);
    request
}

pub(super) fn add_version(target: &Target, request: &mut Request, version: Option<&str>) {
    if let Some(version) = version
        .filter(|_| target.capabilities.etag)
        .and_then(entity_tag)
    {
        request.headers.push(("If-Match".to_owned(), version));
        // The second time the version is another one, so nothing happens twice.
        request.repeatable = true;
    }
}

/// A resource as it is sent: with its schemas, and without what the service keeps about it.
pub(super) fn body_of(resource: &Resource, resource_type: &RegisteredResourceType) -> Value {
    let mut members = resource.attributes().clone();
    members.retain(|name, _| {
        !name.eq_ignore_ascii_case("meta") && !name.eq_ignore_ascii_case("schemas")
    });
    let mut schemas = vec![resource_type.schema().id.as_str()];
    let in_use = |urn: &&str| resource.extension(urn).is_some();
    schemas.extend(
        resource_type
            .extensions()
            .map(|extension| extension.id.as_str())
            .filter(in_use),
    );
    // Those of extensions that the resource type does not have are the service's own affair.
    let mut listed: Vec<Value> = schemas.into_iter().map(Value::from).collect();
    for urn in resource.schemas() {
        let is_listed = |known: &Value| {
            known
                .as_str()
                .is_some_and(|known| known.eq_ignore_ascii_case(urn))
        };
        if resource_type.extension(urn).is_none() && !listed.iter().any(is_listed) {
            listed.push(urn.into());
        }
    }
    members.insert("schemas".to_owned(), listed.into());
    Value::Object(members)
}
