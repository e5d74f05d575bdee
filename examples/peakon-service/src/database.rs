//! The database, SQLite or PostgreSQL: opened, brought to the present form, closed.
//!
//! Statements are written once, with parameters as `$1`, and run on both. What one of them has and the other has not is either made
//! in the migrations (`json_each`), or asked of [`Dialect`].

mod error;
pub(crate) mod failure;
mod file;
mod group_commit;
mod migrations;
mod permits;
mod statement;
mod writing;

use std::time::Duration;

use scim_core::sql::SqlDialect;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Transaction};
use url::Url;

use self::error::unusable;
pub use self::error::{DatabaseError, KeyError};
use self::group_commit::GroupCommit;
#[cfg(test)]
pub(crate) use self::migrations::first_steps;
use self::migrations::{migrate_file, migrate_server};
use self::permits::Permits;
pub(crate) use self::statement::Statement;
pub(crate) use self::writing::Writing;
use crate::random;

/// How many requests read at the same time in SQLite. In WAL mode readers never wait for the writer.
const READERS: u32 = 4;
/// How many connections to PostgreSQL a process holds for those who read, so that no writer who waits keeps others from it.
const POSTGRESQL_READERS: u32 = 8;
/// How many it holds for those who write.
const POSTGRESQL_WRITERS: u32 = 16;
/// How long a request waits for a connection, or for its turn.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How a transaction begins that writes into PostgreSQL. Who waits for a lock does so for as long as [`PATIENCE`].
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '5s'";

/// Which of the two databases it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    PostgreSql,
}

impl Dialect {
    pub(crate) fn of(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "PostgreSQL" {
            Self::PostgreSql
        } else {
            Self::Sqlite
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::PostgreSql => "PostgreSQL",
        }
    }

    /// The same for the library.
    pub(crate) const fn of_library(self) -> SqlDialect {
        match self {
            Self::Sqlite => SqlDialect::Sqlite,
            Self::PostgreSql => SqlDialect::PostgreSql,
        }
    }

    /// A text as JSON in a column: `json("$1")`.
    pub(crate) fn json(self, text: &str) -> String {
        match self {
            Self::Sqlite => text.to_owned(),
            Self::PostgreSql => format!("CAST({text} AS JSONB)"),
        }
    }

    /// What stands before a statement that takes rows from a parameter, a JSON array of arrays: the table `made` with these columns,
    /// all of them texts. It is made once, whatever else the statement does with it.
    pub(crate) fn made(self, columns: &[&str], parameter: &str) -> String {
        let array = self.json("row.value");
        let columns = columns.iter().enumerate();
        let columns = columns.map(|(place, column)| format!("({array} ->> {place}) AS {column}"));
        let columns = columns.collect::<Vec<_>>().join(", ");
        format!("WITH made AS MATERIALIZED (SELECT {columns} FROM json_each({parameter}) AS row)")
    }

    /// The condition that a column has one of the texts of a parameter, a JSON array. PostgreSQL expects a hundred rows of `json_each`,
    /// and reads a table of 10,000 as a whole for them, even if one is asked for; of an array it expects ten, and asks an index.
    pub(crate) fn one_of(self, parameter: &str) -> String {
        let texts = format!("(SELECT value FROM json_each({parameter}))");
        match self {
            Self::Sqlite => format!(" IN {texts}"),
            Self::PostgreSql => format!(" = ANY (ARRAY{texts})"),
        }
    }

    /// What stands at the end of a query for a row that is about to be changed. SQLite has one writer at a time anyway.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::PostgreSql => " FOR UPDATE",
        }
    }
}

/// Whether another transaction came between, so that the same can be tried again: a deadlock, a serialisation failure, or a unique
/// value that was free when it was looked for.
pub(crate) fn is_overtaken(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code = error.code();
    matches!(code.as_deref(), Some("40001" | "40P01" | "23505"))
}

/// Connections that read, and those that write: in SQLite there is one of the latter, and who waits for it here waits in line
/// instead of being turned away as "busy".
#[derive(Clone, Debug)]
pub(crate) struct Database {
    readers: AnyPool,
    writers: Writers,
}

#[derive(Clone, Debug)]
enum Writers {
    PostgreSql(AnyPool, Permits),
    Sqlite(GroupCommit),
}

impl Database {
    /// Makes no file that is not there.
    pub(crate) async fn open_existing(url: &str) -> Result<Self, DatabaseError> {
        if let (Dialect::Sqlite, url) = parse(url)? {
            file::must_exist(&url)?;
        }
        Self::open(url).await
    }

    pub(crate) async fn open(url: &str) -> Result<Self, DatabaseError> {
        install_default_drivers();
        let (dialect, url) = parse(url)?;
        let unusable = |cause: Box<dyn std::error::Error + Send + Sync>| unusable(&url, cause);
        let pool = |most| {
            AnyPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(PATIENCE)
        };
        match dialect {
            Dialect::PostgreSql => {
                // A pool would try again until its time is up, and not say why.
                migrate_server(url.as_str()).await.map_err(unusable)?;
                let bounded = |most| {
                    let pool = pool(most).after_connect(|connection, _| {
                        Box::pin(async move {
                            let bound = sqlx::query("SET statement_timeout = '30s'");
                            bound.execute(connection).await.map(drop)
                        })
                    });
                    let pool = pool.connect_lazy(url.as_str());
                    pool.map_err(|error| unusable(error.into()))
                };
                let writers = bounded(POSTGRESQL_WRITERS)?;
                Ok(Self {
                    readers: bounded(POSTGRESQL_READERS)?,
                    writers: Writers::PostgreSql(writers, Permits::default()),
                })
            }
            Dialect::Sqlite => {
                // A pool would try again and again: what is wrong with the file is wrong for good.
                let for_writers = with_mode(&url, "rwc");
                file::make(&url);
                if !migrate_file(&for_writers).await.map_err(&unusable)? {
                    return Err(DatabaseError::Foreign { url: url.into() });
                }
                let readers = pool(READERS).connect_lazy(&with_mode(&url, "ro"));
                Ok(Self {
                    readers: readers.map_err(|error| unusable(error.into()))?,
                    writers: Writers::Sqlite(GroupCommit::new(&for_writers)),
                })
            }
        }
    }

    /// A connection for one statement that reads.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Any>, sqlx::Error> {
        self.readers.acquire().await
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        match self.writers {
            Writers::PostgreSql(..) => Dialect::PostgreSql,
            Writers::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// A transaction that reads: every statement sees the same state.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        match self.dialect() {
            Dialect::Sqlite => self.readers.begin().await,
            Dialect::PostgreSql => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
                self.readers.begin_with(begin).await
            }
        }
    }

    /// A transaction that writes into an account. In SQLite it takes the place of the one writer. In PostgreSQL the writers of an
    /// account run side by side, each holding the row that it changes.
    pub(crate) async fn write(&self, account: &str) -> Result<Writing, sqlx::Error> {
        self.begin_writing(account, "pg_advisory_xact_lock_shared")
            .await
    }

    /// The same, with no other writer in the account: for what changes rows that it does not hold, as a deletion does. So whoever
    /// was found by another writer is still there when that one commits.
    pub(crate) async fn write_alone(&self, account: &str) -> Result<Writing, sqlx::Error> {
        self.begin_writing(account, "pg_advisory_xact_lock").await
    }

    async fn begin_writing(&self, account: &str, lock: &str) -> Result<Writing, sqlx::Error> {
        match &self.writers {
            Writers::Sqlite(line) => Ok(Writing::Sqlite(line.turn().await?)),
            Writers::PostgreSql(pool, permits) => {
                let permit = permits.of(account).await?;
                let mut transaction = pool.begin_with(BEGIN).await?;
                let text = format!("SELECT 1 FROM {lock}(hashtextextended($1, 0))");
                let locked = sqlx::query(AssertSqlSafe(text)).bind(account);
                locked.execute(&mut *transaction).await?;
                Ok(Writing::PostgreSql(transaction, permit))
            }
        }
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<(), sqlx::Error> {
        self.readers.acquire().await?.ping().await
    }

    /// How many connections there are, and how many of them are in use.
    pub(crate) fn connections(&self) -> (usize, usize) {
        let of = |pool: &AnyPool| (pool.size() as usize, pool.num_idle());
        let (open, idle) = of(&self.readers);
        let (writers, resting) = match &self.writers {
            Writers::PostgreSql(pool, _) => of(pool),
            Writers::Sqlite(line) => line.connections(),
        };
        let (open, idle) = (open + writers, idle + resting);
        (open, open.saturating_sub(idle))
    }

    /// The key that seals cursors: drawn when the database is first opened, so that cursors outlive a restart, and shown to nobody.
    pub(crate) async fn cursor_key(&self) -> Result<[u8; 64], KeyError> {
        let known = "SELECT value FROM secrets WHERE name = 'cursors'";
        let mut connection = self.connection().await?;
        let key: Option<Vec<u8>> = sqlx::query_scalar(known)
            .fetch_optional(&mut *connection)
            .await?;
        drop(connection);
        if let Some(key) = key {
            return key.try_into().map_err(|_| KeyError::Length);
        }
        let drawn = random::bytes::<64>()?;
        let mut transaction = self.write("").await?;
        sqlx::query(
            "INSERT INTO secrets (name, value) VALUES ('cursors', $1) ON CONFLICT (name) DO NOTHING",
        )
        .bind(drawn.to_vec())
        .execute(&mut *transaction)
        .await?;
        let key: Vec<u8> = sqlx::query_scalar(known)
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        key.try_into().map_err(|_| KeyError::Length)
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        match &self.writers {
            Writers::PostgreSql(pool, _) => pool.close().await,
            Writers::Sqlite(line) => line.close().await,
        }
    }
}

/// Lets the statements of a transaction take longer than any request may: those that change or remove all that an account has.
pub(crate) async fn without_statement_timeout(
    connection: &mut AnyConnection,
) -> Result<(), sqlx::Error> {
    if Dialect::of(connection) == Dialect::PostgreSql {
        let unbounded = sqlx::query("SET LOCAL statement_timeout = 0");
        unbounded.execute(connection).await?;
    }
    Ok(())
}

/// FULL: a commit is on the disk before the answer goes out, so `kill -9` loses nothing that was answered with 2xx.
async fn prepare_writer(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for pragma in [
        "PRAGMA busy_timeout = 10000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
    ] {
        sqlx::query(pragma).execute(&mut *connection).await?;
    }
    Ok(())
}

fn with_mode(url: &Url, mode: &str) -> String {
    let mut url = url.clone();
    url.query_pairs_mut().append_pair("mode", mode);
    url.into()
}

fn parse(text: &str) -> Result<(Dialect, Url), DatabaseError> {
    let dialect = match text.split_once(':') {
        Some(("sqlite", _)) => Dialect::Sqlite,
        Some(("postgres" | "postgresql", _)) => Dialect::PostgreSql,
        Some((scheme, _)) if !scheme.is_empty() && !scheme.contains(['/', '\\', ' ']) => {
            return Err(DatabaseError::Unsupported {
                scheme: scheme.to_owned(),
            });
        }
        _ => return Err(DatabaseError::NotAUrl),
    };
    if dialect == Dialect::Sqlite {
        if text.contains(":memory:") || text.contains("mode=memory") {
            return Err(DatabaseError::InMemory);
        }
        let file = text.trim_start_matches("sqlite:").trim_start_matches("//");
        if file.is_empty() || file.starts_with('?') {
            return Err(DatabaseError::NotAUrl);
        }
    }
    let url = Url::parse(text).map_err(|_| DatabaseError::NotAUrl)?;
    Ok((dialect, url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_wrong_with_a_url_and_never_shows_a_password() {
        let text = |url: &str| parse(url).unwrap_err().to_string();
        assert!(text("mysql://me:secret@host/db").contains("`mysql` databases are not"));
        for url in ["mysql://me:secret@host/db", "postgres://me:secret@:x/db"] {
            assert!(!text(url).contains("secret"));
        }
        assert!(text("peakon.db").contains("not one"));
        assert!(text("sqlite::memory:").contains("give a file"));
        assert!(text("sqlite://").contains("not one"));
        assert!(parse("sqlite://peakon.db").is_ok());
        assert!(parse("postgres://me@host/db").is_ok());
    }
}
