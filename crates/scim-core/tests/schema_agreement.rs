//! The built-in schemas equal the facts of RFC 7643, characteristic by characteristic. `cases/schema_facts/rfc7643.json` has
//! what sections 8.7.1 and 8.7.2 print; `cases/schema_facts/changes.json` has each change to it, with its basis and its
//! reason. Printed and changed, they are what this crate ships: a silent edit of any of the three fails here.

#[cfg(test)]
mod built_in_schemas {
    use std::collections::{BTreeMap, BTreeSet};

    use scim_core::schema::{
        AttributeDefinition, Schema, enterprise_user, group, resource_type, schema,
        service_provider_config_schema, user,
    };
    use serde::Deserialize;
    use serde_json::{Map, Value};

    /// Schema, attribute, characteristic.
    type Facts = BTreeMap<String, BTreeMap<String, Map<String, Value>>>;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Change {
        schema: String,
        attribute: String,
        #[serde(rename = "change")]
        kind: Kind,
        /// Characteristics with their values, or the names of those that are taken away.
        value: Value,
        basis: String,
        reason: String,
    }

    #[derive(Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Set,
        Unset,
        Add,
    }

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

    fn apply(facts: &mut Facts, change: &Change) {
        let place = format!("{} {}", change.schema, change.attribute);
        assert!(!change.basis.is_empty(), "{place}: on what?");
        assert!(change.reason.ends_with('.'), "{place}: why?");
        let attributes = facts.get_mut(&change.schema).unwrap();
        if change.kind == Kind::Add {
            let added = change.value.as_object().unwrap().clone();
            let before = attributes.insert(change.attribute.clone(), added);
            assert!(before.is_none(), "{place} is printed");
            return;
        }
        let characteristics = attributes.get_mut(&change.attribute).unwrap();
        match &change.value {
            Value::Object(set) if change.kind == Kind::Set => {
                for (name, value) in set {
                    let before = characteristics.insert(name.clone(), value.clone());
                    assert_ne!(before.as_ref(), Some(value), "{place} {name} is printed so");
                }
            }
            Value::Array(names) if change.kind == Kind::Unset => {
                for name in names {
                    let before = characteristics.remove(name.as_str().unwrap());
                    assert!(before.is_some(), "{place} {name} is not printed");
                }
            }
            _ => panic!("{place}: the value does not fit the kind of change"),
        }
    }

    /// What `/Schemas` serves, by attribute: each characteristic that is written, and none that is not.
    fn served(facts: &mut BTreeMap<String, Map<String, Value>>, parent: &str, attributes: &Value) {
        for attribute in attributes.as_array().unwrap() {
            let mut characteristics = attribute.as_object().unwrap().clone();
            let name = characteristics.remove("name").unwrap();
            let path = format!("{parent}{}", name.as_str().unwrap());
            let description = characteristics.remove("description");
            assert_ne!(description, Some("".into()), "{path} is not described");
            if let Some(subs) = characteristics.remove("subAttributes") {
                served(facts, &format!("{path}."), &subs);
            }
            assert!(
                facts.insert(path.clone(), characteristics).is_none(),
                "{path}"
            );
        }
    }

    /// C-7643-7-4, C-7643-4.1.1-20, C-7643-4.1.2-6, C-7643-4.1.2-8, and every other fact of a standard attribute
    #[test]
    fn built_in_schemas_are_what_the_rfc_prints_with_each_listed_change() {
        let mut expected: Facts =
            serde_json::from_str(include_str!("cases/schema_facts/rfc7643.json")).unwrap();
        let changes: Vec<Change> =
            serde_json::from_str(include_str!("cases/schema_facts/changes.json")).unwrap();
        for change in &changes {
            apply(&mut expected, change);
        }
        let mut names = BTreeSet::new();
        for schema in built_in() {
            names.insert(schema.id.to_string());
            let mut found = BTreeMap::new();
            let resource = schema.to_resource("https://example.com");
            served(&mut found, "", &resource["attributes"]);
            let expected = &expected[schema.id.as_str()];
            for (path, characteristics) in expected {
                assert_eq!(
                    found.get(path),
                    Some(characteristics),
                    "{} {path}",
                    schema.id
                );
            }
            assert!(found.keys().eq(expected.keys()), "{}", schema.id);
        }
        assert!(names.iter().eq(expected.keys()));
    }

    /// What every resource has, and no schema lists.
    #[test]
    fn common_attributes_are_those_of_the_rfc() {
        let registry = scim_core::schema::SchemaRegistry::standard();
        let groups = registry.resource_type("Group").unwrap();
        let mut lines = Vec::new();
        for path in [
            "schemas",
            "id",
            "externalId",
            "meta",
            "meta.resourceType",
            "meta.created",
            "meta.lastModified",
            "meta.location",
            "meta.version",
        ] {
            let found = groups.resolve(&path.parse().unwrap()).unwrap();
            lines.push(facts(path, found.definition()));
        }
        assert_eq!(
            lines,
            include_str!("cases/schema_facts/common_attributes.txt")
                .lines()
                .collect::<Vec<_>>()
        );
    }

    /// `path type multiValued required caseExact mutability returned uniqueness canonicalValues referenceTypes`
    fn facts(path: &str, attribute: &AttributeDefinition) -> String {
        let flag = |flag: bool| if flag { "yes" } else { "no" };
        let list = |values: &[String]| {
            if values.is_empty() {
                "-".to_owned()
            } else {
                values.join(",")
            }
        };
        format!(
            "{path} {} {} {} {} {} {} {} {} {}",
            attribute.r#type,
            flag(attribute.multi_valued),
            flag(attribute.required),
            flag(attribute.case_exact),
            attribute.mutability,
            attribute.returned,
            attribute.uniqueness,
            list(&attribute.canonical_values),
            list(&attribute.reference_types),
        )
    }

    /// C-7643-2.2-1
    #[test]
    fn what_a_definition_leaves_out_has_its_default() {
        let definition: AttributeDefinition = serde_json::from_str(r#"{"name": "a"}"#).unwrap();
        assert_eq!(
            facts("a", &definition),
            "a string no no no readWrite default none - -"
        );
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
