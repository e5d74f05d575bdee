//! No request of one account can see, filter, count, refer to or change what is another's: whatever is tried with an id, an address, a
//! version or a cursor of the other account is answered exactly as if there were no such thing.

use peakon_service::Accounts;
use reqwest::Method;
use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use serde_json::{Value, json};

use crate::support::{Account, ENTERPRISE, PEAKON, employee, patch_of};
use crate::two_accounts::{Attempt, Both, find, to};

fn group(member: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Another", "members": [{"value": member}],
    })
}

fn bulk(operation: &Value) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [operation],
    })
}

const MISSING: &str = "00000000000000000000000000000000";

/// Tries everything with each id of theirs, and looks whether they are what they were.
async fn check(mut both: Both, attempts: &[Attempt<'_>]) {
    let before = both.all_of_theirs().await;
    for attempt in attempts {
        for id in [&both.theirs.ines, &both.theirs.sefa, &both.theirs.ward] {
            both.is_as_if_it_did_not_exist(attempt, id, MISSING).await;
        }
    }
    assert_eq!(both.all_of_theirs().await, before);
    both.account.service.stop().await;
}

fn spy(own: Value) -> Value {
    employee("spy@fjordlab.example", own)
}

/// C-7643-9.3-1
#[tokio::test]
async fn their_resources_are_not_found() {
    let both = Both::new().await;
    let title = || Some(patch_of("replace", "title", json!("Spy")));
    let nobody = Some(patch_of("remove", "members", Value::Null));
    let ours = Some(group(&both.ours.ines));
    let mut attempts = vec![
        to(Method::GET, "/Users/{}", None, 404),
        to(Method::GET, "/Groups/{}", None, 404),
        to(Method::HEAD, "/Users/{}", None, 404),
        to(Method::PUT, "/Users/{}", Some(spy(json!({}))), 404),
        to(Method::PUT, "/Groups/{}", ours, 404),
        to(Method::PATCH, "/Users/{}", title(), 404),
        to(Method::PATCH, "/Groups/{}", nobody, 404),
        to(Method::DELETE, "/Users/{}", None, 404),
        to(Method::DELETE, "/Groups/{}", None, 404),
        to(Method::GET, "/Me", None, 501),
    ];
    // With a version that theirs have, and with others.
    for version in ["W/\"1\"", "W/\"7\"", "*"] {
        for (method, body) in [
            (Method::GET, None),
            (Method::PUT, Some(spy(json!({})))),
            (Method::PATCH, title()),
            (Method::DELETE, None),
        ] {
            let mut attempt = to(method, "/Users/{}", body, 404);
            attempt.version = Some(version);
            attempts.push(attempt);
        }
    }
    check(both, &attempts).await;
}

#[tokio::test]
async fn nothing_can_refer_to_them() {
    let both = Both::new().await;
    let group_path = format!("/Groups/{}", both.ours.ward);
    let user_path = format!("/Users/{}", both.ours.ines);
    let attribute = format!("{ENTERPRISE}:manager");
    let manager = spy(json!({ENTERPRISE: {"manager": {"value": "{}"}}}));
    let replaced = patch_of("replace", &attribute, json!("{}"));
    let member = patch_of("add", "members", json!([{"value": "{}"}]));
    let attempts = [
        to(Method::POST, "/Users", Some(manager), 400),
        to(Method::PATCH, &user_path, Some(replaced.clone()), 400),
        to(Method::POST, "/Groups", Some(group("{}")), 400),
        to(Method::PUT, &group_path, Some(group("{}")), 400),
        to(Method::PATCH, &group_path, Some(member), 400),
    ];
    let by_address = [
        to(Method::PATCH, &user_path, Some(replaced), 400),
        to(
            Method::POST,
            "/Users",
            Some(spy(json!({PEAKON: {"Mentor": "{}"}}))),
            400,
        ),
    ];
    for attempt in &by_address {
        let (real, unreal) = ("only@nordlys.example", "none@nordlys.example");
        both.is_as_if_it_did_not_exist(attempt, real, unreal).await;
    }
    check(both, &attempts).await;
}

/// P-7644-6.1-3
#[tokio::test]
async fn no_search_finds_or_counts_them() {
    let both = Both::new().await;
    let search = |filter: &str| {
        let schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
        Some(json!({"schemas": [schema], "filter": filter}))
    };
    let sorted = [
        ("filter", "groups.value eq \"{}\" or id eq \"{}\""),
        ("sortBy", "userName"),
    ];
    let counted = [("filter", "members.value eq \"{}\""), ("count", "0")];
    let walked = [("filter", "members[value eq \"{}\"]"), ("cursor", "")];
    let attempts = [
        to(Method::POST, "/.search", search("id eq \"{}\""), 200),
        to(
            Method::POST,
            "/Users/.search",
            search("groups.value eq \"{}\""),
            200,
        ),
        find("/Users", &[("filter", "id eq \"{}\"")], 200),
        find("/Users", &[("filter", "groups.value eq \"{}\"")], 200),
        find("/Users", &[("filter", "manager.value eq \"{}\"")], 200),
        find("/Users", &sorted, 200),
        find("/Groups", &counted, 200),
        find("/Groups", &walked, 200),
    ];
    let own = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:{}";
    let present = format!("{own} pr");
    let shown = [
        ("attributes", own),
        ("filter", "userName eq \"ines@fjordlab.example\""),
    ];
    for (attempt, real, unreal) in [
        (
            find(
                "/Users",
                &[("filter", "emails.value eq \"{}@nordlys.example\"")],
                200,
            ),
            "only",
            "none",
        ),
        (
            find("/Users", &[("filter", "userName sw \"{}@\"")], 200),
            "only",
            "none",
        ),
        (
            find("/Users", &[("filter", "externalId eq \"{}-them\"")], 200),
            "only",
            "none",
        ),
        (
            find("/Users", &[("filter", &present)], 400),
            "Shift",
            "Shirt",
        ),
        (find("/Users", &[("sortBy", own)], 400), "Shift", "Shirt"),
        (find("/Users", &shown, 200), "Shift", "Shirt"),
    ] {
        both.is_as_if_it_did_not_exist(&attempt, real, unreal).await;
    }
    check(both, &attempts).await;
}

#[tokio::test]
async fn no_operation_of_a_bulk_request_reaches_them() {
    let both = Both::new().await;
    let title = patch_of("replace", "title", json!("Spy"));
    let attempts: Vec<_> = [
        json!({"method": "DELETE", "path": "/Users/{}"}),
        json!({"method": "PATCH", "path": "/Users/{}", "data": title}),
        json!({"method": "PUT", "path": "/Users/{}", "version": "W/\"1\"", "data": spy(json!({}))}),
        json!({"method": "POST", "path": "/Groups", "bulkId": "g", "data": group("{}")}),
        json!({"method": "POST", "path": "/Groups", "bulkId": "g", "data": group("bulkId:{}")}),
    ]
    .iter()
    .map(|operation| to(Method::POST, "/Bulk", Some(bulk(operation)), 200))
    .collect();
    check(both, &attempts).await;
}

#[tokio::test]
async fn a_cursor_of_theirs_is_no_cursor() {
    let mut both = Both::new().await;
    both.be_them();
    let query = [("cursor", ""), ("count", "1")];
    let page = both.account.get("/Users", &query).await.is(200).body;
    let theirs = page["nextCursor"].as_str().unwrap().to_owned();
    let again = find("/Users", &[("cursor", "{}"), ("count", "1")], 400);
    both.account
        .get("/Users", &[("cursor", &theirs), ("count", "1")])
        .await
        .is(200);
    both.be_us();
    let invented = "A".repeat(theirs.len());
    both.is_as_if_it_did_not_exist(&again, &theirs, &invented)
        .await;
    both.account.service.stop().await;
}

/// C-7643-7-21, P-7644-6.2-2
#[tokio::test]
async fn counts_uniqueness_schemas_and_audiences_are_each_account_s_own() {
    let mut both = Both::new().await;
    for (is_us, people, has_shift) in [(true, 2, false), (false, 3, true)] {
        if is_us {
            both.be_us();
        } else {
            both.be_them();
        }
        let account = &both.account;
        let users = account.get("/Users", &[]).await.is(200).body;
        assert_eq!(users["totalResults"], people);
        let count = [("count", "0"), ("filter", "userName pr")];
        assert_eq!(
            account.get("/Users", &count).await.is(200).body["totalResults"],
            people
        );
        assert_eq!(
            account.get("/", &[("count", "0")]).await.is(200).body["totalResults"],
            people + 1
        );
        assert_eq!(account.audience(None).await.len(), people);
        let schemas = account.get("/Schemas", &[]).await.is(200).body.to_string();
        assert_eq!(schemas.contains("\"Shift\""), has_shift);
        // What is taken is taken in one's own account.
        let again = |user_name: &str, number: &str| {
            employee(user_name, json!({ENTERPRISE: {"employeeNumber": number}}))
        };
        let same_name = again("ines@fjordlab.example", "9");
        account
            .post("/Users", same_name)
            .await
            .has_error(409, "uniqueness", &["userName"]);
        let same_number = again("new@fjordlab.example", "8");
        account
            .post("/Users", same_number)
            .await
            .has_error(409, "uniqueness", &["employeeNumber"]);
    }
    both.be_us();
    let only_theirs = employee("only@nordlys.example", json!({}));
    both.account.post("/Users", only_theirs).await.is(201);
    let moment = both
        .account
        .beside("/surveys/audience", &[])
        .await
        .is(200)
        .body;
    both.account
        .delete(&format!("/Users/{}", both.ours.ines))
        .await
        .is(204);
    let at = moment["at"].as_str().unwrap();
    assert_eq!(both.account.audience(Some(at)).await.len(), 3);
    both.be_them();
    assert_eq!(both.account.audience(Some(at)).await.len(), 3);
    let ines = format!("/Users/{}", both.theirs.ines);
    let read = both.account.get(&ines, &[]).await.is(200).body;
    assert_eq!(read["groups"][0]["value"], both.theirs.ward.as_str());
    assert_eq!(
        read[ENTERPRISE]["manager"]["value"],
        both.theirs.sefa.as_str()
    );
    both.account.service.stop().await;
}

/// What one process over a database does to an account, every other one knows at its next request.
#[tokio::test]
async fn another_process_sees_a_change_at_its_next_request() {
    let account = Account::new().await;
    let other = Accounts::open(&account.database.url()).await.unwrap();
    let schema = format!("/Schemas/{PEAKON}");
    let has = async |name: &str| {
        let schema = account.get(&schema, &[]).await.is(200).body;
        schema.to_string().contains(&format!("\"{name}\""))
    };
    assert!(!has("Shift").await);
    let shift = PeakonAttribute::new("Shift", PeakonAttributeKind::Option);
    other.add_attribute("default", shift).await.unwrap();
    assert!(has("Shift").await);
    other
        .rename_attribute("default", "Shift", "Rota")
        .await
        .unwrap();
    assert!(has("Rota").await && !has("Shift").await);
    for token in other.tokens("default").await.unwrap() {
        other.revoke_token("default", &token.id).await.unwrap();
    }
    account.get("/Users", &[]).await.is(401);
    other.close().await;
    account.service.stop().await;
}
