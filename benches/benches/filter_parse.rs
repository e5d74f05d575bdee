//! Reading filters: ours beside its rivals and beside a bare scan of JSON, in one run.
//!
//! Goal: at most half the time of the fastest rival on each of the six filters, and at most four times
//! `serde::de::IgnoredAny` over a JSON object of the same bytes. The or-chains have to cost the same for each term.
//!
//! Measured (two shared cores) against the fastest rival that reads them: f1 0.48, f2 0.43, f3 0.28, f4 0.42, f5 0.29, of
//! `scim_proto`; f6, which that one does not read, 0.11 of `scim-filter-peer`. The or-chains take 94 to 115 ns for a term. Not
//! reached: `IgnoredAny`, of which the six take 3.7, 4.8, 8.6, 9.4, 9.0 and 7.7 times; the allocations of the tree, one for
//! each name, text and chain and counted beside the times, are more than half of that.
//!
//! `scim-filter-peer` has no parser of its own to call: it filters an empty list, which is its parser and little else. Where
//! a rival does not read a filter, its row is missing.
#![expect(
    clippy::expect_used,
    reason = "a bench whose input is wrong has to stop"
)]

use std::hint::black_box;
use std::str::FromStr;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde::de::IgnoredAny;

/// The six filters of the RFC's figures on which the goal is measured, and how our canonical text of each begins.
const FILTERS: [(&str, &str); 6] = [
    ("f1", r#"userName eq "bjensen""#),
    ("f2", r#"title pr and userType eq "Employee""#),
    (
        "f3",
        r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
    ),
    (
        "f4",
        r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
    ),
    (
        "f5",
        r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
    ),
    (
        "f6",
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J" and meta.lastModified ge "2011-05-13T04:42:34Z""#,
    ),
];

/// A JSON object with one text, as long as the filter.
fn json_of_length(length: usize) -> String {
    format!(r#"{{"f":"{}"}}"#, "x".repeat(length.saturating_sub(8)))
}

fn six_filters(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("filter_parse");
    for (name, text) in FILTERS {
        group.throughput(Throughput::Bytes(text.len() as u64));

        let ours = scim_filter::Filter::from_str(text).expect("ours reads it");
        assert_eq!(ours.to_string(), text);
        group.bench_with_input(
            BenchmarkId::new("scim_filter", name),
            text,
            |bencher, text| {
                bencher.iter(|| scim_filter::Filter::from_str(black_box(text)));
            },
        );

        if scim_proto::filter::ScimFilter::from_str(text).is_ok() {
            group.bench_with_input(
                BenchmarkId::new("scim_proto", name),
                text,
                |bencher, text| {
                    bencher.iter(|| scim_proto::filter::ScimFilter::from_str(black_box(text)));
                },
            );
        }

        if scim_v2::filter::Filter::from_str(text).is_ok() {
            group.bench_with_input(BenchmarkId::new("scim_v2", name), text, |bencher, text| {
                bencher.iter(|| scim_v2::filter::Filter::from_str(black_box(text)));
            });
        }

        let nobody: [serde_json::Value; 0] = [];
        if scim_filter_peer::scim_filter(text, &nobody).is_ok() {
            group.bench_with_input(
                BenchmarkId::new("scim_filter_peer", name),
                text,
                |bencher, text| {
                    bencher.iter(|| scim_filter_peer::scim_filter(black_box(text), &nobody));
                },
            );
        }

        let json = json_of_length(text.len());
        assert_eq!(json.len(), text.len());
        assert!(serde_json::from_str::<IgnoredAny>(&json).is_ok());
        group.bench_with_input(
            BenchmarkId::new("ignored_any", name),
            &json,
            |bencher, json| {
                bencher.iter(|| serde_json::from_str::<IgnoredAny>(black_box(json)));
            },
        );
    }
    group.finish();
}

/// Counts of one parse, beside the times: ours, then the rivals that read the filter.
#[expect(clippy::print_stdout, reason = "criterion has no column for counts")]
fn allocations(_: &mut Criterion) {
    let nobody: [serde_json::Value; 0] = [];
    println!(
        "allocations of one parse: scim_filter, scim_proto, scim_v2, scim_filter_peer (-: does not read it)"
    );
    for (name, text) in FILTERS {
        let counts = [
            allocations_of(|| scim_filter::Filter::from_str(text).is_ok()),
            allocations_of(|| scim_proto::filter::ScimFilter::from_str(text).is_ok()),
            allocations_of(|| scim_v2::filter::Filter::from_str(text).is_ok()),
            allocations_of(|| scim_filter_peer::scim_filter(text, &nobody).is_ok()),
        ];
        println!("  {name}: {}", counts.join(", "));
    }
}

/// The second parse counts: a rival builds its tables in the first.
fn allocations_of(parse: impl Fn() -> bool) -> String {
    if !parse() {
        return "-".to_owned();
    }
    let info = allocation_counter::measure(|| {
        black_box(parse());
    });
    info.count_total.to_string()
}

fn or_chains(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("filter_parse/or_chain");
    for terms in [1_u32, 10, 100, 1_000] {
        let text = (0..terms)
            .map(|term| format!(r#"id eq "2819c223-7f76-453a-919d-{term:012x}""#))
            .collect::<Vec<_>>()
            .join(" or ");
        let filter = scim_filter::Filter::from_str(&text).expect("a chain under the limits");
        match &filter {
            scim_filter::Filter::Or(parts) => assert_eq!(parts.len(), terms as usize),
            _ => assert_eq!(terms, 1),
        }
        group.throughput(Throughput::Elements(u64::from(terms)));
        group.bench_with_input(
            BenchmarkId::from_parameter(terms),
            &text,
            |bencher, text| {
                bencher.iter(|| scim_filter::Filter::from_str(black_box(text)));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, allocations, six_filters, or_chains);
criterion_main!(benches);
