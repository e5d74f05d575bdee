//! The SQLite file itself.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::failure::Failure;
use crate::file_kind::{FileKind, Wanted};

pub(super) const ADVICE: &str = Wanted::State.advice();
/// `A2PK`: tells the file from those of other programs.
const APPLICATION: i64 = 0x4132_504B;
const VERSION: i64 = 1;

/// Personal data stands in the log, in the values before and after.
const TABLES: &str = "
CREATE TABLE job (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    tenant_url TEXT NOT NULL,
    status TEXT,
    force_deletes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE link (
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    link TEXT NOT NULL,
    PRIMARY KEY (kind, source_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE escrow (
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (kind, source_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    cycle_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    principal TEXT COLLATE NOCASE,
    action TEXT NOT NULL,
    status TEXT NOT NULL,
    entry TEXT NOT NULL
) STRICT;
CREATE TABLE cycle (
    number INTEGER PRIMARY KEY,
    ended TEXT NOT NULL,
    summary TEXT NOT NULL
) STRICT;
CREATE TABLE notification (
    number INTEGER PRIMARY KEY,
    notification TEXT NOT NULL
) STRICT;
CREATE INDEX log_at ON log (at);
CREATE INDEX log_cycle ON log (cycle_id);
CREATE INDEX log_source ON log (source_id);
CREATE INDEX log_name ON log (name);
CREATE INDEX log_principal ON log (principal);
";

/// Refuses a file that is none of ours before SQLite touches it.
pub(super) fn look_at(path: &Path) -> Result<(), Failure> {
    let refuse =
        |problem: &dyn std::fmt::Display| Failure::new(path.display().to_string(), problem, ADVICE);
    let mut start = Vec::new();
    match File::open(path) {
        Ok(file) => file
            .take(1 << 16)
            .read_to_end(&mut start)
            .map_err(|error| refuse(&error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(refuse(&error)),
    };
    match FileKind::of(&start) {
        _ if start.is_empty() => Ok(()),
        FileKind::State => Ok(()),
        FileKind::Json => Err(refuse(
            &"this is JSON, perhaps the state that an earlier version kept; a state is a SQLite file",
        )),
        kind => Err(kind.instead_of(Wanted::State, &path.display().to_string())),
    }
}

pub(super) async fn open(path: &Path, to_write: bool) -> Result<SqlitePool, Failure> {
    let refuse =
        |problem: &dyn std::fmt::Display| Failure::new(path.display().to_string(), problem, ADVICE);
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // What was sent because it stood in the file must stand there after a power failure, too.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10));
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .map_err(|error| refuse(&error))?;
    let pragma = async |name: &'static str| -> Result<i64, Failure> {
        sqlx::query_scalar(name)
            .fetch_one(&pool)
            .await
            .map_err(|error| refuse(&error))
    };
    let (application, version) = (
        pragma("PRAGMA application_id").await?,
        pragma("PRAGMA user_version").await?,
    );
    let tables = pragma("SELECT count(*) FROM sqlite_schema").await?;
    match (application, version) {
        (APPLICATION, VERSION) => Ok(pool),
        (APPLICATION, newer) => {
            let problem =
                format!("the state has version {newer}, and this program knows version {VERSION}");
            Err(refuse(&problem))
        }
        (0, 0) if tables == 0 && to_write => {
            make(&pool).await.map_err(|error| refuse(&error))?;
            Ok(pool)
        }
        _ => Err(refuse(&"this is the database of another program")),
    }
}

async fn make(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::raw_sql(TABLES).execute(&mut *transaction).await?;
    // A pragma takes no parameters.
    sqlx::raw_sql("PRAGMA application_id = 1093816395; PRAGMA user_version = 1")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

/// Makes the file if there is none. Others than its owner may not read it.
pub(super) fn create(path: &Path) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| {
        let advice = "name with --state a file in a folder that may be written";
        Failure::new(path.display().to_string(), error, advice)
    })
}

#[cfg(test)]
mod tests {
    use super::{APPLICATION, VERSION};

    #[test]
    fn the_pragmas_are_those_of_the_constants() {
        assert_eq!((APPLICATION, VERSION), (1_093_816_395, 1));
    }
}
