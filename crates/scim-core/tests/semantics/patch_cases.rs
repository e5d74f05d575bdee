//! PATCH requests and what they do, and the requests that lead from one state to another.

use std::path::Path;

use scim_core::compatibility::Compatibility;
use scim_core::message::PatchRequest;
use scim_core::patch::{self, PatchDialect, PatchLimits};
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Outcome, check, compatibility, registry};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PatchCases {
    #[serde(rename = "about")]
    _about: String,
    resource_type: String,
    before: Map<String, Value>,
    cases: Vec<PatchCase>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PatchCase {
    name: String,
    compatibility: Option<String>,
    /// What the resource of the file has besides; null takes away.
    #[serde(default)]
    given: Map<String, Value>,
    operations: Vec<Value>,
    /// What is different after the request; null is absent. Anything else must be as it was.
    after: Option<Map<String, Value>>,
    changes: Option<Vec<String>>,
    /// The changes with what went and what came.
    effects: Option<Vec<Value>>,
    #[serde(default)]
    tolerated: Vec<String>,
    error: Option<String>,
    operation: Option<usize>,
    path: Option<String>,
}

pub(super) fn merged(
    base: &Map<String, Value>,
    overrides: &Map<String, Value>,
) -> Map<String, Value> {
    let mut merged = base.clone();
    for (name, value) in overrides {
        if value.is_null() {
            merged.remove(name);
        } else {
            merged.insert(name.clone(), value.clone());
        }
    }
    merged
}

/// In place a request does what it does to a copy; if it fails, or is undone, nothing has happened.
fn check_in_place(
    request: &PatchRequest,
    before: &Resource,
    resource_type: &RegisteredResourceType,
    compatibility: &Compatibility,
) -> Outcome {
    let mut resource = before.clone();
    let copied = patch::apply(request, before, resource_type, compatibility);
    let limits = PatchLimits::default();
    match patch::apply_in_place(
        request,
        &mut resource,
        resource_type,
        compatibility,
        &limits,
    ) {
        Ok(applied) => {
            let copied = copied?;
            check(*applied.resource() == copied.resource, || {
                "not the copy".to_owned()
            })?;
            check(applied.changes() == copied.changes, || {
                "other changes".to_owned()
            })?;
            applied.undo();
        }
        Err(error) => check(copied.err() == Some(error), || "another error".to_owned())?,
    }
    check(resource == *before, || "not as it was".to_owned())
}

pub(super) fn patch(_path: &Path, text: String) -> Outcome {
    let cases: PatchCases = serde_json::from_str(&text)?;
    let resource_type = registry::resource_type(&cases.resource_type)?;
    for case in &cases.cases {
        let name = &case.name;
        let compatibility = compatibility(case.compatibility.as_deref())?;
        let before = Resource::new(merged(&cases.before, &case.given));
        let untouched = before.clone();
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": case.operations,
        });
        if let Ok(request) = PatchRequest::read(&body, &resource_type, &compatibility) {
            check_in_place(&request, &before, &resource_type, &compatibility)
                .map_err(|problem| format!("{name}: {problem}"))?;
        }
        let patched = PatchRequest::read(&body, &resource_type, &compatibility)
            .and_then(|request| patch::apply(&request, &before, &resource_type, &compatibility));
        check(before == untouched, || {
            format!("{name}: the input was changed")
        })?;
        match (patched, &case.error) {
            (Ok(patched), None) => {
                let expected = merged(
                    untouched.attributes(),
                    &case.after.clone().unwrap_or_default(),
                );
                check(*patched.resource.attributes() == expected, || {
                    format!(
                        "{name}: is {}\nnot {}",
                        patched.resource.to_value(),
                        Value::Object(expected.clone())
                    )
                })?;
                let same = patched.changes.is_empty();
                check(same == (patched.resource == untouched), || {
                    format!("{name}: {:?}", patched.changes)
                })?;
                let paths: Vec<_> = patched
                    .changes
                    .iter()
                    .map(|change| change.path.clone())
                    .collect();
                check(
                    case.changes
                        .as_ref()
                        .is_none_or(|expected| *expected == paths),
                    || format!("{name}: changed {paths:?}"),
                )?;
                if let Some(expected) = &case.effects {
                    let told: Vec<_> = patched
                        .changes
                        .iter()
                        .map(|change| {
                            json!({"path": change.path, "before": change.before, "after": change.after})
                        })
                        .collect();
                    check(told == *expected, || format!("{name}: {}", json!(told)))?;
                }
                for expected in &case.tolerated {
                    check(
                        patched
                            .tolerated
                            .iter()
                            .any(|tolerance| tolerance.what == expected),
                        || format!("{name}: tolerated {:?}", patched.tolerated),
                    )?;
                }
            }
            (Ok(patched), Some(error)) => {
                return Err(
                    format!("{name}: not {error} but {}", patched.resource.to_value()).into(),
                );
            }
            (Err(failure), Some(error)) => {
                check(failure.kind().scim_type() == Some(error), || {
                    format!("{name}: {failure:?}")
                })?;
                let last = case.operation.unwrap_or(0);
                check(failure.operation() == Some(last), || {
                    format!("{name}: {failure:?}")
                })?;
                check(
                    case.path.is_none() || failure.path() == case.path.as_deref(),
                    || format!("{name}: {failure:?}"),
                )?;
            }
            (Err(failure), None) => return Err(format!("{name}: {failure:?}").into()),
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DifferenceCases {
    #[serde(rename = "about")]
    _about: String,
    resource_type: String,
    /// What both states have besides.
    base: Map<String, Value>,
    cases: Vec<DifferenceCase>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DifferenceCase {
    name: String,
    before: Map<String, Value>,
    after: Map<String, Value>,
    rfc: Value,
    entra: Value,
    interop_profile: Value,
}

/// That the requests lead where they shall is a law.
pub(super) fn patch_difference(_path: &Path, text: String) -> Outcome {
    let cases: DifferenceCases = serde_json::from_str(&text)?;
    let resource_type = registry::resource_type(&cases.resource_type)?;
    for case in &cases.cases {
        let before = Resource::new(merged(&cases.base, &case.before));
        let after = Resource::new(merged(&cases.base, &case.after));
        for (dialect, expected) in [
            (PatchDialect::Rfc, &case.rfc),
            (PatchDialect::Entra, &case.entra),
            (PatchDialect::InteropProfile, &case.interop_profile),
        ] {
            let request = patch::difference(&before, &after, &resource_type, dialect);
            let body = dialect.body(&request);
            check(body.get("Operations") == Some(expected), || {
                format!("{}, {dialect:?}: {body}", case.name)
            })?;
        }
    }
    Ok(())
}
