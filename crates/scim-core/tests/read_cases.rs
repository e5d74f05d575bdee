//! Resources as clients send them, and what is to become of each: `cases/read`, named after the requirements.

use std::path::Path;

use scim_core::compatibility::Compatibility;
use scim_core::error::Error;
use scim_core::schema::{PeakonAttribute, ValidationContext};
use serde::Deserialize;
use serde_json::Value;

mod support;

type TestResult = Result<(), Box<dyn std::error::Error>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    why: String,
    #[serde(default = "user")]
    resource_type: String,
    #[serde(default)]
    context: Option<String>,
    #[serde(default)]
    compatibility: Option<String>,
    #[serde(default)]
    peakon_attributes: Vec<PeakonAttribute>,
    #[serde(default)]
    input: Value,
    /// In place of `input`, for what a JSON value cannot express.
    text: Option<String>,
    /// What is held; null means the input itself.
    resource: Option<Value>,
    tolerated: Option<Vec<(String, String)>>,
    failures: Option<Vec<Failure>>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Failure {
    path: Option<String>,
    scim_type: Option<String>,
}

fn user() -> String {
    "User".to_owned()
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
    let resource_type = registry
        .resource_type(&case.resource_type)
        .ok_or("no such resource type")?;
    let context = match case.context.as_deref() {
        None => ValidationContext::Create,
        Some("replace") => ValidationContext::Replace,
        Some("patchResult") => ValidationContext::PatchResult,
        Some("response") => ValidationContext::Response,
        Some(other) => return Err(format!("no such context: {other}").into()),
    };
    let compatibility: Compatibility = support::compatibility(case.compatibility.as_deref())?;
    let result = match &case.text {
        Some(text) => resource_type.read_slice(text.as_bytes(), context, &compatibility),
        None => resource_type.read(case.input.clone(), context, &compatibility),
    };
    match (result, &case.failures) {
        (Ok((resource, tolerated)), None) => {
            let expected = case.resource.as_ref().unwrap_or(&case.input);
            if resource.to_value() != *expected {
                return Err(format!("expected {expected}, held {}", resource.to_value()).into());
            }
            if let Some(expected) = &case.tolerated {
                let mut tolerated: Vec<_> = tolerated
                    .iter()
                    .map(|use_| (use_.what.to_owned(), use_.path.clone()))
                    .collect();
                let mut expected = expected.clone();
                expected.sort();
                tolerated.sort();
                if tolerated != expected {
                    return Err(format!("expected {expected:?}, tolerated {tolerated:?}").into());
                }
            }
            // What was read once is read again as it is.
            let again = resource_type.read(resource.to_value(), context, &compatibility)?;
            if again.0 != resource {
                return Err(format!("read again, it is {:?}", again.0).into());
            }
            Ok(())
        }
        (Err(report), Some(expected)) => {
            let mut found: Vec<_> = report.failures().iter().map(failure).collect();
            let mut expected: Vec<_> = expected.iter().collect();
            found.sort();
            expected.sort();
            if found.iter().collect::<Vec<_>>() == expected {
                Ok(())
            } else {
                Err(format!("expected {expected:?}, found {found:?}: {report}").into())
            }
        }
        (Ok((resource, _)), Some(_)) => Err(format!("it was accepted as {resource:?}").into()),
        (Err(report), None) => Err(format!("it was refused: {report}").into()),
    }
}

fn failure(error: &Error) -> Failure {
    Failure {
        path: error.path().map(str::to_owned),
        scim_type: error.kind().scim_type().map(str::to_owned),
    }
}

datatest_stable::harness! {
    { test = cases, root = "tests/cases/read", pattern = r"\.json$" },
}
