//! A list of operations, one after another, to services in memory that differ in what their stores can do: nothing panics, nothing
//! fails inside, all of them give the same answers, and what they hold in the end is valid and unique.
#![cfg_attr(fuzzing, no_main)]

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use arbitrary::{Arbitrary, Unstructured};
use fuzz::operation::{Operation, Seen};
use scim_core::compatibility::Compatibility;
use scim_core::resource::Resource;
use scim_core::schema::{SchemaRegistry, ValidationContext};
use scim_core::service_provider::{
    CursorPaging, CursorSeal, Me, MeEndpoint, MemoryStore, Request, RequestContext, Response,
    ServiceDefinition, ServiceProvider, StoreCapabilities,
};
use serde_json::Value;

const BASE: &str = "https://a.example";

/// Made once: making it takes longer than a request.
static REGISTRY: LazyLock<SchemaRegistry> = LazyLock::new(SchemaRegistry::standard);

type Service = ServiceProvider<MemoryStore>;

/// Hides nothing, and knows what it sealed: enough where nobody forges.
#[derive(Debug)]
struct OpenSeal;

impl CursorSeal for OpenSeal {
    fn seal(&self, plain: &[u8], bound_to: &[u8]) -> String {
        [plain, b"|", bound_to]
            .concat()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn open(&self, sealed: &str, bound_to: &[u8]) -> Option<Vec<u8>> {
        let bytes: Vec<u8> = (0..sealed.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(sealed.get(at..at + 2)?, 16).ok())
            .collect::<Option<_>>()?;
        let plain = bytes.strip_suffix(bound_to)?.strip_suffix(b"|")?;
        Some(plain.to_vec())
    }
}

fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(is_strict) = bool::arbitrary(&mut input) else {
        return;
    };
    let compatibility = if is_strict {
        Compatibility::strict()
    } else {
        Compatibility::entra_legacy()
    };
    let services = [true, false].map(|able| service(compatibility, able));
    let mut seen = Seen::default();
    for number in 1..=20 {
        let Ok(operation) = Operation::arbitrary(&mut input) else {
            break;
        };
        let request = operation.request(&seen);
        let [response, other] =
            [&services[0], &services[1]].map(|service| answer(service, request.clone(), number));
        assert_eq!(
            compared(&response),
            compared(&other),
            "{operation:?} depends on what the store can do"
        );
        seen.learn(&response, BASE);
    }
    for service in &services {
        check_held(service);
    }
}

/// A service over a store that can do everything, or only what it must.
fn service(compatibility: Compatibility, able: bool) -> Service {
    let mut definition = ServiceDefinition::new(REGISTRY.clone());
    definition.compatibility = compatibility;
    definition.root_search = true;
    definition.cursors = Some(CursorPaging::new(OpenSeal));
    definition.me = MeEndpoint::Direct;
    let mut capabilities = StoreCapabilities::default();
    capabilities.native_search = able;
    capabilities.entry_deltas = able;
    capabilities.atomic_inserts = able;
    let store = MemoryStore::new(REGISTRY.clone()).with_capabilities(capabilities);
    ServiceProvider::new(definition, store)
}

fn answer(service: &Service, request: Request, number: usize) -> Response {
    let now = chrono::DateTime::UNIX_EPOCH;
    let context =
        RequestContext::new("t", "p", now, number.to_string(), BASE).with_me(Me::new("User", "1"));
    let shown = format!("{} {}", request.method, request.path);
    let mut future = pin!(service.answer(request, context));
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(response) = future.as_mut().poll(&mut context) {
            assert!(
                response.status < 500 || response.status == 501,
                "{shown}: {response:?}"
            );
            return response;
        }
    }
}

/// What has to be the same. Versions count writes, and a circle of references takes more of them where it cannot appear at once.
fn compared(response: &Response) -> (u16, Option<Value>) {
    let body: Option<Value> = response.body.as_ref().map(|body| {
        serde_json::from_slice(body).expect("whatever a service sends in a body is JSON")
    });
    let results = body.as_ref().and_then(|body| body["Operations"].as_array());
    for result in results.into_iter().flatten() {
        assert_ne!(result["status"], "500", "{result}");
    }
    (response.status, body.map(without_versions))
}

fn without_versions(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(name, _)| name != "version")
            .map(|(name, value)| (name, without_versions(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(without_versions).collect(),
        other => other,
    }
}

/// Whatever is held reads as valid under the strictest rules, and has an id and a name of its own.
fn check_held(service: &Service) {
    let registry = &service.definition().registry;
    for resource_type in registry.resource_types() {
        let path = &resource_type.definition().endpoint;
        let request = Request::new("GET", path.clone()).with_query("count=1000");
        let response = answer(service, request, 1000);
        let body: Value = serde_json::from_slice(&response.body.unwrap_or_default())
            .expect("a list of resources is JSON");
        let held = body["Resources"].as_array().expect("a list has resources");
        assert_eq!(body["totalResults"], held.len());
        let mut taken = Vec::new();
        for resource in held {
            let read = resource_type.read(
                resource.clone(),
                ValidationContext::Response,
                &Compatibility::strict(),
            );
            assert!(read.is_ok(), "{resource}: {:?}", read.err());
            let resource = Resource::new(resource.as_object().cloned().unwrap_or_default());
            for key in resource_type.unique_keys(&resource) {
                assert!(
                    !taken.contains(&key),
                    "{resource:?} has what another one has"
                );
                taken.push(key);
            }
        }
    }
}

fuzz::target!(check);
