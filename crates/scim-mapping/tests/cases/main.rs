//! The cases of `tests/cases`, one file for a topic.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod bursts;
mod checks;
mod cycles;
mod expressions;
mod graph_files;
mod mappings;
mod one_object;
mod plan_laws;
mod plans;
mod questions;
mod records;
mod scoping;
mod sources;

use std::path::{Path, PathBuf};

use scim_core::schema::{
    PeakonAttribute, PeakonAttributeKind, RegisteredResourceType, ResourceType, SchemaRegistry,
    enterprise_user, peakon_user_schema, user,
};
use scim_core::urn;
use scim_mapping::{Environment, Record, SynchronizationSchema};
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

/// A schema of the rules `[expression, target, further members, members of the target's definition]`.
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
    let definitions: Vec<Value> = rules
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|rule| {
            let mut definition = rule.get(3)?.clone();
            definition["name"] = rule[1].clone();
            Some(definition)
        })
        .collect();
    let mut directories = Vec::new();
    if !source.is_null() {
        let objects = json!([{"name": "User", "attributes": attributes}]);
        directories.push(json!({"name": "Source", "objects": objects}));
    }
    if !definitions.is_empty() {
        let objects = json!([{"name": urn::USER, "attributes": definitions}]);
        directories.push(json!({"name": "Target", "objects": objects}));
    }
    let text = json!({
        "synchronizationRules": [{"sourceDirectoryName": "Source", "targetDirectoryName": "Target", "objectMappings": [{
            "sourceObjectName": "User", "targetObjectName": urn::USER, "attributeMappings": mappings, "scope": scope,
        }]}],
        "directories": directories,
    })
    .to_string();
    SynchronizationSchema::from_json(&text).unwrap()
}
