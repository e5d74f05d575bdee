//! What holds for every typed resource: nothing is lost on the way from JSON to a type and back, nor over `Resource`.

#[cfg(test)]
mod typed_laws {
    use proptest::prelude::*;
    use scim_core::resource::{EnterpriseUser, Group, Resource, User};
    use scim_core::schema::{SchemaRegistry, ValidationContext};
    use scim_core::urn;
    use serde_json::{Map, Value, json};

    /// A member as it is sent, and as it is held: `None` for one that is the same as absent.
    type Member = ((String, Value), Option<(String, Value)>);

    fn in_some_case(name: &'static str) -> impl Strategy<Value = String> {
        proptest::collection::vec(any::<bool>(), name.len()).prop_map(move |upper| {
            name.chars()
                .zip(upper)
                .map(|(c, upper)| {
                    if upper {
                        c.to_ascii_uppercase()
                    } else {
                        c.to_ascii_lowercase()
                    }
                })
                .collect()
        })
    }

    fn member(
        name: &'static str,
        value: impl Strategy<Value = (Value, Value)> + 'static,
    ) -> BoxedStrategy<Member> {
        let value = prop_oneof![
            4 => value.prop_map(|(sent, held)| (sent, Some(held))),
            1 => Just((Value::Null, None)),
        ];
        (
            prop_oneof![Just(name.to_owned()), in_some_case(name)],
            value,
        )
            .prop_map(move |(sent_name, (sent, held))| {
                ((sent_name, sent), held.map(|held| (name.to_owned(), held)))
            })
            .boxed()
    }

    fn same(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<(Value, Value)> {
        value.prop_map(|value| (value.clone(), value)).boxed()
    }

    fn text() -> BoxedStrategy<(Value, Value)> {
        same("[a-zæ\"\\\\ ]{1,8}".prop_map(Value::from))
    }

    fn unknown() -> BoxedStrategy<Member> {
        let value = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            Just(json!([1, { "a": null, "b": [] }])),
            "[a-z]{0,4}".prop_map(Value::from),
        ];
        ("x-[A-Za-z]{1,6}", value)
            .prop_map(|(name, value)| ((name.clone(), value.clone()), Some((name, value))))
            .boxed()
    }

    /// An object of some of these members and of some that nobody knows.
    fn object(members: Vec<BoxedStrategy<Member>>) -> BoxedStrategy<(Value, Value)> {
        let length = members.len();
        (
            members,
            proptest::collection::vec(any::<bool>(), length),
            proptest::collection::vec(unknown(), 0..2),
        )
            .prop_map(|(members, chosen, unknown)| {
                let mut sent = Map::new();
                let mut held = Map::new();
                let chosen = members.into_iter().zip(chosen).filter(|(_, is)| *is);
                for ((name, value), kept) in chosen.map(|(member, _)| member).chain(unknown) {
                    sent.insert(name, value);
                    held.extend(kept);
                }
                (Value::Object(sent), Value::Object(held))
            })
            .boxed()
    }

    fn list(of: BoxedStrategy<(Value, Value)>) -> BoxedStrategy<(Value, Value)> {
        proptest::collection::vec(of, 1..3)
            .prop_map(|entries| {
                let (sent, held): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
                (Value::Array(sent), Value::Array(held))
            })
            .boxed()
    }

    fn flag() -> BoxedStrategy<(Value, Value)> {
        same(any::<bool>().prop_map(Value::from))
    }

    fn texts(names: &[&'static str]) -> Vec<BoxedStrategy<Member>> {
        names.iter().map(|name| member(name, text())).collect()
    }

    fn common(base: &'static str) -> Vec<BoxedStrategy<Member>> {
        let mut members = texts(&["id", "externalId"]);
        members.push(member("schemas", same(Just(json!([base, "urn:x:listed"])))));
        let mut meta = texts(&["resourceType", "location", "version"]);
        meta.push(member(
            "created",
            same(Just(json!("2026-01-23T04:56:22.125Z"))),
        ));
        members.push(member("meta", object(meta)));
        members
    }

    fn badge() -> Member {
        let badge = (
            "urn:example:2.0:Badge".to_owned(),
            json!({ "Number": null }),
        );
        (badge.clone(), Some(badge))
    }

    fn user() -> BoxedStrategy<(Value, Value)> {
        let mut members = common(urn::USER);
        members.extend(texts(&[
            "userName",
            "displayName",
            "nickName",
            "title",
            "locale",
            "password",
        ]));
        let mut entry = texts(&["value", "display", "type"]);
        entry.push(member("primary", flag()));
        let manager = object(texts(&["value", "$ref", "displayName"]));
        let mut enterprise = texts(&["employeeNumber", "department"]);
        enterprise.push(member("manager", manager));
        members.extend([
            member("active", flag()),
            member("name", object(texts(&["familyName", "givenName"]))),
            member("emails", list(object(entry))),
            member(
                "addresses",
                list(object(texts(&["streetAddress", "country"]))),
            ),
            member(urn::ENTERPRISE_USER, object(enterprise)),
            Just(badge()).boxed(),
        ]);
        object(members)
    }

    fn group() -> BoxedStrategy<(Value, Value)> {
        let mut members = common(urn::GROUP);
        let reference = object(texts(&["value", "$ref", "display", "type"]));
        members.extend(texts(&["displayName"]));
        members.push(member("members", list(reference)));
        object(members)
    }

    /// What was held, with its `schemas` in step.
    fn in_step(mut held: Value, base: &str) -> Value {
        // The name of an extension that nobody knows stays as it came.
        let members = held.as_object_mut().unwrap();
        let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
        if members.get(urn::ENTERPRISE_USER).is_some_and(is_empty) {
            members.remove(urn::ENTERPRISE_USER);
        }
        let mut schemas = match members.remove("schemas") {
            Some(Value::Array(schemas)) => schemas,
            _ => vec![base.into()],
        };
        let mut extensions: Vec<_> = members
            .keys()
            .filter(|name| name.get(..4) == Some("urn:"))
            .collect();
        extensions.sort_by_key(|name| *name != urn::ENTERPRISE_USER);
        schemas.extend(extensions.into_iter().map(|urn| urn.as_str().into()));
        members.insert("schemas".to_owned(), schemas.into());
        held
    }

    proptest! {
        /// C-7643-2.1-1, C-7643-2.5-1, C-7643-4.3-1: JSON to a type and back loses nothing but nulls and spellings.
        #[test]
        fn a_user_loses_nothing((sent, held) in user()) {
            let typed: User = serde_json::from_value(sent.clone()).unwrap();
            let held = in_step(held, urn::USER);
            prop_assert_eq!(&serde_json::to_value(&typed).unwrap(), &held);
            let text = serde_json::to_vec(&typed).unwrap();
            prop_assert_eq!(&serde_json::from_slice::<Value>(&text).unwrap(), &held);

            let resource = Resource::from(typed.clone());
            prop_assert_eq!(&resource.to_value(), &held);
            let mut again: User = resource.to_typed().unwrap();
            prop_assert!(again.schemas == typed.listed_schemas());
            again.schemas.clone_from(&typed.schemas);
            if typed.enterprise == Some(EnterpriseUser::default()) {
                again.enterprise.clone_from(&typed.enterprise);
            }
            prop_assert_eq!(again, typed);
            let sent: Resource = serde_json::from_value(sent).unwrap();
            prop_assert_eq!(serde_json::to_value(sent.to_typed::<User>().unwrap()).unwrap(), held);
        }

        /// C-7643-2.1-1, C-7643-2.5-1
        #[test]
        fn a_group_loses_nothing((sent, held) in group()) {
            let typed: Group = serde_json::from_value(sent).unwrap();
            let held = in_step(held, urn::GROUP);
            prop_assert_eq!(&serde_json::to_value(&typed).unwrap(), &held);
            prop_assert_eq!(Resource::from(typed).to_value(), held);
        }
    }

    /// C-7643-2.1-4
    #[test]
    fn no_name_comes_twice() {
        for text in [
            r#"{ "userName": "a", "USERNAME": "b" }"#,
            r#"{ "userName": "a", "userName": null }"#,
            r#"{ "title": null, "Title": "b" }"#,
            r#"{ "shoeSize": 1, "SHOESIZE": 2 }"#,
            r#"{ "shoeSize": null, "shoeSize": null }"#,
            r#"{ "name": { "familyName": "a", "FAMILYNAME": "b" } }"#,
            r#"{ "emails": [{ "value": "a", "Value": "b" }] }"#,
        ] {
            assert!(serde_json::from_str::<User>(text).is_err(), "{text}");
        }
    }

    /// C-7643-3.3-2: on every way out.
    #[test]
    fn schemas_are_in_step_with_the_extensions() {
        let badge = "urn:example:2.0:Badge";
        let mut user = User::builder("bjensen")
            .enterprise(EnterpriseUser::builder().division("Parks").build())
            .additional(badge, json!({ "number": "7" }))
            .additional("urn:example:2.0:Empty", json!({}))
            .build();
        user.schemas.push("urn:example:2.0:Listed".to_owned());
        let all = [
            urn::USER,
            urn::ENTERPRISE_USER,
            badge,
            "urn:example:2.0:Listed",
        ];
        assert_eq!(serde_json::to_value(&user).unwrap()["schemas"], json!(all));
        assert!(Resource::from(user.clone()).schemas().eq(all));

        user.enterprise = None;
        user.additional.remove(badge);
        let left = [urn::USER, badge, "urn:example:2.0:Listed"];
        assert_eq!(
            user.listed_schemas(),
            left,
            "what the caller lists beyond stays"
        );

        let mut resource = Resource::from(User::new("bjensen"));
        let enterprise = EnterpriseUser::builder().division("Parks").build();
        resource.set_extension(&enterprise).unwrap();
        assert!(resource.schemas().eq([urn::USER, urn::ENTERPRISE_USER]));
        let removed = resource.remove_extension(&urn::ENTERPRISE_USER.to_uppercase());
        assert_eq!(removed, Some(json!({ "division": "Parks" })));
        assert!(resource.schemas().eq([urn::USER]));
        assert_eq!(resource.remove_extension(urn::ENTERPRISE_USER), None);
    }

    /// A field wins over a member of `additional` that has its name.
    #[test]
    fn a_name_is_written_once() {
        let user = User::builder("bjensen")
            .additional("USERNAME", "root")
            .build();
        let text = serde_json::to_string(&user).unwrap();
        assert!(text.contains("bjensen") && !text.contains("root"), "{text}");
    }

    /// C-7643-2.1-1, C-7643-2.5-1, C-7643-3.1-7: a dynamic resource is spelt and typed by the registry.
    #[test]
    fn a_resource_is_built_by_paths() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let user = users
            .builder()
            .set("ID", "7")
            .set("USERNAME", "bjensen")
            .set("title", "Guide")
            .set("Title", Value::Null)
            .set("NAME.familyname", "Jensen")
            .set("nickName", Value::Null)
            .add("emails", json!({ "VALUE": "a@example.com" }))
            .add(
                "emails",
                json!({ "value": "b@example.com", "type": "other" }),
            )
            .set(
                &format!("{}:MANAGER.value", urn::ENTERPRISE_USER),
                "26118915",
            );
        let held = json!({
            "schemas": [urn::USER, urn::ENTERPRISE_USER], "userName": "bjensen", "name": { "familyName": "Jensen" },
            "emails": [{ "value": "a@example.com" }, { "value": "b@example.com", "type": "other" }],
            urn::ENTERPRISE_USER: { "manager": { "value": "26118915" } },
        });
        let created = user.clone().build(ValidationContext::Create).unwrap();
        assert_eq!(created.to_value(), held);
        let answer = user.build(ValidationContext::Response).unwrap();
        assert_eq!(answer.id(), Some("7"));

        let wrong = users
            .builder()
            .set("emails.value", "a@example.com")
            .add("title", "Guide")
            .set("name", json!({ "first": "Barbara" }))
            .set("a b", 1)
            .set("active", "yes")
            .build(ValidationContext::Create)
            .unwrap_err();
        let paths: Vec<_> = wrong
            .failures()
            .iter()
            .filter_map(|failure| failure.path())
            .collect();
        let all = [
            "emails.value",
            "title",
            "name.first",
            "a b",
            "active",
            "userName",
        ];
        assert_eq!(paths, all);
    }
}
