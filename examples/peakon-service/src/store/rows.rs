//! Rows that come at once: one statement and one parameter for any number of them, a JSON array of arrays.

use serde::Serialize;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::fault::Fault;
use crate::database::Dialect;

/// The rows of `$2` in their order, as `coming`. PostgreSQL would read an entry anew for each of its columns, were it not materialized.
fn came(dialect: Dialect) -> String {
    let entry = dialect.json("value");
    format!("WITH came AS MATERIALIZED (SELECT key, {entry} AS coming FROM json_each($2))")
}

/// Writes rows into a table whose first column is the account. `values` says how the others are made of `coming`.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    account: &str,
    into: &str,
    values: &str,
    rows: &[impl Serialize],
) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let came = came(Dialect::of(connection));
    let statement = format!("{came} INSERT INTO {into} SELECT $1, {values} FROM came ORDER BY key");
    sqlx::query(AssertSqlSafe(statement))
        .bind(account)
        .bind(serde_json::to_string(rows)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// The places of those of these rows for which something is there. `there` joins a table to `coming` of the account `$1`.
pub(super) async fn matched(
    connection: &mut AnyConnection,
    account: &str,
    there: &str,
    rows: &[impl Serialize],
) -> Result<Vec<i64>, Fault> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let came = came(Dialect::of(connection));
    let statement = format!("{came} SELECT came.key FROM came JOIN {there} ORDER BY came.key");
    let places = sqlx::query_scalar(AssertSqlSafe(statement))
        .bind(account)
        .bind(serde_json::to_string(rows)?)
        .fetch_all(connection)
        .await?;
    Ok(places)
}
