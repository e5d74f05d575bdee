//! A stand-in for Microsoft Graph and for the login of Microsoft Entra, on a free local port: it keeps users, groups and assignments,
//! gives tokens, pages and delta links, throttles, forgets, and writes down what it was asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

pub(crate) const TENANT: &str = "lumenhaus.example";
pub(crate) const CLIENT: &str = "7c0ffee0-0000-4000-8000-000000000001";
pub(crate) const SECRET: &str = "gr4ph~client~s3cret";
pub(crate) const APPLICATION: &str = "5e41a1ce-0000-4000-8000-000000000002";

/// The service; a clone is the same one.
#[derive(Clone)]
pub(crate) struct GraphService {
    base: String,
    state: Arc<Mutex<Directory>>,
}

#[derive(Default)]
pub(crate) struct Directory {
    base: String,
    pub(crate) users: BTreeMap<String, Value>,
    /// Users that are deleted and may be restored.
    pub(crate) deleted: BTreeMap<String, Value>,
    pub(crate) groups: BTreeMap<String, Value>,
    pub(crate) members: BTreeMap<String, BTreeSet<String>>,
    /// Principals, and what they are: `User` or `Group`.
    pub(crate) assigned: BTreeMap<String, &'static str>,
    pub(crate) page_size: usize,
    /// The user who is moved while a list is read, so that he is on no page of it.
    pub(crate) between_pages: String,
    /// So many of the next requests are turned away with 429.
    pub(crate) throttled: usize,
    /// So many of the next requests fail with 503 and say nothing.
    pub(crate) broken: usize,
    /// Delta tokens from before this change have expired.
    pub(crate) forgotten: usize,
    /// What changed: the collection, the id, and for what is gone the reason.
    changes: Vec<(&'static str, String, Option<&'static str>)>,
    tokens: usize,
    /// Method, path and query of each request, as it came.
    pub(crate) requests: Vec<String>,
}

impl GraphService {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(Directory {
            base: base.clone(),
            page_size: 2,
            ..Directory::default()
        }));
        let router = Router::new()
            .route("/login/{tenant}/oauth2/v2.0/token", post(token))
            .fallback(get(graph))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, state }
    }

    pub(crate) fn graph_url(&self) -> String {
        format!("{}/v1.0", self.base)
    }

    pub(crate) fn login_url(&self) -> String {
        format!("{}/login", self.base)
    }

    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        self.state.lock().unwrap()
    }

    /// The paths and queries that were asked for since this was asked last.
    pub(crate) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.directory().requests)
    }
}

impl Directory {
    /// Puts a user in place of the one with its id, if there is one.
    pub(crate) fn put_user(&mut self, user: Value) {
        let id = user["id"].as_str().unwrap().to_owned();
        self.deleted.remove(&id);
        self.users.insert(id.clone(), user);
        self.changes.push(("users", id, None));
    }

    /// Sets one property.
    pub(crate) fn set(&mut self, id: &str, name: &str, value: impl Into<Value>) {
        let mut user = self.users[id].clone();
        user[name] = value.into();
        self.put_user(user);
    }

    pub(crate) fn delete_user(&mut self, id: &str) {
        let user = self.users.remove(id).unwrap();
        self.deleted.insert(id.to_owned(), user);
        self.changes.push(("users", id.to_owned(), Some("changed")));
    }

    pub(crate) fn purge_user(&mut self, id: &str) {
        self.users.remove(id);
        self.deleted.remove(id);
        self.changes.push(("users", id.to_owned(), Some("deleted")));
    }

    pub(crate) fn put_group(&mut self, id: &str, name: &str, members: &[&str]) {
        self.groups
            .insert(id.to_owned(), json!({ "id": id, "displayName": name }));
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.members.insert(id.to_owned(), members);
        self.changes.push(("groups", id.to_owned(), None));
    }

    /// The tokens that were given are good no more.
    pub(crate) fn expire_tokens(&mut self) {
        self.tokens += 1;
    }

    /// All delta links that were given are good no more.
    pub(crate) fn forget(&mut self) {
        self.forgotten = self.changes.len() + 1;
        self.changes.push(("none", String::new(), None));
    }
}

type Shared = State<Arc<Mutex<Directory>>>;
type Options = Query<BTreeMap<String, String>>;

async fn token(Path(tenant): Path<String>, State(state): Shared, body: Bytes) -> Response {
    let mut directory = state.lock().unwrap();
    directory.requests.push(format!("POST token of {tenant}"));
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let scope = format!("{}/.default", directory.base);
    let is_right = tenant == TENANT
        && form["client_id"] == CLIENT
        && form["client_secret"] == SECRET
        && form["scope"] == scope
        && form["grant_type"] == "client_credentials";
    if !is_right {
        let error = json!({
            "error": "invalid_client",
            "error_description": format!("AADSTS7000215: Invalid client secret {} provided.\r\nTrace ID: 1", form["client_secret"]),
        });
        return (StatusCode::UNAUTHORIZED, error.to_string()).into_response();
    }
    directory.tokens += 1;
    let answer = json!({
        "token_type": "Bearer", "expires_in": 3599, "access_token": format!("graph-token-{}", directory.tokens),
    });
    answer.to_string().into_response()
}

/// Everything below `/v1.0`.
async fn graph(
    State(state): Shared,
    Query(options): Options,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let mut directory = state.lock().unwrap();
    if let Some(answer) = enter(&mut directory, &headers, &uri) {
        return answer;
    }
    let path = uri.path().trim_start_matches("/v1.0/");
    let segments: Vec<String> = path.split('/').map(decoded).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let deleted = "microsoft.graph.user";
    match segments.as_slice() {
        ["users"] => {
            let mut users = directory.users.clone();
            users.retain(|id, _| *id != directory.between_pages);
            page(&directory, path, &options, &listed(&users, &options))
        }
        ["groups"] => {
            let groups = listed(&directory.groups, &options);
            page(&directory, path, &options, &groups)
        }
        [name @ ("users" | "groups"), "delta"] => delta(&directory, name, options),
        ["users", id] => {
            let by_name = || {
                directory
                    .users
                    .values()
                    .find(|user| user["userPrincipalName"] == *id)
            };
            object(directory.users.get(*id).or_else(by_name), &options)
        }
        ["groups", id] => object(directory.groups.get(*id), &options),
        ["groups", id, "members"] => {
            let Some(members) = directory.members.get(*id) else {
                return absent();
            };
            let member = |id| json!({ "@odata.type": "#microsoft.graph.user", "id": id });
            page(
                &directory,
                path,
                &options,
                &members.iter().map(member).collect::<Vec<_>>(),
            )
        }
        ["directory", "deletedItems", name] if *name == deleted => page(
            &directory,
            path,
            &options,
            &listed(&directory.deleted, &options),
        ),
        ["directory", "deletedItems", name, id] if *name == deleted => {
            let mut found = directory.deleted.get(*id).cloned();
            if let Some(user) = &mut found {
                user["deletedDateTime"] = "2026-02-03T07:05:09Z".into();
            }
            object(found.as_ref(), &options)
        }
        ["servicePrincipals", APPLICATION, "appRoleAssignedTo"] => {
            let assigned = directory.assigned.iter();
            let assigned = assigned.map(|(id, kind)| json!({ "id": format!("a-{id}"), "principalId": id, "principalType": kind }));
            page(&directory, path, &options, &assigned.collect::<Vec<_>>())
        }
        _ => absent(),
    }
}

fn decoded(segment: &str) -> String {
    // A segment is decoded as a value of a form is, apart from the plus sign.
    let form = format!("a={}", segment.replace('+', "%2B"));
    url::form_urlencoded::parse(form.as_bytes())
        .next()
        .unwrap()
        .1
        .into_owned()
}

/// Writes the request down; an answer, if it is turned away.
fn enter(directory: &mut Directory, headers: &HeaderMap, uri: &Uri) -> Option<Response> {
    directory.requests.push(format!("GET {uri}"));
    let soon = [("retry-after", "0")];
    if directory.throttled > 0 {
        directory.throttled -= 1;
        let error = json!({"error": {"code": "TooManyRequests", "message": "slow down"}});
        let answer = (StatusCode::TOO_MANY_REQUESTS, soon, error.to_string());
        return Some(answer.into_response());
    }
    if directory.broken > 0 {
        directory.broken -= 1;
        return Some((StatusCode::SERVICE_UNAVAILABLE, soon, "<html>").into_response());
    }
    let wanted = format!("Bearer graph-token-{}", directory.tokens);
    if headers
        .get("authorization")
        .is_none_or(|sent| sent != wanted.as_str())
    {
        let error = json!({"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed, the token is expired."}});
        return Some((StatusCode::UNAUTHORIZED, error.to_string()).into_response());
    }
    None
}

/// What `$select` and `$expand` leave of an object. The manager stands in the directory as in a file.
fn selected(object: &Value, options: &BTreeMap<String, String>) -> Value {
    let names: Vec<&str> = options["$select"].split(',').collect();
    let mut shown: Map<String, Value> = object.as_object().unwrap().clone();
    let manager = shown.remove("manager");
    shown.retain(|name, _| names.contains(&name.as_str()));
    if let Some(manager) = manager.filter(|_| {
        options
            .get("$expand")
            .is_some_and(|expand| expand.starts_with("manager"))
    }) {
        shown.insert("manager".to_owned(), manager);
    }
    shown.into()
}

fn page(
    directory: &Directory,
    path: &str,
    options: &BTreeMap<String, String>,
    all: &[Value],
) -> Response {
    let skip: usize = options
        .get("$skiptoken")
        .map_or(0, |skip| skip.parse().unwrap());
    let value: Vec<Value> = all
        .iter()
        .skip(skip)
        .take(directory.page_size)
        .cloned()
        .collect();
    let mut answer = json!({ "@odata.context": "stand-in", "value": value });
    if skip + directory.page_size < all.len() {
        let mut options = options.clone();
        options.insert(
            "$skiptoken".to_owned(),
            (skip + directory.page_size).to_string(),
        );
        answer["@odata.nextLink"] = link(directory, path, &options);
    }
    answer.to_string().into_response()
}

fn link(directory: &Directory, path: &str, options: &BTreeMap<String, String>) -> Value {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(options)
        .finish();
    format!("{}/v1.0/{path}?{query}", directory.base).into()
}

fn listed(objects: &BTreeMap<String, Value>, options: &BTreeMap<String, String>) -> Vec<Value> {
    objects
        .values()
        .map(|object| selected(object, options))
        .collect()
}

fn object(found: Option<&Value>, options: &BTreeMap<String, String>) -> Response {
    found.map_or_else(absent, |object| {
        selected(object, options).to_string().into_response()
    })
}

fn absent() -> Response {
    let error =
        json!({"error": {"code": "Request_ResourceNotFound", "message": "it does not exist"}});
    (StatusCode::NOT_FOUND, error.to_string()).into_response()
}

/// The changes since a token; of what changed only the id and one property, as Graph may do.
fn delta(
    directory: &Directory,
    collection: &str,
    mut options: BTreeMap<String, String>,
) -> Response {
    let now = directory.changes.len().to_string();
    let path = format!("{collection}/delta");
    let token = options.remove("$deltatoken").unwrap_or_default();
    let end = |directory: &Directory| {
        link(
            directory,
            &path,
            &BTreeMap::from([("$deltatoken".to_owned(), now.clone())]),
        )
    };
    if token == "latest" {
        return json!({ "value": [], "@odata.deltaLink": end(directory) })
            .to_string()
            .into_response();
    }
    let since: usize = token.parse().unwrap();
    if since < directory.forgotten {
        let error = json!({"error": {"code": "syncStateNotFound", "message": "start again"}});
        return (StatusCode::GONE, error.to_string()).into_response();
    }
    let mut seen = BTreeSet::new();
    let changed: Vec<Value> = directory
        .changes
        .iter()
        .skip(since)
        .rev()
        .filter(|(name, id, _)| *name == collection && seen.insert(id.clone()))
        .map(|(_, id, removed)| match removed {
            Some(reason) => json!({ "id": id, "@removed": { "reason": reason } }),
            None => json!({ "id": id }),
        })
        .collect();
    let skip: usize = options
        .get("$skiptoken")
        .map_or(0, |skip| skip.parse().unwrap());
    let value: Vec<&Value> = changed
        .iter()
        .skip(skip)
        .take(directory.page_size)
        .collect();
    let mut answer = json!({ "value": value });
    if skip + directory.page_size < changed.len() {
        let next = BTreeMap::from([
            ("$deltatoken".to_owned(), token),
            (
                "$skiptoken".to_owned(),
                (skip + directory.page_size).to_string(),
            ),
        ]);
        answer["@odata.nextLink"] = link(directory, &path, &next);
    } else {
        answer["@odata.deltaLink"] = end(directory);
    }
    answer.to_string().into_response()
}
