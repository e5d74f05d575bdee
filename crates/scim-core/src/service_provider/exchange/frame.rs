//! What every operation of an exchange knows, and how resources become responses.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::super::context::{Permission, RequestContext};
use super::super::definition::{ServiceDefinition, ServiceLimits};
use super::super::encoding::encode_segment;
use super::super::media_type::{self, Acceptable};
use super::super::preconditions::Preconditions;
use super::super::request::Request;
use super::super::response::{Cause, OperationFailures, Refusal, Response};
use super::super::store_error::StoreError;
use super::shown::Shown;
use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::projection::Projection;
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) definition: Arc<ServiceDefinition>,
    pub(super) context: RequestContext,
    pub(super) compatibility: Compatibility,
    pub(super) limits: ServiceLimits,
    pub(super) preconditions: Preconditions,
    pub(super) tolerated: Vec<Tolerance>,
    pub(super) keeps_passwords: bool,
    /// Whether an answer that could show a resource does.
    pub(super) shows_resources: bool,
    /// Why operations of a bulk request failed, by their positions.
    pub(super) failures: Vec<(usize, Cause)>,
    media_type: &'static str,
    without_body: bool,
}

impl Frame {
    pub(super) fn new(
        definition: &Arc<ServiceDefinition>,
        request: &Request,
        context: RequestContext,
    ) -> Self {
        let compatibility = definition.compatibility;
        let mut tolerated = Vec::new();
        let mut tolerating = Tolerating {
            compatibility: &compatibility,
            tolerated: &mut tolerated,
        };
        let preconditions = Preconditions::of(request, &mut tolerating);
        Self {
            definition: Arc::clone(definition),
            context,
            compatibility,
            limits: definition.limits,
            preconditions,
            tolerated,
            keeps_passwords: definition.change_password,
            shows_resources: true,
            failures: Vec::new(),
            media_type: match media_type::acceptable(request) {
                Acceptable::MediaType(media_type) => media_type,
                Acceptable::None => media_type::SCIM,
            },
            without_body: request.method == "HEAD",
        }
    }

    /// Where to report what is tolerated.
    pub(super) const fn tolerating(&mut self) -> Tolerating<'_> {
        Tolerating {
            compatibility: &self.compatibility,
            tolerated: &mut self.tolerated,
        }
    }

    /// A JSON answer in the media type that the client accepts.
    pub(super) fn json(&self, status: u16, body: &impl Serialize) -> Response {
        Response::json(status, self.media_type, body)
    }

    /// The answer that shows a resource.
    ///
    /// `Location` stands on every such answer, as in the examples of the RFC, and `Content-Location` as its text wants it.
    pub(super) fn resource(
        &self,
        status: u16,
        resource_type: &RegisteredResourceType,
        resource: Resource,
        projections: Vec<&Projection>,
    ) -> Response {
        if !self.shows_resources {
            return self.resource_without_body(status, resource_type, &resource);
        }
        let location = resource.id().map(|id| self.location(resource_type, id));
        let headers = headers(location.clone(), resource.version());
        let shown = show_at(location, resource_type, resource, projections);
        let mut response = self.json(status, &shown);
        response.headers.extend(headers);
        response
    }

    /// Whether the principal may see the resources of a type.
    pub(super) fn may_read(&self, resource_type: &RegisteredResourceType) -> bool {
        let name = &resource_type.definition().name;
        self.context.permissions.allows(name, Permission::Read)
    }

    /// The answer that has the header fields of a resource, but does not show it.
    pub(super) fn resource_without_body(
        &self,
        status: u16,
        resource_type: &RegisteredResourceType,
        resource: &Resource,
    ) -> Response {
        let location = resource.id().map(|id| self.location(resource_type, id));
        Response {
            headers: headers(location, resource.version()),
            ..Response::new(status)
        }
    }

    /// The answer that has the header fields of a resource which nobody has at hand.
    pub(super) fn resource_unseen(
        &self,
        status: u16,
        resource_type: &RegisteredResourceType,
        id: &str,
        version: String,
    ) -> Response {
        let location = self.location(resource_type, id);
        Response {
            headers: headers(Some(location), Some(version)),
            ..Response::new(status)
        }
    }

    /// What the client may see of a resource: what any of the projections has.
    ///
    /// `meta.location` is made anew: the service may have moved since the resource was written.
    pub(super) fn show<'p>(
        &self,
        resource_type: &RegisteredResourceType,
        resource: Resource,
        projections: Vec<&'p Projection>,
    ) -> Shown<'p> {
        let location = resource.id().map(|id| self.location(resource_type, id));
        show_at(location, resource_type, resource, projections)
    }

    /// The address of a resource.
    pub(super) fn location(&self, resource_type: &RegisteredResourceType, id: &str) -> String {
        let endpoint = resource_type.definition().endpoint.trim_matches('/');
        [&self.context.base_url, endpoint, &encode_segment(id)].join("/")
    }

    /// The refusal that a store's error becomes. [`StoreError::Stale`] comes here only when trying again did not help.
    pub(super) fn store_refusal(&self, error: StoreError) -> Box<Refusal> {
        match error {
            StoreError::Conflict { attribute, detail } => Error::new(ErrorKind::Uniqueness, detail)
                .with_path(attribute)
                .into(),
            StoreError::Stale if self.preconditions.names_version() => precondition_failed(),
            StoreError::Stale => Refusal::with_header(
                Error::new(
                    ErrorKind::TooManyRequests,
                    "the resource is being changed by others all the time; try again a little later",
                ),
                "Retry-After",
                "1",
            ),
            StoreError::NotFound => not_found(),
            StoreError::Rejected(error) => error.into(),
            StoreError::Failed(cause) => Refusal::internal(Arc::from(cause)),
        }
    }

    /// The last touch on every response.
    pub(super) fn finish(&mut self, mut response: Response) -> Response {
        response.report.tolerated = std::mem::take(&mut self.tolerated);
        if response.report.failure.is_none() && !self.failures.is_empty() {
            let failures = OperationFailures(std::mem::take(&mut self.failures));
            response.report.failure = Some(Arc::new(failures));
        }
        if self.without_body {
            response.body = None;
        }
        response
    }
}

fn headers(location: Option<String>, version: Option<String>) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    if let Some(location) = location {
        headers.push(("Location".to_owned(), location.clone()));
        headers.push(("Content-Location".to_owned(), location));
    }
    headers.extend(version.map(|version| ("ETag".to_owned(), version)));
    headers
}

fn show_at<'p>(
    location: Option<String>,
    resource_type: &RegisteredResourceType,
    resource: Resource,
    projections: Vec<&'p Projection>,
) -> Shown<'p> {
    let meta = location.and_then(|location| {
        let name = &resource_type.definition().name;
        if is_as_shown(resource.get("meta")?, name, &location) {
            return None;
        }
        let mut meta = resource.meta()?;
        meta.location = Some(location);
        meta.resource_type = Some(name.clone());
        // It consists of texts only, which always serialize.
        serde_json::to_value(meta).ok()
    });
    Shown {
        resource,
        meta,
        projections,
    }
}

/// Whether `meta` has this type and location, and nothing that it does not have.
fn is_as_shown(meta: &Value, resource_type: &str, location: &str) -> bool {
    let Value::Object(members) = meta else {
        return false;
    };
    let is_text = |name: &str, text: &str| members.get(name).is_some_and(|value| value == text);
    let is_known = |name: &String| {
        matches!(
            name.as_str(),
            "resourceType" | "created" | "lastModified" | "location" | "version"
        )
    };
    is_text("location", location)
        && is_text("resourceType", resource_type)
        && members.keys().all(is_known)
}

/// The same words for what never was, what is deleted and what belongs to somebody else.
pub(super) fn not_found() -> Box<Refusal> {
    Error::new(
        ErrorKind::NotFound,
        "there is no resource with this id; ids come from the answer to a create or from a query",
    )
    .into()
}

pub(super) fn precondition_failed() -> Box<Refusal> {
    Error::new(
        ErrorKind::PreconditionFailed,
        "the resource is not in the state that If-Match or If-None-Match names; read it again and repeat the change on that version",
    )
    .into()
}
