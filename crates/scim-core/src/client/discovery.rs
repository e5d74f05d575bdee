//! What a service tells about itself ([RFC 7644, section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4)).

mod configuration;
mod definitions;

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Context, Next, Operation};
use super::capabilities::Capabilities;
use super::error::{ClientError, ClientErrorKind};
use super::messages::Request;
use super::reading::member;
use super::target::Target;
use super::walk::Walk;
use crate::schema::{SchemaRegistry, ServiceProviderConfig};
use crate::urn;

use configuration::configuration;
use definitions::registry;

/// More than any service has; a limit on what a hostile one can ask for.
const MAXIMUM_DEFINITIONS: usize = 1_000;

/// What a service tells about itself.
///
/// # Examples
///
/// See [`Client::discover`](super::Client::discover).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Discovered {
    /// The answer of `/ServiceProviderConfig`, if there is one.
    pub configuration: Option<ServiceProviderConfig>,
    /// What follows from it, and whether queries by POST are answered, which no document tells.
    pub capabilities: Capabilities,
    /// The resource types and their schemas; those of RFC 7643 where the service tells none.
    pub registry: SchemaRegistry,
}

/// Which question was asked.
#[derive(Debug)]
enum Phase {
    Configuration,
    Schemas(Box<Walk>),
    ResourceTypes(Box<Walk>),
    Search,
}

/// Asks one question after the other.
#[derive(Debug)]
pub(super) struct Discover {
    phase: Phase,
    configuration: Option<ServiceProviderConfig>,
    capabilities: Capabilities,
    schemas: Vec<Value>,
    resource_types: Vec<Value>,
    registry: Option<SchemaRegistry>,
}

impl Discover {
    pub(super) fn start(target: &Target) -> (Self, Request) {
        let discover = Self {
            phase: Phase::Configuration,
            configuration: None,
            capabilities: Capabilities::default(),
            schemas: Vec::new(),
            resource_types: Vec::new(),
            registry: None,
        };
        let url = format!("{}/ServiceProviderConfig", target.base_url);
        (discover, target.request("GET", url, None))
    }

    fn ask_for_schemas(&mut self, context: &Context) -> Next<Discovered> {
        let (walk, request) = all(&context.target, "Schemas");
        self.phase = Phase::Schemas(Box::new(walk));
        Next::Send(request)
    }

    fn ask_for_resource_types(&mut self, context: &Context) -> Next<Discovered> {
        let (walk, request) = all(&context.target, "ResourceTypes");
        self.phase = Phase::ResourceTypes(Box::new(walk));
        Next::Send(request)
    }

    /// Whether queries by POST are answered: a question for no resource at all.
    fn ask_for_search(&mut self, context: &mut Context) -> Result<Next<Discovered>, ClientError> {
        let schemas = std::mem::take(&mut self.schemas);
        let resource_types = std::mem::take(&mut self.resource_types);
        let registry = registry(schemas, resource_types, &mut context.deviations)?;
        let first = registry
            .resource_type_at("Users")
            .or_else(|| registry.resource_types().next());
        let endpoint = first.map(|first| first.definition().endpoint.clone());
        self.registry = Some(registry);
        let Some(endpoint) = endpoint else {
            return self.finish();
        };
        self.phase = Phase::Search;
        let url = format!("{}/.search", context.target.base_url.endpoint(&endpoint)?);
        let body = json!({"schemas": [urn::SEARCH_REQUEST], "count": 0});
        let mut request = context.request("POST", url, Some(&body));
        request.repeatable = true;
        Ok(Next::Send(request))
    }

    fn finish(&mut self) -> Result<Next<Discovered>, ClientError> {
        let registry = self.registry.take();
        let registry = registry
            .ok_or_else(|| ClientError::new(ClientErrorKind::NotScim, "there are no schemas"))?;
        Ok(Next::Done(Discovered {
            configuration: self.configuration.take(),
            capabilities: self.capabilities,
            registry,
        }))
    }
}

impl Operation<Discovered> for Discover {
    fn read(
        &mut self,
        answer: Answer,
        context: &mut Context,
    ) -> Result<Next<Discovered>, ClientError> {
        match &mut self.phase {
            Phase::Configuration => {
                let told = configuration(answer.json()?, &mut context.deviations)?;
                self.capabilities = Capabilities::from(&told);
                self.configuration = Some(told);
                Ok(self.ask_for_schemas(context))
            }
            Phase::Schemas(walk) => {
                let page = walk.read(one_as_list(answer.json()?), context)?;
                let request = walk.request(&context.target);
                check_count(self.schemas.len() + page.resources.len())?;
                self.schemas
                    .extend(page.resources.into_iter().map(Value::Object));
                if page.is_last {
                    Ok(self.ask_for_resource_types(context))
                } else {
                    Ok(Next::Send(request))
                }
            }
            Phase::ResourceTypes(walk) => {
                let page = walk.read(one_as_list(answer.json()?), context)?;
                let request = walk.request(&context.target);
                check_count(self.resource_types.len() + page.resources.len())?;
                self.resource_types
                    .extend(page.resources.into_iter().map(Value::Object));
                if page.is_last {
                    self.ask_for_search(context)
                } else {
                    Ok(Next::Send(request))
                }
            }
            Phase::Search => {
                let body = answer.json();
                let is_list = matches!(&body, Ok(Some(Value::Object(members))) if member(members, "totalResults").is_some());
                self.capabilities.search = is_list;
                self.finish()
            }
        }
    }

    /// What has no endpoint is told by nobody ([RFC 7644, section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4) has it
    /// otherwise). Any other failure is one: taken for "nothing", it would make half a service of a whole one.
    fn refused(
        &mut self,
        error: ClientError,
        context: &mut Context,
    ) -> Result<Next<Discovered>, ClientError> {
        let is_absent = matches!(
            error.kind(),
            ClientErrorKind::NotFound | ClientErrorKind::NotOffered
        );
        match &self.phase {
            // Whatever the reason: queries go by GET.
            Phase::Search => self.finish(),
            Phase::Configuration if is_absent => {
                let detail = "/ServiceProviderConfig is not there; PATCH and filters were assumed, and nothing else";
                context.deviations.note("no_configuration", detail);
                Ok(self.ask_for_schemas(context))
            }
            Phase::Schemas(walk) if is_absent && walk.is_at_start() => {
                let detail = "/Schemas is not there; those of RFC 7643 were taken";
                context.deviations.note("no_schemas", detail);
                Ok(self.ask_for_resource_types(context))
            }
            Phase::ResourceTypes(walk) if is_absent && walk.is_at_start() => {
                let detail = "/ResourceTypes is not there; users and groups were assumed where there are schemas for them";
                context.deviations.note("no_resource_types", detail);
                self.ask_for_search(context)
            }
            _ => Err(error),
        }
    }
}

/// Discovery endpoints give all at once; some services give pages of them all the same.
fn all(target: &Target, endpoint: &str) -> (Walk, Request) {
    let walk = Walk::by_index(format!("{}/{endpoint}", target.base_url), Map::new());
    let request = walk.request(target);
    (walk, request)
}

/// A service with one schema may give it alone.
fn one_as_list(body: Option<Value>) -> Option<Value> {
    let is_one = body
        .as_ref()
        .and_then(Value::as_object)
        .is_some_and(|members| {
            let has = |name| member(members, name).is_some();
            !has("Resources") && !has("totalResults") && (has("attributes") || has("endpoint"))
        });
    if is_one {
        body.map(|body| Value::from(vec![body]))
    } else {
        body
    }
}

fn check_count(count: usize) -> Result<(), ClientError> {
    if count <= MAXIMUM_DEFINITIONS {
        return Ok(());
    }
    let detail = format!("the list has more than {MAXIMUM_DEFINITIONS} definitions");
    Err(ClientError::new(ClientErrorKind::TooLarge, detail))
}
