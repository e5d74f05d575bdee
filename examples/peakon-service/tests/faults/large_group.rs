//! Two writers on one group of 100,000 members.

use std::collections::BTreeSet;
use std::process::Command;

use reqwest::Method;
use serde_json::json;
use sqlx::{AnyConnection, Connection as _};

use crate::database::TestDatabase;
use crate::program::{Client, Program};
use crate::writers::{add_member, group, patch, remove_member};

const MEMBERS: usize = 100_000;
const EACH: usize = 40;

/// Members whom nobody created: 100,000 employees would take long, and a group does not care.
fn start(database: &str) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peakon-service"));
    Program::start_by(command.args(["--unknown-members", "keep"]), database)
}

async fn two_writers(database: TestDatabase, programs: [&Program; 2]) {
    let client = &programs[0].client;
    let created = client
        .send(Method::POST, "/Groups", Some(&group("Everybody", &[])))
        .await;
    let id = created.is(201).id();
    let path = format!("/Groups/{id}");
    let names: Vec<_> = (0..MEMBERS)
        .map(|number| format!("member-{number}"))
        .collect();
    for part in names.chunks(10_000) {
        let members: Vec<_> = part.iter().map(|name| json!({"value": name})).collect();
        let body = patch(&json!({"op": "add", "path": "members", "value": members}));
        client.send(Method::PATCH, &path, Some(&body)).await.is(204);
    }

    // Both add members of their own, take out others, and add and take out the same ones.
    let write = async |client: &Client, who: usize| {
        let mut changes = 0;
        for number in 0..EACH {
            let own = format!("new-{who}-{number}");
            let going = format!("member-{}", 2 * number + who);
            let shared = format!("shared-{number}");
            for body in [add_member(&own), remove_member(&going), add_member(&shared)] {
                // So many members are not sent back.
                client.send(Method::PATCH, &path, Some(&body)).await.is(204);
                changes += 1;
            }
        }
        changes
    };
    let (one, other) = tokio::join!(write(&programs[0].client, 0), write(&programs[1].client, 1),);

    let mut expected: BTreeSet<_> = names.into_iter().collect();
    for number in 0..EACH {
        expected.insert(format!("shared-{number}"));
        for who in 0..2 {
            expected.insert(format!("new-{who}-{number}"));
            expected.remove(&format!("member-{}", 2 * number + who));
        }
    }
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&database.url()).await.unwrap();
    let held: Vec<String> = sqlx::query_scalar("SELECT member_id FROM group_members")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(held.len(), expected.len());
    assert!(held.iter().all(|member| expected.contains(member)));
    // A version for each change; who comes twice comes once.
    let version = client
        .get(&format!("{path}?attributes=displayName"))
        .await
        .is(200);
    let versions = 1 + MEMBERS / 10_000 + one + other - EACH;
    assert_eq!(version.etag(), format!("W/\"{versions}\""));
    println!("{} changes of a group of {MEMBERS}, all there", one + other);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let database = TestDatabase::sqlite();
    let program = start(&database.url());
    two_writers(database, [&program, &program]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn on_postgresql_by_two_processes() {
    let database = TestDatabase::postgresql();
    let programs = [start(&database.url()), start(&database.url())];
    two_writers(database, [&programs[0], &programs[1]]).await;
}
