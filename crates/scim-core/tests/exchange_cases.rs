//! Conversations with a service over the in-memory store, as data: `cases/exchange/*.json`.
//!
//! A case is a list of exchanges, each a request and what the response has to be. Of a body only what the case says is
//! compared: members that it does not name may be there, arrays have as many entries as it says. The time of the n-th
//! exchange is n minutes after 2026-01-01, the id of what it creates is `id-n`; a bulk request goes on with `id-n-2`. In a
//! request `{{nextCursor}}` and `{{previousCursor}}` stand for those of the last response that had one.

#[path = "support/block_on.rs"]
mod block_on;
#[path = "exchange_cases/registry.rs"]
mod registry;

use std::collections::BTreeMap;
use std::error::Error;
use std::num::NonZeroU32;
use std::path::Path;

use chrono::{DateTime, TimeDelta};
use scim_core::schema::Tightening;
use scim_core::service_provider::{
    AesSivSeal, CursorPaging, Me, MeEndpoint, MemoryStore, Permission, Permissions, Request,
    RequestContext, Response, ServiceDefinition, ServiceProvider, StoreCapabilities,
};
use scim_core::urn;
use serde::Deserialize;
use serde_json::Value;

use block_on::block_on;
use registry::registry;

datatest_stable::harness! {
    { test = check, root = "tests/cases/exchange", pattern = r"\.json$" },
}

/// One conversation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows, for people.
    about: String,
    /// The requirements that it covers.
    requirements: Vec<String>,
    /// The preset of tolerances, `standard` unless given.
    compatibility: Option<String>,
    /// Whether the service keeps passwords.
    #[serde(default)]
    change_password: bool,
    /// Whether bulk requests are offered; they are unless said otherwise.
    bulk: Option<bool>,
    /// What `/Me` answers: `direct` or `redirect`; it is not offered unless given.
    me: Option<String>,
    /// How the service is stricter than the standard schemas.
    #[serde(default)]
    tighten: Vec<Tightening>,
    /// Whether and how the service pages by cursor.
    cursors: Option<Cursors>,
    /// Whether it searches all types at once.
    #[serde(default)]
    root_search: bool,
    exchanges: Vec<Conversation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cursors {
    timeout_seconds: Option<NonZeroU32>,
    #[serde(default)]
    by_default: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Conversation {
    /// `METHOD path?query`
    request: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// A body of JSON.
    body: Option<Value>,
    /// A body of JSON in a file beside the cases.
    body_file: Option<String>,
    /// A body that is not what it should be.
    text: Option<String>,
    tenant: Option<String>,
    /// The id of what it creates, if not `id-n`.
    new_id: Option<String>,
    principal: Option<String>,
    /// The resource that stands for who asks: `Type/id`.
    me: Option<String>,
    /// What he may do, by resource type: `create`, `read`, `change`, `delete`. Everything, unless given.
    permissions: Option<BTreeMap<String, Vec<String>>>,
    /// What is expected.
    status: u16,
    #[serde(default)]
    response_headers: BTreeMap<String, Option<String>>,
    /// Part of the response's body.
    response: Option<Value>,
    /// Places, as JSON pointers, that the response's body must not have.
    #[serde(default)]
    absent: Vec<String>,
    /// Words that must not stand anywhere in the response.
    #[serde(default)]
    unsaid: Vec<String>,
    /// The flags whose use the response's report names, if it matters.
    tolerated: Option<Vec<String>>,
}

fn check(path: &Path) -> datatest_stable::Result<()> {
    let case: Case = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    if case.about.is_empty() || case.requirements.is_empty() {
        return Err("a case says what it is about and which requirements it covers".into());
    }
    // Whatever the store can do by itself, the answers are the same.
    let mut none = StoreCapabilities::default();
    none.native_search = false;
    let mut all = StoreCapabilities::default();
    all.entry_deltas = true;
    all.atomic_inserts = true;
    for capabilities in [all, none] {
        check_over(&case, capabilities)
            .map_err(|problem| format!("over a store with {capabilities:?}: {problem}"))?;
    }
    Ok(())
}

fn check_over(case: &Case, capabilities: StoreCapabilities) -> Result<(), Box<dyn Error>> {
    let registry = registry(&case.tighten)?;
    let mut definition = ServiceDefinition::new(registry.clone());
    let preset = case.compatibility.as_deref().unwrap_or("standard");
    definition.compatibility = serde_json::from_value(preset.into())?;
    definition.change_password = case.change_password;
    definition.bulk = case.bulk.unwrap_or(true);
    definition.me = match case.me.as_deref() {
        None => MeEndpoint::NotOffered,
        Some("direct") => MeEndpoint::Direct,
        Some("redirect") => MeEndpoint::Redirect,
        Some(other) => return Err(format!("{other} is nothing that /Me does").into()),
    };
    definition.cursors = case.cursors.as_ref().map(|wanted| {
        let mut cursors = CursorPaging::new(AesSivSeal::new([7; 64]));
        cursors.timeout_seconds = wanted.timeout_seconds;
        cursors.by_default = wanted.by_default;
        cursors
    });
    definition.root_search = case.root_search;
    definition.documentation_uri = Some("https://people.example/help".to_owned());
    definition.limits.body_bytes = 20_000;
    definition.limits.bulk_operations = 20;
    definition.limits.page_size_default = 10;
    definition.limits.page_size_maximum = 20;
    definition.limits.sorted_results = 15;
    definition.limits.patch.operations = 5;
    definition.limits.evaluation_steps = 400;
    let service = ServiceProvider::new(
        definition,
        MemoryStore::new(registry).with_capabilities(capabilities),
    );
    let mut cursors = BTreeMap::new();
    for (index, conversation) in case.exchanges.iter().enumerate() {
        hold(&service, index + 1, conversation, &mut cursors).map_err(|problem| {
            format!(
                "exchange {}, {}: {problem}",
                index + 1,
                conversation.request
            )
        })?;
    }
    Ok(())
}

/// Sends one request and compares the response.
fn hold(
    service: &ServiceProvider<MemoryStore>,
    number: usize,
    conversation: &Conversation,
    cursors: &mut BTreeMap<&'static str, String>,
) -> Result<(), Box<dyn Error>> {
    let mut context = RequestContext::new(
        conversation.tenant.as_deref().unwrap_or("t1"),
        conversation.principal.as_deref().unwrap_or("admin"),
        DateTime::from_timestamp(1_767_225_600, 0).ok_or("no such time")?
            + TimeDelta::minutes(i64::try_from(number)?),
        conversation
            .new_id
            .clone()
            .unwrap_or_else(|| format!("id-{number}")),
        "https://people.example/scim/v2",
    );
    if let Some(me) = &conversation.me {
        let (resource_type, id) = me.split_once('/').ok_or("a resource is Type/id")?;
        context = context.with_me(Me::new(resource_type, id));
    }
    if let Some(permissions) = &conversation.permissions {
        context = context.with_permissions(permitted(permissions)?);
    }
    let response = block_on(service.answer(request(conversation, cursors)?, context));
    let text = String::from_utf8(response.body.clone().unwrap_or_default())?;
    if response.status != conversation.status {
        let expected = conversation.status;
        return Err(format!("status {} instead of {expected}: {text}", response.status).into());
    }
    for (name, expected) in &conversation.response_headers {
        let found = response.header(name);
        if found != expected.as_deref() {
            return Err(format!("{name} is {found:?} instead of {expected:?}").into());
        }
    }
    check_form(&response, &text)?;
    let body: Value = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text)?
    };
    keep_cursors(&body, cursors)?;
    if let Some(expected) = &conversation.response {
        compare("", expected, &body)?;
    }
    for pointer in &conversation.absent {
        if let Some(found) = body.pointer(pointer) {
            return Err(format!("{pointer} is {found}, it should not be there").into());
        }
    }
    for word in &conversation.unsaid {
        if text.contains(word)
            || response
                .headers
                .iter()
                .any(|(_, value)| value.contains(word))
        {
            return Err(format!("\"{word}\" is said: {text}").into());
        }
    }
    if let Some(expected) = &conversation.tolerated {
        let found: Vec<&str> = response
            .report
            .tolerated
            .iter()
            .map(|use_of| use_of.what)
            .collect();
        if found != *expected {
            return Err(format!("{found:?} was tolerated instead of {expected:?}").into());
        }
    }
    Ok(())
}

fn permitted(named: &BTreeMap<String, Vec<String>>) -> Result<Permissions, Box<dyn Error>> {
    let mut permissions = Permissions::none();
    for (resource_type, names) in named {
        for name in names {
            let permission = match name.as_str() {
                "create" => Permission::Create,
                "read" => Permission::Read,
                "change" => Permission::Change,
                "delete" => Permission::Delete,
                other => return Err(format!("{other} is no permission").into()),
            };
            permissions = permissions.allow(resource_type, [permission]);
        }
    }
    Ok(permissions)
}

/// Those of the answer, which have to be made of unreserved characters: R-9865-2-2.
fn keep_cursors(
    body: &Value,
    cursors: &mut BTreeMap<&'static str, String>,
) -> Result<(), Box<dyn Error>> {
    for name in ["nextCursor", "previousCursor"] {
        let Some(cursor) = body.get(name) else {
            continue;
        };
        let is_unreserved =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        match cursor.as_str() {
            Some(cursor) if !cursor.is_empty() && cursor.bytes().all(is_unreserved) => {
                cursors.insert(name, cursor.to_owned());
            }
            _ => return Err(format!("{name} is {cursor}").into()),
        }
    }
    Ok(())
}

/// A text of a case with the cursors that it names.
fn filled_in(
    text: &str,
    cursors: &BTreeMap<&'static str, String>,
) -> Result<String, Box<dyn Error>> {
    let filled_in = cursors
        .iter()
        .fold(text.to_owned(), |text, (name, cursor)| {
            text.replace(&format!("{{{{{name}}}}}"), cursor)
        });
    if filled_in.contains("Cursor}}") {
        return Err(format!("no response had the cursor in {text}").into());
    }
    Ok(filled_in)
}

fn request(
    conversation: &Conversation,
    cursors: &BTreeMap<&'static str, String>,
) -> Result<Request, Box<dyn Error>> {
    let filled = filled_in(&conversation.request, cursors)?;
    let (method, target) = filled
        .split_once(' ')
        .ok_or("a request is METHOD path?query")?;
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let mut request = Request::new(method, path);
    request.query = query.map(str::to_owned);
    request.headers = conversation.headers.clone().into_iter().collect();
    request.body = match (
        &conversation.body,
        &conversation.body_file,
        &conversation.text,
    ) {
        (Some(body), _, _) => filled_in(&body.to_string(), cursors)?.into_bytes(),
        (None, Some(file), _) => std::fs::read(Path::new("tests").join(file))?,
        (None, None, Some(text)) => text.clone().into_bytes(),
        (None, None, None) => Vec::new(),
    };
    Ok(request)
}

/// What holds for every response: P-7644-3.1-1, P-7644-3.2-8, P-7644-3.12-1, P-7644-3.12-2.
fn check_form(response: &Response, text: &str) -> Result<(), Box<dyn Error>> {
    if text.is_empty() != response.header("Content-Type").is_none() && response.status != 200 {
        return Err("a body has a content type, and no body has none".into());
    }
    if response.status < 400 || text.is_empty() {
        return Ok(());
    }
    if response.header("Content-Type") != Some("application/scim+json") {
        return Err("an error is sent as application/scim+json".into());
    }
    let body: Value = serde_json::from_str(text)?;
    let status = Value::from(response.status.to_string());
    let detail = body.get("detail").and_then(Value::as_str);
    if body.get("schemas") != Some(&serde_json::json!([urn::ERROR]))
        || body.get("status") != Some(&status)
        || detail.is_none_or(str::is_empty)
    {
        return Err(format!("this is no SCIM error: {text}").into());
    }
    Ok(())
}

/// Whether everything that is expected is there.
fn compare(place: &str, expected: &Value, found: &Value) -> Result<(), Box<dyn Error>> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, expected) in expected {
                let found = found
                    .get(name)
                    .ok_or_else(|| format!("{place}/{name} is missing"))?;
                compare(&format!("{place}/{name}"), expected, found)?;
            }
            Ok(())
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => expected
            .iter()
            .zip(found)
            .enumerate()
            .try_for_each(|(index, (expected, found))| {
                compare(&format!("{place}/{index}"), expected, found)
            }),
        _ if expected == found => Ok(()),
        _ => Err(format!("{place} is {found} instead of {expected}").into()),
    }
}
