//! Definitions that contradict the protocol, and the places which the registry must name: `cases/schema`.

use std::path::Path;

use scim_core::schema::{ResourceType, Schema, SchemaRegistry};
use serde::Deserialize;

type TestResult = Result<(), Box<dyn std::error::Error>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    why: String,
    schemas: Vec<Schema>,
    #[serde(default)]
    resource_types: Vec<ResourceType>,
    /// The places, all of them; none if the definitions are good.
    problems: Vec<String>,
}

#[expect(clippy::needless_pass_by_value, reason = "the harness gives it so")]
fn cases(_: &Path, text: String) -> TestResult {
    let cases: Vec<Case> = serde_json::from_str(&text)?;
    for case in cases {
        let builder = case
            .schemas
            .into_iter()
            .fold(SchemaRegistry::builder(), |builder, schema| {
                builder.schema(schema)
            });
        let builder = case
            .resource_types
            .into_iter()
            .fold(builder, |builder, definition| {
                builder.resource_type(definition)
            });
        let mut places: Vec<_> = match builder.build() {
            Ok(_) => Vec::new(),
            Err(error) => error
                .problems()
                .iter()
                .map(|problem| problem.place.clone())
                .collect(),
        };
        let mut expected = case.problems;
        places.sort();
        expected.sort();
        if places != expected {
            return Err(format!("{}: expected {expected:?}, found {places:?}", case.why).into());
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = cases, root = "tests/cases/schema", pattern = r"\.json$" },
}
