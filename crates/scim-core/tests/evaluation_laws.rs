//! Laws of evaluation and PATCH over generated resources.

#[cfg(test)]
#[path = "semantics/registry.rs"]
mod registry;

#[cfg(test)]
mod laws {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use scim_core::compatibility::Compatibility;
    use scim_core::error::ErrorKind;
    use scim_core::evaluation::{BoundFilter, CompactResource, EvaluationBudget};
    use scim_core::message::PatchRequest;
    use scim_core::patch::{self, PatchDialect};
    use scim_core::resource::Resource;
    use scim_core::schema::RegisteredResourceType;
    use scim_core::scim_filter::Filter;
    use scim_core::urn;
    use serde_json::{Map, Value, json};

    use super::registry::resource_type;

    fn insert(members: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            members.insert(name.to_owned(), value.into());
        }
    }

    /// Few letters, so that values meet; some beyond ASCII, quotes and a line feed.
    fn text() -> impl Strategy<Value = String> {
        "[abABéß\"\\\\\n' ]{1,4}"
    }

    fn entry() -> impl Strategy<Value = Map<String, Value>> {
        let kind = option::of(prop::sample::select(vec!["work", "home", "other", "WORK"]));
        (
            option::of(text()),
            kind,
            option::of(text()),
            option::of(Just(false)),
        )
            .prop_map(|(value, kind, display, primary)| {
                let mut entry = Map::new();
                insert(&mut entry, "value", value);
                insert(&mut entry, "type", kind);
                insert(&mut entry, "display", display);
                insert(&mut entry, "primary", primary);
                entry
            })
            .prop_filter("an entry has a value", |entry| {
                entry.len() > usize::from(entry.contains_key("primary"))
            })
    }

    /// Entries that do not repeat (type, value), at most one of them primary.
    fn emails() -> impl Strategy<Value = Option<Value>> {
        (vec(entry(), 0..4), option::of(0_usize..4)).prop_map(|(entries, primary)| {
            let mut unique: Vec<Map<String, Value>> = Vec::new();
            for entry in entries {
                let key = |entry: &Map<String, Value>| {
                    ["type", "value"].map(|name| {
                        entry
                            .get(name)
                            .and_then(Value::as_str)
                            .unwrap_or_default()
                            .to_lowercase()
                    })
                };
                if unique.iter().all(|other| key(other) != key(&entry)) {
                    unique.push(entry);
                }
            }
            if let Some(entry) = primary.and_then(|primary| unique.get_mut(primary)) {
                entry.insert("primary".to_owned(), Value::Bool(true));
            }
            (!unique.is_empty()).then(|| json!(unique))
        })
    }

    fn user() -> impl Strategy<Value = Resource> {
        let name = (option::of(text()), option::of(text()), option::of(text()));
        let enterprise = (option::of(text()), option::of(text()), option::of(text()));
        (
            text(),
            option::of(text()),
            option::of(any::<bool>()),
            name,
            emails(),
            enterprise,
            option::of(text()),
        )
            .prop_map(
                |(user_name, title, active, name, emails, enterprise, job)| {
                    let mut user = Map::new();
                    let mut schemas = vec![urn::USER];
                    insert(&mut user, "userName", Some(format!("u{user_name}")));
                    insert(&mut user, "title", title);
                    insert(&mut user, "active", active);
                    insert(&mut user, "emails", emails);
                    let mut parts = Map::new();
                    insert(&mut parts, "givenName", name.0);
                    insert(&mut parts, "familyName", name.1);
                    insert(&mut parts, "middleName", name.2);
                    insert(&mut user, "name", (!parts.is_empty()).then_some(parts));
                    let mut extension = Map::new();
                    insert(&mut extension, "department", enterprise.0);
                    insert(&mut extension, "costCenter", enterprise.1);
                    insert(
                        &mut extension,
                        "manager",
                        enterprise.2.map(|id| json!({"value": id})),
                    );
                    if !extension.is_empty() {
                        schemas.push(urn::ENTERPRISE_USER);
                        insert(&mut user, urn::ENTERPRISE_USER, Some(extension));
                    }
                    if let Some(job) = job {
                        schemas.push(urn::PEAKON_USER);
                        insert(&mut user, urn::PEAKON_USER, Some(json!({"Job Title": job})));
                    }
                    insert(&mut user, "schemas", Some(json!(schemas)));
                    Resource::new(user)
                },
            )
    }

    fn group() -> impl Strategy<Value = Resource> {
        prop::collection::btree_set(0_u32..60, 0..40).prop_map(|members| {
            let members: Vec<_> = members
                .iter()
                .map(|id| json!({"value": id.to_string(), "type": "User"}))
                .collect();
            let mut group = Map::new();
            insert(&mut group, "schemas", Some(json!([urn::GROUP])));
            insert(&mut group, "displayName", Some("G"));
            insert(
                &mut group,
                "members",
                (!members.is_empty()).then_some(members),
            );
            Resource::new(group)
        })
    }

    /// The order of entries carries no meaning.
    fn without_order(resource: &Resource) -> Value {
        let mut value = resource.to_value();
        for name in ["emails", "members", "schemas"] {
            if let Some(Value::Array(entries)) = value.get_mut(name) {
                entries.sort_by_key(ToString::to_string);
            }
        }
        value
    }

    /// What a request in a dialect makes of a resource at a service that reads the dialect. Through the wire, because that is the
    /// way it goes.
    fn sent(
        request: &PatchRequest,
        before: &Resource,
        resource_type: &RegisteredResourceType,
        dialect: PatchDialect,
        compatibility: &Compatibility,
    ) -> Result<Resource, String> {
        if request.operations.is_empty() {
            return Ok(before.clone());
        }
        let body = dialect.body(request);
        PatchRequest::read(&body, resource_type, compatibility)
            .and_then(|request| patch::apply(&request, before, resource_type, compatibility))
            .map(|patched| patched.resource)
            .map_err(|error| format!("{error}: {body}"))
    }

    fn check_difference(
        before: &Resource,
        after: &Resource,
        resource_type: &RegisteredResourceType,
    ) -> Result<(), TestCaseError> {
        for (dialect, compatibility) in [
            (PatchDialect::Rfc, Compatibility::standard()),
            (PatchDialect::Rfc, Compatibility::strict()),
            (PatchDialect::Entra, Compatibility::entra_legacy()),
            (
                PatchDialect::InteropProfile,
                Compatibility::interop_profile(),
            ),
        ] {
            let request = patch::difference(before, after, resource_type, dialect);
            let apply = |request: &PatchRequest| {
                sent(request, before, resource_type, dialect, &compatibility)
            };
            let patched = apply(&request).map_err(TestCaseError::fail)?;
            let body = dialect.body(&request);
            prop_assert_eq!(without_order(&patched), without_order(after), "{}", body);
            let again = patch::difference(&patched, after, resource_type, dialect);
            prop_assert!(again.operations.is_empty(), "{:?}", again);
            for index in 0..request.operations.len() {
                let mut fewer = request.clone();
                fewer.operations.remove(index);
                let is_enough = apply(&fewer)
                    .is_ok_and(|patched| without_order(&patched) == without_order(after));
                prop_assert!(!is_enough, "{} can be left out: {}", index, body);
            }
        }
        Ok(())
    }

    fn conditions() -> impl Strategy<Value = Filter> {
        let filters = [
            r#"userName sw "a""#,
            r#"title eq "b""#,
            r#"title ne "b""#,
            "title pr",
            "active eq true",
            "active eq null",
            r#"emails.type eq "work""#,
            r#"emails[type eq "home" and value co "a"]"#,
            r#"emails ne "a""#,
            "emails[primary eq false]",
            r#"name.familyName gt "a""#,
            r#"name.givenName le "B""#,
        ];
        let parsed: Vec<Filter> = filters
            .iter()
            .map(|filter| filter.parse().unwrap())
            .collect();
        prop::sample::select(parsed).prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|part| Filter::Not(Box::new(part))),
                vec(inner.clone(), 2..4).prop_map(Filter::And),
                vec(inner, 2..4).prop_map(Filter::Or),
            ]
        })
    }

    fn not(filter: Filter) -> Filter {
        Filter::Not(Box::new(filter))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_difference_of_two_users_leads_from_one_to_the_other(before in user(), after in user()) {
            check_difference(&before, &after, &resource_type("User").unwrap())?;
        }

        #[test]
        fn the_difference_of_two_groups_leads_from_one_to_the_other(before in group(), after in group()) {
            check_difference(&before, &after, &resource_type("Group").unwrap())?;
        }

        #[test]
        fn nothing_differs_from_itself(user in user()) {
            let users = resource_type("User").unwrap();
            prop_assert!(patch::difference(&user, &user, &users, PatchDialect::Rfc).operations.is_empty());
        }

        #[test]
        fn negation_is_plain(left in conditions(), right in conditions(), user in user()) {
            let users = resource_type("User").unwrap();
            let matches = |filter: &Filter| {
                BoundFilter::bind(filter, &users, &Compatibility::standard()).unwrap().matches(&user)
            };
            prop_assert_eq!(matches(&not(not(left.clone()))), matches(&left));
            prop_assert_eq!(matches(&not(left.clone())), !matches(&left));
            let both = Filter::And(vec![left.clone(), right.clone()]);
            let neither = Filter::Or(vec![not(left.clone()), not(right.clone())]);
            prop_assert_eq!(matches(&not(both)), matches(&neither), "De Morgan, and");
            let either = Filter::Or(vec![left.clone(), right.clone()]);
            let none = Filter::And(vec![not(left), not(right)]);
            prop_assert_eq!(matches(&not(either)), matches(&none), "De Morgan, or");
        }

        /// Half of what it costs is too little, and all of it is enough, for the same answer.
        #[test]
        fn a_budget_changes_no_answer(filter in conditions(), user in user()) {
            let users = resource_type("User").unwrap();
            let filter = BoundFilter::bind(&filter, &users, &Compatibility::standard()).unwrap();
            let plenty = EvaluationBudget::new(1_000_000);
            let matches = filter.matches_within(&user, &plenty);
            let compact = CompactResource::new(&user).unwrap();
            let compact_budget = EvaluationBudget::new(1_000_000);
            prop_assert_eq!(&filter.matches_compact_within(&compact, &compact_budget), &matches);
            prop_assert_eq!(&compact_budget, &plenty);
            prop_assert_eq!(matches.as_ref().ok(), Some(&filter.matches(&user)));
            let cost = 1_000_000 - plenty.remaining();
            let enough = EvaluationBudget::new(cost);
            prop_assert_eq!(filter.matches_within(&user, &enough), matches);
            if cost > 0 {
                let refused = filter.matches_within(&user, &EvaluationBudget::new(cost / 2));
                prop_assert_eq!(refused.map_err(|error| error.kind()), Err(ErrorKind::TooMany));
            }
            prop_assert_eq!(filter.matches_within(&user, &enough).is_err(), cost > 0);
        }

        #[test]
        fn any_request_leaves_the_input_alone_and_the_result_is_stable(user in user(), other in user(), path in "[a-zA-Z.\\[\\]\" ]{0,12}") {
            let users = resource_type("User").unwrap();
            let untouched = user.clone();
            let body = json!({
                "schemas": [urn::PATCH_OP],
                "Operations": [
                    {"op": "replace", "value": other.to_value()},
                    {"op": "add", "path": path, "value": "x"},
                ],
            });
            let compatibility = Compatibility::entra();
            if let Ok(request) = PatchRequest::read(&body, &users, &compatibility)
                && let Ok(patched) = patch::apply(&request, &user, &users, &compatibility)
            {
                prop_assert_eq!(patched.changes.is_empty(), patched.resource == user);
            }
            prop_assert_eq!(user, untouched);
        }
    }

    /// What a query may cost does not depend on what the resources lack, nor on the script of their texts.
    #[test]
    fn every_look_is_paid_for() {
        let users = resource_type("User").unwrap();
        let cost = |filter: &str, user: Value| {
            let filter = users.parser().filter(filter).unwrap();
            let filter = BoundFilter::bind(&filter, &users, &Compatibility::standard()).unwrap();
            let budget = EvaluationBudget::new(1_000_000);
            let user = Resource::new(user.as_object().unwrap().clone());
            filter.matches_within(&user, &budget).unwrap();
            1_000_000 - budget.remaining()
        };
        let many = vec!["nickName pr"; 200].join(" or ");
        assert_eq!(cost(&many, json!({"userName": "a"})), 200);
        let many = vec![r#"emails[type eq "x"]"#; 200].join(" or ");
        assert_eq!(cost(&many, json!({"userName": "a"})), 200);
        let search = r#"title co "aaaaaaaaaaaaaaaab""#;
        let (long, folded) = ("a".repeat(6_400), "\u{e4}".repeat(3_200));
        assert_eq!(cost(search, json!({"title": long})), 101);
        assert_eq!(cost(search, json!({"title": folded})), 3_201);
    }

    /// P-7644-3.4.2.1-2, P-7644-3.4.2.1-4, P-7644-3.4.2.1-5: what only some of several types know has no value in the others;
    /// what none of them knows is a mistake.
    #[test]
    fn a_filter_for_several_types_is_known_somewhere() {
        let (users, groups) = (
            resource_type("User").unwrap(),
            resource_type("Group").unwrap(),
        );
        let bind = |filter: &str| {
            let filter = users.parser().filter(filter).unwrap();
            BoundFilter::bind_each(&filter, [&users, &groups], &Compatibility::standard())
        };
        let resource = |value: Value| Resource::new(value.as_object().unwrap().clone());
        let user = resource(json!({"userName": "a", "meta": {"resourceType": "User"}}));
        let group = resource(json!({
            "displayName": "g",
            "members": [{"value": "1"}],
            "meta": {"resourceType": "Group"},
        }));
        for (filter, of_user, of_group) in [
            (r#"meta.resourceType eq "User""#, true, false),
            (
                r#"(meta.resourceType eq "User") or (meta.resourceType eq "Group")"#,
                true,
                true,
            ),
            (r#"userName eq "a""#, true, false),
            (r#"userName ne "b""#, true, true),
            ("not (userName pr)", false, true),
            ("userName eq null", false, true),
            ("userName ne null", true, false),
            (r#"members[value eq "1"]"#, false, true),
            (r#"members.value co "1" or userName sw "A""#, true, true),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:displayName pr",
                false,
                false,
            ),
            (r#"emails.type gt "a""#, false, false),
        ] {
            let (filters, _) = bind(filter).unwrap();
            assert_eq!(filters[0].matches(&user), of_user, "{filter}");
            assert_eq!(filters[1].matches(&group), of_group, "{filter}");
        }
        for refused in [
            "usrName pr",
            "userName pr or members.foo pr",
            r#"members[foo eq "x"]"#,
            "active gt true",
            "password pr",
        ] {
            let kind = bind(refused).map_err(|error| error.kind()).err();
            assert_eq!(kind, Some(ErrorKind::InvalidFilter), "{refused}");
        }
    }
}
