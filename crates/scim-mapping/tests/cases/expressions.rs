//! Expressions: what they evaluate to, and which are refused.

use scim_mapping::{EvaluatedValue, Expression, Record};
use serde_json::json;

use super::{environment, files, record};

#[test]
fn expressions_evaluate_as_documented() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (path, file) in files("expression") {
        for case in file["cases"].as_array().into_iter().flatten() {
            count += 1;
            let text = case["expression"].as_str().unwrap();
            let expression: Expression = match text.parse() {
                Ok(expression) => expression,
                Err(error) => {
                    wrong.push(format!("{}: {text}: {error}", path.display()));
                    continue;
                }
            };
            let result = expression.evaluate(&record(&file["record"]), &environment());
            let as_expected = match (&result, case["error"].as_str()) {
                (Err(error), Some(expected)) => error.to_string().contains(expected),
                (Ok(EvaluatedValue::Ignore), None) => case["ignored"] == true,
                (Ok(EvaluatedValue::Null), None) => {
                    case["result"].is_null() && case["ignored"].is_null()
                }
                (Ok(value), None) => case["result"] == value.to_string(),
                _ => false,
            };
            if !as_expected {
                wrong.push(format!(
                    "{}: {text}: {result:?} is not {}",
                    path.display(),
                    case["result"]
                ));
            }
            let printed = expression.to_string();
            if printed.parse::<Expression>().unwrap() != expression {
                wrong.push(format!(
                    "{text} prints as {printed}, which is something else"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 150);
}

#[test]
fn every_function_has_a_case() {
    let text: String = files("expression")
        .iter()
        .map(|(_, file)| file.to_string())
        .collect();
    let random = ["Guid", "RandomString"];
    let without: Vec<&str> = scim_mapping::Function::ALL
        .iter()
        .map(|function| function.name())
        .filter(|name| !text.contains(&format!("{name}(")) && !random.contains(name))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn malformed_expressions_are_refused_with_their_place() {
    for (_, file) in files("expression") {
        for case in file["rejected"].as_array().into_iter().flatten() {
            let text = case["expression"].as_str().unwrap();
            let error = text.parse::<Expression>().unwrap_err();
            assert_eq!(
                format!("{:?}", error.kind()),
                case["kind"],
                "{text}: {error}"
            );
            assert_eq!(json!(error.range().start), case["start"], "{text}: {error}");
            assert!(
                error
                    .to_string()
                    .contains(case["contains"].as_str().unwrap()),
                "{text}: {error}"
            );
        }
    }
}

#[test]
fn attacks_are_refused() {
    let deep = format!("{}[a]{}", "Not(".repeat(2000), ")".repeat(2000));
    assert!(deep.parse::<Expression>().is_err());
    assert!("(".repeat(9000).parse::<Expression>().is_err());
    assert!(
        format!("\"{}\"", "x".repeat(10_000))
            .parse::<Expression>()
            .is_err()
    );
    let hostile = r#"Replace([a], , "(((a{100}){100}){100}){100}", , "", , )"#;
    assert!(hostile.parse::<Expression>().is_err());
}

#[test]
fn random_values_have_the_form_that_was_asked_for() {
    let environment = environment();
    let value = |text: &str| {
        text.parse::<Expression>()
            .unwrap()
            .evaluate(&Record::default(), &environment)
    };
    assert_eq!(
        value("Guid()").unwrap().to_string(),
        "01234567-89ab-4def-8123-456789abcdef"
    );
    let text = value(r#"RandomString(12, 3, 2, 2, 2, "0O1l")"#)
        .unwrap()
        .to_string();
    assert_eq!(text.chars().count(), 12);
    assert!(text.chars().filter(char::is_ascii_digit).count() >= 3);
    assert!(!text.contains(['0', 'O', '1', 'l']));
    assert!(value("RandomString(2, 3, 0, 0, 0)").is_err());
    assert!(value("RandomString(999, 3, 0, 0, 0)").is_err());
}
