//! The start of an exchange: everything that can be decided without a look at any resource.

use serde_json::Value;

use super::super::definition::ServiceDefinition;
use super::super::discovery;
use super::super::media_type::{self, Acceptable};
use super::super::parameters::Parameters;
use super::super::request::Request;
use super::super::response::Refusal;
use super::super::routing::{Endpoint, Entry};
use super::change::Change;
use super::create::Create;
use super::delete::Delete;
use super::frame::Frame;
use super::list::List;
use super::read::Read;
use super::{Next, Outcome};
use crate::error::{Error, ErrorKind};
use crate::resource::{JsonLimits, read_json};

pub(super) fn begin(
    definition: &ServiceDefinition,
    request: &Request,
    frame: &mut Frame,
) -> Outcome<Next> {
    let endpoint = Endpoint::at(&request.path, &definition.registry)?;
    if !endpoint.offers(&request.method) {
        let methods = endpoint.methods();
        let error = Error::new(
            ErrorKind::MethodNotAllowed,
            format!("this endpoint offers {methods} only"),
        );
        return Err(Refusal::with_header(error, "Allow", methods));
    }
    if request.body.len() > frame.limits.body_bytes {
        let detail = format!(
            "the body has {} bytes; this service takes {} at most",
            request.body.len(),
            frame.limits.body_bytes
        );
        return Err(Error::new(ErrorKind::PayloadTooLarge, detail).into());
    }
    if media_type::acceptable(request) == Acceptable::None && !frame.compatibility.ignore_accept {
        let detail = format!(
            "this service answers in {} or {} only",
            media_type::SCIM,
            media_type::JSON
        );
        return Err(Error::new(ErrorKind::NotAcceptable, detail).into());
    }
    let parameters = || Parameters::from_query(request.query.as_deref(), &definition.compatibility);
    match (request.method.as_str(), endpoint) {
        (_, Endpoint::Me) => Err(not_offered("/Me", "address the resource by its id")),
        (_, Endpoint::Bulk) => Err(not_offered("/Bulk", "send the operations one by one")),
        (_, Endpoint::RootSearch) => Err(not_offered(
            "A search over all resource types",
            "search each type at its own /.search",
        )),
        (_, Endpoint::Configuration) => {
            discovery::refuse_filter(&parameters()?)?;
            Ok(Next::Done(frame.json(
                200,
                &discovery::configuration(definition, &frame.context),
            )))
        }
        (_, Endpoint::Schemas(entry)) => {
            discovery::refuse_filter(&discovery_parameters(&entry, request, frame)?)?;
            Ok(Next::Done(frame.json(
                200,
                &discovery::schemas(definition, &frame.context, &entry)?,
            )))
        }
        (_, Endpoint::ResourceTypes(entry)) => {
            discovery::refuse_filter(&discovery_parameters(&entry, request, frame)?)?;
            Ok(Next::Done(frame.json(
                200,
                &discovery::resource_types(definition, &frame.context, &entry)?,
            )))
        }
        ("POST", Endpoint::Collection(resource_type)) => {
            Create::begin(resource_type, &parameters()?, body(request, frame)?, frame)
        }
        (_, Endpoint::Collection(resource_type)) => {
            List::begin(resource_type, &parameters()?, frame)
        }
        (_, Endpoint::CollectionSearch(resource_type)) => List::begin(
            resource_type,
            &Parameters::from_body(&body(request, frame)?)?,
            frame,
        ),
        ("PUT", Endpoint::Resource(resource_type, id)) => Change::begin_replace(
            resource_type,
            id,
            &parameters()?,
            body(request, frame)?,
            frame,
        ),
        ("PATCH", Endpoint::Resource(resource_type, id)) => {
            let preference = request
                .header_values("Prefer")
                .collect::<Vec<_>>()
                .join(",");
            Change::begin_patch(
                resource_type,
                id,
                &parameters()?,
                &preference,
                &body(request, frame)?,
                frame,
            )
        }
        ("DELETE", Endpoint::Resource(resource_type, id)) => {
            Ok(Delete::begin(&resource_type, id, frame))
        }
        (_, Endpoint::Resource(resource_type, id)) => {
            Read::begin(resource_type, id, &parameters()?, frame)
        }
    }
}

/// The JSON value of the body.
fn body(request: &Request, frame: &Frame) -> Outcome<Value> {
    let content_type = request.header("Content-Type");
    if !media_type::readable(content_type, frame.compatibility.other_json_media_types) {
        let detail = format!(
            "a body of Content-Type {} or {} is needed",
            media_type::SCIM,
            media_type::JSON
        );
        return Err(Error::new(ErrorKind::UnsupportedMediaType, detail).into());
    }
    if request.body.is_empty() {
        return Err(Error::new(ErrorKind::InvalidSyntax, "a body is needed: a JSON object").into());
    }
    let value = read_json(&request.body, JsonLimits::new())?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(Error::new(ErrorKind::InvalidSyntax, "the body has to be a JSON object").into())
    }
}

fn discovery_parameters(entry: &Entry, request: &Request, frame: &Frame) -> Outcome<Parameters> {
    if matches!(entry, Entry::Search) {
        Ok(Parameters::from_body(&body(request, frame)?)?)
    } else {
        Ok(Parameters::from_query(
            request.query.as_deref(),
            &frame.compatibility,
        )?)
    }
}

fn not_offered(what: &str, instead: &str) -> Box<Refusal> {
    Error::new(
        ErrorKind::NotImplemented,
        format!("{what} is not offered by this service; {instead}"),
    )
    .into()
}
