//! Pages leave nothing out.

use super::filters::sorts;
use super::queries::{ids_of, in_order, needs_native_search, query};
use super::subject::Subject;
use super::trial::{Stop, Trial, Verdict, expect, id_of, told};
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;
use crate::service_provider::search::{Page, Paging, Search};
use crate::service_provider::store::ResourceStore;
use crate::sorting::BoundSort;

const HELD: usize = 11;
const COUNT: usize = 3;
const SEEK: &str = "begin after the place that the cursor names, by value and id (Cursor::leads_to), not after a number of resources";

/// No order, and some.
fn some_sorts(resource_type: &RegisteredResourceType) -> impl Iterator<Item = Option<BoundSort>> {
    let sorts = sorts(resource_type).into_iter().step_by(5).take(6);
    std::iter::once(None).chain(sorts.map(Some))
}

fn told_order(search: &Search) -> String {
    match &search.sort {
        Some(sort) => format!(
            "{} sorted by {}, {:?}",
            search.resource_type,
            sort.path(),
            sort.order()
        ),
        None => format!("{} in the order of the ids", search.resource_type),
    }
}

async fn several<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Result<Vec<Resource>, Stop> {
    let mut held = Vec::new();
    for _ in 0..HELD {
        held.push(trial.add(resource_type).await?);
    }
    Ok(held)
}

/// Pages by index have every resource once, and the number of all.
pub(super) async fn pages_by_index_are_complete<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    needs_native_search(trial)?;
    for resource_type in trial.types() {
        let held = several(trial, resource_type).await?;
        for sort in some_sorts(resource_type) {
            let mut search = query(resource_type, COUNT);
            search.sort = sort;
            let mut seen = Vec::new();
            for start_index in (1..=HELD).step_by(COUNT).chain([HELD + 1]) {
                search.paging = Paging::from_index(start_index);
                let page = trial.search(&search).await?;
                let size = COUNT.min((HELD + 1).saturating_sub(start_index));
                expect(
                    page.resources.len() == size && page.total_results == Some(HELD),
                    format!(
                        "the page from startIndex {start_index} of {} has {size} of {HELD} resources",
                        told_order(&search)
                    ),
                    format!(
                        "{} resources, totalResults {:?}",
                        page.resources.len(),
                        page.total_results
                    ),
                    "count all that match, whatever the page; the first has startIndex 1",
                )?;
                seen.extend(page.resources);
            }
            let mut found = ids_of(&seen);
            found.sort_unstable();
            expect(
                found == in_order(&held, None),
                format!(
                    "the pages of {} have every resource once",
                    told_order(&search)
                ),
                format!("{found:?}"),
                "let the id decide between equals, so that every page is cut from the same order",
            )?;
            search.count = 0;
            search.paging = Paging::from_index(1);
            let page = trial.search(&search).await?;
            expect(
                page.resources.is_empty() && page.total_results == Some(HELD),
                "a query with a count of zero gives the number of matches only",
                format!(
                    "{} resources, totalResults {:?}",
                    page.resources.len(),
                    page.total_results
                ),
                "a limit of zero is a limit",
            )?;
        }
    }
    Ok(())
}

/// A walk by cursor, sorted or not, neither skips nor repeats while resources come and go.
pub(super) async fn a_walk_by_cursor_is_stable<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    needs_native_search(trial)?;
    for resource_type in trial.types() {
        for sort in some_sorts(resource_type) {
            let held = several(trial, resource_type).await?;
            let held = walk(trial, resource_type, sort, held).await?;
            clear(trial, resource_type, &held).await?;
        }
    }
    Ok(())
}

/// What a store without `native_search` is asked: all resources of a type, by cursor.
pub(super) async fn lists_all_without_native_search<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    if trial.capabilities().native_search {
        return Err(Stop::not_applicable("the store filters and sorts itself"));
    }
    for resource_type in trial.types() {
        let held = several(trial, resource_type).await?;
        walk(trial, resource_type, None, held).await?;
    }
    Ok(())
}

async fn clear<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
    held: &[String],
) -> Verdict {
    for id in held {
        delete(trial, resource_type, id).await?;
    }
    Ok(())
}

async fn delete<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
    id: &str,
) -> Verdict {
    let name = &resource_type.definition().name;
    let answer = trial.store.delete(&trial.context(), name, id, None).await;
    expect(
        answer.is_ok(),
        format!("delete removes a {name}"),
        told(&answer),
        SEEK,
    )
}

/// Walks, and gives the ids of what is held then.
async fn walk<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
    sort: Option<BoundSort>,
    mut held: Vec<Resource>,
) -> Result<Vec<String>, Stop> {
    let mut search = query(resource_type, COUNT);
    search.sort = sort;
    search.paging = Paging::Cursor(None);
    let first = trial.search(&search).await?;
    check_page(&first, &search, true)?;
    let mut seen: Vec<String> = ids_of(&first.resources)
        .into_iter()
        .map(str::to_owned)
        .collect();
    // One that sorts before the others by its id comes; the one at the place goes, and one that is not yet seen.
    let early = trial.sample_with_id(resource_type, &format!("early{:05}", trial.draw()))?;
    let early = trial.insert(resource_type, early).await?;
    let expected_later = in_order(&held, search.sort.as_ref());
    let unseen = expected_later
        .get(COUNT + 1)
        .copied()
        .unwrap_or_default()
        .to_owned();
    let gone = [seen.last().cloned().unwrap_or_default(), unseen];
    for id in &gone {
        delete(trial, resource_type, id).await?;
    }
    held.retain(|it| !gone.iter().any(|id| it.id() == Some(id)));
    let mut page = first;
    while let Some(next) = page.next.take() {
        search.paging = Paging::Cursor(Some(next));
        let following = trial.search(&search).await?;
        check_page(&following, &search, following.next.is_some())?;
        if !trial.capabilities().native_search {
            // Only the way forward is asked for.
        } else if let Some(previous) = following.previous.clone() {
            check_way_back(trial, &search, previous, &seen, &gone).await?;
        }
        seen.extend(following.resources.iter().map(|it| id_of(it).to_owned()));
        expect(
            seen.len() <= 2 * HELD,
            format!(
                "a walk by cursor over {} comes to an end",
                told_order(&search)
            ),
            "it goes on and on",
            SEEK,
        )?;
        page = following;
    }
    let stayed = in_order(&held, search.sort.as_ref());
    let walked: Vec<&str> = seen
        .iter()
        .map(String::as_str)
        .filter(|id| stayed.contains(id))
        .collect();
    expect(
        walked == stayed,
        format!(
            "a walk by cursor over {} gives {stayed:?}, which are there all the time, once and in order, while others come and go",
            told_order(&search)
        ),
        format!("{seen:?}"),
        SEEK,
    )?;
    let came_back = seen.iter().filter(|id| gone.last() == Some(*id)).count();
    expect(
        came_back == 0,
        "a walk does not give what was deleted before it came there",
        format!("{seen:?}, of which {gone:?} were deleted"),
        "read each page when it is asked for",
    )?;
    let mut rest: Vec<String> = held.iter().map(|it| id_of(it).to_owned()).collect();
    rest.push(id_of(&early).to_owned());
    Ok(rest)
}

fn check_page(page: &Page, search: &Search, is_full: bool) -> Verdict {
    let is_right = if is_full {
        page.resources.len() == COUNT && page.next.is_some()
    } else {
        page.resources.len() <= COUNT
    };
    expect(
        is_right,
        format!(
            "a page by cursor of {} has {COUNT} resources and a cursor to the next one, unless it is the last",
            told_order(search)
        ),
        format!(
            "{} resources, {} cursor",
            page.resources.len(),
            if page.next.is_some() { "a" } else { "no" }
        ),
        "fill pages up to the count; Cursor::after the last resource is the way to the next page",
    )
}

/// The way back leads to the resources right before a page.
async fn check_way_back<S: Subject>(
    trial: &Trial<'_, S>,
    search: &Search,
    previous: crate::paging::Cursor,
    seen: &[String],
    gone: &[String],
) -> Verdict {
    let mut back = search.clone();
    back.paging = Paging::Cursor(Some(previous));
    let page = trial.search(&back).await?;
    let before: Vec<&String> = seen.iter().filter(|id| !gone.contains(id)).collect();
    let found: Vec<&str> = ids_of(&page.resources);
    // What came in the meantime may stand among them; and where there is less than a page before, it is the first page.
    let is_before = |id: &&str| id.starts_with("early") || before.iter().any(|it| it == id);
    let is_right = before
        .last()
        .is_none_or(|last| found.contains(&last.as_str()))
        && (page.previous.is_none() || found.iter().all(is_before));
    expect(
        is_right,
        format!(
            "the cursor to the previous page of {} leads to what stands before this one",
            told_order(search)
        ),
        format!("{found:?}, after {seen:?}"),
        "turn the order round, seek, and turn the page round again; or give no cursor to the previous page",
    )
}
