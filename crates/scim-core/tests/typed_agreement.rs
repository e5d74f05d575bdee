//! The typed resources, their JSON Schemas and the SCIM schemas name the same attributes.

#[cfg(test)]
mod typed {
    use schemars::{JsonSchema, schema_for};
    use scim_core::message::ErrorResponse;
    use scim_core::resource::{
        Address, EnterpriseUser, Group, Manager, Meta, MultiValued, Name, ResourceReference, User,
    };
    use scim_core::schema::{AttributeDefinition, enterprise_user, group, user};
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Map, Value, json};

    fn properties<T: JsonSchema>() -> Map<String, Value> {
        schema_for!(T)
            .get("properties")
            .and_then(Value::as_object)
            .cloned()
            .unwrap()
    }

    /// Some value that a property takes.
    fn sample(name: &str, property: &Value) -> Value {
        let text = property.to_string();
        match name {
            "schemas" => json!(["urn:x:y"]),
            "status" => json!("404"),
            "created" | "lastModified" => json!("2026-01-23T04:56:22.000Z"),
            _ if text.contains("\"array\"") => json!([{ "unknown": 1 }]),
            _ if text.contains("boolean") => json!(true),
            _ if text.contains("$ref") => match name {
                "password" => json!("secret"),
                _ => json!({ "unknown": 1 }),
            },
            _ => json!("text"),
        }
    }

    /// C-7643-2.1-1: every property that the type has is known to its table of names.
    #[track_caller]
    fn names_have_any_case<T: JsonSchema + Serialize + DeserializeOwned>() {
        let properties = properties::<T>();
        assert!(!properties.is_empty());
        for (name, property) in &properties {
            let value = sample(name, property);
            let mut body = Map::from_iter([(name.to_uppercase(), value.clone())]);
            if properties.contains_key("status") && name != "status" {
                body.insert("status".to_owned(), json!("404"));
            }
            let typed: T = serde_json::from_value(Value::Object(body))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(serde_json::to_value(&typed).unwrap()[name], value, "{name}");
        }
    }

    #[test]
    fn typed_names_have_any_case() {
        names_have_any_case::<User>();
        names_have_any_case::<Group>();
        names_have_any_case::<EnterpriseUser>();
        names_have_any_case::<Name>();
        names_have_any_case::<Address>();
        names_have_any_case::<Manager>();
        names_have_any_case::<MultiValued>();
        names_have_any_case::<ResourceReference>();
        names_have_any_case::<Meta>();
        names_have_any_case::<ErrorResponse>();
    }

    #[track_caller]
    fn agrees<T: JsonSchema>(definitions: &[AttributeDefinition], beyond: &[&str]) {
        let properties = properties::<T>();
        for definition in definitions {
            assert!(
                properties.contains_key(&definition.name),
                "no field for {}",
                definition.name
            );
        }
        for name in properties
            .keys()
            .filter(|name| !beyond.contains(&name.as_str()))
        {
            assert!(
                definitions
                    .iter()
                    .any(|definition| definition.name == *name),
                "no attribute {name}"
            );
        }
    }

    #[test]
    fn typed_resources_have_the_attributes_of_their_schemas() {
        let common = ["schemas", "id", "externalId", "meta"];
        let extensions = [scim_core::urn::ENTERPRISE_USER, scim_core::urn::PEAKON_USER];
        agrees::<User>(
            &user().attributes,
            &[common.as_slice(), extensions.as_slice()].concat(),
        );
        agrees::<Group>(&group().attributes, &common);
        agrees::<EnterpriseUser>(&enterprise_user().attributes, &[]);
        agrees::<Name>(&user().attribute("name").unwrap().sub_attributes, &[]);
        agrees::<Address>(&user().attribute("addresses").unwrap().sub_attributes, &[]);
        agrees::<Manager>(
            &enterprise_user()
                .attribute("manager")
                .unwrap()
                .sub_attributes,
            &[],
        );
        agrees::<ResourceReference>(&group().attribute("members").unwrap().sub_attributes, &[]);
        agrees::<ResourceReference>(&user().attribute("groups").unwrap().sub_attributes, &[]);
        for name in [
            "emails",
            "phoneNumbers",
            "ims",
            "photos",
            "entitlements",
            "roles",
            "x509Certificates",
        ] {
            agrees::<MultiValued>(&user().attribute(name).unwrap().sub_attributes, &[]);
        }
    }
}
