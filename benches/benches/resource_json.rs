//! Reading and writing a full user of 1.6 KB: the typed `User` beside a struct that derives serde's traits, and a validated
//! reading beside a reading as a JSON value.
//!
//! The derived struct has the same fields, takes names in one spelling only, and drops what it does not know. Goal: 0.9 of its
//! speed both ways, and 0.6 of the speed of `serde_json::Value` for a validated reading. Reached
//! (two cores of an EPYC, 2026): reading 0.97, and 0.91 by instructions (callgrind); writing 0.99; a validated reading 0.66, and
//! 0.64 by instructions.
#![expect(
    clippy::expect_used,
    reason = "a bench whose input is wrong has to stop"
)]

use std::hint::black_box;

use benches::full_user;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scim_core::compatibility::Compatibility;
use scim_core::resource::User;
use scim_core::schema::{SchemaRegistry, ValidationContext};
use serde_json::Value;

#[path = "resource_json/derived.rs"]
mod derived;

fn resource_json(criterion: &mut Criterion) {
    let registry = SchemaRegistry::standard();
    let users = registry.resource_type("User").expect("a standard type");
    let text = serde_json::to_vec(&full_user()).expect("JSON");
    assert_eq!(text.len() / 100, 16, "{} bytes", text.len());
    let text = text.as_slice();

    let typed = || serde_json::from_slice::<User>(black_box(text)).expect("a user");
    let derived = || serde_json::from_slice::<derived::User>(black_box(text)).expect("a user");
    let value = || serde_json::from_slice::<Value>(black_box(text)).expect("JSON");
    let compatibility = Compatibility::strict();
    let validated = || {
        users
            .read_slice(
                black_box(text),
                ValidationContext::PatchResult,
                &compatibility,
            )
            .expect("a valid user")
            .0
    };
    let (user, plain) = (typed(), derived());
    let write_typed = || serde_json::to_vec(black_box(&user)).expect("a user");
    let write_derived = || serde_json::to_vec(black_box(&plain)).expect("a user");
    let reread = |text: &[u8]| serde_json::from_slice::<Value>(text).expect("JSON");
    assert_eq!(reread(&write_typed()), full_user());
    assert_eq!(reread(&write_derived()), full_user());
    assert_eq!(
        (value(), validated().into_value()),
        (full_user(), full_user())
    );

    let mut bench = criterion.benchmark_group("resource_json");
    bench.throughput(Throughput::Bytes(text.len() as u64));
    bench.bench_function(BenchmarkId::new("read", "typed"), |bencher| {
        bencher.iter(typed);
    });
    bench.bench_function(BenchmarkId::new("read", "derived"), |bencher| {
        bencher.iter(derived);
    });
    bench.bench_function(BenchmarkId::new("write", "typed"), |bencher| {
        bencher.iter(write_typed);
    });
    bench.bench_function(BenchmarkId::new("write", "derived"), |bencher| {
        bencher.iter(write_derived);
    });
    bench.bench_function(BenchmarkId::new("read", "validated"), |bencher| {
        bencher.iter(validated);
    });
    bench.bench_function(BenchmarkId::new("read", "value"), |bencher| {
        bencher.iter(value);
    });
    bench.finish();
}

criterion_group!(benches, resource_json);
criterion_main!(benches);
