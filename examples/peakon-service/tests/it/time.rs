//! Requests that cannot be answered in time.

use serde_json::json;

use crate::support::{Account, employee, hold};

#[tokio::test(flavor = "multi_thread")]
async fn are_given_up_and_leave_nothing_behind() {
    let account = Account::configured(|it| it.limits.request_seconds = 3).await;
    account.get("/Users", &[]).await.is(200);
    let held = hold(&account.database).await;
    let body = employee("ines@fjordlab.example", json!({}));
    let answer = account.post("/Users", body.clone()).await;
    assert_eq!(answer.headers["retry-after"], "5");
    answer.has_error(503, "", &["within 3 seconds", "Retry-After"]);
    account.get("/Users", &[]).await.is(200);
    held.give_back().await;
    // It was not kept, so it is not in the way of itself.
    account.post("/Users", body).await.is(201);
    let metrics = account.beside("/metrics", &[]).await.is(200).body;
    let given_up = "peakon_given_up_total 1";
    assert!(
        metrics
            .as_str()
            .unwrap()
            .lines()
            .any(|line| line == given_up),
        "{metrics}"
    );
    account.service.stop().await;
}
