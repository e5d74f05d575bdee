//! What a mapping asks the target, and how it goes on.

use scim_core::resource::Resource;
use scim_core::urn;
use scim_mapping::provisioning::TargetOperation;
use scim_mapping::{Mapping, MappingStep, Occasion, Rule, RuleBuilder, RuleSource};
use serde_json::{Map, Value, json};

use super::one_object::provision;
use super::{environment, files, record, target};

/// A mapping of the rules `[expression, target, further members of the stored rule]`.
fn mapping(rules: &Value) -> Mapping {
    let rules = rules.as_array().unwrap().iter().map(|rule| {
        let mut stored = rule.get(2).cloned().unwrap_or_else(|| json!({}));
        stored["source"] = json!({"expression": rule[0]});
        stored["target"] = rule[1].clone();
        serde_json::from_value::<Rule>(stored).unwrap()
    });
    Mapping::new(rules.collect())
}

#[test]
fn a_mapping_asks_and_goes_on() {
    for (_, file) in files("question") {
        for case in file["cases"].as_array().unwrap() {
            let name = &case["name"];
            let mapping = mapping(&case["rules"]);
            let occasion = if case["occasion"] == "update" {
                Occasion::Update
            } else {
                Occasion::Create
            };
            let mut asked = Vec::new();
            let mut step = mapping.start(&record(&file["record"]), &environment(), occasion);
            let result = loop {
                match step {
                    Ok(MappingStep::Ask(evaluation)) => {
                        let path = evaluation.path().to_string();
                        assert_eq!(
                            *evaluation.path(),
                            mapping.rules()[evaluation.rule()].target
                        );
                        let value = json!(evaluation.value());
                        let taken = case["taken"][&path].as_array();
                        let is_free = taken.is_none_or(|taken| !taken.contains(&value));
                        asked.push(json!([path, value]));
                        step = evaluation.resume(is_free);
                    }
                    Ok(MappingStep::Done(attributes)) => break Ok(attributes),
                    Err(errors) => break Err(errors),
                }
            };
            assert_eq!(json!(asked), case["asked"], "{name}");
            match result {
                Ok(attributes) => {
                    let values: Map<String, Value> = attributes
                        .iter()
                        .map(|attribute| (attribute.path.to_string(), attribute.value.clone()))
                        .collect();
                    assert_eq!(Value::Object(values), case["values"], "{name}");
                    let in_order = attributes.iter().map(|attribute| attribute.rule);
                    assert!(in_order.is_sorted(), "{name}");
                }
                Err(errors) => {
                    if let Some(rule) = errors.ignored_by() {
                        assert_eq!(json!(rule.target), case["ignoredBy"], "{name}");
                        assert_eq!(errors.failures().len(), 1, "{name}");
                        continue;
                    }
                    let told: Vec<&str> = errors
                        .failures()
                        .iter()
                        .map(|failure| failure.reason.as_str())
                        .collect();
                    assert_eq!(json!(told), case["failed"], "{name}");
                }
            }
        }
    }
}

#[test]
fn a_mapping_that_nobody_answers_says_so() {
    let source = RuleSource::Expression("SelectUniqueValue(\"a\", \"b\")".parse().unwrap());
    let mapping = Mapping::new(vec![Rule::new(source, "userName".parse().unwrap())]);
    let errors = mapping.evaluate(&record(&json!({})), &environment(), Occasion::Create);
    let errors = errors.unwrap_err();
    assert!(
        errors.failures()[0]
            .reason
            .contains("only the target knows")
    );
    assert!(errors.ignored_by().is_none());
}

#[test]
fn no_value_of_a_person_is_in_what_is_printed_for_developers() {
    let source = RuleSource::Expression("SelectUniqueValue([mail], [alias])".parse().unwrap());
    let mapping = Mapping::new(vec![
        Rule::new(
            RuleSource::Direct("alias".to_owned()),
            "nickName".parse().unwrap(),
        ),
        Rule::new(source, "userName".parse().unwrap()),
    ]);
    let record = record(&json!({"mail": "ines@fjordlab.example", "alias": "hunter2"}));
    let step = mapping.start(&record, &environment(), Occasion::Create);
    let MappingStep::Ask(evaluation) = step.unwrap() else {
        panic!("a question")
    };
    let asked = format!("{record:?} {evaluation:?}");
    let done = format!("{:?}", evaluation.resume(true).unwrap());
    for text in [asked, done] {
        assert!(
            text.contains("nickName") || text.contains("userName"),
            "{text}"
        );
        assert!(
            !text.contains("fjordlab") && !text.contains("hunter2"),
            "{text}"
        );
    }
}

#[test]
fn an_object_that_a_rule_leaves_out_is_skipped() {
    let users = target();
    let mapping = Mapping::builder("User", urn::USER)
        .rule(RuleBuilder::direct("mail", "userName").matching(1))
        .rule(RuleBuilder::expression(
            "IIF([kind] = \"robot\", IgnoreObjectFlow, [kind])",
            "userType",
        ))
        .build_for(&users)
        .unwrap();
    let robot = record(&json!({"mail": "r2", "kind": "robot"}));
    let held = json!({"schemas": [urn::USER], "id": "7", "userName": "r2", "userType": "x"});
    let held = Resource::new(held.as_object().unwrap().clone());
    for found in [Vec::new(), vec![held]] {
        let one = provision(&mapping, &users, &robot, &found, None, &environment());
        assert_eq!(one.outcome, "IgnoredByRule");
        assert!(matches!(
            one.requests.as_slice(),
            [TargetOperation::Find { .. }]
        ));
    }
}
