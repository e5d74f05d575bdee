//! Requests that cannot be answered in time.

use serde_json::json;
use sqlx::{AnyConnection, Connection as _};

use crate::support::{Account, TestDatabase, employee};

#[tokio::test(flavor = "multi_thread")]
async fn are_given_up_and_leave_nothing_behind() {
    let account = Account::configured(|it| it.limits.request_seconds = 1).await;
    account.get("/Users", &[]).await.is(200);
    let (hold, give_back) = match account.database {
        TestDatabase::Sqlite(_) => ("BEGIN IMMEDIATE", "ROLLBACK"),
        TestDatabase::PostgreSql { .. } => (
            "SELECT 1 FROM pg_advisory_lock(hashtextextended('default', 0))",
            "SELECT 1 FROM pg_advisory_unlock(hashtextextended('default', 0))",
        ),
    };
    let url = account.database.url();
    let mut holder = AnyConnection::connect(&url).await.unwrap();
    sqlx::query(hold).execute(&mut holder).await.unwrap();
    let body = employee("ines@fjordlab.example", json!({}));
    let answer = account.post("/Users", body.clone()).await;
    assert_eq!(answer.headers["retry-after"], "5");
    answer.has_error(503, "", &["within 1 seconds", "Retry-After"]);
    account.get("/Users", &[]).await.is(200);
    sqlx::query(give_back).execute(&mut holder).await.unwrap();
    holder.close().await.unwrap();
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
