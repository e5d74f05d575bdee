//! Explains a SCIM filter or PATCH path: how it is read, where it is wrong, and which habit of a client it needs tolerated.

mod explanation;
mod tree;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::explanation::Explanation;

const AFTER_HELP: &str = "\
Examples:
  explain-filter 'userType eq \"Employee\" and emails[type eq \"work\"]'
  explain-filter --path 'emails[type eq \"work\"].value'
  explain-filter --free-names urn:ietf:params:scim:schemas:extension:peakon:2.0:User \\
      'urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Job Title (EU) eq \"CTO\"'

Exit codes: 0 the text follows the grammar, 1 it does not, 2 wrong command line.";

/// Shows how a SCIM filter is read: its tree, its canonical text, where it is wrong, and what a lenient service would make of it.
#[derive(clap::Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Arguments {
    /// The filter, or with --path the path of a PATCH operation
    text: String,

    /// Read the text as the path of a PATCH operation
    #[arg(long)]
    path: bool,

    /// A schema that is known; may be given several times
    #[arg(long = "schema", value_name = "URN")]
    schemas: Vec<String>,

    /// A schema whose attributes are named as their owner likes; may be given several times
    #[arg(long = "free-names", value_name = "URN")]
    schemas_with_free_names: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let parser = arguments.schemas_with_free_names.iter().fold(
        scim_filter::Parser::new().schemas(&arguments.schemas),
        scim_filter::Parser::schema_with_free_names,
    );
    let explanation = if arguments.path {
        Explanation::of_path(&parser, &arguments.text)
    } else {
        Explanation::of_filter(&parser, &arguments.text)
    };
    // A reader who has seen enough closes the pipe; that is no failure.
    let _ = write!(std::io::stdout(), "{explanation}");
    if explanation.follows_the_grammar() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
