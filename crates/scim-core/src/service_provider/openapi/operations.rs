//! The operations of each endpoint.

use serde_json::{Map, Value, json};

use super::super::definition::{MeEndpoint, ServiceDefinition};
use super::super::media_type;
use super::Named;
use super::components::{key, reference};
use crate::schema::RegisteredResourceType;

/// A body in each of the media types that a service reads and writes.
pub(super) fn content(schema: &Value) -> Value {
    Value::Object(Map::from_iter([
        (media_type::SCIM.to_owned(), json!({ "schema": schema })),
        (media_type::JSON.to_owned(), json!({ "schema": schema })),
    ]))
}

fn body(schema: &str) -> Value {
    json!({ "required": true, "content": content(&reference("schemas", schema)) })
}

/// A response that shows a resource, with its header fields.
fn shown(description: &str, schema: &str) -> Value {
    json!({
        "description": description,
        "headers": {
            "ETag": reference("headers", "ETag"),
            "Location": reference("headers", "Location"),
            "Content-Location": reference("headers", "Location"),
        },
        "content": content(&reference("schemas", schema)),
    })
}

fn listed(schema: &str) -> Value {
    json!({
        "description": "The resources that match, a page of them",
        "content": content(&reference("schemas", &format!("ListOf{schema}"))),
    })
}

fn parameters(names: &[&str]) -> Vec<Value> {
    names
        .iter()
        .map(|name| reference("parameters", name))
        .collect()
}

/// The responses of an operation: what it is for, what may go wrong with it, and whatever else may happen.
fn responses(
    succeeded: impl IntoIterator<Item = (&'static str, Value)>,
    failures: &[&str],
) -> Value {
    let mut responses: Map<String, Value> = succeeded
        .into_iter()
        .map(|(status, response)| (status.to_owned(), response))
        .collect();
    for status in failures {
        responses.insert((*status).to_owned(), reference("responses", "Error"));
    }
    responses.insert("default".to_owned(), reference("responses", "Error"));
    responses.into()
}

const SELECTION: [&str; 2] = ["attributes", "excludedAttributes"];
const QUERY: [&str; 7] = [
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "attributes",
    "excludedAttributes",
];

pub(super) fn list(named: &Named) -> Value {
    let Named {
        schema,
        plural,
        people_say,
        by_cursor,
    } = named;
    let mut query = parameters(&QUERY);
    if *by_cursor {
        query.push(reference("parameters", "cursor"));
    }
    json!({
        "operationId": format!("list{plural}"),
        "summary": format!("Find {people_say}"),
        "parameters": query,
        "responses": responses([("200", listed(schema))], &["400", "401", "403", "429"]),
    })
}

pub(super) fn search(named: &Named) -> Value {
    let Named {
        schema,
        plural,
        people_say,
        ..
    } = named;
    json!({
        "operationId": format!("search{plural}"),
        "summary": format!("Find {people_say} by a query in the body, where it is not logged"),
        "requestBody": body("SearchRequest"),
        "responses": responses([("200", listed(schema))], &["400", "401", "403", "413", "415", "429"]),
    })
}

pub(super) fn collection(named: &Named, resource_type: &RegisteredResourceType) -> Value {
    let schema = &named.schema;
    json!({
        "description": resource_type.definition().description,
        "get": list(named),
        "post": {
            "operationId": format!("create{schema}"),
            "summary": format!("Create a resource of the type {}", resource_type.definition().name),
            "parameters": parameters(&SELECTION),
            "requestBody": body(&format!("New{schema}")),
            "responses": responses(
                [("201", shown("The resource as it is held", schema))],
                &["400", "401", "403", "409", "413", "415", "429"],
            ),
        },
    })
}

pub(super) fn resource(resource_type: &RegisteredResourceType) -> Value {
    let schema = key(&resource_type.definition().name);
    let mut item = one(&schema, &schema);
    if let Some(members) = item.as_object_mut() {
        members.insert(
            "parameters".to_owned(),
            json!([reference("parameters", "id")]),
        );
    }
    item
}

/// The operations on one resource, whatever its address.
fn one(schema: &str, called: &str) -> Value {
    let condition = |names: &[&str]| {
        let mut all = parameters(&SELECTION);
        all.extend(parameters(names));
        all
    };
    let written = &[
        "400", "401", "403", "404", "409", "412", "413", "415", "429",
    ];
    let gone = json!({
        "description": "Done; the resource is not shown",
        "headers": { "ETag": reference("headers", "ETag"), "Location": reference("headers", "Location") },
    });
    json!({
        "get": {
            "operationId": format!("read{called}"),
            "summary": "Read the resource",
            "parameters": condition(&["ifNoneMatch", "ifMatch"]),
            "responses": responses(
                [
                    ("200", shown("The resource", schema)),
                    ("304", json!({ "description": "The client's copy is still good" })),
                ],
                &["400", "401", "403", "404", "412", "429"],
            ),
        },
        "put": {
            "operationId": format!("replace{called}"),
            "summary": "Replace what the client may write",
            "parameters": condition(&["ifMatch", "ifNoneMatch"]),
            "requestBody": body(&format!("Replaced{schema}")),
            "responses": responses(
                [("200", shown("The resource as it is held", schema)), ("204", gone.clone())],
                written,
            ),
        },
        "patch": {
            "operationId": format!("change{called}"),
            "summary": "Change single attributes",
            "parameters": condition(&["ifMatch", "ifNoneMatch", "prefer"]),
            "requestBody": body("PatchRequest"),
            "responses": responses(
                [("200", shown("The resource as it is held", schema)), ("204", gone)],
                written,
            ),
        },
        "delete": {
            "operationId": format!("delete{called}"),
            "summary": "Delete the resource",
            "parameters": parameters(&["ifMatch", "ifNoneMatch"]),
            "responses": responses(
                [("204", json!({ "description": "The resource is gone" }))],
                &["401", "403", "404", "412", "429"],
            ),
        },
    })
}

pub(super) fn bulk() -> Value {
    json!({
        "post": {
            "operationId": "bulk",
            "summary": "Carry out several operations, each by itself",
            "requestBody": body("BulkRequest"),
            "responses": responses(
                [("200", json!({
                    "description": "What came of each operation",
                    "content": content(&reference("schemas", "BulkResponse")),
                }))],
                &["400", "401", "403", "413", "415", "429"],
            ),
        },
    })
}

/// `/Me`, which may be any resource.
pub(super) fn me(definition: &ServiceDefinition) -> Value {
    if definition.me == MeEndpoint::Direct {
        return one("AnyResource", "Me");
    }
    let leads = |method: &str| {
        json!({
            "operationId": format!("{method}Me"),
            "summary": "Find the resource that stands for the client",
            "responses": responses(
                [("308", json!({
                    "description": "The address of the resource",
                    "headers": { "Location": reference("headers", "Location") },
                }))],
                &["401", "404"],
            ),
        })
    };
    json!({ "get": leads("read"), "put": leads("replace"), "patch": leads("change"), "delete": leads("delete") })
}

/// What the service tells about itself.
pub(super) fn discovery() -> Vec<(String, Value)> {
    let read = |operation: &str, summary: &str, response: Value, failures: &[&str]| {
        json!({
            "operationId": operation,
            "summary": summary,
            "parameters": parameters(&SELECTION),
            "responses": responses([("200", response)], failures),
        })
    };
    let document = |description: &str, schema: &str| json!({ "description": description, "content": content(&reference("schemas", schema)) });
    let failures = &["400", "401", "403"];
    let mut paths = vec![(
        "/ServiceProviderConfig".to_owned(),
        json!({ "get": read(
            "readServiceProviderConfig",
            "What the service offers",
            document("What the service offers", "ServiceProviderConfig"),
            failures,
        ) }),
    )];
    for (path, schema, what) in [
        ("/Schemas", "Schema", "schemas"),
        ("/ResourceTypes", "ResourceType", "resource types"),
    ] {
        let all = read(
            &format!("list{schema}s"),
            &format!("All {what}"),
            listed(schema),
            failures,
        );
        paths.push((path.to_owned(), json!({ "get": all })));
        let search = search(&Named {
            schema: schema.to_owned(),
            plural: format!("{schema}s"),
            people_say: what.to_owned(),
            by_cursor: false,
        });
        paths.push((format!("{path}/.search"), json!({ "post": search })));
        let one = read(
            &format!("read{schema}"),
            &format!("One of the {what}"),
            document("What was asked for", schema),
            &["400", "401", "403", "404"],
        );
        paths.push((
            format!("{path}/{{id}}"),
            json!({ "parameters": [reference("parameters", "id")], "get": one }),
        ));
    }
    paths
}
