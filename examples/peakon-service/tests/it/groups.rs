//! Groups and their members.

use crate::support::Account;
use serde_json::{Value, json};

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

async fn group(account: &Account, display_name: &str, members: &[&str]) -> Value {
    let members: Vec<_> = members.iter().map(|id| json!({"value": id})).collect();
    let body = json!({"schemas": [GROUP], "displayName": display_name, "members": members});
    account.post("/Groups", body).await.is(201).body
}

/// C-7643-4.1.2-13, C-7643-4.1.2-14, C-7643-4.2-5, A-64
#[tokio::test]
async fn members_are_completed_and_employees_know_their_groups() {
    let account = Account::new().await;
    let ines = account
        .employee("ines@fjordlab.example", json!({"displayName": "Ines"}))
        .await;
    let sefa = account.employee("sefa@fjordlab.example", json!({})).await;
    let created = group(&account, "Ward Leads", &[&ines]).await;
    let base = account.service.base_url();
    assert_eq!(
        created["members"],
        json!([{"value": ines, "type": "User", "display": "Ines", "$ref": format!("{base}/Users/{ines}")}])
    );
    let id = created["id"].as_str().unwrap();
    let path = format!("/Groups/{id}");
    let read = account
        .get(&format!("/Users/{ines}"), &[])
        .await
        .is(200)
        .body;
    assert_eq!(
        read["groups"],
        json!([{"value": id, "type": "direct", "display": "Ward Leads", "$ref": format!("{base}/Groups/{id}")}])
    );

    // Added and removed as Entra does it.
    account
        .patch(
            &path,
            "Add",
            "members",
            json!([{"$ref": null, "value": sefa}]),
        )
        .await
        .is(200);
    let members = account.get(&path, &[]).await.is(200).body["members"].clone();
    let ids: Vec<_> = members
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["value"].clone())
        .collect();
    assert_eq!(ids, [ines.as_str(), sefa.as_str()]);
    let check = format!("id eq \"{id}\" and members eq \"{sefa}\"");
    assert_eq!(account.ids("/Groups", &check).await, [id]);
    account
        .patch(
            &path,
            "Remove",
            "members",
            json!([{"$ref": null, "value": ines}]),
        )
        .await
        .is(200);
    assert_eq!(
        account.get(&path, &[]).await.body["members"][0]["value"],
        sefa
    );
    assert!(
        account
            .get(&format!("/Users/{ines}"), &[])
            .await
            .body
            .get("groups")
            .is_none()
    );

    // A deleted employee is a member of nothing.
    account.delete(&format!("/Users/{sefa}")).await.is(204);
    assert!(
        account
            .get(&path, &[])
            .await
            .is(200)
            .body
            .get("members")
            .is_none_or(|left| left == &json!([]))
    );
    account.service.stop().await;
}

#[tokio::test]
async fn members_can_be_left_out_of_the_answer() {
    let account = Account::new().await;
    let ines = account.employee("ines@fjordlab.example", json!({})).await;
    let created = group(&account, "Ward Leads", &[&ines]).await;
    let path = format!("/Groups/{}", created["id"].as_str().unwrap());
    let read = account
        .get(&path, &[("excludedAttributes", "members")])
        .await
        .is(200)
        .body;
    assert!(
        read.get("members").is_none() && read["displayName"] == "Ward Leads",
        "{read}"
    );
    let query = [
        ("excludedAttributes", "members"),
        ("filter", "displayName eq \"ward leads\""),
    ];
    let found = account.get("/Groups", &query).await.is(200).body;
    assert_eq!(found["totalResults"], 1);
    assert!(found["Resources"][0].get("members").is_none());
    account.service.stop().await;
}

/// C-7643-2.3.7-4, C-7643-4.2-6, A-36
#[tokio::test]
async fn members_must_exist_and_no_group_holds_itself() {
    let account = Account::new().await;
    let body =
        json!({"schemas": [GROUP], "displayName": "Ward Leads", "members": [{"value": "nobody"}]});
    account.post("/Groups", body).await.has_error(
        400,
        "invalidValue",
        &["members", "`nobody`", "create the member first"],
    );
    let outer = group(&account, "Outer", &[]).await;
    let id = outer["id"].as_str().unwrap();
    let itself = account
        .patch(
            &format!("/Groups/{id}"),
            "add",
            "members",
            json!([{"value": id}]),
        )
        .await;
    itself.has_error(400, "invalidValue", &["itself"]);
    let inner = group(&account, "Inner", &[id]).await;
    assert_eq!(inner["members"][0]["type"], "Group");
    account.service.stop().await;
}
