//! The service as its clients and its administrators see it: real HTTP on loopback, a real file,
//! the real program. `tests/postgresql.rs` has the same on PostgreSQL.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod administration;
#[cfg(test)]
mod administration_log;
#[cfg(test)]
mod arrivals;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod bulk;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod database;
#[cfg(test)]
mod employees;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_http;
#[cfg(test)]
mod hostile_requests;
#[cfg(test)]
mod interleaving;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod log;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod program;
#[cfg(test)]
mod resource_types;
#[cfg(test)]
mod starts;
#[cfg(test)]
mod support;
#[cfg(test)]
mod surveys;
#[cfg(test)]
mod time;
#[cfg(test)]
mod two_accounts;
#[cfg(test)]
mod versions;
#[cfg(test)]
mod visitor;
