//! The law of `scim_core::sql`: a real database answers what scim-core's own evaluation, sorting and paging answer, for every
//! filter of the case files, and for generated filters and resources full of what databases stumble over.
//!
//! SQLite is part of this program. PostgreSQL is asked where `TEST_POSTGRESQL_URL` names a server, as `.ci/run tests` does; else
//! those tests are reported as ignored.
#![expect(
    clippy::print_stdout,
    reason = "what was left out must not look as if it had passed"
)]

mod database;
mod dice;
mod filters;
mod held;
mod odd_names;
mod pages;
#[path = "../../../../crates/scim-core/tests/semantics/registry.rs"]
mod registry;
mod resources;
mod trials;
mod values;

use std::env;
use std::future::Future;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use scim_core::sql::SqlDialect;

use crate::held::Outcome;

const VARIABLE: &str = "TEST_POSTGRESQL_URL";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let server = env::var(VARIABLE).ok();
    let sqlite = (SqlDialect::Sqlite, Some("sqlite::memory:".to_owned()));
    let postgresql = (SqlDialect::PostgreSql, server.clone());
    let mut trials = Vec::new();
    for (dialect, url) in [sqlite, postgresql] {
        let url = url.as_deref();
        trials.push(trial(
            dialect,
            "filters_of_the_case_files",
            url,
            trials::filters_of_the_case_files,
        ));
        trials.push(trial(
            dialect,
            "generated_filters",
            url,
            trials::generated_filters,
        ));
        trials.push(trial(
            dialect,
            "orders_and_pages",
            url,
            pages::orders_and_pages,
        ));
        trials.push(trial(
            dialect,
            "filters_as_large_as_they_get",
            url,
            trials::filters_as_large_as_they_get,
        ));
        trials.push(trial(
            dialect,
            "columns_are_found_by_index",
            url,
            pages::columns_are_found_by_index,
        ));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if server.is_none() && !arguments.list {
        println!(
            "PostgreSQL was LEFT OUT: {VARIABLE} is not set. `.ci/run tests` starts a server and sets it.\n"
        );
    }
    conclusion.exit_code()
}

/// One law for one database; without a URL it is ignored.
fn trial<F: Future<Output = Outcome> + 'static>(
    dialect: SqlDialect,
    name: &str,
    url: Option<&str>,
    law: fn(SqlDialect, String) -> F,
) -> Trial {
    let url = url.map(str::to_owned);
    let is_left_out = url.is_none();
    let run = move || {
        let url = url.ok_or_else(|| Failed::from(format!("{VARIABLE} is not set")))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime
            .block_on(law(dialect, url))
            .map_err(|error| Failed::from(error.to_string()))
    };
    Trial::test(format!("{dialect:?}::{name}"), run).with_ignored_flag(is_left_out)
}
