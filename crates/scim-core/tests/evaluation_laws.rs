//! Laws of evaluation and PATCH over generated resources.

#[cfg(test)]
#[path = "semantics/registry.rs"]
mod registry;

#[cfg(test)]
#[path = "evaluation_laws/generate.rs"]
mod generate;

#[cfg(test)]
#[path = "evaluation_laws/difference.rs"]
mod difference;

#[cfg(test)]
#[path = "evaluation_laws/order.rs"]
mod order;

#[cfg(test)]
mod laws {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use scim_core::compatibility::Compatibility;
    use scim_core::error::ErrorKind;
    use scim_core::evaluation::{BoundFilter, CompactResource, EvaluationBudget};
    use scim_core::message::PatchRequest;
    use scim_core::patch;
    use scim_core::resource::Resource;
    use scim_core::scim_filter::Filter;
    use scim_core::urn;
    use serde_json::{Value, json};

    use super::generate::user;
    use super::registry::resource_type;

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

    /// A name that only an extension has and the value that it implies are one tolerance, not two.
    #[test]
    fn what_is_tolerated_is_told_once() {
        let things = resource_type("InsuredThing").unwrap();
        let filter = things.parser().filter(r#"contacts eq "ines""#).unwrap();
        let (_, tolerated) =
            BoundFilter::bind_with_report(&filter, &things, &Compatibility::entra()).unwrap();
        let told: Vec<_> = tolerated.iter().map(ToString::to_string).collect();
        let as_read = "it was read as urn:example:params:2.0:Insurance:contacts";
        assert_eq!(
            told,
            [format!("contacts: {as_read} (unqualified_extension_names)")]
        );
    }
}
