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
    pub(crate) tenant_url: Url,
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
        let places = Places {
            what: "the bearer token of Peakon",
            on_command_line: self.token.as_ref(),
            option: "--token",
            file: self.token_file.as_deref(),
            file_option: "--token-file",
            variable: "PEAKON_TOKEN",
        };
        Target::new(&self.tenant_url, &places.secret()?)
    }
}

fn tenant_url(text: &str) -> Result<Url, String> {
    http::safe_url(text, "https://api.peakon.com/scim/v2")
}
