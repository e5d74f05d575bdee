//! Employee numbers, which belong to one employee each where the account says so.

use scim_core::service_provider::StoreError;
use scim_core::urn;
use sqlx::AnyConnection;

use super::fault::Fault;

/// Lets the numbers that there are belong to one employee each from now on, or no longer.
pub(crate) async fn set_unique(
    connection: &mut AnyConnection,
    account: &str,
    are_unique: bool,
) -> Result<(), StoreError> {
    Ok(set(connection, account, are_unique).await?)
}

async fn set(connection: &mut AnyConnection, account: &str, are_unique: bool) -> Result<(), Fault> {
    let path = format!("{}:employeeNumber", urn::ENTERPRISE_USER);
    sqlx::query(
        "DELETE FROM unique_values WHERE account = $1 AND resource_type = 'User' AND path = $2",
    )
    .bind(account)
    .bind(&path)
    .execute(&mut *connection)
    .await?;
    if !are_unique {
        return Ok(());
    }
    let twice: Option<i64> = sqlx::query_scalar(
        "SELECT COUNT(*) FROM resources
          WHERE account = $1 AND resource_type = 'User' AND employee_number_key IS NOT NULL
          GROUP BY employee_number_key HAVING COUNT(*) > 1 LIMIT 1",
    )
    .bind(account)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(count) = twice {
        let detail = format!(
            "{count} employees have the same employee number; give each of them a number of his own first"
        );
        return Err(Fault::conflict("employeeNumber", detail));
    }
    sqlx::query(
        "INSERT INTO unique_values (account, resource_type, path, key, resource_id)
         SELECT account, resource_type, $2, employee_number_key, id FROM resources
          WHERE account = $1 AND resource_type = 'User' AND employee_number_key IS NOT NULL",
    )
    .bind(account)
    .bind(path)
    .execute(connection)
    .await?;
    Ok(())
}
