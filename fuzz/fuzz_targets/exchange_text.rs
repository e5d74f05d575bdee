//! A list of requests, one after another, to a service in memory: nothing panics, nothing fails inside, and whatever is
//! created can be read back.
//!
//! The input is text: requests are parted by a line `---`; the first line of each is `METHOD path?query`, the rest its
//! body.
#![cfg_attr(fuzzing, no_main)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use scim_core::compatibility::Compatibility;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{
    MemoryStore, Request, RequestContext, Response, ServiceDefinition, ServiceProvider,
};

fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for compatibility in [Compatibility::strict(), Compatibility::entra_legacy()] {
        let registry = SchemaRegistry::standard();
        let mut definition = ServiceDefinition::new(registry.clone());
        definition.compatibility = compatibility;
        let service = ServiceProvider::new(definition, MemoryStore::new(registry));
        for (index, request) in text.split("\n---\n").take(20).enumerate() {
            let (line, body) = request.split_once('\n').unwrap_or((request, ""));
            let (method, target) = line.split_once(' ').unwrap_or(("GET", line));
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let request = Request::new(method, path).with_query(query).with_body(body);
            let response = answer(&service, &request, index);
            assert!(
                response.status < 500 || response.status == 501,
                "{line:?}: {response:?}"
            );
            if let Some(body) = &response.body {
                let body: serde_json::Value =
                    serde_json::from_slice(body).expect("every body is JSON");
                let results = body["Operations"].as_array();
                for result in results.into_iter().flatten() {
                    assert_ne!(result["status"], "500", "{line:?}: {body}");
                }
            }
            if response.status == 201 {
                let location = response
                    .header("Location")
                    .expect("what is created has an address");
                let path = location
                    .strip_prefix("https://a.example")
                    .expect("it is below the base");
                assert_eq!(
                    answer(&service, &Request::new("GET", path), index).status,
                    200
                );
            }
        }
    }
}

fn answer(service: &ServiceProvider<MemoryStore>, request: &Request, index: usize) -> Response {
    let now = chrono::DateTime::UNIX_EPOCH;
    let context = RequestContext::new("t", "p", now, index.to_string(), "https://a.example");
    let mut future = pin!(service.answer(request.clone(), context));
    loop {
        if let Poll::Ready(response) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return response;
        }
    }
}

fuzz::target!(check);
