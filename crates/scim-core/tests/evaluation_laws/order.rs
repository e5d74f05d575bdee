//! P-7644-3.4.2.1-4, P-7644-3.4.2.3-5, P-7644-3.4.2.3-9: one order for types whose attributes of one name have rules of their own.

use proptest::collection::vec;
use proptest::prelude::*;
use scim_core::compatibility::Compatibility;
use scim_core::message::SortOrder;
use scim_core::resource::Resource;
use scim_core::schema::{ResourceType, Schema, SchemaRegistry};
use scim_core::sorting::BoundSort;
use scim_core::urn::SchemaUrn;
use serde_json::{Value, json};

/// Each has a `code`, but for the last.
const TYPES: [(&str, &str); 5] = [
    ("Door", "integer"),
    ("Clock", "dateTime"),
    ("Lamp", "string"),
    ("Key", "string"),
    ("Wall", ""),
];

fn registry() -> SchemaRegistry {
    let mut registry = SchemaRegistry::builder();
    for (name, kind) in TYPES {
        let (attribute, case_exact) = if kind.is_empty() {
            ("colour", false)
        } else {
            ("code", name == "Key")
        };
        let kind = if kind.is_empty() { "string" } else { kind };
        let id = format!("urn:example:params:2.0:{name}");
        let schema: Schema = serde_json::from_value(json!({
            "id": id,
            "name": name,
            "attributes": [{"name": attribute, "type": kind, "caseExact": case_exact}],
        }))
        .unwrap();
        let id = SchemaUrn::new(id).unwrap();
        registry =
            registry
                .schema(schema)
                .resource_type(ResourceType::new(name, format!("/{name}s"), id));
    }
    registry.build().unwrap()
}

fn sorts(registry: &SchemaRegistry, order: SortOrder) -> Vec<BoundSort> {
    let types = TYPES.map(|(name, _)| registry.resource_type(name).unwrap());
    let standard = Compatibility::standard();
    let (sorts, tolerated) =
        BoundSort::bind_each(&"code".parse().unwrap(), order, types, &standard).unwrap();
    assert!(tolerated.is_empty());
    assert!(sorts.iter().all(|sort| sort.path() == "code"));
    sorts
}

/// A resource with the index of its type.
fn found() -> impl Strategy<Value = Vec<(usize, Resource)>> {
    let numbers = (-3..12).prop_map(Value::from);
    let instants = prop::sample::select(vec![
        "2026-01-01T00:00:00Z",
        "2026-01-01T02:00:00+02:00",
        "2026-01-01T00:00:00.5Z",
        "2025-12-31T23:00:00-02:00",
    ]);
    let texts = "[abAB]{1,2}".prop_map(Value::from);
    let code = (
        numbers,
        instants.prop_map(Value::from),
        texts.clone(),
        texts.clone(),
        texts,
    );
    let one = (0..TYPES.len(), code, any::<bool>()).prop_map(|(kind, code, has)| {
        let (number, instant, folded, exact, none) = code;
        let code = [number, instant, folded, exact, none][kind].clone();
        (kind, has.then_some(code))
    });
    vec(one, 0..40).prop_map(|found| {
        let found = found.into_iter().enumerate();
        found
            .map(|(id, (kind, code))| {
                let resource = json!({"id": format!("{id:02}"), "code": code});
                (kind, Resource::new(resource.as_object().unwrap().clone()))
            })
            .collect()
    })
}

/// What comes first: numbers, then instants, then texts, then what has no value.
fn rank(kind: usize, resource: &Resource) -> usize {
    match (resource.get("code"), kind) {
        (None | Some(Value::Null), _) | (_, 4) => 4,
        (_, kind) => kind.min(2),
    }
}

proptest! {
    #[test]
    fn each_type_keeps_its_own_order_in_the_whole(found in found(), descending in any::<bool>()) {
        let order = if descending { SortOrder::Descending } else { SortOrder::Ascending };
        let sorts = sorts(&registry(), order);
        let mut whole: Vec<&(usize, Resource)> = found.iter().collect();
        whole.sort_by_cached_key(|(kind, resource)| sorts[*kind].position(resource));
        for (kind, sort) in sorts.iter().enumerate() {
            let of_kind = |one: &&&(usize, Resource)| one.0 == kind;
            let in_whole: Vec<_> = whole.iter().filter(of_kind).map(|(_, one)| one).collect();
            let mut alone: Vec<_> = found.iter().filter(|one| one.0 == kind).map(|(_, one)| one).collect();
            sort.sort(&mut alone);
            prop_assert_eq!(in_whole, alone);
        }
        for pair in whole.windows(2) {
            let [left, right] = [pair[0], pair[1]];
            let [left_rank, right_rank] = [left, right].map(|(kind, resource)| rank(*kind, resource));
            let ranks = if descending { right_rank.cmp(&left_rank) } else { left_rank.cmp(&right_rank) };
            prop_assert!(ranks.is_le(), "{:?} {:?}", left, right);
            let [left_at, right_at] = [left, right].map(|(kind, resource)| sorts[*kind].position(resource));
            prop_assert!(left_at < right_at);
            if left_rank == 4 && right_rank == 4 {
                prop_assert!(left.1.id() < right.1.id());
            }
        }
    }
}
