//! A secret that was sent is in no error, report, `Debug` or list of changes.

#[cfg(test)]
mod secrets {
    use std::fmt::{Debug, Display};

    use scim_core::compatibility::Compatibility;
    use scim_core::error::Error;
    use scim_core::evaluation::BoundFilter;
    use scim_core::message::{PatchRequest, SearchRequest};
    use scim_core::patch::{self, PatchLimits};
    use scim_core::resource::{Extension, PeakonUser, Resource, User};
    use scim_core::schema::{
        PeakonAttribute, PeakonAttributeKind, RegisteredResourceType, ResourceType, Schema,
        SchemaRegistry, ValidationContext, peakon_user_schema, user,
    };
    use scim_core::urn;
    use serde::{Deserialize, Serialize};
    use serde_json::{Map, Value, json};

    const TEXT: &str = "zq7secretZQ7";
    const NUMBER: i64 = 7_135_791_135;
    const DATE: &str = "1913-07-13";
    const VAULT: &str = "urn:example:2.0:Vault";

    #[derive(Debug, Serialize, Deserialize)]
    struct Vault {
        pin: u8,
    }

    impl Extension for Vault {
        const URN: &'static str = VAULT;
    }

    fn registry() -> SchemaRegistry {
        let attribute = |name: &str, kind: &str| json!({ "name": name, "type": kind, "mutability": "writeOnly", "returned": "never" });
        let schema: Schema = serde_json::from_value(json!({
            "id": VAULT, "name": "Vault",
            "attributes": [
                attribute("pin", "integer"), attribute("code", "string"), attribute("open", "boolean"),
                attribute("born", "dateTime"), attribute("bytes", "binary"), attribute("place", "reference"),
                { "name": "lock", "type": "complex", "subAttributes": [
                    attribute("key", "string"), { "name": "maker", "type": "string" },
                ] },
                { "name": "locks", "type": "complex", "multiValued": true, "subAttributes": [
                    attribute("key", "string"), { "name": "maker", "type": "string" },
                ] },
            ],
        }))
        .unwrap();
        let users = ResourceType::new("User", "/Users", user().id.clone())
            .extension(schema.id.clone(), false);
        SchemaRegistry::builder()
            .schema(user().clone())
            .schema(schema)
            .resource_type(users)
            .build()
            .unwrap()
    }

    /// Everything that was shown, and what led to it.
    #[derive(Default)]
    struct Shown(Vec<(String, String)>);

    impl Shown {
        fn debug(&mut self, from: &str, what: &impl Debug) {
            self.0
                .push((from.to_owned(), format!("{what:?} {what:#?}")));
        }

        fn display(&mut self, from: &str, what: &(impl Debug + Display)) {
            self.0.push((from.to_owned(), format!("{what} {what:#}")));
            self.debug(from, what);
        }

        fn holds_no_secret(self) {
            assert!(self.0.len() > 100, "only {} texts", self.0.len());
            for (from, text) in self.0 {
                for secret in [TEXT, "secretZQ", &NUMBER.to_string(), DATE] {
                    assert!(!text.contains(secret), "{from}: {text}");
                }
            }
        }
    }

    /// Values of every JSON type that are, or hold, a secret.
    fn secrets() -> Vec<Value> {
        vec![
            json!(TEXT),
            json!(NUMBER),
            json!(NUMBER.to_string()),
            json!(7_135_791_135.5),
            json!(DATE),
            json!([TEXT]),
            json!([TEXT, NUMBER]),
            json!({ "value": TEXT }),
            json!({ "key": TEXT, "maker": "Yale" }),
            json!([{ "key": TEXT }, { "key": NUMBER }]),
            json!(format!("\"{TEXT}\\")),
            json!(format!("{TEXT} {TEXT}")),
        ]
    }

    const PLACES: [&str; 10] = [
        "password", "pin", "code", "open", "born", "bytes", "place", "lock", "locks", "unknown",
    ];

    fn presets() -> [Compatibility; 4] {
        [
            Compatibility::strict(),
            Compatibility::standard(),
            Compatibility::entra(),
            Compatibility::okta(),
        ]
    }

    fn document(place: &str, secret: Value) -> Value {
        let mut body = json!({ "schemas": [urn::USER], "userName": "bjensen" });
        if place == "password" || place == "unknown" {
            body[place] = secret;
        } else {
            body["schemas"] = json!([urn::USER, VAULT]);
            body[VAULT] = Value::Object(Map::from_iter([(place.to_owned(), secret)]));
        }
        body
    }

    fn read(shown: &mut Shown, users: &RegisteredResourceType) {
        for (place, secret) in every() {
            let body = document(place, secret);
            let from = format!("reading {place}");
            for compatibility in presets() {
                for context in [ValidationContext::Create, ValidationContext::PatchResult] {
                    match users.read(body.clone(), context, &compatibility) {
                        Ok((resource, tolerated)) => {
                            shown.debug(&from, &resource);
                            shown.debug(&from, &users.redacted(&resource));
                            for one in &tolerated {
                                shown.display(&from, one);
                            }
                        }
                        Err(report) => {
                            shown.display(&from, &report);
                            shown.display(&from, &Error::from(report));
                        }
                    }
                }
            }
        }
    }

    fn every() -> impl Iterator<Item = (&'static str, Value)> {
        PLACES
            .into_iter()
            .flat_map(|place| secrets().into_iter().map(move |secret| (place, secret)))
    }

    fn typed(shown: &mut Shown) {
        #[derive(Debug, Deserialize)]
        struct Other {
            #[serde(rename = "password")]
            _password: u32,
        }

        for (place, secret) in every() {
            let body = document(place, secret);
            let from = format!("a typed resource with {place}");
            match serde_json::from_value::<User>(body.clone()) {
                Ok(user) => shown.debug(&from, &user),
                Err(error) => shown.display(&from, &error),
            }
            let resource: Resource = serde_json::from_value(body).unwrap();
            shown.debug(&from, &resource);
            match resource.to_typed::<User>() {
                Ok(user) => shown.debug(&from, &user),
                Err(error) => shown.display(&from, &error),
            }
            if let Err(error) = resource.to_typed::<Other>() {
                shown.display(&from, &error);
            }
            if let Err(error) = resource.extension_as::<Vault>() {
                shown.display(&from, &error);
            }
        }
    }

    fn paths(place: &str) -> Vec<Option<String>> {
        let qualified = match place {
            "password" => "password".to_owned(),
            "lock" | "locks" => format!("{VAULT}:{place}.key"),
            other => format!("{VAULT}:{other}"),
        };
        vec![
            None,
            Some(qualified.clone()),
            Some(qualified.trim_end_matches(".key").to_owned()),
            Some(format!("{VAULT}:locks[maker eq \"Abus\"].key")),
            Some(format!("{VAULT}:locks[key eq \"{TEXT}\"].maker")),
            Some(format!("{VAULT}:lock[key sw \"{TEXT}")),
        ]
    }

    fn patched(shown: &mut Shown, users: &RegisteredResourceType) {
        let mut before = document("locks", json!([{ "key": TEXT, "maker": "Abus" }]));
        before["password"] = json!(format!("{TEXT}-old"));
        let before: Resource = serde_json::from_value(before).unwrap();
        for (place, secret) in every() {
            for path in paths(place) {
                for op in ["add", "replace", "remove"] {
                    let value = if path.is_some() {
                        secret.clone()
                    } else {
                        let mut value = document(place, secret.clone());
                        value.as_object_mut().unwrap().remove("schemas");
                        value
                    };
                    let body = json!({
                        "schemas": [urn::PATCH_OP], "Operations": [{ "op": op, "path": path, "value": value }],
                    });
                    let from = format!("{op} {path:?} {place}");
                    for compatibility in presets() {
                        patch_once(shown, users, &before, &body, &from, &compatibility);
                    }
                }
            }
        }
    }

    fn patch_once(
        shown: &mut Shown,
        users: &RegisteredResourceType,
        before: &Resource,
        body: &Value,
        from: &str,
        compatibility: &Compatibility,
    ) {
        let request = match PatchRequest::read(body, users, compatibility) {
            Ok(request) => request,
            Err(error) => return shown.display(from, &error),
        };
        shown.debug(from, &request);
        let limits = PatchLimits::default();
        let mut in_place = before.clone();
        let applied = patch::apply_in_place(&request, &mut in_place, users, compatibility, &limits);
        if let Ok(applied) = applied {
            shown.debug(from, &applied);
            shown.debug(from, &applied.changes());
        }
        match patch::apply(&request, before, users, compatibility) {
            Ok(patched) => {
                shown.debug(from, &patched);
                for one in &patched.tolerated {
                    shown.display(from, one);
                }
                for change in &patched.changes {
                    let values = json!([change.path, change.before, change.after]);
                    shown.display(from, &values);
                }
                shown.debug(
                    from,
                    &patch::difference(before, &patched.resource, users, patch::PatchDialect::Rfc),
                );
            }
            Err(error) => shown.display(from, &error),
        }
    }

    fn filtered(shown: &mut Shown, users: &RegisteredResourceType) {
        for place in [
            "password".to_owned(),
            format!("{VAULT}:pin"),
            format!("{VAULT}:lock.key"),
            format!("{VAULT}:locks[key eq"),
        ] {
            for value in [
                format!("\"{TEXT}\""),
                NUMBER.to_string(),
                format!("\"{TEXT}"),
                format!("\"{TEXT}\"]"),
            ] {
                for text in [
                    format!("{place} eq {value}"),
                    format!("{place} eq eq {value}"),
                    format!("{place} eq {value} and"),
                ] {
                    let from = "a filter";
                    let body = json!({ "schemas": [urn::SEARCH_REQUEST], "filter": text });
                    match SearchRequest::read(&body, users, &Compatibility::entra()) {
                        Ok(request) => shown.debug(from, &request),
                        Err(error) => shown.display(from, &error),
                    }
                    let Ok(filter) = users.parser().filter(&text) else {
                        continue;
                    };
                    let bound = BoundFilter::bind(&filter, users, &Compatibility::entra());
                    shown.display(from, &bound.unwrap_err());
                }
            }
        }
    }

    /// C-7643-4.1.1-14, C-7643-7-15, P-7644-7.5.2-3
    #[test]
    fn no_secret_is_shown_anywhere() {
        let registry = registry();
        let users = registry.resource_type("User").unwrap();
        let mut shown = Shown::default();
        read(&mut shown, users);
        typed(&mut shown);
        patched(&mut shown, users);
        filtered(&mut shown, users);
        shown.holds_no_secret();
    }

    /// What clients look for, and what accounts define for themselves, is personal.
    #[test]
    fn no_personal_value_is_shown_with_its_path() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let text =
            format!("userName eq \"{TEXT}\" and emails[value co \"{TEXT}\"] and id ne \"{TEXT}\"");
        let filter = users.parser().filter(&text).unwrap();
        let bound = BoundFilter::bind(&filter, users, &Compatibility::standard()).unwrap();
        let keys = users.unique_keys(&User::new(TEXT).into());
        assert!(keys[0].key.eq_ignore_ascii_case(TEXT));
        let shown = format!(
            "{bound:?} {:?} {keys:?} {}",
            bound.equalities(),
            keys[0].taken()
        );
        assert!(!shown.to_ascii_lowercase().contains("secret"), "{shown}");
        for part in ["userName", "emails", "Co", "[redacted]"] {
            assert!(shown.contains(part), "{shown}");
        }

        let salary = PeakonAttribute::new("Salary", PeakonAttributeKind::Number);
        let schema = peakon_user_schema(&[salary]).unwrap();
        let definition = ResourceType::new("User", "/Users", user().id.clone())
            .extension(schema.id.clone(), false);
        let registry = SchemaRegistry::builder()
            .schema(user().clone())
            .schema(schema)
            .resource_type(definition)
            .build()
            .unwrap();
        let employee = User::builder("bjensen")
            .peakon(PeakonUser::builder().attribute("Salary", NUMBER).build())
            .build();
        let employee = Resource::from(employee);
        let users = registry.resource_type("User").unwrap();
        let shown = format!("{:?}", users.redacted(&employee));
        assert!(
            shown.contains("Salary") && shown.contains("bjensen"),
            "{shown}"
        );
        assert!(!shown.contains(&NUMBER.to_string()), "{shown}");
    }

    #[cfg(feature = "sql")]
    #[test]
    fn no_parameter_of_a_query_is_shown() {
        use scim_core::sql::{SqlDialect, SqlPage, SqlTable};

        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let filter = users
            .parser()
            .filter(&format!("title eq \"{TEXT}\""))
            .unwrap();
        let filter = BoundFilter::bind(&filter, users, &Compatibility::standard()).unwrap();
        let table = SqlTable::new(SqlDialect::Sqlite, "users", users).unwrap();
        let page = SqlPage::Index {
            start_index: 1,
            count: 17,
        };
        let query = table.query(Some(&filter), None, page).unwrap();
        let shown = format!("{query:?}");
        assert!(shown.contains("title") && shown.contains("17"), "{shown}");
        assert!(!shown.to_ascii_lowercase().contains("secret"), "{shown}");
    }

    /// The same shows what is no secret.
    #[test]
    fn what_is_no_secret_is_shown() {
        let user = User::builder("bjensen")
            .password(TEXT)
            .additional("shoe", TEXT)
            .peakon(PeakonUser::builder().attribute("Salary", NUMBER).build())
            .build();
        let shown = format!("{user:?} {:?}", Resource::from(user.clone()));
        assert_eq!(shown.matches("bjensen").count(), 2, "{shown}");
        assert_eq!(shown.matches("shoe").count(), 2, "{shown}");
        assert_eq!(shown.matches("[redacted]").count(), 6, "{shown}");
        assert!(!shown.contains(&NUMBER.to_string()), "{shown}");
    }
}
