//! Bearer tokens. Only their SHA-256 hashes are kept.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::AnyConnection;

use super::{AccountError, Accounts, OpenAccount, moment, must_exist, text};
use crate::clock;
use crate::random::hexadecimal;
use crate::token::{Fingerprint, Token};

/// How many tokens of an account are valid at a time: the one in use, and the one that takes its place.
pub(crate) const MOST_TOKENS: usize = 2;
/// How long an ended token is remembered, so that it is told from a new one when the program is started with it.
const REMEMBERED: TimeDelta = TimeDelta::days(365);
/// The label of the token that the program was started with.
const COMMAND_LINE: &str = "command line";

/// What is known of a token that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedToken {
    /// By what it is revoked.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// From when on it is not valid; without end, if nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; never, if nothing is said.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// How long a token may be used before that is written down anew, in milliseconds.
const USED: i64 = 60_000;

/// A token as it is looked up: itself, its hash and its end; its account, and the account's revision.
type TokenRow = (String, String, Option<i64>, String, i64);

/// A token as it is listed: its id and label, when it was issued, its end, when it was last used.
type IssuedRow = (String, String, i64, Option<i64>, Option<i64>);

/// Whose request it is.
#[derive(Debug)]
pub(crate) struct Bearer {
    pub(crate) account: Arc<OpenAccount>,
    /// The id of the token.
    pub(crate) token: String,
}

impl Accounts {
    /// The account that a bearer token belongs to, if it is a valid one.
    pub(crate) async fn with_token(&self, token: &str) -> Result<Option<Bearer>, AccountError> {
        let fingerprint = Fingerprint::of(token);
        let mut connection = self.database.connection().await?;
        let rows: Vec<TokenRow> = sqlx::query_as(
            "SELECT tokens.id, tokens.fingerprint, tokens.expires_at, accounts.id, accounts.revision
               FROM tokens JOIN accounts ON accounts.id = tokens.account
              WHERE tokens.prefix = $1",
        )
        .bind(fingerprint.prefix())
        .fetch_all(&mut *connection)
        .await?;
        drop(connection);
        let now = clock::now().timestamp_millis();
        let mut found = None;
        // Every row is compared, and each in constant time.
        for (token, stored, expires_at, account, revision) in rows {
            if fingerprint.is_written(&stored) && expires_at.is_none_or(|end| now < end) {
                found = Some((token, account, revision));
            }
        }
        let Some((token, account, revision)) = found else {
            return Ok(None);
        };
        let account = self.at_revision(&account, revision).await?;
        Ok(Some(Bearer { account, token }))
    }

    /// Makes a token, which is shown now and never again.
    ///
    /// At most two are valid at a time: so a directory is switched over to the second one, and then the first one is revoked.
    ///
    /// # Errors
    /// When the label or the end cannot be, two others are valid, there is no such account, or the database fails.
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
    /// accounts.issue_token("fjordlab", "directory", None).await?;
    /// accounts.issue_token("fjordlab", "directory, from May on", None).await?;
    /// assert!(accounts.issue_token("fjordlab", "a third one", None).await.is_err());
    /// let old = &accounts.tokens("fjordlab").await?[0];
    /// accounts.revoke_token("fjordlab", &old.id).await?;
    /// assert_eq!(accounts.tokens("fjordlab").await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn issue_token(
        &self,
        account: &str,
        label: &str,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Token, AccountError> {
        let token = Token::generate()?;
        let now = clock::now();
        text("the label of a token", label)?;
        if expires_at.is_some_and(|end| end <= now) {
            return Err(AccountError::refused(
                "the end of the token has passed already; give a later one, or none",
            ));
        }
        let mut transaction = self.database.write_alone(account).await?;
        must_exist(&mut transaction, account).await?;
        forget_ended(&mut transaction, account, now).await?;
        if valid(&mut transaction, account, now).await?.len() >= MOST_TOKENS {
            return Err(AccountError::refused(format!(
                "two tokens of the account `{account}` are valid, and more are not at a time: switch the directory over to \
                 the newer one, then revoke the older one"
            )));
        }
        insert(&mut transaction, account, &token, label, now, expires_at).await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// The valid tokens of an account, the oldest first.
    ///
    /// # Errors
    /// When there is no such account, or the database fails.
    pub async fn tokens(&self, account: &str) -> Result<Vec<IssuedToken>, AccountError> {
        let mut transaction = self.database.read().await?;
        must_exist(&mut transaction, account).await?;
        valid(&mut transaction, account, clock::now()).await
    }

    /// Ends a token: it is not accepted any more from the next request on, nor when the program is started with it.
    ///
    /// # Errors
    /// When the account has no such valid token, or the database fails.
    pub async fn revoke_token(&self, account: &str, id: &str) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(account).await?;
        must_exist(&mut transaction, account).await?;
        let ended = sqlx::query(
            "UPDATE tokens SET expires_at = $3
              WHERE account = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > $3)",
        )
        .bind(account)
        .bind(id)
        .bind(clock::now().timestamp_millis())
        .execute(&mut *transaction)
        .await?;
        if ended.rows_affected() == 0 {
            return Err(AccountError::refused(format!(
                "the account `{account}` has no token `{id}`; `peakon-service token list {account}` tells which it has"
            )));
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Lets a token be the one that the program was started with; that of an earlier start is not accepted any more.
    pub(super) async fn take_over_token(
        &self,
        account: &str,
        token: &Token,
    ) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(account).await?;
        let now = clock::now();
        let known: Option<(String, Option<i64>)> =
            sqlx::query_as("SELECT account, expires_at FROM tokens WHERE fingerprint = $1")
                .bind(token.fingerprint().written())
                .fetch_optional(&mut *transaction)
                .await?;
        match known {
            Some((owner, _)) if owner != account => {
                return Err(AccountError::refused(format!(
                    "PEAKON_TOKEN or `--token` (or `token` in the configuration file) holds a token of the account `{owner}`, which \
                     is valid without being given here; leave it out: `env -u PEAKON_TOKEN peakon-service …`"
                )));
            }
            Some((_, Some(end))) if moment(end) <= now => {
                return Err(AccountError::refused(
                    "the token given at the start was revoked or has expired, or that of a later start took its place; leave \
                     it out, or give another one",
                ));
            }
            Some(_) => return Ok(()),
            None => {}
        }
        let ended = sqlx::query(
            "UPDATE tokens SET expires_at = $3
              WHERE account = $1 AND label = $2 AND (expires_at IS NULL OR expires_at > $3)",
        )
        .bind(account)
        .bind(COMMAND_LINE)
        .bind(now.timestamp_millis())
        .execute(&mut *transaction)
        .await?;
        forget_ended(&mut transaction, account, now).await?;
        if valid(&mut transaction, account, now).await?.len() >= MOST_TOKENS {
            return Err(AccountError::refused(format!(
                "two tokens of the account `{account}` are valid, and the token given at the start would be the third; \
                 leaving it out is enough: the service accepts the two"
            )));
        }
        insert(&mut transaction, account, token, COMMAND_LINE, now, None).await?;
        transaction.commit().await?;
        if ended.rows_affected() > 0 {
            tracing::warn!(
                account,
                "the token given at the start takes the place of that of an earlier start, which is not accepted any more"
            );
        }
        Ok(())
    }

    /// Makes a token for an account that has no valid one.
    pub(super) async fn first_token(&self, account: &str) -> Result<Option<Token>, AccountError> {
        let mut transaction = self.database.write_alone(account).await?;
        let now = clock::now();
        forget_ended(&mut transaction, account, now).await?;
        if !valid(&mut transaction, account, now).await?.is_empty() {
            return Ok(None);
        }
        let token = Token::generate()?;
        insert(&mut transaction, account, &token, COMMAND_LINE, now, None).await?;
        transaction.commit().await?;
        Ok(Some(token))
    }
}

async fn valid(
    connection: &mut AnyConnection,
    account: &str,
    now: DateTime<Utc>,
) -> Result<Vec<IssuedToken>, AccountError> {
    let rows: Vec<IssuedRow> = sqlx::query_as(
        "SELECT id, label, created_at, expires_at, last_used_at FROM tokens
          WHERE account = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY created_at, id",
    )
    .bind(account)
    .bind(now.timestamp_millis())
    .fetch_all(connection)
    .await?;
    let tokens =
        rows.into_iter().map(
            |(id, label, created_at, expires_at, last_used_at)| IssuedToken {
                id,
                label,
                created_at: moment(created_at),
                expires_at: expires_at.map(moment),
                last_used_at: last_used_at.map(moment),
            },
        );
    Ok(tokens.collect())
}

/// Writes down that a token was used, if that was not written down a short time ago.
pub(crate) async fn mark_used(
    connection: &mut AnyConnection,
    account: &str,
    token: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE tokens SET last_used_at = $3
          WHERE account = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)",
    )
    .bind(account)
    .bind(token)
    .bind(at.timestamp_millis())
    .bind(at.timestamp_millis() - USED)
    .execute(connection)
    .await?;
    Ok(())
}

async fn forget_ended(
    connection: &mut AnyConnection,
    account: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM tokens WHERE account = $1 AND expires_at <= $2")
        .bind(account)
        .bind((now - REMEMBERED).timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert(
    connection: &mut AnyConnection,
    account: &str,
    token: &Token,
    label: &str,
    now: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), AccountError> {
    let fingerprint = token.fingerprint();
    sqlx::query(
        "INSERT INTO tokens (id, account, label, prefix, fingerprint, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(hexadecimal::<8>()?)
    .bind(account)
    .bind(label)
    .bind(fingerprint.prefix())
    .bind(fingerprint.written())
    .bind(now.timestamp_millis())
    .bind(expires_at.map(|end| end.timestamp_millis()))
    .execute(connection)
    .await?;
    Ok(())
}
