//! The OpenAPI document of a service says what the service does.

#[cfg(test)]
#[path = "support/block_on.rs"]
mod block_on;

#[cfg(test)]
mod openapi {
    use std::collections::BTreeSet;

    use chrono::DateTime;
    use scim_core::compatibility::Compatibility;
    use scim_core::schema::SchemaRegistry;
    use scim_core::service_provider::{
        Me, MeEndpoint, MemoryStore, Request, RequestContext, Response, ServiceDefinition,
        ServiceProvider,
    };
    use serde_json::{Value, json};

    use crate::block_on::block_on;

    const BASE: &str = "https://people.example/scim/v2";
    const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "head"];

    fn definition() -> ServiceDefinition {
        let mut definition = ServiceDefinition::new(SchemaRegistry::standard());
        definition.compatibility = Compatibility::entra();
        definition.me = MeEndpoint::Direct;
        definition.root_search = true;
        definition
    }

    fn service() -> ServiceProvider<MemoryStore> {
        ServiceProvider::new(definition(), MemoryStore::new(SchemaRegistry::standard()))
    }

    fn answer(service: &ServiceProvider<MemoryStore>, request: Request, new_id: &str) -> Response {
        let context = RequestContext::new("t", "admin", DateTime::UNIX_EPOCH, new_id, BASE)
            .with_me(Me::new("User", "1"));
        block_on(service.answer(request, context))
    }

    fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    found.insert(reference);
                }
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = definition().openapi(BASE);
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 20);
        for reference in found {
            let place = document.pointer(reference.trim_start_matches('#'));
            assert!(place.is_some_and(Value::is_object), "{reference}");
        }
    }

    #[test]
    fn operations_have_names_of_their_own_and_paths_their_parameters() {
        let document = definition().openapi(BASE);
        let mut names = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in METHODS {
                let Some(operation) = item.get(method) else {
                    continue;
                };
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name), "{name} stands twice");
                assert_eq!(
                    path.contains("{id}"),
                    item.get("parameters").is_some(),
                    "{path}"
                );
            }
        }
        assert!(names.len() > 20);
    }

    #[test]
    fn components_are_json_schemas() {
        let document = definition().openapi(BASE);
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert!(jsonschema::meta::is_valid(schema), "{name}");
        }
    }

    /// What the document has is offered, and what it does not have is refused with 405 or 501.
    #[test]
    fn it_offers_what_the_service_offers() {
        let service = service();
        let document = service.definition().openapi(BASE);
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in METHODS.into_iter().filter(|method| *method != "head") {
                let request =
                    Request::new(method.to_uppercase(), path.replace("{id}", "1")).with_body("{}");
                let status = answer(&service, request, "1").status;
                let is_offered = !matches!(status, 405 | 501);
                assert_eq!(
                    item.get(method).is_some(),
                    is_offered,
                    "{method} {path}: {status}"
                );
            }
        }
    }

    /// Requests that the document describes are carried out, and their answers are as it describes them.
    #[test]
    fn answers_are_as_described() {
        let service = service();
        let document = service.definition().openapi(BASE);
        let user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ines",
            "emails": [{ "value": "ines@a.example", "type": "work", "primary": true }],
        });
        let change = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "title", "value": "CTO" }],
        });
        let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1 });
        let conversation = [
            ("post", "/Users", "/Users", Some(&user), 201),
            ("post", "/Users", "/Users", Some(&user), 409),
            ("get", "/Users/{id}", "/Users/1", None, 200),
            ("get", "/Users/{id}", "/Users/2", None, 404),
            ("get", "/Users", "/Users", None, 200),
            (
                "post",
                "/Users/.search",
                "/Users/.search",
                Some(&search),
                200,
            ),
            ("put", "/Users/{id}", "/Users/1", Some(&user), 200),
            ("patch", "/Users/{id}", "/Users/1", Some(&change), 200),
            ("get", "/Me", "/Me", None, 200),
            (
                "get",
                "/ServiceProviderConfig",
                "/ServiceProviderConfig",
                None,
                200,
            ),
            ("get", "/Schemas", "/Schemas", None, 200),
            (
                "get",
                "/ResourceTypes/{id}",
                "/ResourceTypes/User",
                None,
                200,
            ),
            ("delete", "/Users/{id}", "/Users/1", None, 204),
        ];
        for (index, (method, template, path, body, status)) in conversation.into_iter().enumerate()
        {
            let operation = &document["paths"][template][method];
            let mut request = Request::new(method.to_uppercase(), path);
            if let Some(body) = body {
                let schema =
                    &operation["requestBody"]["content"]["application/scim+json"]["schema"];
                conforms(&document, schema, body, path);
                request = request.with_body(body.to_string());
            }
            let response = answer(&service, request, &(index + 1).to_string());
            assert_eq!(response.status, status, "{method} {path}");
            let mut described = &operation["responses"][status.to_string()];
            if let Some(reference) = described["$ref"].as_str() {
                described = document.pointer(reference.trim_start_matches('#')).unwrap();
            }
            assert!(
                described.is_object(),
                "{method} {path}: {status} is not described"
            );
            match response.body {
                None => assert!(described.get("content").is_none(), "{method} {path}"),
                Some(body) => {
                    let schema = &described["content"]["application/scim+json"]["schema"];
                    let body = serde_json::from_slice(&body).unwrap();
                    conforms(&document, schema, &body, path);
                }
            }
        }
    }

    /// Holds a value against a schema of the document, whose references are to its components.
    fn conforms(document: &Value, schema: &Value, value: &Value, place: &str) {
        assert!(schema.is_object(), "{place}: no schema");
        let whole = json!({ "components": document["components"], "allOf": [schema] });
        let validator = jsonschema::validator_for(&whole).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{place}: {errors:#?}\n{value:#}");
    }
}
