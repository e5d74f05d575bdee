//! What is asked of each database.

use std::error::Error;
use std::fs;
use std::path::Path;

use scim_core::compatibility::Compatibility;
use scim_core::error::ErrorKind;
use scim_core::evaluation::BoundFilter;
use scim_core::message::SortOrder;
use scim_core::paging::{Cursor, page};
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::scim_filter::Limits;
use scim_core::sorting::BoundSort;
use scim_core::sql::{SqlDialect, SqlPage};
use serde_json::{Map, Value};

use crate::database::{Database, Layout};
use crate::dice::Dice;
use crate::{filters, odd_names, registry, resources};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

const TYPES: [&str; 4] = ["User", "Group", "Thing", "Odd"];
const BATCHES: i64 = 14;
const RESOURCES: usize = 24;
const FILTERS: usize = 80;

fn resource_type(name: &str) -> Result<RegisteredResourceType, Box<dyn Error>> {
    match name {
        "Odd" => odd_names::resource_type(),
        name => registry::resource_type(name),
    }
}

/// A database with the resources of one type, kept in two ways.
struct Held {
    resource_type: RegisteredResourceType,
    database: Database,
    layouts: Vec<Layout>,
    batch: i64,
    resources: Vec<Resource>,
}

impl Held {
    async fn new(dialect: SqlDialect, url: &str, name: &str) -> Result<Self, Box<dyn Error>> {
        let resource_type = resource_type(name)?;
        let mut database = Database::open(dialect, url).await?;
        let layouts = vec![
            Layout::plain(dialect, &resource_type)?,
            Layout::indexed(dialect, &resource_type)?,
        ];
        for layout in &layouts {
            database.create(layout).await?;
        }
        Ok(Self {
            resource_type,
            database,
            layouts,
            batch: 0,
            resources: Vec::new(),
        })
    }

    /// Other resources, beside those that are there.
    async fn next_batch(&mut self, resources: Vec<Resource>) -> Outcome {
        self.batch += 1;
        for layout in &self.layouts {
            for resource in &resources {
                self.database.insert(layout, self.batch, resource).await?;
            }
        }
        self.resources = resources;
        Ok(())
    }

    async fn next_generated(&mut self, dice: &mut Dice) -> Outcome {
        let batch = self.batch;
        let resources = (0..RESOURCES)
            .map(|number| {
                let start = dice.pick(&["a", "B", "é", "😀", "'", ""]);
                let id = format!("{start}{:02}-{batch}", (number * 7) % RESOURCES);
                resources::resource(&self.resource_type, &id, dice)
            })
            .collect();
        self.next_batch(resources).await
    }

    /// How many resources fulfil a filter, when all agree on it.
    async fn count(&mut self, text: &str, filter: &BoundFilter) -> Result<usize, Box<dyn Error>> {
        let mut expected: Vec<_> = self
            .resources
            .iter()
            .filter(|resource| filter.matches(resource))
            .filter_map(Resource::id)
            .collect();
        expected.sort_unstable();
        for layout in &self.layouts {
            let found = self
                .database
                .ask(layout, self.batch, Some(filter), None, SqlPage::All)
                .await
                .map_err(|error| format!("{text}\n{error}"))?;
            if found != expected {
                let query = layout.table.query(Some(filter), None, SqlPage::All)?;
                let wrong = self.resources.iter().find(|resource| {
                    let id = resource.id().unwrap_or_default();
                    found.iter().any(|found| found == id) != expected.contains(&id)
                });
                return Err(format!(
                    "{text}\n{}\n{:?}\nfound {found:?}\nnot {expected:?}\nas for {}\nkept as {}",
                    query.clauses(),
                    query.parameters,
                    wrong.map(Resource::to_value).unwrap_or_default(),
                    wrong
                        .map(|wrong| layout.table.comparison_document(wrong))
                        .transpose()?
                        .unwrap_or_default(),
                )
                .into());
            }
        }
        Ok(expected.len())
    }

    fn bind(&self, text: &str, compatibility: &Compatibility) -> Option<BoundFilter> {
        let parser = self
            .resource_type
            .parser()
            .leniency(compatibility.leniency());
        let filter = parser.filter(text).ok()?;
        BoundFilter::bind(&filter, &self.resource_type, compatibility).ok()
    }
}

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

pub(crate) async fn orders_and_pages(dialect: SqlDialect, url: String) -> Outcome {
    let mut dice = Dice::new(1_789);
    let (mut orders, mut pages) = (0, 0);
    for name in TYPES {
        let mut held = Held::new(dialect, &url, name).await?;
        let paths = sortable(&held.resource_type);
        for _ in 0..2 {
            held.next_generated(&mut dice).await?;
            for path in &paths {
                let direction = if dice.chance(50) {
                    SortOrder::Ascending
                } else {
                    SortOrder::Descending
                };
                let parsed = held.resource_type.parser().attribute_path(path)?;
                let Ok(sort) = BoundSort::bind(&parsed, direction, &held.resource_type) else {
                    continue;
                };
                let text = filters::filter(&held.resource_type, 1, &mut dice);
                let filter = held
                    .bind(&text, &Compatibility::standard())
                    .filter(|_| dice.chance(40));
                let count = 2 + dice.below(10);
                pages += walk(&mut held, filter.as_ref(), Some(&sort), count)
                    .await
                    .map_err(|error| format!("{path} {direction:?} by {count}: {error}"))?;
                orders += 1;
            }
            pages += walk(&mut held, None, None, 5).await?;
        }
    }
    println_of(dialect, &format!("{orders} orders, {pages} pages"));
    if orders < 150 {
        Err("too few orders".into())
    } else {
        Ok(())
    }
}

/// Every attribute and sub-attribute that has an order in SQL.
fn sortable(resource_type: &RegisteredResourceType) -> Vec<String> {
    let mut paths = Vec::new();
    for reference in resource_type.attributes() {
        let definition = reference.attribute();
        let path = reference.canonical_path();
        let has_order = |definition: &scim_core::schema::AttributeDefinition| {
            definition.r#type != scim_core::schema::AttributeType::Binary
                && definition.name != "schemas"
        };
        let below = definition
            .sub_attributes
            .iter()
            .filter(|sub_attribute| has_order(sub_attribute) && !sub_attribute.multi_valued)
            .map(|sub_attribute| format!("{path}.{}", sub_attribute.name));
        paths.extend(below);
        if has_order(definition) {
            paths.push(path);
        }
    }
    // `value` of certificates is binary.
    paths.retain(|path| path != "x509Certificates");
    paths
}

/// All pages, by number and by cursor, there and back.
async fn walk(
    held: &mut Held,
    filter: Option<&BoundFilter>,
    sort: Option<&BoundSort>,
    count: usize,
) -> Result<usize, Box<dyn Error>> {
    let resources = held.resources.clone();
    let matches: Vec<&Resource> = resources
        .iter()
        .filter(|resource| filter.is_none_or(|filter| filter.matches(resource)))
        .collect();
    let wanted = |cursor: Option<&Cursor>| page(matches.iter().copied(), sort, cursor, count);
    let all: Vec<String> = ids(&page(matches.iter().copied(), sort, None, usize::MAX).resources);
    let mut pages = 0;
    for number in 0..held.layouts.len() {
        let by_number = ask(held, number, filter, sort, SqlPage::All).await?;
        same(&by_number, &all, "all")?;
        for (index, expected) in all.chunks(count).enumerate() {
            let start_index = index * count + 1;
            let found = ask(
                held,
                number,
                filter,
                sort,
                SqlPage::Index { start_index, count },
            )
            .await?;
            same(&found, expected, &format!("from {start_index}"))?;
            pages += 1;
        }
        let mut cursor = None;
        let back = loop {
            let expected = wanted(cursor.as_ref());
            let limit = count + 1;
            let mut found = ask(
                held,
                number,
                filter,
                sort,
                SqlPage::Cursor {
                    cursor: cursor.as_ref(),
                    limit,
                },
            )
            .await?;
            let is_last = found.len() <= count;
            found.truncate(count);
            same(
                &found,
                &ids(&expected.resources),
                &format!("page {pages} by cursor"),
            )?;
            if is_last != expected.next.is_none() {
                return Err(format!("whether page {pages} is the last").into());
            }
            pages += 1;
            cursor = expected.next;
            if is_last {
                break expected.previous;
            }
        };
        let mut cursor = back;
        while let Some(place) = cursor {
            let expected = wanted(Some(&place));
            let backwards = SqlPage::Cursor {
                cursor: Some(&place),
                limit: count,
            };
            let mut found = ask(held, number, filter, sort, backwards).await?;
            found.reverse();
            if found.len() < count {
                found = ask(
                    held,
                    number,
                    filter,
                    sort,
                    SqlPage::Cursor {
                        cursor: None,
                        limit: count,
                    },
                )
                .await?;
            }
            same(&found, &ids(&expected.resources), "a page backwards")?;
            pages += 1;
            cursor = expected.previous;
        }
    }
    Ok(pages)
}

async fn ask(
    held: &mut Held,
    layout: usize,
    filter: Option<&BoundFilter>,
    sort: Option<&BoundSort>,
    page: SqlPage<'_>,
) -> Result<Vec<String>, Box<dyn Error>> {
    let layout = held.layouts.get(layout).ok_or("no such layout")?;
    held.database
        .ask(layout, held.batch, filter, sort, page)
        .await
}

fn ids(resources: &[&Resource]) -> Vec<String> {
    let ids = resources.iter().filter_map(|resource| resource.id());
    ids.map(str::to_owned).collect()
}

fn same(found: &[String], expected: &[String], what: &str) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: {found:?}\nnot {expected:?}").into())
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

#[expect(
    clippy::print_stdout,
    reason = "how much was asked is part of what the test shows"
)]
fn println_of(dialect: SqlDialect, what: &str) {
    println!("{dialect:?}: {what}");
}

/// What has a column and an index of its own is not looked for in every row.
pub(crate) async fn columns_are_found_by_index(dialect: SqlDialect, url: String) -> Outcome {
    let mut held = Held::new(dialect, &url, "User").await?;
    let layout = held.layouts.get(1).ok_or("no layout with columns")?;
    held.database.add_indexes(layout).await?;
    let by_name = BoundSort::bind(
        &"userName".parse()?,
        SortOrder::Ascending,
        &held.resource_type,
    )?;
    let mut user = Resource::default();
    user.set_id("7");
    user.attributes_mut()
        .insert("userName".to_owned(), "BJensen".into());
    let cursor = Cursor::after(&user, Some(&by_name)).ok_or("no cursor")?;
    let next = SqlPage::Cursor {
        cursor: Some(&cursor),
        limit: 11,
    };
    let by_name = Some(&by_name);
    let (name, entry) = ("users_by_name", "entries_by_value");
    for (text, sort, page, index) in [
        (r#"userName eq "BJensen""#, None, SqlPage::All, name),
        (
            r#"userName sw "BJ" and not (title eq "CTO")"#,
            None,
            SqlPage::All,
            name,
        ),
        (
            r#"userName eq "a" or userName eq "b""#,
            None,
            SqlPage::All,
            name,
        ),
        ("id pr", by_name, SqlPage::All, name),
        ("id pr", by_name, next, name),
        (
            r#"emails[value eq "b@h" and type eq "work"]"#,
            None,
            SqlPage::All,
            entry,
        ),
    ] {
        let filter = held
            .bind(text, &Compatibility::standard())
            .ok_or("the filter is refused")?;
        let layout = held.layouts.get(1).ok_or("no layout with columns")?;
        let plan = held
            .database
            .plan(layout, Some(&filter), sort, page)
            .await?;
        let is_sorted = plan.contains("TEMP B-TREE") || plan.contains("Sort");
        if !plan.contains(index) || (sort.is_some() && is_sorted) {
            return Err(format!("{text}:\n{plan}").into());
        }
    }
    Ok(())
}
