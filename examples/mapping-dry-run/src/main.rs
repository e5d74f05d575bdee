//! Runs users through an exported attribute mapping without sending anything: the documents that would be sent, why every
//! attribute has its value, and everything that is wrong.

mod report;
mod run;
mod target;

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Parser as _;

use crate::report::Report;

const AFTER_HELP: &str = "\
USERS is read by its name: .csv with a header, .ndjson, otherwise the JSON of Microsoft Graph (an array, pages,
one user, or a directory with `users`). A file with nobody in it is a problem.

Examples:
  mapping-dry-run schema.json users.json
  mapping-dry-run schema.json users.csv --quiet
  mapping-dry-run schema.json users.json --target-schemas schemas.json --json

Exit codes: 0 everything is fine, 1 there are problems, 2 wrong command line or a file that cannot be read.";

/// Runs users through an exported attribute mapping without sending anything.
#[derive(clap::Parser)]
#[command(version, after_help = AFTER_HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
struct Arguments {
    /// The export: Provisioning > Mappings > Review your schema here
    export: PathBuf,

    /// The users
    users: PathBuf,

    /// The source objects whose mapping is run, or what the mapping or its target objects are called
    #[arg(long, default_value = "User")]
    object: String,

    /// What the target's /Schemas endpoint answers; without it the target is what the export says of it
    #[arg(long, value_name = "FILE")]
    target_schemas: Option<PathBuf>,

    /// As if the users existed in the target already
    #[arg(long)]
    update: bool,

    /// Documents and problems only, no traces
    #[arg(long, conflicts_with = "json")]
    quiet: bool,

    /// The report as JSON
    #[arg(long)]
    json: bool,

    /// Warnings count as problems
    #[arg(long)]
    strict: bool,

    /// The present time, for functions that read it
    #[arg(long, value_name = "TIME")]
    now: Option<DateTime<Utc>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let report = match dry_run(&arguments) {
        Ok(report) => report,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "mapping-dry-run: {message}");
            return ExitCode::from(2);
        }
    };
    let text = if arguments.json {
        report.to_json()
    } else {
        report.to_text(!arguments.quiet)
    };
    // A reader who has seen enough closes the pipe; that is no failure.
    let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
    if report.is_fine(arguments.strict) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn dry_run(arguments: &Arguments) -> Result<Report, String> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let text = |path: &PathBuf| {
        String::from_utf8(read(path)?).map_err(|error| at(path, "is no UTF-8", error))
    };
    let export = text(&arguments.export)?;
    let users = read(&arguments.users)?;
    let schemas = arguments.target_schemas.as_ref().map(text).transpose()?;
    let format = arguments
        .users
        .extension()
        .and_then(std::ffi::OsStr::to_str);
    run::run(&run::Input {
        export: &export,
        users: &users,
        format: format.unwrap_or_default(),
        object: &arguments.object,
        schemas: schemas.as_deref(),
        update: arguments.update,
        now: arguments.now.unwrap_or_else(now),
    })
}

fn at(path: &std::path::Path, what: &str, error: impl Display) -> String {
    format!("{} {what}: {error}", path.display())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where this application reads the time"
)]
fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}
