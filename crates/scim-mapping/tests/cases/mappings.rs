//! Mappings and the exports that they come from.

use scim_core::urn;
use scim_mapping::{Mapping, SynchronizationSchema};
use serde_json::{Value, json};

use super::{files, schema, target};

#[test]
fn every_problem_of_a_mapping_is_reported() {
    for (_, file) in files("mapping") {
        for case in file["cases"].as_array().unwrap() {
            let expected = case["problems"].as_array().unwrap();
            let result = Mapping::from_object_mapping(
                &schema(&case["rules"], &Value::Null, &file["source"]),
                "User",
            );
            let Err(errors) = result else {
                assert!(expected.is_empty(), "{} was accepted", case["name"]);
                continue;
            };
            let problems: Vec<String> = errors.problems().iter().map(ToString::to_string).collect();
            assert_eq!(
                problems.len(),
                expected.len(),
                "{}: {problems:?}",
                case["name"]
            );
            for expected in expected {
                let expected = expected.as_str().unwrap();
                assert!(
                    problems.iter().any(|problem| problem.contains(expected)),
                    "{expected}: {problems:?}"
                );
            }
        }
    }
}

#[test]
fn unknown_target_attributes_are_found_by_discovery() {
    let rules = json!([
        ["[mail]", "userName", {"matchingPriority": 1}],
        ["[mail]", format!("{}:Shoe Size", urn::PEAKON_USER), {}],
    ]);
    let errors = Mapping::from_object_mapping_for(
        &schema(&rules, &Value::Null, &Value::Null),
        "User",
        &target(),
    )
    .unwrap_err();
    assert_eq!(errors.problems().len(), 1);
    assert_eq!(errors.problems()[0].rule, Some(2));
}

#[test]
fn schemas_print_back_equal() {
    for (path, value) in files("schema") {
        let schema = SynchronizationSchema::from_json(&value.to_string()).unwrap();
        assert_eq!(
            serde_json::to_value(&schema).unwrap(),
            value,
            "{}",
            path.display()
        );
    }
    let odd = json!({"version": null, "new": {"a": [1, null]}, "synchronizationRules": [{"priority": null, "objectMappings": [
        {"name": null, "flowTypes": "Add,Update", "attributeMappings": [{"source": null, "flowType": "Brand New"}]}]}]});
    let schema = SynchronizationSchema::from_json(&odd.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&schema).unwrap(), odd);
}
