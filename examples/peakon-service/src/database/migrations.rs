//! How a database is brought to the present form, step by step.

use std::sync::LazyLock;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, Connection as _, SqlSafeStr as _};

use super::{Dialect, PATIENCE, file, prepare_writer};

type Step = (i64, &'static str, &'static str);

const SQLITE: &[Step] = &[
    (
        1,
        "employees and groups",
        include_str!("../../migrations/sqlite/0001_employees_and_groups.sql"),
    ),
    (
        2,
        "audiences stay",
        include_str!("../../migrations/sqlite/0002_audiences_stay.sql"),
    ),
    (
        3,
        "pages, members and keys",
        include_str!("../../migrations/sqlite/0003_pages_members_and_keys.sql"),
    ),
    (
        4,
        "references",
        include_str!("../../migrations/sqlite/0004_references.sql"),
    ),
    (
        5,
        "accounts",
        include_str!("../../migrations/sqlite/0005_accounts.sql"),
    ),
    (
        6,
        "comparison",
        include_str!("../../migrations/sqlite/0006_comparison.sql"),
    ),
    (
        7,
        "use of tokens",
        include_str!("../../migrations/sqlite/0007_use_of_tokens.sql"),
    ),
    (
        8,
        "former names",
        include_str!("../../migrations/sqlite/0008_former_names.sql"),
    ),
];

const POSTGRESQL: &[Step] = &[
    (
        1,
        "employees and groups",
        include_str!("../../migrations/postgresql/0001_employees_and_groups.sql"),
    ),
    (
        2,
        "accounts",
        include_str!("../../migrations/postgresql/0002_accounts.sql"),
    ),
    (
        3,
        "use of tokens",
        include_str!("../../migrations/postgresql/0003_use_of_tokens.sql"),
    ),
    (
        4,
        "former names",
        include_str!("../../migrations/postgresql/0004_former_names.sql"),
    ),
];

static FOR_SQLITE: LazyLock<Migrator> = LazyLock::new(|| migrator(SQLITE));
static FOR_POSTGRESQL: LazyLock<Migrator> = LazyLock::new(|| migrator(POSTGRESQL));

// Not by `sqlx::migrate!`: for that macro a second SQLite would be compiled, together with all of sqlx.
fn migrator(steps: &[Step]) -> Migrator {
    let migrations = steps.iter().map(|(version, description, sql)| {
        let sql = sql.into_sql_str();
        Migration::new(
            *version,
            (*description).into(),
            MigrationType::Simple,
            sql,
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

fn migrations(dialect: Dialect) -> &'static Migrator {
    match dialect {
        Dialect::Sqlite => &FOR_SQLITE,
        Dialect::PostgreSql => &FOR_POSTGRESQL,
    }
}

/// Brings a database of PostgreSQL to the present form.
pub(super) async fn migrate_server(
    url: &str,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let connection = tokio::time::timeout(PATIENCE, AnyConnection::connect(url)).await;
    let mut connection = connection.map_err(|_| "the server does not answer")??;
    migrations(Dialect::PostgreSql).run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Brings a file to the present form, unless it is of another program; tells whether it did. A table that is made anew is dropped for that: with foreign keys enforced, which cannot be
/// switched off within the transaction of a step, what refers to it would go with it.
pub(super) async fn migrate_file(
    url: &str,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let mut connection = AnyConnection::connect(url).await?;
    if file::is_foreign(&mut connection).await? {
        return Ok(false);
    }
    prepare_writer(&mut connection).await?;
    sqlx::query("PRAGMA foreign_keys = OFF")
        .execute(&mut connection)
        .await?;
    migrations(Dialect::Sqlite).run(&mut connection).await?;
    connection.close().await?;
    Ok(true)
}

/// The steps to the form that a database of an earlier version has; none if it is that of the present one.
#[cfg(test)]
pub(crate) fn first_steps(dialect: Dialect, count: usize) -> Option<Migrator> {
    let steps = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::PostgreSql => POSTGRESQL,
    };
    (count < steps.len()).then(|| migrator(steps.get(..count).unwrap()))
}
