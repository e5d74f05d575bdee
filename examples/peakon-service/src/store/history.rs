//! Who was active when.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::fault::Fault;

/// Opens an interval for who has become active, closes the open one of who no longer is, and leaves everybody else alone.
pub(super) async fn record(
    connection: &mut SqliteConnection,
    account: &str,
    employee_id: &str,
    active: bool,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let statement = if active {
        "INSERT INTO activation_history (account, employee_id, active_from)
         SELECT ?1, ?2, ?3
          WHERE NOT EXISTS (SELECT 1 FROM activation_history
                             WHERE account = ?1 AND employee_id = ?2 AND active_until IS NULL)"
    } else {
        // A clock that went back makes an empty interval, never one that ends before it begins.
        "UPDATE activation_history SET active_until = MAX(active_from, ?3)
          WHERE account = ?1 AND employee_id = ?2 AND active_until IS NULL"
    };
    sqlx::query(statement)
        .bind(account)
        .bind(employee_id)
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}
