//! Any text as an expression of Entra's mappings: an answer, or an error inside the text; print is the inverse of read;
//! evaluation ends, bounded and without a panic, however the target answers; and what a check finds no fault with yields a
//! value of the target's type.
#![cfg_attr(fuzzing, no_main)]

use std::collections::BTreeMap;

use scim_mapping::{
    DataType, Environment, Evaluation, EvaluationStep, Expression, ExpressionProblemKind,
    ExpressionTarget, Record, ValueType,
};
use serde_json::json;

const TYPES: [DataType; 6] = [
    DataType::String,
    DataType::Boolean,
    DataType::Integer,
    DataType::DateTime,
    DataType::Reference,
    DataType::Binary,
];

fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let expression: Expression = match text.parse() {
        Ok(expression) => expression,
        Err(error) => {
            assert!(text.get(error.range()).is_some(), "{error:?}");
            assert!(!format!("{error:#}").is_empty());
            return;
        }
    };
    let printed = expression.to_string();
    assert_eq!(printed.parse().as_ref(), Ok(&expression), "{printed}");

    let single = ValueType::single;
    let attributes = BTreeMap::from(
        [
            ("mail", single(DataType::String)),
            ("displayName", single(DataType::String)),
            ("employeeHireDate", single(DataType::DateTime)),
            ("number", single(DataType::Integer)),
            ("accountEnabled", single(DataType::Boolean)),
            ("proxyAddresses", ValueType::several(DataType::String)),
            ("appRoleAssignments", single(DataType::Reference)),
        ]
        .map(|(name, value_type)| (name.to_owned(), value_type)),
    );
    let record = Record::default()
        .with("mail", "ines.okafor@fjordlab.example")
        .with("displayName", "Ine\u{301}s O'Kafor 李")
        .with("employeeHireDate", "2024-02-29T00:00:00Z")
        .with("number", 7)
        .with("accountEnabled", true)
        .with(
            "proxyAddresses",
            json!(["SMTP:a@b.example", "smtp:c@d.example"]),
        )
        .with("appRoleAssignments", json!([{"value": "surveyAdmin"}]));
    let environment =
        Environment::new(chrono::DateTime::UNIX_EPOCH).with_random(|| 0x0123_4567_89AB_CDEF);

    // Every answer is that the value is taken, so that all rules are tried.
    let mut step = Evaluation::start(&expression, &record, &environment);
    let mut questions = 0;
    while let Ok(EvaluationStep::Ask(evaluation)) = step {
        questions += 1;
        assert!(questions <= text.len(), "more questions than rules");
        step = evaluation.resume(false);
    }
    let Ok(EvaluationStep::Done(value)) = step else {
        // What it fails with is for the cases to say; the check ends all the same.
        let _ = expression.check(&attributes, ExpressionTarget::new(single(DataType::String)));
        return;
    };
    let harmless = [
        ExpressionProblemKind::NoEffect,
        ExpressionProblemKind::NullCondition,
        ExpressionProblemKind::NotDeterministic,
    ];
    for data_type in TYPES {
        let to = single(data_type);
        let problems = expression.check(&attributes, ExpressionTarget::new(to));
        for problem in &problems {
            assert!(text.get(problem.range.clone()).is_some(), "{problem:?}");
        }
        if problems
            .iter()
            .all(|problem| harmless.contains(&problem.kind))
        {
            let converted = value.convert(to, environment.now);
            assert!(converted.is_ok(), "{value:?} for {to}: {converted:?}");
        }
    }
}

fuzz::target!(check);
