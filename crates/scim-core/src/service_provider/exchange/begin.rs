//! The start of an exchange: everything that can be decided without a look at any resource.

use std::sync::Arc;

use serde_json::Value;

use super::super::context::Permission;
use super::super::discovery;
use super::super::media_type::{self, Acceptable};
use super::super::parameters::Parameters;
use super::super::request::Request;
use super::super::response::Refusal;
use super::super::routing::{self, Endpoint, Entry};
use super::bulk::Bulk;
use super::change::Change;
use super::create::Create;
use super::delete::Delete;
use super::frame::Frame;
use super::list::List;
use super::me::{self, Aim};
use super::permissions::{self, Whose};
use super::read::Read;
use super::{Next, Outcome};
use crate::error::{Error, ErrorKind};
use crate::resource::{JsonLimits, read_json};
use crate::schema::{self, Schema};

pub(super) fn begin(request: &Request, frame: &mut Frame) -> Outcome<Next> {
    let definition = Arc::clone(&frame.definition);
    let endpoint = Endpoint::at(&request.path, &definition.registry)?;
    if matches!(endpoint, Endpoint::Root) && !definition.root_search {
        return Err(routing::unknown(&definition.registry).into());
    }
    if !endpoint.offers(&request.method) {
        let methods = endpoint.methods();
        let error = Error::new(
            ErrorKind::MethodNotAllowed,
            format!("this endpoint offers {methods} only"),
        );
        return Err(Refusal::with_header(error, "Allow", methods));
    }
    check_size(request, &endpoint, frame)?;
    check_accept(request, frame)?;
    match endpoint {
        Endpoint::Bulk if definition.bulk => Bulk::begin(body(request, frame)?, frame),
        Endpoint::Bulk => Err(not_offered("/Bulk", "send the operations one by one")),
        Endpoint::RootSearch if !definition.root_search => Err(not_offered(
            "A search over all resource types",
            "search each type at its own /.search",
        )),
        Endpoint::RootSearch => {
            let parameters = search(request, frame)?;
            List::begin_root(&parameters, frame)
        }
        Endpoint::Root => {
            let parameters = query(request, frame)?;
            List::begin_root(&parameters, frame)
        }
        Endpoint::Configuration => {
            let parameters = query(request, frame)?;
            discovery::refuse_filter(&parameters)?;
            let document = discovery::configuration(&definition, &frame.context);
            let schema = schema::service_provider_config_schema();
            described(document, schema, &parameters, frame)
        }
        Endpoint::Schemas(entry) => {
            let parameters = discovery_parameters(&entry, request, frame)?;
            discovery::refuse_filter(&parameters)?;
            let document = discovery::schemas(&definition, &frame.context, &entry)?;
            described(document, schema::schema(), &parameters, frame)
        }
        Endpoint::ResourceTypes(entry) => {
            let parameters = discovery_parameters(&entry, request, frame)?;
            discovery::refuse_filter(&parameters)?;
            let document = discovery::resource_types(&definition, &frame.context, &entry)?;
            described(document, schema::resource_type(), &parameters, frame)
        }
        Endpoint::CollectionSearch(resource_type) => {
            permissions::check(Permission::Read, &resource_type, Whose::Any, frame)?;
            let parameters = search(request, frame)?;
            List::begin(resource_type, &parameters, frame)
        }
        Endpoint::Me => match me::endpoint(request, &definition, frame)? {
            Aim::Resource(resource_type, id) => {
                one(request, Endpoint::Resource(resource_type, id), frame)
            }
            Aim::Elsewhere(response) => Ok(Next::Done(response)),
        },
        endpoint @ (Endpoint::Collection(_) | Endpoint::Resource(..)) => {
            one(request, endpoint, frame)
        }
    }
}

/// What an operation on resources of one type is sent with, whether it comes alone or in a bulk request.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) parameters: Parameters,
    /// `null` where none is needed.
    pub(super) body: Value,
    /// The wishes of the client (RFC 7240).
    pub(super) preference: String,
}

/// An operation that came alone.
fn one(request: &Request, endpoint: Endpoint, frame: &mut Frame) -> Outcome<Next> {
    permissions::check_operation(&request.method, &endpoint, frame)?;
    let mut sent = Sent::default();
    if request.method != "DELETE" {
        sent.parameters = query(request, frame)?;
    }
    if matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        sent.body = body(request, frame)?;
    }
    if request.method == "PATCH" {
        let preferences: Vec<&str> = request.header_values("Prefer").collect();
        sent.preference = preferences.join(",");
    }
    operate(&request.method, endpoint, sent, frame)
}

/// Begins an operation on resources of one type, for which there is permission.
pub(super) fn operate(
    method: &str,
    endpoint: Endpoint,
    sent: Sent,
    frame: &mut Frame,
) -> Outcome<Next> {
    let Sent {
        parameters,
        body,
        preference,
    } = sent;
    match (method, endpoint) {
        ("POST", Endpoint::Collection(resource_type)) => {
            Create::begin(resource_type, &parameters, body, frame)
        }
        ("GET" | "HEAD", Endpoint::Collection(resource_type)) => {
            List::begin(resource_type, &parameters, frame)
        }
        ("PUT", Endpoint::Resource(resource_type, id)) => {
            Change::begin_replace(resource_type, id, &parameters, body, frame)
        }
        ("PATCH", Endpoint::Resource(resource_type, id)) => {
            Change::begin_patch(resource_type, id, &parameters, &preference, &body, frame)
        }
        ("DELETE", Endpoint::Resource(resource_type, id)) => {
            Ok(Delete::begin(&resource_type, id, frame))
        }
        ("GET" | "HEAD", Endpoint::Resource(resource_type, id)) => {
            Read::begin(resource_type, id, &parameters, frame)
        }
        _ => Err(Error::new(
            ErrorKind::MethodNotAllowed,
            "this endpoint does not offer this method",
        )
        .into()),
    }
}

fn check_size(request: &Request, endpoint: &Endpoint, frame: &Frame) -> Outcome<()> {
    if request.body.len() > frame.limits.body_bytes {
        let name = match endpoint {
            Endpoint::Bulk => " (maxPayloadSize); send several requests",
            _ => "",
        };
        let detail = format!(
            "the body has {} bytes; this service takes {} at most{name}",
            request.body.len(),
            frame.limits.body_bytes
        );
        return Err(Error::new(ErrorKind::PayloadTooLarge, detail).into());
    }
    Ok(())
}

fn check_accept(request: &Request, frame: &mut Frame) -> Outcome<()> {
    if media_type::acceptable(request) != Acceptable::None {
        return Ok(());
    }
    if !frame.compatibility.ignore_accept {
        let detail = format!(
            "this service answers in {} or {} only",
            media_type::SCIM,
            media_type::JSON
        );
        return Err(Error::new(ErrorKind::NotAcceptable, detail).into());
    }
    let detail = format!("the answer is {} all the same", media_type::SCIM);
    frame.tolerating().note("ignore_accept", "Accept", detail);
    Ok(())
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
    let limits = JsonLimits {
        // What `check_size` let through, even if a service takes more than the reader usually does.
        bytes: frame.limits.body_bytes,
        ..JsonLimits::new()
    };
    let value = read_json(&request.body, limits)?;
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

pub(super) fn not_offered(what: &str, instead: &str) -> Box<Refusal> {
    Error::new(
        ErrorKind::NotImplemented,
        format!("{what} is not offered by this service; {instead}"),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::super::context::RequestContext;
    use super::super::super::definition::ServiceDefinition;
    use super::*;
    use crate::schema::SchemaRegistry;

    /// P-7644-3.7.4-1: what is announced as maxPayloadSize is taken, however large.
    #[test]
    fn a_service_may_take_larger_bodies_than_the_reader_usually_does() {
        let mut definition = ServiceDefinition::new(SchemaRegistry::standard());
        definition.limits.body_bytes = 17 * 1024 * 1024;
        let context = RequestContext::new("t", "p", DateTime::UNIX_EPOCH, "1", "https://a.example");
        let mut text = b"{}".to_vec();
        text.resize(definition.limits.body_bytes, b' ');
        let request = Request::new("POST", "/Bulk").with_body(text);
        let mut frame = Frame::new(&Arc::new(definition), &request, context);
        assert!(body(&request, &mut frame).is_ok());
    }
}
