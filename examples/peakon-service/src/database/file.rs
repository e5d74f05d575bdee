//! The file of SQLite: made for its owner alone, and told from those of other programs before anything is written into it.

use std::path::Path;

use sqlx::AnyConnection;
use sqlx::sqlite::SqliteConnectOptions;
use url::Url;

use super::DatabaseError;

/// Makes the file, if it is not there. The files that SQLite puts beside it get its permissions.
pub(super) fn make(url: &Url) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // It is there already, or SQLite tells what is wrong.
    let _ = with_path(url, |path| options.open(path).is_ok());
}

pub(super) fn must_exist(url: &Url) -> Result<(), DatabaseError> {
    if with_path(url, Path::exists) {
        return Ok(());
    }
    Err(DatabaseError::NoFile {
        url: url.to_string(),
    })
}

fn with_path(url: &Url, what: impl FnOnce(&Path) -> bool) -> bool {
    let options = url.as_str().parse::<SqliteConnectOptions>();
    options.is_ok_and(|options| what(options.get_filename()))
}

/// Whether another program keeps its tables there.
pub(super) async fn is_foreign(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let (tables, own): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE name WHEN '_sqlx_migrations' THEN 1 END) FROM sqlite_master WHERE type = 'table'",
    )
    .fetch_one(connection)
    .await?;
    Ok(tables > 0 && own == 0)
}
