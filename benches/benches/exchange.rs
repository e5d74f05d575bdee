//! One request from its text to the text of its answer, without any input or output: the machine alone, over a "store" that has one
//! full user of 1.6 KB at hand, and a group of 10,000 members.
//!
//! What a network, a database and an HTTP library take comes on top of it. There is no goal for these rows; they say what the
//! protocol costs: reading and validating, PATCH, versions, selection, writing.
#![expect(
    clippy::expect_used,
    reason = "a bench whose input is wrong has to stop"
)]

use std::hint::black_box;
use std::sync::Arc;

use benches::full_user;
use criterion::{Criterion, criterion_group, criterion_main};
use scim_core::compatibility::Compatibility;
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{
    Amended, Answer, Exchange, Page, Request, RequestContext, Response, ServiceDefinition, Step,
};
use serde_json::{Value, json};

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Drives a request to its response; every store's answer is a copy of what is held.
fn exchange(definition: &Arc<ServiceDefinition>, request: &Request, held: &Resource) -> Response {
    let context = RequestContext::new(
        "t",
        "p",
        chrono::DateTime::UNIX_EPOCH,
        "1",
        "https://people.example/scim/v2",
    );
    let (mut exchange, mut step) = Exchange::start(definition, request, context);
    loop {
        let answer = match step {
            Step::Load { .. } => Answer::Loaded(Ok(Some(held.clone()))),
            Step::Search(_) => Answer::Found(Ok(Page::new(1, vec![held.clone()]))),
            Step::Insert { resource, .. } | Step::Replace { resource, .. } => {
                Answer::Stored(Ok(resource))
            }
            Step::InsertAll(new) => {
                Answer::StoredAll(Ok(new.into_iter().map(|new| new.resource).collect()))
            }
            Step::Amend(_) => Answer::Amended(Ok(Amended::Version("W/\"2\"".to_owned()))),
            Step::Delete { .. } => Answer::Deleted(Ok(())),
            Step::Done(response) => return response,
            other => panic!("no store answers {other:?}"),
        };
        (exchange, step) = exchange.resume(answer);
    }
}

fn resource(value: Value) -> Resource {
    let Value::Object(members) = value else {
        panic!("a resource is an object");
    };
    let mut resource = Resource::new(members);
    resource.set_id("1");
    let mut meta = resource.meta().unwrap_or_default();
    meta.version = Some("W/\"1\"".to_owned());
    resource.set_meta(&meta);
    resource
}

fn bench(criterion: &mut Criterion) {
    let mut definition = ServiceDefinition::new(SchemaRegistry::standard());
    definition.compatibility = Compatibility::entra();
    let whole = Arc::new(definition.clone());
    definition.capabilities.entry_deltas = true;
    let by_delta = Arc::new(definition);
    let user = resource(full_user());
    let members: Vec<_> = (0..10_000)
        .map(|id| json!({ "value": format!("user-{id}"), "type": "User" }))
        .collect();
    let group = resource(json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Guides", "members": members,
    }));

    let mut sent = full_user();
    if let Some(members) = sent.as_object_mut() {
        members.remove("id");
        members.remove("meta");
    }
    let change = |operation: Value| json!({ "schemas": [PATCH], "Operations": [operation] });
    let active = change(json!({ "op": "replace", "path": "active", "value": false })).to_string();
    let member = change(json!({ "op": "add", "path": "members", "value": [{ "value": "new" }] }));
    let operations: Vec<_> = (0..100)
        .map(|number| {
            let mut data = sent.clone();
            data["userName"] = format!("user{number}@example.com").into();
            json!({ "method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": data })
        })
        .collect();
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations,
    });
    let rows = [
        ("get", &whole, &user, Request::new("GET", "/Users/1"), 200),
        (
            "get_two_attributes",
            &whole,
            &user,
            Request::new("GET", "/Users/1").with_query("attributes=userName,active"),
            200,
        ),
        (
            "find_by_user_name",
            &whole,
            &user,
            Request::new("GET", "/Users")
                .with_query("filter=userName+eq+%22bjensen@example.com%22"),
            200,
        ),
        (
            "post",
            &whole,
            &user,
            Request::new("POST", "/Users").with_body(sent.to_string()),
            201,
        ),
        (
            "put",
            &whole,
            &user,
            Request::new("PUT", "/Users/1").with_body(sent.to_string()),
            200,
        ),
        (
            "patch_active",
            &whole,
            &user,
            Request::new("PATCH", "/Users/1").with_body(active.as_str()),
            200,
        ),
        (
            "patch_member_of_10000",
            &whole,
            &group,
            Request::new("PATCH", "/Groups/1").with_body(member.to_string()),
            204,
        ),
        (
            "patch_member_by_delta",
            &by_delta,
            &group,
            Request::new("PATCH", "/Groups/1").with_body(member.to_string()),
            204,
        ),
        (
            "delete",
            &whole,
            &user,
            Request::new("DELETE", "/Users/1"),
            204,
        ),
        (
            "bulk_of_100_posts",
            &whole,
            &user,
            Request::new("POST", "/Bulk").with_body(bulk.to_string()),
            200,
        ),
    ];
    let mut benches = criterion.benchmark_group("exchange");
    for (name, definition, held, request, status) in rows {
        let response = exchange(definition, &request, held);
        assert_eq!(response.status, status, "{name}");
        benches.bench_function(name, |bencher| {
            bencher.iter(|| exchange(definition, black_box(&request), held).status);
        });
    }
    benches.finish();
    // What the rows are about really happens.
    let changed = exchange(
        &whole,
        &Request::new("PATCH", "/Users/1").with_body(active.as_str()),
        &user,
    );
    let changed: Value = serde_json::from_slice(&changed.body.expect("a user")).expect("JSON");
    assert_eq!(changed["active"], false);
}

criterion_group!(benches, bench);
criterion_main!(benches);
