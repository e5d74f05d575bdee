//! What `tests/it` asks of the service on SQLite, asked of it on PostgreSQL. What has nothing to do with the database (command lines,
//! connections, browsers) is asked once, there.

#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/accounts.rs"]
mod accounts;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/administration.rs"]
mod administration;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/administration_log.rs"]
mod administration_log;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/arrivals.rs"]
mod arrivals;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/away.rs"]
mod away;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/bulk.rs"]
mod bulk;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/busy.rs"]
mod busy;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/commands.rs"]
mod commands;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/cost.rs"]
mod cost;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/database.rs"]
mod database;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/employees.rs"]
mod employees;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/groups.rs"]
mod groups;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/hostile.rs"]
mod hostile;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/hostile_http.rs"]
mod hostile_http;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/hostile_requests.rs"]
mod hostile_requests;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/interleaving.rs"]
mod interleaving;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/isolation.rs"]
mod isolation;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/log.rs"]
mod log;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/operation.rs"]
mod operation;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/paging.rs"]
mod paging;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/resource_types.rs"]
mod resource_types;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/starts.rs"]
mod starts;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/support.rs"]
mod support;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/surveys.rs"]
mod surveys;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/time.rs"]
mod time;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/two_accounts.rs"]
mod two_accounts;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/versions.rs"]
mod versions;
#[cfg(postgresql)]
#[cfg(test)]
#[path = "it/visitor.rs"]
mod visitor;

#[cfg(not(postgresql))]
#[test]
#[ignore = "TEST_POSTGRESQL_URL names no server: every test of tests/it on PostgreSQL is left out"]
fn postgresql() {}
