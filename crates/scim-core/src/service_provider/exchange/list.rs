//! `GET` on a collection or on the base URL, and `POST` on `/.search` there
//! ([RFC 7644 §3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2)).
//!
//! A query covers the resources of one type, or of all of them. Each type is asked in turn; what was found is shown one type
//! after the other, or, with an order or cursors, as one.

mod found;
mod paged;
mod scan;

use std::collections::BTreeSet;

use super::super::context::Permission;
use super::super::parameters::Parameters;
use super::super::response::Response;
use super::super::search::{Page, Paging, Search};
use super::super::step::{Answer, Step};
use super::frame::Frame;
use super::{Next, Operation, Outcome, unexpected};
use crate::evaluation::BoundFilter;
use crate::projection::Projection;
use crate::schema::RegisteredResourceType;
use crate::sorting::BoundSort;
use found::Found;
use paged::Paged;
use scan::{Progress, Scan};

#[derive(Debug)]
pub(super) struct List {
    types: Vec<Listed>,
    paged: Paged,
    /// What was found of each type, as far as they have been asked.
    pages: Vec<Page>,
    /// Under way, if the store does not search by itself.
    scan: Option<Box<Scan>>,
    /// What evaluating the filter may still cost.
    evaluation_steps: u64,
}

/// What is asked of one type.
#[derive(Debug)]
struct Listed {
    resource_type: RegisteredResourceType,
    projection: Projection,
    filter: Option<BoundFilter>,
    sort: Option<BoundSort>,
}

impl List {
    /// A query on the resources of one type.
    pub(super) fn begin(
        resource_type: RegisteredResourceType,
        parameters: &Parameters,
        frame: &mut Frame,
    ) -> Outcome<Next> {
        Self::begin_over(&[resource_type], parameters, frame)
    }

    /// A query on the resources of all types that the principal may read.
    pub(super) fn begin_root(parameters: &Parameters, frame: &mut Frame) -> Outcome<Next> {
        let permissions = &frame.context.permissions;
        let readable: Vec<_> = frame
            .definition
            .registry
            .resource_types()
            .filter(|resource_type| {
                permissions.allows(&resource_type.definition().name, Permission::Read)
            })
            .cloned()
            .collect();
        Self::begin_over(&readable, parameters, frame)
    }

    fn begin_over(
        types: &[RegisteredResourceType],
        parameters: &Parameters,
        frame: &mut Frame,
    ) -> Outcome<Next> {
        let projections = parameters.projections(types, &mut frame.tolerating())?;
        let filter = parameters.filter(types, &mut frame.tolerating())?;
        let sort = parameters.sort(types, &mut frame.tolerating())?;
        let paged = Paged::of(
            parameters,
            types,
            filter.as_ref().map(|(filter, _)| filter),
            sort.as_ref().map(|sort| (&sort.path, sort.order)),
            frame,
        )?;
        let mut filters = filter.map(|(_, each)| each.into_iter());
        let mut sorts = sort.map(|sort| sort.each.into_iter());
        let types = types.iter().zip(projections);
        let list = Self {
            types: types
                .map(|(resource_type, projection)| Listed {
                    resource_type: resource_type.clone(),
                    projection,
                    filter: filters.as_mut().and_then(Iterator::next),
                    sort: sorts.as_mut().and_then(Iterator::next),
                })
                .collect(),
            paged,
            pages: Vec::new(),
            scan: None,
            evaluation_steps: frame.limits.evaluation_steps,
        };
        frame.context.leave_out(list.left_out(frame));
        list.ask(frame)
    }

    /// What nobody looks at: neither who reads the answer, nor what puts several types into one order, nor the library, where the
    /// store does not filter and sort by itself.
    fn left_out(&self, frame: &Frame) -> BTreeSet<String> {
        if !frame.definition.capabilities.native_search {
            return BTreeSet::new();
        }
        let mut each = self.types.iter().map(|listed| {
            let mut left_out: BTreeSet<_> =
                listed.projection.left_out(&listed.resource_type).collect();
            if let Some(sort) = &listed.sort {
                left_out.retain(|path| !sort.path().starts_with(path.as_str()));
            }
            left_out
        });
        let first = each.next().unwrap_or_default();
        each.fold(first, |left_out, other| &left_out & &other)
    }

    pub(super) fn resume(mut self, answer: Answer, frame: &Frame) -> Outcome<Next> {
        let Answer::Found(found) = answer else {
            return Err(unexpected());
        };
        let mut page = found.map_err(|error| frame.store_refusal(error))?;
        if let Some(scan) = self.scan.take() {
            match scan.resume(page)? {
                Progress::Goes(scan, chunk) => {
                    self.scan = Some(scan);
                    return Ok(Next::Ask(Operation::List(self), Step::Search(chunk)));
                }
                Progress::Ends(found, evaluation_steps) => {
                    page = found;
                    self.evaluation_steps = evaluation_steps;
                }
            }
        }
        self.pages.push(page);
        self.ask(frame)
    }

    /// Asks for the resources of the next type, until all types have been asked.
    fn ask(mut self, frame: &Frame) -> Outcome<Next> {
        while let Some(listed) = self.types.get(self.pages.len()) {
            if listed.is_ruled_out() {
                self.pages.push(Page::new(0, Vec::new()));
                continue;
            }
            let mut search = self.search(listed);
            if !frame.definition.capabilities.native_search && !search.is_plain() {
                let (scan, first) = Scan::begin(search)?;
                self.scan = Some(scan);
                search = first;
            }
            return Ok(Next::Ask(Operation::List(self), Step::Search(search)));
        }
        Ok(Next::Done(self.answer(frame)?))
    }

    /// Whether what was found is put into one order here.
    fn is_merged(&self) -> bool {
        let is_sorted = self.types.iter().any(|listed| listed.sort.is_some());
        self.types.len() > 1 && (is_sorted || matches!(self.paged, Paged::Cursor { .. }))
    }

    /// What the store is asked about the next type.
    fn search(&self, listed: &Listed) -> Search {
        let (paging, count) = match &self.paged {
            Paged::Index { page, count } if self.is_merged() => {
                // Any of them may be of this type.
                let first = page.start_index.saturating_sub(1);
                let count = if *count == 0 {
                    0
                } else {
                    first.saturating_add(*count)
                };
                (Paging::from_index(1), count)
            }
            Paged::Index { page, count } => {
                let before: usize = self
                    .pages
                    .iter()
                    .filter_map(|page| page.total_results)
                    .sum();
                let found: usize = self.pages.iter().map(|page| page.resources.len()).sum();
                (
                    Paging::from_index(page.start_index.saturating_sub(before).max(1)),
                    count.saturating_sub(found),
                )
            }
            Paged::Cursor { places, count, .. } => {
                let place = places.get(self.pages.len()).cloned().flatten();
                (Paging::Cursor(place), *count)
            }
        };
        Search {
            filter: listed.filter.clone(),
            sort: listed.sort.clone(),
            paging,
            evaluation_steps: self.evaluation_steps,
            ..Search::new(listed.resource_type.definition().name.clone(), count)
        }
    }

    fn answer(self, frame: &Frame) -> Outcome<Response> {
        let is_merged = self.is_merged();
        let total_results = self.pages.iter().map(|page| page.total_results).sum();
        let found = Found::of(self.pages);
        let page = match self.paged {
            Paged::Index { page, count } => {
                paged::refuse_unreachable(page, count, total_results, frame)?;
                let found = if is_merged {
                    found.merged(&self.types).window(page.start_index, count)
                } else {
                    found.window(1, count)
                };
                paged::Answer {
                    start_index: Some(page.start_index),
                    ..paged::Answer::of(found)
                }
            }
            Paged::Cursor {
                places,
                count,
                bound_to,
            } => {
                let (found, next, previous) = if is_merged {
                    found.merged(&self.types).page(&self.types, places, count)
                } else {
                    found.page_of_one(count)
                };
                let seal = |places| paged::seal(places, count, &bound_to, frame);
                paged::Answer {
                    next: next.and_then(seal),
                    previous: previous.and_then(seal),
                    ..paged::Answer::of(found)
                }
            }
        };
        let body = page.shown(total_results, &self.types, frame);
        Ok(frame.json(200, &body))
    }
}

impl Listed {
    /// Whether the filter asks for resources of another type.
    fn is_ruled_out(&self) -> bool {
        let name = &self.resource_type.definition().name;
        self.filter.as_ref().is_some_and(|filter| {
            filter.equalities().iter().any(|equality| {
                equality.path == "meta.resourceType" && !equality.key.eq_ignore_ascii_case(name)
            })
        })
    }
}
