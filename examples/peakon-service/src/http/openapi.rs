//! What is served, as an OpenAPI document: the library's, and what stands beside SCIM.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use scim_core::service_provider::ServiceDefinition;
use serde_json::{Map, Value, json};

use super::authorization::{Refusal, authorize};
use super::{AppState, BASE_PATH};

/// The document for whoever shows no token, made once.
#[derive(Debug, Default)]
pub(crate) struct OpenDocument(OnceLock<Bytes>);

/// The document of the account that the token belongs to, with its own attributes. Without a token it is that of the standard: it
/// tells nothing about anybody.
pub(super) async fn openapi(State(state): State<Arc<AppState>>, request: Parts) -> Response {
    let bearer = match authorize(&state, &request).await {
        Ok(bearer) => bearer,
        Err(Refusal::Missing) => {
            let definition = state.nobody.provider.definition();
            let make = || written(&document(definition, &state.base_url));
            return answer(state.document.0.get_or_init(make).clone());
        }
        Err(refusal) => return refusal.into_response(),
    };
    let definition = bearer.account.provider.definition();
    answer(written(&document(definition, &state.base_url)))
}

fn written(document: &Value) -> Bytes {
    document.to_string().into()
}

fn answer(document: Bytes) -> Response {
    let fields = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "private, no-cache"),
    ];
    (fields, document).into_response()
}

fn document(definition: &ServiceDefinition, base_url: &str) -> Value {
    let mut document = definition.openapi(base_url);
    let root = base_url.strip_suffix(BASE_PATH).unwrap_or(base_url);
    let Some(parts) = document.as_object_mut() else {
        return document;
    };
    let of_library = parts.remove("paths");
    let mut paths = Map::new();
    if let Some(Value::Object(of_library)) = of_library {
        for (path, mut item) in of_library {
            add_refusals(&mut item);
            if path == "/ServiceProviderConfig"
                && let Some(read) = item.pointer_mut("/get").and_then(Value::as_object_mut)
            {
                // Whoever has no token may read it, too.
                read.insert("security".to_owned(), json!([]));
            }
            paths.insert(format!("{BASE_PATH}{path}"), item);
        }
    }
    add_links(&mut paths);
    paths.extend(beside());
    parts.insert("paths".to_owned(), Value::Object(paths));
    parts.insert("servers".to_owned(), json!([{ "url": root }]));
    parts.insert(
        "info".to_owned(),
        json!({
            "title": "peakon-service",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The employees of a survey service: provisioning by SCIM 2.0 (RFC 7643, RFC 7644, RFC 9865), and who receives a survey. Every answer has a header field X-Request-Id.",
        }),
    );
    if let Some(Value::Object(components)) = parts.get_mut("components") {
        add_components(components);
    }
    document
}

/// From the answer to a creation to what may be done with the new resource.
fn add_links(paths: &mut Map<String, Value>) {
    let links_to = |item: &Value| {
        let operations = item.as_object()?.values();
        let operations = operations.filter_map(|operation| operation.get("operationId")?.as_str());
        let links = operations.map(|operation| {
            let parameters = json!({ "id": "$response.body#/id" });
            let link = json!({ "operationId": operation, "parameters": parameters });
            (operation.to_owned(), link)
        });
        Some(links.collect::<Map<_, _>>())
    };
    let links = paths.iter().filter_map(|(path, item)| {
        let of_all = path.strip_suffix("/{id}")?;
        Some((of_all.to_owned(), links_to(item)?))
    });
    for (path, links) in links.collect::<Vec<_>>() {
        let created = paths.get_mut(&path);
        let created = created.and_then(|item| item.pointer_mut("/post/responses/201"));
        if let Some(Value::Object(created)) = created {
            created.insert("links".to_owned(), Value::Object(links));
        }
    }
}

/// The refusals that come before the library, to each operation of a path.
fn add_refusals(item: &mut Value) {
    let Some(item) = item.as_object_mut() else {
        return;
    };
    for operation in item.values_mut() {
        let responses = operation.get_mut("responses");
        if let Some(Value::Object(responses)) = responses {
            let refusals = ["401", "408", "429", "503"];
            responses.extend(refusals.map(|status| {
                let refusal = reference("responses", &format!("Error{status}"));
                (status.to_owned(), refusal)
            }));
        }
    }
}

fn add_components(components: &mut Map<String, Value>) {
    let header =
        |description: &str, schema: Value| json!({ "description": description, "schema": schema });
    let wait = json!({ "type": "integer", "minimum": 1 });
    let headers = [
        (
            "RequestId",
            header(
                "By what the log and the administration page tell the request: as the client gave it in X-Request-Id, or made",
                json!({ "type": "string" }),
            ),
        ),
        (
            "RetryAfter",
            header("After how many seconds to try again", wait),
        ),
        (
            "Challenge",
            header("How to authenticate: RFC 6750", json!({ "type": "string" })),
        ),
    ];
    insert(components, "headers", headers);
    let error = |description: &str, header: Option<(&str, &str)>| {
        let mut headers = Map::new();
        headers.insert("X-Request-Id".to_owned(), reference("headers", "RequestId"));
        headers.extend(header.map(|(name, key)| (name.to_owned(), reference("headers", key))));
        let schema = json!({ "schema": reference("schemas", "ErrorResponse") });
        let content = json!({ "application/scim+json": schema });
        json!({ "description": description, "headers": headers, "content": content })
    };
    let wait = Some(("Retry-After", "RetryAfter"));
    let challenge = Some(("WWW-Authenticate", "Challenge"));
    let responses = [
        ("Error401", error("No token, or a wrong one", challenge)),
        ("Error408", error("The body did not arrive in time", None)),
        (
            "Error429",
            error(
                "Too many requests with this token, or too many wrong tokens from this address",
                wait,
            ),
        ),
        (
            "Error503",
            error(
                "The database cannot be reached, or the answer took too long",
                wait,
            ),
        ),
    ];
    insert(components, "responses", responses);
    let audience = json!({
        "type": "object",
        "required": ["at", "employees"],
        "properties": {
            "at": { "type": "string", "format": "date-time" },
            "totalResults": { "type": "integer", "minimum": 0, "description": "On the first page only" },
            "next": { "type": "string", "description": "What `after` is on the next page, if there is one" },
            "employees": { "type": "array", "items": {
                "type": "object",
                "required": ["id", "userName"],
                "properties": { "id": { "type": "string" }, "userName": { "type": "string" } },
            } },
        },
    });
    insert(components, "schemas", [("SurveyAudience", audience)]);
}

fn insert<const N: usize>(
    components: &mut Map<String, Value>,
    kind: &str,
    more: [(&str, Value); N],
) {
    let kind = components.entry(kind).or_insert_with(|| json!({}));
    if let Some(kind) = kind.as_object_mut() {
        kind.extend(more.map(|(key, value)| (key.to_owned(), value)));
    }
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

/// What is served beside SCIM.
fn beside() -> [(String, Value); 5] {
    let text = |description: &str| {
        let content = json!({ "text/plain": { "schema": { "type": "string" } } });
        json!({ "description": description, "content": content })
    };
    let open = |operation: &str, summary: &str, responses: Value| json!({ "get": { "operationId": operation, "summary": summary, "security": [], "responses": responses } });
    let audience = json!({ "get": {
        "operationId": "readSurveyAudience",
        "summary": "Who would receive a survey at a moment",
        "parameters": [
            {
                "name": "at", "in": "query", "description": "The moment; now, if nothing is said",
                "schema": { "type": "string", "format": "date-time" },
            },
            {
                "name": "after", "in": "query", "description": "`next` of the page before; needs its `at`",
                "schema": { "type": "string", "minLength": 1 },
            },
            {
                "name": "count", "in": "query", "description": "The most employees of a page",
                "schema": { "type": "integer", "minimum": 1 },
            },
        ],
        "responses": {
            "200": {
                "description": "The audience",
                "content": { "application/json": { "schema": reference("schemas", "SurveyAudience") } },
            },
            "400": reference("responses", "Error"),
            "401": reference("responses", "Error401"),
            "429": reference("responses", "Error429"),
            "503": reference("responses", "Error503"),
        },
    } });
    let not_ready = text("The database does not answer, or the service stops");
    let document = json!({
        "description": "An OpenAPI 3.1 document",
        "content": { "application/json": { "schema": { "type": "object" } } },
    });
    let described = json!({ "get": {
        "operationId": "readDocument",
        "summary": "This document; with a token, that of its account",
        "security": [],
        "responses": {
            "200": document,
            "401": reference("responses", "Error401"),
            "429": reference("responses", "Error429"),
            "503": reference("responses", "Error503"),
        },
    } });
    [
        ("/surveys/audience".to_owned(), audience),
        ("/openapi.json".to_owned(), described),
        (
            "/healthz".to_owned(),
            open(
                "checkHealth",
                "Whether the process lives",
                json!({ "200": text("It does") }),
            ),
        ),
        (
            "/readyz".to_owned(),
            open(
                "checkReadiness",
                "Whether the process can answer",
                json!({ "200": text("It can"), "503": not_ready }),
            ),
        ),
        (
            "/metrics".to_owned(),
            open(
                "readMetrics",
                "Counts in the Prometheus text format",
                json!({
                    "200": text("The counts"),
                    "401": reference("responses", "Error401"),
                    "429": reference("responses", "Error429"),
                }),
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_creation_leads_to_what_may_be_done_with_the_new_resource() {
        let item = |operation: &str| json!({ "operationId": operation });
        let mut paths = Map::new();
        let create = json!({ "operationId": "createUser", "responses": { "201": {} } });
        paths.insert("/Users".to_owned(), json!({ "post": create }));
        let one =
            json!({ "get": item("readUser"), "delete": item("deleteUser"), "parameters": [] });
        paths.insert("/Users/{id}".to_owned(), one);
        // It is not created.
        paths.insert(
            "/Schemas/{id}".to_owned(),
            json!({ "get": item("readSchema") }),
        );
        add_links(&mut paths);
        let link = |operation: &str| json!({ "operationId": operation, "parameters": { "id": "$response.body#/id" } });
        let links = json!({ "readUser": link("readUser"), "deleteUser": link("deleteUser") });
        assert_eq!(paths["/Users"]["post"]["responses"]["201"]["links"], links);
        assert_eq!(paths.len(), 3);
    }
}
