//! What may belong to one employee only: his user name and the e-mail address that identifies him.

use sqlx::SqliteConnection;

use super::document::{Columns, Document, emails};
use super::fault::Fault;

pub(super) async fn check(
    connection: &mut SqliteConnection,
    account: &str,
    id: &str,
    document: &Document,
) -> Result<(), Fault> {
    let columns = Columns::of(document);
    if let (Some(key), Some(text)) = (columns.user_name_key, columns.user_name) {
        let taken: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM resources
              WHERE account = ?1 AND resource_type = 'User' AND user_name_key = ?2 AND id <> ?3",
        )
        .bind(account)
        .bind(key)
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
        if taken.is_some() {
            return Err(taken_already("userName", &text));
        }
    }
    let Some(email) = emails(document).into_iter().find(|email| email.identifying) else {
        return Ok(());
    };
    let taken: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM employee_emails
          WHERE account = ?1 AND email_key = ?2 AND identifying = 1 AND employee_id <> ?3",
    )
    .bind(account)
    .bind(email.key)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    match taken {
        Some(_) => Err(taken_already("emails.value", &email.text)),
        None => Ok(()),
    }
}

fn taken_already(attribute: &str, text: &str) -> Fault {
    Fault::conflict(
        attribute,
        format!(
            "an employee with `{text}` exists already; find him by the filter {attribute} eq \"{text}\" \
             and change him instead"
        ),
    )
}

/// Keeps the e-mail addresses of an employee, by which he is found.
pub(super) async fn save_emails(
    connection: &mut SqliteConnection,
    account: &str,
    id: &str,
    document: &Document,
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM employee_emails WHERE account = ?1 AND employee_id = ?2")
        .bind(account)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    for email in emails(document) {
        sqlx::query(
            "INSERT INTO employee_emails (account, employee_id, email_key, identifying)
             VALUES (?1, ?2, ?3, ?4)",
        )
        .bind(account)
        .bind(id)
        .bind(email.key)
        .bind(email.identifying)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
