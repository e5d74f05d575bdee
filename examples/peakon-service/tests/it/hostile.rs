//! A thousand requests that nobody sends who means well, the same in every run. Each is refused, whatever it is, changes nothing, and
//! leaves a service that answers the next one.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::hostile_requests::{Hostile, Seed, families};
use crate::support::{Account, employee};

const REQUESTS: u64 = 1_000;
/// A test that hangs is a failure, on however slow a machine.
const HANGS: Duration = Duration::from_mins(2);

/// What is answered until the connection is closed.
async fn answered(account: &Account, hostile: &Hostile) -> Vec<u8> {
    let mut stream = TcpStream::connect(account.service.address()).await.unwrap();
    // The service may refuse before it has read everything.
    let _ = stream.write_all(&hostile.bytes).await;
    if hostile.is_cut {
        let _ = stream.shutdown().await;
    }
    let mut received = Vec::new();
    let read = tokio::time::timeout(HANGS, stream.read_to_end(&mut received)).await;
    let _ = read.unwrap_or_else(|_| panic!("hangs: {hostile:?}"));
    received
}

/// The statuses of all answers that came on a connection.
fn statuses(received: &str) -> Vec<u16> {
    let lines = received.split("HTTP/1.1 ").skip(1);
    let codes = lines.filter_map(|line| line.get(..3)?.parse().ok());
    codes.filter(|status| *status != 100).collect()
}

/// Whether everything that was asked for was refused.
fn is_refused(hostile: &Hostile, received: &[u8]) -> bool {
    let text = String::from_utf8_lossy(received);
    let statuses = statuses(&text);
    if statuses.is_empty() {
        return hostile.may_be_closed;
    }
    let is_refusal = |status: &u16| (400..500).contains(status);
    if statuses.iter().all(is_refusal) {
        return true;
    }
    // A bulk request is answered with what became of each operation.
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let operations = body["Operations"].as_array();
    hostile.is_bulk
        && operations.is_some_and(|operations| {
            let mut statuses = operations.iter().filter_map(|it| it["status"].as_str());
            !operations.is_empty() && statuses.all(|status| status.starts_with('4'))
        })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_hostile_requests_change_nothing() {
    let account = Account::configured(|it| {
        it.limits.requests_per_second = 0;
        it.limits.head_seconds = 1;
        it.limits.body_seconds = 1;
        it.limits.idle_seconds = 1;
    })
    .await;
    let ines = account.employee("ines@fjordlab.example", json!({})).await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Guides", "members": [{"value": ines}],
    });
    account.post("/Groups", group).await.is(201);
    let held = account.get("/", &[]).await.is(200).body;
    let families = families();
    let mut wrong = Vec::new();
    for number in 0..REQUESTS {
        let mut seed = Seed::new(number);
        let family = families[usize::try_from(number).unwrap() % families.len()];
        let hostile = family(&mut seed, &ines);
        let received = answered(&account, &hostile).await;
        if !is_refused(&hostile, &received) {
            let received = String::from_utf8_lossy(&received).into_owned();
            wrong.push(format!("{number}: {hostile:?}\n   {received}"));
        }
        let now = account.get("/", &[]).await;
        assert_eq!(now.status.as_u16(), 200, "after {number}: {hostile:?}");
        assert_eq!(now.body, held, "after {number}: {hostile:?}");
    }
    assert!(
        wrong.is_empty(),
        "{} were not refused:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    account.employee("sefa@fjordlab.example", json!({})).await;
    let body = employee("sefa@fjordlab.example", json!({}));
    account.post("/Users", body).await.is(409);
    account.service.stop().await;
}
