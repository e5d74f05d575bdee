//! Shows what a SCIM filter is in SQL, runs it on an in-memory SQLite, and compares the answer with scim-core's own.

mod answer;
mod database;
mod report;
mod users;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::answer::Answer;

const AFTER_HELP: &str = "\
Examples:
  filter-to-sql 'userName sw \"b\" and emails[type eq \"work\" and value ew \".example\"]'
  filter-to-sql --sort-by title --descending 'active eq true'

Exit codes: 0 SQLite and scim-core agree, 1 the filter or the order is refused, 2 wrong command line, 3 they disagree.";

/// Shows what a SCIM filter is in SQL, and which of a dozen sample users fulfil it.
#[derive(clap::Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Arguments {
    /// The filter
    filter: String,

    /// The attribute to sort by; else the id
    #[arg(long, value_name = "PATH")]
    sort_by: Option<String>,

    /// From the last to the first
    #[arg(long)]
    descending: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (text, code) = match answer(&Arguments::parse()).await {
        Ok(answer) if answer.agrees() => (report::of(&answer), ExitCode::SUCCESS),
        Ok(answer) => (report::of(&answer), ExitCode::from(3)),
        Err(error) => (format!("{error}\n"), ExitCode::FAILURE),
    };
    // A reader who has seen enough closes the pipe; that is no failure.
    let _ = write!(std::io::stdout(), "{text}");
    code
}

async fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let users = users::resource_type()?;
    let sort_by = arguments.sort_by.as_deref();
    let (filter, sort) = answer::bind(&users, &arguments.filter, sort_by, arguments.descending)?;
    Answer::find(&users, &filter, sort.as_ref()).await
}
