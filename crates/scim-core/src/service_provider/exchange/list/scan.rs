//! A query over a store that neither filters nor sorts: all resources of the type go by, a chunk at a time.

use super::super::super::search::{Gathering, Page, Paging, Search};
use super::super::Outcome;
use crate::paging::Cursor;
use crate::resource::Resource;

/// How many resources are asked for at a time.
const CHUNK: usize = 500;

#[derive(Debug)]
pub(super) struct Scan {
    resource_type: String,
    gathering: Gathering<'static, Resource>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "it is moved once and kept nowhere"
)]
pub(super) enum Progress {
    /// More has to be seen.
    Goes(Box<Scan>, Search),
    /// The page, and what evaluating may still cost.
    Ends(Page, u64),
}

impl Scan {
    pub(super) fn begin(search: Search) -> Outcome<(Box<Self>, Search)> {
        let resource_type = search.resource_type.clone();
        let first = chunk(&resource_type, None);
        let gathering = Gathering::in_the_order_of_ids(search)?;
        let scan = Self {
            resource_type,
            gathering,
        };
        Ok((Box::new(scan), first))
    }

    pub(super) fn resume(mut self: Box<Self>, page: Page) -> Outcome<Progress> {
        self.gathering.look_at(page.resources)?;
        // Without a filter the store itself knows how many match.
        let known = page.total_results;
        let known = known.filter(|_| self.gathering.is_settled());
        match page.next {
            Some(next) if known.is_none() => {
                let next = chunk(&self.resource_type, Some(next));
                Ok(Progress::Goes(self, next))
            }
            next => {
                let (mut page, evaluation_steps) = self.gathering.finish(|resource| resource);
                if next.is_some() {
                    page.total_results = known;
                }
                Ok(Progress::Ends(page, evaluation_steps))
            }
        }
    }
}

fn chunk(resource_type: &str, place: Option<Cursor>) -> Search {
    Search {
        paging: Paging::Cursor(place),
        ..Search::new(resource_type, CHUNK)
    }
}
