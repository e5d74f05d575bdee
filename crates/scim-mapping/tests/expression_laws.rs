//! Laws that hold for every expression.
#![cfg_attr(
    test,
    expect(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        reason = "a test may fail"
    )
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use scim_mapping::{
    DataType, Environment, EvaluatedValue, Expression, ExpressionLimits, ExpressionProblemKind,
    ExpressionTarget, Function, Record, ValueType,
};
use serde_json::{Value, json};

fn environment() -> Environment {
    Environment::new("2026-02-03T07:05:09Z".parse().unwrap()).with_random(|| 0x0123_4567_89AB_CDEF)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Any expression: every function with as many arguments as it may have, whatever they are.
fn any_expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[A-Za-z_][A-Za-z0-9_.: -]{0,8}[a-z]".prop_map(|name| format!("[{name}]")),
        prop::sample::select(vec![
            "[a]", "[list]", "[flag]", "[date]", "[number]", "[none]"
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_map(|text| quoted(&text)),
        prop::sample::select(vec![
            "d",
            "m",
            "yyyy-MM-dd",
            "None",
            ",",
            "(?<n>a*)",
            "${n}$1",
            "tr"
        ])
        .prop_map(quoted),
        any::<i32>().prop_map(|number| number.to_string()),
        (0..9_u8).prop_map(|number| number.to_string()),
        "&H[0-9A-F]{1,6}",
        "-?[0-9]{1,3}\\.[0-9]{1,3}",
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            (inner.clone(), "(=|<>|>=|<=|<|>)", inner.clone())
                .prop_map(|(left, operator, right)| format!("CBool( {left} {operator}\n{right} )")),
            (
                prop::sample::select(Function::ALL),
                prop::collection::vec(inner, 12)
            )
                .prop_map(|(function, arguments)| call(function, &arguments)),
        ]
    })
}

/// A call with an allowed number of arguments.
fn call(function: Function, arguments: &[String]) -> String {
    let inner = function.signature().split_once('(').unwrap().1;
    let parameters = inner.trim_end_matches(')').split(", ");
    let parameters = parameters.filter(|parameter| !parameter.is_empty()).count();
    // How many of the optional ones are given depends on the arguments, so that it is the same each time.
    let choice = arguments[0].len();
    match function {
        Function::Replace => {
            let [source, old, new, other, ..] = arguments else {
                return String::new();
            };
            match choice % 5 {
                0 => format!("Replace({source}, {old}, , , {new})"),
                1 => format!("Replace({source}, {old}, , , , , {new})"),
                2 => format!("Replace({source}, , \"(?<n>a*)b?\", , {new}, , )"),
                3 => format!("Replace({source}, , \"(?<n>a*)b?\", \"n\", {new})"),
                _ => format!("Replace({source}, , \"(?<n>a*)b?\", \"n\", , {other})"),
            }
        }
        Function::Switch => format!("Switch({})", arguments[..4 + choice % 3 * 2].join(",")),
        Function::FormatDateTime => format!(
            "FormatDateTime ({}, , {})",
            arguments[0],
            arguments[1..3].join(" ,")
        ),
        Function::Coalesce | Function::Join | Function::SelectUniqueValue => {
            format!("{function}({})", arguments[..2 + choice % 4].join(" , "))
        }
        _ => format!("{function}({})", arguments[..parameters].join(",")),
    }
}

/// The texts of dates, numbers and truth values too, since functions read them.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::from),
        "(a|b|é|😀| |,){0,40}".prop_map(Value::from),
        prop::sample::select(vec![
            "2024-02-29T00:00:00Z",
            "2/3/2026 7:05:09 AM",
            "True",
            "-7",
            "&H10",
            ""
        ])
        .prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        prop::collection::vec(any::<String>(), 0..4).prop_map(Value::from),
        Just(json!({"id": "9f"})),
        Just(Value::Null),
    ]
}

fn any_record() -> impl Strategy<Value = Record> {
    let values = prop::collection::vec(any_value(), 5);
    values.prop_map(|values| {
        ["a", "list", "flag", "date", "number"]
            .into_iter()
            .zip(values)
            .fold(Record::default(), |record, (name, value)| {
                record.with(name, value)
            })
    })
}

const DATE: DataType = DataType::DateTime;

/// An expression of a type, as somebody who knows the types writes it.
fn typed_expression(data_type: DataType, several: bool, depth: u32) -> BoxedStrategy<String> {
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

fn any_type() -> impl Strategy<Value = ValueType> {
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

fn attributes() -> BTreeMap<String, ValueType> {
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

fn typed_record() -> impl Strategy<Value = Record> {
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
fn is_of(value: &Value, value_type: ValueType) -> bool {
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

proptest! {
    #[test]
    fn printing_is_the_inverse_of_reading(text in any_expression()) {
        let read: Expression = text.parse().unwrap();
        let printed = read.to_string();
        let again: Expression = printed.parse().unwrap();
        prop_assert_eq!(&again, &read);
        prop_assert_eq!(again.to_string(), printed);
    }

    #[test]
    fn any_text_is_read_or_refused_within_itself(text in any::<String>()) {
        if let Err(error) = text.parse::<Expression>() {
            prop_assert!(text.get(error.range()).is_some());
            let _ = format!("{error:#}");
        }
    }

    #[test]
    fn a_damaged_expression_is_read_or_refused_within_itself(text in any_expression(), cut in any::<prop::sample::Index>(), with in ".{0,2}") {
        let mut characters: Vec<char> = text.chars().collect();
        let place = cut.index(characters.len());
        characters.splice(place..=place, with.chars());
        let text: String = characters.into_iter().collect();
        if let Err(error) = text.parse::<Expression>() {
            prop_assert!(text.get(error.range()).is_some());
        }
    }

    #[test]
    fn evaluation_never_panics_and_is_bounded(text in any_expression(), record in any_record()) {
        let mut limits = ExpressionLimits::default();
        limits.output = 300;
        let expression = Expression::parse(&text, limits).unwrap();
        let given = record.attributes().values().map(|value| value.to_string().len()).sum::<usize>();
        if let Ok(value) = expression.evaluate(&record, &environment()) {
            let length = match value {
                EvaluatedValue::List(values) => values.iter().map(String::len).sum(),
                EvaluatedValue::Complex(_) => 0,
                other => other.to_string().len(),
            };
            // Dates and numbers take up to 36 bytes; ß, æ and their like grow by no more than their own length.
            prop_assert!(length <= 2 * limits.output.max(given).max(text.len()) + 36, "{}", length);
        }
    }

    #[test]
    fn a_check_never_panics_and_points_into_the_text(text in any_expression(), to in any_type()) {
        let expression: Expression = text.parse().unwrap();
        for problem in expression.check(&attributes(), ExpressionTarget::new(to)) {
            prop_assert!(text.get(problem.range.clone()).is_some_and(|place| !place.is_empty()));
            prop_assert!(!problem.way_out.is_empty());
        }
    }

    #[test]
    fn a_branch_that_is_not_taken_cannot_fail(text in any_expression(), record in any_record()) {
        let alone: Expression = text.parse().unwrap();
        let expected = alone.evaluate(&record, &environment());
        let failing = "CDate(\"no date\")";
        for (around, taken) in [
            (format!("IIF(1 = 1, {text}, {failing})"), true),
            (format!("IIF(1 = 2, {failing}, {text})"), true),
            (format!("Switch(\"k\", {failing}, \"other\", {failing}, \"k\", {text})"), true),
            (format!("Switch(\"k\", {text}, \"other\", {failing})"), true),
            (format!("Coalesce(\"value\", {text})"), false),
            (format!("Coalesce(\"value\", {failing})"), false),
        ] {
            let around: Expression = around.parse().unwrap();
            let result = around.evaluate(&record, &environment());
            if taken {
                let named = |error: scim_mapping::EvaluationError| error.reason().to_owned();
                prop_assert_eq!(result.map_err(named), expected.clone().map_err(named));
            } else {
                prop_assert_eq!(result, Ok(EvaluatedValue::Text("value".to_owned())));
            }
        }
    }

    #[test]
    fn what_a_check_finds_no_fault_with_yields_the_type(
        (to, text) in any_type().prop_flat_map(|to| (Just(to), any_type().prop_flat_map(move |other| {
            // Mostly of the target's type, sometimes of another.
            prop_oneof![
                4 => typed_expression(to.data_type, to.multi_valued, 3),
                1 => typed_expression(other.data_type, other.multi_valued, 3),
            ]
        }))),
        record in typed_record(),
    ) {
        let expression: Expression = text.parse().unwrap();
        let harmless = [
            ExpressionProblemKind::NoEffect,
            ExpressionProblemKind::NullCondition,
            ExpressionProblemKind::NotDeterministic,
        ];
        let problems = expression.check(&attributes(), ExpressionTarget::new(to));
        if problems.iter().any(|problem| !harmless.contains(&problem.kind)) {
            return Ok(());
        }
        let environment = environment();
        match expression.evaluate(&record, &environment) {
            Ok(value) => {
                let converted = value.convert(to, environment.now);
                prop_assert!(converted.is_ok(), "{text}: {value:?}: {converted:?}");
                if let Ok(Some(converted)) = converted {
                    prop_assert!(is_of(&converted, to), "{text}: {converted}");
                }
            }
            // What only a record shows: a text in another format, an index of 0, a day beyond the calendar.
            Err(error) => prop_assert!(
                error.function() == Some(Function::FormatDateTime)
                    || error.reason().contains("below 1")
                    || error.reason().contains("beyond"),
                "{text}: {error}"
            ),
        }
    }
}
