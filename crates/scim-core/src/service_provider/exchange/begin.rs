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
use crate::schema::{self, Schema};

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
    let acceptable = media_type::acceptable(request) != Acceptable::None;
    if !acceptable && frame.compatibility.ignore_accept {
        let detail = format!("the answer is {} all the same", media_type::SCIM);
        frame.tolerating().note("ignore_accept", "Accept", detail);
    } else if !acceptable {
        let detail = format!(
            "this service answers in {} or {} only",
            media_type::SCIM,
            media_type::JSON
        );
        return Err(Error::new(ErrorKind::NotAcceptable, detail).into());
    }
    match (request.method.as_str(), endpoint) {
        (_, Endpoint::Me) => Err(not_offered("/Me", "address the resource by its id")),
        (_, Endpoint::Bulk) => Err(not_offered("/Bulk", "send the operations one by one")),
        (_, Endpoint::RootSearch) => Err(not_offered(
            "A search over all resource types",
            "search each type at its own /.search",
        )),
        (_, Endpoint::Configuration) => {
            let parameters = query(request, frame)?;
            discovery::refuse_filter(&parameters)?;
            let document = discovery::configuration(definition, &frame.context);
            described(
                document,
                schema::service_provider_config_schema(),
                &parameters,
                frame,
            )
        }
        (_, Endpoint::Schemas(entry)) => {
            let parameters = discovery_parameters(&entry, request, frame)?;
            discovery::refuse_filter(&parameters)?;
            let document = discovery::schemas(definition, &frame.context, &entry)?;
            described(document, schema::schema(), &parameters, frame)
        }
        (_, Endpoint::ResourceTypes(entry)) => {
            let parameters = discovery_parameters(&entry, request, frame)?;
            discovery::refuse_filter(&parameters)?;
            let document = discovery::resource_types(definition, &frame.context, &entry)?;
            described(document, schema::resource_type(), &parameters, frame)
        }
        ("POST", Endpoint::Collection(resource_type)) => {
            let parameters = query(request, frame)?;
            Create::begin(resource_type, &parameters, body(request, frame)?, frame)
        }
        (_, Endpoint::Collection(resource_type)) => {
            let parameters = query(request, frame)?;
            List::begin(resource_type, &parameters, frame)
        }
        (_, Endpoint::CollectionSearch(resource_type)) => {
            let parameters = search(request, frame)?;
            List::begin(resource_type, &parameters, frame)
        }
        ("PUT", Endpoint::Resource(resource_type, id)) => {
            let parameters = query(request, frame)?;
            let body = body(request, frame)?;
            Change::begin_replace(resource_type, id, &parameters, body, frame)
        }
        ("PATCH", Endpoint::Resource(resource_type, id)) => {
            let preference = request
                .header_values("Prefer")
                .collect::<Vec<_>>()
                .join(",");
            let parameters = query(request, frame)?;
            let body = body(request, frame)?;
            Change::begin_patch(resource_type, id, &parameters, &preference, &body, frame)
        }
        ("DELETE", Endpoint::Resource(resource_type, id)) => {
            Ok(Delete::begin(&resource_type, id, frame))
        }
        (_, Endpoint::Resource(resource_type, id)) => {
            let parameters = query(request, frame)?;
            Read::begin(resource_type, id, &parameters, frame)
        }
    }
}

/// The JSON value of the body.
fn body(request: &Request, frame: &mut Frame) -> Outcome<Value> {
    let content_type = request.header("Content-Type");
    let lenient = frame.compatibility.other_json_media_types;
    if media_type::readable(content_type, false) {
    } else if media_type::readable(content_type, lenient) {
        let detail = format!("the body was read as {}", media_type::SCIM);
        frame
            .tolerating()
            .note("other_json_media_types", "Content-Type", detail);
    } else {
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

/// The parameters in the address.
fn query(request: &Request, frame: &mut Frame) -> Outcome<Parameters> {
    let query = request.query.as_deref();
    Ok(Parameters::from_query(query, &mut frame.tolerating())?)
}

/// The parameters in the body of a search.
fn search(request: &Request, frame: &mut Frame) -> Outcome<Parameters> {
    let body = body(request, frame)?;
    Ok(Parameters::from_body(&body, &mut frame.tolerating())?)
}

/// The answer with what a service tells about itself, as far as the client chose to see it.
fn described(
    document: Value,
    schema: &Schema,
    parameters: &Parameters,
    frame: &mut Frame,
) -> Outcome<Next> {
    let document = discovery::select(
        document,
        schema,
        parameters,
        &frame.compatibility,
        &mut frame.tolerated,
    )?;
    Ok(Next::Done(frame.json(200, &document)))
}

fn discovery_parameters(
    entry: &Entry,
    request: &Request,
    frame: &mut Frame,
) -> Outcome<Parameters> {
    if matches!(entry, Entry::Search) {
        search(request, frame)
    } else {
        query(request, frame)
    }
}

fn not_offered(what: &str, instead: &str) -> Box<Refusal> {
    Error::new(
        ErrorKind::NotImplemented,
        format!("{what} is not offered by this service; {instead}"),
    )
    .into()
}
