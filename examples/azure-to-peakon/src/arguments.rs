//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use reqwest::Url;

use crate::{client::Token, http};

/// Provisions a Microsoft Entra directory into Peakon over SCIM.
///
/// Without a command it shows the whole story on the sample that comes with it: a Peakon service on a free local
/// port, three provisioning cycles, and every result checked by asking the service.
#[derive(Debug, Parser)]
#[command(name = "azure-to-peakon", version)]
pub(crate) struct Arguments {
    /// Write JSON to standard output, and nothing else
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check that the tenant URL and the token are right, as Entra's Test Connection does
    TestConnection(Target),
    /// Check a synchronization schema and name everything that is wrong with it
    Check {
        /// The schema as "Review your schema here" downloads it
        schema: PathBuf,
    },
    /// Show what a cycle would send, and send no write
    Plan(Job),
    /// Provision the directory: every 40 minutes, or once
    Sync {
        #[command(flatten)]
        job: Job,
        /// Run one cycle and end
        #[arg(long)]
        once: bool,
        /// Minutes between the starts of two cycles
        #[arg(long, default_value_t = 40, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..=1440))]
        interval: u64,
    },
    /// Provision one user now
    Provision {
        /// The user's sign-in name
        user_principal_name: String,
        #[command(flatten)]
        job: Job,
    },
    /// Show for one user why each attribute has its value
    Explain {
        /// The user's sign-in name
        user_principal_name: String,
        /// The directory; without it the sample's
        #[arg(long, value_name = "FILE")]
        directory: Option<PathBuf>,
        /// The synchronization schema; without it the sample's
        #[arg(long, value_name = "FILE")]
        schema: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Target {
    /// Where Peakon serves SCIM
    #[arg(long, env = "PEAKON_TENANT_URL", value_name = "URL", value_parser = tenant_url)]
    pub(crate) tenant_url: Url,
    /// The bearer token; better given in the environment, since process lists show command lines
    #[arg(
        long,
        env = "PEAKON_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub(crate) token: Token,
}

#[derive(Debug, Args)]
pub(crate) struct Job {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Users, groups and assignments in Microsoft Graph's form
    #[arg(long, value_name = "FILE")]
    pub(crate) directory: PathBuf,
    /// The synchronization schema as "Review your schema here" downloads it
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: PathBuf,
    /// Where links are kept from one cycle to the next
    #[arg(
        long,
        value_name = "FILE",
        default_value = "azure-to-peakon.state.json"
    )]
    pub(crate) state: PathBuf,
}

fn tenant_url(text: &str) -> Result<Url, String> {
    http::safe_url(text, "https://api.peakon.com/scim/v2")
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory;

    #[test]
    fn command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
