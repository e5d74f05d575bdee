//! Who receives a survey: the employees who are active at the moment at which it is sent.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sqlx::{Row as _, SqlitePool};

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
    SELECT resources.id, resources.document ->> 'userName' AS user_name, resources.display_name
      FROM resources
      JOIN activation_history AS active
        ON active.account = resources.account AND active.employee_id = resources.id
     WHERE resources.account = ?1
       AND active.active_from <= ?2 AND (active.active_until IS NULL OR ?2 < active.active_until)
       AND (resources.starts_at IS NULL OR resources.starts_at <= ?2)
       AND (resources.leaves_at IS NULL OR ?2 < resources.leaves_at)
     ORDER BY resources.sequence";

impl Audience {
    pub(crate) async fn at(
        moment: DateTime<Utc>,
        account: &str,
        readers: &SqlitePool,
    ) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query(RECIPIENTS)
            .bind(account)
            .bind(moment.timestamp_millis())
            .fetch_all(readers)
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

/// How many employees there are, and how many of them are active now.
pub(crate) async fn headcount(
    account: &str,
    readers: &SqlitePool,
) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as(
        "SELECT COUNT(*), COALESCE(SUM(active), 0) FROM resources
          WHERE account = ?1 AND resource_type = 'User'",
    )
    .bind(account)
    .fetch_one(readers)
    .await
}
