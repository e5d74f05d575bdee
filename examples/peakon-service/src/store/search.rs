//! Queries: an index narrows down whom to look at, the library's evaluator decides.

mod candidates;

use std::collections::BTreeMap;

use scim_core::evaluation::{BoundFilter, Equality, EvaluationBudget};
use scim_core::paging::{self, Cursor};
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{Page, Paging, RequestContext, Search, StoreError};
use scim_core::sorting::{BoundSort, SortPosition};
use sqlx::AnyConnection;

use self::candidates::{Range, candidates};
use super::completion::complete;
use super::document::Document;
use super::fault::Fault;
use crate::database::Dialect;

/// How many resources are looked at at a time: memory does not grow with the number of employees.
const BATCH: usize = 500;

pub(super) async fn run(
    connection: &mut AnyConnection,
    context: &RequestContext,
    registry: &SchemaRegistry,
    search: &Search,
) -> Result<Page, Fault> {
    let filter = search.filter.as_ref();
    let mut query = Query {
        connection,
        context,
        registry,
        search,
        equalities: filter.map(BoundFilter::equalities).unwrap_or_default(),
        budget: EvaluationBudget::new(search.evaluation_steps),
    };
    match (&search.paging, &search.sort) {
        (Paging::Cursor(cursor), sort) => {
            // Refuses the cursor of another order.
            paging::page([], sort.as_ref(), cursor.as_ref(), 0)?;
            match sort {
                Some(sort) => query.sorted_beyond(sort, cursor.as_ref()).await,
                None => query.beyond(cursor.as_ref()).await,
            }
        }
        (Paging::Index { start_index, .. }, sort) => {
            let skipped = start_index.saturating_sub(1);
            match sort {
                Some(sort) => query.sorted_by_index(sort, skipped).await,
                None => query.by_index(skipped).await,
            }
        }
        _ => Err(StoreError::failed("a way to page that this store does not know").into()),
    }
}

struct Query<'q> {
    connection: &'q mut AnyConnection,
    context: &'q RequestContext,
    registry: &'q SchemaRegistry,
    search: &'q Search,
    equalities: Vec<Equality>,
    budget: EvaluationBudget,
}

impl Query<'_> {
    /// A page by index, in the order of the ids.
    async fn by_index(&mut self, skipped: usize) -> Result<Page, Fault> {
        if self.search.filter.is_none() {
            let total = self.count_all().await?;
            return Ok(Page::new(total, self.cut_out(skipped).await?));
        }
        let wanted = skipped..skipped.saturating_add(self.search.count);
        let (mut found, mut total) = (Vec::new(), 0_usize);
        let mut range = Some(Range::All);
        while let Some(current) = range {
            let (matches, rest) = self.look_at(&current, BATCH).await?;
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
        let mut range = Some(Range::All);
        while let Some(current) = range {
            let (matches, rest) = self.look_at(&current, BATCH).await?;
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
    async fn beyond(&mut self, cursor: Option<&Cursor>) -> Result<Page, Fault> {
        let count = self.search.count;
        if count == 0 {
            return self.by_index(0).await;
        }
        if let Some(cursor) = cursor.filter(|cursor| cursor.leads_back()) {
            let id = cursor.id().to_owned();
            let mut found = self
                .find(Range::Before(id.clone()), count.saturating_add(1))
                .await?;
            if found.len() >= count {
                let has_previous = found.len() > count;
                found.truncate(count);
                found.reverse();
                let has_next = self.exists(Range::From(id)).await?;
                return self.page(found, has_previous, has_next).await;
            }
        }
        // Backwards past the first one there is the first page.
        let cursor = cursor.filter(|cursor| !cursor.leads_back());
        let range = cursor.map_or(Range::All, |cursor| Range::Behind(cursor.id().to_owned()));
        let mut found = self.find(range, count.saturating_add(1)).await?;
        let has_next = found.len() > count;
        found.truncate(count);
        let has_previous = match cursor {
            Some(cursor) => self.exists(Range::BackFrom(cursor.id().to_owned())).await?,
            None => false,
        };
        self.page(found, has_previous, has_next).await
    }

    /// A page by cursor in the order of the ids. How many match is counted where an index does it.
    async fn page(
        &mut self,
        found: Vec<Resource>,
        has_previous: bool,
        has_next: bool,
    ) -> Result<Page, Fault> {
        let is_counted = self.search.filter.is_none();
        let total = if is_counted {
            self.count_all().await?
        } else {
            0
        };
        let page = with_neighbours(Page::new(total, found), None, has_previous, has_next);
        Ok(if is_counted { page } else { page.uncounted() })
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
            let mut range = Some(Range::All);
            while let Some(current) = range {
                let (matches, rest) = self.look_at(&current, BATCH).await?;
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
            let (has_previous, has_next) = if is_back {
                (has_more, has_others)
            } else {
                (has_others, has_more)
            };
            let ids: Vec<String> = kept.into_values().collect();
            let page = Page::new(total, self.fetch(&ids).await?);
            return Ok(with_neighbours(page, Some(sort), has_previous, has_next));
        }
    }

    /// The first so many matches of a range, backwards in a range backwards.
    async fn find(&mut self, range: Range, at_most: usize) -> Result<Vec<Resource>, Fault> {
        let mut found = Vec::new();
        let mut range = Some(range);
        while let Some(current) = range {
            let missing = at_most.saturating_sub(found.len());
            if missing == 0 {
                break;
            }
            let batch = match self.search.filter {
                Some(_) => BATCH,
                None => missing.min(BATCH),
            };
            let (matches, rest) = self.look_at(&current, batch).await?;
            found.extend(matches.into_iter().take(missing));
            range = rest;
        }
        Ok(found)
    }

    async fn exists(&mut self, range: Range) -> Result<bool, Fault> {
        Ok(!self.find(range, 1).await?.is_empty())
    }

    /// The matches among the next resources of a range, and what is left of the range.
    async fn look_at(
        &mut self,
        range: &Range,
        at_most: usize,
    ) -> Result<(Vec<Resource>, Option<Range>), Fault> {
        let query = candidates(
            Dialect::of(self.connection),
            &self.context.tenant,
            &self.search.resource_type,
            range,
            at_most,
            &self.equalities,
        );
        let rows: Vec<(String, String)> = query
            .into_query_as()
            .fetch_all(&mut *self.connection)
            .await?;
        let rest = match rows.last() {
            Some((id, _)) if rows.len() >= at_most => Some(range.rest_behind(id.clone())),
            _ => None,
        };
        let texts = rows.iter().map(|(_, text)| text.as_str());
        let mut matches = Vec::new();
        for resource in self.complete(texts).await? {
            if match &self.search.filter {
                Some(filter) => filter.matches_within(&resource, &self.budget)?,
                None => true,
            } {
                matches.push(resource);
            }
        }
        Ok((matches, rest))
    }

    async fn count_all(&mut self) -> Result<usize, Fault> {
        let total: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM resources WHERE account = $1 AND resource_type = $2",
        )
        .bind(&self.context.tenant)
        .bind(&self.search.resource_type)
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(usize::try_from(total).unwrap_or(usize::MAX))
    }

    /// A page of everybody, cut out by the database.
    async fn cut_out(&mut self, skipped: usize) -> Result<Vec<Resource>, Fault> {
        let texts: Vec<String> = sqlx::query_scalar(
            "SELECT document FROM resources WHERE account = $1 AND resource_type = $2
              ORDER BY id LIMIT $3 OFFSET $4",
        )
        .bind(&self.context.tenant)
        .bind(&self.search.resource_type)
        .bind(i64::try_from(self.search.count).unwrap_or(i64::MAX))
        .bind(i64::try_from(skipped).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.connection)
        .await?;
        self.complete(texts.iter().map(String::as_str)).await
    }

    /// The resources with these ids, in this order.
    async fn fetch(&mut self, ids: &[String]) -> Result<Vec<Resource>, Fault> {
        let texts: Vec<String> = sqlx::query_scalar(
            "SELECT resources.document FROM json_each($2) AS wanted
               JOIN resources ON resources.account = $1 AND resources.id = wanted.value
              ORDER BY wanted.key",
        )
        .bind(&self.context.tenant)
        .bind(serde_json::to_string(ids)?)
        .fetch_all(&mut *self.connection)
        .await?;
        self.complete(texts.iter().map(String::as_str)).await
    }

    async fn complete<'t>(
        &mut self,
        texts: impl Iterator<Item = &'t str>,
    ) -> Result<Vec<Resource>, Fault> {
        let documents = texts
            .map(serde_json::from_str)
            .collect::<Result<Vec<Document>, _>>()?;
        complete(
            self.connection,
            self.context,
            self.registry,
            &self.search.resource_type,
            documents,
        )
        .await
    }
}

fn keep(kept: &mut BTreeMap<SortPosition, String>, sort: &BoundSort, resource: &Resource) {
    let id = resource.id().unwrap_or_default().to_owned();
    kept.insert(sort.position(resource), id);
}

/// A page with the ways to those before and after it.
fn with_neighbours(
    page: Page,
    sort: Option<&BoundSort>,
    has_previous: bool,
    has_next: bool,
) -> Page {
    let last = page.resources.last().filter(|_| has_next);
    let next = last.and_then(|last| Cursor::after(last, sort));
    let first = page.resources.first().filter(|_| has_previous);
    let previous = first.and_then(|first| Cursor::before(first, sort));
    page.with_cursors(next, previous)
}
