//! Queries that the database answers.

use scim_core::paging::Cursor;
use scim_core::resource::Resource;
use scim_core::service_provider::{Page, Paging, Search, StoreError};
use scim_core::sql::SqlPage;

use super::{Neighbours, Resources, with_neighbours};
use crate::store::fault::Fault;

pub(super) struct PushedDown<'q> {
    pub(super) resources: Resources<'q>,
    pub(super) search: &'q Search,
}

impl PushedDown<'_> {
    pub(super) async fn page(mut self) -> Result<Page, Fault> {
        match &self.search.paging {
            // Asked for the number of matches only.
            _ if self.search.count == 0 => Ok(Page::new(self.count().await?, Vec::new())),
            Paging::Index { start_index, .. } => self.by_index((*start_index).max(1)).await,
            Paging::Cursor(cursor) => self.by_cursor(cursor.as_ref()).await,
            _ => Err(StoreError::failed("a way to page that this store does not know").into()),
        }
    }

    async fn by_index(&mut self, start_index: usize) -> Result<Page, Fault> {
        let (count, skipped) = (self.search.count, start_index - 1);
        let found = self.find(SqlPage::Index { start_index, count }).await?;
        let is_end = found.len() < count && (skipped == 0 || !found.is_empty());
        let total = if is_end {
            skipped.saturating_add(found.len())
        } else {
            self.count().await?
        };
        Ok(Page::new(total, found))
    }

    /// An index finds the place, however far it is, and nobody is counted.
    async fn by_cursor(&mut self, mut cursor: Option<&Cursor>) -> Result<Page, Fault> {
        let (count, sort) = (self.search.count, self.search.sort.as_ref());
        let limit = count.saturating_add(1);
        let mut found = self.find(SqlPage::Cursor { cursor, limit }).await?;
        if found.len() < count && cursor.is_some_and(Cursor::leads_back) {
            // Backwards past the first one there is the first page.
            cursor = None;
            found = self.find(SqlPage::Cursor { cursor, limit }).await?;
        }
        let is_back = cursor.is_some_and(Cursor::leads_back);
        let has_more = found.len() > count;
        found.truncate(count);
        if is_back {
            found.reverse();
        }
        let other_way = match cursor {
            None => None,
            Some(_) if is_back => found.last().and_then(|last| Cursor::after(last, sort)),
            Some(_) => found.first().and_then(|first| Cursor::before(first, sort)),
        };
        let has_others = match other_way {
            None => false,
            Some(place) => {
                let filter = self.search.filter.as_ref();
                self.resources.exists(filter, sort, &place).await?
            }
        };
        let page = Page::new(found.len(), found);
        if cursor.is_none() && !has_more {
            return Ok(page);
        }
        let (previous, next) = if is_back {
            (has_more, has_others)
        } else {
            (has_others, has_more)
        };
        Ok(with_neighbours(page, sort, Neighbours { previous, next }).uncounted())
    }

    async fn find(&mut self, page: SqlPage<'_>) -> Result<Vec<Resource>, Fault> {
        let (filter, sort) = (self.search.filter.as_ref(), self.search.sort.as_ref());
        self.resources.find(filter, sort, page).await
    }

    async fn count(&mut self) -> Result<usize, Fault> {
        self.resources.count(self.search.filter.as_ref()).await
    }
}
