//! An account that is held by somebody for long, as PostgreSQL can hold it.

use peakon_service::NewAccount;
use reqwest::Method;
use serde_json::json;
use sqlx::{AnyConnection, Connection as _};
use tokio::task::JoinSet;

use crate::support::{Account, employee};

#[tokio::test(flavor = "multi_thread")]
async fn keeps_no_other_account_waiting() {
    let account = Account::new().await;
    let accounts = account.service.accounts().clone();
    accounts.create(NewAccount::new("nordlys")).await.unwrap();
    let other = accounts.issue_token("nordlys", "directory", None).await;
    let other = other.unwrap().reveal().to_owned();
    account.get("/Users", &[]).await.is(200);
    let mut holder = AnyConnection::connect(&account.database.url())
        .await
        .unwrap();
    let lock = "SELECT 1 FROM pg_advisory_lock(hashtextextended('default', 0))";
    sqlx::query(lock).execute(&mut holder).await.unwrap();

    let mut account = account;
    let url = account.url("/Users", &[]);
    let mut writes = JoinSet::new();
    for number in 0..20 {
        let client = crate::support::client();
        let (url, token) = (url.clone(), account.token.clone().unwrap());
        let body = employee(&format!("e{number}@fjordlab.example"), json!({}));
        writes.spawn(async move {
            let request = client.request(Method::POST, url).bearer_auth(token);
            let request = request.header("Content-Type", "application/scim+json");
            request.body(body.to_string()).send().await.unwrap()
        });
    }
    // As many as are let in are seen to wait in the database, unless all have given up before this test looks.
    let waiting = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let mut answers = Vec::new();
    while !writes.is_empty() {
        let count: i64 = sqlx::query_scalar(waiting)
            .fetch_one(&mut holder)
            .await
            .unwrap();
        assert!(count <= 4, "{count} of one account hold a connection");
        if count == 4 {
            break;
        }
        while let Some(answer) = writes.try_join_next() {
            answers.push(answer.unwrap());
        }
        tokio::task::yield_now().await;
    }
    let own = account.token.replace(other);
    account.get("/Users", &[]).await.is(200);
    let body = employee("sefa@nordlys.example", json!({}));
    account.post("/Users", body).await.is(201);
    // The database may take longer than the second that it is given, but not for ever.
    while account.beside("/readyz", &[]).await.status != 200 {}
    account.token = own;
    account.get("/Users", &[]).await.is(200);

    // The operations of a bulk request are told as much.
    let operation = json!({"method": "POST", "path": "/Users", "bulkId": "one",
        "data": employee("bulk@fjordlab.example", json!({}))});
    let wrong = json!({"method": "DELETE", "path": "/Nowhere/1"});
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation, wrong]});
    let answer = account.post("/Bulk", bulk).await.is(200);
    assert_eq!(answer.headers["retry-after"], "5");
    let operations = &answer.body["Operations"];
    assert_eq!(operations[0]["status"], "503", "{operations}");
    assert_eq!(operations[0]["response"]["status"], "503");
    assert_eq!(operations[1]["status"], "404");
    answers.extend(writes.join_all().await);
    assert_eq!(answers.len(), 20);
    for answer in answers {
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
    }
    holder.close().await.unwrap();
    let body = employee("ines@fjordlab.example", json!({}));
    account.post("/Users", body).await.is(201);
    account.service.stop().await;
}
