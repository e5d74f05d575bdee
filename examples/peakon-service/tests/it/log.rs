//! What the log says of a request, and what it never says.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection as _};

use crate::support::{USER, client, employee, new_database, patch_of};

const TOKEN: &str = "t0ken-of-the-directory";
/// What may stand nowhere in the log: people, their addresses, groups, values, tokens, passwords.
const PERSONAL: [&str; 9] = [
    "zebedee",
    "quuxley",
    "fjordlab.example",
    "kestrel",
    "5550199",
    "wr0ng",
    "t0ken",
    "chief-heron",
    "hunter2",
];

struct Running {
    child: Child,
    url: String,
}

fn run(folder: &std::path::Path, database: &str) -> Running {
    let log = File::create(folder.join("log")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_peakon-service"))
        .current_dir(folder)
        .env("DATABASE_URL", database)
        .env("PEAKON_TOKEN", TOKEN)
        .args([
            "--listen",
            "127.0.0.1:0",
            "--log",
            "trace",
            "--log-format",
            "json",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let url = line.strip_prefix("ready ").unwrap().trim_end().to_owned();
    Running { child, url }
}

/// Sends a request and gives the status.
async fn send(running: &Running, method: Method, path: &str, body: &str) -> u16 {
    let request = client()
        .request(method, format!("{}{path}", running.url))
        .bearer_auth(TOKEN)
        .header("X-Request-Id", "story-1")
        .header("Content-Type", "application/scim+json")
        .body(body.to_owned());
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "story-1");
    answer.status().as_u16()
}

#[cfg(unix)]
fn terminate(running: &Running) {
    let process = running.child.id().to_string();
    assert!(
        Command::new("kill")
            .arg(process)
            .status()
            .unwrap()
            .success()
    );
}

#[cfg(unix)]
#[tokio::test]
async fn one_line_tells_a_request_and_nothing_about_anybody() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (folder, database) = (tempfile::tempdir().unwrap(), new_database());
    let mut running = run(folder.path(), &database.url());
    let zebedee = employee(
        "zebedee.quuxley@fjordlab.example",
        json!({
            "name": {"givenName": "Zebedee", "familyName": "Quuxley"},
            "phoneNumbers": [{"value": "tel:+1-5550199"}],
            "password": "hunter2",
        }),
    )
    .to_string();
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Project Kestrel", "members": [{"value": "zebedee"}],
    });
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "quuxley", "data": {"schemas": [USER], "userName": "Zebedee\u{0}Quuxley"}},
            {"method": "DELETE", "path": "/Users/zebedee"},
        ],
    });
    let patch = patch_of("replace", "title", json!("chief-heron")).to_string();
    for (method, path, body, statuses) in [
        (Method::POST, "/Users", zebedee.as_str(), 201..=201),
        (Method::POST, "/Users", zebedee.as_str(), 409..=409),
        (
            Method::POST,
            "/Users",
            "{\"userName\": \"zebedee\"",
            400..=400,
        ),
        (
            Method::POST,
            "/Groups",
            group.to_string().as_str(),
            400..=400,
        ),
        (Method::POST, "/Bulk", bulk.to_string().as_str(), 200..=200),
        (Method::PATCH, "/Users/zebedee", patch.as_str(), 404..=404),
        (Method::GET, "/Users/zebedee%00quuxley", "", 400..=404),
        (
            Method::GET,
            "/Users?filter=userName+eq+%22zebedee%00%22",
            "",
            200..=400,
        ),
        (
            Method::GET,
            "/Users?filter=emails.value+co+%22quuxley%22&access_token=wr0ng",
            "",
            200..=200,
        ),
        (Method::GET, "/Users?filter=zebedee+eq+1", "", 400..=400),
        (Method::GET, "/Quuxley", "", 404..=404),
    ] {
        let status = send(&running, method, path, body).await;
        assert!(statuses.contains(&status), "{path}: {status}");
    }
    let wrong = client()
        .get(format!("{}/Users", running.url))
        .bearer_auth("wr0ng-t0ken");
    assert_eq!(wrong.send().await.unwrap().status(), 401);

    terminate(&running);
    assert!(running.child.wait().unwrap().success());
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    check(&log);
}

fn check(log: &str) {
    let lower = log.to_lowercase();
    for personal in PERSONAL {
        assert!(
            !lower.contains(personal),
            "{personal} stands in the log:\n{log}"
        );
    }
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let (begin, end) = (lines.first().unwrap(), lines.last().unwrap());
    assert_eq!(begin["message"], "serves", "{log}");
    assert!(begin["version"].is_string() && begin["database"].is_string() && begin["tls"] == false);
    assert_eq!(end["message"], "stopped", "{log}");
    let answered: Vec<&Value> = lines
        .iter()
        .filter(|line| line["message"] == "answered")
        .collect();
    assert_eq!(answered.len(), 12, "{log}");
    let refused = answered[1];
    assert_eq!(refused["request"], "story-1");
    assert_eq!(refused["account"], "default");
    assert_eq!(refused["method"], "POST");
    assert_eq!(refused["route"], "/scim/v2/Users");
    assert_eq!(refused["status"], 409);
    assert_eq!(refused["scim_type"], "uniqueness");
    assert!(
        refused["milliseconds"].is_u64() && refused["token"].is_string(),
        "{refused}"
    );
    let unknown = answered[11];
    assert_eq!(unknown["status"], 401);
    assert!(
        unknown.get("account").is_none() && unknown.get("token").is_none(),
        "{unknown}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_failure_bears_the_id_of_its_request_and_what_is_cut_off_is_told() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (folder, database) = (tempfile::tempdir().unwrap(), new_database());
    let mut running = run(folder.path(), &database.url());
    let address = running.url.strip_prefix("http://").unwrap();
    let address = address.strip_suffix("/scim/v2").unwrap().to_owned();
    let mut slow = TcpStream::connect(&address).unwrap();
    write!(
        slow,
        "POST /scim/v2/Users HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Length: 9\r\nExpect: 100-continue\r\n\r\n"
    )
    .unwrap();
    // The service waits for the body.
    let mut told = [0; 12];
    slow.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100");

    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&database.url()).await.unwrap();
    let renamed = sqlx::query("ALTER TABLE resources RENAME TO lost").execute(&mut connection);
    renamed.await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(send(&running, Method::GET, "/Users", "").await, 500);

    terminate(&running);
    while TcpStream::connect(&address).is_ok() {
        tokio::task::yield_now().await;
    }
    terminate(&running);
    assert_eq!(running.child.wait().unwrap().code(), Some(1));

    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let (before, end) = log.trim_end().rsplit_once('\n').unwrap();
    assert!(end.contains("cut off: 1"), "{log}");
    let mut lines = before
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let failed = lines.find(|line: &Value| line["level"] == "ERROR").unwrap();
    assert_eq!(failed["span"]["request"], "story-1", "{log}");
}
