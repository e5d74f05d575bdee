//! Queries: the database filters, sorts and finds the page, where it sees all that is asked about. Where it does not, it narrows down
//! whom to look at, and the library's evaluator decides.

mod cost;
mod evaluated;
mod pushed_down;

use scim_core::evaluation::{BoundFilter, EvaluationBudget};
use scim_core::paging::Cursor;
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{Page, RequestContext, Search};
use scim_core::sorting::BoundSort;
use scim_core::sql::{SqlPage, SqlQuery};
use sqlx::AnyConnection;

use self::evaluated::Evaluated;
use self::pushed_down::PushedDown;
use super::comparison::{View, Views};
use super::completion::complete;
use super::document::Document;
use super::fault::Fault;
use crate::database::Statement;

pub(super) async fn run(
    connection: &mut AnyConnection,
    context: &RequestContext,
    views: &Views,
    search: &Search,
) -> Result<Page, Fault> {
    let found = find(connection, context, views, search).await;
    found.map_err(cost::too_long)
}

async fn find(
    connection: &mut AnyConnection,
    context: &RequestContext,
    views: &Views,
    search: &Search,
) -> Result<Page, Fault> {
    let view = views.of(&search.resource_type)?;
    let mut resources = Resources {
        connection,
        context,
        registry: views.registry(),
        view,
        resource_type: &search.resource_type,
        evaluation_steps: search.evaluation_steps,
    };
    cost::check(&mut resources, search).await?;
    let split = |filter: &BoundFilter| filter.split(|path| view.sees(path));
    let (seen, rest) = search.filter.as_ref().map(split).unwrap_or_default();
    let sorts = search.sort.as_ref().is_none_or(|sort| view.sorts_by(sort));
    if rest.is_none() && sorts {
        return PushedDown { resources, search }.page().await;
    }
    // The evaluator may look at what the answer leaves out.
    let whole = context.clone().with_whole_resources();
    resources.context = &whole;
    let budget = EvaluationBudget::new(search.evaluation_steps);
    let mut evaluated = Evaluated {
        resources,
        search,
        seen,
        rest,
        budget,
    };
    evaluated.page().await
}

/// The resources of one type, as the database sees them.
struct Resources<'q> {
    connection: &'q mut AnyConnection,
    context: &'q RequestContext,
    registry: &'q SchemaRegistry,
    view: &'q View,
    resource_type: &'q str,
    evaluation_steps: u64,
}

impl Resources<'_> {
    /// Those of a page, in its order.
    async fn find(
        &mut self,
        filter: Option<&BoundFilter>,
        sort: Option<&BoundSort>,
        page: SqlPage<'_>,
    ) -> Result<Vec<Resource>, Fault> {
        let query = self.view.table.query(filter, sort, page)?;
        let statement = statement("document", &self.context.tenant, self.resource_type, query);
        let rows: Vec<(String,)> = statement
            .into_query_as()
            .fetch_all(&mut *self.connection)
            .await?;
        self.complete(rows.into_iter().map(|(text,)| text)).await
    }

    /// Whether there is any beyond a place.
    async fn exists(
        &mut self,
        filter: Option<&BoundFilter>,
        sort: Option<&BoundSort>,
        place: &Cursor,
    ) -> Result<bool, Fault> {
        let page = SqlPage::Cursor {
            cursor: Some(place),
            limit: 1,
        };
        let query = self.view.table.query(filter, sort, page)?;
        let statement = statement("id", &self.context.tenant, self.resource_type, query);
        let id: Option<(String,)> = statement
            .into_query_as()
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(id.is_some())
    }

    async fn count(&mut self, filter: Option<&BoundFilter>) -> Result<usize, Fault> {
        let mut query = self.view.table.query(filter, None, SqlPage::All)?;
        query.order.clear();
        let statement = statement("COUNT(*)", &self.context.tenant, self.resource_type, query);
        let (total,): (i64,) = statement
            .into_query_as()
            .fetch_one(&mut *self.connection)
            .await?;
        Ok(usize::try_from(total).unwrap_or(usize::MAX))
    }

    async fn complete(
        &mut self,
        texts: impl Iterator<Item = String> + Send,
    ) -> Result<Vec<Resource>, Fault> {
        let documents = texts
            .map(|text| serde_json::from_str(&text))
            .collect::<Result<Vec<Document>, _>>()?;
        self.check_members(&documents).await?;
        complete(
            self.connection,
            self.context,
            self.registry,
            self.resource_type,
            documents,
        )
        .await
    }
}

/// The statement for what the library's query finds of one account and type.
fn statement(what: &str, account: &str, resource_type: &str, query: SqlQuery) -> Statement {
    let mut statement = Statement::new("SELECT ");
    statement
        .push(what)
        .push(" FROM resources WHERE account = ");
    statement
        .bind(account)
        .push(" AND resource_type = ")
        .bind(resource_type);
    statement.push(" AND (").push(&query.condition).push(")");
    if !query.order.is_empty() {
        statement.push(" ORDER BY ").push(&query.order);
    }
    statement
        .push(" ")
        .push(&query.limit)
        .extend(query.parameters);
    statement
}

/// The cursors to the pages before and after a page, as far as there are such pages.
fn with_neighbours(page: Page, sort: Option<&BoundSort>, is_there: Neighbours) -> Page {
    let last = page.resources.last().filter(|_| is_there.next);
    let next = last.and_then(|last| Cursor::after(last, sort));
    let first = page.resources.first().filter(|_| is_there.previous);
    let previous = first.and_then(|first| Cursor::before(first, sort));
    page.with_cursors(next, previous)
}

/// Which of the neighbours of a page exist.
#[derive(Clone, Copy, Debug)]
struct Neighbours {
    previous: bool,
    next: bool,
}

#[cfg(test)]
mod tests;
