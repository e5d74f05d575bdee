//! What may belong to one resource only: the values that its schema says are unique, and the e-mail address that identifies an
//! employee.

use scim_core::schema::UniqueKey;
use serde_json::Value;
use sqlx::AnyConnection;

use super::document::identifying;
use super::fault::Fault;
use super::rows;
use crate::database::Dialect;

pub(super) async fn check(
    connection: &mut AnyConnection,
    account: &str,
    resource_type: &str,
    id: &str,
    keys: &[UniqueKey],
) -> Result<(), Fault> {
    for key in keys {
        let taken: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM unique_values
              WHERE account = $1 AND resource_type = $2 AND path = $3 AND key = $4 AND resource_id <> $5",
        )
        .bind(account)
        .bind(resource_type)
        .bind(&key.path)
        .bind(&key.key)
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
        if taken.is_some() {
            return Err(key.taken().into());
        }
    }
    Ok(())
}

/// The identifying e-mail address, which the schema does not know to be unique.
pub(super) async fn check_email(
    connection: &mut AnyConnection,
    account: &str,
    id: &str,
    emails: &[Value],
) -> Result<(), Fault> {
    let identifying = identifying(emails).and_then(|position| emails.get(position));
    let Some(key) = identifying.and_then(|email| email.get("value")?.as_str()) else {
        return Ok(());
    };
    let taken: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM employee_emails
          WHERE account = $1 AND email_key = $2 AND identifying = 1 AND employee_id <> $3",
    )
    .bind(account)
    .bind(key)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    match taken {
        None => Ok(()),
        Some(_) => Err(email_taken()),
    }
}

pub(super) fn email_taken() -> Fault {
    Fault::conflict(
        "emails.value",
        "an employee is identified by this address already; find him by it and change him instead"
            .to_owned(),
    )
}

/// Keeps the unique values of a resource, and no others.
pub(super) async fn save(
    connection: &mut AnyConnection,
    account: &str,
    resource_type: &str,
    id: &str,
    keys: &[UniqueKey],
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM unique_values WHERE account = $1 AND resource_id = $2")
        .bind(account)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    for key in keys {
        sqlx::query(
            "INSERT INTO unique_values (account, resource_type, path, key, resource_id)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(account)
        .bind(resource_type)
        .bind(&key.path)
        .bind(&key.key)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Keeps the e-mail addresses of an employee, by which he is found.
pub(super) async fn save_emails(
    connection: &mut AnyConnection,
    account: &str,
    id: &str,
    emails: &[Value],
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM employee_emails WHERE account = $1 AND employee_id = $2")
        .bind(account)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    insert_emails(connection, account, &email_rows(id, emails)).await
}

/// The employee, the position, the address as it is compared, and 1 if it identifies him.
type EmailRow<'a> = (&'a str, usize, String, u8);

pub(super) fn email_rows<'a>(id: &'a str, emails: &[Value]) -> Vec<EmailRow<'a>> {
    let identifying = identifying(emails);
    let row = |(position, email): (usize, &Value)| {
        let is_identifying = u8::from(identifying == Some(position));
        (id, position, email.to_string(), is_identifying)
    };
    emails.iter().enumerate().map(row).collect()
}

pub(super) async fn insert_emails(
    connection: &mut AnyConnection,
    account: &str,
    emails: &[EmailRow<'_>],
) -> Result<(), Fault> {
    let into = "employee_emails (account, employee_id, position, entry, identifying)";
    let entry = Dialect::of(connection).json("coming ->> 2");
    let columns = format!(
        "coming ->> 0, CAST(coming ->> 1 AS BIGINT), {entry}, CAST(coming ->> 3 AS BIGINT)"
    );
    rows::insert(connection, account, into, &columns, emails).await
}
