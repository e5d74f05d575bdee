//! `sync` without `--once`: a process that stays, and reads the directory anew for each of its cycles.

use std::path::Path;
use std::process::Stdio;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use super::support::{Account, SECRET};

/// The state says of each cycle that it began 59 seconds earlier: of a minute's interval a second is left.
const EARLIER: &str = "CREATE TRIGGER earlier AFTER UPDATE OF status ON job BEGIN
    UPDATE job SET status = json_set(status, '$.lastCycle.started',
        strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(status, '$.lastCycle.started'), '-59 seconds'));
END";

/// Written whole, as whoever exports a directory has to.
fn write(directory: &Path, title: &str) {
    let person = |number: u32| {
        json!({
            "id": number.to_string(), "userPrincipalName": format!("p{number}@lumenhaus.example"), "givenName": "Pat",
            "surname": number.to_string(), "employeeId": (700_000 + number).to_string(), "accountEnabled": true,
            "jobTitle": if number == 1 { title } else { "Analyst" },
        })
    };
    let users: Vec<Value> = (1..=3).map(person).collect();
    let draft = directory.with_extension("draft");
    std::fs::write(&draft, json!({ "users": users }).to_string()).unwrap();
    std::fs::rename(draft, directory).unwrap();
}

/// The lines of one cycle, up to when the next one begins.
async fn cycle(lines: &mut Lines<BufReader<ChildStdout>>) -> Vec<String> {
    let mut cycle = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        let is_last = line.starts_with("The next cycle begins at ");
        cycle.push(line);
        if is_last {
            return cycle;
        }
    }
    panic!("it has ended after {cycle:#?}");
}

/// How many employees were created and updated.
fn counts(cycle: &[String]) -> [u32; 2] {
    let users = cycle
        .iter()
        .find(|line| line.starts_with("users "))
        .unwrap();
    let mut counts = users
        .split_whitespace()
        .skip(1)
        .map(|count| count.parse().unwrap());
    [counts.next().unwrap(), counts.next().unwrap()]
}

fn next(cycle: &[String]) -> DateTime<Utc> {
    let line = cycle.last().unwrap();
    let time = line.trim_start_matches("The next cycle begins at ");
    time.trim_end_matches('.').parse().unwrap()
}

async fn title(account: &Account) -> Value {
    let url = format!(
        "{}/Users?filter=userName%20eq%20%22p1@lumenhaus.example%22",
        account.service.base_url()
    );
    let answer = reqwest::Client::new()
        .get(url)
        .bearer_auth(SECRET)
        .send()
        .await;
    let found: Value = serde_json::from_str(&answer.unwrap().text().await.unwrap()).unwrap();
    found["Resources"][0]["urn:ietf:params:scim:schemas:extension:peakon:2.0:User"]["Job Title"]
        .clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_stays_brings_over_what_changes_between_its_cycles() {
    let account = Account::open().await;
    let directory = account.folder().join("directory.json");
    write(&directory, "Apprentice");
    let first = account.job_from(&directory, &["sync", "--once"]).await;
    assert_eq!(first.status.code(), Some(0));
    let state = SqliteConnectOptions::new().filename(account.state());
    let state = SqlitePool::connect_with(state).await.unwrap();
    sqlx::raw_sql(EARLIER).execute(&state).await.unwrap();

    let mut child = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
        .args(["sync", "--interval", "1m", "--directory"])
        .arg(&directory)
        .arg("--schema")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/schema.json"))
        .arg("--state")
        .arg(account.state())
        .env("PEAKON_TENANT_URL", account.service.base_url())
        .env("PEAKON_TOKEN", SECRET)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let quiet = cycle(&mut lines).await;
    assert!(quiet[0].ends_with("UTC (Succeeded)"), "{quiet:#?}");
    assert_eq!(counts(&quiet), [0, 0], "{quiet:#?}");
    assert_eq!(title(&account).await, "Apprentice");

    write(&directory, "Lead");
    // On a slow machine the second one may have been under way already.
    let changed = loop {
        let cycle = cycle(&mut lines).await;
        assert!(cycle[0].ends_with("UTC (Succeeded)"), "{cycle:#?}");
        if counts(&cycle) != [0, 0] {
            break cycle;
        }
    };
    assert_eq!(counts(&changed), [0, 1], "{changed:#?}");
    assert!(
        changed
            .iter()
            .any(|line| line.contains(" 1 of them writes")),
        "{changed:#?}"
    );
    assert_eq!(title(&account).await, "Lead");

    sqlx::raw_sql("DROP TRIGGER earlier")
        .execute(&state)
        .await
        .unwrap();
    loop {
        let cycle = cycle(&mut lines).await;
        assert_eq!(counts(&cycle), [0, 0], "what was brought over is not again");
        // With a whole minute before it the process sleeps.
        if next(&cycle) > Utc::now() + TimeDelta::seconds(20) {
            break;
        }
    }
    let kill = Command::new("kill")
        .args(["-TERM", &child.id().unwrap().to_string()])
        .status();
    assert!(kill.await.unwrap().success());
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(
        lines.next_line().await.unwrap(),
        None,
        "nothing more is said"
    );
    account.service.stop().await;
}
