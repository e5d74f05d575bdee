//! Any text as a filter over users: it is bound, or refused as an invalid filter; printed and read again it finds the same users; its
//! negation finds the others; the equalities that it tells of hold for whoever it finds; a budget ends a search but never changes
//! what it finds; and what a strict service takes means the same to a lenient one.
#![cfg_attr(fuzzing, no_main)]

use scim_core::compatibility::Compatibility;
use scim_core::error::ErrorKind;
use scim_core::evaluation::{BoundFilter, EvaluationBudget};
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_filter::Filter;
use serde_json::json;

fn users() -> Vec<Resource> {
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let users = [
        json!({"id": "1", "userName": "bjensen", "active": true, "title": "Straße", "employeeNumber": 5,
            "name": {"givenName": "Barbara"}, "meta": {"lastModified": "2026-01-02T03:04:05.678Z"},
            "emails": [{"type": "work", "value": "b@example.com", "primary": true}, {"type": "home", "value": "b@home.org"}],
            "groups": [{"value": "g1", "$ref": "https://example.com/Groups/g1"}],
            enterprise: {"department": "R&D", "manager": {"value": "2"}}}),
        json!({"id": "2", "userName": "JSMITH", "active": false, "title": "", "emails": [],
            "meta": {"lastModified": "2026-01-02T04:04:05+01:00"}, "x509Certificates": [{"value": "AAAA"}]}),
        json!({"id": "3"}),
    ];
    users
        .into_iter()
        .map(|user| Resource::new(user.as_object().cloned().unwrap_or_default()))
        .collect()
}

/// A search within a budget finds what one without finds, until the budget is spent.
fn within(bound: &BoundFilter, users: &[Resource], found: &[bool], steps: u64) {
    let budget = EvaluationBudget::new(steps);
    let mut spent = false;
    for (user, expected) in users.iter().zip(found) {
        match bound.matches_within(user, &budget) {
            Ok(matches) => {
                assert_eq!(matches, *expected);
                assert!(!spent, "a spent budget goes on");
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::TooMany);
                assert_ne!(steps, u64::MAX, "{error}");
                spent = true;
            }
        }
    }
}

fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let registry = SchemaRegistry::standard();
    let Some(resource_type) = registry.resource_type("User") else {
        return;
    };
    let users = users();
    let mut found_strictly = None;
    for compatibility in [
        Compatibility::strict(),
        Compatibility::standard(),
        Compatibility::entra_legacy(),
    ] {
        let found = |filter: &Filter| {
            let bound = match BoundFilter::bind(filter, resource_type, &compatibility) {
                Ok(bound) => bound,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidFilter, "{filter}: {error}");
                    return None;
                }
            };
            let found: Vec<bool> = users.iter().map(|user| bound.matches(user)).collect();
            for steps in [0, 1, 3, 10, u64::MAX] {
                within(&bound, &users, &found, steps);
            }
            Some((found, bound.equalities()))
        };
        let parser = resource_type.parser();
        let Ok(filter) = parser.filter(text) else {
            continue;
        };
        let Some((matching, equalities)) = found(&filter) else {
            assert_eq!(
                found_strictly, None,
                "{filter}: a lenient service refuses it"
            );
            continue;
        };
        let strictly = found_strictly.get_or_insert_with(|| matching.clone());
        assert_eq!(
            *strictly, matching,
            "{filter}: leniency changes what it finds"
        );
        let printed = filter.to_string();
        match parser.filter(&printed) {
            Ok(again) => assert_eq!(
                found(&again).map(|(found, _)| found).as_ref(),
                Some(&matching),
                "{printed}"
            ),
            Err(error) => panic!("{printed:?}: {error}"),
        }
        let others: Vec<bool> = matching.iter().map(|matches| !matches).collect();
        assert_eq!(
            found(&filter.clone().negate()).map(|(found, _)| found),
            Some(others),
            "not ({printed})"
        );
        for equality in equalities
            .iter()
            .filter(|equality| equality.path == "userName")
        {
            let names = users.iter().zip(&matching).filter(|(_, matches)| **matches);
            for name in
                names.filter_map(|(user, _)| user.get("userName")?.as_str().map(str::to_lowercase))
            {
                assert_eq!(name, equality.key, "{printed}");
            }
        }
    }
}

fuzz::target!(check);
