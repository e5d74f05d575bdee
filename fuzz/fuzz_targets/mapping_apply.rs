//! A mapping and a record, each a line of JSON: whatever they are, an evaluation or its errors; a trace that tells the same; a
//! schema from which the mapping reads back; and a way back whose records make the same object again.
#![cfg_attr(fuzzing, no_main)]

use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_mapping::{
    Environment, EvaluationErrors, FromScim, Mapping, MappingStep, Occasion, Record, Rule,
    Standing, TargetAttributes, TraceOutcome,
};
use serde_json::Value;

fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Some((rules, record)) = text.split_once('\n') else {
        return;
    };
    let (Ok(rules), Ok(record)) = (
        serde_json::from_str::<Vec<Rule>>(rules),
        Record::from_json(record),
    ) else {
        return;
    };
    let registry = SchemaRegistry::standard();
    let Some(users) = registry.resource_type("User") else {
        return;
    };
    let Ok(now) = "2026-02-03T07:05:09Z".parse() else {
        return;
    };
    let environment = Environment::new(now).with_random(|| 7);
    for rule in &rules {
        let stored = serde_json::to_string(rule).expect("a rule can be stored");
        assert_eq!(
            &serde_json::from_str::<Rule>(&stored).expect("it was stored"),
            rule
        );
    }
    let mapping = Mapping::new(rules);
    let schema = mapping.to_schema();
    if let Ok(again) = Mapping::from_object_mapping(&schema, "User") {
        assert_eq!(again.rules(), mapping.rules());
    }
    let _ = mapping.check(&schema, &registry);
    assert_eq!(mapping.explain_scope(&record, None).standing, Standing::In);
    for occasion in [Occasion::Create, Occasion::Update] {
        let trace = mapping.trace(&record, &environment, occasion);
        let _ = trace.to_string();
        let attributes = match answered(mapping.start(&record, &environment, occasion)) {
            Ok(attributes) => attributes,
            Err(errors) => {
                let explains = |outcome: &TraceOutcome| match outcome {
                    TraceOutcome::ObjectIgnored => errors.ignored_by().is_some(),
                    TraceOutcome::Failed { .. } => errors.ignored_by().is_none(),
                    _ => false,
                };
                assert!(trace.attributes.iter().any(|told| explains(&told.outcome)));
                continue;
            }
        };
        for attribute in attributes.iter() {
            let rule = &mapping.rules()[attribute.rule];
            match &trace.attributes[attribute.rule].outcome {
                TraceOutcome::Set { value } => {
                    assert!(rule.is_redacted() || *value == attribute.value);
                }
                TraceOutcome::FirstFree { candidates } => {
                    assert!(rule.is_redacted() || candidates[0] == attribute.value);
                }
                TraceOutcome::Removed => assert_eq!(attribute.value, Value::Null),
                other => panic!("{other:?} {attribute:?}"),
            }
        }
        let Value::Object(document) = attributes.document(users) else {
            panic!("a document is an object");
        };
        let object = Resource::new(document);
        let _ = FromScim::new(&mapping, users).read(&object, &environment);
    }
}

/// Every value is free.
fn answered(
    mut step: Result<MappingStep, EvaluationErrors>,
) -> Result<TargetAttributes, EvaluationErrors> {
    loop {
        match step? {
            MappingStep::Ask(evaluation) => step = evaluation.resume(true),
            MappingStep::Done(attributes) => return Ok(attributes),
        }
    }
}

fuzz::target!(check);
