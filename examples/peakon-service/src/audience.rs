//! Who receives a survey: the employees who are active at the moment at which it is sent.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Row as _};

use crate::database::Database;

/// Some of the employees who would receive a survey sent at a moment: as many as a page has.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AudiencePage {
    at: String,
    /// How many there are altogether: told on the first page, for counting looks at everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_results: Option<i64>,
    employees: Vec<Recipient>,
    /// Behind whom the next page begins, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    id: String,
    user_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
}

/// Active at that moment, already started, not yet separated; in the order in which they were created.
const RECIPIENTS: &str = "
      FROM (SELECT sequence, id, user_name, display_name, starts_at, leaves_at
              FROM resources WHERE account = $1 AND resource_type = 'User'
             UNION ALL
            SELECT sequence, id, user_name, NULL, starts_at, leaves_at
              FROM former_employees WHERE account = $1) AS people
     WHERE EXISTS (SELECT 1 FROM activation_history AS active
                    WHERE active.account = $1 AND active.employee_id = people.id
                      AND active.active_from <= $2
                      AND (active.active_until IS NULL OR $2 < active.active_until))
       AND (people.starts_at IS NULL OR people.starts_at <= $2)
       AND (people.leaves_at IS NULL OR $2 < people.leaves_at)
       AND people.sequence > $3";

/// The place of an employee in this order, also of one who is deleted.
const PLACE: &str = "
    SELECT sequence FROM resources WHERE account = $1 AND id = $2 AND resource_type = 'User'
     UNION ALL
    SELECT sequence FROM former_employees WHERE account = $1 AND id = $2";

impl AudiencePage {
    /// The first ones, or those behind an employee; none if he is not known.
    pub(crate) async fn read(
        database: &Database,
        account: &str,
        moment: DateTime<Utc>,
        after: Option<&str>,
        count: usize,
    ) -> Result<Option<Self>, sqlx::Error> {
        let mut connection = database.read().await?;
        let place: i64 = match after {
            None => 0,
            Some(id) => {
                let place = sqlx::query_scalar(PLACE).bind(account).bind(id);
                match place.fetch_optional(&mut *connection).await? {
                    Some(place) => place,
                    None => return Ok(None),
                }
            }
        };
        let total_results = if after.is_some() {
            None
        } else {
            let total = format!("SELECT COUNT(*) {RECIPIENTS}");
            let total = sqlx::query_scalar(AssertSqlSafe(total))
                .bind(account)
                .bind(moment.timestamp_millis())
                .bind(place);
            Some(total.fetch_one(&mut *connection).await?)
        };
        let page = format!(
            "SELECT people.id, people.user_name, people.display_name {RECIPIENTS} ORDER BY people.sequence LIMIT $4"
        );
        let limit = i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1);
        let rows = sqlx::query(AssertSqlSafe(page))
            .bind(account)
            .bind(moment.timestamp_millis())
            .bind(place)
            .bind(limit)
            .fetch_all(&mut *connection)
            .await?;
        let employees = rows
            .iter()
            .take(count)
            .map(|row| {
                Ok(Recipient {
                    id: row.try_get("id")?,
                    user_name: row.try_get("user_name")?,
                    display_name: row.try_get("display_name")?,
                })
            })
            .collect::<Result<Vec<_>, sqlx::Error>>()?;
        let last = employees.last().filter(|_| rows.len() > count);
        Ok(Some(Self {
            at: moment.to_rfc3339_opts(SecondsFormat::Millis, true),
            total_results,
            next: last.map(|recipient: &Recipient| recipient.id.clone()),
            employees,
        }))
    }
}

/// Both are read from an index: in SQLite so many rows, each with its document, would take long.
const HEADCOUNT: &str = "
    SELECT COUNT(*), CAST(COALESCE(SUM(active), 0) AS BIGINT) FROM resources WHERE resource_type = 'User'";

/// How many employees there are in all accounts, and how many of them are active now.
pub(crate) async fn headcount(database: &Database) -> Result<(i64, i64), sqlx::Error> {
    let mut connection = database.read().await?;
    sqlx::query_as(HEADCOUNT).fetch_one(&mut *connection).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Statement;
    use crate::test_database::TestDatabase;

    #[tokio::test]
    async fn employees_are_counted_in_an_index() {
        let database = TestDatabase::sqlite();
        let database = Database::open(&database.url()).await.unwrap();
        let mut connection = database.read().await.unwrap();
        let plan = Statement::new(HEADCOUNT).plan(&mut connection).await;
        assert!(
            plan.contains("COVERING INDEX resources_by_activity"),
            "{plan}"
        );
    }
}
