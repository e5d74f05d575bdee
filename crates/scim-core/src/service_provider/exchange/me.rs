//! `/Me` ([RFC 7644 §3.11](https://www.rfc-editor.org/rfc/rfc7644#section-3.11)): another name for the resource of whoever asks.

use super::super::definition::{MeEndpoint, ServiceDefinition};
use super::super::request::Request;
use super::super::response::Response;
use super::super::store_error::StoreError;
use super::Outcome;
use super::begin::not_offered;
use super::frame::Frame;
use crate::error::{Error, ErrorKind};
use crate::schema::RegisteredResourceType;

/// Where a request to `/Me` goes.
pub(super) enum Aim {
    Resource(RegisteredResourceType, String),
    Elsewhere(Response),
}

pub(super) fn endpoint(
    request: &Request,
    definition: &ServiceDefinition,
    frame: &Frame,
) -> Outcome<Aim> {
    if definition.me == MeEndpoint::NotOffered {
        return Err(not_offered("/Me", "address the resource by its id"));
    }
    if request.method == "POST" {
        return Err(not_offered(
            "Self-registration at /Me",
            "create the resource at the endpoint of its type",
        ));
    }
    let Some(me) = &frame.context.me else {
        return Err(Error::new(
            ErrorKind::NotFound,
            "no resource stands for you here; address resources by their id",
        )
        .into());
    };
    let Some(resource_type) = definition
        .registry
        .resource_type_in_any_case(&me.resource_type)
    else {
        let error = StoreError::failed("the resource type of RequestContext::me is not registered");
        return Err(frame.store_refusal(error));
    };
    Ok(if definition.me == MeEndpoint::Redirect {
        let mut location = frame.location(resource_type, &me.id);
        if let Some(query) = &request.query {
            location = format!("{location}?{query}");
        }
        Aim::Elsewhere(Response::new(308).with_header("Location", location))
    } else {
        Aim::Resource(resource_type.clone(), me.id.clone())
    })
}
