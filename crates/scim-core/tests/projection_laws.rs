//! What holds whatever a client asks to see.

#[cfg(test)]
mod laws {
    use proptest::prelude::*;
    use scim_core::compatibility::Compatibility;
    use scim_core::projection::Projection;
    use scim_core::resource::Resource;
    use scim_core::schema::{
        RegisteredResourceType, ResourceType, Schema, SchemaRegistry, enterprise_user, user,
    };
    use scim_core::urn::{self, SchemaUrn};
    use serde_json::{Value, json};

    const BADGE: &str = "urn:example:badge:2.0:User";

    fn users() -> RegisteredResourceType {
        let badge = json!({
            "id": BADGE,
            "name": "Badge",
            "attributes": [
                {"name": "number", "type": "string"},
                {"name": "pin", "type": "string", "mutability": "writeOnly", "returned": "never"},
                {"name": "lock", "type": "complex", "multiValued": true, "subAttributes": [
                    {"name": "door", "type": "string"},
                    {"name": "code", "type": "string", "returned": "never"},
                ]},
            ],
        });
        let badge: Schema = serde_json::from_value(badge).unwrap();
        let users = ResourceType::new("User", "/Users", user().id.clone())
            .extension(enterprise_user().id.clone(), false)
            .extension(SchemaUrn::new(BADGE).unwrap(), false);
        let registry = SchemaRegistry::builder()
            .schema(user().clone())
            .schema(enterprise_user().clone())
            .schema(badge)
            .resource_type(users)
            .build()
            .unwrap();
        registry.resource_type("User").unwrap().clone()
    }

    fn resource() -> Value {
        json!({
            "schemas": [urn::USER, urn::ENTERPRISE_USER, BADGE],
            "id": "1", "userName": "ann", "password": "SECRET-1", "title": "Lead",
            "name": {"givenName": "Ann", "familyName": "Mal"},
            "emails": [{"value": "a@example.com", "type": "work"}, {"value": "b@example.com"}],
            "meta": {"resourceType": "User", "version": "W/\"1\""},
            urn::ENTERPRISE_USER: {"department": "Tours", "manager": {"value": "7", "displayName": "Bo"}},
            BADGE: {"number": "12", "pin": "SECRET-2", "lock": [{"door": "a", "code": "SECRET-3"}, {"code": "SECRET-4"}]},
        })
    }

    fn name() -> impl Strategy<Value = String> {
        let names = vec![
            "userName",
            "password",
            "title",
            "name",
            "name.givenName",
            "emails",
            "emails.type",
            "meta",
            "meta.version",
            "schemas",
            "id",
            "groups",
            "shoeSize",
            "name.shoe",
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:core:2.0:User:password",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            "urn:example:badge:2.0:User",
            "urn:example:badge:2.0:User:pin",
            "urn:example:badge:2.0:User:lock",
            "urn:example:badge:2.0:User:lock.code",
            "urn:example:badge:2.0:User:lock.door",
            "pin",
            "code",
        ];
        (prop::sample::select(names), any::<u8>()).prop_map(|(name, spelling)| match spelling % 3 {
            0 => name.to_owned(),
            1 => name.to_ascii_uppercase(),
            _ => name.to_ascii_lowercase(),
        })
    }

    fn names() -> impl Strategy<Value = String> {
        prop::collection::vec(name(), 0..6).prop_map(|names| names.join(" , "))
    }

    /// Whether all that is sent is held, at the same place; entries of lists may be missing.
    fn is_part(sent: &Value, held: &Value) -> bool {
        match (sent, held) {
            (Value::Object(sent), Value::Object(held)) => sent
                .iter()
                .all(|(name, value)| held.get(name).is_some_and(|held| is_part(value, held))),
            (Value::Array(sent), Value::Array(held)) => sent
                .iter()
                .all(|value| held.iter().any(|held| is_part(value, held))),
            _ => sent == held,
        }
    }

    /// The values of a JSON value that are no objects and no lists, with their places.
    fn leaves(value: &Value, place: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => members
                .iter()
                .for_each(|(name, value)| leaves(value, &format!("{place}/{name}"), found)),
            Value::Array(values) => values.iter().for_each(|value| leaves(value, place, found)),
            leaf => found.push(format!("{place} {leaf}")),
        }
    }

    proptest! {
        #[test]
        fn nothing_hidden_leaks_and_nothing_is_made_up(
            names in names(), excluded in any::<bool>(),
            flags in prop::sample::select(vec![Compatibility::standard(), Compatibility::entra()]),
        ) {
            let users = users();
            let held = resource();
            let (only, except) = if excluded { (None, Some(names.as_str())) } else { (Some(names.as_str()), None) };
            let projection = Projection::bind(only, except, &users, &flags).unwrap();
            let sent = projection.apply(&Resource::new(held.as_object().unwrap().clone()));
            prop_assert!(!sent.to_string().contains("SECRET"), "{sent}");
            prop_assert!(sent.get("schemas").is_some() && sent.get("id").is_some(), "{sent}");
            prop_assert!(is_part(&sent, &held), "{sent}");
        }

        /// What is asked for and what is left when that is excluded is together what is sent when nothing is asked.
        #[test]
        fn naming_and_excluding_are_complements(names in names()) {
            prop_assume!(!names.trim().is_empty());
            let users = users();
            let resource = Resource::new(resource().as_object().unwrap().clone());
            let standard = Compatibility::standard();
            let shown = |only, except| {
                let sent = Projection::bind(only, except, &users, &standard).unwrap().apply(&resource);
                let mut found = Vec::new();
                leaves(&sent, "", &mut found);
                found
            };
            let mut together = shown(Some(&names), None);
            together.extend(shown(None, Some(&names)));
            together.sort();
            together.dedup();
            let mut all = shown(None, None);
            all.sort();
            all.dedup();
            prop_assert_eq!(together, all);
        }
    }
}
