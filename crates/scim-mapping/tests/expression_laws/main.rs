//! Laws that hold for every expression.
#![cfg_attr(
    test,
    expect(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        reason = "a test may fail"
    )
)]

mod typed;

use proptest::prelude::*;
use scim_mapping::{
    Environment, EvaluatedValue, Expression, ExpressionLimits, ExpressionProblemKind,
    ExpressionTarget, Function, Record,
};
use serde_json::{Value, json};
use typed::{any_type, attributes, is_of, typed_expression, typed_record};

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

fn damaged_expression() -> impl Strategy<Value = String> {
    let parts = (any_expression(), any::<prop::sample::Index>(), ".{0,2}");
    parts.prop_map(|(text, place, with)| {
        let place = place.index(text.chars().count());
        let before = text.chars().take(place);
        before
            .chain(with.chars())
            .chain(text.chars().skip(place + 1))
            .collect()
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
    fn any_text_is_read_or_refused_within_itself(text in prop_oneof![any::<String>(), damaged_expression()]) {
        if let Err(error) = text.parse::<Expression>() {
            prop_assert!(text.get(error.range()).is_some());
            let _ = format!("{error:#}");
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
