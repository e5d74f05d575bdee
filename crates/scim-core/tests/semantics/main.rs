//! What filters, orders, projections and PATCH requests mean, case by case: the files below `tests/cases` are the
//! specification, named by the requirement that they show.
#![expect(
    clippy::needless_pass_by_value,
    reason = "the harness hands over the text of a file"
)]

mod patch_cases;
mod registry;
mod sorting_cases;

use std::error::Error;
use std::path::Path;

use scim_core::compatibility::Compatibility;
use scim_core::evaluation::{BoundFilter, CompactResource};
use scim_core::projection::Projection;
use scim_core::resource::Resource;
use scim_core::schema::ValidationContext;
use serde::Deserialize;
use serde_json::{Map, Value};

use patch_cases::{merged, patch, patch_difference};
use sorting_cases::sorting;

type Outcome = Result<(), Box<dyn Error>>;

fn compatibility(name: Option<&str>) -> Result<Compatibility, Box<dyn Error>> {
    Ok(serde_json::from_value(name.unwrap_or("standard").into())?)
}

fn check(holds: bool, message: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(message().into()) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FilterCases {
    #[serde(rename = "about")]
    _about: String,
    compatibility: Option<String>,
    resource_type: String,
    resource: Map<String, Value>,
    #[serde(default)]
    matches: Vec<String>,
    #[serde(default)]
    fails: Vec<String>,
    /// Each with a word of the explanation.
    #[serde(default)]
    refused: Map<String, Value>,
}

fn filter_evaluation(_path: &Path, text: String) -> Outcome {
    let cases: FilterCases = serde_json::from_str(&text)?;
    let compatibility = compatibility(cases.compatibility.as_deref())?;
    let resource_type = registry::resource_type(&cases.resource_type)?;
    let parser = resource_type.parser().leniency(compatibility.leniency());
    let resource = Resource::new(cases.resource);
    let compact = CompactResource::new(&resource).ok_or("too large")?;
    let wanted = cases.matches.iter().map(|filter| (filter, true));
    for (filter, expected) in wanted.chain(cases.fails.iter().map(|filter| (filter, false))) {
        let parsed = parser
            .filter(filter)
            .map_err(|error| format!("{filter}: {error}"))?;
        let bound = BoundFilter::bind(&parsed, &resource_type, &compatibility)
            .map_err(|error| format!("{filter}: {error}"))?;
        check(bound.matches(&resource) == expected, || {
            format!("{filter}: not {expected}")
        })?;
        check(bound.matches_compact(&compact) == expected, || {
            format!("{filter}: not {expected} when compact")
        })?;
        let negated = parser.filter(&format!("not ({filter})"))?;
        let negated = BoundFilter::bind(&negated, &resource_type, &compatibility)?;
        check(negated.matches(&resource) != expected, || {
            format!("not ({filter}): {expected} too")
        })?;
    }
    for (filter, word) in &cases.refused {
        let error = match parser.filter(filter) {
            Err(error) => scim_core::error::Error::from_filter(&error),
            Ok(parsed) => match BoundFilter::bind(&parsed, &resource_type, &compatibility) {
                Ok(_) => return Err(format!("{filter}: accepted").into()),
                Err(error) => error,
            },
        };
        check(error.kind().scim_type() == Some("invalidFilter"), || {
            format!("{filter}: {error:?}")
        })?;
        let word = word.as_str().filter(|word| !word.is_empty());
        let word = word.ok_or_else(|| format!("{filter}: which word is in the explanation?"))?;
        check(error.to_string().contains(word), || {
            format!("{filter}: \"{error}\" lacks {word}")
        })?;
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProjectionCases {
    #[serde(rename = "about")]
    _about: String,
    resource_type: String,
    resource: Map<String, Value>,
    cases: Vec<ProjectionCase>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProjectionCase {
    name: String,
    attributes: Option<String>,
    excluded: Option<String>,
    compatibility: Option<String>,
    sent: Option<Value>,
    error: Option<String>,
    /// The names that select nothing.
    #[serde(default)]
    unknown: Vec<String>,
    /// Other flags that the report names.
    #[serde(default)]
    tolerated: Vec<String>,
}

fn projection(_path: &Path, text: String) -> Outcome {
    let cases: ProjectionCases = serde_json::from_str(&text)?;
    let resource_type = registry::resource_type(&cases.resource_type)?;
    let resource = Resource::new(cases.resource);
    for case in &cases.cases {
        let name = &case.name;
        match Projection::bind_with_report(
            case.attributes.as_deref(),
            case.excluded.as_deref(),
            &resource_type,
            &compatibility(case.compatibility.as_deref())?,
        ) {
            Ok((projection, tolerated)) => {
                check(case.error.is_none(), || format!("{name}: accepted"))?;
                let sent = projection.apply(&resource);
                check(Some(&sent) == case.sent.as_ref(), || {
                    format!("{name}: sends {sent}")
                })?;
                let (unknown, other): (Vec<_>, Vec<_>) = tolerated
                    .iter()
                    .partition(|tolerance| tolerance.what == "ignore_unknown_selection");
                let told = unknown.iter().map(|tolerance| tolerance.detail.clone());
                let expected = case.unknown.iter();
                let expected = expected.map(|name| format!("\"{name}\" selects nothing"));
                let other = other.iter().map(|tolerance| tolerance.what);
                check(told.eq(expected) && other.eq(case.tolerated.iter()), || {
                    format!("{name}: {tolerated:?}")
                })?;
            }
            Err(error) => {
                let expected = case.error.as_deref();
                check(
                    expected.is_some() && error.kind().scim_type() == expected,
                    || format!("{name}: {error:?}"),
                )?;
            }
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReplaceCases {
    #[serde(rename = "about")]
    _about: String,
    resource_type: String,
    stored: Map<String, Value>,
    cases: Vec<ReplaceCase>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReplaceCase {
    name: String,
    /// What the stored resource of the file has besides; null takes away.
    #[serde(default)]
    given: Map<String, Value>,
    sent: Value,
    /// The new resource.
    after: Option<Map<String, Value>>,
    /// The path of each failure, and its scimType.
    #[serde(default)]
    failures: Vec<(String, String)>,
}

fn replace(_path: &Path, text: String) -> Outcome {
    let cases: ReplaceCases = serde_json::from_str(&text)?;
    let resource_type = registry::resource_type(&cases.resource_type)?;
    let standard = Compatibility::standard();
    for case in cases.cases {
        let name = &case.name;
        let stored = Resource::new(merged(&cases.stored, &case.given));
        let replaced = resource_type
            .read(case.sent, ValidationContext::Replace, &standard)
            .and_then(|(sent, _)| resource_type.replace(&stored, sent));
        match replaced {
            Ok(resource) => {
                let after = case.after.map(Resource::new);
                check(after.as_ref() == Some(&resource), || {
                    format!("{name}: is {}", resource.to_value())
                })?;
                resource_type
                    .validate(&resource, ValidationContext::PatchResult)
                    .map_err(|report| format!("{name}: {report}"))?;
            }
            Err(report) => {
                let found: Vec<_> = report
                    .failures()
                    .iter()
                    .map(|failure| {
                        let path = failure.path().unwrap_or_default().to_owned();
                        (
                            path,
                            failure.kind().scim_type().unwrap_or_default().to_owned(),
                        )
                    })
                    .collect();
                check(case.after.is_none() && found == case.failures, || {
                    format!("{name}: {report}")
                })?;
            }
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = filter_evaluation, root = "tests/cases/filter_evaluation", pattern = r"\.json$" },
    { test = patch, root = "tests/cases/patch", pattern = r"\.json$" },
    { test = patch_difference, root = "tests/cases/patch_difference", pattern = r"\.json$" },
    { test = projection, root = "tests/cases/projection", pattern = r"\.json$" },
    { test = replace, root = "tests/cases/replace", pattern = r"\.json$" },
    { test = sorting, root = "tests/cases/sorting", pattern = r"\.json$" },
}
