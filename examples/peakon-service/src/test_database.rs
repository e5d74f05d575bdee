//! Databases that are there for one test.

#[path = "../tests/it/database.rs"]
mod database;

pub(crate) use self::database::TestDatabase;

/// A test for each of the two databases. That on PostgreSQL is ignored, and says why, where no server is named.
macro_rules! on_each_database {
    ($(#[$attribute:meta])* async fn $name:ident($database:ident: TestDatabase) $body:block) => {
        mod $name {
            use super::*;

            async fn check($database: TestDatabase) $body

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                check(TestDatabase::sqlite()).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread")]
            #[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
            async fn postgresql() {
                check(TestDatabase::postgresql()).await;
            }
        }
    };
}

pub(crate) use on_each_database;
