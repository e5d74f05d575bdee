//! A service over a store in memory, whose steps can fail.

use std::sync::Arc;

use chrono::DateTime;
use scim_core::message::BulkRequest;
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{
    Answer, Exchange, InsertionError, MemoryStore, Paging, Request, RequestContext, ResourceStore,
    Response, Search, ServiceDefinition, Step, StoreCapabilities, StoreError,
};
use scim_core::urn;
use serde_json::{Map, Value, json};

use crate::block_on::block_on;

pub(crate) const BASE: &str = "https://people.example/scim/v2";

/// What goes wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    None,
    /// The step with this number fails.
    At(usize),
    /// So do all after it.
    From(usize),
    /// The step with this number finds that somebody else was faster.
    Stale(usize),
    /// Every replacement does.
    AlwaysStale,
    /// The driver goes away before the step with this number.
    Abandoned(usize),
}

pub(crate) struct Service {
    pub(crate) definition: ServiceDefinition,
    pub(crate) store: MemoryStore,
}

/// How a request went.
pub(crate) struct Run {
    pub(crate) steps: usize,
    /// None if it was abandoned.
    pub(crate) response: Option<Response>,
}

impl Service {
    pub(crate) fn new(registry: SchemaRegistry, is_able: bool) -> Self {
        let mut capabilities = StoreCapabilities::default();
        capabilities.native_search = is_able;
        capabilities.entry_deltas = is_able;
        capabilities.atomic_inserts = is_able;
        let mut definition = ServiceDefinition::new(registry.clone());
        definition.capabilities = capabilities;
        Self {
            definition,
            store: MemoryStore::new(registry).with_capabilities(capabilities),
        }
    }

    pub(crate) fn standard(is_able: bool) -> Self {
        Self::new(SchemaRegistry::standard(), is_able)
    }

    pub(crate) fn ask(&self, request: &BulkRequest) -> Response {
        self.run(request, Fault::None).response.unwrap()
    }

    /// The body of the answer to a request that succeeds.
    pub(crate) fn answer(&self, request: &Request) -> Value {
        self.answer_with(request, context())
    }

    pub(crate) fn answer_with(&self, request: &Request, context: RequestContext) -> Value {
        let run = self.drive(request, context, Fault::None, |_, _| {});
        let response = run.response.unwrap();
        assert!(response.status < 300, "{response:?}");
        serde_json::from_slice(&response.body.unwrap_or_default()).unwrap_or_default()
    }

    pub(crate) fn run(&self, request: &BulkRequest, fault: Fault) -> Run {
        self.drive(&sent(request), context(), fault, |_, _| {})
    }

    pub(crate) fn watch(&self, request: &BulkRequest, watch: impl FnMut(&Exchange, &Step)) {
        self.drive(&sent(request), context(), Fault::None, watch);
    }

    fn drive(
        &self,
        request: &Request,
        context: RequestContext,
        fault: Fault,
        mut watch: impl FnMut(&Exchange, &Step),
    ) -> Run {
        let definition = Arc::new(self.definition.clone());
        let (mut exchange, mut step) = Exchange::start(&definition, request, context);
        for steps in 0..10_000 {
            watch(&exchange, &step);
            if let Step::Done(response) = step {
                return Run {
                    steps,
                    response: Some(response),
                };
            }
            if fault == Fault::Abandoned(steps) {
                return Run {
                    steps,
                    response: None,
                };
            }
            let answer = match (fault, &step) {
                (Fault::At(at), _) if at == steps => failed(steps, &step),
                (Fault::From(from), _) if from <= steps => failed(steps, &step),
                (Fault::Stale(at), Step::Replace { .. }) if at == steps => {
                    Answer::Stored(Err(StoreError::Stale))
                }
                (Fault::AlwaysStale, Step::Replace { .. }) => {
                    Answer::Stored(Err(StoreError::Stale))
                }
                _ => self.carry_out(exchange.context(), step),
            };
            (exchange, step) = exchange.resume(answer);
        }
        panic!("it never ended");
    }

    fn carry_out(&self, context: &RequestContext, step: Step) -> Answer {
        let store = &self.store;
        match step {
            Step::Load {
                resource_type, id, ..
            } => Answer::Loaded(block_on(store.load(context, &resource_type, &id))),
            Step::Search(search) => Answer::Found(block_on(store.search(context, &search))),
            Step::Insert {
                resource_type,
                resource,
                ..
            } => Answer::Stored(block_on(store.insert(context, &resource_type, resource))),
            Step::InsertAll(resources) => {
                Answer::StoredAll(block_on(store.insert_all(context, resources)))
            }
            Step::Amend(amendment) => Answer::Amended(block_on(store.amend(context, &amendment))),
            Step::Replace {
                resource_type,
                resource,
                expected_version,
                ..
            } => Answer::Stored(block_on(store.replace(
                context,
                &resource_type,
                resource,
                &expected_version,
            ))),
            Step::Delete {
                resource_type,
                id,
                expected_version,
                ..
            } => Answer::Deleted(block_on(store.delete(
                context,
                &resource_type,
                &id,
                expected_version.as_deref(),
            ))),
            other => panic!("{other:?} is not for a store"),
        }
    }

    /// All users and groups by their names, without `meta`, and with names in the place of ids.
    pub(crate) fn state(&self) -> Map<String, Value> {
        let mut found = Vec::new();
        for resource_type in ["User", "Group"] {
            let mut search = Search::new(resource_type, 1_000);
            search.paging = Paging::Cursor(None);
            found.extend(
                block_on(self.store.search(&context(), &search))
                    .unwrap()
                    .resources,
            );
        }
        let names: Vec<(String, String)> = found
            .iter()
            .map(|resource| (resource.id().unwrap().to_owned(), name(resource)))
            .collect();
        let state = found.into_iter().map(|resource| {
            let name = name(&resource);
            let mut value = resource.into_value();
            value["id"].take();
            value["meta"].take();
            name_ids(&mut value, &names);
            (name, value)
        });
        state.collect()
    }
}

fn name(resource: &Resource) -> String {
    let name = resource
        .get("userName")
        .or_else(|| resource.get("displayName"));
    name.and_then(Value::as_str).unwrap().to_owned()
}

fn name_ids(value: &mut Value, names: &[(String, String)]) {
    match value {
        Value::String(text) => {
            if let Some((_, name)) = names.iter().find(|(id, _)| id == text) {
                text.clone_from(name);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| name_ids(value, names)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|value| name_ids(value, names)),
        _ => {}
    }
}

fn failed(number: usize, step: &Step) -> Answer {
    let error = StoreError::failed(format!("step {number} is out of order"));
    match step {
        Step::Load { .. } => Answer::Loaded(Err(error)),
        Step::Search(_) => Answer::Found(Err(error)),
        Step::Insert { .. } | Step::Replace { .. } => Answer::Stored(Err(error)),
        Step::InsertAll(_) => Answer::StoredAll(Err(InsertionError::new(0, error))),
        Step::Amend(_) => Answer::Amended(Err(error)),
        Step::Delete { .. } => Answer::Deleted(Err(error)),
        other => panic!("{other:?} cannot fail"),
    }
}

pub(crate) fn context() -> RequestContext {
    context_with("id")
}

pub(crate) fn context_with(new_ids: &str) -> RequestContext {
    RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, new_ids, BASE)
}

fn sent(request: &BulkRequest) -> Request {
    Request::new("POST", "/Bulk").with_body(serde_json::to_vec(request).unwrap())
}

pub(crate) fn results(response: &Response) -> Vec<Value> {
    assert_eq!(response.status, 200, "{response:?}");
    let body: Value = serde_json::from_slice(response.body.as_deref().unwrap()).unwrap();
    body["Operations"].as_array().unwrap().clone()
}

pub(crate) fn statuses(response: &Response) -> Vec<u16> {
    let status = |result: &Value| result["status"].as_str().unwrap().parse().unwrap();
    results(response).iter().map(status).collect()
}

pub(crate) fn user(name: &str, manager: Option<&str>) -> Resource {
    let mut user = json!({ "schemas": [urn::USER], "userName": name });
    if let Some(manager) = manager {
        user["schemas"] = json!([urn::USER, urn::ENTERPRISE_USER]);
        user[urn::ENTERPRISE_USER] = json!({ "manager": { "value": manager } });
    }
    Resource::new(user.as_object().unwrap().clone())
}

pub(crate) fn group(name: &str, members: &[&str]) -> Resource {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let group = json!({ "schemas": [urn::GROUP], "displayName": name, "members": members });
    Resource::new(group.as_object().unwrap().clone())
}
