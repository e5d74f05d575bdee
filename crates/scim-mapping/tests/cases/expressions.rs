//! Expressions: what they evaluate to, which are refused, and what a check says of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use regex::Regex;
use scim_mapping::{
    DataType, EvaluatedValue, Evaluation, EvaluationError, EvaluationStep, Expression,
    ExpressionTarget, Function, Record, ValueType,
};
use serde_json::{Map, Value, json};

use super::{environment, record};

fn case_files(folder: &str) -> Vec<(PathBuf, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

/// The record of a file with the attributes of a case; `{"repeat": ["x", 9]}` stands for a long text.
fn record_of(file: &Value, case: &Value) -> Record {
    let mut members = file["record"].as_object().unwrap().clone();
    members.extend(case["with"].as_object().cloned().unwrap_or_default());
    for value in members.values_mut() {
        if let Some(times) = value.pointer("/repeat/1").and_then(Value::as_u64) {
            let text = value["repeat"][0].as_str().unwrap();
            *value = json!(text.repeat(usize::try_from(times).unwrap()));
        }
    }
    record(&Value::Object(members))
}

fn as_json(value: &EvaluatedValue) -> Value {
    match value {
        EvaluatedValue::Text(text) => json!(text),
        EvaluatedValue::Boolean(value) => json!(value),
        EvaluatedValue::Integer(value) => json!(value),
        EvaluatedValue::List(values) => json!(values),
        EvaluatedValue::Complex(elements) => json!(elements),
        _ => Value::Null,
    }
}

/// Answers the questions of an evaluation with what the case says is taken.
fn answered(
    expression: &Expression,
    record: &Record,
    case: &Value,
) -> Result<EvaluatedValue, EvaluationError> {
    let Some(taken) = case["taken"].as_array() else {
        return expression.evaluate(record, &environment());
    };
    let mut asked = Vec::new();
    let mut step = Evaluation::start(expression, record, &environment());
    let result = loop {
        match step {
            Ok(EvaluationStep::Ask(evaluation)) => {
                let candidate = json!(evaluation.candidate());
                let is_free = !taken.contains(&candidate);
                asked.push(candidate);
                step = evaluation.resume(is_free);
            }
            Ok(EvaluationStep::Done(value)) => break Ok(value),
            Err(error) => break Err(error),
        }
    };
    assert_eq!(Value::Array(asked), case["asked"], "{}", case["name"]);
    result
}

/// What is wrong with a case, when something is.
fn fault(file: &Value, case: &Value) -> Option<String> {
    let text = case["expression"].as_str().unwrap();
    let expression: Expression = match text.parse() {
        Ok(expression) => expression,
        Err(error) => return Some(format!("{error:#}")),
    };
    let printed = expression.to_string();
    if printed.parse::<Expression>().unwrap() != expression {
        return Some(format!("it prints as {printed}, which is something else"));
    }
    if let Some(canonical) = case["canonical"].as_str()
        && printed != canonical
    {
        return Some(format!("it prints as {printed} and not as {canonical}"));
    }
    let result = answered(&expression, &record_of(file, case), case);
    let as_expected = match (&result, case["error"].as_str()) {
        (Err(error), Some(expected)) => error.to_string().contains(expected),
        (Ok(EvaluatedValue::Ignore), None) => case["ignored"] == true,
        (Ok(EvaluatedValue::IgnoreObject), None) => case["objectIgnored"] == true,
        (Ok(value), None) => match case["matches"].as_str() {
            Some(pattern) => Regex::new(pattern).unwrap().is_match(&value.to_string()),
            None => {
                case["result"] == as_json(value)
                    && case["ignored"].is_null()
                    && case["objectIgnored"].is_null()
            }
        },
        _ => false,
    };
    (!as_expected).then(|| {
        let mut found = format!("{result:?}");
        found.truncate(300);
        format!("it yields {found}")
    })
}

#[test]
fn expressions_evaluate_as_documented() {
    let mut wrong = Vec::new();
    for folder in ["expression", "expression/function"] {
        for (path, file) in case_files(folder) {
            for case in file["cases"].as_array().into_iter().flatten() {
                if let Some(fault) = fault(&file, case) {
                    let name = path.file_stem().unwrap().display();
                    wrong.push(format!(
                        "{name}, {}: {}: {fault}",
                        case["name"], case["expression"]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Prints a table, function by function: `cargo test -p scim-mapping every_function -- --nocapture`.
#[test]
fn every_function_has_its_file_of_cases() {
    let files: BTreeMap<String, Value> = case_files("expression/function")
        .into_iter()
        .map(|(path, file)| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            assert_eq!(file["function"], json!(name), "{}", path.display());
            (name, file)
        })
        .collect();
    assert_eq!(files.len(), Function::ALL.len());
    println!(
        "{:<36} {:>5} {:>6} {:>5} {:>8}",
        "function", "cases", "errors", "nulls", "choices"
    );
    let mut total = 0;
    let mut too_few = Vec::new();
    for function in Function::ALL {
        let file = &files[function.name()];
        let cases = file["cases"].as_array().unwrap();
        let call = format!("{function}(");
        let own = cases
            .iter()
            .filter(|case| {
                case["name"].is_string()
                    && case["expression"]
                        .as_str()
                        .unwrap()
                        .replace(" (", "(")
                        .contains(&call)
            })
            .count();
        let errors = cases
            .iter()
            .filter(|case| case["error"].is_string())
            .count();
        let nulls = cases
            .iter()
            .filter(|case| case["expression"].as_str().unwrap().contains("[none]"))
            .count();
        let choices = file["choices"].as_array().unwrap().len();
        println!(
            "{:<36} {own:>5} {errors:>6} {nulls:>5} {choices:>8}",
            function.name()
        );
        total += own;
        if own < 6 || own != cases.len() {
            too_few.push(function.name());
        }
    }
    println!(
        "{:<36} {total:>5}",
        format!("{} functions", Function::ALL.len())
    );
    assert!(too_few.is_empty(), "{too_few:?}");
}

#[test]
fn malformed_expressions_are_refused_with_their_place() {
    for (_, file) in case_files("expression") {
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
            assert!(format!("{error:#}").ends_with('^'), "{text}: {error:#}");
        }
    }
}

fn data_type(name: &str) -> DataType {
    [
        DataType::String,
        DataType::Boolean,
        DataType::Integer,
        DataType::DateTime,
        DataType::Reference,
        DataType::Binary,
    ]
    .into_iter()
    .find(|data_type| format!("{data_type:?}") == name)
    .unwrap()
}

#[test]
fn a_check_reports_every_problem_with_its_place() {
    let (_, file) = case_files("expression")
        .into_iter()
        .find(|(_, file)| file["checks"].is_array())
        .unwrap();
    let attributes: BTreeMap<String, ValueType> = file["attributes"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            let data_type = data_type(value[0].as_str().unwrap());
            (name.clone(), ValueType::new(data_type, value[1] == true))
        })
        .collect();
    let mut wrong = Vec::new();
    for case in file["checks"].as_array().unwrap() {
        let text = case["expression"].as_str().unwrap();
        let expression: Expression = text.parse().unwrap();
        let data_type = data_type(case["target"].as_str().unwrap());
        let mut target = ExpressionTarget::new(ValueType::new(data_type, case["several"] == true));
        target.matching = case["matching"] == true;
        target.only_during_creation = case["creation"] == true;
        let problems = expression.check(&attributes, target);
        let expected = case["problems"].as_array().unwrap();
        let same = problems.len() == expected.len()
            && problems.iter().zip(expected).all(|(problem, expected)| {
                expected["severity"] == format!("{:?}", problem.severity)
                    && expected["kind"] == format!("{:?}", problem.kind)
                    && expected["place"] == json!(text.get(problem.range.clone()))
                    && problem
                        .to_string()
                        .contains(expected["contains"].as_str().unwrap())
                    && !problem.way_out.is_empty()
            });
        if !same {
            let found: Vec<String> = problems
                .iter()
                .map(|problem| format!("  {:?} {problem:#}", problem.kind))
                .collect();
            wrong.push(format!("{}: {text}\n{}", case["name"], found.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
    assert!(
        format!("\"{}\"", "x".repeat(9_998))
            .parse::<Expression>()
            .is_ok()
    );
    let hostile = r#"Replace([a], , "(((a{100}){100}){100}){100}", , "", , )"#;
    assert!(hostile.parse::<Expression>().is_err());
}

#[test]
fn what_an_expression_makes_is_bounded() {
    // Each level doubles the text.
    let mut text = "[a]".to_owned();
    for _ in 0..8 {
        text = format!("Join(\"\", {text}, {text})");
    }
    let members = Map::from_iter([("a".to_owned(), json!("x".repeat(5_000)))]);
    let record = Record::new(members);
    let expression: Expression = text.parse().unwrap();
    let error = expression.evaluate(&record, &environment()).unwrap_err();
    assert!(
        error.reason().contains("longer than 1048576 bytes"),
        "{error}"
    );

    // The search stays linear: the naive way takes 10¹¹ steps here.
    let members = Map::from_iter([
        ("text".to_owned(), json!("a".repeat(1_000_000))),
        (
            "sought".to_owned(),
            json!(format!("{}b", "a".repeat(200_000))),
        ),
    ]);
    let expression: Expression = "InStr([text], [sought], 1, vbTextCompare)".parse().unwrap();
    let found = expression.evaluate(&Record::new(members), &environment());
    assert_eq!(found, Ok(EvaluatedValue::Integer(0)));
}

#[test]
fn random_texts_have_what_was_asked_for() {
    let text = r#"RandomString(12, 3, 2, 2, 2, "0O1l")"#;
    let expression: Expression = text.parse().unwrap();
    let value = expression.evaluate(&Record::default(), &environment());
    let text = value.unwrap().to_string();
    assert_eq!(text.chars().count(), 12);
    assert!(text.chars().filter(char::is_ascii_digit).count() >= 3);
    assert!(text.chars().filter(char::is_ascii_punctuation).count() >= 2);
    assert!(!text.contains(['0', 'O', '1', 'l']));
}

/// How the guide writes a value.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("`{text:?}`"),
        other => format!("`{}`", serde_json::to_string(other).unwrap()),
    }
}

/// Each row of the guide's table is a case of its function, and each choice that a file of cases states is told there.
#[test]
fn the_guide_shows_an_example_of_every_function() {
    let chapter = include_str!("../../src/guide/language.md");
    let rows: Vec<Vec<&str>> = chapter
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    for function in Function::ALL {
        let path = format!(
            "{}/tests/cases/expression/function/{function}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let row = rows
            .iter()
            .find(|row| row[0] == format!("`{}`", function.signature()));
        let row =
            row.unwrap_or_else(|| panic!("the guide has no row for {}", function.signature()));
        let as_case = file["cases"].as_array().unwrap().iter().any(|case| {
            row[1] == format!("`{}`", case["expression"].as_str().unwrap())
                && (row[2] == shown(&case["result"]) || case["matches"].is_string())
        });
        assert!(as_case, "{row:?} is no case of {function}");
        for choice in file["choices"].as_array().unwrap() {
            let choice = choice.as_str().unwrap();
            assert!(
                chapter.contains(choice),
                "the guide lacks: {function}: {choice}"
            );
        }
    }
}
