//! Queries: an index narrows down whom to look at, the library's evaluator decides.

use scim_core::evaluation::{BoundFilter, Equality};
use scim_core::resource::Resource;
use scim_core::service_provider::{Page, RequestContext, Search};
use scim_core::urn;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};

use super::completion::complete;
use super::fault::Fault;

/// How many resources are looked at at a time: memory does not grow with the number of employees.
const BATCH: usize = 500;

pub(super) async fn run(
    readers: &SqlitePool,
    context: &RequestContext,
    search: &Search,
) -> Result<Page, Fault> {
    // One transaction: every batch sees the same state, so that the total fits the page.
    let mut transaction = readers.begin().await?;
    if search.filter.is_none() && search.sort.is_none() {
        return page(&mut transaction, context, search).await;
    }
    let mut found: Vec<Resource> = Vec::new();
    let mut total = 0_usize;
    let first = search.start_index.saturating_sub(1);
    let end = first.saturating_add(search.count);
    let mut after = 0;
    loop {
        let (last, batch) = batch(&mut transaction, context, search, after).await?;
        let Some(last) = last else { break };
        after = last;
        for resource in batch {
            if search
                .filter
                .as_ref()
                .is_some_and(|filter| !filter.matches(&resource))
            {
                continue;
            }
            if search.sort.is_some() || (first..end).contains(&total) {
                found.push(resource);
            }
            total = total.saturating_add(1);
        }
    }
    if let Some(sort) = &search.sort {
        // Stable: what sorts alike stays in the order of creation.
        found.sort_by(|left, right| sort.compare(left, right));
        found = found.into_iter().skip(first).take(search.count).collect();
    }
    Ok(Page::new(total, found))
}

/// A page of everybody: counted and cut by the database.
async fn page(
    connection: &mut SqliteConnection,
    context: &RequestContext,
    search: &Search,
) -> Result<Page, Fault> {
    let total: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM resources WHERE account = ?1 AND resource_type = ?2",
    )
    .bind(&context.tenant)
    .bind(&search.resource_type)
    .fetch_one(&mut *connection)
    .await?;
    let texts: Vec<String> = sqlx::query_scalar(
        "SELECT document FROM resources WHERE account = ?1 AND resource_type = ?2
          ORDER BY sequence LIMIT ?3 OFFSET ?4",
    )
    .bind(&context.tenant)
    .bind(&search.resource_type)
    .bind(i64::try_from(search.count).unwrap_or(i64::MAX))
    .bind(i64::try_from(search.start_index.saturating_sub(1)).unwrap_or(i64::MAX))
    .fetch_all(&mut *connection)
    .await?;
    let documents = texts
        .iter()
        .map(|text| serde_json::from_str(text))
        .collect::<Result<Vec<_>, _>>()?;
    let resources = complete(connection, context, &search.resource_type, documents).await?;
    Ok(Page::new(
        usize::try_from(total).unwrap_or(usize::MAX),
        resources,
    ))
}

/// The next candidates in the order of creation, and where they end.
async fn batch(
    connection: &mut SqliteConnection,
    context: &RequestContext,
    search: &Search,
    after: i64,
) -> Result<(Option<i64>, Vec<Resource>), Fault> {
    let mut query =
        QueryBuilder::<Sqlite>::new("SELECT sequence, document FROM resources WHERE account = ");
    query.push_bind(&context.tenant);
    query
        .push(" AND resource_type = ")
        .push_bind(&search.resource_type);
    query.push(" AND sequence > ").push_bind(after);
    let equalities = search
        .filter
        .as_ref()
        .map(BoundFilter::equalities)
        .unwrap_or_default();
    for equality in equalities {
        narrow(&mut query, &equality);
    }
    query
        .push(" ORDER BY sequence LIMIT ")
        .push_bind(i64::try_from(BATCH).unwrap_or(i64::MAX));
    let rows: Vec<(i64, String)> = query.build_query_as().fetch_all(&mut *connection).await?;
    let last = rows.last().map(|(sequence, _)| *sequence);
    let documents = rows
        .iter()
        .map(|(_, text)| serde_json::from_str(text))
        .collect::<Result<Vec<_>, _>>()?;
    Ok((
        last,
        complete(connection, context, &search.resource_type, documents).await?,
    ))
}

/// Adds what every match must satisfy, if there is an index for it. The text is ours, the value is bound.
fn narrow(query: &mut QueryBuilder<Sqlite>, equality: &Equality) {
    let (before, after) = match equality.path.as_str() {
        "id" => ("id = ", ""),
        "userName" => ("user_name_key = ", ""),
        "displayName" => ("display_name_key = ", ""),
        "externalId" => ("external_id_key = ", ""),
        "emails" | "emails.value" => (
            "id IN (SELECT employee_id FROM employee_emails AS email
                     WHERE email.account = resources.account AND email_key = ",
            ")",
        ),
        "members" | "members.value" => (
            "id IN (SELECT group_id FROM group_members AS membership
                     WHERE membership.account = resources.account AND member_id = ",
            ")",
        ),
        path => match path.strip_prefix(urn::ENTERPRISE_USER) {
            Some(":employeeNumber") => ("employee_number_key = ", ""),
            Some(":manager" | ":manager.value") => (
                "id IN (SELECT employee_id FROM employee_references AS reference
                         WHERE reference.account = resources.account
                           AND path = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'
                           AND target_id = ",
                ")",
            ),
            _ => return,
        },
    };
    query
        .push(" AND ")
        .push(before)
        .push_bind(equality.key.clone())
        .push(after);
}
