//! Values that stores get wrong: case, wildcards, quotes, empty and blank texts, what looks like something else, other scripts.

use serde_json::{Value, json};

use crate::schema::{AttributeDefinition, AttributeType, Mutability};

const TEXTS: [&str; 25] = [
    "",
    "Maren",
    "mAREN",
    "50%",
    "50_",
    "500",
    "O'Hara",
    "a \"quoted\" word",
    "back\\slash",
    " blank before",
    "blank after ",
    "Übung",
    "über",
    "u\u{308}ber",
    "stra\u{df}e",
    "STRASSE",
    "null",
    "true",
    "9",
    "10",
    "; -- '",
    "日本語",
    "\u{1f600} smile",
    "tab\tinside",
    "*",
];
const INSTANTS: [&str; 6] = [
    "2024-02-29T12:00:00Z",
    "2024-02-29T13:00:00+01:00",
    "2024-02-29T12:00:00.500Z",
    "1969-12-31T23:59:59Z",
    "2024-03-01T00:30:00+02:00",
    "2031-01-01T00:00:00Z",
];
const INTEGERS: [i64; 6] = [0, -1, 9, 10, 2_147_483_648, -40];
const DECIMALS: [f64; 6] = [0.5, -0.25, 9.0, 10.5, 0.1, 1_000_000.75];
const BINARIES: [&str; 4] = ["AQID", "aqid", "/+8=", "AAAA"];
const REFERENCES: [&str; 4] = [
    "https://people.example/a",
    "https://people.example/A",
    "https://people.example/a%20b",
    "https://people.example/_",
];

pub(super) fn text(seed: usize) -> &'static str {
    pick(&TEXTS, seed)
}

fn pick<T: Copy + Default>(values: &[T], seed: usize) -> T {
    let position = seed.checked_rem(values.len()).unwrap_or_default();
    values.get(position).copied().unwrap_or_default()
}

/// A simple value. A unique one has the number in it; its letters have both cases.
pub(super) fn simple(
    attribute: &AttributeDefinition,
    seed: usize,
    unique_number: Option<usize>,
) -> Value {
    if let Some(number) = unique_number {
        return match attribute.r#type {
            AttributeType::Integer | AttributeType::Decimal => json!(number),
            AttributeType::Reference => json!(format!("https://people.example/{number}")),
            AttributeType::DateTime => {
                json!(format!(
                    "2025-01-01T00:{:02}:{:02}Z",
                    number / 60 % 60,
                    number % 60
                ))
            }
            AttributeType::Binary => json!(format!("{number:08}")),
            _ => json!(format!("{}Ab{number}", text(seed).trim())),
        };
    }
    if !attribute.canonical_values.is_empty() {
        let values: Vec<&str> = attribute
            .canonical_values
            .iter()
            .map(String::as_str)
            .collect();
        return json!(pick(&values, seed));
    }
    match attribute.r#type {
        AttributeType::Boolean => json!(seed.is_multiple_of(2)),
        AttributeType::Integer => json!(pick(&INTEGERS, seed)),
        AttributeType::Decimal => json!(pick(&DECIMALS, seed)),
        AttributeType::DateTime => json!(pick(&INSTANTS, seed)),
        AttributeType::Binary => json!(pick(&BINARIES, seed)),
        AttributeType::Reference => json!(pick(&REFERENCES, seed)),
        // What is required is not empty.
        _ if attribute.required && text(seed).is_empty() => json!(text(seed + 1)),
        AttributeType::String | AttributeType::Complex => json!(text(seed)),
    }
}

/// A complex value with some of its sub-attributes; `place` is its place in a list.
pub(super) fn complex(
    attribute: &AttributeDefinition,
    seed: usize,
    place: usize,
    unique_number: impl Fn(&AttributeDefinition) -> Option<usize>,
) -> Value {
    let mut value = serde_json::Map::new();
    for (index, sub) in attribute.sub_attributes.iter().enumerate() {
        let seed = seed + index * 5 + place * 7;
        let is_left_out = seed.is_multiple_of(4) && sub.name != "value";
        if sub.mutability == Mutability::ReadOnly || (is_left_out && !sub.required) {
            continue;
        }
        if sub.name == "primary" {
            // Of several entries one may be the primary one.
            if place == 1 {
                value.insert(sub.name.clone(), json!(true));
            }
            continue;
        }
        value.insert(sub.name.clone(), simple(sub, seed, unique_number(sub)));
    }
    Value::Object(value)
}
