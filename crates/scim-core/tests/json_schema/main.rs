//! A JSON Schema accepts a document if, and only if, reading it does; but for what its documentation names, such as a canonical
//! value in another normal form or with a letter beyond ASCII in another case.

#[cfg(test)]
mod documents;

#[cfg(test)]
mod json_schema {
    use crate::documents::{CASE, TOOL, edited, edits, full_group, full_tool, full_user, tools};
    use jsonschema::{Validator, validator_for};
    use proptest::prelude::*;
    use schemars::{JsonSchema, schema_for};
    use scim_core::compatibility::Compatibility;
    use scim_core::message::{
        BulkRequest, BulkResponse, ErrorResponse, ListResponse, PatchRequest, SearchRequest,
    };
    use scim_core::resource::{
        Address, EnterpriseUser, Group, Manager, Meta, MultiValued, Name, PeakonUser, Resource,
        ResourceReference, User,
    };
    use scim_core::schema::{RegisteredResourceType, SchemaRegistry, ValidationContext, user};
    use scim_core::urn;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    /// Holds the law over a document, changed at random and then prepared.
    fn agrees<T: JsonSchema + DeserializeOwned>(document: &Value, prepare: fn(&mut Value)) {
        let schema = schema_for!(T);
        let validator = validator_for(schema.as_value()).unwrap();
        let agree = |document: &Value| {
            let read = serde_json::from_value::<T>(document.clone());
            prop_assert_eq!(
                validator.is_valid(document),
                read.is_ok(),
                "{}: {} {:?}",
                std::any::type_name::<T>(),
                document,
                read.err()
            );
            Ok(())
        };
        agree(document).unwrap();
        let mut runner = proptest::test_runner::TestRunner::default();
        runner
            .run(&edits(), |edits| {
                let mut document = edited(document.clone(), &edits);
                prepare(&mut document);
                agree(&document)
            })
            .unwrap();
    }

    const fn as_it_is(_: &mut Value) {}

    /// C-7643-2.5-1: null is the same as absent.
    #[test]
    fn of_typed_resources_agrees_with_serde() {
        let user = full_user();
        let enterprise = &user[urn::ENTERPRISE_USER];
        let peakon = json!({ "Job Title": "CTO", "Salary": 7 });
        agrees::<User>(&user, as_it_is);
        agrees::<Group>(&full_group(), as_it_is);
        agrees::<Resource>(&full_group(), as_it_is);
        agrees::<EnterpriseUser>(enterprise, as_it_is);
        agrees::<PeakonUser>(&peakon, as_it_is);
        agrees::<Name>(&user["name"], as_it_is);
        agrees::<MultiValued>(&user["emails"][0], as_it_is);
        agrees::<Address>(&user["addresses"][0], as_it_is);
        agrees::<ResourceReference>(&user["groups"][0], as_it_is);
        agrees::<Manager>(&enterprise["manager"], as_it_is);
        agrees::<Meta>(&user["meta"], as_it_is);
    }

    #[test]
    fn of_answers_agrees_with_serde() {
        let error = json!({
            "schemas": [urn::ERROR], "status": "409", "scimType": "uniqueness", "detail": "taken",
        });
        agrees::<ErrorResponse>(&error, as_it_is);
        let list = json!({
            "schemas": [urn::LIST_RESPONSE], "totalResults": 7, "startIndex": 1, "itemsPerPage": 1, "nextCursor": "x",
            "Resources": [full_group()],
        });
        agrees::<ListResponse<Group>>(&list, as_it_is);
        let bulk = json!({ "schemas": [urn::BULK_RESPONSE], "Operations": [
            { "method": "POST", "bulkId": "a", "status": "201", "location": "https://a.example/Users/1", "version": "W/\"1\"" },
            { "method": "PUT", "status": { "code": 412 }, "response": error },
        ] });
        agrees::<BulkResponse>(&bulk, as_it_is);
    }

    /// A JSON Schema does not know the grammar of filters and paths: of their texts it takes all.
    #[test]
    fn of_requests_agrees_with_serde() {
        let patch = json!({ "schemas": [urn::PATCH_OP], "Operations": [
            { "op": "add", "path": "title", "value": "CTO" }, { "op": "remove", "path": "emails[type eq \"work\"]" },
        ] });
        agrees::<PatchRequest>(&patch, with_paths);
        let search = json!({
            "schemas": [urn::SEARCH_REQUEST], "attributes": ["userName"], "filter": "active eq true", "sortBy": "userName",
            "sortOrder": "ascending", "startIndex": 1, "count": 10,
        });
        agrees::<SearchRequest>(&search, with_paths);
        let bulk = json!({ "schemas": [urn::BULK_REQUEST], "failOnErrors": 1, "Operations": [
            { "method": "POST", "path": "/Groups", "bulkId": "a", "data": full_group() },
            { "method": "patch", "path": "/Groups/1", "version": "W/\"1\"", "data": patch },
        ] });
        agrees::<BulkRequest>(&bulk, as_it_is);
    }

    /// Puts a text that is a path and a filter in the place of each that may be none.
    fn with_paths(document: &mut Value) {
        match document {
            Value::Object(members) => {
                for (name, value) in members {
                    match name.as_str() {
                        "path" | "sortBy" if value.is_string() => *value = json!("title"),
                        "filter" if value.is_string() => *value = json!("title pr"),
                        _ => with_paths(value),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(with_paths),
            _ => {}
        }
    }

    const CONTEXTS: [ValidationContext; 4] = [
        ValidationContext::Create,
        ValidationContext::Replace,
        ValidationContext::PatchResult,
        ValidationContext::Response,
    ];

    /// The JSON Schemas of a resource type by occasion and flags.
    struct Schemas<'r> {
        resource_type: &'r RegisteredResourceType,
        validators: Vec<(ValidationContext, Compatibility, Validator)>,
    }

    impl<'r> Schemas<'r> {
        fn of(resource_type: &'r RegisteredResourceType) -> Self {
            let presets = [
                Compatibility::strict(),
                Compatibility::standard(),
                Compatibility::entra(),
            ];
            let validators = CONTEXTS.into_iter().flat_map(|context| {
                presets.map(|compatibility| {
                    let schema = resource_type.json_schema(context, &compatibility);
                    assert!(jsonschema::meta::is_valid(&schema), "{schema}");
                    (context, compatibility, validator_for(&schema).unwrap())
                })
            });
            Self {
                resource_type,
                validators: validators.collect(),
            }
        }

        fn agree(&self, document: &Value) -> Result<(), TestCaseError> {
            for (context, compatibility, validator) in &self.validators {
                let read = self
                    .resource_type
                    .read(document.clone(), *context, compatibility);
                let accepted = validator.is_valid(document);
                let failure = read.err().map(|report| report.to_string());
                if *compatibility == Compatibility::strict() {
                    prop_assert_eq!(
                        accepted,
                        failure.is_none(),
                        "{:?} {} {:?}",
                        context,
                        document,
                        failure
                    );
                } else {
                    prop_assert!(
                        !accepted || failure.is_none(),
                        "{:?} {} {:?}",
                        context,
                        document,
                        failure
                    );
                }
            }
            Ok(())
        }
    }

    fn law(resource_type: &RegisteredResourceType, document: &Value) {
        let schemas = Schemas::of(resource_type);
        let mut runner = proptest::test_runner::TestRunner::default();
        runner
            .run(&edits(), |edits| {
                schemas.agree(&edited(document.clone(), &edits))
            })
            .unwrap();
        schemas.agree(document).unwrap();
    }

    #[test]
    fn of_registered_users_agrees_with_read() {
        law(
            SchemaRegistry::standard().resource_type("User").unwrap(),
            &full_user(),
        );
    }

    #[test]
    fn of_registered_groups_agrees_with_read() {
        law(
            SchemaRegistry::standard().resource_type("Group").unwrap(),
            &full_group(),
        );
    }

    /// C-7643-2.3-2: every data type.
    #[test]
    fn of_an_own_resource_type_agrees_with_read() {
        law(tools().resource_type("Tool").unwrap(), &full_tool());
    }

    /// What a JSON Schema cannot say, or what reading leaves to the service.
    #[test]
    fn where_it_differs_from_read() {
        let registry = tools();
        let tools = registry.resource_type("Tool").unwrap();
        let schemas = Schemas::of(tools);
        let strict = |document: &Value| {
            let (context, compatibility, validator) = &schemas.validators[0];
            (
                validator.is_valid(document),
                tools
                    .read(document.clone(), *context, compatibility)
                    .is_ok(),
            )
        };
        let with = |pointer: &str, value: Value| {
            let mut document = full_tool();
            *document.pointer_mut(pointer).unwrap() = value;
            document
        };
        assert_eq!(strict(&full_tool()), (true, true));
        // Names in another case are known to reading only.
        let mut renamed = full_tool();
        renamed["LABEL"] = renamed.as_object_mut().unwrap().remove("label").unwrap();
        assert_eq!(strict(&renamed), (false, true));
        // A whole number with a fraction of zero is an integer to JSON Schema.
        assert_eq!(strict(&with("/count", json!(3.0))), (true, false));
        // The URNs of schemas in another case.
        assert_eq!(
            strict(&with("/schemas", json!([TOOL.to_uppercase(), CASE]))),
            (false, true)
        );
        // Both take equal entries; reading keeps one of them.
        assert_eq!(strict(&with("/codes", json!(["a", "a"]))), (true, true));
    }

    /// What would be read as part of an extension, or as the object in a text, is not taken unseen.
    #[test]
    fn what_is_read_elsewhere_is_not_described() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let of = |compatibility: &Compatibility, document: &Value| {
            let context = ValidationContext::Create;
            let schema = users.json_schema(context, compatibility);
            let read = users.read(document.clone(), context, compatibility);
            (
                validator_for(&schema).unwrap().is_valid(document),
                read.is_ok(),
            )
        };
        let with = |name: &str, value: Value| json!({ "schemas": [urn::USER], "userName": "b", name: value });
        let legacy = Compatibility::entra_legacy();
        let standard = Compatibility::standard();
        assert_eq!(of(&standard, &with("department", json!(5))), (true, true));
        assert_eq!(of(&legacy, &with("department", json!(5))), (false, false));
        assert_eq!(of(&legacy, &with("department", json!("a"))), (false, true));
        assert_eq!(of(&legacy, &with("department", json!(null))), (true, true));
        let role = |text: &str| with("roles", json!([{ "value": text }]));
        assert_eq!(of(&standard, &role(r#"{"value":5}"#)), (true, true));
        assert_eq!(of(&legacy, &role(r#"{"value":5}"#)), (false, false));
        assert_eq!(of(&legacy, &role("admin")), (true, true));
    }

    #[test]
    fn it_tells_what_a_form_needs() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let schema = users.json_schema(ValidationContext::PatchResult, &Compatibility::standard());
        assert_eq!(schema["properties"]["id"]["readOnly"], true);
        assert_eq!(schema["properties"]["password"]["writeOnly"], true);
        let email =
            &schema["properties"]["emails"]["items"]["anyOf"][1]["properties"]["type"]["anyOf"][1];
        assert_eq!(email["examples"], json!(["work", "home", "other"]));
        assert_eq!(email["pattern"], json!(null), "{email}");
        assert_eq!(schema["additionalProperties"], true);
        let description = schema["properties"]["userName"]["description"].as_str();
        assert_eq!(
            description,
            Some(user().attribute("userName").unwrap().description.as_str())
        );
    }
}
