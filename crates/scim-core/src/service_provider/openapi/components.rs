//! What the operations refer to: schemas, parameters, responses, header fields, ways to authenticate.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::super::definition::{AuthenticationScheme, ServiceDefinition};
use super::operations::content;
use crate::compatibility::Compatibility;
use crate::message::{BulkRequest, BulkResponse, ErrorResponse, PatchRequest, SearchRequest};
use crate::schema::{self, ValidationContext};
use crate::urn;

/// A reference to a component.
pub(super) fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

/// The name of a component: letters, digits, `.`, `-` and `_` only.
pub(super) fn key(name: &str) -> String {
    name.chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => character,
            _ => '_',
        })
        .collect()
}

pub(super) fn components(definition: &ServiceDefinition) -> Value {
    json!({
        "schemas": schemas(definition),
        "parameters": parameters(),
        "responses": {
            "Error": {
                "description": "Why it was not done: RFC 7644, section 3.12",
                "content": content(&reference("schemas", "ErrorResponse")),
            },
        },
        "headers": {
            "ETag": {
                "description": "The version of the resource",
                "schema": { "type": "string" },
            },
            "Location": {
                "description": "The address of the resource",
                "schema": { "type": "string", "format": "uri" },
            },
        },
        "securitySchemes": security(&definition.authentication_schemes),
    })
}

fn schemas(definition: &ServiceDefinition) -> Map<String, Value> {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    messages(&mut generator);
    let mut schemas = generator.take_definitions(true);
    loosen(&mut schemas);
    let (mut any, mut replaced) = (Vec::new(), Vec::new());
    for resource_type in definition.registry.resource_types() {
        let name = key(&resource_type.definition().name);
        let described = |context, compatibility: &Compatibility| {
            let mut schema = resource_type.json_schema(context, compatibility);
            if let Some(members) = schema.as_object_mut() {
                members.remove("$schema");
            }
            schema
        };
        let sent = &definition.compatibility;
        schemas.insert(
            format!("New{name}"),
            described(ValidationContext::Create, sent),
        );
        schemas.insert(
            format!("Replaced{name}"),
            described(ValidationContext::Replace, sent),
        );
        schemas.insert(
            name.clone(),
            described(ValidationContext::Response, &shown(sent)),
        );
        schemas.insert(format!("ListOf{name}"), list_of(&name));
        replaced.push(reference("schemas", &format!("Replaced{name}")));
        any.push(reference("schemas", &name));
    }
    schemas.insert(
        "ReplacedAnyResource".to_owned(),
        json!({ "anyOf": replaced }),
    );
    schemas.insert("AnyResource".to_owned(), json!({ "anyOf": any }));
    schemas.insert("ListOfAnyResource".to_owned(), list_of("AnyResource"));
    schemas.insert("ListOfSchema".to_owned(), list_of("Schema"));
    schemas.insert("ListOfResourceType".to_owned(), list_of("ResourceType"));
    schemas
}

/// How far resources in answers may deviate: they show texts as they were taken.
fn shown(sent: &Compatibility) -> Compatibility {
    let mut shown = Compatibility::strict();
    shown.loose_text_formats = sent.loose_text_formats;
    shown.values_outside_canonical = sent.values_outside_canonical;
    shown
}

/// Says of a query and of a bulk request no more than that they are refused for.
fn loosen(schemas: &mut Map<String, Value>) {
    if let Some(Value::Object(query)) = schemas
        .get_mut("SearchRequest")
        .and_then(|it| it.get_mut("properties"))
    {
        // An index that is out of range is that of the last page, and an empty text is none.
        for name in ["startIndex", "count"] {
            query.insert(name.to_owned(), json!({ "type": ["integer", "null"] }));
        }
        for name in ["attributes", "excludedAttributes"] {
            let names = json!({ "type": ["array", "null"], "items": { "type": "string" } });
            query.insert(name.to_owned(), names);
        }
        for name in ["sortBy", "sortOrder"] {
            query.insert(name.to_owned(), json!({ "type": ["string", "null"] }));
        }
    }
    if let Some(operations) = schemas
        .get_mut("BulkRequest")
        .and_then(|it| it.pointer_mut("/properties/Operations"))
    {
        // Each operation is judged by itself: what is wrong with one stands in its own answer.
        *operations = json!({
            "type": "array",
            "items": {},
            "description": "The operations, each as BulkOperation says",
        });
    }
}

fn messages(generator: &mut SchemaGenerator) {
    generator.subschema_for::<ErrorResponse>();
    generator.subschema_for::<SearchRequest>();
    generator.subschema_for::<PatchRequest>();
    generator.subschema_for::<BulkRequest>();
    generator.subschema_for::<BulkResponse>();
    generator.subschema_for::<schema::ServiceProviderConfig>();
    generator.subschema_for::<schema::Schema>();
    generator.subschema_for::<schema::ResourceType>();
}

/// A page of resources ([RFC 7644 §3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2)).
fn list_of(name: &str) -> Value {
    let number = json!({ "type": "integer", "minimum": 0 });
    let cursor = json!({ "type": "string", "pattern": "^[A-Za-z0-9._~-]+$" });
    json!({
        "type": "object",
        "required": ["schemas"],
        "properties": {
            "schemas": { "type": "array", "items": { "type": "string" }, "contains": { "const": urn::LIST_RESPONSE } },
            "totalResults": number,
            "startIndex": { "type": "integer", "minimum": 1 },
            "itemsPerPage": number,
            "nextCursor": cursor,
            "previousCursor": cursor,
            "Resources": { "type": "array", "items": reference("schemas", name) },
        },
    })
}

fn parameters() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let integer = || json!({ "type": "integer" });
    let order =
        json!({ "type": "string", "enum": ["ascending", "descending"], "default": "ascending" });
    let query = [
        (
            "filter",
            text(),
            "What a resource has to match: RFC 7644, section 3.4.2.2",
        ),
        ("sortBy", text(), "The attribute to sort by"),
        ("sortOrder", order, "The direction"),
        (
            "startIndex",
            integer(),
            "The position of the first resource, counted from one",
        ),
        ("count", integer(), "The largest number of resources"),
        (
            "cursor",
            text(),
            "Where to go on: nextCursor or previousCursor of an answer to the same query",
        ),
        (
            "attributes",
            text(),
            "The attributes to show, separated by commas",
        ),
        (
            "excludedAttributes",
            text(),
            "The attributes not to show, separated by commas",
        ),
    ];
    let headers = [
        (
            "ifMatch",
            "If-Match",
            "The version that the resource must still have",
        ),
        (
            "ifNoneMatch",
            "If-None-Match",
            "The version that the client has already",
        ),
        (
            "prefer",
            "Prefer",
            "return=representation or return=minimal: whether to show the resource",
        ),
    ];
    let mut parameters: Map<String, Value> = query
        .into_iter()
        .map(|(name, schema, description)| {
            let parameter = json!({ "name": name, "in": "query", "description": description, "schema": schema });
            (name.to_owned(), parameter)
        })
        .collect();
    for (key, name, description) in headers {
        let parameter =
            json!({ "name": name, "in": "header", "description": description, "schema": text() });
        parameters.insert(key.to_owned(), parameter);
    }
    let id = json!({ "name": "id", "in": "path", "required": true, "description": "The id of the resource", "schema": text() });
    parameters.insert("id".to_owned(), id);
    parameters
}

fn security(schemes: &[AuthenticationScheme]) -> Map<String, Value> {
    schemes
        .iter()
        .map(|scheme| {
            let how = match scheme.scheme_type.as_str() {
                "httpbasic" => "basic",
                "httpdigest" => "digest",
                "oauth" => "oauth",
                _ => "bearer",
            };
            let described =
                json!({ "type": "http", "scheme": how, "description": scheme.description });
            (key(&scheme.name), described)
        })
        .collect()
}
