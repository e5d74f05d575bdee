//! What axum and a map of JSON values can do at most: no schema, no validation, no version, no token.
//!
//! `http_limit PORT USERS` keeps so many users and prints `ready` once it serves. It answers no more than the four requests that
//! `examples/peakon-service/load/run` measures, with the same bodies as `http_memory`.
#![expect(
    clippy::disallowed_types,
    reason = "the fastest map there is, and its order is never seen"
)]

use std::collections::HashMap;
use std::env;
use std::io::{self, Write as _};
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{Json, Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use benches::numbered_user;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Default)]
struct Held {
    by_id: HashMap<String, Value>,
    ids: HashMap<String, String>,
}

type Map = Arc<RwLock<Held>>;
type AnyError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let mut arguments = env::args().skip(1);
    let port: u16 = arguments.next().unwrap_or_default().parse()?;
    let users: usize = arguments.next().unwrap_or_default().parse()?;
    let mut held = Held::default();
    for number in 0..users {
        held.insert(format!("{number:032x}"), numbered_user(number));
    }
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    writeln!(io::stdout(), "ready")?;
    let router = Router::new()
        .route("/Users", get(find).post(create))
        .route("/Users/{id}", get(read).patch(change));
    axum::serve(listener, router.with_state(Map::new(RwLock::new(held)))).await?;
    Ok(())
}

impl Held {
    fn insert(&mut self, id: String, mut user: Value) -> String {
        if let Some(name) = user.get("userName").and_then(Value::as_str) {
            self.ids.insert(name.to_lowercase(), id.clone());
        }
        if let Some(members) = user.as_object_mut() {
            members.insert("id".to_owned(), id.clone().into());
            let meta = json!({
                "resourceType": "User", "created": "2026-01-23T04:56:22.125Z", "lastModified": "2026-01-23T04:56:22.125Z",
                "location": format!("http://127.0.0.1:8080/Users/{id}"), "version": "W/\"1\"",
            });
            members.insert("meta".to_owned(), meta);
        }
        let text = user.to_string();
        self.by_id.insert(id, user);
        text
    }
}

async fn create(State(map): State<Map>, Json(user): Json<Value>) -> Response {
    let mut id = [0; 16];
    if getrandom::fill(&mut id).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let id = format!("{:032x}", u128::from_be_bytes(id));
    let mut held = map.write().unwrap_or_else(PoisonError::into_inner);
    scim(StatusCode::CREATED, held.insert(id, user))
}

async fn read(State(map): State<Map>, Path(id): Path<String>) -> Response {
    let held = map.read().unwrap_or_else(PoisonError::into_inner);
    match held.by_id.get(&id) {
        Some(user) => scim(StatusCode::OK, user.to_string()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `filter=userName%20eq%20%22…%22`, and nothing else.
async fn find(State(map): State<Map>, RawQuery(query): RawQuery) -> Response {
    let name = query.as_deref().and_then(|query| {
        let rest = query.strip_prefix("filter=userName%20eq%20%22")?;
        rest.strip_suffix("%22")
    });
    let Some(name) = name else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let held = map.read().unwrap_or_else(PoisonError::into_inner);
    let id = held.ids.get(&name.to_lowercase());
    match id.and_then(|id| held.by_id.get(id)) {
        Some(user) => scim(
            StatusCode::OK,
            format!(
                r#"{{"Resources":[{user}],"itemsPerPage":1,"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"startIndex":1,"totalResults":1}}"#
            ),
        ),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// One replacement of `active`, and nothing else.
async fn change(
    State(map): State<Map>,
    Path(id): Path<String>,
    Json(patch): Json<Value>,
) -> Response {
    let Some(value) = patch.pointer("/Operations/0/value") else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut held = map.write().unwrap_or_else(PoisonError::into_inner);
    let user = held.by_id.get_mut(&id);
    match user {
        Some(Value::Object(user)) => {
            user.insert("active".to_owned(), value.clone());
            scim(
                StatusCode::OK,
                serde_json::to_string(user).unwrap_or_default(),
            )
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn scim(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/scim+json")], body).into_response()
}
