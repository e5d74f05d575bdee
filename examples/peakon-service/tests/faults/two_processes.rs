//! Two processes over one PostgreSQL behave as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::checker::{check, members_of};
use crate::database::TestDatabase;
use crate::program::{Client, Program};
use crate::writers::{Work, add_member, group, patch, user};

/// How often each race is run.
const RACES: usize = 25;

struct Two {
    database: TestDatabase,
    _programs: [Program; 2],
    here: Client,
    there: Client,
}

impl Two {
    fn start() -> Self {
        let database = TestDatabase::postgresql();
        let programs = [(); 2].map(|()| Program::start(&database.url()));
        let [here, there] = programs.each_ref().map(|program| program.client.clone());
        Self {
            database,
            _programs: programs,
            here,
            there,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn they_start_at_once_on_an_empty_database() {
    let database = TestDatabase::postgresql();
    let url = database.url();
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::task::spawn_blocking(move || Program::start(&url))
        })
        .collect();
    for program in starting {
        let program = program.await.unwrap();
        program.client.get("/Users").await.is(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn one_of_two_gets_a_user_name() {
    let two = Two::start();
    for race in 0..RACES {
        let body = user(&format!("ines-{race}"), "Engineer");
        let (one, other) = tokio::join!(
            two.here.send(Method::POST, "/Users", Some(&body)),
            two.there.send(Method::POST, "/Users", Some(&body)),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", one.body, other.body);
        // Another name, the same identifying address.
        let mut bodies = [
            user(&format!("one-{race}"), "Engineer"),
            user(&format!("other-{race}"), "Engineer"),
        ];
        for body in &mut bodies {
            body["emails"] = json!([{"value": format!("shared-{race}@fjordlab.example")}]);
        }
        let (one, other) = tokio::join!(
            two.here.send(Method::POST, "/Users", Some(&bodies[0])),
            two.there.send(Method::POST, "/Users", Some(&bodies[1])),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", one.body, other.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn one_of_two_changes_a_version() {
    let two = Two::start();
    let created = two
        .here
        .send(Method::POST, "/Users", Some(&user("ines", "Engineer")))
        .await;
    let mut version = created.etag().to_owned();
    let path = format!("/Users/{}", created.is(201).id());
    for race in 0..RACES {
        let change = |who: &str| {
            let title = format!("{who} {race}");
            patch(&json!({"op": "replace", "path": "title", "value": title}))
        };
        let (ours, theirs) = (change("here"), change("there"));
        let held = [("If-Match", version.as_str())];
        let (one, other) = tokio::join!(
            two.here.try_send(Method::PATCH, &path, &held, Some(&ours)),
            two.there
                .try_send(Method::PATCH, &path, &held, Some(&theirs)),
        );
        let (one, other) = (one.unwrap(), other.unwrap());
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{} {}", one.body, other.body);
        let (winner, reader) = if one.status == 200 {
            (one, &two.there)
        } else {
            (other, &two.here)
        };
        // What was written through one is read through the other.
        let read = reader.get(&path).await.is(200);
        assert_eq!(read.etag(), winner.etag());
        assert_eq!(read.body["title"], winner.body["title"]);
        winner.etag().clone_into(&mut version);
    }
    assert_eq!(version, format!("W/\"{}\"", RACES + 1));
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn no_member_is_lost() {
    const EACH: usize = 40;
    let two = Two::start();
    let created = two
        .here
        .send(Method::POST, "/Groups", Some(&group("Guides", &[])))
        .await;
    let path = format!("/Groups/{}", created.is(201).id());
    let add = async |client: &Client, who: &str| {
        let mut ids = Vec::new();
        for number in 0..EACH {
            let body = user(&format!("{who}-{number}"), "Guide");
            let id = client
                .send(Method::POST, "/Users", Some(&body))
                .await
                .is(201)
                .id();
            let answer = client
                .send(Method::PATCH, &path, Some(&add_member(&id)))
                .await;
            assert!(answer.is_success(), "{}", answer.body);
            ids.push(id);
        }
        ids
    };
    let (one, other) = tokio::join!(add(&two.here, "here"), add(&two.there, "there"));
    let expected: BTreeSet<_> = one.into_iter().chain(other).collect();
    for client in [&two.here, &two.there] {
        let group = client.get(&path).await.is(200);
        assert_eq!(members_of(&group.body), expected);
        // Every add was one change.
        assert_eq!(group.etag(), format!("W/\"{}\"", 2 * EACH + 1));
    }
}

/// A cursor that one gave leads on at the other, while both add and delete.
#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn a_walk_goes_on_at_the_other() {
    let two = Two::start();
    let mut staying = BTreeSet::new();
    for number in 0..60 {
        let body = user(&format!("staying-{number}"), "Guide");
        staying.insert(
            two.here
                .send(Method::POST, "/Users", Some(&body))
                .await
                .is(201)
                .id(),
        );
    }
    let churn = async |client: &Client, who: &str, stop: &tokio::sync::watch::Receiver<bool>| {
        let mut number = 0;
        while !*stop.borrow() {
            let body = user(&format!("{who}-{number}"), "Guide");
            let id = client
                .send(Method::POST, "/Users", Some(&body))
                .await
                .is(201)
                .id();
            let path = format!("/Users/{id}");
            client.send(Method::DELETE, &path, None).await.is(204);
            number += 1;
        }
        number
    };
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let walk = async {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for sort in ["", "&sortBy=userName"] {
            let mut cursor = String::new();
            for turn in 0.. {
                let client = if turn % 2 == 0 { &two.here } else { &two.there };
                let path = format!("/Users?count=7&cursor={cursor}{sort}");
                let page = client.get(&path).await.is(200).body;
                for user in page["Resources"].as_array().unwrap() {
                    let id = user["id"].as_str().unwrap();
                    *seen.entry(id.to_owned()).or_default() += 1;
                }
                match page["nextCursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
            }
        }
        stop.send(true).unwrap();
        seen
    };
    let (seen, here, there) = tokio::join!(
        walk,
        churn(&two.here, "here", &stopped),
        churn(&two.there, "there", &stopped),
    );
    for id in &staying {
        assert_eq!(seen.get(id), Some(&2), "once in each walk");
    }
    println!("two walks over both processes, while {here} and {there} employees came and went");
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn everything_that_both_acknowledge_is_there() {
    let two = Two::start();
    let work = Work::begin(&two.here, true).await;
    let writers: Vec<_> = [&two.here, &two.there]
        .into_iter()
        .cycle()
        .take(6)
        .map(|client| tokio::spawn(Arc::clone(&work).write(client.clone())))
        .collect();
    while work.done.load(Ordering::Relaxed) < 400 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    work.stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let url = two.database.url();
    check(&two.here, &url, &work).await;
    check(&two.there, &url, &work).await;
    let ledger = work.ledger.lock().unwrap();
    assert_eq!(ledger.acknowledged.unsure, 0, "{:?}", ledger.acknowledged);
    println!("two processes: {:?}", ledger.acknowledged);
}
