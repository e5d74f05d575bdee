//! Who is logged in, kept in the database, so that any process knows him.

use chrono::{DateTime, TimeDelta, Utc};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use sqlx::AssertSqlSafe;

use crate::accounts::Verified;
use crate::database::Database;
use crate::random::{NoRandomness, hexadecimal};
use crate::token::Fingerprint;

/// How long a session lasts without use.
const UNUSED: TimeDelta = TimeDelta::minutes(30);
/// How long it lasts at most.
const AT_MOST: TimeDelta = TimeDelta::hours(12);
/// How much of the time without use may have passed before a use is written down.
const UNWRITTEN: TimeDelta = TimeDelta::minutes(1);

/// What the cookie holds: 256 random bits. Before the login it stands for nobody and is in no database.
#[derive(Clone)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn generate() -> Result<Self, NoRandomness> {
        hexadecimal::<32>().map(Self)
    }

    /// The one that a browser sends, if it has the form of one.
    pub(super) fn of(headers: &HeaderMap, is_secure: bool) -> Option<Self> {
        let name = cookie_name(is_secure);
        let value = cookies(headers).find_map(|(key, value)| (key == name).then_some(value))?;
        let is_one = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_one.then(|| Self(value.to_owned()))
    }

    /// Proves that a form comes from a page that was answered to this browser. It tells nothing about the secret.
    pub(super) fn form_key(&self) -> String {
        Fingerprint::of(&self.in_forms()).written()
    }

    fn in_forms(&self) -> String {
        format!("form {}", self.0)
    }

    /// Whether a form was made for this browser, in a time that does not depend on where the key differs.
    pub(super) fn has_form_key(&self, key: &str) -> bool {
        Fingerprint::of(&self.in_forms()).is_written(key)
    }

    fn fingerprint(&self) -> String {
        Fingerprint::of(&self.0).written()
    }

    /// The field that makes a browser keep it: never shown to a script, never sent along from another site.
    pub(super) fn cookie(&self, is_secure: bool) -> Option<HeaderValue> {
        set_cookie(cookie_name(is_secure), &self.0, "", is_secure)
    }

    /// The field that makes a browser forget it.
    pub(super) fn no_cookie(is_secure: bool) -> Option<HeaderValue> {
        set_cookie(cookie_name(is_secure), "", "; Max-Age=0", is_secure)
    }
}

/// With this prefix no other host of the domain can set it.
const fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure {
        "__Host-administration"
    } else {
        "administration"
    }
}

pub(super) fn set_cookie(
    name: &str,
    value: &str,
    more: &str,
    is_secure: bool,
) -> Option<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}");
    HeaderValue::from_str(&text).ok()
}

/// Names and values of the cookies that a browser sends.
pub(super) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let fields = headers.get_all(COOKIE).into_iter();
    let fields = fields.filter_map(|field| field.to_str().ok());
    fields.flat_map(|field| {
        field
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
    })
}

/// An administrator who has logged in. He sees his own account and no other.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) login: String,
    pub(super) account: String,
    pub(super) account_name: String,
}

/// Begins a session, unless the password has become another one since it was looked at, and clears away those of the same
/// administrator that are over.
///
/// His row is held first, as by whoever changes his password: so those of one login come one after the other, and no two wait for
/// each other's sessions.
pub(super) async fn begin(
    database: &Database,
    verified: &Verified,
    now: DateTime<Utc>,
) -> Result<Option<Secret>, BeginError> {
    let (login, secret) = (&verified.login, Secret::generate()?);
    let mut transaction = database.write(&verified.account).await?;
    let for_update = database.dialect().for_update();
    let held: Option<String> = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT login FROM administrators WHERE login = $1 AND password_hash = $2{for_update}"
    )))
    .bind(login)
    .bind(&verified.password_hash)
    .fetch_optional(&mut *transaction)
    .await?;
    if held.is_none() {
        return Ok(None);
    }
    sqlx::query("DELETE FROM sessions WHERE login = $1 AND (expires_at <= $2 OR ends_at <= $2)")
        .bind(login)
        .bind(now.timestamp_millis())
        .execute(&mut *transaction)
        .await?;
    sqlx::query(
        "INSERT INTO sessions (fingerprint, login, expires_at, ends_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(secret.fingerprint())
    .bind(login)
    .bind((now + UNUSED).timestamp_millis())
    .bind((now + AT_MOST).timestamp_millis())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Some(secret))
}

/// Why nobody can be logged in.
#[derive(Debug, thiserror::Error)]
pub(super) enum BeginError {
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The session of a cookie, which lasts longer by being asked for.
pub(super) async fn find(
    database: &Database,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<Session>, sqlx::Error> {
    let mut transaction = database.read().await?;
    let found: Option<(String, String, String, i64)> = sqlx::query_as(
        "SELECT sessions.login, accounts.id, accounts.name, sessions.expires_at FROM sessions
           JOIN administrators ON administrators.login = sessions.login
           JOIN accounts ON accounts.id = administrators.account
          WHERE sessions.fingerprint = $1 AND sessions.expires_at > $2 AND sessions.ends_at > $2",
    )
    .bind(secret.fingerprint())
    .bind(now.timestamp_millis())
    .fetch_optional(&mut *transaction)
    .await?;
    drop(transaction);
    let Some((login, account, account_name, expires_at)) = found else {
        return Ok(None);
    };
    let session = Session {
        login,
        account,
        account_name,
    };
    if expires_at < (now + UNUSED - UNWRITTEN).timestamp_millis() {
        let mut transaction = database.write(&session.account).await?;
        sqlx::query("UPDATE sessions SET expires_at = $2 WHERE fingerprint = $1")
            .bind(secret.fingerprint())
            .bind((now + UNUSED).timestamp_millis())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(Some(session))
}

/// Ends a session for good: its cookie is worth nothing from then on.
pub(super) async fn end(
    database: &Database,
    secret: &Secret,
    account: &str,
) -> Result<(), sqlx::Error> {
    let mut transaction = database.write(account).await?;
    sqlx::query("DELETE FROM sessions WHERE fingerprint = $1")
        .bind(secret.fingerprint())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Accounts, NewAccount};
    use crate::test_database::{TestDatabase, on_each_database};

    const PASSWORD: &str = "a long pass phrase";

    async fn accounts(database: &TestDatabase) -> Accounts {
        let accounts = Accounts::open(&database.url()).await.unwrap();
        accounts.create(NewAccount::new("fjordlab")).await.unwrap();
        let added = accounts.add_administrator("fjordlab", "ines", PASSWORD);
        added.await.unwrap();
        accounts
    }

    on_each_database! {
    async fn none_begins_with_a_password_that_is_no_longer_right(database: TestDatabase) {
        let accounts = accounts(&database).await;
        let verified = accounts.verify("ines", PASSWORD).await.unwrap().unwrap();
        let now = crate::clock::now();
        assert!(begin(accounts.database(), &verified, now).await.unwrap().is_some());
        accounts.set_password("ines", "another long pass phrase").await.unwrap();
        assert!(begin(accounts.database(), &verified, now).await.unwrap().is_none());
        let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sessions")
            .fetch_one(&mut *accounts.database().connection().await.unwrap())
            .await
            .unwrap();
        assert_eq!(left, 0);
        accounts.close().await;
    }
    }

    on_each_database! {
    async fn many_begin_at_once_where_many_are_over(database: TestDatabase) {
        let accounts = accounts(&database).await;
        let verified = accounts.verify("ines", PASSWORD).await.unwrap().unwrap();
        let verified = std::sync::Arc::new(verified);
        let now = crate::clock::now();
        for _ in 0..20 {
            begin(accounts.database(), &verified, now - AT_MOST).await.unwrap().unwrap();
        }
        let mut logins = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (database, verified) = (accounts.database().clone(), std::sync::Arc::clone(&verified));
            logins.spawn(async move { begin(&database, &verified, now).await });
        }
        for begun in logins.join_all().await {
            assert!(begun.unwrap().is_some());
        }
        let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sessions")
            .fetch_one(&mut *accounts.database().connection().await.unwrap())
            .await
            .unwrap();
        assert_eq!(left, 16);
        accounts.close().await;
    }
    }
}
