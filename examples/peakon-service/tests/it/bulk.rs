//! Several operations in one request.

use serde_json::{Value, json};

use crate::support::{Account, ENTERPRISE, employee};

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

fn operation(method: &str, path: &str, bulk_id: &str, data: &Value) -> Value {
    json!({"method": method, "path": path, "bulkId": bulk_id, "data": data})
}

fn bulk(operations: &[Value]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations,
    })
}

fn group(display_name: &str, members: &[&str]) -> Value {
    let members: Vec<_> = members
        .iter()
        .map(|id| json!({"value": format!("bulkId:{id}")}))
        .collect();
    json!({"schemas": [GROUP], "displayName": display_name, "members": members})
}

/// The path of what an operation made.
fn path_of(answer: &Value, account: &Account, operation: usize) -> String {
    let location = answer["Operations"][operation]["location"]
        .as_str()
        .unwrap();
    location
        .strip_prefix(account.service.base_url())
        .unwrap()
        .to_owned()
}

/// P-7644-3.7.1-1, P-7644-3.7.2-1
#[tokio::test]
async fn groups_contain_each_other_and_a_manager_comes_after_who_reports_to_him() {
    let account = Account::new().await;
    let manager = json!({ENTERPRISE: {"manager": {"value": "bulkId:sefa"}}});
    let request = bulk(&[
        operation(
            "POST",
            "/Groups",
            "outer",
            &group("Outer", &["inner", "ines"]),
        ),
        operation("POST", "/Groups", "inner", &group("Inner", &["outer"])),
        operation(
            "POST",
            "/Users",
            "ines",
            &employee("ines@fjordlab.example", manager),
        ),
        operation(
            "POST",
            "/Users",
            "sefa",
            &employee("sefa@fjordlab.example", json!({"displayName": "Sefa L"})),
        ),
    ]);
    let answer = account.post("/Bulk", request).await.is(200).body;
    for made in answer["Operations"].as_array().unwrap() {
        assert_eq!(made["status"], "201", "{answer}");
    }
    let [outer, inner, ines, sefa] = [0, 1, 2, 3].map(|it| path_of(&answer, &account, it));
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();

    let held = account.get(&outer, &[]).await.is(200).body;
    let members: Vec<_> = held["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["value"])
        .collect();
    assert_eq!(members, [&id(&inner), &id(&ines)]);
    let held = account.get(&inner, &[]).await.is(200).body;
    assert_eq!(held["members"][0]["value"], id(&outer));
    assert_eq!(held["members"][0]["display"], "Outer");
    let held = account.get(&ines, &[]).await.is(200).body;
    assert_eq!(held[ENTERPRISE]["manager"]["value"], id(&sefa));
    assert_eq!(held[ENTERPRISE]["manager"]["displayName"], "Sefa L");
    account.service.stop().await;
}

/// P-7644-3.7.3-1
#[tokio::test]
async fn of_a_circle_nothing_is_left_where_one_cannot_be() {
    let account = Account::new().await;
    account.employee("ines@fjordlab.example", json!({})).await;
    let request = bulk(&[
        operation(
            "POST",
            "/Groups",
            "outer",
            &group("Outer", &["inner", "nobody"]),
        ),
        operation("POST", "/Groups", "inner", &group("Inner", &["outer"])),
        operation(
            "POST",
            "/Users",
            "ines",
            &employee("INES@fjordlab.example", json!({})),
        ),
        operation(
            "POST",
            "/Users",
            "sefa",
            &employee("sefa@fjordlab.example", json!({})),
        ),
    ]);
    let answer = account.post("/Bulk", request).await.is(200).body;
    let results = answer["Operations"].as_array().unwrap();
    let statuses: Vec<_> = results
        .iter()
        .map(|it| it["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses[2..], ["409", "201"], "{answer}");
    assert!(
        statuses[..2].iter().all(|status| status.starts_with('4')),
        "{answer}"
    );
    assert_eq!(
        account.get("/Groups", &[]).await.is(200).body["totalResults"],
        0
    );
    assert_eq!(
        account.get("/Users", &[]).await.is(200).body["totalResults"],
        2
    );
    account.service.stop().await;
}
