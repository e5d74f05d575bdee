//! What the registry finds, and what it makes of definitions.

#[cfg(test)]
mod registry {
    use scim_core::compatibility::Compatibility;
    use scim_core::error::ErrorKind;
    use scim_core::resource::{Resource, User};
    use scim_core::schema::{
        AttributeDefinition, AttributeType, Mutability, PeakonAttribute, PeakonAttributeKind,
        RegisteredResourceType, ResourceType, Returned, Schema, SchemaRegistry, ValidationContext,
        group, peakon_user_schema, user,
    };
    use scim_core::urn::{self, SchemaUrn};
    use serde_json::json;

    fn thing(schema: Schema) -> RegisteredResourceType {
        let definition = ResourceType::new("Thing", "/Things", schema.id.clone());
        let registry = SchemaRegistry::builder()
            .schema(schema)
            .resource_type(definition)
            .build()
            .unwrap();
        registry.resource_type("Thing").unwrap().clone()
    }

    fn urn_of(text: &str) -> SchemaUrn {
        SchemaUrn::new(text).unwrap()
    }

    #[track_caller]
    fn resolves(resource_type: &RegisteredResourceType, path: &str, canonical: &str) {
        let path = resource_type.parser().attribute_path(path).unwrap();
        assert_eq!(
            resource_type.resolve(&path).unwrap().canonical_path(),
            canonical
        );
    }

    #[track_caller]
    fn does_not_resolve(resource_type: &RegisteredResourceType, path: &str, hint: &str) {
        let path = resource_type.parser().attribute_path(path).unwrap();
        let error = resource_type.resolve(&path).unwrap_err().to_string();
        assert!(error.contains(hint), "{error}");
    }

    /// C-7643-3-4
    #[test]
    fn common_attributes_resolve_on_every_type() {
        for resource_type in SchemaRegistry::standard().resource_types() {
            for path in [
                "schemas",
                "ID",
                "externalid",
                "meta",
                "meta.RESOURCETYPE",
                "meta.version",
            ] {
                let path = resource_type.parser().attribute_path(path).unwrap();
                assert_eq!(resource_type.resolve(&path).unwrap().container(), None);
            }
        }
    }

    /// C-7643-3.1-3
    #[test]
    fn what_the_protocol_says_of_common_attributes_wins() {
        let schema = Schema::new(urn_of("urn:example:1.0:Thing"), "Thing")
            .attribute_added(AttributeDefinition::new("ID", AttributeType::String));
        let resource_type = thing(schema);
        let id = resource_type.resolve(&"id".parse().unwrap()).unwrap();
        assert_eq!(id.definition().mutability, Mutability::ReadOnly);
        assert!(id.definition().case_exact);
    }

    /// G-1-8, P-7644-3.10-2
    #[test]
    fn names_resolve_without_regard_to_case_and_with_the_base_urn() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        resolves(users, "USERNAME", "userName");
        resolves(users, "emails.VALUE", "emails.value");
        resolves(
            users,
            &format!("{}:Name.GivenName", urn::USER.to_uppercase()),
            "name.givenName",
        );
        let manager = format!("{}:manager.$ref", urn::ENTERPRISE_USER);
        resolves(users, &manager.to_lowercase(), &manager);
        does_not_resolve(
            users,
            "department",
            "did you mean urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department?",
        );
        does_not_resolve(users, "userName.first", "userName has no sub-attributes");
        does_not_resolve(users, "name.first", "familyName");
        does_not_resolve(users, "urn:example:2.0:Badge:number", urn::ENTERPRISE_USER);
    }

    ///
    #[test]
    fn the_longest_known_urn_ends_a_path() {
        let attribute = |name| AttributeDefinition::new(name, AttributeType::String);
        let registry = SchemaRegistry::builder()
            .schema(Schema::new(urn_of("urn:x:a"), "A").attribute_added(attribute("hr")))
            .schema(Schema::new(urn_of("urn:x:a:b"), "B").attribute_added(attribute("hr")))
            .schema(Schema::new(urn_of("urn:x:2.0"), "V").attribute_added(attribute("hr")))
            .schema(
                Schema::new(urn_of("http://example.com/v1.0/x:y"), "H")
                    .attribute_added(attribute("hr")),
            )
            .resource_type(
                ResourceType::new("Thing", "/Things", urn_of("urn:x:a"))
                    .extension(urn_of("urn:x:a:b"), false)
                    .extension(urn_of("urn:x:2.0"), false)
                    .extension(urn_of("http://example.com/v1.0/x:y"), false),
            )
            .build()
            .unwrap();
        let things = registry.resource_type("Thing").unwrap();
        resolves(things, "urn:x:a:hr", "hr");
        resolves(things, "urn:x:a:b:hr", "urn:x:a:b:hr");
        resolves(things, "urn:x:2.0:hr", "urn:x:2.0:hr");
        resolves(
            things,
            "HTTP://example.com/v1.0/X:y:hr",
            "http://example.com/v1.0/x:y:hr",
        );
    }

    #[test]
    fn names_of_a_peakon_account_resolve_whole() {
        let names = ["Job Title", "R&D / Ort (Büro).v2", "2nd Office", "部門"];
        let attributes = names.map(|name| PeakonAttribute::new(name, PeakonAttributeKind::Text));
        let peakon = peakon_user_schema(&attributes).unwrap();
        let registry = SchemaRegistry::builder()
            .schema(user().clone())
            .schema(peakon.clone())
            .resource_type(
                ResourceType::new("User", "/Users", user().id.clone())
                    .extension(peakon.id.clone(), false),
            )
            .build()
            .unwrap();
        let users = registry.resource_type("User").unwrap();
        for name in names {
            let path = format!("{}:{name}", urn::PEAKON_USER);
            resolves(users, &path, &path);
            resolves(users, &path.to_ascii_uppercase(), &path);
        }
        for name in ["", " x", "a:b", "a\"b", "a\nb", &"a".repeat(257)] {
            assert!(
                peakon_user_schema(&[PeakonAttribute::new(name, PeakonAttributeKind::Text)])
                    .is_err(),
                "{name}"
            );
        }
        let twice = ["Salary", "salary"]
            .map(|name| PeakonAttribute::new(name, PeakonAttributeKind::Number));
        assert!(peakon_user_schema(&twice).is_err());
    }

    /// C-7643-2.4-3, C-7643-2.4-6
    #[test]
    fn a_multi_valued_complex_attribute_without_parts_has_the_five() {
        let schema = Schema::new(urn_of("urn:example:1.0:Thing"), "Thing").attribute_added(
            AttributeDefinition::new("links", AttributeType::Complex).multi_valued(true),
        );
        let resource_type = thing(schema);
        for name in ["type", "primary", "display", "value", "$ref"] {
            resolves(
                &resource_type,
                &format!("links.{name}"),
                &format!("links.{name}"),
            );
        }
        let display = resource_type
            .resolve(&"links.display".parse().unwrap())
            .unwrap();
        assert_eq!(display.definition().mutability, Mutability::Immutable);
        // Users say themselves which they have.
        assert!(
            user()
                .attribute("addresses")
                .unwrap()
                .sub_attribute("value")
                .is_none()
        );
    }

    /// C-7643-6-8
    #[test]
    fn a_required_extension_is_required() {
        let badge = Schema::new(urn_of("urn:example:1.0:Badge"), "Badge").attribute_added(
            AttributeDefinition::new("number", AttributeType::String).required(true),
        );
        let registry = SchemaRegistry::builder()
            .schema(user().clone())
            .resource_type(
                ResourceType::new("User", "/Users", user().id.clone())
                    .extension(badge.id.clone(), true),
            )
            .schema(badge)
            .build()
            .unwrap();
        let users = registry.resource_type("User").unwrap();
        let read = |body| users.read(body, ValidationContext::Create, &Compatibility::standard());
        let report = read(json!({ "userName": "bjensen" })).unwrap_err();
        assert_eq!(report.failures()[0].kind(), ErrorKind::InvalidValue);
        assert_eq!(report.failures()[0].path(), Some("urn:example:1.0:Badge"));
        assert!(
            read(json!({ "userName": "bjensen", "urn:example:1.0:Badge": { "number": "7" } }))
                .is_ok()
        );
        // C-7643-6-9: with `required` false an extension may be left out, but what it requires it requires.
        let standard = SchemaRegistry::standard();
        assert!(
            standard
                .resource_type("User")
                .unwrap()
                .validate(&User::new("b").into(), ValidationContext::Create)
                .is_ok()
        );
    }

    /// C-7643-10.2-2
    #[test]
    fn urns_compare_without_regard_to_case() {
        let registry = SchemaRegistry::standard();
        assert!(registry.schema(&urn::GROUP.to_uppercase()).is_some());
        assert_eq!(urn_of(&urn::GROUP.to_uppercase()), group().id);
        assert!(
            SchemaUrn::new("User").is_err()
                && SchemaUrn::new("urn:").is_err()
                && SchemaUrn::new("urn:a b").is_err()
        );
    }

    ///
    #[test]
    fn the_schemas_of_discovery_are_always_there() {
        let registry = SchemaRegistry::builder().build().unwrap();
        for urn in [
            urn::SCHEMA,
            urn::RESOURCE_TYPE,
            urn::SERVICE_PROVIDER_CONFIG,
        ] {
            assert!(registry.schema(urn).is_some(), "{urn}");
        }
    }

    #[test]
    fn a_hostile_document_gets_a_bounded_report() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let emails: Vec<_> = (0..10_000).map(|index| json!({ "value": index })).collect();
        let report = users
            .read(
                json!({ "userName": "b", "emails": emails }),
                ValidationContext::Create,
                &Compatibility::strict(),
            )
            .unwrap_err();
        assert!(report.failures().len() <= 100);
    }

    #[test]
    fn a_value_is_found_by_its_reference() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let value = json!({
            "userName": "bjensen",
            "name": { "givenName": "Barbara" },
            "emails": [{ "value": "a" }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Tours" },
        });
        let resource: Resource = serde_json::from_value(value).unwrap();
        let value_at = |path: &str| {
            let path = users.parser().attribute_path(path).unwrap();
            users.resolve(&path).unwrap().value_in(&resource).cloned()
        };
        assert_eq!(value_at("name.givenName"), Some(json!("Barbara")));
        assert_eq!(value_at("emails.value"), Some(json!([{ "value": "a" }])));
        assert_eq!(
            value_at(&format!("{}:department", urn::ENTERPRISE_USER)),
            Some(json!("Tours"))
        );
        assert_eq!(value_at("title"), None);
    }

    #[test]
    fn a_large_group_is_read_and_refers_to_each_member_once() {
        let registry = SchemaRegistry::standard();
        let groups = registry.resource_type("Group").unwrap();
        let members: Vec<_> = (0..20_000)
            .map(|index| json!({ "value": format!("{}", index % 10_000) }))
            .collect();
        let body = json!({ "displayName": "Everybody", "members": members });
        let (group, _) = groups
            .read(body, ValidationContext::Create, &Compatibility::standard())
            .unwrap();
        assert_eq!(
            group
                .get("members")
                .and_then(|members| members.as_array())
                .map(Vec::len),
            Some(10_000)
        );
    }

    #[test]
    fn what_services_share_between_threads_can_be_shared() {
        fn shared<T: Send + Sync + 'static>() {}
        shared::<SchemaRegistry>();
        shared::<RegisteredResourceType>();
        shared::<Resource>();
        shared::<scim_core::error::Error>();
    }

    /// What is wrong in an extension and what it lacks stand in the same report.
    #[test]
    fn what_a_faulty_extension_lacks_is_told_with_its_faults() {
        let urn = "urn:example:badge:1.0:User";
        let badge = Schema::new(SchemaUrn::new(urn).unwrap(), "Badge")
            .attribute_added(
                AttributeDefinition::new("number", AttributeType::String).required(true),
            )
            .attribute_added(AttributeDefinition::new("level", AttributeType::Integer));
        let users = ResourceType::new("User", "/Users", user().id.clone())
            .extension(badge.id.clone(), false);
        let registry = SchemaRegistry::builder()
            .schema(user().clone())
            .schema(badge)
            .resource_type(users)
            .build()
            .unwrap();
        let users = registry.resource_type("User").unwrap();
        let failing_paths = |extension: serde_json::Value| -> Vec<String> {
            let body = json!({ "schemas": [urn::USER, urn], "userName": "ines", urn: extension });
            match users.read(body, ValidationContext::Create, &Compatibility::standard()) {
                Ok(_) => Vec::new(),
                Err(report) => report
                    .failures()
                    .iter()
                    .filter_map(|failure| failure.path().map(str::to_owned))
                    .collect(),
            }
        };
        let (level, number) = (format!("{urn}:level"), format!("{urn}:number"));
        assert_eq!(
            failing_paths(json!({ "level": "high" })),
            [level, number.clone()]
        );
        assert_eq!(failing_paths(json!({ "level": 3 })), [number]);
        assert_eq!(failing_paths(json!("high")), [urn]);
        assert!(failing_paths(json!({ "colour": "red" })).is_empty());
    }

    /// C-7643-7-15: what is writeOnly or never returned is not shown, nor what no schema knows.
    #[test]
    fn a_redacted_resource_shows_no_secret() {
        let secret =
            AttributeDefinition::new("pin", AttributeType::String).returned(Returned::Never);
        let key = AttributeDefinition::new("key", AttributeType::String)
            .mutability(Mutability::WriteOnly);
        let label = AttributeDefinition::new("label", AttributeType::String);
        let badges = AttributeDefinition::new("badges", AttributeType::Complex)
            .multi_valued(true)
            .sub_attributes([label, key]);
        let schema = Schema::new(urn_of("urn:example:Thing"), "Thing")
            .attribute_added(secret)
            .attribute_added(badges);
        let things = thing(schema);
        let resource = json!({
            "id": "visible-1", "pin": "hidden-1", "PIN": "hidden-2", "unknown": {"a": "hidden-3"},
            "badges": [{"label": "visible-2", "key": "hidden-4", "extra": "hidden-5"}],
            "urn:example:other": {"a": "hidden-6"},
            "meta": {"version": "visible-3"},
        });
        let resource = Resource::new(resource.as_object().cloned().unwrap());
        for shown in [
            format!("{:?}", things.redacted(&resource)),
            format!("{:#?}", things.redacted(&resource)),
        ] {
            assert!(!shown.contains("hidden"), "{shown}");
            assert_eq!(shown.matches("visible").count(), 3, "{shown}");
            assert_eq!(shown.matches("[redacted]").count(), 6, "{shown}");
        }
    }
}
