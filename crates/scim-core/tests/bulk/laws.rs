//! A bulk request comes to the same as single requests with real ids.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use scim_core::message::{BulkOperation, BulkRequest, PatchRequest};
use scim_core::resource::Resource;
use scim_core::service_provider::Request;
use scim_core::urn;
use serde_json::{Value, json};

use crate::drive::{BASE, Service, context_with, group, results, user};

/// A resource to be created, and those that it refers to, by position.
#[derive(Clone, Debug)]
struct Creation {
    is_group: bool,
    refers: BTreeSet<usize>,
    /// Whether it lacks what it needs.
    is_broken: bool,
}

const MOST: usize = 7;

fn creations() -> impl Strategy<Value = Vec<Creation>> {
    let creation = (
        any::<bool>(),
        btree_set(0..MOST, 0..3),
        proptest::bool::weighted(0.1),
    );
    vec(creation, 1..=MOST).prop_map(|creations| {
        let count = creations.len();
        let creation =
            |(place, (is_group, refers, is_broken)): (usize, (bool, BTreeSet<usize>, bool))| {
                let refers = refers.into_iter().filter(|other| *other < count);
                // No group is its own member, and nobody has two managers.
                let refers: BTreeSet<usize> = if is_group {
                    refers.filter(|other| *other != place).collect()
                } else {
                    refers.take(1).collect()
                };
                Creation {
                    is_group,
                    refers,
                    is_broken,
                }
            };
        creations.into_iter().enumerate().map(creation).collect()
    })
}

fn resource(place: usize, creation: &Creation, name: impl Fn(usize) -> String) -> Resource {
    let refers: Vec<String> = creation.refers.iter().map(|other| name(*other)).collect();
    let refers: Vec<&str> = refers.iter().map(String::as_str).collect();
    let own = format!("r{place}");
    let mut resource = if creation.is_group {
        group(&own, &refers)
    } else {
        user(&own, refers.first().copied())
    };
    if creation.is_broken {
        let name = if creation.is_group {
            "displayName"
        } else {
            "userName"
        };
        resource.attributes_mut().remove(name);
    }
    resource
}

const fn endpoint(creation: &Creation) -> &'static str {
    if creation.is_group {
        "/Groups"
    } else {
        "/Users"
    }
}

/// Those that refer to a broken one, or to one that does.
fn failing(creations: &[Creation]) -> BTreeSet<usize> {
    let mut failing: BTreeSet<usize> = (0..creations.len())
        .filter(|place| creations[*place].is_broken)
        .collect();
    loop {
        let more: Vec<usize> = (0..creations.len())
            .filter(|place| {
                !failing.contains(place) && !creations[*place].refers.is_disjoint(&failing)
            })
            .collect();
        if more.is_empty() {
            return failing;
        }
        failing.extend(more);
    }
}

/// Creates each on its own, without references, then sets these.
fn one_by_one(creations: &[Creation], failing: &BTreeSet<usize>) -> Service {
    let service = Service::standard(true);
    let mut ids = vec![String::new(); creations.len()];
    for (place, creation) in creations.iter().enumerate() {
        if failing.contains(&place) {
            continue;
        }
        let bare = Creation {
            refers: BTreeSet::new(),
            ..creation.clone()
        };
        let body = resource(place, &bare, |_| String::new())
            .to_value()
            .to_string();
        let request = Request::new("POST", endpoint(creation)).with_body(body);
        let created = service.answer_with(&request, context_with(&format!("real-{place}")));
        ids[place] = created["id"].as_str().unwrap().to_owned();
    }
    for (place, creation) in creations
        .iter()
        .enumerate()
        .filter(|(place, _)| !failing.contains(place))
    {
        let whole = resource(place, creation, |other| ids[other].clone());
        let path = format!("{}/{}", endpoint(creation), ids[place]);
        service.answer(&Request::new("PUT", path).with_body(whole.to_value().to_string()));
    }
    service
}

proptest! {
    /// P-7644-3.7-15, P-7644-3.7.1-1, P-7644-3.7.2-2, P-7644-3.7.2-4
    #[test]
    fn creations_with_references_come_to_the_same_as_single_ones(creations in creations()) {
        let failing = failing(&creations);
        let expected = one_by_one(&creations, &failing).state();
        for is_able in [true, false] {
            let service = Service::standard(is_able);
            let operations = creations.iter().enumerate().map(|(place, creation)| {
                let name = |other: usize| BulkOperation::reference_to(&other.to_string());
                BulkOperation::post(endpoint(creation), place.to_string(), resource(place, creation, name))
            });
            let results = results(&service.ask(&BulkRequest::new(operations.collect())));
            prop_assert_eq!(results.len(), creations.len());
            for (place, result) in results.iter().enumerate() {
                let creation = &creations[place];
                let expected: &[&str] = match (creation.is_broken, failing.contains(&place)) {
                    // It has two reasons to fail.
                    (true, _) if !creation.refers.is_disjoint(&failing) => &["400", "409"],
                    (true, _) => &["400"],
                    (false, true) => &["409"],
                    (false, false) => &["201"],
                };
                let status = result["status"].as_str().unwrap();
                prop_assert!(expected.contains(&status), "operation {}: {}", place, status);
                prop_assert_eq!(&result["bulkId"], &place.to_string());
                if status == "201" {
                    let path = result["location"].as_str().and_then(|location| location.strip_prefix(BASE));
                    let held = service.answer(&Request::new("GET", path.unwrap()));
                    prop_assert_eq!(&held["meta"]["version"], &result["version"]);
                }
            }
            prop_assert_eq!(service.state(), expected.clone());
        }
    }

    /// P-7644-3.7-15: however late what they add is created, the changes of one group keep their order.
    #[test]
    fn changes_of_one_resource_keep_their_order(
        changes in vec((proptest::bool::ANY, 0..4_usize), 1..8),
        places in vec(0..12_usize, 4),
    ) {
        let patch = |(adds, who): &(bool, usize)| -> PatchRequest {
            let who = BulkOperation::reference_to(&format!("u{who}"));
            let operation = if *adds {
                json!({ "op": "add", "path": "members", "value": [{ "value": who }] })
            } else {
                json!({ "op": "remove", "path": format!("members[value eq \"{who}\"]") })
            };
            serde_json::from_value(json!({ "schemas": [urn::PATCH_OP], "Operations": [operation] })).unwrap()
        };
        let mut expected: Vec<usize> = Vec::new();
        for (adds, who) in &changes {
            expected.retain(|member| *adds || member != who);
            if *adds && !expected.contains(who) {
                expected.push(*who);
            }
        }
        let mut operations: Vec<BulkOperation> =
            changes.iter().map(|change| BulkOperation::patch("/Groups/bulkId:g", &patch(change))).collect();
        for (who, place) in places.iter().enumerate() {
            let operation = BulkOperation::post("/Users", format!("u{who}"), user(&format!("u{who}"), None));
            operations.insert(*place.min(&operations.len()), operation);
        }
        operations.push(BulkOperation::post("/Groups", "g", group("G", &[])));
        for is_able in [true, false] {
            let service = Service::standard(is_able);
            let results = results(&service.ask(&BulkRequest::new(operations.clone())));
            prop_assert!(results.iter().all(|result| result["response"].is_null()), "{:?}", results);
            let members: Vec<Value> =
                expected.iter().map(|who| json!({ "value": format!("u{who}") })).collect();
            let held = service.state().get("G").and_then(|group| group.get("members")).cloned();
            prop_assert_eq!(held.unwrap_or_else(|| json!([])), Value::Array(members));
        }
    }
}
