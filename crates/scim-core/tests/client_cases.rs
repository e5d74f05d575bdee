//! Conversations of a client with a service that answers as a case says: `cases/client/*.json`.
//!
//! A case has one call and its turns, each a request that has to be sent and what comes back. Requests are compared as a whole
//! but for header fields, of which a case names those that matter. The time of every answer is 2026-01-01.

#[path = "client_cases/forms.rs"]
mod forms;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use chrono::DateTime;
use scim_core::client::{
    BaseUrl, Call, Client, ClientError, Outcome, Request, Response, Sent, Target,
};
use scim_core::compatibility::Compatibility;
use scim_core::message::PatchRequest;
use scim_core::patch::PatchDialect;
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use forms::{discovered, found, search_request};

datatest_stable::harness! {
    { test = check, root = "tests/cases/client", pattern = r"\.json$" },
}

const BASE: &str = "https://people.example/scim/v2";

/// One call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows, for people.
    about: String,
    /// The requirements that it covers.
    requirements: Vec<String>,
    #[serde(default)]
    target: TargetOf,
    call: Operation,
    turns: Vec<Turn>,
    /// What the call results in, unless it fails.
    #[serde(default)]
    result: Value,
    /// What it fails with.
    error: Option<Failure>,
    /// The rules of the deviations that are reported.
    #[serde(default)]
    deviations: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TargetOf {
    token: Option<String>,
    media_type: Option<String>,
    entra: bool,
    /// By name; those of a service that says nothing where nothing is said.
    capabilities: BTreeMap<String, bool>,
    page_size: Option<usize>,
    body_bytes: Option<usize>,
    resources: Option<usize>,
    pages: Option<usize>,
    url_bytes: Option<usize>,
    attempts: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Operation {
    Create(Map<String, Value>),
    Get {
        id: String,
        #[serde(default)]
        excluding: Vec<String>,
    },
    GetIfChanged {
        id: String,
        version: String,
    },
    Replace(Map<String, Value>),
    Modify {
        before: Map<String, Value>,
        after: Map<String, Value>,
    },
    Patch {
        id: String,
        version: Option<String>,
        operations: Value,
    },
    Delete {
        id: String,
        version: Option<String>,
    },
    List(Value),
    Find {
        attribute: String,
        value: String,
    },
    Discover,
    TestConnection {
        attribute: String,
        nobody: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    /// `METHOD path?query`, the path below the base.
    request: String,
    /// Header fields of the request; null is for one that must not be there.
    #[serde(default)]
    headers: BTreeMap<String, Option<String>>,
    /// The whole body of the request.
    body: Option<Value>,
    answer: Option<Answer>,
    /// Instead of an answer: `no` or `perhaps`, whether the request was sent.
    lost: Option<String>,
    /// The wait in milliseconds that is advised, after which the same request is sent again.
    retry: Option<u128>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    status: u16,
    /// `Content-Type` is that of SCIM if there is a body of JSON and nothing else is said.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Failure {
    kind: String,
    effect: String,
    status: Option<u16>,
    scim_type: Option<String>,
    /// In seconds.
    retry_after: Option<u64>,
    /// Words that it says.
    #[serde(default)]
    says: Vec<String>,
    /// Words that it does not say.
    #[serde(default)]
    unsaid: Vec<String>,
}

fn check(path: &Path) -> datatest_stable::Result<()> {
    let case: Case = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    if case.about.is_empty() || case.requirements.is_empty() {
        return Err("a case says what it is about and which requirements it covers".into());
    }
    let client = Client::new(target(&case.target)?)?;
    let registry = SchemaRegistry::standard();
    let users = registry.resource_type("User").ok_or("no users")?;
    let resource = |members: &Map<String, Value>| Resource::new(members.clone());
    let show = |resource: Resource| resource.into_value();
    let show_if = |resource: Option<Resource>| resource.map_or(Value::Null, Resource::into_value);
    match &case.call {
        Operation::Create(members) => hold(&case, client.create(users, &resource(members)), show),
        Operation::Get { id, excluding } => {
            let excluding: Vec<_> = excluding.iter().map(String::as_str).collect();
            hold(&case, client.get(users, id, &excluding), show)
        }
        Operation::GetIfChanged { id, version } => {
            hold(&case, client.get_if_changed(users, id, version), show_if)
        }
        Operation::Replace(members) => {
            hold(&case, client.replace(users, &resource(members)), show_if)
        }
        Operation::Modify { before, after } => {
            match client.modify(users, &resource(before), &resource(after)) {
                Ok(None) => Err("there is nothing to modify".into()),
                Ok(Some(call)) => hold(&case, Ok(call), show_if),
                Err(error) => hold(&case, Err(error), show_if),
            }
        }
        Operation::Patch {
            id,
            version,
            operations,
        } => {
            let body = json!({"schemas": [scim_core::urn::PATCH_OP], "Operations": operations});
            let change = PatchRequest::read(&body, users, &Compatibility::default())?;
            hold(
                &case,
                client.patch(users, id, change, version.as_deref()),
                show_if,
            )
        }
        Operation::Delete { id, version } => {
            hold(&case, client.delete(users, id, version.as_deref()), |()| {
                json!("done")
            })
        }
        Operation::List(search) => hold(
            &case,
            client.list(users, &search_request(search, users)?),
            found,
        ),
        Operation::Find { attribute, value } => {
            let attribute = users.parser().attribute_path(attribute)?;
            hold(&case, client.find(users, &attribute, value.as_str()), found)
        }
        Operation::Discover => hold(&case, Ok(client.discover()), |told| discovered(&told)),
        Operation::TestConnection { attribute, nobody } => {
            let attribute = users.parser().attribute_path(attribute)?;
            hold(
                &case,
                client.test_connection(users, &attribute, nobody),
                |()| json!("done"),
            )
        }
    }
    .map_err(|problem| problem.to_string().into())
}

fn target(of: &TargetOf) -> Result<Target, Box<dyn Error>> {
    let base: BaseUrl = BASE.parse()?;
    let mut target = Target::new(base);
    target.bearer_token = of.token.clone().map(Into::into);
    if let Some(media_type) = &of.media_type {
        target.media_type.clone_from(media_type);
    }
    if of.entra {
        target.dialect = PatchDialect::Entra;
    }
    let capabilities = &mut target.capabilities;
    for (name, offered) in &of.capabilities {
        let capability = match name.as_str() {
            "patch" => &mut capabilities.patch,
            "filter" => &mut capabilities.filter,
            "sort" => &mut capabilities.sort,
            "etag" => &mut capabilities.etag,
            "search" => &mut capabilities.search,
            "cursor" => &mut capabilities.cursor,
            _ => return Err(format!("there is no capability {name}").into()),
        };
        *capability = *offered;
    }
    capabilities.page_size = of.page_size;
    let limits = &mut target.limits;
    limits.body_bytes = of.body_bytes.unwrap_or(limits.body_bytes);
    limits.resources = of.resources.unwrap_or(limits.resources);
    limits.pages = of.pages.unwrap_or(limits.pages);
    limits.url_bytes = of.url_bytes.unwrap_or(limits.url_bytes);
    target.retries.attempts = of.attempts.unwrap_or(target.retries.attempts);
    Ok(target)
}

/// Holds one conversation.
fn hold<T: std::fmt::Debug>(
    case: &Case,
    call: Result<Call<T>, ClientError>,
    show: impl FnOnce(T) -> Value,
) -> Result<(), Box<dyn Error>> {
    let mut call = match call {
        Ok(call) => call,
        Err(error) if case.turns.is_empty() => return fails(case, &error),
        Err(error) => return Err(format!("nothing was sent: {error}").into()),
    };
    let count = case.turns.len();
    let mut last = None;
    for (index, turn) in case.turns.iter().enumerate() {
        let place = |problem: Box<dyn Error>| format!("turn {}: {problem}", index + 1);
        expect_request(turn, call.request(), case.target.token.as_deref()).map_err(place)?;
        let now = DateTime::from_timestamp(1_767_225_600, 0).ok_or("no such time")?;
        let outcome = match (&turn.answer, turn.lost.as_deref()) {
            (Some(answer), None) => call.read(&response(answer), now),
            (None, Some("no")) => call.lost(Sent::No),
            (None, Some("perhaps")) => call.lost(Sent::Perhaps),
            _ => return Err("a turn has an answer, or it is lost: no or perhaps".into()),
        };
        match (outcome, turn.retry) {
            (Outcome::Retry { after }, Some(expected)) if after.as_millis() == expected => {}
            (Outcome::Send, None) if index + 1 < count => {}
            (Outcome::Done(result), None) if index + 1 == count => last = Some(Ok(result)),
            (Outcome::Failed(error), None) if index + 1 == count => last = Some(Err(error)),
            (other, _) => return Err(format!("turn {}: {other:?}", index + 1).into()),
        }
    }
    match last {
        Some(Ok(result)) => {
            let shown = show(result);
            if case.error.is_some() || case.result != shown {
                return Err(format!("the result is {shown}").into());
            }
        }
        Some(Err(error)) => fails(case, &error)?,
        None => return Err(format!("the call goes on with {:?}", call.request()).into()),
    }
    let rules: Vec<_> = call
        .deviations()
        .iter()
        .map(|deviation| deviation.rule)
        .collect();
    if rules != case.deviations {
        return Err(format!("the deviations are {:?}", call.deviations()).into());
    }
    if !matches!(call.lost(Sent::No), Outcome::Failed(_)) {
        return Err("a call that is over goes on".into());
    }
    Ok(())
}

fn expect_request(
    turn: &Turn,
    request: &Request,
    token: Option<&str>,
) -> Result<(), Box<dyn Error>> {
    let sent = format!("{} {}", request.method, request.url);
    let (method, path) = turn
        .request
        .split_once(' ')
        .ok_or("a request is METHOD path")?;
    let expected = match path.strip_prefix('^') {
        // Outside the base, but of the same host.
        Some(path) => format!("{method} https://people.example{path}"),
        None => format!("{method} {BASE}{path}"),
    };
    if sent != expected {
        return Err(format!("{sent} is sent").into());
    }
    for (name, expected) in &turn.headers {
        if request.header(name) != expected.as_deref() {
            return Err(format!("{name} is {:?}", request.header(name)).into());
        }
    }
    let body = if request.body.is_empty() {
        None
    } else {
        Some(serde_json::from_slice(&request.body)?)
    };
    if body != turn.body {
        return Err(format!("the body is {}", String::from_utf8_lossy(&request.body)).into());
    }
    // P-7644-3.1-1, H-6750-2
    let media_type = request.header("Content-Type");
    if body.is_some() != media_type.is_some() || request.header("Accept").is_none() {
        return Err("a body has a media type, and nothing else has".into());
    }
    let authorization = token.map(|token| format!("Bearer {token}"));
    if request.header("Authorization") != authorization.as_deref()
        || token.is_some_and(|token| sent.contains(token) || format!("{request:?}").contains(token))
    {
        return Err("the token stands in its header field and nowhere else".into());
    }
    Ok(())
}

fn response(answer: &Answer) -> Response {
    let mut response = Response::new(answer.status);
    for (name, value) in &answer.headers {
        response = response.with_header(name, value);
    }
    if answer.body.is_some() && response.header("Content-Type").is_none() {
        response = response.with_header("Content-Type", "application/scim+json");
    }
    match (&answer.body, &answer.text) {
        (Some(body), _) => response.with_body(body.to_string()),
        (None, Some(text)) => response.with_body(text.as_str()),
        (None, None) => response,
    }
}

fn fails(case: &Case, error: &ClientError) -> Result<(), Box<dyn Error>> {
    let Some(expected) = &case.error else {
        return Err(format!("it fails: {error:?}").into());
    };
    let kind = format!("{:?}", error.kind());
    let effect = format!("{:?}", error.effect());
    let wait = error.retry_after().map(|wait| wait.as_secs());
    let is_so = kind == expected.kind
        && effect == expected.effect
        && error.status() == expected.status
        && error.scim_type() == expected.scim_type.as_deref()
        && wait == expected.retry_after;
    let text = format!("{error} {error:?}");
    let says = expected.says.iter().all(|word| text.contains(word));
    if !is_so || !says || expected.unsaid.iter().any(|word| text.contains(word)) {
        return Err(format!("the failure is {error:?}").into());
    }
    Ok(())
}
