//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use reqwest::Url;

use crate::client::Token;

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

/// The token goes to this address: never readable through a network, and never with other credentials.
fn tenant_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)
        .map_err(|error| format!("{error}; give a URL such as https://api.peakon.com/scim/v2"))?;
    let local = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        "http" => return Err("the token would travel readable; use https".to_owned()),
        _ => return Err("give a URL that begins with https://".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave user and password out; the token alone gives access".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::{Arguments, tenant_url};
    use clap::CommandFactory;

    #[test]
    fn command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    /// P-7644-7.1-1, P-7644-7.2-1, P-7644-7.4-2
    #[test]
    fn the_token_is_sent_to_safe_addresses_only() {
        for right in [
            "https://api.peakon.com/scim/v2",
            "http://127.0.0.1:8080/scim/v2",
            "http://[::1]/scim",
        ] {
            assert!(tenant_url(right).is_ok(), "{right}");
        }
        for wrong in [
            "api.peakon.com",
            "http://api.peakon.com/scim",
            "ftp://a.example",
            "https://u:p@a.example",
        ] {
            assert!(tenant_url(wrong).is_err(), "{wrong}");
        }
    }
}
