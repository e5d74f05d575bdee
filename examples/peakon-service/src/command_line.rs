//! The command line.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser};
use peakon_service::{Limits, PublicUrl, TlsFiles, Token, UnknownMembers};
use tracing::level_filters::LevelFilter;

use crate::commands::Command;
use crate::configuration_file::with_file;

const AFTER_HELP: &str = "\
Examples:
  PEAKON_TOKEN=s3cret-token peakon-service
  PEAKON_TOKEN=s3cret-token peakon-service --listen 0.0.0.0:8080 \\
      --public-url https://people.example.com --database sqlite:///var/lib/peakon.db

Once it serves, it prints `ready http://127.0.0.1:8080/scim/v2`: the SCIM URL, which a directory is given as
tenant URL. It stops in good order on ctrl-c and SIGTERM, and at once on the second of them; on SIGHUP it reads
its certificate anew. Beside SCIM it serves, on the same port:
  GET /surveys/audience?at=2026-02-03T09:00:00Z   who would receive a survey sent then (now, without `at`);
                                                  `next` of a page is `after` of the following one
  GET /openapi.json                               what it serves, as an OpenAPI document
  GET /healthz                                    whether the process lives
  GET /readyz                                     whether it can answer: the database does
  GET /metrics                                    counts in the Prometheus text format

The configuration file is TOML. Its keys are the long flags; every flag has an environment variable, too. A flag
comes before its variable, the variable before the file, the file before the default:
  listen = \"0.0.0.0:8443\"
  database = \"postgres://peakon@db.example.com/peakon\"
  tls-certificate = \"/etc/peakon/certificate.pem\"
  tls-key = \"/etc/peakon/key.pem\"
  requests-per-second = 500
Secrets belong into the file or the environment: what stands on a command line is seen in the list of processes.

One service has any number of accounts, told apart by their tokens; what is said on this command line about attributes, resource
types, unknown members and the token is about the account `default`. `peakon-service account add --help` tells how another one
is made, `peakon-service token --help` how tokens are replaced, `peakon-service administrator --help` who may log in.

The file of attributes lists what the account has defined for its employees:
  [{\"name\": \"Job Title\", \"kind\": \"option\"}, {\"name\": \"Mentor\", \"kind\": \"employee\"}]
Kinds: option (one of a list; a new value makes a new option), text, date, number, employee (the e-mail
address of another employee). Without a file: Job Title, Department, Business Unit, Date of Birth, Start Date,
Salary, Mentor.

The file of resource types has what /Schemas and /ResourceTypes say of them:
  {\"schemas\": [{\"id\": \"urn:example:Room\", \"name\": \"Room\", \"attributes\": [{\"name\": \"name\"}]}],
   \"resourceTypes\": [{\"name\": \"Room\", \"endpoint\": \"/Rooms\", \"schema\": \"urn:example:Room\"}]}

Exit codes: 0 stopped in good order, 1 could not run, 2 wrong command line,
environment or configuration file.";

/// An employee database with SCIM 2.0: users and groups are provisioned into it by a directory, and it knows
/// who receives a survey at what time.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
pub(crate) struct CommandLine {
    /// A TOML file with values for the other flags
    // Read before anything else: `with_file`.
    #[arg(long, global = true, value_name = "FILE", env = "PEAKON_CONFIG")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Address and port to listen on; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "PEAKON_LISTEN",
        default_value = "127.0.0.1:8080",
        value_parser = address
    )]
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
        global = true,
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
    #[arg(long, value_name = "FILE", env = "PEAKON_ATTRIBUTES")]
    pub(crate) attributes: Option<PathBuf>,

    /// A JSON file with resource types beside employees and groups, and their schemas
    #[arg(long, value_name = "FILE", env = "PEAKON_RESOURCE_TYPES")]
    pub(crate) resource_types: Option<PathBuf>,

    /// What becomes of a member of a group who does not exist
    #[arg(long, value_enum, value_name = "WHAT", env = "PEAKON_UNKNOWN_MEMBERS")]
    pub(crate) unknown_members: Option<UnknownMembers>,

    /// A PEM file with the certificate that the service shows, and those that lead to its authority; then it speaks TLS
    // Not `requires`, which does not see what the configuration file says.
    #[arg(long, value_name = "FILE", env = "PEAKON_TLS_CERTIFICATE")]
    tls_certificate: Option<PathBuf>,

    /// A PEM file with the private key of the certificate
    #[arg(long, value_name = "FILE", env = "PEAKON_TLS_KEY")]
    tls_key: Option<PathBuf>,

    /// The bearer token that must come with GET /metrics; without one, /metrics is open, but does not tell how many employees there are
    // A text, as `token`.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "PEAKON_METRICS_TOKEN",
        hide_env_values = true
    )]
    metrics_token: Option<String>,

    /// What is logged on standard error: off, error, warn, info, debug or trace
    #[arg(
        long,
        value_name = "LEVEL",
        env = "PEAKON_LOG",
        default_value = "info",
        value_parser = level
    )]
    pub(crate) log: LevelFilter,

    /// How a line of the log is written
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        env = "PEAKON_LOG_FORMAT",
        default_value_t
    )]
    pub(crate) log_format: LogFormat,

    #[command(flatten)]
    pub(crate) limits: Limits,

    /// The flags that show a secret to whoever lists the processes.
    #[arg(skip)]
    pub(crate) shown_secrets: Vec<&'static str>,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let rule = "it is an IP address and a port, such as 127.0.0.1:8080";
    text.parse().map_err(|_| rule)
}

fn level(text: &str) -> Result<LevelFilter, &'static str> {
    let rule = "it is one of off, error, warn, info, debug and trace, such as info";
    text.parse().map_err(|_| rule)
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

impl CommandLine {
    /// Reads flags, environment and configuration file; ends the program with exit code 2 if one of them is wrong.
    pub(crate) fn read() -> Self {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let command = with_file(Self::command(), &arguments);
        let command = command.unwrap_or_else(|error| Self::end(error.to_string()));
        let matches = command.get_matches_from(arguments);
        let mut read = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        read.shown_secrets = read.shown_secrets(&matches);
        read
    }

    fn shown_secrets(&self, matches: &ArgMatches) -> Vec<&'static str> {
        let is_shown = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        let has_password =
            url::Url::parse(&self.database).is_ok_and(|url| url.password().is_some());
        let mut shown = Vec::new();
        if is_shown("token") {
            shown.push("--token");
        }
        if is_shown("metrics_token") {
            shown.push("--metrics-token");
        }
        if has_password && is_shown("database") {
            shown.push("--database");
        }
        shown
    }

    /// The files of the certificate and its key; ends the program with exit code 2 if one of them is missing.
    pub(crate) fn tls(&self) -> Option<TlsFiles> {
        let (given, missing) = match (self.tls_certificate.clone(), self.tls_key.clone()) {
            (None, None) => return None,
            (Some(certificate), Some(key)) => return Some(TlsFiles::new(certificate, key)),
            (Some(_), None) => ("--tls-certificate", "--tls-key"),
            (None, Some(_)) => ("--tls-key", "--tls-certificate"),
        };
        Self::end(format!(
            "{given} is given without {missing}: give both and the service speaks TLS, or neither"
        ))
    }

    /// The token given; ends the program with exit code 2 if it is malformed.
    pub(crate) fn token(&self) -> Option<Token> {
        let text = self.token.as_deref()?;
        Some(Self::parsed_token(text, "--token <TOKEN>"))
    }

    /// The same for the token of whoever reads the metrics.
    pub(crate) fn metrics_token(&self) -> Option<Token> {
        let text = self.metrics_token.as_deref()?;
        Some(Self::parsed_token(text, "--metrics-token <TOKEN>"))
    }

    fn parsed_token(text: &str, option: &str) -> Token {
        let parsed = text.parse::<Token>();
        parsed.unwrap_or_else(|error| Self::refuse(option, &error))
    }

    /// The public URL given; ends the program with exit code 2 if it is malformed.
    pub(crate) fn public_url(&self) -> Option<PublicUrl> {
        let parsed = self.public_url.as_deref()?.parse::<PublicUrl>();
        Some(parsed.unwrap_or_else(|error| Self::refuse("--public-url <URL>", &error)))
    }

    fn refuse(option: &str, error: &dyn std::error::Error) -> ! {
        Self::end(format!("invalid value for '{option}': {error}"))
    }

    fn end(message: String) -> ! {
        Self::command()
            .error(ErrorKind::ValueValidation, message)
            .exit()
    }
}
