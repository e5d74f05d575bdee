//! What the program does when things break: it is killed, its disk is full, its database goes away, others write beside it.
//!
//! Every test is about what was acknowledged: what was answered with 2xx is there, and nothing is there by halves. How much was
//! acknowledged before something broke differs from run to run, and is printed (`--nocapture`); no verdict depends on it.

#[cfg(test)]
mod checker;
#[cfg(test)]
#[path = "../it/database.rs"]
mod database;
#[cfg(test)]
mod database_gone;
#[cfg(test)]
mod disk_full;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod large_group;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod program;
#[cfg(test)]
mod two_processes;
#[cfg(test)]
mod writers;
