//! What schemas and resource types of one's own can do, and what they cannot.

#[cfg(test)]
mod own_definitions {
    use scim_core::resource::Resource;
    use scim_core::schema::{
        AttributeDefinition, AttributeType, ResourceType, Schema, SchemaRegistry, schema, user,
    };
    use scim_core::urn::{self, SchemaUrn};
    use serde_json::json;

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

    ///
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
}
