//! Expressions and records of known types.

use std::collections::BTreeMap;

use proptest::prelude::*;
use scim_mapping::{DataType, Record, ValueType};
use serde_json::{Value, json};

use super::quoted;

const DATE: DataType = DataType::DateTime;
/// An expression of a type, as somebody who knows the types writes it.
pub(crate) fn typed_expression(
    data_type: DataType,
    several: bool,
    depth: u32,
) -> BoxedStrategy<String> {
    let leaf = match (data_type, several) {
        (_, true) => Just("[many]".to_owned()).boxed(),
        (DataType::String, false) => prop_oneof![
            Just("[mail]".to_owned()),
            Just("[jobTitle]".to_owned()),
            "[a-z,]{0,4}".prop_map(|text| quoted(&text)),
        ]
        .boxed(),
        (DataType::Integer, false) => prop_oneof![
            Just("[level]".to_owned()),
            (1..5_u8).prop_map(|number| number.to_string())
        ]
        .boxed(),
        (DataType::Boolean, false) => Just("[accountEnabled]".to_owned()).boxed(),
        (DATE, false) => prop_oneof![Just("[hired]".to_owned()), Just("Now()".to_owned())].boxed(),
        (DataType::Binary, false) => Just("[photo]".to_owned()).boxed(),
        _ => Just("[manager]".to_owned()).boxed(),
    };
    if depth == 0 {
        return leaf;
    }
    let of = |data_type| typed_expression(data_type, false, depth - 1);
    let text = || of(DataType::String);
    let number = || of(DataType::Integer);
    let truth = || of(DataType::Boolean);
    let many = || typed_expression(DataType::String, true, depth - 1);
    let inner = if several {
        prop_oneof![
            text().prop_map(|a| format!("Split({a}, \",\")")),
            many().prop_map(|a| format!("RemoveDuplicates({a})")),
            many().prop_map(|a| format!("ToLower({a})")),
        ]
        .boxed()
    } else {
        match data_type {
            DataType::String => prop_oneof![
                (text(), text()).prop_map(|(a, b)| format!("Append({a}, {b})")),
                (many(), text(), number())
                    .prop_map(|(a, b, c)| format!("Join(\"-\", {a}, {b}, {c})")),
                (text(), number()).prop_map(|(a, b)| format!("Left({a}, {b})")),
                (text(), number(), number()).prop_map(|(a, b, c)| format!("Mid({a}, {b}, {c})")),
                (text(), text(), text())
                    .prop_map(|(a, b, c)| format!("Switch({a}, {b}, \"x\", {c})")),
                (text(), text())
                    .prop_map(|(a, b)| format!("Replace({a}, , \"(?<x>[a-z]+)\", , {b}, , )")),
                (many(), number()).prop_map(|(a, b)| format!("Item({a}, {b})")),
                (text(), number()).prop_map(|(a, b)| format!("Word({a}, {b}, \"@.\")")),
                of(DATE).prop_map(|a| format!(
                    "FormatDateTime({a}, , \"M/d/yyyy h:mm:ss tt\", \"dd/MM/yy\")"
                )),
                text().prop_map(|a| format!("PCase(NormalizeDiacritics(StripSpaces({a})))")),
                truth().prop_map(|a| format!("CStr({a})")),
                text().prop_map(|a| format!("IgnoreFlowIfNullOrEmpty({a})")),
            ]
            .boxed(),
            DataType::Integer => prop_oneof![
                many().prop_map(|a| format!("Count({a})")),
                (text(), text()).prop_map(|(a, b)| format!("InStr({a}, {b})")),
                (number(), number()).prop_map(|(a, b)| format!("BitAnd({a}, {b})")),
                (of(DATE), of(DATE)).prop_map(|(a, b)| format!("DateDiff(\"ww\", {a}, {b})")),
                of(DATE).prop_map(|a| format!("NumFromDate({a})")),
            ]
            .boxed(),
            DataType::Boolean => prop_oneof![
                text().prop_map(|a| format!("Not({a})")),
                (text(), text()).prop_map(|(a, b)| format!("CBool({a} = {b})")),
                (number(), number()).prop_map(|(a, b)| format!("CBool({a} > {b})")),
                many().prop_map(|a| format!("IsNullOrEmpty({a})")),
            ]
            .boxed(),
            DATE => prop_oneof![
                of(DATE).prop_map(|a| format!("CDate({a})")),
                (number(), of(DATE)).prop_map(|(a, b)| format!("DateAdd(\"d\", {a}, {b})")),
            ]
            .boxed(),
            DataType::Binary => text().prop_map(|a| format!("ConvertToBase64({a})")).boxed(),
            _ => leaf.clone(),
        }
    };
    let same = move || typed_expression(data_type, several, depth - 1);
    prop_oneof![
        1 => leaf,
        4 => inner,
        1 => (truth(), same(), same()).prop_map(|(a, b, c)| format!("IIF({a}, {b}, {c})")),
        1 => (same(), same()).prop_map(|(a, b)| format!("Coalesce({a}, {b})")),
    ]
    .boxed()
}

pub(crate) fn any_type() -> impl Strategy<Value = ValueType> {
    let types = vec![
        DataType::String,
        DataType::Integer,
        DataType::Boolean,
        DATE,
        DataType::Binary,
        DataType::Reference,
    ];
    (prop::sample::select(types), prop::bool::weighted(0.2))
        .prop_map(|(data_type, several)| ValueType::new(data_type, several))
}

pub(crate) fn attributes() -> BTreeMap<String, ValueType> {
    [
        ("mail", ValueType::single(DataType::String)),
        ("jobTitle", ValueType::single(DataType::String)),
        ("level", ValueType::single(DataType::Integer)),
        ("accountEnabled", ValueType::single(DataType::Boolean)),
        ("hired", ValueType::single(DATE)),
        ("photo", ValueType::single(DataType::Binary)),
        ("manager", ValueType::single(DataType::Reference)),
        ("many", ValueType::several(DataType::String)),
    ]
    .into_iter()
    .map(|(name, value_type)| (name.to_owned(), value_type))
    .collect()
}

pub(crate) fn typed_record() -> impl Strategy<Value = Record> {
    (
        "[a-zé😀]{1,9}@[a-z.,]{1,9}",
        "[A-Za-z ,']{0,9}[a-z]",
        1..99_i64,
        any::<bool>(),
        (1970..2100_i32, 1..13_u32, 1..29_u32),
        prop::collection::vec("[a-z:,]{1,5}", 1..4),
    )
        .prop_map(|(mail, title, level, enabled, (year, month, day), many)| {
            Record::default()
                .with("mail", mail)
                .with("jobTitle", title)
                .with("level", level)
                .with("accountEnabled", enabled)
                .with("hired", format!("{year}-{month:02}-{day:02}T09:30:00Z"))
                .with("photo", "iVBORw0KGgo=")
                .with("manager", json!({"id": "1f0c9a6e"}))
                .with("many", many)
        })
}

/// Whether a converted value is one of the type.
pub(crate) fn is_of(value: &Value, value_type: ValueType) -> bool {
    if value_type.multi_valued {
        let single = ValueType::single(value_type.data_type);
        return value
            .as_array()
            .is_some_and(|values| values.iter().all(|value| is_of(value, single)));
    }
    match value_type.data_type {
        DataType::Integer => value.is_i64(),
        DataType::Boolean => value.is_boolean(),
        DATE => value
            .as_str()
            .is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok()),
        _ => value.is_string(),
    }
}
