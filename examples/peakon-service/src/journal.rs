//! The last requests of each account, for its administration page.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::accounts::{AccountError, Accounts, mark_used, moment};
use crate::database::{Database, Statement, failure};
use crate::server::stopped;

/// How many requests of an account are kept.
const KEPT: usize = 500;
/// How long requests wait until they are written together.
const PAUSE: Duration = Duration::from_secs(1);

/// A request that was answered, without anything about anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnsweredRequest {
    /// What the answer was marked with, in `X-Request-Id`.
    pub request_id: String,
    /// The id of the token that it was sent with.
    pub token: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Its method.
    pub method: String,
    /// What was asked for, in kind: `/scim/v2/Users`.
    pub route: String,
    /// The status of the answer.
    pub status: u16,
    /// How long the answer took.
    pub milliseconds: u64,
    /// The keyword of a refusal, `uniqueness` for instance.
    pub scim_type: Option<String>,
}

/// Requests that wait to be written, by account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(Arc<Mutex<BTreeMap<String, Vec<AnsweredRequest>>>>);

impl Journal {
    /// Notes a request, in no time. Of many at once the last ones are kept.
    pub(crate) fn note(&self, account: &str, request: AnsweredRequest) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = waiting.entry(account.to_owned()).or_default();
        if waiting.len() >= 2 * KEPT {
            waiting.drain(..KEPT);
        }
        waiting.push(request);
    }

    /// Writes what waits, once a second, until the service stops.
    pub(crate) async fn keep_writing(
        self,
        database: Database,
        mut stopping: watch::Receiver<bool>,
    ) {
        loop {
            tokio::select! {
                () = stopped(&mut stopping) => return,
                () = tokio::time::sleep(PAUSE) => self.write(&database).await,
            }
        }
    }

    /// Writes what waits. What cannot be written because the database cannot be reached goes on waiting.
    pub(crate) async fn write(&self, database: &Database) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for (account, requests) in waiting {
            let written = write_last(database, &account, &requests).await;
            let Err(error) = written else { continue };
            tracing::warn!(
                cause = failure::described(&error),
                "the last requests of an account could not be written"
            );
            if failure::is_database_away(&error) {
                let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let waiting = waiting.entry(account).or_default();
                let later = std::mem::replace(waiting, requests);
                waiting.extend(later);
            }
        }
    }
}

async fn write_last(
    database: &Database,
    account: &str,
    requests: &[AnsweredRequest],
) -> Result<(), sqlx::Error> {
    let integer = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut statement = Statement::new(
        "INSERT INTO requests (account, request_id, token, at, method, route, status, milliseconds, scim_type) VALUES ",
    );
    let last = requests.get(requests.len().saturating_sub(KEPT)..);
    for (place, request) in last.unwrap_or_default().iter().enumerate() {
        statement.push(if place > 0 { ", (" } else { "(" });
        statement.bind(account).push(", ").bind(&request.request_id);
        statement.push(", ").bind(&request.token).push(", ");
        statement.bind_integer(request.at.timestamp_millis());
        statement.push(", ").bind(&request.method);
        statement.push(", ").bind(&request.route).push(", ");
        statement.bind_integer(i64::from(request.status));
        statement.push(", ");
        statement.bind_integer(integer(request.milliseconds));
        statement.push(", NULLIF(");
        statement.bind(request.scim_type.clone().unwrap_or_default());
        statement.push(", ''))");
    }
    let used: BTreeMap<&str, DateTime<Utc>> = requests
        .iter()
        .map(|request| (request.token.as_str(), request.at))
        .collect();
    let mut transaction = database.write(account).await?;
    let inserted = statement.into_query_as::<(i64,)>();
    inserted.fetch_optional(&mut *transaction).await?;
    sqlx::query(
        "DELETE FROM requests WHERE account = $1 AND sequence <=
             (SELECT sequence FROM requests WHERE account = $1 ORDER BY sequence DESC LIMIT 1 OFFSET $2)",
    )
    .bind(account)
    .bind(integer(KEPT as u64))
    .execute(&mut *transaction)
    .await?;
    for (token, at) in used {
        mark_used(&mut transaction, account, token, at).await?;
    }
    transaction.commit().await
}

/// Request id, token, time, method, route, status, milliseconds, keyword.
type Row = (
    String,
    String,
    i64,
    String,
    String,
    i64,
    i64,
    Option<String>,
);

impl Accounts {
    /// The last requests of an account, the latest first: 500 at most. Those of the last second may not be among them yet.
    ///
    /// # Errors
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let url = format!("sqlite://{}/peakon.db", folder.path().display());
    /// let accounts = peakon_service::Accounts::open(&url).await?;
    /// assert!(accounts.last_requests("fjordlab", 20).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn last_requests(
        &self,
        account: &str,
        at_most: u32,
    ) -> Result<Vec<AnsweredRequest>, AccountError> {
        let mut connection = self.database().connection().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT request_id, token, at, method, route, status, milliseconds, scim_type FROM requests
              WHERE account = $1 ORDER BY sequence DESC LIMIT $2",
        )
        .bind(account)
        .bind(i64::from(at_most))
        .fetch_all(&mut *connection)
        .await?;
        let requests = rows.into_iter().map(
            |(request_id, token, at, method, route, status, milliseconds, scim_type)| {
                AnsweredRequest {
                    request_id,
                    token,
                    at: moment(at),
                    method,
                    route,
                    status: u16::try_from(status).unwrap_or_default(),
                    milliseconds: u64::try_from(milliseconds).unwrap_or_default(),
                    scim_type,
                }
            },
        );
        Ok(requests.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::NewAccount;
    use crate::test_database::{TestDatabase, on_each_database};

    fn request(number: u64) -> AnsweredRequest {
        AnsweredRequest {
            request_id: number.to_string(),
            token: "t1".to_owned(),
            at: moment(1_767_225_600_000),
            method: "POST".to_owned(),
            route: "/scim/v2/Users".to_owned(),
            status: 409,
            milliseconds: number,
            scim_type: Some("uniqueness".to_owned()).filter(|_| number.is_multiple_of(2)),
        }
    }

    on_each_database! {
        async fn the_last_requests_of_each_account_are_kept(database: TestDatabase) {
            let accounts = Accounts::open(&database.url()).await.unwrap();
            for account in ["fjordlab", "nordhus"] {
                accounts.create(NewAccount::new(account)).await.unwrap();
            }
            let journal = Journal::default();
            for number in 0..1_700 {
                journal.note("fjordlab", request(number));
                if number % 300 == 0 {
                    journal.write(accounts.database()).await;
                }
            }
            journal.note("nordhus", request(1));
            // Its account has been deleted meanwhile.
            journal.note("nobody", request(1));
            journal.write(accounts.database()).await;
            let last = accounts.last_requests("fjordlab", 1_000).await.unwrap();
            let expected: Vec<_> = (1_200..1_700).rev().map(request).collect();
            assert_eq!(last, expected);
            let few = accounts.last_requests("fjordlab", 2).await.unwrap();
            assert_eq!(few, expected[..2]);
            let other = accounts.last_requests("nordhus", 10).await.unwrap();
            assert_eq!(other, [request(1)]);

            accounts.issue_token("fjordlab", "directory", None).await.unwrap();
            let token = async || accounts.tokens("fjordlab").await.unwrap().remove(0);
            assert_eq!(token().await.last_used_at, None);
            // Written down at most once a minute.
            for (seconds, is_written) in [(0, true), (1, false), (59, false), (60, true)] {
                let mut used = request(1);
                used.at += chrono::TimeDelta::seconds(seconds);
                used.token = token().await.id;
                let (at, before) = (used.at, token().await.last_used_at);
                journal.note("fjordlab", used);
                journal.write(accounts.database()).await;
                let after = token().await.last_used_at;
                assert_eq!(after, if is_written { Some(at) } else { before });
            }
        }
    }
}
