//! Who receives a survey: the employees who are active at the moment at which it is sent.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sqlx::Row as _;

use crate::database::Database;

/// The employees who would receive a survey sent at a moment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Audience {
    at: String,
    total_results: usize,
    employees: Vec<Recipient>,
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
    SELECT people.id, people.user_name, people.display_name
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
     ORDER BY people.sequence";

impl Audience {
    pub(crate) async fn at(
        moment: DateTime<Utc>,
        account: &str,
        database: &Database,
    ) -> Result<Self, sqlx::Error> {
        let mut connection = database.read().await?;
        let rows = sqlx::query(RECIPIENTS)
            .bind(account)
            .bind(moment.timestamp_millis())
            .fetch_all(&mut *connection)
            .await?;
        let employees = rows
            .iter()
            .map(|row| {
                Ok(Recipient {
                    id: row.try_get("id")?,
                    user_name: row.try_get("user_name")?,
                    display_name: row.try_get("display_name")?,
                })
            })
            .collect::<Result<Vec<_>, sqlx::Error>>()?;
        Ok(Self {
            at: moment.to_rfc3339_opts(SecondsFormat::Millis, true),
            total_results: employees.len(),
            employees,
        })
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
