//! Who was active when.

use chrono::{DateTime, Utc};
use sqlx::AnyConnection;

use super::fault::Fault;
use super::rows;

/// Opens an interval for who has become active, closes the open one of who no longer is, and leaves everybody else alone.
pub(super) async fn record(
    connection: &mut AnyConnection,
    account: &str,
    employee_id: &str,
    active: bool,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let statement = if active {
        "INSERT INTO activation_history (account, employee_id, active_from)
         SELECT $1, $2, $3
          WHERE NOT EXISTS (SELECT 1 FROM activation_history
                             WHERE account = $1 AND employee_id = $2 AND active_until IS NULL)"
    } else {
        // A clock that went back makes an empty interval, never one that ends before it begins.
        "UPDATE activation_history SET active_until = CASE WHEN active_from > $3 THEN active_from ELSE $3 END
          WHERE account = $1 AND employee_id = $2 AND active_until IS NULL"
    };
    sqlx::query(statement)
        .bind(account)
        .bind(employee_id)
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Opens the first interval of employees who are new.
pub(super) async fn begin(
    connection: &mut AnyConnection,
    account: &str,
    employee_ids: &[&str],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let now = now.timestamp_millis();
    let rows: Vec<_> = employee_ids.iter().map(|id| (id, now)).collect();
    let into = "activation_history (account, employee_id, active_from)";
    let columns = "coming ->> 0, CAST(coming ->> 1 AS BIGINT)";
    rows::insert(connection, account, into, columns, &rows).await
}

/// Ends the history of an employee who is deleted, and keeps what past audiences need of him. Groups have none.
pub(super) async fn keep(
    connection: &mut AnyConnection,
    account: &str,
    employee_id: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    record(connection, account, employee_id, false, now).await?;
    sqlx::query(
        "INSERT INTO former_employees (account, id, sequence, user_name, starts_at, leaves_at)
         SELECT account, id, sequence, user_name, starts_at, leaves_at FROM resources
          WHERE account = $1 AND id = $2 AND resource_type = 'User'",
    )
    .bind(account)
    .bind(employee_id)
    .execute(connection)
    .await?;
    Ok(())
}
