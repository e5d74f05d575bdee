//! PATCH requests as clients send them, read or refused: `cases/patch_request`, named after the requirements.

use std::path::Path;

use scim_core::message::PatchRequest;
use scim_core::schema::PeakonAttribute;
use serde::Deserialize;
use serde_json::{Value, json};

mod support;

type TestResult = Result<(), Box<dyn std::error::Error>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    why: String,
    #[serde(default)]
    compatibility: Option<String>,
    #[serde(default)]
    peakon_attributes: Vec<PeakonAttribute>,
    input: Value,
    /// As they are written again.
    operations: Option<Value>,
    error: Option<Failure>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Failure {
    scim_type: Option<String>,
    operation: Option<usize>,
}

#[expect(clippy::needless_pass_by_value, reason = "the harness gives it so")]
fn cases(_: &Path, text: String) -> TestResult {
    let cases: Vec<Case> = serde_json::from_str(&text)?;
    for case in cases {
        check(&case).map_err(|failure| format!("{}: {failure}", case.why))?;
    }
    Ok(())
}

fn check(case: &Case) -> TestResult {
    let registry = support::registry(&case.peakon_attributes)?;
    let users = registry.resource_type("User").ok_or("users are standard")?;
    let compatibility = support::compatibility(case.compatibility.as_deref())?;
    match (
        PatchRequest::read(&case.input, users, &compatibility),
        &case.error,
    ) {
        (Ok(request), None) => {
            let written = serde_json::to_value(&request)?;
            let expected = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": case.operations,
            });
            if written == expected {
                Ok(())
            } else {
                Err(format!("expected {expected}, written {written}").into())
            }
        }
        (Err(error), Some(expected)) => {
            let kind_fits = expected
                .scim_type
                .as_deref()
                .is_none_or(|kind| error.kind().scim_type() == Some(kind));
            if kind_fits && error.operation() == expected.operation {
                Ok(())
            } else {
                Err(format!("expected {expected:?}, found {error:?}").into())
            }
        }
        (Ok(_), Some(_)) => Err("it was accepted".into()),
        (Err(error), None) => Err(format!("it was refused: {error}").into()),
    }
}

datatest_stable::harness! {
    { test = cases, root = "tests/cases/patch_request", pattern = r"\.json$" },
}
