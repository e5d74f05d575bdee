//! Who receives a survey, before and after a deactivation, and after a reactivation.

use std::time::Duration;

use crate::support::{Account, PEAKON, employee};
use serde_json::{Value, json};

fn moment(answer: &Value) -> String {
    answer["meta"]["lastModified"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_deactivation_counts_from_its_moment_on_and_a_reactivation_too() {
    let account = Account::new().await;
    let id = account.employee("ines@fjordlab.example", json!({})).await;
    account.employee("sefa@fjordlab.example", json!({})).await;
    let (both, one) = (
        ["ines@fjordlab.example", "sefa@fjordlab.example"],
        ["sefa@fjordlab.example"],
    );
    let path = format!("/Users/{id}");
    assert_eq!(account.audience(None).await, both);
    let created = moment(&account.get(&path, &[]).await.body);

    tokio::time::sleep(Duration::from_millis(5)).await;
    // As Entra sends it: a text.
    let answer = account
        .patch(&path, "Replace", "active", json!("False"))
        .await
        .is(200);
    assert_eq!(answer.body["active"], false);
    let deactivated = moment(&answer.body);
    assert_eq!(account.audience(None).await, one);
    assert_eq!(account.audience(Some(&deactivated)).await, one);
    assert!(
        account
            .audience(Some(&created))
            .await
            .contains(&both[0].to_owned())
    );
    // Who is not active is still there.
    assert_eq!(
        account
            .ids("/Users", "userName eq \"ines@fjordlab.example\"")
            .await,
        [id.as_str()]
    );

    tokio::time::sleep(Duration::from_millis(5)).await;
    let answer = account
        .patch(&path, "Replace", "active", json!("True"))
        .await
        .is(200);
    assert_eq!(account.audience(None).await, both);
    assert_eq!(account.audience(Some(&moment(&answer.body))).await, both);
    assert_eq!(account.audience(Some(&deactivated)).await, one);

    // The history survives a restart.
    let account = account.restart().await;
    assert_eq!(account.audience(None).await, both);
    assert_eq!(account.audience(Some(&deactivated)).await, one);
    assert!(
        account
            .audience(Some("2001-01-01T00:00:00Z"))
            .await
            .is_empty()
    );
    account.service.stop().await;
}

#[tokio::test]
async fn who_has_not_started_yet_receives_nothing() {
    let account = Account::new().await;
    account
        .employee(
            "ines@fjordlab.example",
            json!({PEAKON: {"Start Date": "2999-02-03T00:00:00Z"}}),
        )
        .await;
    account
        .employee(
            "sefa@fjordlab.example",
            json!({PEAKON: {"Start Date": "2020-02-03T00:00:00Z"}}),
        )
        .await;
    account
        .employee("away@fjordlab.example", json!({"active": false}))
        .await;
    assert_eq!(account.audience(None).await, ["sefa@fjordlab.example"]);
    let later = account.audience(Some("2999-02-03T02:00:00+02:00")).await;
    assert_eq!(later, ["ines@fjordlab.example", "sefa@fjordlab.example"]);
    account.service.stop().await;
}

#[tokio::test]
async fn a_malformed_moment_is_refused() {
    let account = Account::new().await;
    let answer = account
        .beside("/surveys/audience", &[("at", "tomorrow")])
        .await;
    answer.has_error(400, "invalidValue", &["`at`", "2026-02-03T09:00:00Z"]);
    account.service.stop().await;
}

/// P-7644-3.5.2.2-2
#[tokio::test]
async fn a_missing_word_about_active_brings_nobody_back() {
    let account = Account::new().await;
    let mut without = employee("ines@fjordlab.example", json!({}));
    without.as_object_mut().unwrap().remove("active");
    let created = account.post("/Users", without.clone()).await.is(201).body;
    assert_eq!(created["active"], true);
    let path = format!("/Users/{}", created["id"].as_str().unwrap());
    let replaced = account.put(&path, without.clone()).await.is(200).body;
    assert!(replaced.get("active").is_none(), "{replaced}");
    assert_eq!(account.audience(None).await.len(), 1);

    account
        .patch(&path, "replace", "active", json!(false))
        .await
        .is(200);
    account.put(&path, without).await.is(200);
    assert!(account.audience(None).await.is_empty());
    account
        .patch(&path, "replace", "active", json!(false))
        .await
        .is(200);
    let removed = account
        .patch(&path, "remove", "active", json!(null))
        .await
        .is(200)
        .body;
    assert!(removed.get("active").is_none(), "{removed}");
    let nulled = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"active": null, "title": "Steward"}}],
    });
    let url = account.url(&path, &[]);
    let nulled = account
        .send(reqwest::Method::PATCH, url, Some(nulled))
        .await
        .is(200)
        .body;
    assert!(nulled.get("active").is_none(), "{nulled}");
    assert_eq!(nulled["title"], "Steward");
    assert!(account.audience(None).await.is_empty());
    assert!(account.ids("/Users", "active eq true").await.is_empty());
    account.service.stop().await;
}

#[tokio::test]
async fn a_deletion_leaves_past_audiences_as_they_were() {
    let account = Account::new().await;
    let id = account.employee("ines@fjordlab.example", json!({})).await;
    account.employee("sefa@fjordlab.example", json!({})).await;
    // The service's own clock.
    let answer = account.beside("/surveys/audience", &[]).await.is(200);
    let before = answer.body["at"].as_str().unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    account.delete(&format!("/Users/{id}")).await.is(204);
    assert_eq!(account.audience(None).await, ["sefa@fjordlab.example"]);
    let both = ["ines@fjordlab.example", "sefa@fjordlab.example"];
    assert_eq!(account.audience(Some(before)).await, both);
    // The name is free again, and belongs to somebody else.
    account.employee("ines@fjordlab.example", json!({})).await;
    assert_eq!(account.audience(Some(before)).await, both);
    let account = account.restart().await;
    let now = ["sefa@fjordlab.example", "ines@fjordlab.example"];
    assert_eq!(account.audience(None).await, now);
    account.service.stop().await;
}

#[tokio::test]
async fn a_clock_that_went_back_lists_nobody_twice() {
    let account = Account::new().await;
    let id = account.employee("ines@fjordlab.example", json!({})).await;
    let database = sqlx::AnyPool::connect(&account.database.url())
        .await
        .unwrap();
    sqlx::query("INSERT INTO activation_history VALUES ('default', $1, 0, 9000000000000)")
        .bind(&id)
        .execute(&database)
        .await
        .unwrap();
    database.close().await;
    assert_eq!(account.audience(None).await, ["ines@fjordlab.example"]);
    account.service.stop().await;
}

#[tokio::test]
async fn a_large_audience_comes_page_by_page() {
    let account = Account::configured(|it| it.limits.page_size = 2).await;
    let names = ["a", "b", "c", "d", "e"].map(|name| format!("{name}@fjordlab.example"));
    let mut ids = Vec::new();
    for name in &names {
        ids.push(account.employee(name, json!({})).await);
    }
    let page = async |query: &[(&str, &str)]| {
        let page = account.beside("/surveys/audience", query).await.is(200);
        let employees = page.body["employees"].as_array().unwrap().iter();
        let names = employees.map(|it| it["userName"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>(), page.body)
    };
    let (first, body) = page(&[]).await;
    assert_eq!(first, names[..2]);
    assert_eq!(
        (&body["totalResults"], &body["next"]),
        (&json!(5), &json!(ids[1]))
    );
    let at = body["at"].clone();
    let at = at.as_str().unwrap();
    // Who stands at the end of a page may be deleted before the next one is asked for, and stays in this audience.
    tokio::time::sleep(Duration::from_millis(5)).await;
    account.delete(&format!("/Users/{}", ids[1])).await.is(204);
    let (second, body) = page(&[("at", at), ("after", &ids[1]), ("count", "100")]).await;
    assert_eq!(second, names[2..4]);
    assert_eq!(
        (&body["totalResults"], &body["next"]),
        (&json!(null), &json!(ids[3]))
    );
    let (third, body) = page(&[("at", at), ("after", &ids[3])]).await;
    assert_eq!((third, &body["next"]), (names[4..].to_vec(), &json!(null)));
    let (one, body) = page(&[("at", at), ("count", "1")]).await;
    assert_eq!((one, &body["next"]), (names[..1].to_vec(), &json!(ids[0])));

    for (query, texts) in [
        (
            vec![("after", ids[3].as_str())],
            ["`after` needs `at`", "page before"],
        ),
        (
            vec![("at", at), ("after", "nobody")],
            ["`after` names nobody", "`next`"],
        ),
        (vec![("count", "0")], ["`count`", "at most 2"]),
        (vec![("count", "all")], ["`count`", "such as 100"]),
    ] {
        let answer = account.beside("/surveys/audience", &query).await;
        answer.has_error(400, "invalidValue", &texts);
    }
    account.service.stop().await;
}
