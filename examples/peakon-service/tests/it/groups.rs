//! Groups and their members.

use crate::support::Account;
use peakon_service::UnknownMembers;
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

/// C-7643-2.3.7-4
#[tokio::test]
async fn members_who_do_not_exist_are_kept_where_the_account_says_so() {
    let keep = UnknownMembers::Keep;
    let account = Account::configured(|it| it.unknown_members = Some(keep)).await;
    let created = group(&account, "Ward Leads", &["nobody"]).await;
    assert_eq!(created["members"], json!([{"value": "nobody"}]));
    let path = format!("/Groups/{}", created["id"].as_str().unwrap());
    let another = json!([{"value": "another", "type": "User"}]);
    let answer = account
        .patch(&path, "add", "members", another)
        .await
        .is(200);
    let both = json!([{"value": "nobody"}, {"value": "another", "type": "User"}]);
    assert_eq!(answer.body["members"], both);
    let found = account.ids("/Groups", "members.value eq \"another\"").await;
    assert_eq!(found, [created["id"].as_str().unwrap()]);

    // Nothing said at a later start changes nothing.
    let account = account.restart().await;
    account
        .patch(&path, "add", "members", json!([{"value": "again"}]))
        .await
        .is(200);
    account
        .patch(&path, "remove", "members[value eq \"again\"]", json!(null))
        .await
        .is(200);
    // With the other setting, those who are there stay, and nobody like them comes.
    account.service.stop().await;
    let refuse = UnknownMembers::Refuse;
    let account = Account::on(account.database, |it| it.unknown_members = Some(refuse)).await;
    let ines = account.employee("ines@fjordlab.example", json!({})).await;
    let known = json!([{"value": ines}]);
    account.patch(&path, "add", "members", known).await.is(200);
    let third = json!([{"value": "third"}]);
    account
        .patch(&path, "add", "members", third)
        .await
        .has_error(400, "invalidValue", &["`third`"]);
    let read = account.get(&path, &[]).await.is(200).body;
    assert_eq!(read["members"].as_array().unwrap().len(), 3);
    account.service.stop().await;
}

/// P-7644-3.14-7
#[tokio::test]
async fn members_of_a_large_group_come_and_go_without_the_group() {
    let keep = UnknownMembers::Keep;
    let account = Account::configured(|it| it.unknown_members = Some(keep)).await;
    let many: Vec<String> = (0..4_000).map(|number| format!("m{number}")).collect();
    let ids: Vec<&str> = many.iter().map(String::as_str).collect();
    let created = group(&account, "Everybody", &ids).await;
    let path = format!("/Groups/{}", created["id"].as_str().unwrap());
    let ines = account.employee("ines@fjordlab.example", json!({})).await;

    let change = async |op: &str, ids: &[&str]| {
        let entries: Vec<_> = ids.iter().map(|id| json!({"value": id})).collect();
        account.patch(&path, op, "members", json!(entries)).await
    };
    let before = created["meta"]["version"].as_str().unwrap().to_owned();
    let again = change("add", &["m7", "m3999"]).await.is(204);
    assert_eq!(again.headers["etag"], before.as_str());
    let added = change("add", &[&ines, "m7"]).await.is(204);
    assert_ne!(added.headers["etag"], before.as_str());
    let without = [("excludedAttributes", "members")];
    let read = account.get(&path, &without).await.is(200).body;
    assert_eq!(
        added.headers["etag"],
        read["meta"]["version"].as_str().unwrap()
    );
    let check = format!("members.value eq \"{ines}\"");
    assert_eq!(account.ids("/Groups", &check).await.len(), 1);

    change("remove", &ids[..2_000]).await.is(204);
    // So few are sent back.
    let left = change("remove", &ids[2_000..3_999]).await.is(200).body;
    let left: Vec<_> = left["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["value"])
        .collect();
    assert_eq!(left, ["m3999", ines.as_str()]);
    account.service.stop().await;
}
