//! A whole service in memory behind axum, as a user of the library mounts one: a token is checked, a clock read, ids are drawn.
//!
//! `http_memory PORT USERS` keeps so many users and prints `ready` once it serves. `examples/peakon-service/load/run` holds it against
//! `http_limit`.

use std::env;
use std::io::{self, Write as _};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use benches::numbered_user;
use chrono::Utc;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use scim_core::compatibility::Compatibility;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{
    MemoryStore, NewIds, RequestContext, ServiceDefinition, ServiceProvider,
};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

struct Service {
    provider: ServiceProvider<MemoryStore>,
    token: [u8; 32],
    base_url: String,
}

type AnyError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let mut arguments = env::args().skip(1);
    let port: u16 = arguments.next().unwrap_or_default().parse()?;
    let users: usize = arguments.next().unwrap_or_default().parse()?;
    let registry = SchemaRegistry::standard();
    let store = MemoryStore::new(registry.clone());
    let mut definition = ServiceDefinition::new(registry);
    definition.compatibility = Compatibility::entra();
    let service = Service {
        provider: ServiceProvider::new(definition, store),
        token: Sha256::digest("s3cret-token").into(),
        base_url: format!("http://127.0.0.1:{port}"),
    };
    for number in 0..users {
        let request = http::Request::post("/Users");
        let request = request.body(numbered_user(number).to_string().into())?;
        let context = service.context(format!("{number:032x}"));
        let response = service.provider.respond(request, context).await;
        if response.status() != StatusCode::CREATED {
            return Err(format!("user {number} was answered with {}", response.status()).into());
        }
    }
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    writeln!(io::stdout(), "ready")?;
    let router = Router::new().fallback(answer);
    axum::serve(listener, router.with_state(Arc::new(service))).await?;
    Ok(())
}

impl Service {
    fn context(&self, new_ids: impl Into<NewIds>) -> RequestContext {
        RequestContext::new("t", "token", Utc::now(), new_ids, self.base_url.as_str())
    }

    fn allows(&self, request: &Request) -> bool {
        let field = request.headers().get(AUTHORIZATION);
        let token = field.and_then(|field| field.as_bytes().strip_prefix(b"Bearer "));
        // Hashes are compared: how long that takes tells nothing about the token.
        token.is_some_and(|token| <[u8; 32]>::from(Sha256::digest(token)) == self.token)
    }
}

async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    if !service.allows(&request) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, 1 << 20).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut new_id = String::new();
    // Nothing else creates resources.
    if parts.method == Method::POST {
        let mut id = [0; 16];
        if getrandom::fill(&mut id).is_err() {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        new_id = format!("{:032x}", u128::from_be_bytes(id));
    }
    let context = service.context(new_id);
    let request = http::Request::from_parts(parts, body);
    service
        .provider
        .respond(request, context)
        .await
        .map(Body::from)
}
