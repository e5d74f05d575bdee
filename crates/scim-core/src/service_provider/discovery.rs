//! What a service tells about itself ([RFC 7644 §4](https://www.rfc-editor.org/rfc/rfc7644#section-4)).

use serde_json::{Value, json};

use super::context::RequestContext;
use super::definition::{AuthenticationScheme, ServiceDefinition};
use super::parameters::Parameters;
use super::routing::Entry;
use crate::compatibility::{Compatibility, Tolerance};
use crate::error::{Error, ErrorKind};
use crate::resource::Resource;
use crate::schema::{RegisteredResourceType, ResourceType, Schema, SchemaRegistry};
use crate::urn;

/// Discovery is read whole: a filter on it is forbidden.
pub(super) fn refuse_filter(parameters: &Parameters) -> Result<(), Error> {
    if parameters.filter.is_some() {
        return Err(Error::new(
            ErrorKind::Forbidden,
            "what a service tells about itself cannot be filtered; read it whole",
        ));
    }
    Ok(())
}

/// A document that describes the service, or each entry of a list of them, as far as the client chose to see it.
pub(super) fn select(
    document: Value,
    schema: &Schema,
    parameters: &Parameters,
    compatibility: &Compatibility,
    tolerated: &mut Vec<Tolerance>,
) -> Result<Value, Error> {
    if !parameters.select() {
        return Ok(document);
    }
    let projection = parameters.projection(&described_by(schema)?, compatibility, tolerated)?;
    let select = |document| match document {
        Value::Object(members) => projection.apply(&Resource::new(members)),
        other => other,
    };
    let Value::Object(mut members) = document else {
        return Ok(document);
    };
    Ok(match members.remove("Resources") {
        Some(Value::Array(entries)) => {
            let entries: Vec<Value> = entries.into_iter().map(select).collect();
            members.insert("Resources".to_owned(), entries.into());
            Value::Object(members)
        }
        _ => select(Value::Object(members)),
    })
}

/// What a service tells about itself has schemas too, but no resource type.
fn described_by(schema: &Schema) -> Result<RegisteredResourceType, Error> {
    let definition = ResourceType::new("Description", "/Descriptions", schema.id.clone());
    SchemaRegistry::builder()
        .schema(schema.clone())
        .resource_type(definition)
        .build()
        .ok()
        .and_then(|registry| registry.resource_type("Description").cloned())
        .ok_or_else(|| Error::new(ErrorKind::Internal, "the service cannot describe itself"))
}

/// `/ServiceProviderConfig`. What is not offered is said to be not offered, and answers so.
pub(super) fn configuration(definition: &ServiceDefinition, context: &RequestContext) -> Value {
    let cursors = definition.cursors.as_ref();
    let by_cursor = cursors.is_some_and(|cursors| cursors.by_default);
    let (operations, bytes) = if definition.bulk {
        (
            definition.limits.bulk_operations,
            definition.limits.body_bytes,
        )
    } else {
        (0, 0)
    };
    let mut configuration = json!({
        "schemas": [urn::SERVICE_PROVIDER_CONFIG],
        "patch": { "supported": true },
        "bulk": { "supported": definition.bulk, "maxOperations": operations, "maxPayloadSize": bytes },
        "filter": { "supported": true, "maxResults": definition.limits.page_size_maximum },
        "changePassword": { "supported": definition.change_password },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "pagination": {
            "cursor": cursors.is_some(),
            "index": true,
            "defaultPaginationMethod": if by_cursor { "cursor" } else { "index" },
            "defaultPageSize": definition.limits.page_size_default,
            "maxPageSize": definition.limits.page_size_maximum,
        },
        "authenticationSchemes": definition.authentication_schemes.iter().map(AuthenticationScheme::to_value).collect::<Vec<_>>(),
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", context.base_url),
        },
    });
    let timeout = cursors.and_then(|cursors| cursors.timeout_seconds);
    if let (Some(timeout), Some(Value::Object(pagination))) =
        (timeout, configuration.get_mut("pagination"))
    {
        pagination.insert("cursorTimeout".to_owned(), timeout.get().into());
    }
    if let (Some(uri), Some(members)) =
        (&definition.documentation_uri, configuration.as_object_mut())
    {
        members.insert("documentationUri".to_owned(), uri.as_str().into());
    }
    configuration
}

/// `/Schemas`, or one of them by its URN in any case.
pub(super) fn schemas(
    definition: &ServiceDefinition,
    context: &RequestContext,
    entry: &Entry,
) -> Result<Value, Error> {
    match entry {
        Entry::All | Entry::Search => Ok(list(
            &definition
                .registry
                .schemas()
                .map(|schema| schema.to_resource(&context.base_url))
                .collect::<Vec<_>>(),
        )),
        Entry::Named(urn) => definition
            .registry
            .schema(urn)
            .map(|schema| schema.to_resource(&context.base_url))
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::NotFound,
                    "there is no schema with this URN; /Schemas lists all of them",
                )
            }),
    }
}

/// `/ResourceTypes`, or one of them by its name in any case.
pub(super) fn resource_types(
    definition: &ServiceDefinition,
    context: &RequestContext,
    entry: &Entry,
) -> Result<Value, Error> {
    let shown = |resource_type: &RegisteredResourceType| {
        resource_type.definition().to_resource(&context.base_url)
    };
    match entry {
        Entry::All | Entry::Search => Ok(list(
            &definition
                .registry
                .resource_types()
                .map(shown)
                .collect::<Vec<_>>(),
        )),
        Entry::Named(name) => definition
            .registry
            .resource_type_in_any_case(name)
            .map(shown)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::NotFound,
                    "there is no resource type with this name; /ResourceTypes lists all of them",
                )
            }),
    }
}

/// All entries: paging and sorting are ignored here.
fn list(resources: &[Value]) -> Value {
    json!({
        "schemas": [urn::LIST_RESPONSE],
        "totalResults": resources.len(),
        "startIndex": 1,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}
