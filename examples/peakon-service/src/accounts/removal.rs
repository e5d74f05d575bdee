//! An account is removed with all that belongs to it.

use sqlx::{AnyConnection, AssertSqlSafe};

use super::{AccountError, Accounts};
use crate::database::without_statement_timeout;

/// The tables with what belongs to accounts, those first whose rows refer to rows of a later one.
const TABLES: [&str; 15] = [
    "retired_values",
    "resource_references",
    "group_members",
    "employee_emails",
    "unique_values",
    "activation_history",
    "former_employees",
    "resources",
    "comparisons",
    "requests",
    "former_names",
    "attributes",
    "tokens",
    // Sessions go with them: ON DELETE CASCADE.
    "administrators",
    "accounts",
];

impl Accounts {
    /// Removes an account for good: its employees and groups, also those of the past, its attributes, tokens, administrators and
    /// last requests. To confirm that it is the one that is meant, its name is said as well.
    ///
    /// Every service over the database refuses its tokens from the next request on. While the rows go, nobody writes into the account,
    /// in SQLite into no account.
    ///
    /// # Errors
    /// When there is no such account, it has another name, or the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use peakon_service::{Accounts, NewAccount};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let url = format!("sqlite://{}/peakon.db", folder.path().display());
    /// let accounts = Accounts::open(&url).await?;
    /// let mut new = NewAccount::new("fjordlab");
    /// new.name = "Fjordlab A/S".to_owned();
    /// accounts.create(new).await?;
    /// assert!(accounts.remove("fjordlab", "Nordlys A/S").await.is_err());
    /// accounts.remove("fjordlab", "Fjordlab A/S").await?;
    /// assert!(accounts.list().await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn remove(&self, id: &str, name: &str) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(id).await?;
        let found: Option<String> = sqlx::query_scalar("SELECT name FROM accounts WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await?;
        match found {
            None => return Err(AccountError::NoAccount(id.to_owned())),
            Some(found) if found != name => {
                return Err(AccountError::refused(format!(
                    "the account `{id}` has another name, and nothing was removed; `peakon-service account list` tells it"
                )));
            }
            Some(_) => {}
        }
        remove_rows(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn remove_rows(connection: &mut AnyConnection, account: &str) -> Result<(), sqlx::Error> {
    without_statement_timeout(connection).await?;
    for table in TABLES {
        let column = if table == "accounts" { "id" } else { "account" };
        let text = format!("DELETE FROM {table} WHERE {column} = $1");
        let removed = sqlx::query(AssertSqlSafe(text)).bind(account);
        removed.execute(&mut *connection).await?;
    }
    Ok(())
}
