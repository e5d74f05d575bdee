//! Scoping filters: who is provisioned.

use scim_mapping::{Mapping, Record, SynchronizationSchema};
use serde_json::{Value, json};

use super::{files, record, schema};

#[test]
fn scoping_operators_decide_as_documented() {
    for (_, file) in files("scoping") {
        let record = record(&file["record"]);
        for case in file["cases"].as_array().unwrap() {
            let schema = schema(
                &json!([["[a]", "userName", {"matchingPriority": 1}]]),
                &json!({"groups": [{
                    "name": "the group",
                    "clauses": [{
                        "operatorName": case["operator"],
                        "sourceOperandName": case["attribute"],
                        "targetOperand": {"values": case["values"]},
                    }],
                }]}),
                &Value::Null,
            );
            let mapping = Mapping::from_object_mapping(&schema, "User").unwrap();
            match (mapping.in_scope(&record), &case["holds"]) {
                (Ok(holds), expected) => assert_eq!(json!(holds), *expected, "{case}"),
                (Err(error), Value::String(words)) => {
                    assert!(
                        !words.is_empty() && error.to_string().contains(words),
                        "{error}"
                    );
                }
                (Err(error), _) => panic!("{case}: {error}"),
            }
        }
    }
}

#[test]
fn scoping_groups_are_alternatives_of_conjunctions() {
    let text = include_str!("schema/peakon.json");
    let mapping =
        Mapping::from_object_mapping(&SynchronizationSchema::from_json(text).unwrap(), "User")
            .unwrap();
    let in_scope = |record: Value| {
        mapping
            .in_scope(&Record::new(record.as_object().unwrap().clone()))
            .unwrap()
    };
    assert!(in_scope(
        json!({"department": "Clinical Data", "employeeId": "1"})
    ));
    assert!(!in_scope(json!({"department": "Clinical Data"})));
    assert!(in_scope(json!({"employeeId": "712345"})));
    assert!(!in_scope(json!({})));
}
