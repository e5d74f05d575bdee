//! What `tests/it` asks of the service on SQLite, asked of it on PostgreSQL. What starts the program itself is asked once, there.

#[cfg(all(test, postgresql))]
#[path = "it/bulk.rs"]
mod bulk;
#[cfg(all(test, postgresql))]
#[path = "it/database.rs"]
mod database;
#[cfg(all(test, postgresql))]
#[path = "it/employees.rs"]
mod employees;
#[cfg(all(test, postgresql))]
#[path = "it/groups.rs"]
mod groups;
#[cfg(all(test, postgresql))]
#[path = "it/operation.rs"]
mod operation;
#[cfg(all(test, postgresql))]
#[path = "it/paging.rs"]
mod paging;
#[cfg(all(test, postgresql))]
#[path = "it/resource_types.rs"]
mod resource_types;
#[cfg(all(test, postgresql))]
#[path = "it/support.rs"]
mod support;
#[cfg(all(test, postgresql))]
#[path = "it/surveys.rs"]
mod surveys;
#[cfg(all(test, postgresql))]
#[path = "it/versions.rs"]
mod versions;

#[cfg(not(postgresql))]
#[test]
#[ignore = "TEST_POSTGRESQL_URL names no server: every test of tests/it on PostgreSQL is left out"]
fn postgresql() {}
