//! The built-in schemas equal the facts of RFC 7643, attribute by attribute: `cases/schema_facts.txt` has them in a form
//! of its own, so that a slip in one place shows in the other.

#[cfg(test)]
mod built_in_schemas {
    use scim_core::schema::{
        AttributeDefinition, AttributeType, Schema, enterprise_user, group, resource_type, schema,
        service_provider_config_schema, user,
    };

    fn built_in() -> [&'static Schema; 6] {
        [
            user(),
            group(),
            enterprise_user(),
            service_provider_config_schema(),
            resource_type(),
            schema(),
        ]
    }

    /// C-7643-4.1.1-20, C-7643-4.1.2-6, C-7643-4.1.2-8, and every other fact of a standard attribute
    #[test]
    fn built_in_schemas_equal_the_facts() {
        let expected: Vec<_> = include_str!("cases/schema_facts.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(str::to_owned)
            .collect();
        let mut found = Vec::new();
        for schema in built_in() {
            for attribute in &schema.attributes {
                facts(
                    &mut found,
                    &format!("{} {}", schema.id, attribute.name),
                    attribute,
                );
            }
        }
        let (mut sorted, mut sorted_expected) = (found, expected);
        sorted.sort();
        sorted_expected.sort();
        for (found, expected) in sorted.iter().zip(&sorted_expected) {
            assert_eq!(found, expected);
        }
        assert_eq!(sorted.len(), sorted_expected.len());
    }

    /// `urn path type multiValued required caseExact mutability returned uniqueness canonicalValues referenceTypes`
    fn facts(lines: &mut Vec<String>, path: &str, attribute: &AttributeDefinition) {
        let flag = |flag: bool| if flag { "yes" } else { "no" };
        let has_case = !matches!(
            attribute.r#type,
            AttributeType::Boolean
                | AttributeType::Complex
                | AttributeType::Integer
                | AttributeType::DateTime
        );
        let list = |values: &[String]| {
            if values.is_empty() {
                "-".to_owned()
            } else {
                values.join(",")
            }
        };
        lines.push(format!(
            "{path} {} {} {} {} {} {} {} {} {}",
            attribute.r#type,
            flag(attribute.multi_valued),
            flag(attribute.required),
            if has_case {
                flag(attribute.case_exact)
            } else {
                "-"
            },
            attribute.mutability,
            attribute.returned,
            attribute.uniqueness,
            list(&attribute.canonical_values),
            list(&attribute.reference_types),
        ));
        for sub in &attribute.sub_attributes {
            facts(lines, &format!("{path}.{}", sub.name), sub);
        }
    }

    /// C-7643-2.2-1
    #[test]
    fn what_a_definition_leaves_out_has_its_default() {
        let definition: AttributeDefinition = serde_json::from_str(r#"{"name": "a"}"#).unwrap();
        let mut lines = Vec::new();
        facts(&mut lines, "a", &definition);
        assert_eq!(lines, ["a string no no no readWrite default none - -"]);
    }

    /// C-7643-2.3-1
    #[test]
    fn an_unknown_type_is_refused() {
        assert!(
            serde_json::from_str::<AttributeDefinition>(r#"{"name": "a", "type": "money"}"#)
                .is_err()
        );
    }

    #[test]
    fn definitions_survive_json() {
        for schema in built_in() {
            let text = serde_json::to_string(schema).unwrap();
            assert_eq!(&serde_json::from_str::<Schema>(&text).unwrap(), schema);
        }
    }
}
