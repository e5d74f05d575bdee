//! Any answers to a client's calls: every call ends within its limits, sends nothing elsewhere, and tells no token.
//!
//! The first line names capabilities; then come answers, each after a line `---`: status, header fields, an empty line, body.
#![cfg_attr(fuzzing, no_main)]

use std::fmt::Debug;

use scim_core::client::{Call, Client, ClientError, Outcome, Response, Sent, Target};
use scim_core::message::SearchRequest;
use scim_core::resource::{Resource, User};
use scim_core::schema::SchemaRegistry;

const BASE: &str = "https://people.example/scim/v2";
const TOKEN: &str = "t0p-s3cret";

/// An answer; without a status none came.
fn answer(text: &str) -> Result<Response, Sent> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = match lines.next().unwrap_or_default().trim() {
        "no" => return Err(Sent::No),
        status => status.parse().map_err(|_| Sent::Perhaps)?,
    };
    let fields = lines.filter_map(|line| line.split_once(": "));
    Ok(fields.fold(
        Response::new(status).with_body(body),
        |response, (name, value)| response.with_header(name, value),
    ))
}

fn drive<T: Debug>(call: Result<Call<T>, ClientError>, answers: &[Result<Response, Sent>]) {
    let Ok(mut call) = call else {
        return;
    };
    for (step, answer) in answers.iter().cycle().enumerate() {
        assert!(step < 2_000, "it never ends");
        let request = call.request();
        assert!(request.url.starts_with("https://people.example/") && !request.url.contains(TOKEN));
        assert!(request.url.bytes().all(|byte| byte.is_ascii_graphic()));
        let outcome = match answer {
            Ok(response) => call.read(response, chrono::DateTime::UNIX_EPOCH),
            Err(sent) => call.lost(*sent),
        };
        match outcome {
            Outcome::Send | Outcome::Retry { .. } => {}
            Outcome::Done(_) => return,
            Outcome::Failed(error) => {
                let told = format!("{error} {error:?} {call:?}");
                assert!(!told.contains(TOKEN), "{told}");
                return;
            }
        }
    }
}

fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut parts = text.split("\n---\n");
    let capabilities = parts.next().unwrap_or_default();
    let answers: Vec<_> = parts.map(answer).collect();
    let registry = SchemaRegistry::standard();
    let (Some(users), Ok(base), Ok(user_name)) = (
        registry.resource_type("User"),
        BASE.parse(),
        "userName".parse(),
    ) else {
        return;
    };
    let mut target = Target::new(base);
    target.bearer_token = Some(TOKEN.into());
    let offered = &mut target.capabilities;
    for (name, capability) in [
        ("patch", &mut offered.patch),
        ("filter", &mut offered.filter),
        ("etag", &mut offered.etag),
        ("search", &mut offered.search),
        ("cursor", &mut offered.cursor),
    ] {
        *capability = capabilities.contains(name);
    }
    (target.limits.pages, target.limits.resources) = (20, 1_000);
    let Ok(client) = Client::new(target) else {
        return;
    };
    let mut before = Resource::from(User::new("ines"));
    before.set_id("42");
    let mut after = before.clone();
    after
        .attributes_mut()
        .insert("title".to_owned(), "CTO".into());
    drive(client.create(users, &before), &answers);
    drive(client.get(users, "42", &[]), &answers);
    drive(client.replace(users, &before), &answers);
    if let Some(change) = client.modify(users, &before, &after).transpose() {
        drive(change, &answers);
    }
    drive(client.delete(users, "42", None), &answers);
    drive(client.list(users, &SearchRequest::new()), &answers);
    drive(client.find(users, &user_name, "ines"), &answers);
    drive(Ok(client.discover()), &answers);
    drive(
        client.test_connection(users, &user_name, "nobody"),
        &answers,
    );
}

fuzz::target!(check);
