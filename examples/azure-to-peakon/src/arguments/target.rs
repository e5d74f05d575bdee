//! Where Peakon is.

use std::path::PathBuf;

use clap::Args;
use reqwest::Url;
use scim_core::resource::Secret;

use super::secret::Places;
use crate::{failure::Failure, http, target::Target};

#[derive(Debug, Args)]
#[command(next_help_heading = "Peakon")]
pub(crate) struct TargetArguments {
    /// Where Peakon serves SCIM
    #[arg(long, env = "PEAKON_TENANT_URL", value_name = "URL", value_parser = tenant_url)]
    tenant_url: Option<Url>,
    /// A file that holds the bearer token; without it the environment variable `PEAKON_TOKEN`, or a question
    #[arg(
        long,
        env = "PEAKON_TOKEN_FILE",
        value_name = "FILE",
        conflicts_with = "token"
    )]
    token_file: Option<PathBuf>,
    /// The bearer token itself, which process lists then show
    #[arg(long, value_name = "TOKEN")]
    token: Option<Secret>,
}

impl TargetArguments {
    /// A connection; nothing is sent yet.
    pub(crate) fn connect(&self) -> Result<Target, Failure> {
        let tenant_url = self.tenant_url.as_ref().ok_or_else(|| {
            let advice = "give --tenant-url, or set PEAKON_TENANT_URL, such as https://api.peakon.com/scim/v2";
            Failure::new("the tenant URL of Peakon", "it is missing", advice).of_the_command_line()
        })?;
        let places = Places {
            what: "the bearer token of Peakon",
            on_command_line: self.token.as_ref(),
            option: "--token",
            file: self.token_file.as_deref(),
            file_option: "--token-file",
            variable: "PEAKON_TOKEN",
        };
        Target::new(tenant_url, &places.secret()?)
    }
}

fn tenant_url(text: &str) -> Result<Url, String> {
    http::safe_url(text, "https://api.peakon.com/scim/v2")
}
