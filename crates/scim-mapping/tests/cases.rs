//! The cases of `tests/cases`, one file for a topic.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use std::path::{Path, PathBuf};

use scim_core::resource::Resource;
use scim_core::schema::{
    PeakonAttribute, PeakonAttributeKind, RegisteredResourceType, ResourceType, SchemaRegistry,
    enterprise_user, peakon_user_schema, user,
};
use scim_core::urn;
use scim_mapping::provisioning::{
    PatchDialect, ProvisioningAnswer, ProvisioningStep, UserProvisioning,
};
use scim_mapping::{
    Environment, EvaluatedValue, Expression, Mapping, Record, SynchronizationSchema,
};
use serde_json::{Value, json};

fn files(topic: &str) -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(topic);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let value = serde_json::from_str(&text).unwrap();
            (path, value)
        })
        .collect()
}

fn record(value: &Value) -> Record {
    Record::new(value.as_object().unwrap().clone())
}

fn environment() -> Environment {
    Environment::new("2026-02-03T07:05:09Z".parse().unwrap()).with_random(|| 0x0123_4567_89AB_CDEF)
}

fn target() -> RegisteredResourceType {
    let attributes = [
        PeakonAttribute::new("Job Title", PeakonAttributeKind::Option),
        PeakonAttribute::new("Salary", PeakonAttributeKind::Number),
        PeakonAttribute::new("Start Date", PeakonAttributeKind::Date),
    ];
    let peakon = peakon_user_schema(&attributes).unwrap();
    let users = ResourceType::new("User", "/Users", urn::USER.parse().unwrap())
        .extension(urn::ENTERPRISE_USER.parse().unwrap(), false)
        .extension(urn::PEAKON_USER.parse().unwrap(), false);
    let registry = SchemaRegistry::builder()
        .schema(user().clone())
        .schema(enterprise_user().clone())
        .schema(peakon)
        .resource_type(users)
        .build()
        .unwrap();
    registry.resource_type("User").unwrap().clone()
}

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
                (Err(error), expected) => assert!(
                    error
                        .to_string()
                        .contains(expected.as_str().unwrap_or("ok")),
                    "{error}"
                ),
            }
        }
    }
}

#[test]
fn scoping_groups_are_alternatives_of_conjunctions() {
    let text = include_str!("cases/schema/peakon.json");
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

/// A schema of the rules `[expression, target, further members]`.
fn schema(rules: &Value, scope: &Value, source: &Value) -> SynchronizationSchema {
    let mappings: Vec<Value> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            let mut mapping = rule[2].clone();
            mapping["targetAttributeName"] = rule[1].clone();
            mapping["source"] = json!({"expression": rule[0]});
            mapping
        })
        .collect();
    let attributes: Vec<Value> = source
        .as_array()
        .into_iter()
        .flatten()
        .map(|name| json!({"name": name, "type": "String"}))
        .collect();
    let directories = if source.is_null() {
        json!([])
    } else {
        json!([{"name": "Source", "objects": [{"name": "User", "attributes": attributes}]}])
    };
    let text = json!({
        "synchronizationRules": [{"sourceDirectoryName": "Source", "objectMappings": [{
            "sourceObjectName": "User", "attributeMappings": mappings, "scope": scope,
        }]}],
        "directories": directories,
    })
    .to_string();
    SynchronizationSchema::from_json(&text).unwrap()
}

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

#[test]
fn one_object_takes_these_steps() {
    let target = target();
    for (_, file) in files("plan") {
        for case in file["cases"].as_array().unwrap() {
            let schema = schema(&file["rules"], &Value::Null, &Value::Null);
            let mut mapping = Mapping::from_object_mapping_for(&schema, "User", &target).unwrap();
            if case["dialect"] == "EntraDefault" {
                mapping = mapping.with_patch_dialect(PatchDialect::EntraDefault);
            }
            let held: Vec<Resource> = case["target"]
                .as_array()
                .unwrap()
                .iter()
                .map(resource)
                .collect();
            let (mut provisioning, mut step) = UserProvisioning::start(
                &mapping,
                &target,
                &record(&case["record"]),
                case["link"].as_str(),
                case["softDeleted"] == true,
                &environment(),
            );
            for expected in case["steps"].as_array().unwrap() {
                let name = &case["name"];
                let answer = match &step {
                    ProvisioningStep::Find { filter } => {
                        assert_eq!(expected["find"], filter.to_string(), "{name}");
                        ProvisioningAnswer::Found(held.clone())
                    }
                    ProvisioningStep::Read { id } => {
                        assert_eq!(expected["read"], id.as_str(), "{name}");
                        ProvisioningAnswer::Read(held.first().cloned())
                    }
                    ProvisioningStep::Create { body, .. } => {
                        assert_eq!(expected["create"], *body, "{name}");
                        let mut created = resource(body);
                        created.set_id("new");
                        ProvisioningAnswer::Written(Some(created))
                    }
                    ProvisioningStep::Update { id, body, .. } => {
                        assert_eq!(expected["update"], id.as_str(), "{name}: {body}");
                        assert_eq!(expected["operations"], body["Operations"], "{name}");
                        ProvisioningAnswer::Written(None)
                    }
                    ProvisioningStep::Done(outcome) => {
                        assert_eq!(expected["done"], format!("{:?}", outcome.action), "{name}");
                        assert_eq!(expected["id"], json!(outcome.id), "{name}");
                        break;
                    }
                    ProvisioningStep::Failed(failure) => {
                        assert_eq!(
                            expected["failed"],
                            failure.code.to_string(),
                            "{name}: {failure}"
                        );
                        break;
                    }
                    other => panic!("{other:?}"),
                };
                (provisioning, step) = provisioning.resume(answer);
            }
        }
    }
}

fn resource(value: &Value) -> Resource {
    Resource::new(value.as_object().unwrap().clone())
}

#[test]
fn redacted_values_stay_out_of_changes() {
    let rules = json!([["[mail]", "userName", {"matchingPriority": 1}], ["Redact([name])", "displayName", {}]]);
    let mapping =
        Mapping::from_object_mapping(&schema(&rules, &Value::Null, &Value::Null), "User").unwrap();
    let record = record(&json!({"mail": "i@fjordlab.example", "name": "Secret"}));
    let (provisioning, _) =
        UserProvisioning::start(&mapping, &target(), &record, None, false, &environment());
    let (_, step) = provisioning.resume(ProvisioningAnswer::Found(Vec::new()));
    let ProvisioningStep::Create { body, changes } = step else {
        panic!("{step:?}")
    };
    assert_eq!(body["displayName"], "Secret");
    assert_eq!(changes[1].new, Some("[Redact]".into()));
}
