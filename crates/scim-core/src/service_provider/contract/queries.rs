//! A store finds and sorts as the library does.

use super::filters::{filters, sorts};
use super::samples::refer;
use super::subject::Subject;
use super::trial::{Stop, Trial, Verdict, expect, id_of};
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;
use crate::service_provider::search::Search;
use crate::sorting::BoundSort;

/// How many resources of each type are looked among.
const HELD: usize = 14;
/// More than any of the queries costs.
const STEPS: u64 = 100_000_000;

pub(super) fn needs_native_search<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    if trial.capabilities().native_search {
        Ok(())
    } else {
        Err(Stop::not_applicable(
            "the service filters and sorts for a store without native_search",
        ))
    }
}

impl<S: Subject> Trial<'_, S> {
    /// Resources of all types, which refer to each other, as they are held in the end.
    pub(super) async fn stock(
        &self,
    ) -> Result<Vec<(&RegisteredResourceType, Vec<Resource>)>, Stop> {
        let mut ids = Vec::new();
        for resource_type in self.types() {
            let name = resource_type.definition().name.as_str();
            for number in 0..HELD {
                let mut sample = self.sample(resource_type)?;
                let links = self.links();
                let links = links
                    .iter()
                    .filter(|link| link.from.definition().name == name);
                for (position, link) in links.enumerate() {
                    let target = &link.to.definition().name;
                    let known: Vec<&str> = ids
                        .iter()
                        .filter(|(of, _)| of == target)
                        .map(|(_, id): &(String, String)| id.as_str())
                        .skip((number + position) % 3)
                        .step_by(4)
                        .take(number % 4)
                        .collect();
                    if !known.is_empty() {
                        refer(&mut sample, resource_type, link.reference, &known);
                    }
                }
                let held = self.insert(resource_type, sample).await?;
                ids.push((name.to_owned(), id_of(&held).to_owned()));
            }
        }
        let mut stock = Vec::new();
        for resource_type in self.types() {
            let mut held = Vec::new();
            for (of, id) in &ids {
                if *of == resource_type.definition().name {
                    held.push(self.loaded(resource_type, id).await?);
                }
            }
            stock.push((resource_type, held));
        }
        Ok(stock)
    }
}

pub(super) fn query(resource_type: &RegisteredResourceType, count: usize) -> Search {
    let mut search = Search::new(resource_type.definition().name.as_str(), count);
    search.evaluation_steps = STEPS;
    search
}

pub(super) fn ids_of<'r>(resources: impl IntoIterator<Item = &'r Resource>) -> Vec<&'r str> {
    resources.into_iter().map(id_of).collect()
}

/// The ids of resources in an order of the library.
pub(super) fn in_order<'r>(held: &'r [Resource], sort: Option<&BoundSort>) -> Vec<&'r str> {
    let mut ordered: Vec<&Resource> = held.iter().collect();
    match sort {
        Some(sort) => sort.sort(&mut ordered),
        None => ordered.sort_by_key(|resource| resource.id()),
    }
    ids_of(ordered)
}

/// A filter finds what `BoundFilter::matches` says, and counts it.
pub(super) async fn finds_what_the_evaluator_finds<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    needs_native_search(trial)?;
    for (resource_type, held) in trial.stock().await? {
        for (text, filter) in filters(resource_type, &held) {
            let mut expected = ids_of(held.iter().filter(|it| filter.matches(it)));
            let mut search = query(resource_type, usize::MAX);
            search.filter = Some(filter);
            let page = trial.search(&search).await?;
            let mut found = ids_of(&page.resources);
            expected.sort_unstable();
            found.sort_unstable();
            let is_counted = page.total_results == Some(expected.len());
            expect(
                found == expected && is_counted,
                format!(
                    "search for {} {text} finds {expected:?}",
                    search.resource_type
                ),
                format!("{found:?}, totalResults {:?}", page.total_results),
                "translate the filter as the module sql does, or find candidates by BoundFilter::equalities and ask BoundFilter::matches for each",
            )?;
            let differing = page.resources.iter().find(|it| !held.contains(it));
            expect(
                differing.is_none(),
                "search gives each resource as load does",
                format!("it gives another one of the id {:?}", differing.map(id_of)),
                "read resources in one place, for load and for search",
            )?;
        }
    }
    Ok(())
}

/// Each order is that of `BoundSort`, and that of the ids where there is none.
pub(super) async fn sorts_as_the_library_sorts<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    needs_native_search(trial)?;
    for (resource_type, held) in trial.stock().await? {
        let orders = sorts(resource_type).into_iter().map(Some);
        for sort in orders.chain([None]) {
            let mut search = query(resource_type, usize::MAX);
            search.sort = sort;
            let page = trial.search(&search).await?;
            let expected = in_order(&held, search.sort.as_ref());
            let found = ids_of(&page.resources);
            let by = match &search.sort {
                Some(sort) => format!("{}, {:?}", sort.path(), sort.order()),
                None => "id, which is the order where none is asked for".to_owned(),
            };
            expect(
                found == expected,
                format!(
                    "search for {} sorted by {by} gives {expected:?}",
                    search.resource_type
                ),
                format!("{found:?}"),
                "sort by comparison_key, with what has no value last, the id deciding between equals, and all of it reversed but the ids if descending",
            )?;
        }
    }
    Ok(())
}
