//! What a start makes of the account `default`, and whom it waits for.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};

use peakon_service::{Configuration, StartError, start};
use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use serde_json::json;

use crate::support::{Account, PEAKON, TOKEN, TestDatabase, client, hold, new_database};

#[tokio::test]
async fn a_later_start_adds_to_the_account_and_never_contradicts_it() {
    let account = Account::new().await;
    let other: peakon_service::Token = "another-token".parse().unwrap();
    account.service.stop().await;
    let listen = ([127, 0, 0, 1], 0).into();
    let database = account.database;

    // No token, for there is one.
    let configuration = Configuration::without_token(listen, database.url());
    let service = start(configuration).await.unwrap();
    assert!(service.new_token().is_none());
    service.stop().await;

    let mut configuration = Configuration::new(listen, database.url(), other);
    let level = PeakonAttribute::new("Level", PeakonAttributeKind::Option);
    let title = PeakonAttribute::new("job title", PeakonAttributeKind::Option);
    configuration.attributes = Some(vec![level, title]);
    let service = start(configuration.clone()).await.unwrap();
    let attributes = service.accounts().attributes("default").await.unwrap();
    assert_eq!(attributes.last().unwrap().name, "Level");
    assert_eq!(attributes.len(), 8);
    let status = async |token: &str| {
        let request = client().get(format!("{}/Users", service.base_url()));
        request
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(
        (status("another-token").await, status(TOKEN).await),
        (200, 401)
    );
    service.stop().await;

    let level = PeakonAttribute::new("LEVEL", PeakonAttributeKind::Date);
    configuration.attributes = Some(vec![level]);
    let error = start(configuration).await.unwrap_err();
    assert!(matches!(error, StartError::Account(_)));
    assert!(
        error
            .to_string()
            .contains("`Level` of the account `default` is of the kind option")
    );
}

/// The attributes of the account in their order, after a start with these in the file.
async fn attributes_after(
    configuration: &Configuration,
    file: &[(&str, PeakonAttributeKind)],
) -> Vec<String> {
    let mut configuration = configuration.clone();
    let attributes = file
        .iter()
        .map(|(name, kind)| PeakonAttribute::new(*name, *kind));
    configuration.attributes = Some(attributes.collect());
    let service = start(configuration).await.unwrap();
    let attributes = service.accounts().attributes("default").await.unwrap();
    service.stop().await;
    attributes
        .into_iter()
        .map(|attribute| attribute.name)
        .collect()
}

#[tokio::test]
async fn an_attribute_that_was_renamed_is_known_by_its_former_names() {
    use PeakonAttributeKind::{Option as OneOfAList, Text};

    let database = new_database();
    let listen = ([127, 0, 0, 1], 0).into();
    let configuration = Configuration::new(listen, database.url(), TOKEN.parse().unwrap());
    let old = [("Level", OneOfAList)];
    assert_eq!(attributes_after(&configuration, &old).await, ["Level"]);

    let account = Account::on(database, |_| {}).await;
    let own = json!({PEAKON: {"Level": "Senior"}});
    let id = account.employee("ines@fjordlab.example", own).await;
    let accounts = account.service.accounts();
    for (name, new_name) in [("Level", "Grade"), ("Grade", "Career Level")] {
        accounts
            .rename_attribute("default", name, new_name)
            .await
            .unwrap();
    }
    account.service.stop().await;
    for former in ["Level", "LEVEL", "grade", "career level"] {
        let attributes = attributes_after(&configuration, &[(former, OneOfAList)]).await;
        assert_eq!(attributes, ["Career Level"], "{former}");
    }
    let account = Account::on(account.database, |_| {}).await;
    let ines = account.get(&format!("/Users/{id}"), &[]).await.is(200).body;
    assert_eq!(ines[PEAKON], json!({"Career Level": "Senior"}));
    account.service.stop().await;

    // What a file names beside it, or with another kind, is another attribute. Then the name is that one's, and its former one
    // once it is renamed.
    let both = [("Level", OneOfAList), ("Career Level", OneOfAList)];
    let attributes = attributes_after(&configuration, &both).await;
    assert_eq!(attributes, ["Career Level", "Level"]);
    let attributes = attributes_after(&configuration, &[("Grade", Text)]).await;
    assert_eq!(attributes, ["Career Level", "Level", "Grade"]);
    let account = Account::on(account.database, |_| {}).await;
    let accounts = account.service.accounts();
    accounts
        .rename_attribute("default", "Level", "Rank")
        .await
        .unwrap();
    accounts.retire_attribute("default", "Rank").await.unwrap();
    account.service.stop().await;
    // One that is retired stays so.
    let attributes = attributes_after(&configuration, &old).await;
    assert_eq!(attributes, ["Career Level", "Rank", "Grade"]);
}

#[tokio::test]
async fn a_start_brings_no_ended_token_back_and_makes_no_third() {
    let database = new_database();
    let listen = ([127, 0, 0, 1], 0).into();
    let with = |token: &str| Configuration::new(listen, database.url(), token.parse().unwrap());
    let refused = async |token: &str| start(with(token)).await.unwrap_err().to_string();

    let service = start(with("the-first")).await.unwrap();
    let accounts = service.accounts().clone();
    let first = accounts.tokens("default").await.unwrap().remove(0);
    accounts.revoke_token("default", &first.id).await.unwrap();
    let again = accounts.revoke_token("default", &first.id).await;
    assert!(again.unwrap_err().to_string().contains("token list"));
    assert!(accounts.tokens("default").await.unwrap().is_empty());
    service.stop().await;
    let error = refused("the-first").await;
    assert!(error.contains("was revoked or has expired"), "{error}");
    assert!(error.contains("leave it out"), "{error}");

    start(with("the-second")).await.unwrap().stop().await;
    let service = start(with("the-third")).await.unwrap();
    let error = refused("the-second").await;
    assert!(error.contains("took its place"), "{error}");
    let accounts = service.accounts().clone();
    let valid = accounts.tokens("default").await.unwrap();
    assert_eq!(valid.len(), 1);
    accounts
        .revoke_token("default", &valid[0].id)
        .await
        .unwrap();
    for label in ["directory", "next"] {
        accounts.issue_token("default", label, None).await.unwrap();
    }
    service.stop().await;
    let error = refused("the-fourth").await;
    assert!(error.contains("would be the third"), "{error}");
    assert!(error.contains("leaving it out is enough"), "{error}");
    let configuration = Configuration::without_token(listen, database.url());
    let service = start(configuration).await.unwrap();
    assert!(service.new_token().is_none());
    // A client's PEAKON_TOKEN in the shell that the service is started from.
    let accounts = service.accounts().clone();
    let fjordlab = peakon_service::NewAccount::new("fjordlab");
    accounts.create(fjordlab).await.unwrap();
    let issued = accounts.issue_token("fjordlab", "directory", None).await;
    let token = issued.unwrap();
    service.stop().await;
    let error = refused(token.reveal()).await;
    for part in ["PEAKON_TOKEN", "--token", "account `fjordlab`", "env -u"] {
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn without_a_token_one_is_made_once() {
    let database = new_database();
    let listen = ([127, 0, 0, 1], 0).into();
    let configuration = Configuration::without_token(listen, database.url());
    let service = start(configuration.clone()).await.unwrap();
    let made = service.new_token().unwrap().clone();
    service.stop().await;
    let service = start(configuration).await.unwrap();
    assert!(service.new_token().is_none());
    let request = client().get(format!("{}/Users", service.base_url()));
    let answer = request.bearer_auth(made.reveal()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    service.stop().await;
}

/// The program over a database, and the lines of its log that warn.
fn run(database: &TestDatabase, flags: &[&str]) -> (Child, Lines<BufReader<ChildStderr>>) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_peakon-service"));
    program
        .env("DATABASE_URL", database.url())
        .env("PEAKON_TOKEN", TOKEN)
        .args(["--listen", "127.0.0.1:0", "--log", "warn"])
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let log = BufReader::new(child.stderr.take().unwrap()).lines();
    (child, log)
}

#[tokio::test]
async fn a_former_name_in_the_file_is_told_in_the_log() {
    let account = Account::new().await;
    let accounts = account.service.accounts();
    accounts
        .rename_attribute("default", "Salary", "Pay")
        .await
        .unwrap();
    account.service.stop().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.json");
    std::fs::write(&file, r#"[{"name": "Salary", "kind": "number"}]"#).unwrap();
    let flags = ["--attributes", file.to_str().unwrap()];
    let (mut child, mut log) = run(&account.database, &flags);
    let told = log.next().unwrap().unwrap();
    assert!(
        told.contains("calls `Pay` of the account `default`"),
        "{told}"
    );
    assert!(told.contains("`Salary`; correct the file"), "{told}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_whoever_holds_the_account() {
    let database = new_database();
    let listen = ([127, 0, 0, 1], 0).into();
    let configuration = Configuration::new(listen, database.url(), TOKEN.parse().unwrap());
    start(configuration).await.unwrap().stop().await;

    let held = hold(&database).await;
    let (mut child, mut log) = run(&database, &[]);
    let waits = log.find(|line| {
        line.as_ref()
            .unwrap()
            .contains("holds an account in the database; waiting for it")
    });
    assert!(waits.is_some());
    held.give_back().await;
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut ready = String::new();
    output.read_line(&mut ready).unwrap();
    assert!(ready.starts_with("ready "), "{ready}");
    child.kill().unwrap();
    child.wait().unwrap();
}
