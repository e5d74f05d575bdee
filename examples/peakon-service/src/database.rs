//! The SQLite database: opened, brought to the present form, closed.

use std::str::FromStr as _;
use std::sync::LazyLock;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqlSafeStr as _, SqlitePool};

use crate::random::{self, NoRandomness};

// Not by `sqlx::migrate!`: for that macro a second SQLite would be compiled, together with all of sqlx.
pub(crate) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let migration = |version, description: &'static str, sql: &'static str| {
        let sql = sql.into_sql_str();
        Migration::new(
            version,
            description.into(),
            MigrationType::Simple,
            sql,
            false,
        )
    };
    Migrator::with_migrations(vec![
        migration(
            1,
            "employees and groups",
            include_str!("../migrations/0001_employees_and_groups.sql"),
        ),
        migration(
            2,
            "audiences stay",
            include_str!("../migrations/0002_audiences_stay.sql"),
        ),
        migration(
            3,
            "pages, members and keys",
            include_str!("../migrations/0003_pages_members_and_keys.sql"),
        ),
        migration(
            4,
            "references",
            include_str!("../migrations/0004_references.sql"),
        ),
    ])
});

/// How many requests read at the same time. In WAL mode readers never wait for the writer.
const READERS: u32 = 4;
/// How long a statement waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// A URL of another kind. Only the scheme is shown, since the rest may hold a password.
    #[error(
        "`{scheme}` databases are not supported: this version keeps its employees in SQLite only; \
         give a URL such as sqlite://peakon.db"
    )]
    Unsupported {
        /// What stands before the colon.
        scheme: String,
    },
    /// Not a URL of a database at all.
    #[error("the database is given as a URL such as sqlite://peakon.db, and this is not one: {0}")]
    NotAUrl(String),
    /// A database in memory would forget what was answered with 2xx.
    #[error("a database in memory forgets its employees: give a file, as in sqlite://peakon.db")]
    InMemory,
    /// SQLite could not open the file or bring it to the present form.
    #[error(
        "the database {url} cannot be used: {cause}; the folder must exist and be writable, and the \
         file, if it is there, must be a SQLite database of this service"
    )]
    Unusable {
        /// The URL as given.
        url: String,
        /// What SQLite said.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Why there is no key to seal cursors with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// None can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The database cannot keep it.
    #[error("the database cannot keep the key that seals cursors: {0}")]
    Database(#[from] sqlx::Error),
    /// Somebody has changed it.
    #[error(
        "the key in the database that seals cursors has not 64 bytes; delete the row `cursors` of the table `secrets`, and a \
         new one is drawn: clients then begin their pages anew"
    )]
    Length,
}

/// Many connections that read, and one that writes: SQLite has one writer at a time anyway, and who
/// waits for it here waits in line instead of being turned away as "busy".
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) readers: SqlitePool,
    pub(crate) writer: SqlitePool,
}

impl Database {
    pub(crate) async fn open(url: &str) -> Result<Self, DatabaseError> {
        let options = options(url)?;
        let unusable = |cause: Box<dyn std::error::Error + Send + Sync>| DatabaseError::Unusable {
            url: url.to_owned(),
            cause,
        };
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(|error| unusable(error.into()))?;
        MIGRATIONS
            .run(&writer)
            .await
            .map_err(|error| unusable(error.into()))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await
            .map_err(|error| unusable(error.into()))?;
        Ok(Self { readers, writer })
    }

    /// The key that seals cursors: drawn when the database is first opened, so that cursors outlive a restart, and shown to nobody.
    pub(crate) async fn cursor_key(&self) -> Result<[u8; 64], KeyError> {
        let drawn = random::bytes::<64>()?;
        sqlx::query(
            "INSERT INTO secrets (name, value) VALUES ('cursors', ?1) ON CONFLICT (name) DO NOTHING",
        )
        .bind(drawn.as_slice())
        .execute(&self.writer)
        .await?;
        let key: Vec<u8> = sqlx::query_scalar("SELECT value FROM secrets WHERE name = 'cursors'")
            .fetch_one(&self.writer)
            .await?;
        key.try_into().map_err(|_| KeyError::Length)
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options(url: &str) -> Result<SqliteConnectOptions, DatabaseError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => {}
        Some((scheme, _)) if !scheme.is_empty() && !scheme.contains(['/', '\\', ' ']) => {
            return Err(DatabaseError::Unsupported {
                scheme: scheme.to_owned(),
            });
        }
        _ => return Err(DatabaseError::NotAUrl(url.to_owned())),
    }
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(DatabaseError::InMemory);
    }
    let options = SqliteConnectOptions::from_str(url).map_err(|error| DatabaseError::Unusable {
        url: url.to_owned(),
        cause: error.into(),
    })?;
    if options.get_filename().as_os_str().is_empty() {
        return Err(DatabaseError::NotAUrl(url.to_owned()));
    }
    Ok(options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a commit is on the disk before the answer goes out, so `kill -9` loses nothing that was answered with 2xx.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_wrong_with_a_url_and_never_shows_a_password() {
        let text = |url: &str| options(url).unwrap_err().to_string();
        assert!(text("postgres://me:secret@host/db").contains("`postgres` databases are not"));
        assert!(!text("postgres://me:secret@host/db").contains("secret"));
        assert!(text("peakon.db").contains("not one: peakon.db"));
        assert!(text("sqlite::memory:").contains("give a file"));
        assert!(text("sqlite://").contains("not one"));
        assert!(options("sqlite://peakon.db").is_ok());
    }
}
