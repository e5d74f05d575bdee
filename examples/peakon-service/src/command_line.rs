//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};
use peakon_service::{PublicUrl, Token, UnknownMembers};

const AFTER_HELP: &str = "\
Examples:
  peakon-service --token s3cret-token
  PEAKON_TOKEN=s3cret-token peakon-service --listen 0.0.0.0:8080 \\
      --public-url https://people.example.com --database sqlite:///var/lib/peakon.db

Once it serves, it prints `ready http://127.0.0.1:8080/scim/v2`: the SCIM URL, which a directory is given as
tenant URL. It stops in good order on ctrl-c and SIGTERM. Beside SCIM it serves, on the same port:
  GET /surveys/audience?at=2026-02-03T09:00:00Z   who would receive a survey sent then (now, without `at`)
  GET /healthz                                    whether the database answers
  GET /metrics                                    counts in the Prometheus text format

The file of attributes lists what the account has defined for its employees:
  [{\"name\": \"Job Title\", \"kind\": \"option\"}, {\"name\": \"Mentor\", \"kind\": \"employee\"}]
Kinds: option (one of a list; a new value makes a new option), text, date, number, employee (the e-mail
address of another employee). Without a file: Job Title, Department, Business Unit, Date of Birth, Start Date,
Salary, Mentor.

The file of resource types has what /Schemas and /ResourceTypes say of them:
  {\"schemas\": [{\"id\": \"urn:example:Room\", \"name\": \"Room\", \"attributes\": [{\"name\": \"name\"}]}],
   \"resourceTypes\": [{\"name\": \"Room\", \"endpoint\": \"/Rooms\", \"schema\": \"urn:example:Room\"}]}

Exit codes: 0 stopped in good order, 1 could not run, 2 wrong command line.";

/// An employee database with SCIM 2.0: users and groups are provisioned into it by a directory, and it knows
/// who receives a survey at what time.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
pub(crate) struct CommandLine {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,

    /// Where clients find the service, if not at that address: behind a proxy, or with --listen 0.0.0.0
    // A text, not a `PublicUrl`: clap would repeat a password in it.
    #[arg(
        long,
        value_name = "URL",
        env = "PEAKON_PUBLIC_URL",
        hide_env_values = true
    )]
    public_url: Option<String>,

    /// The database; the file is made if it is not there, its folder must be
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite://peakon.db"
    )]
    pub(crate) database: String,

    /// The bearer token that clients must send; without one, a token is made and printed once
    // A text, not a `Token`: clap would repeat a malformed one in its message.
    #[arg(long, env = "PEAKON_TOKEN", hide_env_values = true)]
    token: Option<String>,

    /// A JSON file with the account's own attributes
    #[arg(long, value_name = "FILE")]
    pub(crate) attributes: Option<PathBuf>,

    /// A JSON file with resource types beside employees and groups, and their schemas
    #[arg(long, value_name = "FILE")]
    pub(crate) resource_types: Option<PathBuf>,

    /// What becomes of a member of a group who does not exist
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) unknown_members: Option<UnknownMembers>,

    /// What is logged on standard error: error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: tracing::level_filters::LevelFilter,
}

impl CommandLine {
    /// The token given; ends the program with exit code 2 if it is malformed.
    pub(crate) fn token(&self) -> Option<Token> {
        let parsed = self.token.as_deref()?.parse::<Token>();
        Some(parsed.unwrap_or_else(|error| Self::refuse("--token <TOKEN>", &error)))
    }

    /// The public URL given; ends the program with exit code 2 if it is malformed.
    pub(crate) fn public_url(&self) -> Option<PublicUrl> {
        let parsed = self.public_url.as_deref()?.parse::<PublicUrl>();
        Some(parsed.unwrap_or_else(|error| Self::refuse("--public-url <URL>", &error)))
    }

    fn refuse(option: &str, error: &dyn std::error::Error) -> ! {
        let message = format!("invalid value for '{option}': {error}");
        Self::command()
            .error(ErrorKind::ValueValidation, message)
            .exit()
    }
}
