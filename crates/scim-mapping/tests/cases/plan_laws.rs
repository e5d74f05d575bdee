//! Laws that hold for every plan.

use proptest::prelude::*;
use scim_core::compatibility::Compatibility;
use scim_core::patch;
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_mapping::provisioning::TargetOperation;
use scim_mapping::{Environment, Mapping, Record, Rule, RuleSource};
use serde_json::{Map, Value, json};

use super::one_object::provision;

proptest! {
    #[test]
    fn a_plan_makes_the_target_equal_and_the_next_plan_is_empty(
        wanted in prop::collection::vec(prop::option::of("[a-zA-Z]{1,6}"), PATHS.len()),
        held in prop::collection::vec(prop::option::of("[a-zA-Z]{1,6}"), PATHS.len()),
    ) {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let mut rules = vec![matching_rule(users)];
        let mut record = Record::default().with("userName", "ines");
        for (index, (path, value)) in PATHS.iter().zip(&wanted).enumerate() {
            let name = format!("a{index}");
            rules.push(Rule::new(RuleSource::Direct(name.clone()), users.parser().patch_path(path).unwrap()));
            if let Some(value) = value {
                record = record.with(name, value.as_str());
            }
        }
        let mapping = Mapping::new(rules);
        let current = held_resource(&held);
        let environment = Environment::new("2026-02-03T07:05:09Z".parse().unwrap());
        let plan = |current: &Resource| {
            provision(&mapping, users, &record, std::slice::from_ref(current), None, &environment)
        };
        let first = plan(&current);
        let after = match first.requests.last() {
            Some(TargetOperation::Patch { request, .. }) => {
                let properties = first.entries.iter().map(|entry| entry.modified_properties.len());
                prop_assert!(properties.sum::<usize>() > 0);
                let after = patch::apply(request, &current, users, &Compatibility::standard()).unwrap();
                after.resource
            }
            _ => current,
        };
        prop_assert_eq!(plan(&after).outcome, "RedundantExport");
        for (path, value) in PATHS.iter().zip(&wanted) {
            if let Some(value) = value {
                let found = look_up(&after.to_value(), path).unwrap_or_default();
                prop_assert!(found.eq_ignore_ascii_case(value), "{} is {} and not {}", path, found, value);
            }
        }
    }
}

const PATHS: [&str; 7] = [
    "displayName",
    "name.givenName",
    "name.familyName",
    "emails[type eq \"work\"].value",
    "addresses[type eq \"work\"].locality",
    "addresses[type eq \"work\"].country",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
];

fn matching_rule(users: &scim_core::schema::RegisteredResourceType) -> Rule {
    let mut rule = Rule::new(
        RuleSource::Direct("userName".to_owned()),
        users.parser().patch_path("userName").unwrap(),
    );
    rule.matching_priority = 1;
    rule
}

/// A resource with the values at [`PATHS`].
fn held_resource(values: &[Option<String>]) -> Resource {
    let mut body = Map::new();
    body.insert(
        "schemas".to_owned(),
        json!(["urn:ietf:params:scim:schemas:core:2.0:User"]),
    );
    body.insert("id".to_owned(), "42".into());
    body.insert("userName".to_owned(), "ines".into());
    let mut put = |path: &[&str], value: &str| {
        let mut place = &mut body;
        for name in path.iter().take(path.len() - 1) {
            place = place
                .entry(*name)
                .or_insert_with(|| json!({}))
                .as_object_mut()
                .unwrap();
        }
        place.insert((*path.last().unwrap()).to_owned(), value.into());
    };
    let mut address = json!({"type": "work"});
    for (path, value) in PATHS.iter().zip(values) {
        let Some(value) = value else { continue };
        match *path {
            "displayName" => put(&["displayName"], value),
            "name.givenName" => put(&["name", "givenName"], value),
            "name.familyName" => put(&["name", "familyName"], value),
            "addresses[type eq \"work\"].locality" => address["locality"] = value.as_str().into(),
            "addresses[type eq \"work\"].country" => address["country"] = value.as_str().into(),
            _ => {}
        }
    }
    if address.as_object().unwrap().len() > 1 {
        body.insert("addresses".to_owned(), json!([address]));
    }
    if let Some(Some(mail)) = values.get(3) {
        body.insert("emails".to_owned(), json!([{"type": "home", "value": "h", "primary": true}, {"type": "work", "value": mail}]));
    }
    Resource::new(body)
}

fn look_up(resource: &Value, path: &str) -> Option<String> {
    let work = |list: &str| {
        resource
            .get(list)?
            .as_array()?
            .iter()
            .find(|element| element["type"] == "work")
            .cloned()
    };
    let value = match path {
        "displayName" => resource.get("displayName").cloned(),
        "name.givenName" => resource.pointer("/name/givenName").cloned(),
        "name.familyName" => resource.pointer("/name/familyName").cloned(),
        "emails[type eq \"work\"].value" => {
            work("emails").and_then(|element| element.get("value").cloned())
        }
        "addresses[type eq \"work\"].locality" => {
            work("addresses").and_then(|element| element.get("locality").cloned())
        }
        "addresses[type eq \"work\"].country" => {
            work("addresses").and_then(|element| element.get("country").cloned())
        }
        _ => resource
            .get("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")?
            .get("department")
            .cloned(),
    };
    value?.as_str().map(str::to_owned)
}
