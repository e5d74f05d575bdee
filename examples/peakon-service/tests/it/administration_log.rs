//! What the program writes into its log while somebody uses the administration page: nothing secret, and nothing about anybody.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use peakon_service::Accounts;
use serde_json::json;

use crate::support::{TOKEN, client, employee, new_database};
use crate::visitor::{LOGIN, PAGES, PASSWORD, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_no_name_is_logged() {
    let database = new_database();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut program = Command::new(env!("CARGO_BIN_EXE_peakon-service"))
        .current_dir(folder.path())
        .args([
            "--listen",
            "127.0.0.1:0",
            "--log",
            "debug",
            "--proxies",
            "1",
        ])
        .args(["--database", &database.url(), "--token", TOKEN])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    let mut output = BufReader::new(program.stdout.take().unwrap());
    output.read_line(&mut ready).unwrap();
    let url = ready.trim().strip_prefix("ready ").unwrap().to_owned();
    let accounts = Accounts::open(&database.url()).await.unwrap();
    let added = accounts.add_administrator("default", LOGIN, PASSWORD).await;
    added.unwrap();
    let created = client()
        .post(format!("{url}/Users"))
        .bearer_auth(TOKEN)
        .json(&employee("olu.adeyemi@fjordlab.example", json!({})))
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), 201);

    let address = url
        .trim_start_matches("http://")
        .trim_end_matches("/scim/v2");
    let mut visitor = Visitor::new(address);
    visitor.get("/administration/login").await.is(200);
    let mut headers = http::HeaderMap::new();
    headers.insert("origin", format!("http://{address}").parse().unwrap());
    headers.insert("x-forwarded-for", "203.0.113.7".parse().unwrap());
    let key = visitor.form_key.clone();
    let fields = [
        ("form_key", key.as_str()),
        ("login", LOGIN),
        ("password", "a wrong password"),
    ];
    visitor
        .post_as("/administration/login", &headers, &fields)
        .await
        .is(422);
    let mut visitor = Visitor::logged_in(address).await;
    let page = format!("{PAGES}/employees");
    visitor
        .post(&page, &[("search", "olu.adeyemi")])
        .await
        .is(200);
    let fields = [("name", "Cost Centre"), ("kind", "text")];
    visitor
        .post(&format!("{PAGES}/attributes"), &fields)
        .await
        .is(303);
    let fields = [("label", "Entra ID"), ("lifetime", "90")];
    let page = visitor
        .post(&format!("{PAGES}/tokens"), &fields)
        .await
        .is(200);
    let token = page.value_of("token").unwrap();
    visitor.post("/administration/nothing", &[]).await.is(404);

    program.kill().unwrap();
    program.wait().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("303") && log.contains("422"), "{log}");
    let refused = log.lines().find(|line| line.contains("refused a login"));
    let refused = refused.unwrap();
    assert!(refused.contains("request"), "{refused}");
    let secret = &visitor.cookies["administration"];
    for text in [
        PASSWORD,
        "wrong password",
        LOGIN,
        "adeyemi",
        "Okafor",
        TOKEN,
        &token,
        secret,
        &visitor.form_key,
        "203.0.113.7",
    ] {
        assert!(!log.contains(text), "{text:?} is in the log: {log}");
    }
}
