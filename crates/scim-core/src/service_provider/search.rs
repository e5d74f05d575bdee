//! A query as a store is asked it, and the page that it answers with.

use core::borrow::Borrow;
use std::borrow::Cow;

use super::definition::ServiceLimits;
use crate::error::Error;
use crate::evaluation::{BoundFilter, EvaluationBudget};
use crate::paging::{Cursor, Start, Window};
use crate::resource::Resource;
use crate::sorting::BoundSort;

/// A query on the resources of one type ([RFC 7644 §3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2)).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Search {
    /// The name of the resource type.
    pub resource_type: String,
    /// What a resource must match; every resource, if there is none.
    pub filter: Option<BoundFilter>,
    /// The order; that of the ids, if there is none. Equal ones stand in the order of their ids.
    pub sort: Option<BoundSort>,
    /// Where the page begins.
    pub paging: Paging,
    /// How many to give, or all there are if there are fewer; zero asks for the number of matches only.
    pub count: usize,
    /// What evaluating the filter may cost, for an [`EvaluationBudget`] of the query.
    pub evaluation_steps: u64,
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Paging {
    /// With the resource at this position, counted from one.
    #[non_exhaustive]
    Index {
        /// The position.
        start_index: usize,
    },
    /// After, or before, the place that the cursor names; with the first resource, if there is none. The answer says how to go
    /// on ([`Page::next`]).
    Cursor(Option<Cursor>),
}

impl Paging {
    /// The page that begins with the resource at a position, counted from one.
    #[must_use]
    pub const fn from_index(start_index: usize) -> Self {
        Self::Index { start_index }
    }
}

impl Search {
    /// A query for the first `count` resources of a type.
    #[must_use]
    pub fn new(resource_type: impl Into<String>, count: usize) -> Self {
        Self {
            resource_type: resource_type.into(),
            filter: None,
            sort: None,
            paging: Paging::from_index(1),
            count,
            evaluation_steps: ServiceLimits::default().evaluation_steps,
        }
    }

    /// Answers the query from all resources of its type: for stores that have no index and no query language of their own.
    ///
    /// ```
    /// use scim_core::resource::Resource;
    /// use scim_core::service_provider::Search;
    /// use serde_json::json;
    ///
    /// let user = |id: &str| Resource::new(json!({"id": id}).as_object().cloned().unwrap_or_default());
    /// let page = Search::new("User", 2).among(&[user("3"), user("1"), user("2")])?;
    /// assert_eq!((page.total_results, page.resources), (Some(3), vec![user("1"), user("2")]));
    /// # Ok::<(), scim_core::error::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `tooMany` if evaluating the filter costs more than it may, `invalidCursor` if the cursor belongs to another order.
    pub fn among<'r>(
        &self,
        resources: impl IntoIterator<Item = &'r Resource>,
    ) -> Result<Page, Error> {
        let start = match &self.paging {
            Paging::Index { start_index } => Start::Index(*start_index),
            Paging::Cursor(cursor) => Start::Cursor(cursor.clone()),
        };
        let mut gathering = Gathering::new(Cow::Borrowed(self), start)?;
        gathering.look_at(resources)?;
        Ok(gathering.finish(Clone::clone).0)
    }

    /// Whether every store can answer it, also one that has no
    /// [`native_search`](super::StoreCapabilities::native_search).
    pub(super) fn is_plain(&self) -> bool {
        let is_forward = match &self.paging {
            Paging::Index { .. } => false,
            Paging::Cursor(cursor) => !cursor.as_ref().is_some_and(Cursor::leads_back),
        };
        self.filter.is_none() && self.sort.is_none() && is_forward
    }
}

/// A query that is answered from all resources of its type, while they go by.
#[derive(Debug)]
pub(super) struct Gathering<'s, R> {
    search: Cow<'s, Search>,
    evaluation_steps: u64,
    window: Window<R>,
}

impl<R> Gathering<'static, R>
where
    R: Borrow<Resource>,
{
    /// Of resources that go by in the order of their ids.
    pub(super) fn in_the_order_of_ids(search: Search) -> Result<Self, Error> {
        let start = match &search.paging {
            Paging::Index { start_index } if search.sort.is_none() => {
                Start::IndexInOrder(*start_index)
            }
            Paging::Index { start_index } => Start::Index(*start_index),
            Paging::Cursor(cursor) => Start::Cursor(cursor.clone()),
        };
        Self::new(Cow::Owned(search), start)
    }
}

impl<'s, R> Gathering<'s, R>
where
    R: Borrow<Resource>,
{
    fn new(search: Cow<'s, Search>, start: Start) -> Result<Self, Error> {
        let window = Window::new(start, search.count, search.sort.as_ref())?;
        Ok(Self {
            evaluation_steps: search.evaluation_steps,
            search,
            window,
        })
    }

    /// Looks at more of the resources.
    pub(super) fn look_at(&mut self, resources: impl IntoIterator<Item = R>) -> Result<(), Error> {
        let budget = EvaluationBudget::new(self.evaluation_steps);
        for resource in resources {
            if match &self.search.filter {
                Some(filter) => filter.matches_within(resource.borrow(), &budget)?,
                None => true,
            } {
                self.window.take_in(resource, self.search.sort.as_ref());
            }
        }
        self.evaluation_steps = budget.remaining();
        Ok(())
    }

    /// Whether the rest of the resources only has to be counted.
    pub(super) fn is_settled(&self) -> bool {
        self.search.filter.is_none() && self.window.is_settled()
    }

    /// The page, when all resources have gone by, and what evaluating may still cost.
    pub(super) fn finish(self, own: impl Fn(R) -> Resource) -> (Page, u64) {
        let picked = self.window.finish(self.search.sort.as_ref());
        let page = Page {
            total_results: Some(picked.total_results),
            resources: picked.resources.into_iter().map(own).collect(),
            next: picked.next,
            previous: picked.previous,
        };
        (page, self.evaluation_steps)
    }
}

/// Some of the resources that match a query.
///
/// ```
/// use scim_core::service_provider::Page;
///
/// assert_eq!(Page::new(0, Vec::new()).total_results, Some(0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page {
    /// How many match altogether. Only a page by cursor may leave it out, where counting would cost too much
    /// ([RFC 9865 §2](https://www.rfc-editor.org/rfc/rfc9865#section-2)).
    pub total_results: Option<usize>,
    /// Those of this page, at most as many as were asked for.
    pub resources: Vec<Resource>,
    /// Of a page by cursor: the way to the next one; none with the last page.
    pub next: Option<Cursor>,
    /// Of a page by cursor: the way to the one before; none with the first page, or where a store does not offer it.
    pub previous: Option<Cursor>,
}

impl Page {
    /// A page of a result.
    #[must_use]
    pub const fn new(total_results: usize, resources: Vec<Resource>) -> Self {
        Self {
            total_results: Some(total_results),
            resources,
            next: None,
            previous: None,
        }
    }

    /// The same page with the ways to its neighbours.
    #[must_use]
    pub fn with_cursors(mut self, next: Option<Cursor>, previous: Option<Cursor>) -> Self {
        self.next = next;
        self.previous = previous;
        self
    }

    /// The same page where nobody counted how many match.
    #[must_use]
    pub fn uncounted(mut self) -> Self {
        self.total_results = None;
        self
    }
}
