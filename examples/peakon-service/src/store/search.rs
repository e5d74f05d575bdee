//! Queries: an index narrows down whom to look at, the library's evaluator decides.

use scim_core::evaluation::{BoundFilter, Equality, EvaluationBudget};
use scim_core::resource::Resource;
use scim_core::service_provider::{Page, Paging, RequestContext, Search, StoreError};
use scim_core::urn;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};

use super::completion::complete;
use super::fault::Fault;

/// How many resources are looked at at a time: memory does not grow with the number of employees.
const BATCH: i64 = 500;

pub(super) async fn run(
    readers: &SqlitePool,
    context: &RequestContext,
    search: &Search,
) -> Result<Page, Fault> {
    let Paging::Index { start_index, .. } = search.paging else {
        return Err(StoreError::failed("pages by cursor are not offered").into());
    };
    // One transaction: every batch sees the same state, so that the total fits the page.
    let mut transaction = readers.begin().await?;
    if search.filter.is_none() && search.sort.is_none() {
        return page(&mut transaction, context, search, start_index).await;
    }
    let mut found: Vec<Resource> = Vec::new();
    let mut total = 0_usize;
    let first = start_index.saturating_sub(1);
    let end = first.saturating_add(search.count);
    let budget = EvaluationBudget::new(search.evaluation_steps);
    let mut after = 0;
    loop {
        let (last, batch) = batch(&mut transaction, context, search, after).await?;
        let Some(last) = last else { break };
        after = last;
        for resource in batch {
            if let Some(filter) = &search.filter
                && !filter.matches_within(&resource, &budget)?
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
        sort.sort(&mut found);
        found = found.into_iter().skip(first).take(search.count).collect();
    }
    Ok(Page::new(total, found))
}

/// A page of everybody: counted and cut by the database.
async fn page(
    connection: &mut SqliteConnection,
    context: &RequestContext,
    search: &Search,
    start_index: usize,
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
    .bind(i64::try_from(start_index.saturating_sub(1)).unwrap_or(i64::MAX))
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
    let equalities = search
        .filter
        .as_ref()
        .map(BoundFilter::equalities)
        .unwrap_or_default();
    let mut query = candidates(&context.tenant, &search.resource_type, after, &equalities);
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

/// The candidates behind one place in the order of creation, narrowed down by what every match must satisfy.
fn candidates(
    account: &str,
    resource_type: &str,
    after: i64,
    equalities: &[Equality],
) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("SELECT sequence, document FROM resources WHERE account = ");
    query.push_bind(account.to_owned());
    query
        .push(" AND resource_type = ")
        .push_bind(resource_type.to_owned());
    // With a plus sign SQLite does not go through everybody in order if there is a better index.
    let mut sequence = "sequence";
    for equality in equalities {
        // The text is ours, the value is bound.
        if let Some(condition) = condition(&equality.path) {
            let key = equality.key.clone();
            match condition {
                Condition::Column(column) => {
                    query.push(" AND ").push(column).push(" = ").push_bind(key);
                }
                Condition::Table {
                    table,
                    id,
                    key_column,
                } => {
                    query
                        .push(" AND id IN (SELECT ")
                        .push(id)
                        .push(" FROM ")
                        .push(table);
                    query
                        .push(" WHERE account = ")
                        .push_bind(account.to_owned());
                    query
                        .push(" AND ")
                        .push(key_column)
                        .push(" = ")
                        .push_bind(key)
                        .push(")");
                }
            }
            sequence = "+sequence";
        }
    }
    query
        .push(" AND ")
        .push(sequence)
        .push(" > ")
        .push_bind(after);
    query
        .push(" ORDER BY ")
        .push(sequence)
        .push(" LIMIT ")
        .push_bind(BATCH);
    query
}

/// Where an index holds the key of an equality.
enum Condition {
    /// In a column of the resource's own row.
    Column(&'static str),
    /// In another table, beside the id of the resource.
    Table {
        table: &'static str,
        id: &'static str,
        key_column: &'static str,
    },
}

fn condition(path: &str) -> Option<Condition> {
    let other = |table, id, key_column| Condition::Table {
        table,
        id,
        key_column,
    };
    let condition = match path {
        "id" => Condition::Column("id"),
        "userName" => Condition::Column("user_name_key"),
        "displayName" => Condition::Column("display_name_key"),
        "externalId" => Condition::Column("external_id_key"),
        "emails" | "emails.value" => other("employee_emails", "employee_id", "email_key"),
        "groups" | "groups.value" => other("group_members", "member_id", "group_id"),
        "members" | "members.value" => other("group_members", "group_id", "member_id"),
        path => match path.strip_prefix(urn::ENTERPRISE_USER)? {
            ":employeeNumber" => Condition::Column("employee_number_key"),
            // Other attributes than the manager may refer to somebody too: the evaluator decides.
            ":manager" | ":manager.value" => {
                other("employee_references", "employee_id", "target_id")
            }
            _ => return None,
        },
    };
    Some(condition)
}

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Connection as _, Row as _};

    use super::*;
    use crate::database::MIGRATIONS;

    /// How SQLite goes about a query for the equality of a path.
    async fn plan(paths: &[&str]) -> String {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        MIGRATIONS.run(&mut connection).await.unwrap();
        let equalities: Vec<_> = paths.iter().map(|path| Equality::new(*path, "x")).collect();
        let query = candidates("a", "User", 0, &equalities).into_string();
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}")))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        rows.iter()
            .map(|row| row.get::<String, _>("detail") + "\n")
            .collect()
    }

    #[tokio::test]
    async fn an_index_finds_the_candidates() {
        for path in [
            "id",
            "userName",
            "displayName",
            "externalId",
            "emails",
            "emails.value",
            "groups.value",
            "members",
            "members.value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        ] {
            let plan = plan(&[path]).await;
            assert!(
                !plan.contains("SCAN resources") && !plan.contains("resources_in_order"),
                "{path}: {plan}"
            );
        }
    }

    #[tokio::test]
    async fn without_an_index_everybody_is_looked_at_in_order() {
        let plan = plan(&["title"]).await;
        assert!(
            plan.contains("resources_in_order") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }
}
