//! The order of resources of one type, and of several together.

use std::cmp::Ordering;
use std::path::Path;

use scim_core::message::SortOrder;
use scim_core::resource::Resource;
use scim_core::sorting::BoundSort;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Outcome, check, compatibility, registry};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SortingCases {
    #[serde(rename = "about")]
    _about: String,
    /// Where there are several, each resource says in `meta.resourceType` of which it is.
    resource_types: Vec<String>,
    cases: Vec<SortingCase>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SortingCase {
    name: String,
    by: String,
    #[serde(default)]
    order: SortOrder,
    compatibility: Option<String>,
    /// In the order expected.
    #[serde(default)]
    resources: Vec<Map<String, Value>>,
    /// Of each type, in path notation.
    #[serde(default)]
    paths: Vec<String>,
    /// The flags that the report names.
    #[serde(default)]
    tolerated: Vec<String>,
    error: Option<String>,
    /// Of the error.
    path: Option<String>,
}

pub(super) fn sorting(_path: &Path, text: String) -> Outcome {
    let cases: SortingCases = serde_json::from_str(&text)?;
    let names = &cases.resource_types;
    let resource_types = names
        .iter()
        .map(|name| registry::resource_type(name))
        .collect::<Result<Vec<_>, _>>()?;
    let [first, others @ ..] = resource_types.as_slice() else {
        return Err("no resource type".into());
    };
    for case in &cases.cases {
        let name = &case.name;
        let compatibility = compatibility(case.compatibility.as_deref())?;
        let parser = first.parser().leniency(compatibility.leniency());
        let path = parser.attribute_path(&case.by)?;
        let bound = BoundSort::bind_each(&path, case.order, &resource_types, &compatibility);
        if others.is_empty() {
            let alone = BoundSort::bind_with_report(&path, case.order, first, &compatibility);
            check(
                format!("{bound:?}") == format!("{:?}", alone.map(|(sort, told)| ([sort], told))),
                || format!("{name}: another order for one type alone"),
            )?;
        }
        let (sorts, tolerated) = match bound {
            Ok(bound) => bound,
            Err(error) => {
                let expected = case.error.as_deref();
                let is_there = case
                    .path
                    .as_deref()
                    .is_none_or(|path| error.path() == Some(path));
                check(
                    expected.is_some() && error.kind().scim_type() == expected && is_there,
                    || format!("{name}: {error:?}"),
                )?;
                continue;
            }
        };
        check(case.error.is_none(), || format!("{name}: accepted"))?;
        let told = tolerated.iter().map(|tolerance| tolerance.what);
        check(told.eq(case.tolerated.iter()), || {
            format!("{name}: {tolerated:?}")
        })?;
        let paths: Vec<_> = sorts.iter().map(BoundSort::path).collect();
        check(case.paths.is_empty() || paths == case.paths, || {
            format!("{name}: {paths:?}")
        })?;
        let sort_of = |resource: &Resource| {
            let meta = resource
                .get("meta")
                .and_then(|meta| meta.get("resourceType"));
            let position = names
                .iter()
                .position(|name| meta == Some(&name.as_str().into()));
            sorts.get(position.unwrap_or_default())
        };
        is_order(&case.resources, sort_of).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// What stands earlier in the list stands earlier in the order, by each way to ask for it.
fn is_order<'s>(
    resources: &[Map<String, Value>],
    sort_of: impl Fn(&Resource) -> Option<&'s BoundSort>,
) -> Outcome {
    check(resources.len() > 1, || {
        "an order needs two resources".to_owned()
    })?;
    let ordered: Vec<_> = resources.iter().cloned().map(Resource::new).collect();
    let position = |resource: &Resource| sort_of(resource).map(|sort| sort.position(resource));
    let mut sorted = ordered.clone();
    sorted.reverse();
    sorted.sort_by_cached_key(&position);
    check(sorted == ordered, || format!("sorted {sorted:?}"))?;
    let sort = ordered.first().and_then(&sort_of);
    let is_of_one_type = |sort: &BoundSort| {
        ordered
            .iter()
            .all(|one| sort_of(one).is_some_and(|other| std::ptr::eq(sort, other)))
    };
    let sort = sort.filter(|sort| is_of_one_type(sort));
    if let Some(sort) = sort {
        sorted.reverse();
        sort.sort(&mut sorted);
        check(sorted == ordered, || format!("sorted {sorted:?} at once"))?;
    }
    for (index, left) in ordered.iter().enumerate() {
        for right in ordered.iter().skip(index + 1) {
            check(position(left) < position(right), || {
                format!("{left:?} after {right:?}")
            })?;
            if let Some(sort) = sort {
                let both = (sort.compare(left, right), sort.compare(right, left));
                check(both == (Ordering::Less, Ordering::Greater), || {
                    format!("{left:?} and {right:?}: {both:?}")
                })?;
            }
        }
    }
    Ok(())
}
