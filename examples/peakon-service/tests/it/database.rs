//! Databases that are there for one test: a file of SQLite in a folder, or a database of the PostgreSQL server that
//! `TEST_POSTGRESQL_URL` names.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tempfile::TempDir;

/// An empty database, gone when this is dropped.
#[derive(Debug)]
pub(crate) enum TestDatabase {
    Sqlite(TempDir),
    PostgreSql { server: String, name: String },
}

impl TestDatabase {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// Only where the server is named, which `cfg(postgresql)` tells.
    pub(crate) fn postgresql() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("TEST_POSTGRESQL_URL").unwrap();
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("peakon_test_{}_{number}", std::process::id());
        execute(&server, format!("CREATE DATABASE {name}"));
        Self::PostgreSql { server, name }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}/peakon.db", folder.path().display()),
            Self::PostgreSql { server, name } => {
                let (server, _) = server.rsplit_once('/').unwrap();
                format!("{server}/{name}")
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Self::PostgreSql { server, name } = self {
            execute(server, format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// In a thread of its own, for a test may drop its database where no runtime can be entered.
fn execute(server: &str, statement: String) {
    let server = server.to_owned();
    let thread = std::thread::spawn(move || {
        sqlx::any::install_default_drivers();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = AnyConnection::connect(&server).await.unwrap();
            let statement = sqlx::query(AssertSqlSafe(statement));
            statement.execute(&mut connection).await.unwrap();
        });
    });
    thread.join().unwrap();
}
