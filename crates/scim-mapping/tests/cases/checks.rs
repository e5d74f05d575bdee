//! What the check of a mapping tells.

use scim_core::schema::{
    AttributeDefinition, AttributeType, Mutability, ResourceType, Schema, SchemaRegistry,
    enterprise_user, group, user,
};
use scim_core::urn;
use scim_mapping::SynchronizationSchema;
use serde_json::{Value, json};

use super::files;

fn registry() -> SchemaRegistry {
    let badge = AttributeDefinition::new("badge", AttributeType::Integer).required(true);
    let hired = AttributeDefinition::new("hired", AttributeType::DateTime)
        .mutability(Mutability::Immutable);
    let desk = AttributeDefinition::new("desk", AttributeType::Complex).sub_attributes([
        AttributeDefinition::new("floor", AttributeType::Integer).required(true),
        AttributeDefinition::new("room", AttributeType::String),
    ]);
    let acme = "urn:ietf:params:scim:schemas:extension:acme:2.0:User";
    let acme = Schema::new(acme.parse().unwrap(), "Acme")
        .attribute_added(badge)
        .attribute_added(hired)
        .attribute_added(desk);
    let users = ResourceType::new("User", "/Users", urn::USER.parse().unwrap())
        .extension(urn::ENTERPRISE_USER.parse().unwrap(), false)
        .extension(acme.id.clone(), false);
    SchemaRegistry::builder()
        .schema(user().clone())
        .schema(enterprise_user().clone())
        .schema(group().clone())
        .schema(acme)
        .resource_type(users)
        .resource_type(ResourceType::new(
            "Group",
            "/Groups",
            urn::GROUP.parse().unwrap(),
        ))
        .build()
        .unwrap()
}

/// An export of the rules `[source, target, further members of the mapping, further members of the target's definition]`.
fn export(case: &Value, attributes: &Value) -> SynchronizationSchema {
    let rules = case["rules"].as_array().unwrap();
    let mappings: Vec<Value> = rules
        .iter()
        .map(|rule| {
            let mut mapping = rule.get(2).cloned().unwrap_or_else(|| json!({}));
            mapping["targetAttributeName"] = rule[1].clone();
            mapping["source"] = match &rule[0] {
                Value::String(text) => json!({"expression": text}),
                other => other.clone(),
            };
            mapping
        })
        .collect();
    let definitions: Vec<Value> = rules
        .iter()
        .map(|rule| {
            let mut definition = rule.get(3).cloned().unwrap_or_else(|| json!({}));
            definition["name"] = rule[1].clone();
            definition
        })
        .chain(case["listed"].as_array().into_iter().flatten().cloned())
        .collect();
    let object = case
        .get("targetObject")
        .cloned()
        .unwrap_or_else(|| json!(urn::USER));
    let text = json!({
        "synchronizationRules": [{
            "sourceDirectoryName": "Source", "targetDirectoryName": "Target",
            "objectMappings": [
                {"sourceObjectName": "User", "targetObjectName": object, "attributeMappings": mappings, "scope": case["scope"]},
                {"sourceObjectName": "Group", "targetObjectName": urn::GROUP, "enabled": false, "attributeMappings": []},
            ],
        }],
        "directories": [
            {"name": "Source", "objects": [{"name": "User", "attributes": attributes}]},
            {"name": "Target", "objects": [{"name": object, "attributes": definitions}]},
        ],
    });
    SynchronizationSchema::from_json(&text.to_string()).unwrap()
}

#[test]
fn the_check_tells_every_problem_at_once() {
    let registry = registry();
    let mut different: Vec<Value> = Vec::new();
    for (_, file) in files("check") {
        for case in file["cases"].as_array().unwrap() {
            let problems = export(case, &file["source"]).check("User", &registry);
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let expected: Vec<&str> = case["problems"]
                .as_array()
                .unwrap()
                .iter()
                .map(|problem| problem.as_str().unwrap())
                .collect();
            if told != expected {
                different.push(json!({"case": case["name"], "told": told, "expected": expected}));
            }
        }
    }
    assert!(different.is_empty(), "{:#}", Value::from(different));
}

#[test]
fn a_problem_is_a_value_for_programs() {
    let schema = export(
        &json!({"rules": [["Apend([mail], 1)", "userName", {"matchingPriority": 1}]]}),
        &json!([{"name": "mail"}]),
    );
    let problems = serde_json::to_value(schema.check("User", &registry())).unwrap();
    assert_eq!(problems.as_array().unwrap().len(), 1);
    assert_eq!(
        problems[0],
        json!({
            "severity": "error", "rule": 1, "target": "userName", "place": "source", "range": {"start": 0, "end": 5},
            "message": "at character 1: there is no function `Apend`; did you mean `Append`?",
            "wayOut": "correct the expression",
        })
    );
}
