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

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scim_core::compatibility::Compatibility;
use scim_core::resource::User;
use scim_core::schema::{SchemaRegistry, ValidationContext};
use serde_json::{Value, json};

#[path = "resource_json/derived.rs"]
mod derived;

fn document() -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": "701984",
        "userName": "bjensen@example.com",
        "name": {
            "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara",
            "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III",
        },
        "displayName": "Babs Jensen",
        "nickName": "Babs",
        "profileUrl": "https://login.example.com/bjensen",
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@jensen.example.org", "type": "home" },
        ],
        "addresses": [{
            "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA",
            "postalCode": "91608", "country": "US", "type": "work", "primary": true,
        }],
        "phoneNumbers": [
            { "value": "tel:+1-555-555-5555", "type": "work" },
            { "value": "tel:+1-555-555-4444", "type": "mobile" },
        ],
        "ims": [{ "value": "babs", "type": "xmpp" }],
        "photos": [{ "value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo" }],
        "roles": [{ "value": "guide", "display": "Tour guide", "primary": true }],
        "entitlements": [{ "value": "park" }],
        "meta": {
            "resourceType": "User", "created": "2026-01-23T04:56:22.125Z", "location": "https://example.com/v2/Users/2819c223",
        },
        "userType": "Employee",
        "title": "Tour Guide",
        "preferredLanguage": "en-US",
        "locale": "en-US",
        "timezone": "America/Los_Angeles",
        "active": true,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
            "division": "Theme Park", "department": "Tour Operations",
            "manager": { "value": "26118915-6090-4610-87e4-49d8ca9f808d", "displayName": "John Smith" },
        },
    })
}

fn resource_json(criterion: &mut Criterion) {
    let registry = SchemaRegistry::standard();
    let users = registry.resource_type("User").expect("a standard type");
    let text = serde_json::to_vec(&document()).expect("JSON");
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
    assert_eq!(reread(&write_typed()), document());
    assert_eq!(reread(&write_derived()), document());
    assert_eq!(
        (value(), validated().into_value()),
        (document(), document())
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
