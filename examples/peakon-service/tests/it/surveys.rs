//! Who receives a survey, before and after a deactivation, and after a reactivation.

use std::time::Duration;

use crate::support::{Account, PEAKON};
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
