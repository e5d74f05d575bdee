//! The examples of RFC 7643, section 8, and of RFC 7644: each is read, written and checked as what it is.
//! `cases/rfc_examples.json` has one entry for each file, with what is known to differ and why.

#[cfg(test)]
mod examples {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use scim_core::compatibility::Compatibility;
    use scim_core::evaluation::BoundFilter;
    use scim_core::message::{
        BulkRequest, BulkResponse, ErrorResponse, ListResponse, PatchRequest, SearchRequest,
    };
    use scim_core::patch;
    use scim_core::resource::{Group, Resource, User};
    use scim_core::schema::{
        RegisteredResourceType, ResourceType, Schema, SchemaRegistry, ServiceProviderConfig,
        ValidationContext, enterprise_user, group, resource_type, schema,
        service_provider_config_schema, user,
    };
    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Serialize};
    use serde_json::{Map, Value, json};

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Example {
        file: String,
        /// The requirement that it shows.
        #[serde(rename = "shows")]
        _shows: Option<String>,
        /// The type of the resource, or of the resource that a message is about.
        resource_type: Option<String>,
        holds: Holds,
        context: Option<Context>,
        /// What is not there once it was read: unassigned, or not the client's to write.
        #[serde(default)]
        left_out: Vec<String>,
        /// What a PATCH request does.
        applied: Option<Applied>,
    }

    #[derive(Deserialize, Clone, Copy, PartialEq)]
    enum Holds {
        Resource,
        Resources,
        PatchRequest,
        SearchRequest,
        ListResponse,
        ErrorResponse,
        BulkRequest,
        BulkResponse,
        Filters,
        Paths,
    }

    #[derive(Deserialize, Clone, Copy)]
    #[serde(rename_all = "camelCase")]
    enum Context {
        Create,
        Replace,
        Response,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Applied {
        before: Map<String, Value>,
        /// What is different then; null is absent.
        after: Map<String, Value>,
    }

    fn folder() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
    }

    fn examples() -> Vec<Example> {
        serde_json::from_str(include_str!("cases/rfc_examples.json")).unwrap()
    }

    fn content(file: &str) -> Value {
        let text = fs::read_to_string(folder().join(file))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Users, groups, and the discovery documents as resources; at endpoints of their own, for theirs belong to the protocol.
    fn registry() -> SchemaRegistry {
        let users = ResourceType::new("User", "/Users", user().id.clone())
            .extension(enterprise_user().id.clone(), false);
        let mut builder = SchemaRegistry::builder()
            .resource_type(users)
            .schema(enterprise_user().clone())
            .schema(user().clone());
        for (name, schema) in [
            ("Group", group()),
            ("ServiceProviderConfig", service_provider_config_schema()),
            ("ResourceType", resource_type()),
            ("Schema", schema()),
        ] {
            builder = builder
                .resource_type(ResourceType::new(
                    name,
                    format!("/{name}Documents"),
                    schema.id.clone(),
                ))
                .schema(schema.clone());
        }
        builder.build().unwrap()
    }

    fn without(value: &Value, names: &[String]) -> Value {
        let mut value = value.clone();
        if let Some(members) = value.as_object_mut() {
            for name in names {
                assert!(members.remove(name).is_some(), "{name} is not there");
            }
        }
        value
    }

    /// The times in `meta` as ours are written, with milliseconds: the same instants.
    fn with_milliseconds(mut value: Value) -> Value {
        for name in ["created", "lastModified"] {
            if let Some(Value::String(time)) = value.pointer_mut(&format!("/meta/{name}"))
                && !time.contains('.')
            {
                *time = time.replace('Z', ".000Z");
            }
        }
        value
    }

    #[track_caller]
    fn round_trips<T: Serialize + DeserializeOwned>(file: &str, value: &Value, expected: &Value) {
        let typed: T =
            serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(&serde_json::to_value(typed).unwrap(), expected, "{file}");
    }

    #[test]
    fn every_file_has_an_entry_and_every_entry_a_file() {
        let listed: BTreeSet<String> = examples().into_iter().map(|example| example.file).collect();
        let mut found = BTreeSet::new();
        for rfc in ["rfc7643", "rfc7644"] {
            for entry in fs::read_dir(folder().join(rfc)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                if Path::new(&name)
                    .extension()
                    .is_some_and(|end| end == "json")
                {
                    found.insert(format!("{rfc}/{name}"));
                }
            }
        }
        assert_eq!(listed, found);
        assert_eq!(listed.len(), examples().len(), "an entry stands twice");
    }

    fn check_resource(example: &Example, value: &Value, of: &RegisteredResourceType) {
        let file = &example.file;
        let text = value.to_string();
        let context = match example.context {
            Some(Context::Create) => ValidationContext::Create,
            Some(Context::Replace) => ValidationContext::Replace,
            Some(Context::Response) => ValidationContext::Response,
            None => panic!("{file}: in which context?"),
        };
        let (resource, tolerated) = of
            .read_slice(text.as_bytes(), context, &Compatibility::strict())
            .unwrap_or_else(|report| panic!("{file}: {report}"));
        assert!(tolerated.is_empty(), "{file}: {tolerated:?}");
        assert_eq!(
            resource.to_value(),
            without(value, &example.left_out),
            "{file}"
        );
    }

    /// C-7643-8-1, C-7643-8-2
    #[test]
    fn resources_are_read_strictly_and_written_as_they_were() {
        let registry = registry();
        for example in examples() {
            let file = &example.file;
            let values = match (example.holds, content(file)) {
                (Holds::Resource, value) => vec![value],
                (Holds::Resources, Value::Array(values)) => values,
                _ => continue,
            };
            let name = example.resource_type.as_deref().unwrap();
            let of = registry.resource_type(name).unwrap();
            for value in &values {
                check_resource(&example, value, of);
                let unassigned = |name: &&String| value[name.as_str()] == json!([]);
                let unassigned: Vec<_> = example
                    .left_out
                    .iter()
                    .filter(unassigned)
                    .cloned()
                    .collect();
                let expected = with_milliseconds(without(value, &unassigned));
                match name {
                    "User" => round_trips::<User>(file, value, &expected),
                    "Group" => round_trips::<Group>(file, value, &expected),
                    "ServiceProviderConfig" => {
                        round_trips::<ServiceProviderConfig>(file, value, &expected);
                    }
                    "ResourceType" => {
                        let read: ResourceType = serde_json::from_value(value.clone()).unwrap();
                        let mut written = read.to_resource("https://example.com/v2");
                        // An empty list, which clients like to see, is the same as none.
                        if read.schema_extensions.is_empty() {
                            written = without(&written, &["schemaExtensions".to_owned()]);
                        }
                        assert_eq!(&written, value, "{file}");
                    }
                    "Schema" => {
                        let read: Schema = serde_json::from_value(value.clone()).unwrap();
                        assert_eq!(&read.to_resource("/v2"), value, "{file}");
                    }
                    _ => panic!("{file}: no typed form of {name} is known"),
                }
            }
        }
    }

    /// C-7643-8-2
    #[test]
    fn an_escaped_slash_is_a_slash() {
        let file = "rfc7643/8.1-minimal-user.json";
        let text = fs::read_to_string(folder().join(file)).unwrap();
        assert!(text.contains(r#""W\/\"3694e05e9dff590\"""#), "{text}");
        let user: User = serde_json::from_str(&text).unwrap();
        assert_eq!(
            user.meta.and_then(|meta| meta.version).as_deref(),
            Some(r#"W/"3694e05e9dff590""#)
        );
    }

    /// C-7643-8-1: the schemas of section 8.7 are the built-in ones.
    #[test]
    fn schemas_are_resources_of_their_own_schema() {
        let registry = registry();
        let schemas = registry.resource_type("Schema").unwrap();
        for built_in in registry.schemas() {
            let value = built_in.to_resource("https://example.com/v2");
            let read = schemas.read(value, ValidationContext::Response, &Compatibility::strict());
            if built_in == schema() {
                // The schema of schemas alone has parts in parts, which section 2.3.8 does not allow.
                let report = read.unwrap_err();
                let mut failures = report.failures().iter().filter_map(|error| error.path());
                assert!(failures.all(|path| path.starts_with("attributes[3].subAttributes[11].")));
                continue;
            }
            let (read, _) = read.unwrap_or_else(|report| panic!("{}: {report}", built_in.id));
            let again: Schema = serde_json::from_value(read.to_value()).unwrap();
            assert_eq!(&again, built_in);
        }
    }

    #[test]
    fn messages_are_read_strictly_and_written_as_they_were() {
        let registry = registry();
        let strict = Compatibility::strict();
        for example in examples() {
            let file = &example.file;
            let value = content(file);
            let of = example.resource_type.as_deref().unwrap_or("User");
            let of = registry.resource_type(of).unwrap();
            match example.holds {
                Holds::PatchRequest => {
                    let read = PatchRequest::read(&value, of, &strict).unwrap();
                    assert_eq!(serde_json::to_value(&read).unwrap(), value, "{file}");
                    round_trips::<PatchRequest>(file, &value, &value);
                }
                Holds::SearchRequest => {
                    let read = SearchRequest::read(&value, of, &strict).unwrap();
                    assert_eq!(serde_json::to_value(&read).unwrap(), value, "{file}");
                    round_trips::<SearchRequest>(file, &value, &value);
                }
                Holds::ListResponse => {
                    round_trips::<ListResponse<Resource>>(file, &value, &value);
                }
                Holds::ErrorResponse => round_trips::<ErrorResponse>(file, &value, &value),
                Holds::BulkRequest => round_trips::<BulkRequest>(file, &value, &value),
                Holds::BulkResponse => {
                    round_trips::<BulkResponse>(file, &value, &value);
                    errors_within(file, &value);
                }
                Holds::Resource | Holds::Resources | Holds::Filters | Holds::Paths => {}
            }
        }
    }

    /// The errors inside the answer to a bulk request are messages too.
    fn errors_within(file: &str, value: &Value) {
        for operation in value["Operations"].as_array().into_iter().flatten() {
            if let Some(response) = operation.get("response") {
                round_trips::<ErrorResponse>(file, response, response);
                assert_eq!(response["status"], operation["status"], "{file}");
            }
        }
    }

    /// The figures of sections 3.5.2.1 to 3.5.2.3
    #[test]
    fn each_patch_request_does_what_the_text_says() {
        let registry = registry();
        for example in examples() {
            let file = &example.file;
            if example.holds != Holds::PatchRequest {
                assert!(example.applied.is_none(), "{file}");
                continue;
            }
            let applied = example
                .applied
                .unwrap_or_else(|| panic!("{file}: what does it do?"));
            let of = registry
                .resource_type(&example.resource_type.unwrap())
                .unwrap();
            for compatibility in [Compatibility::strict(), Compatibility::standard()] {
                let request = PatchRequest::read(&content(file), of, &compatibility).unwrap();
                let before = Resource::new(applied.before.clone());
                let patched = patch::apply(&request, &before, of, &compatibility)
                    .unwrap_or_else(|error| panic!("{file}: {error}"));
                let mut expected = applied.before.clone();
                for (name, value) in &applied.after {
                    if value.is_null() {
                        expected.remove(name);
                    } else {
                        expected.insert(name.clone(), value.clone());
                    }
                }
                assert_eq!(patched.resource, Resource::new(expected), "{file}");
                let again = patch::apply(&request, &patched.resource, of, &compatibility);
                if let Ok(again) = again {
                    assert_eq!(
                        again.resource, patched.resource,
                        "{file}: not the second time"
                    );
                }
            }
        }
    }

    /// The figure of section 3.4.2.2
    #[test]
    fn each_filter_is_read_bound_and_written_as_it_was() {
        let registry = registry();
        let users = registry.resource_type("User").unwrap();
        let strict = Compatibility::strict();
        for example in examples()
            .iter()
            .filter(|example| example.holds == Holds::Filters)
        {
            for filter in content(&example.file).as_array().unwrap() {
                let text = filter.as_str().unwrap();
                let read = users
                    .parser()
                    .leniency(strict.leniency())
                    .filter(text)
                    .unwrap_or_else(|error| panic!("{text}: {error}"));
                BoundFilter::bind(&read, users, &strict)
                    .unwrap_or_else(|error| panic!("{text}: {error}"));
                // Parentheses around a single condition say nothing and are not kept.
                let expected =
                    text.replace(r#"(emails.type eq "work")"#, r#"emails.type eq "work""#);
                assert_eq!(read.to_string(), expected);
            }
        }
    }

    /// The figure of section 3.5.2
    #[test]
    fn each_path_is_read_and_written_as_it_was() {
        let registry = registry();
        for example in examples()
            .iter()
            .filter(|example| example.holds == Holds::Paths)
        {
            for path in content(&example.file).as_array().unwrap() {
                let text = path.as_str().unwrap();
                let group = text.starts_with("members");
                let of = registry
                    .resource_type(if group { "Group" } else { "User" })
                    .unwrap();
                let read = of.parser().patch_path(text).unwrap();
                assert_eq!(read.to_string(), text);
            }
        }
    }
}
