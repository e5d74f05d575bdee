//! Resource types beside employees and groups, which an account has from data.

use serde_json::{Value, json};

use crate::support::Account;

const ROOM: &str = "urn:example:Room";
const TYPES: &str = r#"{
    "schemas": [{"id": "urn:example:Room", "name": "Room", "attributes": [
        {"name": "name", "required": true, "uniqueness": "server"},
        {"name": "displayName"},
        {"name": "seats", "type": "integer"},
        {"name": "keepers", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value"}, {"name": "$ref", "type": "reference", "referenceTypes": ["User"]}
        ]}
    ]}],
    "resourceTypes": [{"name": "Room", "endpoint": "/MeetingRooms", "schema": "urn:example:Room"}]
}"#;

#[tokio::test]
async fn their_resources_are_kept_found_and_may_be_members() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("types.json");
    std::fs::write(&file, TYPES).unwrap();
    let types = peakon_service::read_resource_types(&file).unwrap();
    let account = Account::configured(|it| it.resource_types = Some(types)).await;

    let room =
        |name: &str| json!({"schemas": [ROOM], "name": name, "displayName": "Quiet", "seats": 4});
    let made = account.post("/MeetingRooms", room("R1")).await.is(201).body;
    account
        .post("/MeetingRooms", room("r1"))
        .await
        .has_error(409, "uniqueness", &["name"]);
    let id = made["id"].as_str().unwrap();
    let path = format!("/MeetingRooms/{id}");
    account
        .patch(&path, "replace", "seats", json!(6))
        .await
        .is(200);
    assert_eq!(account.ids("/MeetingRooms", "seats gt 5").await, [id]);

    // Who is deleted keeps no room.
    let ines = account.employee("ines@fjordlab.example", json!({})).await;
    let sefa = account.employee("sefa@fjordlab.example", json!({})).await;
    let keepers = json!([{"value": ines}, {"value": sefa}]);
    account
        .patch(&path, "add", "keepers", keepers)
        .await
        .is(200);
    account.delete(&format!("/Users/{ines}")).await.is(204);
    let kept = account.get(&path, &[]).await.is(200).body;
    assert_eq!(kept["keepers"], json!([{"value": sefa}]));
    assert_eq!(kept["meta"]["version"], "W/\"4\"");

    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Floor 3",
        "members": [{"value": id}],
    });
    let group = account.post("/Groups", group).await.is(201).body;
    let reference = format!("{}{path}", account.service.base_url());
    let member = json!([{"value": id, "type": "Room", "display": "Quiet", "$ref": reference}]);
    assert_eq!(group["members"], member);

    account.delete(&path).await.is(204);
    let group = format!("/Groups/{}", group["id"].as_str().unwrap());
    let left = account.get(&group, &[]).await.is(200).body;
    assert_eq!(left.get("members"), None::<&Value>);
    account.post("/MeetingRooms", room("R1")).await.is(201);
    assert_eq!(account.audience(None).await, ["sefa@fjordlab.example"]);
    account.service.stop().await;
}
