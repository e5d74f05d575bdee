//! The service as an OpenAPI document, made from what it serves.

mod components;
mod operations;

use serde_json::{Map, Value, json};

use super::definition::{MeEndpoint, ServiceDefinition};
use crate::schema::RegisteredResourceType;

impl ServiceDefinition {
    /// The service as an [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.1.html) document: every endpoint that it offers, with
    /// the JSON Schemas of what is sent and answered.
    ///
    /// The schemas of resources are those of [`RegisteredResourceType::json_schema`]: of requests under the flags of this service, of
    /// answers as strict as the answers are. `base_url` is where the service stands, as in
    /// [`RequestContext`](super::RequestContext). Nothing of it changes while the definition does not: make it once, and serve it.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::service_provider::ServiceDefinition;
    ///
    /// let definition = ServiceDefinition::new(SchemaRegistry::standard());
    /// let document = definition.openapi("https://people.example/scim/v2");
    /// assert_eq!(document["openapi"], "3.1.0");
    /// assert_eq!(document["paths"]["/Users/{id}"]["patch"]["operationId"], "changeUser");
    /// assert!(document["components"]["schemas"]["User"]["properties"]["userName"].is_object());
    /// ```
    #[must_use]
    pub fn openapi(&self, base_url: &str) -> Value {
        let mut information = Map::from_iter([
            ("title".to_owned(), "SCIM 2.0 service".into()),
            ("version".to_owned(), "2.0".into()),
            (
                "description".to_owned(),
                "Provisioning of people and groups: RFC 7643, RFC 7644, RFC 9865.".into(),
            ),
        ]);
        if let Some(uri) = &self.documentation_uri {
            let contact = json!({ "url": uri });
            information.insert("contact".to_owned(), contact);
        }
        let names: Vec<Value> = self
            .authentication_schemes
            .iter()
            .map(|scheme| {
                Value::Object(Map::from_iter([(components::key(&scheme.name), json!([]))]))
            })
            .collect();
        json!({
            "openapi": "3.1.0",
            "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
            "info": information,
            "servers": [{ "url": base_url.trim_end_matches('/') }],
            "security": names,
            "paths": self.paths(),
            "components": components::components(self),
        })
    }

    fn paths(&self) -> Map<String, Value> {
        let mut paths = Map::new();
        for resource_type in self.registry.resource_types() {
            let endpoint = endpoint(resource_type);
            paths.insert(
                endpoint.clone(),
                operations::collection(&self.named(resource_type), resource_type),
            );
            paths.insert(
                format!("{endpoint}/.search"),
                json!({ "post": operations::search(&self.named(resource_type)) }),
            );
            paths.insert(
                format!("{endpoint}/{{id}}"),
                operations::resource(resource_type),
            );
        }
        if self.root_search {
            let everything = self.everything();
            paths.insert(
                "/".to_owned(),
                json!({ "get": operations::list(&everything) }),
            );
            paths.insert(
                "/.search".to_owned(),
                json!({ "post": operations::search(&everything) }),
            );
        }
        if self.bulk {
            paths.insert("/Bulk".to_owned(), operations::bulk());
        }
        if self.me != MeEndpoint::NotOffered {
            paths.insert("/Me".to_owned(), operations::me(self));
        }
        paths.extend(operations::discovery());
        paths
    }

    fn named(&self, resource_type: &RegisteredResourceType) -> Named {
        let endpoint = endpoint(resource_type);
        Named {
            schema: components::key(&resource_type.definition().name),
            plural: components::key(endpoint.trim_start_matches('/')),
            people_say: format!("resources of the type {}", resource_type.definition().name),
            by_cursor: self.cursors.is_some(),
        }
    }

    fn everything(&self) -> Named {
        Named {
            schema: "AnyResource".to_owned(),
            plural: "Everything".to_owned(),
            people_say: "resources of all types".to_owned(),
            by_cursor: self.cursors.is_some(),
        }
    }
}

/// What the operations on a type are called.
struct Named {
    /// The key of the schema of an answer's resource.
    schema: String,
    /// What stands in the id of an operation on several of them.
    plural: String,
    /// What people call them.
    people_say: String,
    /// Whether a list of them may be read by cursor.
    by_cursor: bool,
}

fn endpoint(resource_type: &RegisteredResourceType) -> String {
    format!("/{}", resource_type.definition().endpoint.trim_matches('/'))
}
