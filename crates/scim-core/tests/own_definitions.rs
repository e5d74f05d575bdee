//! What schemas and resource types of one's own can do, and what they cannot.

#[cfg(test)]
mod own_definitions {
    use scim_core::compatibility::Compatibility;
    use scim_core::resource::{EnterpriseUser, Extension, Group, Resource, User};
    use scim_core::schema::{
        AttributeDefinition, AttributeType, ResourceType, Schema, SchemaRegistry,
        ValidationContext, schema, user,
    };
    use scim_core::urn::{self, SchemaUrn};
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    const PAYROLL: &str = "urn:example:params:scim:schemas:extension:payroll:1.0:User";

    /// Users with an extension that has attributes named as those of the core.
    fn registry() -> SchemaRegistry {
        let payroll = Schema::new(SchemaUrn::new(PAYROLL).unwrap(), "Payroll")
            .attribute_added(AttributeDefinition::new("userName", AttributeType::Integer))
            .attribute_added(AttributeDefinition::new("title", AttributeType::Boolean));
        let users = ResourceType::new("User", "/Users", user().id.clone())
            .extension(payroll.id.clone(), false);
        SchemaRegistry::builder()
            .schema(user().clone())
            .schema(payroll)
            .resource_type(users)
            .build()
            .unwrap()
    }

    /// C-7643-3.3-3
    #[test]
    fn an_extension_adds_and_changes_nothing() {
        let registry = registry();
        let users = registry.resource_type("User").unwrap();
        let definition = |path: &str| {
            let path = users.parser().attribute_path(path).unwrap();
            users.resolve(&path).unwrap().definition().clone()
        };
        for name in ["userName", "title"] {
            assert_eq!(Some(&definition(name)), user().attribute(name));
            assert_ne!(definition(&format!("{PAYROLL}:{name}")), definition(name));
        }
    }

    /// C-7643-3-6, C-7643-3.3-6
    #[test]
    fn meta_leads_to_the_schemas_of_a_resource() {
        let registry = registry();
        let value = json!({
            "schemas": [PAYROLL, urn::USER],
            "userName": "ines",
            PAYROLL: { "title": true },
            "meta": { "resourceType": "User" },
        });
        let resource = Resource::new(value.as_object().cloned().unwrap());
        let name = resource.meta().unwrap().resource_type.unwrap();
        let resource_type = registry.resource_type(&name).unwrap();
        let [extension, base] = [PAYROLL, urn::USER];
        assert!(resource_type.schema().id.matches(base));
        assert!(resource_type.extension(base).is_none());
        assert!(!resource_type.schema().id.matches(extension));
        assert!(resource_type.extension(extension).is_some());
    }

    const BADGE: &str = "urn:example:params:scim:schemas:extension:badge:1.0:User";

    fn badges() -> SchemaRegistry {
        let badge: Schema = serde_json::from_value(json!({
            "id": BADGE,
            "name": "Badge",
            "attributes": [
                { "name": "badgeNumber", "type": "string", "required": true },
                { "name": "label", "type": "string" },
                { "name": "pin", "type": "string", "mutability": "writeOnly", "returned": "never" },
                { "name": "serial", "type": "string", "mutability": "immutable" },
                { "name": "issuer", "type": "string", "mutability": "readOnly" },
                { "name": "lock", "type": "complex", "subAttributes": [
                    { "name": "maker", "type": "string", "required": true },
                    { "name": "key", "type": "string", "mutability": "writeOnly", "returned": "never" },
                ] },
                { "name": "safe", "type": "complex", "subAttributes": [
                    { "name": "place", "type": "string" },
                    { "name": "key", "type": "string", "mutability": "writeOnly", "returned": "never" },
                ] },
            ],
        }))
        .unwrap();
        let users = ResourceType::new("User", "/Users", user().id.clone())
            .extension(badge.id.clone(), false);
        SchemaRegistry::builder()
            .schema(user().clone())
            .schema(badge)
            .resource_type(users)
            .build()
            .unwrap()
    }

    /// Users with each choice of these members of the badge.
    fn choices(members: &[(&str, Value)]) -> Vec<Value> {
        (0..1_usize << members.len())
            .map(|chosen| {
                let is_chosen = |index: usize| chosen & (1 << index) != 0;
                let members = members.iter().enumerate();
                let badge: serde_json::Map<String, Value> = members
                    .filter(|(index, _)| is_chosen(*index))
                    .map(|(_, (name, value))| ((*name).to_owned(), value.clone()))
                    .collect();
                json!({ "schemas": [urn::USER, BADGE], "id": "1", "userName": "ines", BADGE: badge })
            })
            .collect()
    }

    /// a valid resource takes the place of a valid one.
    #[test]
    fn what_a_put_leaves_is_valid() {
        let registry = badges();
        let users = registry.resource_type("User").unwrap();
        let valid = |value: Value, context| {
            let read = users.read(value, context, &Compatibility::standard());
            read.ok().map(|(resource, _)| resource)
        };
        let extension = [
            ("badgeNumber", json!("B-17")),
            ("label", json!("x")),
            ("pin", json!("1")),
            ("serial", json!("S-1")),
            ("issuer", json!("I")),
            ("safe", json!({ "key": "k" })),
        ];
        let complex = [
            ("badgeNumber", json!("B-17")),
            ("lock", json!({ "maker": "Yale", "key": "k" })),
            ("safe", json!({ "place": "cellar", "key": "k" })),
            ("safe", json!({ "key": "k" })),
            ("lock", json!({ "maker": "Abus" })),
        ];
        let mut count = 0;
        for members in [&extension[..], &complex[..]] {
            let stored = choices(members).into_iter();
            let stored: Vec<_> = stored
                .filter_map(|one| valid(one, ValidationContext::PatchResult))
                .collect();
            let sent = choices(members).into_iter();
            let sent: Vec<_> = sent
                .filter_map(|one| valid(one, ValidationContext::Replace))
                .collect();
            for (stored, sent) in stored
                .iter()
                .flat_map(|one| sent.iter().map(move |two| (one, two)))
            {
                let replaced = users.replace(stored, sent.clone()).unwrap();
                for context in [ValidationContext::Replace, ValidationContext::PatchResult] {
                    users.validate(&replaced, context).unwrap();
                }
                count += 1;
            }
        }
        assert!(count > 1_000, "{count}");
    }

    ///
    #[test]
    fn a_secret_does_not_keep_alive_what_was_cleared() {
        let registry = badges();
        let users = registry.resource_type("User").unwrap();
        let after = |held: Value, sent: Value| {
            let stored = json!({ "id": "1", "userName": "ines", BADGE: held });
            let stored = Resource::new(stored.as_object().cloned().unwrap());
            let body = json!({ "schemas": [urn::USER, BADGE], "userName": "ines", BADGE: sent });
            let (sent, _) = users
                .read(body, ValidationContext::Replace, &Compatibility::standard())
                .unwrap();
            let mut replaced = users.replace(&stored, sent).unwrap();
            replaced.remove_extension(BADGE)
        };
        let held = json!({
            "badgeNumber": "B-17",
            "pin": "1",
            "lock": { "maker": "Yale", "key": "k" },
            "safe": { "place": "cellar", "key": "k" },
        });
        assert_eq!(after(held.clone(), Value::Null), None);
        assert_eq!(
            after(held, json!({ "badgeNumber": "B-18" })),
            Some(json!({ "badgeNumber": "B-18", "pin": "1", "safe": { "key": "k" } }))
        );
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Badge {
        #[serde(rename = "badgeNumber")]
        number: Option<String>,
        label: Option<String>,
        sites: Vec<String>,
    }

    impl Extension for Badge {
        const URN: &'static str = BADGE;
    }

    fn badge(number: Option<&str>) -> Badge {
        Badge {
            number: number.map(str::to_owned),
            label: None,
            sites: Vec::new(),
        }
    }

    /// C-7643-2.5-1: what is null or empty is not assigned.
    #[test]
    fn an_extension_is_written_without_what_is_unassigned() {
        let mut resource = Resource::from(User::new("ines"));
        resource.set_extension(&badge(Some("B-17"))).unwrap();
        let written = resource.extension(BADGE).unwrap();
        assert_eq!(
            Value::Object(written.clone()),
            json!({ "badgeNumber": "B-17" })
        );
        resource.set_extension(&badge(None)).unwrap();
        assert_eq!(resource, Resource::from(User::new("ines")));
    }

    #[test]
    fn an_extension_that_does_not_fit_is_named_by_its_path() {
        let path = |held: Value| {
            let resource = json!({ "userName": "ines", BADGE: held });
            let resource = Resource::new(resource.as_object().cloned().unwrap());
            let error = resource.extension_as::<Badge>().unwrap_err();
            error.path().map(str::to_owned)
        };
        assert_eq!(
            path(json!({ "badgeNumber": 7 })),
            Some(format!("{BADGE}:badgeNumber"))
        );
        // A field is missing, so there is no place within.
        assert_eq!(
            path(json!({ "badgeNumber": "B-17" })),
            Some(BADGE.to_owned())
        );
    }

    /// An extension of one's own on a typed resource, as on any other.
    #[test]
    fn typed_resources_take_extensions_as_dynamic_ones_do() {
        let mut enterprise = EnterpriseUser::default();
        enterprise.department = Some("Tours".to_owned());
        let typed = User::builder("ines")
            .extension(&badge(Some("B-17")))
            .unwrap()
            .extension(&enterprise)
            .unwrap()
            .build();
        assert_eq!(typed.enterprise.as_ref(), Some(&enterprise));
        assert_eq!(
            typed.extension_as::<EnterpriseUser>().unwrap(),
            Some(enterprise.clone())
        );
        let mut dynamic = Resource::from(User::new("ines"));
        dynamic.set_extension(&badge(Some("B-17"))).unwrap();
        dynamic.set_extension(&enterprise).unwrap();
        assert_eq!(Resource::from(typed.clone()), dynamic);

        let mut typed = typed;
        typed.set_extension(&EnterpriseUser::default()).unwrap();
        typed.set_extension(&badge(None)).unwrap();
        assert_eq!(typed, User::new("ines"));
        let mut group = Group::new("Guides");
        group
            .additional
            .insert(BADGE.to_uppercase(), json!({ "label": "x" }));
        group.set_extension(&badge(None)).unwrap();
        assert_eq!(group, Group::new("Guides"));
    }

    /// C-7643-7-7, A-77
    #[test]
    fn only_the_schema_of_schemas_nests_deeper() {
        let attributes = schema().attribute("attributes").unwrap();
        let nested = attributes.sub_attribute("subAttributes").unwrap();
        assert_eq!(nested.r#type, AttributeType::Complex);
        assert!(SchemaRegistry::builder().build().is_ok());
        let mut copy = schema().clone();
        copy.id = SchemaUrn::new("urn:example:1.0:Schema").unwrap();
        let error = SchemaRegistry::builder().schema(copy).build().unwrap_err();
        let places: Vec<_> = error
            .problems()
            .iter()
            .map(|problem| problem.place.as_str())
            .collect();
        assert_eq!(places, ["urn:example:1.0:Schema:attributes.subAttributes"]);
    }

    /// C-7643-7-3
    #[test]
    fn schemas_are_served_with_names_and_descriptions_and_read_without() {
        fn is_described(value: &Value) -> bool {
            let has = |name: &str| value[name].as_str().is_some_and(|text| !text.is_empty());
            let parts = |name: &str| value[name].as_array().cloned().unwrap_or_default();
            has("name")
                && has("description")
                && parts("attributes").iter().all(is_described)
                && parts("subAttributes").iter().all(is_described)
        }
        let registry = SchemaRegistry::standard();
        assert!(registry.schemas().count() > 3);
        for schema in registry.schemas() {
            let served = schema.to_resource("https://people.example/scim/v2");
            assert!(is_described(&served), "{}", schema.id);
        }
        let bare = json!({ "id": "urn:example:1.0:Thing", "attributes": [{ "name": "label" }] });
        let bare: Schema = serde_json::from_value(bare).unwrap();
        assert!(bare.attribute("label").is_some());
    }

    /// C-7643-7-5
    #[test]
    fn there_are_eight_types() {
        let types = [
            "string",
            "boolean",
            "decimal",
            "integer",
            "dateTime",
            "binary",
            "reference",
            "complex",
        ];
        for name in types {
            let definition = json!({ "name": "a", "type": name });
            let definition: AttributeDefinition = serde_json::from_value(definition).unwrap();
            assert_eq!(definition.r#type.to_string(), name);
            assert_eq!(serde_json::to_value(&definition).unwrap()["type"], name);
        }
    }

    /// C-7643-2.3.7-5, C-7643-2.3.7-6
    #[test]
    fn references_are_exact_and_say_what_they_refer_to() {
        let schemas = SchemaRegistry::standard();
        let mut names = Vec::new();
        let attributes = schemas.schemas().flat_map(|schema| &schema.attributes);
        for definition in attributes.flat_map(|one| std::iter::once(one).chain(&one.sub_attributes))
        {
            if definition.r#type == AttributeType::Reference {
                assert!(definition.case_exact, "{}", definition.name);
                assert!(
                    !definition.reference_types.is_empty(),
                    "{}",
                    definition.name
                );
                names.push(definition.name.as_str());
            } else {
                assert_ne!(definition.name, "$ref");
            }
        }
        // Of groups, members and managers.
        assert_eq!(names.iter().filter(|name| **name == "$ref").count(), 3);
    }
}
