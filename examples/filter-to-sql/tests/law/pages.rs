//! What is asked of each database: orders, pages, and whether it finds its way by an index.

use std::error::Error;

use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::message::SortOrder;
use scim_core::paging::{Cursor, page};
use scim_core::resource::Resource;
use scim_core::schema::{
    AttributeDefinition, AttributeType, RegisteredResourceType, SchemaRegistry,
};
use scim_core::scim_filter::AttributePath;
use scim_core::sorting::BoundSort;
use scim_core::sql::{SqlDialect, SqlPage};

use crate::dice::Dice;
use crate::filters;
use crate::held::{Held, Outcome, TYPES, println_of};

pub(crate) async fn orders_and_pages(dialect: SqlDialect, url: String) -> Outcome {
    let mut dice = Dice::new(1_789);
    let standard = Compatibility::standard();
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
                let Ok(sort) = BoundSort::bind(&parsed, direction, &held.resource_type, &standard)
                else {
                    continue;
                };
                let text = filters::filter(&held.resource_type, 1, &mut dice);
                let filter = held.bind(&text, &standard).filter(|_| dice.chance(40));
                let count = 2 + dice.below(10);
                pages += walk(&mut held, filter.as_ref(), Some(&sort), count)
                    .await
                    .map_err(|error| format!("{path} {direction:?} by {count}: {error}"))?;
                orders += 1;
            }
            pages += walk(&mut held, None, None, 5).await?;
            for sort in known_elsewhere(&held.resource_type)? {
                pages += walk(&mut held, None, Some(&sort), 5).await?;
            }
        }
    }
    println_of(dialect, &format!("{orders} orders, {pages} pages"));
    if orders < 150 {
        Err("too few orders".into())
    } else {
        Ok(())
    }
}

/// What a query over several types may be sorted by, and this one lacks.
fn known_elsewhere(
    resource_type: &RegisteredResourceType,
) -> Result<Vec<BoundSort>, Box<dyn Error>> {
    let registry = SchemaRegistry::standard();
    let mut sorts = Vec::new();
    for (other, path) in [("User", "userName"), ("Group", "members")] {
        let path: AttributePath = path.parse()?;
        if resource_type.resolve(&path).is_ok() {
            continue;
        }
        let other = registry.resource_type(other).ok_or("no such type")?;
        for direction in [SortOrder::Ascending, SortOrder::Descending] {
            let types = [resource_type, other];
            let (bound, _) =
                BoundSort::bind_each(&path, direction, types, &Compatibility::standard())?;
            sorts.extend(bound.into_iter().next());
        }
    }
    Ok(sorts)
}

/// Every attribute and sub-attribute that has an order in SQL.
fn sortable(resource_type: &RegisteredResourceType) -> Vec<String> {
    let mut paths = Vec::new();
    for reference in resource_type.attributes() {
        let definition = reference.attribute();
        let path = reference.canonical_path();
        let has_order = |definition: &AttributeDefinition| {
            definition.r#type != AttributeType::Binary && definition.name != "schemas"
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
    let all: Vec<String> = ids(&page(matches.iter().copied(), sort, None, usize::MAX)?.resources);
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
            let expected = wanted(cursor.as_ref())?;
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
            let expected = wanted(Some(&place))?;
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

/// What has a column and an index of its own is not looked for in every row.
pub(crate) async fn columns_are_found_by_index(dialect: SqlDialect, url: String) -> Outcome {
    let mut held = Held::new(dialect, &url, "User").await?;
    let layout = held.layouts.get(1).ok_or("no layout with columns")?;
    held.database.add_indexes(layout).await?;
    let by_name = BoundSort::bind(
        &"userName".parse()?,
        SortOrder::Ascending,
        &held.resource_type,
        &Compatibility::standard(),
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
