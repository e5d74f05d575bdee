//! What mappings make of records: documents, changes, traces, scope, and the way back.

use scim_core::resource::Resource;
use scim_core::urn;
use scim_mapping::{
    Assignments, FromScim, Mapping, Occasion, Rule, RuleBuilder, SynchronizationSchema,
};
use serde_json::{Map, Value, json};

use super::one_object::provision;
use super::{environment, files, record, target};

/// The rules of a case, as they are stored.
fn mapping(rules: &Value) -> Mapping {
    let rules: Vec<Rule> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            let rule: Rule = serde_json::from_value(rule.clone()).unwrap();
            let stored = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<Rule>(&stored).unwrap(), rule);
            rule
        })
        .collect();
    let mapping = Mapping::new(rules);
    let again = Mapping::from_object_mapping(&mapping.to_schema(), "User");
    // A schema needs a rule that matches; whatever else is wrong with the rules of a case would be wrong there too.
    if let Ok(again) = again {
        assert_eq!(again.rules(), mapping.rules());
    }
    mapping
}

#[test]
fn rules_make_documents_and_changes() {
    let target = target();
    for (_, file) in files("rules") {
        for case in file["cases"].as_array().unwrap() {
            let mapping = mapping(&case["rules"]);
            let record = record(&case["record"]);
            let created = mapping.evaluate(&record, &environment(), Occasion::Create);
            match &case["document"] {
                Value::String(told) => {
                    let errors = created.unwrap_err().to_string();
                    assert!(errors.contains(told), "{errors}");
                    continue;
                }
                document => {
                    let mut made = created.unwrap().document(&target);
                    made.as_object_mut().unwrap().remove("schemas");
                    assert_eq!(made, *document, "{}", case["name"]);
                }
            }
            let updated = mapping.evaluate(&record, &environment(), Occasion::Update);
            let updated: Map<String, Value> = updated
                .unwrap()
                .iter()
                .map(|attribute| (attribute.path.to_string(), attribute.value.clone()))
                .collect();
            assert_eq!(Value::Object(updated), case["update"], "{}", case["name"]);
        }
    }
}

#[test]
fn traces_say_why() {
    for (_, file) in files("trace") {
        for case in file["cases"].as_array().unwrap() {
            let occasion = if case["occasion"] == "update" {
                Occasion::Update
            } else {
                Occasion::Create
            };
            let trace =
                mapping(&case["rules"]).trace(&record(&case["record"]), &environment(), occasion);
            let text = trace.to_string();
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(json!(lines), case["text"], "{}", case["name"]);
            if let Some(expected) = case.get("json") {
                assert_eq!(serde_json::to_value(&trace).unwrap(), *expected);
            }
        }
    }
}

#[test]
fn scope_is_explained_as_it_is_decided() {
    for (_, file) in files("scope") {
        for case in file["cases"].as_array().unwrap() {
            let export = json!({"synchronizationRules": [{"objectMappings": [{
                "sourceObjectName": "User", "scope": case["scope"],
                "attributeMappings": [{"targetAttributeName": "userName", "source": {"expression": "[mail]"}, "matchingPriority": 1}],
            }]}]});
            let schema = SynchronizationSchema::from_json(&export.to_string()).unwrap();
            let mapping = Mapping::from_object_mapping(&schema, "User").unwrap();
            let assignments = case["assigned"].as_array().map(|assigned| {
                let assigned = assigned.iter().map(|id| id.as_str().unwrap());
                assigned.fold(Assignments::only(), Assignments::user)
            });
            let record = record(&case["record"]);
            let explanation = mapping.explain_scope(&record, assignments.as_ref());
            let told = serde_json::to_value(&explanation).unwrap();
            assert_eq!(told["standing"], case["standing"], "{}", case["name"]);
            assert_eq!(told["decidedBy"], case["decidedBy"], "{}", case["name"]);
            if assignments.is_none() {
                let decided = match mapping.in_scope(&record) {
                    Ok(true) => "in",
                    Ok(false) => "out",
                    Err(_) => "unclear",
                };
                assert_eq!(case["standing"], decided);
            }
        }
    }
}

#[test]
fn objects_come_back_as_records() {
    let target = target();
    for (_, file) in files("from_scim") {
        for case in file["cases"].as_array().unwrap() {
            let mapping = mapping(&case["rules"]);
            let object = Resource::new(case["object"].as_object().unwrap().clone());
            let (record, not_carried) =
                FromScim::new(&mapping, &target).read(&object, &environment());
            let told: Vec<String> = not_carried.iter().map(ToString::to_string).collect();
            assert_eq!(
                Value::Object(record.attributes().clone()),
                case["record"],
                "{}",
                case["name"]
            );
            assert_eq!(json!(told), case["notCarried"], "{}", case["name"]);
        }
    }
    assert!(target.extension(urn::PEAKON_USER).is_some());
}

#[test]
fn a_rule_that_removes_sends_a_removal_once() {
    let users = target();
    let mapping = Mapping::builder("User", urn::USER)
        .rule(RuleBuilder::direct("mail", "userName").matching(1))
        .rule(RuleBuilder::direct("jobTitle", "title").remove_when_null())
        .build_for(&users)
        .unwrap();
    let ines = record(&json!({"mail": "ines"}));
    let plan = |held: Value| {
        let held = Resource::new(held.as_object().unwrap().clone());
        provision(&mapping, &users, &ines, &[held], None, &environment())
    };
    let one = plan(json!({"schemas": [urn::USER], "id": "7", "userName": "ines", "title": "CTO"}));
    assert_eq!(one.operations(), json!([{"op": "remove", "path": "title"}]));
    assert_eq!(one.change("title"), Some((Some("CTO"), None)));
    let one = plan(json!({"schemas": [urn::USER], "id": "7", "userName": "ines"}));
    assert_eq!(one.outcome, "RedundantExport");
}
