//! What is asked of each database: filters.

use std::fs;
use std::path::Path;

use scim_core::compatibility::Compatibility;
use scim_core::error::ErrorKind;
use scim_core::evaluation::BoundFilter;
use scim_core::resource::Resource;
use scim_core::scim_filter::Limits;
use scim_core::sql::{SqlDialect, SqlPage};
use serde_json::{Map, Value};

use crate::dice::Dice;
use crate::filters;
use crate::held::{Held, Outcome, RESOURCES, TYPES, println_of};

const BATCHES: i64 = 14;
const FILTERS: usize = 80;

fn presets() -> [Compatibility; 4] {
    [
        Compatibility::standard(),
        Compatibility::strict(),
        Compatibility::entra(),
        Compatibility::okta(),
    ]
}

fn texts(case: &Map<String, Value>, member: &str) -> Vec<String> {
    let list = case.get(member).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

pub(crate) async fn filters_of_the_case_files(dialect: SqlDialect, url: String) -> Outcome {
    let mut dice = Dice::new(7);
    let mut everywhere = benches::filter_corpus()?;
    let mut cases = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../crates/scim-core/tests/cases/filter_evaluation");
    for entry in fs::read_dir(folder)? {
        let case: Map<String, Value> = serde_json::from_str(&fs::read_to_string(entry?.path())?)?;
        everywhere.extend(
            ["matches", "fails"]
                .iter()
                .flat_map(|member| texts(&case, member)),
        );
        cases.push(case);
    }
    everywhere.sort();
    everywhere.dedup();
    let mut asked = 0;
    for name in ["User", "Group", "Thing"] {
        let mut held = Held::new(dialect, &url, name).await?;
        let given: Vec<_> = cases
            .iter()
            .filter(|case| case.get("resourceType").and_then(Value::as_str) == Some(name))
            .filter_map(|case| case.get("resource")?.as_object().cloned())
            .enumerate()
            .map(|(number, resource)| {
                let mut resource = Resource::new(resource);
                resource.set_id(format!("case{number}"));
                resource
            })
            .collect();
        let layout = held.layouts.first().ok_or("no layout")?;
        let (given, unreadable): (Vec<_>, Vec<_>) = given
            .into_iter()
            .partition(|resource| layout.table.comparison_document(resource).is_ok());
        if !unreadable.is_empty() {
            return Err(format!("a case has a resource that is not kept: {unreadable:?}").into());
        }
        held.next_batch(given).await?;
        for round in 0..2 {
            for compatibility in presets() {
                for text in &everywhere {
                    if let Some(filter) = held.bind(text, &compatibility) {
                        held.count(text, &filter).await?;
                        asked += 1;
                    }
                }
            }
            if round == 0 {
                held.next_generated(&mut dice).await?;
            }
        }
    }
    println_of(
        dialect,
        &format!("{asked} questions by filters of the case files"),
    );
    if asked < 1_000 {
        Err("too few filters could be asked".into())
    } else {
        Ok(())
    }
}

pub(crate) async fn generated_filters(dialect: SqlDialect, url: String) -> Outcome {
    let mut dice = Dice::new(42);
    let (mut asked, mut told_apart, mut refused) = (0, 0, 0);
    for name in TYPES {
        let mut held = Held::new(dialect, &url, name).await?;
        for _ in 0..BATCHES {
            held.next_generated(&mut dice).await?;
            for number in 0..FILTERS {
                let text = filters::filter(&held.resource_type, 3, &mut dice);
                let [standard, _, entra, _] = presets();
                let compatibility = if number % 3 == 0 { entra } else { standard };
                let Some(filter) = held.bind(&text, &compatibility) else {
                    refused += 1;
                    continue;
                };
                let count = held.count(&text, &filter).await?;
                asked += 1;
                told_apart += usize::from(count > 0 && count < held.resources.len());
            }
        }
    }
    println_of(
        dialect,
        &format!(
            "{asked} generated filters, each on {RESOURCES} resources kept in two ways; {told_apart} were true of some of them \
         ({refused} more were refused when bound)"
        ),
    );
    if asked < 2_000 || told_apart * 3 < asked {
        return Err("the filters say too little".into());
    }
    Ok(())
}

/// As many conditions and as deep a nesting as the parser takes at the most; and one value too many.
pub(crate) async fn filters_as_large_as_they_get(dialect: SqlDialect, url: String) -> Outcome {
    let mut dice = Dice::new(3);
    let mut held = Held::new(dialect, &url, "User").await?;
    held.next_generated(&mut dice).await?;
    let few = held.resources.split_off(RESOURCES - 3);
    held.next_batch(few).await?;
    let mut limits = Limits::new();
    limits.depth = Limits::MAXIMUM_DEPTH;
    limits.terms = 80_000;
    limits.bytes = 4_000_000;
    let terms = |count: usize, word: &str| {
        let terms: Vec<_> = (0..count)
            .map(|number| format!("title eq \"{number}\""))
            .collect();
        terms.join(word)
    };
    let mut deep = "title eq \"a\"".to_owned();
    for level in 0..Limits::MAXIMUM_DEPTH {
        deep = match level % 4 {
            0 => format!("not ({deep})"),
            1 => format!("({deep}) and id pr"),
            2 => format!("({deep}) or userName eq \"a\""),
            _ => format!("({deep}) and active pr and title sw \"a\""),
        };
    }
    let in_brackets: Vec<_> = (0..4_096)
        .map(|number| format!("value eq \"{number}\""))
        .collect();
    let large = [
        terms(4_096, " or "),
        terms(4_096, " and "),
        terms(20_000, " or "),
        format!("not ({})", terms(4_096, " or ")),
        format!("emails[{}]", in_brackets.join(" or ")),
        format!("title co \"{}\"", "a".repeat(200_000)),
        format!("title sw \"{}\"", "%_".repeat(100_000)),
        deep,
    ];
    for text in large {
        let start: String = text.chars().take(60).collect();
        let parser = held.resource_type.parser().limits(limits);
        let filter = parser
            .filter(&text)
            .map_err(|error| format!("{start}: {error}"))?;
        let filter = BoundFilter::bind(&filter, &held.resource_type, &Compatibility::standard())?;
        held.count(&start, &filter).await?;
    }
    let parser = held.resource_type.parser().limits(limits);
    let filter = parser.filter(&terms(65_535, " or "))?;
    let filter = BoundFilter::bind(&filter, &held.resource_type, &Compatibility::standard())?;
    for layout in &held.layouts {
        let refused = layout.table.query(Some(&filter), None, SqlPage::All);
        if refused.map_err(|error| error.kind()) != Err(ErrorKind::TooMany) {
            return Err("with the application's own, these are too many parameters".into());
        }
    }
    Ok(())
}
