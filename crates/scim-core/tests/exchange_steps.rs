//! The machine alone, step by step: what it asks for, and what it makes of bad news.

#[path = "support/block_on.rs"]
mod block_on;

use std::sync::Arc;

use chrono::DateTime;
use scim_core::error::{Error, ErrorKind};
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{
    Answer, Exchange, MemoryStore, Request, RequestContext, ResourceStore, Response,
    ServiceDefinition, ServiceLimits, Step, StoreError,
};
use serde_json::{Value, json};

use block_on::block_on;

fn start(request: &Request) -> (Exchange, Step) {
    let definition = ServiceDefinition::new(SchemaRegistry::standard());
    let base = "https://people.example/scim/v2";
    let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "new", base);
    Exchange::start(&Arc::new(definition), request, context)
}

fn replacement() -> Request {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ines",
        "title": "new",
    });
    Request::new("PUT", "/Users/1").with_body(body.to_string())
}

fn stored(version: &str) -> Answer {
    let value = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "1",
        "userName": "ines",
        "meta": { "resourceType": "User", "version": version },
    });
    Answer::Loaded(Ok(value.as_object().cloned().map(Resource::new)))
}

fn done(step: Step) -> Option<Response> {
    match step {
        Step::Done(response) => Some(response),
        _ => None,
    }
}

/// P-7644-3.14-8: a change that came in between is read anew, and not lost.
#[test]
fn an_unconditional_change_is_tried_again_on_the_newer_version() {
    let (exchange, step) = start(&replacement());
    assert!(matches!(step, Step::Load { .. }));
    let (exchange, step) = exchange.resume(stored("W/\"1\""));
    assert!(
        matches!(step, Step::Replace { expected_version, .. } if expected_version == "W/\"1\"")
    );
    let (exchange, step) = exchange.resume(Answer::Stored(Err(StoreError::Stale)));
    assert!(matches!(step, Step::Load { .. }));
    let (exchange, step) = exchange.resume(stored("W/\"2\""));
    let Step::Replace {
        resource,
        expected_version,
        ..
    } = step
    else {
        panic!("a replacement is due");
    };
    assert_eq!(expected_version, "W/\"2\"");
    assert_eq!(resource.meta().unwrap().version.as_deref(), Some("W/\"3\""));
    let (_, step) = exchange.resume(Answer::Stored(Ok(resource)));
    assert_eq!(done(step).unwrap().status, 200);
}

/// who names a version is told that it is gone.
#[test]
fn a_conditional_change_that_lost_the_race_fails() {
    let (exchange, _) = start(&replacement().with_header("If-Match", "W/\"1\""));
    let (exchange, _) = exchange.resume(stored("W/\"1\""));
    let (exchange, _) = exchange.resume(Answer::Stored(Err(StoreError::Stale)));
    let (_, step) = exchange.resume(stored("W/\"2\""));
    assert_eq!(done(step).unwrap().status, 412);
}

#[test]
fn trying_again_has_an_end() {
    let (mut exchange, mut step) = start(&replacement());
    for _ in 0..100 {
        let answer = match step {
            Step::Done(response) => {
                assert_eq!(response.status, 429);
                assert_eq!(response.header("Retry-After"), Some("1"));
                return;
            }
            Step::Load { .. } => stored("W/\"1\""),
            _ => Answer::Stored(Err(StoreError::Stale)),
        };
        (exchange, step) = exchange.resume(answer);
    }
    panic!("it never ended");
}

fn created(base: &str, new_id: &str) -> Step {
    let definition = ServiceDefinition::new(SchemaRegistry::standard());
    let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, new_id, base);
    let body =
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ines" });
    let request = Request::new("POST", "/Users").with_body(body.to_string());
    Exchange::start(&Arc::new(definition), &request, context).1
}

/// C-7643-1.2-2, P-7644-1.3-2, P-7644-3.13-1: a service stands below any path, with a version or without.
#[test]
fn a_base_url_may_have_any_path() {
    for (base, location) in [
        ("https://h.example", "https://h.example/Users/1"),
        ("https://h.example/", "https://h.example/Users/1"),
        ("https://h.example/scim", "https://h.example/scim/Users/1"),
        ("https://h.example/v2/", "https://h.example/v2/Users/1"),
        (
            "https://h.example/scim/tenants/t1/v2",
            "https://h.example/scim/tenants/t1/v2/Users/1",
        ),
    ] {
        let Step::Insert { resource, .. } = created(base, "1") else {
            panic!("an insertion is due");
        };
        assert_eq!(resource.meta().unwrap().location.as_deref(), Some(location));
    }
}

/// C-7643-3.1-4, C-7643-3.1-8: what an application draws as an id is one.
#[test]
fn no_id_is_empty_or_looks_like_a_reference_of_a_bulk_request() {
    for id in ["", "bulkId", "bulkId:1", "x-bulkId-7"] {
        let response = done(created("https://h.example", id)).unwrap();
        assert_eq!(response.status, 500, "{id}");
        let failure = response.report.failure.unwrap().to_string();
        assert!(failure.contains("bulkId"), "{failure}");
    }
    assert!(matches!(
        created("https://h.example", "bulk"),
        Step::Insert { .. }
    ));
}

/// C-7643-9.2-1: no store can keep a password in clear that it never gets; one that asks for it gets it in no log.
#[test]
fn a_password_reaches_a_store_that_asks_for_it_only() {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ines",
        "password": "tr0ub4dor",
    });
    for asks in [false, true] {
        let mut definition = ServiceDefinition::new(SchemaRegistry::standard());
        definition.change_password = asks;
        let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "1", "https://h");
        let request = Request::new("POST", "/Users").with_body(body.to_string());
        let (_, step) = Exchange::start(&Arc::new(definition), &request, context);
        assert!(!format!("{step:?} {request:?}").contains("tr0ub4dor"));
        let Step::Insert { resource, .. } = step else {
            panic!("an insertion is due");
        };
        assert_eq!(resource.get("password").is_some(), asks);
    }
}

/// C-7643-2.3.7-4: a store may refuse a reference to what is not there.
#[test]
fn a_store_may_keep_references_whole() {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Wards",
        "members": [{ "value": "nobody" }],
    });
    let definition = ServiceDefinition::new(SchemaRegistry::standard());
    let base = "https://people.example/scim/v2";
    let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "new", base);
    let request = Request::new("POST", "/Groups").with_body(body.to_string());
    let (exchange, step) = Exchange::start(&Arc::new(definition), &request, context);
    assert!(matches!(step, Step::Insert { .. }));
    let refusal = StoreError::invalid_value("members[0].value", "there is no such resource");
    let (_, step) = exchange.resume(Answer::Stored(Err(refusal)));
    let response = done(step).unwrap();
    assert_eq!(response.status, 400);
    let body: Value = serde_json::from_slice(&response.body.unwrap()).unwrap();
    assert_eq!(body["scimType"], "invalidValue");
    assert_eq!(
        body["detail"],
        "members[0].value: there is no such resource"
    );
}

/// P-7644-3.3-3, P-7644-3.4.2.2-18: a store may give defaults; the client gets them back, and finds by them.
#[test]
fn a_store_may_give_defaults() {
    let body_of = |step: Step| -> Value {
        serde_json::from_slice(&done(step).unwrap().body.unwrap()).unwrap()
    };
    let registry = SchemaRegistry::standard();
    let definition = Arc::new(ServiceDefinition::new(registry.clone()));
    let store = MemoryStore::new(registry);
    let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "1", "https://h");
    let body =
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ines" });
    let request = Request::new("POST", "/Users").with_body(body.to_string());
    let (exchange, step) = Exchange::start(&definition, &request, context.clone());
    let Step::Insert {
        resource_type,
        resource,
        ..
    } = step
    else {
        panic!("an insertion is due");
    };
    let mut members = resource.attributes().clone();
    members.insert("userType".to_owned(), json!("Employee"));
    let stored = block_on(store.insert(&context, &resource_type, Resource::new(members)));
    let (_, step) = exchange.resume(Answer::Stored(stored));
    assert_eq!(body_of(step)["userType"], "Employee");

    for (filter, found) in [("Employee", 1), ("Contractor", 0)] {
        let request =
            Request::new("GET", "/Users").with_query(format!("filter=userType+eq+%22{filter}%22"));
        let (exchange, step) = Exchange::start(&definition, &request, context.clone());
        let Step::Search(search) = step else {
            panic!("a search is due");
        };
        let page = block_on(store.search(&context, &search));
        let (_, step) = exchange.resume(Answer::Found(page));
        assert_eq!(body_of(step)["totalResults"], found);
    }
}

/// P-7644-3.12-9, P-7644-3.12-10: the cause is for the operator.
#[test]
fn the_cause_of_a_failure_is_reported_not_sent() {
    let (exchange, _) = start(&Request::new("GET", "/Users/1"));
    let failure = StoreError::failed("no such table: employees");
    let (_, step) = exchange.resume(Answer::Loaded(Err(failure)));
    let response = done(step).unwrap();
    assert_eq!(response.status, 500);
    let body = String::from_utf8(response.body.unwrap()).unwrap();
    assert!(!body.contains("employees"));
    assert_eq!(
        response.report.failure.unwrap().to_string(),
        "no such table: employees"
    );
}

#[test]
fn an_answer_to_another_step_ends_the_exchange() {
    for answer in [
        Answer::Deleted(Ok(())),
        Answer::Stored(Err(StoreError::Stale)),
    ] {
        let (exchange, _) = start(&Request::new("GET", "/Users/1"));
        let (exchange, step) = exchange.resume(answer);
        assert_eq!(done(step).unwrap().status, 500);
        let (_, step) = exchange.resume(stored("W/\"1\""));
        assert_eq!(done(step).unwrap().status, 500);
    }
}

/// P-7644-7.5.2-3: nothing personal stands in the debug text of a request.
#[test]
fn a_request_does_not_show_its_secrets() {
    let request = replacement()
        .with_header("Authorization", "Bearer s3cret")
        .with_query("filter=userName+eq+%22ines%22");
    let shown = format!("{request:?}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("ines"),
        "{shown}"
    );
}

/// P-7644-3.12-9: what a service says of itself, such as the name of a column, is for its log.
#[test]
fn the_detail_of_a_failure_is_reported_not_sent() {
    let secret = Error::new(ErrorKind::Internal, "no column payroll_key").with_path("salaries");
    let (exchange, _) = start(&replacement());
    let (_, step) = exchange.resume(Answer::Loaded(Err(StoreError::Rejected(secret.clone()))));
    for response in [done(step).unwrap(), Response::from_error(&secret)] {
        assert_eq!(response.status, 500);
        let body = String::from_utf8(response.body.unwrap()).unwrap();
        assert!(
            !body.contains("payroll") && !body.contains("salaries"),
            "{body}"
        );
        assert!(body.contains("can be tried again"), "{body}");
        let failure = response.report.failure.unwrap();
        assert_eq!(failure.to_string(), "salaries: no column payroll_key");
    }
}

#[test]
fn each_limit_of_a_patch_can_be_set() {
    let operation = json!({ "op": "add", "path": "nickName", "value": "Babs" });
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [operation, { "op": "add", "value": { "title": "CTO", "userType": "Employee" } }],
    });
    let request = Request::new("PATCH", "/Users/1").with_body(body.to_string());
    let status = |set: fn(&mut ServiceLimits)| {
        let mut definition = ServiceDefinition::new(SchemaRegistry::standard());
        set(&mut definition.limits);
        let base = "https://people.example/scim/v2";
        let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "new", base);
        let (exchange, _) = Exchange::start(&Arc::new(definition), &request, context);
        let (_, step) = exchange.resume(stored("W/\"1\""));
        done(step).map_or(200, |response| response.status)
    };
    assert_eq!(status(|_| ()), 200);
    assert_eq!(status(|limits| limits.patch.operations = 1), 413);
    assert_eq!(status(|limits| limits.patch.written_values = 2), 413);
}

/// P-7644-3.4.2.1-3, P-7644-3.4.2.4-5: a store that neither filters nor sorts gives all resources of a type in chunks, and the
/// machine looks at each of them within one budget.
#[test]
fn a_store_without_a_search_of_its_own_is_read_from_the_first_to_the_last() {
    let filtered = Request::new("GET", "/Users")
        .with_query("filter=userName+sw+%22u%22&sortBy=userName&count=2&startIndex=2");
    let (page, chunks) = scanned(&filtered, ServiceLimits::default()).unwrap();
    assert_eq!(chunks, 3);
    assert_eq!(page.status, 200);
    let page: Value = serde_json::from_slice(&page.body.unwrap()).unwrap();
    assert_eq!(page["totalResults"], 5);
    assert_eq!(page["startIndex"], 2);
    assert_eq!(page["Resources"][0]["userName"], "u2");
    assert_eq!(page["Resources"][1]["userName"], "u3");

    let mut limits = ServiceLimits::default();
    limits.evaluation_steps = 5;
    let (page, chunks) = scanned(&filtered, limits).unwrap();
    assert_eq!((page.status, chunks), (400, 3));
    limits.evaluation_steps = 6;
    assert_eq!(scanned(&filtered, limits).unwrap().0.status, 200);

    // Without a filter the store says itself how many there are.
    let first = Request::new("GET", "/Users").with_query("count=2");
    let (page, chunks) = scanned(&first, ServiceLimits::default()).unwrap();
    assert_eq!(chunks, 1);
    let page: Value = serde_json::from_slice(&page.body.unwrap()).unwrap();
    assert_eq!(page["totalResults"], 6);
    assert_eq!(page["Resources"][1]["userName"], "u4");
}

/// The answer over a store that gives two users at a time, and how often it was asked.
fn scanned(request: &Request, limits: ServiceLimits) -> Result<(Response, usize), Error> {
    let user = |(id, name): (&str, &str)| {
        let user = json!({"id": id, "userName": name});
        Resource::new(user.as_object().cloned().unwrap_or_default())
    };
    let held = [
        ("1", "u5"),
        ("2", "u4"),
        ("3", "u3"),
        ("4", "u2"),
        ("5", "u1"),
        ("6", "other"),
    ]
    .map(user);
    let mut definition = ServiceDefinition::new(SchemaRegistry::standard());
    definition.capabilities.native_search = false;
    definition.limits = limits;
    let base = "https://people.example/scim/v2";
    let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "new", base);
    let (mut exchange, mut step) = Exchange::start(&Arc::new(definition), request, context);
    let mut asked = 0;
    loop {
        match step {
            Step::Done(response) => return Ok((response, asked)),
            Step::Search(mut search) => {
                assert!(search.filter.is_none() && search.sort.is_none() && search.count > 2);
                search.count = 2;
                let page = search.among(&held)?;
                (exchange, step) = exchange.resume(Answer::Found(Ok(page)));
                asked += 1;
            }
            _ => return Err(Error::new(ErrorKind::Internal, "only searches are due")),
        }
    }
}
