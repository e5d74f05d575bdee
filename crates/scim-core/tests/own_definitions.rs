//! What schemas and resource types of one's own can do, and what they cannot.

#[cfg(test)]
mod own_definitions {
    use scim_core::resource::Resource;
    use scim_core::schema::{
        AttributeDefinition, AttributeType, ResourceType, Schema, SchemaRegistry, schema, user,
    };
    use scim_core::urn::{self, SchemaUrn};
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
