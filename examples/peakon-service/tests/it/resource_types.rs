//! Resource types beside employees and groups, which an account has from data.

use peakon_service::{Configuration, ResourceTypes, start};
use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use serde_json::{Value, json};

use crate::support::{Account, TOKEN};

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

fn types(json: &str) -> ResourceTypes {
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn their_resources_are_kept_found_and_may_be_members() {
    let account = Account::configured(|it| it.resource_types = Some(types(TYPES))).await;

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

#[tokio::test]
async fn a_type_is_not_taken_away_while_there_are_resources_of_it() {
    let account = Account::configured(|it| it.resource_types = Some(types(TYPES))).await;
    let room = json!({"schemas": [ROOM], "name": "R1"});
    let made = account.post("/MeetingRooms", room).await.is(201).body;
    let path = format!("/MeetingRooms/{}", made["id"].as_str().unwrap());
    account.service.stop().await;

    let listen = ([127, 0, 0, 1], 0).into();
    let url = account.database.url();
    let mut configuration = Configuration::new(listen, url, TOKEN.parse().unwrap());
    configuration.resource_types = Some(ResourceTypes::default());
    let level = PeakonAttribute::new("Level", PeakonAttributeKind::Option);
    configuration.attributes = Some(vec![level]);
    let refused = start(configuration.clone()).await.unwrap_err().to_string();
    for text in ["account `default`", "1 of `Room`", "leave the file out"] {
        assert!(refused.contains(text), "{refused}");
    }
    // Whoever means it is told the same by the command, whose library this is.
    let accounts = peakon_service::Accounts::open(&configuration.database).await;
    let accounts = accounts.unwrap();
    let none =
        |it: &mut peakon_service::AccountSettings| it.resource_types = ResourceTypes::default();
    let again = accounts.change_settings("default", none).await;
    assert_eq!(again.unwrap_err().to_string(), refused);
    // The start that was refused has changed nothing else.
    let attributes = accounts.attributes("default").await.unwrap();
    assert!(attributes.iter().all(|attribute| attribute.name != "Level"));
    accounts.close().await;

    // The ways out: the file stays out until the resources are deleted.
    let account = Account::on(account.database, |_| {}).await;
    account.get(&path, &[]).await.is(200);
    account.delete(&path).await.is(204);
    account.service.stop().await;
    let service = start(configuration).await.unwrap();
    let attributes = service.accounts().attributes("default").await.unwrap();
    assert!(attributes.iter().any(|attribute| attribute.name == "Level"));
    service.stop().await;
}
