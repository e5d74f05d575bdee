//! What was found of each type, as one list.

use super::super::super::search::Page;
use super::Listed;
use crate::paging::{Cursor, order_key};
use crate::resource::Resource;

/// For each type of a query, where its next page begins.
pub(super) type Places = Vec<Option<Cursor>>;

/// Resources, each with the number of its type.
pub(super) struct Found {
    resources: Vec<(usize, Resource)>,
    /// Where the store goes on with each type.
    next: Places,
    previous: Places,
}

impl Found {
    /// One type after the other.
    pub(super) fn of(pages: Vec<Page>) -> Self {
        let mut found = Self {
            resources: Vec::new(),
            next: Vec::new(),
            previous: Vec::new(),
        };
        for (index, page) in pages.into_iter().enumerate() {
            let resources = page.resources.into_iter();
            found
                .resources
                .extend(resources.map(|resource| (index, resource)));
            found.next.push(page.next);
            found.previous.push(page.previous);
        }
        found
    }

    /// In the order of the query, whatever the type.
    pub(super) fn merged(mut self, types: &[Listed]) -> Self {
        self.resources.sort_by_cached_key(|(index, resource)| {
            let listed = types.get(*index);
            order_key(resource, listed.and_then(|listed| listed.sort.as_ref()))
        });
        self
    }

    /// So many of them from a position on, counted from one. Never more, whatever the store gives.
    pub(super) fn window(self, start_index: usize, count: usize) -> Vec<(usize, Resource)> {
        let skipped = start_index.saturating_sub(1);
        let resources = self.resources.into_iter();
        resources.skip(skipped).take(count).collect()
    }

    /// A page by cursor of one type, with the places after and before it.
    pub(super) fn page_of_one(
        mut self,
        count: usize,
    ) -> (Vec<(usize, Resource)>, Option<Places>, Option<Places>) {
        let next = std::mem::take(&mut self.next);
        let previous = std::mem::take(&mut self.previous);
        let leads_on = |places: Places| places.iter().any(Option::is_some).then_some(places);
        (self.window(1, count), leads_on(next), leads_on(previous))
    }

    /// The first page of what was merged, with the places after it.
    ///
    /// Each type has a place of its own: a single one would have to be found again among values of another type. There is no way
    /// back, which a type of which the page shows nothing could not tell.
    pub(super) fn page(
        mut self,
        types: &[Listed],
        mut places: Places,
        count: usize,
    ) -> (Vec<(usize, Resource)>, Option<Places>, Option<Places>) {
        let more = self.resources.len() > count || self.next.iter().any(Option::is_some);
        self.resources.truncate(count);
        if self.resources.is_empty() || !more {
            return (self.resources, None, None);
        }
        places.resize(types.len(), None);
        for (index, resource) in &self.resources {
            let sort = types.get(*index).and_then(|listed| listed.sort.as_ref());
            if let Some(place) = places.get_mut(*index) {
                *place = Cursor::after(resource, sort);
            }
        }
        (self.resources, Some(places), None)
    }
}
