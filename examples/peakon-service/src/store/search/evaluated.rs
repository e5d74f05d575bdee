//! Queries about what the database does not see: it narrows down whom to look at, the library's evaluator decides.

use std::collections::BTreeMap;

use scim_core::evaluation::{BoundFilter, EvaluationBudget};
use scim_core::paging::{self, Cursor};
use scim_core::resource::Resource;
use scim_core::service_provider::{Page, Paging, Search, StoreError};
use scim_core::sorting::{BoundSort, SortPosition};
use scim_core::sql::SqlPage;

use super::{Neighbours, Resources, with_neighbours};
use crate::store::fault::Fault;

/// How many resources are looked at at a time: memory does not grow with the number of employees.
const BATCH: usize = 500;

pub(super) struct Evaluated<'q> {
    pub(super) resources: Resources<'q>,
    pub(super) search: &'q Search,
    /// What of the filter the database sees, and what it does not.
    pub(super) seen: Option<BoundFilter>,
    pub(super) rest: Option<BoundFilter>,
    pub(super) budget: EvaluationBudget,
}

impl Evaluated<'_> {
    pub(super) async fn page(&mut self) -> Result<Page, Fault> {
        let search = self.search;
        match (&search.paging, &search.sort) {
            (Paging::Cursor(cursor), sort) => {
                // Refuses the cursor of another order.
                paging::page([], sort.as_ref(), cursor.as_ref(), 0)?;
                match sort {
                    Some(sort) => self.sorted_beyond(sort, cursor.as_ref()).await,
                    None => self.beyond(cursor.clone()).await,
                }
            }
            (Paging::Index { start_index, .. }, sort) => {
                let skipped = start_index.saturating_sub(1);
                match sort {
                    Some(sort) => self.sorted_by_index(sort, skipped).await,
                    None => self.by_index(skipped).await,
                }
            }
            _ => Err(StoreError::failed("a way to page that this store does not know").into()),
        }
    }

    /// A page by index, in the order of the ids.
    async fn by_index(&mut self, skipped: usize) -> Result<Page, Fault> {
        let wanted = skipped..skipped.saturating_add(self.search.count);
        let (mut found, mut total) = (Vec::new(), 0_usize);
        let mut range = Some(None);
        while let Some(place) = range {
            let (matches, rest) = self.look_at(place, BATCH).await?;
            for resource in matches {
                if wanted.contains(&total) {
                    found.push(resource);
                }
                total = total.saturating_add(1);
            }
            range = rest;
        }
        Ok(Page::new(total, found))
    }

    /// A page by index in another order. Of what stands before it, only the positions are kept.
    async fn sorted_by_index(&mut self, sort: &BoundSort, skipped: usize) -> Result<Page, Fault> {
        let most = skipped.saturating_add(self.search.count);
        let (mut kept, mut total) = (BTreeMap::new(), 0_usize);
        let mut range = Some(None);
        while let Some(place) = range {
            let (matches, rest) = self.look_at(place, BATCH).await?;
            total = total.saturating_add(matches.len());
            for resource in &matches {
                keep(&mut kept, sort, resource);
                if kept.len() > most {
                    kept.pop_last();
                }
            }
            range = rest;
        }
        let ids: Vec<String> = kept.into_values().skip(skipped).collect();
        Ok(Page::new(total, self.fetch(&ids).await?))
    }

    /// A page by cursor in the order of the ids: an index finds its place, and no more is looked at than the page needs.
    async fn beyond(&mut self, mut cursor: Option<Cursor>) -> Result<Page, Fault> {
        let count = self.search.count;
        if count == 0 {
            return self.by_index(0).await;
        }
        let limit = count.saturating_add(1);
        let mut found = self.find(cursor.clone(), limit).await?;
        if found.len() < count && cursor.as_ref().is_some_and(Cursor::leads_back) {
            // Backwards past the first one there is the first page.
            cursor = None;
            found = self.find(None, limit).await?;
        }
        let is_back = cursor.as_ref().is_some_and(Cursor::leads_back);
        let has_more = found.len() > count;
        found.truncate(count);
        if is_back {
            found.reverse();
        }
        let other_way = match cursor {
            None => None,
            Some(_) if is_back => found.last().and_then(|last| Cursor::after(last, None)),
            Some(_) => found.first().and_then(|first| Cursor::before(first, None)),
        };
        let has_others = match other_way {
            None => false,
            Some(place) => !self.find(Some(place), 1).await?.is_empty(),
        };
        let is_whole = cursor.is_none() && !has_more;
        let (previous, next) = if is_back {
            (has_more, has_others)
        } else {
            (has_others, has_more)
        };
        let page = Page::new(found.len(), found);
        let page = with_neighbours(page, None, Neighbours { previous, next });
        Ok(if is_whole { page } else { page.uncounted() })
    }

    /// A page by cursor in another order: everybody is looked at, and the positions of one page are kept.
    async fn sorted_beyond(
        &mut self,
        sort: &BoundSort,
        mut cursor: Option<&Cursor>,
    ) -> Result<Page, Fault> {
        let count = self.search.count;
        loop {
            let is_back = cursor.is_some_and(Cursor::leads_back);
            let (mut kept, mut total, mut has_others) = (BTreeMap::new(), 0_usize, false);
            let mut range = Some(None);
            while let Some(place) = range {
                let (matches, rest) = self.look_at(place, BATCH).await?;
                total = total.saturating_add(matches.len());
                for resource in &matches {
                    if cursor.is_some_and(|cursor| !cursor.leads_to(resource, Some(sort))) {
                        has_others = true;
                        continue;
                    }
                    keep(&mut kept, sort, resource);
                    if kept.len() > count.saturating_add(1) {
                        if is_back {
                            kept.pop_first()
                        } else {
                            kept.pop_last()
                        };
                    }
                }
                range = rest;
            }
            if is_back && kept.len() < count {
                // Backwards past the first one there is the first page.
                cursor = None;
                continue;
            }
            let has_more = kept.len() > count;
            if has_more {
                if is_back {
                    kept.pop_first()
                } else {
                    kept.pop_last()
                };
            }
            let (previous, next) = if is_back {
                (has_more, has_others)
            } else {
                (has_others, has_more)
            };
            let ids: Vec<String> = kept.into_values().collect();
            let page = Page::new(total, self.fetch(&ids).await?);
            return Ok(with_neighbours(
                page,
                Some(sort),
                Neighbours { previous, next },
            ));
        }
    }

    /// The first so many matches beyond a place, in the direction in which it leads.
    async fn find(
        &mut self,
        place: Option<Cursor>,
        at_most: usize,
    ) -> Result<Vec<Resource>, Fault> {
        let mut found = Vec::new();
        let mut range = Some(place);
        while let Some(place) = range {
            let missing = at_most.saturating_sub(found.len());
            if missing == 0 {
                break;
            }
            let (matches, rest) = self.look_at(place, BATCH).await?;
            found.extend(matches.into_iter().take(missing));
            range = rest;
        }
        Ok(found)
    }

    /// The matches among the next resources beyond a place, in the order of the ids or backwards, and, if there may be more, the
    /// place beyond which they are.
    async fn look_at(
        &mut self,
        place: Option<Cursor>,
        at_most: usize,
    ) -> Result<(Vec<Resource>, Option<Option<Cursor>>), Fault> {
        let page = SqlPage::Cursor {
            cursor: place.as_ref(),
            limit: at_most,
        };
        let candidates = self.resources.find(self.seen.as_ref(), None, page).await?;
        let last = candidates.last().filter(|_| candidates.len() >= at_most);
        let is_back = place.as_ref().is_some_and(Cursor::leads_back);
        let rest = last.map(|last| {
            if is_back {
                Cursor::before(last, None)
            } else {
                Cursor::after(last, None)
            }
        });
        let mut matches = Vec::new();
        for resource in candidates {
            if match &self.rest {
                Some(filter) => filter.matches_within(&resource, &self.budget)?,
                None => true,
            } {
                matches.push(resource);
            }
        }
        Ok((matches, rest))
    }

    /// The resources with these ids, in this order.
    async fn fetch(&mut self, ids: &[String]) -> Result<Vec<Resource>, Fault> {
        let resources = &mut self.resources;
        let texts: Vec<String> = sqlx::query_scalar(
            "SELECT resources.document FROM json_each($2) AS wanted
               JOIN resources ON resources.account = $1 AND resources.id = wanted.value
              ORDER BY wanted.key",
        )
        .bind(&resources.context.tenant)
        .bind(serde_json::to_string(ids)?)
        .fetch_all(&mut *resources.connection)
        .await?;
        resources.complete(texts.into_iter()).await
    }
}

fn keep(kept: &mut BTreeMap<SortPosition, String>, sort: &BoundSort, resource: &Resource) {
    let id = resource.id().unwrap_or_default().to_owned();
    kept.insert(sort.position(resource), id);
}
