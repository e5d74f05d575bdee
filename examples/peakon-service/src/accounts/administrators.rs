//! Who may open the administration page of an account.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use super::{AccountError, Accounts, moment, must_exist, text};
use crate::clock;
use crate::random::bytes;

/// The shortest password, in characters.
const SHORTEST: usize = 12;
/// The longest password, in bytes: hashing more would only cost time.
const LONGEST: usize = 1024;

/// The hash of no password at all, so that an unknown login takes as long as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("", &[0; 16]).unwrap_or_default());

/// How many passwords are hashed at a time: each takes 19 MiB, so guessing must not fill the memory.
static HASHING: Semaphore = Semaphore::const_new(4);

/// Who may open the administration page of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Administrator {
    /// What he logs in with; one administrator has it in all accounts.
    pub login: String,
    /// The account.
    pub account: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// Somebody whose password was right when it was looked at: hashing takes a while, and in the meantime it may be another one.
pub(crate) struct Verified {
    pub(crate) login: String,
    pub(crate) account: String,
    pub(crate) password_hash: String,
}

/// Makes what the first unknown login would otherwise have to wait for.
pub(crate) async fn prepare_logins() {
    let _ = hashing(|| LazyLock::force(&NOBODY).len()).await;
}

impl Accounts {
    /// Lets somebody open the administration page of an account.
    ///
    /// # Errors
    /// When the login is taken, the password is too short or too long, there is no such account, or the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use peakon_service::{Accounts, NewAccount};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let url = format!("sqlite://{}/peakon.db", folder.path().display());
    /// let accounts = Accounts::open(&url).await?;
    /// accounts.create(NewAccount::new("fjordlab")).await?;
    /// accounts.add_administrator("fjordlab", "ines", "a long pass phrase").await?;
    /// assert_eq!(accounts.verify_administrator("ines", "a long pass phrase").await?.as_deref(), Some("fjordlab"));
    /// assert_eq!(accounts.verify_administrator("ines", "another one").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_administrator(
        &self,
        account: &str,
        login: &str,
        password: &str,
    ) -> Result<(), AccountError> {
        text("a login", login)?;
        let hash = new_hash(password).await?;
        let mut transaction = self.database.write_alone(account).await?;
        must_exist(&mut transaction, account).await?;
        let added = sqlx::query(
            "INSERT INTO administrators (login, account, password_hash, created_at)
             VALUES ($1, $2, $3, $4) ON CONFLICT (login) DO NOTHING",
        )
        .bind(login)
        .bind(account)
        .bind(hash)
        .bind(clock::now().timestamp_millis())
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            return Err(AccountError::refused(format!(
                "the login `{login}` is taken; take another one"
            )));
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Gives an administrator another password, and logs him out everywhere.
    ///
    /// # Errors
    /// When there is no such login, the password is too short or too long, or the database fails.
    pub async fn set_password(&self, login: &str, password: &str) -> Result<(), AccountError> {
        let hash = new_hash(password).await?;
        let mut transaction = self.database.write_alone(login).await?;
        let changed = sqlx::query("UPDATE administrators SET password_hash = $2 WHERE login = $1")
            .bind(login)
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() == 0 {
            return Err(no_login(login));
        }
        sqlx::query("DELETE FROM sessions WHERE login = $1")
            .bind(login)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The account that a login belongs to, if the password is right. An unknown login takes as long as a wrong password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_administrator(
        &self,
        login: &str,
        password: &str,
    ) -> Result<Option<String>, AccountError> {
        let verified = self.verify(login, password).await?;
        Ok(verified.map(|verified| verified.account))
    }

    /// The same, with what has to be so still when a session begins.
    pub(crate) async fn verify(
        &self,
        login: &str,
        password: &str,
    ) -> Result<Option<Verified>, AccountError> {
        let mut connection = self.database.connection().await?;
        let found: Option<(String, String)> =
            sqlx::query_as("SELECT account, password_hash FROM administrators WHERE login = $1")
                .bind(login)
                .fetch_optional(&mut *connection)
                .await?;
        drop(connection);
        let (account, stored) = match found {
            Some((account, stored)) => (Some(account), stored),
            None => (None, NOBODY.clone()),
        };
        let (password, password_hash) = (password.to_owned(), stored.clone());
        let is_right = hashing(move || {
            // Nothing longer was ever taken.
            let password = password.get(..LONGEST).unwrap_or(&password);
            let stored = PasswordHash::new(&stored);
            stored.is_ok_and(|stored| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &stored)
                    .is_ok()
            })
        })
        .await?;
        let verified = account.map(|account| Verified {
            login: login.to_owned(),
            account,
            password_hash,
        });
        Ok(verified.filter(|_| is_right))
    }

    /// The administrators of an account, or of all accounts, in the order of their logins.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn administrators(
        &self,
        account: Option<&str>,
    ) -> Result<Vec<Administrator>, AccountError> {
        let mut connection = self.database.connection().await?;
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT login, account, created_at FROM administrators
              WHERE account = COALESCE($1, account) ORDER BY login",
        )
        .bind(account)
        .fetch_all(&mut *connection)
        .await?;
        let administrators = rows
            .into_iter()
            .map(|(login, account, created_at)| Administrator {
                login,
                account,
                created_at: moment(created_at),
            });
        Ok(administrators.collect())
    }

    /// Takes the right away from somebody, and logs him out.
    ///
    /// # Errors
    /// When there is no such login, or the database fails.
    pub async fn remove_administrator(&self, login: &str) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(login).await?;
        let gone = sqlx::query("DELETE FROM administrators WHERE login = $1")
            .bind(login)
            .execute(&mut *transaction)
            .await?;
        if gone.rows_affected() == 0 {
            return Err(no_login(login));
        }
        transaction.commit().await?;
        Ok(())
    }
}

fn no_login(login: &str) -> AccountError {
    AccountError::refused(format!(
        "there is no administrator `{login}`; `peakon-service administrator list` tells which there are"
    ))
}

async fn new_hash(password: &str) -> Result<String, AccountError> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        return Err(AccountError::refused(format!(
            "a password has at least {SHORTEST} characters and at most {LONGEST} bytes; take another one"
        )));
    }
    let salt = bytes::<16>()?;
    let password = password.to_owned();
    let hash = hashing(move || hash(&password, &salt)).await?;
    hash.map_err(|error| AccountError::Password(error.to_string()))
}

/// Argon2id with the default parameters of its crate, which are those that OWASP names first: 19 MiB, 2 passes, 1 lane.
fn hash(password: &str, salt: &[u8]) -> Result<String, argon2::password_hash::Error> {
    let hash: PasswordHash =
        Argon2::default().hash_password_with_salt(password.as_bytes(), salt)?;
    Ok(hash.to_string())
}

/// Off the threads that serve requests: a hash takes tens of milliseconds.
async fn hashing<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AccountError> {
    let failed = |error: &dyn std::error::Error| AccountError::Password(error.to_string());
    let turn = HASHING.acquire().await.map_err(|error| failed(&error))?;
    let done = tokio::task::spawn_blocking(work).await;
    drop(turn);
    done.map_err(|error| failed(&error))
}
