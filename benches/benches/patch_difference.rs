//! Finding the smallest PATCH between two states of a group whose members differ in a few, beside a comparison of the two
//! lists of members by hand, through an ordered set of their values.
//!
//! There is no goal for it; it has to grow as n log n, so a group of 10,000 may take about 13 times as long as one of 1,000.
#![expect(
    clippy::expect_used,
    reason = "a bench whose input is wrong has to stop"
)]

use std::collections::BTreeSet;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use scim_core::patch::{self, PatchDialect};
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use serde_json::json;

fn group(members: impl Iterator<Item = usize>) -> Resource {
    let members: Vec<_> = members
        .map(|id| json!({"value": format!("member-{id}"), "type": "User"}))
        .collect();
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "1", "displayName": "All", "members": members,
    });
    Resource::new(group.as_object().cloned().expect("an object"))
}

fn values(group: &Resource) -> BTreeSet<&str> {
    let members = group.attributes()["members"].as_array().expect("a list");
    members
        .iter()
        .filter_map(|member| member["value"].as_str())
        .collect()
}

/// How many came, and how many went.
fn by_hand(before: &Resource, after: &Resource) -> (usize, usize) {
    let (before, after) = (values(before), values(after));
    (
        after.difference(&before).count(),
        before.difference(&after).count(),
    )
}

fn differences(criterion: &mut Criterion) {
    let registry = SchemaRegistry::standard();
    let groups = registry.resource_type("Group").expect("a standard type");
    let mut bench = criterion.benchmark_group("patch_difference");
    for size in [1_000, 10_000] {
        let before = group(0..size);
        // One went, and one came.
        let after = group((0..size).filter(|id| *id != size / 2).chain([size]));
        for (name, dialect) in [("rfc", PatchDialect::Rfc), ("entra", PatchDialect::Entra)] {
            let run = || patch::difference(black_box(&before), &after, groups, dialect);
            assert_eq!(run().operations.len(), 2, "{name}");
            bench.bench_function(
                BenchmarkId::new(format!("scim_core/{name}"), size),
                |bencher| {
                    bencher.iter(run);
                },
            );
        }
        let run = || by_hand(black_box(&before), &after);
        assert_eq!(run(), (1, 1));
        bench.bench_function(BenchmarkId::new("by_hand", size), |bencher| {
            bencher.iter(run);
        });
    }
    bench.finish();
}

criterion_group!(benches, differences);
criterion_main!(benches);
