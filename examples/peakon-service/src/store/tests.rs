mod contract;
mod law;
mod plans;
mod renewal;

use std::sync::Arc;

use chrono::DateTime;
use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::message::SortOrder;
use scim_core::service_provider::{Exchange, Paging, Request, ServiceDefinition, ServiceProvider};
use scim_core::sorting::BoundSort;
use scim_core::urn;
use serde_json::{Value, json};

use super::*;
use crate::test_database::{TestDatabase, on_each_database};

fn context() -> RequestContext {
    let base_url = "https://people.example/scim/v2";
    RequestContext::new(
        "fjordlab",
        "tests",
        DateTime::UNIX_EPOCH,
        "unused",
        base_url,
    )
}

async fn store(database: &TestDatabase, unknown_members: UnknownMembers) -> EmployeeStore {
    EmployeeStore::new(
        Database::open(&database.url()).await.unwrap(),
        &SchemaRegistry::standard(),
        PeakonAccount::default(),
        unknown_members,
    )
}

fn resource(value: Value) -> Resource {
    serde_json::from_value(value).unwrap()
}

fn user(id: &str, more: &Value) -> Resource {
    let mut user = json!({
        "schemas": [urn::USER], "id": id, "userName": format!("{id}@fjordlab.example"),
        "meta": {"resourceType": "User", "version": "W/\"1\""},
    });
    let more = more.as_object().cloned().unwrap_or_default();
    user.as_object_mut().unwrap().extend(more);
    resource(user)
}

fn group(id: &str, members: &[&str]) -> Resource {
    let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
    resource(json!({
        "schemas": [urn::GROUP], "id": id, "displayName": format!("Group {id}"), "members": members,
        "meta": {"resourceType": "Group", "version": "W/\"1\""},
    }))
}

fn new(resource: Resource) -> NewResource {
    let is_group = resource.schemas().any(|schema| schema == urn::GROUP);
    NewResource::new(if is_group { GROUP } else { USER }, resource)
}

fn members(group: &Resource) -> Vec<&str> {
    let members = group.get("members").and_then(Value::as_array);
    let ids = members.into_iter().flatten();
    ids.filter_map(|member| member["value"].as_str()).collect()
}

fn version(resource: &Resource) -> String {
    resource.meta().unwrap().version.unwrap()
}

on_each_database! {
async fn new_resources_may_refer_to_each_other_in_any_direction(database: TestDatabase) {
    let store = store(&database, UnknownMembers::Refuse).await;
    let manager = json!({urn::ENTERPRISE_USER: {"manager": {"value": "u2"}}});
    let all = vec![
        new(group("g1", &["g2", "u1"])),
        new(group("g2", &["g1"])),
        new(user("u1", &manager)),
        new(user("u2", &json!({"displayName": "Sefa"}))),
    ];
    let kept = store.insert_all(&context(), all).await.unwrap();
    assert_eq!(members(&kept[0]), ["g2", "u1"]);
    assert_eq!(members(&kept[1]), ["g1"]);
    assert_eq!(kept[0].get("members").unwrap()[0]["display"], "Group g2");
    let manager = &kept[2].extension(urn::ENTERPRISE_USER).unwrap()["manager"];
    assert_eq!(manager["displayName"], "Sefa");
    assert_eq!(kept[2].get("groups").unwrap()[0]["value"], "g1");
}
}

on_each_database! {
async fn of_new_resources_all_are_kept_or_none(database: TestDatabase) {
    let store = store(&database, UnknownMembers::Refuse).await;
    let same_name = || user("u9", &json!({"userName": "U1@fjordlab.example"}));
    for (all, culprit) in [
        (vec![user("u1", &json!({})), same_name()], 1),
        (
            vec![
                group("g1", &["u1"]),
                user("u1", &json!({})),
                group("g2", &["nobody"]),
            ],
            2,
        ),
        (
            vec![
                group("g1", &["nobody"]),
                user("u1", &json!({})),
                user("u1", &json!({})),
            ],
            2,
        ),
    ] {
        let all = all.into_iter().map(new).collect();
        let error = store.insert_all(&context(), all).await.unwrap_err();
        assert_eq!(error.index, culprit, "{error}");
        for resource_type in [USER, GROUP] {
            let page = store
                .search(&context(), &Search::new(resource_type, 10))
                .await;
            assert_eq!(page.unwrap().total_results, Some(0));
        }
    }
}
}

on_each_database! {
async fn a_delta_moves_the_version_only_if_it_changes_something(database: TestDatabase) {
    let store = Arc::new(store(&database, UnknownMembers::Refuse).await);
    let all = ["u1", "u2", "u3"].map(|id| new(user(id, &json!({}))));
    store.insert_all(&context(), all.to_vec()).await.unwrap();
    let created = group("g", &["u1"]);
    store.insert(&context(), GROUP, created).await.unwrap();

    let mut definition = ServiceDefinition::new(store.views.registry().clone());
    definition.compatibility = Compatibility::entra();
    definition.limits.page_size_maximum = 2;
    let service = ServiceProvider::new(definition, Arc::clone(&store));
    let patch = async |path: &str, operations: Value| {
        let body = json!({"schemas": [urn::PATCH_OP], "Operations": operations}).to_string();
        let request = Request::new("PATCH", path).with_body(body);
        service.answer(request, context()).await
    };
    let add = |ids: &[&str]| {
        let entries: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
        json!([{"op": "add", "path": "members", "value": entries}])
    };
    let held = async || store.load(&context(), GROUP, "g").await.unwrap().unwrap();

    for _ in 0..2 {
        let answer = patch("/Groups/g", add(&["u2", "u1"])).await;
        assert_eq!(
            (answer.status, answer.header("ETag")),
            (200, Some("W/\"2\""))
        );
        assert_eq!(members(&held().await), ["u1", "u2"]);
    }
    let answer = patch("/Groups/g", add(&["u3", "nobody"])).await;
    assert_eq!(answer.status, 400);
    assert_eq!(version(&held().await), "W/\"2\"");

    let more = json!([
        {"op": "remove", "path": "members[value eq \"u1\"]"},
        {"op": "add", "path": "members", "value": [{"value": "u3"}]},
        {"op": "add", "path": "members", "value": [{"value": "u1"}]},
    ]);
    let answer = patch("/Groups/g", more).await;
    // More than a page has are not sent back.
    assert_eq!(
        (answer.status, answer.header("ETag")),
        (204, Some("W/\"3\""))
    );
    assert_eq!(members(&held().await), ["u1", "u2", "u3"]);
    assert_eq!(patch("/Groups/x", add(&["u1"])).await.status, 404);
}
}

on_each_database! {
async fn a_member_that_is_kept_means_the_resource_as_soon_as_it_exists(database: TestDatabase) {
    let store = store(&database, UnknownMembers::Keep).await;
    let kept = store
        .insert(&context(), GROUP, group("g", &["later"]))
        .await
        .unwrap();
    assert_eq!(kept.get("members"), Some(&json!([{"value": "later"}])));

    let later = user("later", &json!({"displayName": "Ines"}));
    let later = store.insert(&context(), USER, later).await.unwrap();
    assert_eq!(later.get("groups").unwrap()[0]["value"], "g");
    let held = store.load(&context(), GROUP, "g").await.unwrap().unwrap();
    assert_eq!(held.get("members").unwrap()[0]["display"], "Ines");

    store.delete(&context(), USER, "later", None).await.unwrap();
    let left = store.load(&context(), GROUP, "g").await.unwrap().unwrap();
    assert_eq!(
        (members(&left), version(&left)),
        (vec![], "W/\"2\"".to_owned())
    );
}
}

on_each_database! {
async fn the_id_of_a_member_is_as_long_as_an_index_holds(database: TestDatabase) {
    let store = store(&database, UnknownMembers::Keep).await;
    // Digits without a pattern: PostgreSQL makes other texts shorter before it looks at their length.
    let digits = (0..300_u32).map(|number| number.wrapping_mul(2_654_435_761).to_string());
    let digits: String = digits.collect();
    let of_length = |length: usize| digits.chars().take(length).collect::<String>();
    let (longest, longer) = (&of_length(2_000), &of_length(2_001));
    store.insert(&context(), GROUP, group("g", &[longest])).await.unwrap();
    let error = store.insert(&context(), GROUP, group("h", &[longer])).await.unwrap_err();
    let StoreError::Rejected(error) = error else { panic!("{error}") };
    assert_eq!(error.kind(), scim_core::error::ErrorKind::InvalidValue);
    let text = error.to_string();
    assert!(text.contains("2001 bytes") && text.contains("at most 2000") && !text.contains(longer), "{text}");
    assert!(store.load(&context(), GROUP, "h").await.unwrap().is_none());
}
}

on_each_database! {
async fn what_an_answer_leaves_out_is_not_read(database: TestDatabase) {
    let store = store(&database, UnknownMembers::Refuse).await;
    let all = vec![new(group("g1", &["u1"])), new(user("u1", &json!({})))];
    store.insert_all(&context(), all).await.unwrap();
    let definition = Arc::new(ServiceDefinition::new(SchemaRegistry::standard()));
    // The context as the library gives it to the store with a request.
    let asked = |target: &str| {
        let (path, query) = target.split_once('?').unwrap();
        let request = Request::new("GET", path).with_query(query);
        let (exchange, _) = Exchange::start(&definition, &request, context());
        exchange.context().clone()
    };
    for (target, resource_type, attribute, is_read) in [
        ("/Groups/g1?excludedAttributes=members", GROUP, "members", false),
        ("/Groups/g1?attributes=displayName", GROUP, "members", false),
        ("/Groups?excludedAttributes=members", GROUP, "members", false),
        ("/Groups/g1?excludedAttributes=members.display", GROUP, "members", true),
        ("/Groups?attributes=members.value", GROUP, "members", true),
        ("/Users?attributes=userName", USER, "groups", false),
        ("/Users?excludedAttributes=userName", USER, "groups", true),
        // Sorted by what is not shown: nothing that the order needs is missing.
        ("/Groups?attributes=displayName&sortBy=members", GROUP, "members", true),
    ] {
        let context = asked(target);
        let id = if resource_type == GROUP { "g1" } else { "u1" };
        let loaded = store.load(&context, resource_type, id).await.unwrap().unwrap();
        assert_eq!(loaded.get(attribute).is_some(), is_read, "{target}");
        let search = Search::new(resource_type, 10);
        let found = store.search(&context, &search).await.unwrap().resources;
        assert_eq!(found[0].get(attribute).is_some(), is_read, "{target}");
    }
    // What a filter looks at is there, whatever is shown.
    let groups = store.views.registry().resource_type(GROUP).unwrap();
    let filter = groups.parser().filter("members.type eq \"User\"").unwrap();
    let mut search = Search::new(GROUP, 10);
    search.filter = Some(BoundFilter::bind(&filter, groups, &Compatibility::standard()).unwrap());
    let context = asked("/Groups?excludedAttributes=members");
    let found = store.search(&context, &search).await.unwrap();
    assert_eq!(found.resources.len(), 1);
}
}

on_each_database! {
/// Pages by index and by cursor, forwards and backwards, are those that the library makes of all resources.
async fn pages_are_those_of_the_evaluator(database: TestDatabase) {
    let store = store(&database, UnknownMembers::Refuse).await;
    let mut all = Vec::new();
    for number in 0..11 {
        // Neither created nor named in the order of the ids.
        let id = format!("{}", (number * 7) % 11);
        let address = |kind: &str| json!({"value": format!("{id}@{kind}.example"), "type": kind});
        let more = match number % 4 {
            0 => json!({}),
            1 => json!({"title": "T1", "emails": [address("a"), address("work")]}),
            kind => json!({"title": format!("T{kind}"), "emails": [address("a")]}),
        };
        store.insert(&context(), USER, user(&id, &more)).await.unwrap();
    }
    store.insert(&context(), GROUP, group("g", &["1", "4", "10"])).await.unwrap();
    for number in 0..11 {
        let id = number.to_string();
        all.push(store.load(&context(), USER, &id).await.unwrap().unwrap());
    }
    let users = store.views.registry().resource_type(USER).unwrap();
    let standard = Compatibility::standard();
    let filters = [
        None,
        Some("title eq \"T1\""),
        Some("title pr"),
        Some("title eq \"none\""),
        Some("userName sw \"1\" or emails[type eq \"work\" and value co \"@A\"]"),
        Some("not (emails.value eq \"3@a.example\") and title ne \"T2\""),
        // What others are called, together with what the database sees.
        Some("groups.display eq \"group g\" and title pr"),
        Some("groups.value eq \"g\" and not (groups.type eq \"other\")"),
    ];
    let orders = [
        None,
        Some(("title", SortOrder::Ascending)),
        Some(("title", SortOrder::Descending)),
        Some(("userName", SortOrder::Descending)),
        Some(("emails", SortOrder::Ascending)),
        Some(("groups.display", SortOrder::Ascending)),
    ];
    for (filter, order) in filters
        .iter()
        .flat_map(|filter| orders.map(|order| (filter, order)))
    {
        let mut search = Search::new(USER, 0);
        search.filter = filter.map(|filter| {
            let filter = users.parser().filter(filter).unwrap();
            BoundFilter::bind(&filter, users, &standard).unwrap()
        });
        search.sort = order.map(|(path, order)| {
            BoundSort::bind(&path.parse().unwrap(), order, users, &standard).unwrap()
        });
        for count in [0, 1, 3, 20] {
            search.count = count;
            for start_index in [1, 4, 20] {
                search.paging = Paging::from_index(start_index);
                same_page(&store, &search, &all).await;
            }
            // There and back again.
            let (mut cursor, mut last) = (None, None);
            loop {
                search.paging = Paging::Cursor(cursor);
                let page = same_page(&store, &search, &all).await;
                last = page.previous.or(last);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            while let Some(back) = last {
                search.paging = Paging::Cursor(Some(back));
                last = same_page(&store, &search, &all).await.previous;
            }
        }
    }
}
}

async fn same_page(store: &EmployeeStore, search: &Search, all: &[Resource]) -> Page {
    let expected = search.among(all).unwrap();
    let found = store.search(&context(), search).await.unwrap();
    assert_eq!(found.resources, expected.resources, "{search:?}");
    assert_eq!(
        (&found.next, &found.previous),
        (&expected.next, &expected.previous),
        "{search:?}"
    );
    let is_uncounted = found.total_results.is_none() && matches!(search.paging, Paging::Cursor(_));
    assert!(
        is_uncounted || found.total_results == expected.total_results,
        "{search:?}"
    );
    found
}
