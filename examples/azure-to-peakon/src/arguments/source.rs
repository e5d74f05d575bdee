//! Where the directory is.

use std::path::PathBuf;

use clap::Args;
use reqwest::Url;
use scim_core::resource::Secret;

use super::secret::Places;
use crate::failure::Failure;
use crate::http;
use crate::mappings::Mappings;
use crate::source::graph::{Credentials, GraphSettings};
use crate::source::{FileSource, GraphSource, Source};

#[derive(Debug, Args)]
#[command(next_help_heading = "Directory")]
pub(crate) struct SourceArguments {
    /// Users, groups and assignments in a file: JSON as Microsoft Graph sends it, NDJSON or CSV
    #[arg(long, value_name = "FILE", conflicts_with = "graph")]
    pub(crate) directory: Option<PathBuf>,
    /// A directory file without any user, or assignment, is meant so: all employees who came from it are deleted, or disabled
    #[arg(long, requires = "directory")]
    allow_empty_directory: bool,
    /// Read the directory from Microsoft Graph
    #[arg(long, requires_all = ["entra_tenant", "client_id"])]
    graph: bool,
    /// The directory's tenant: its id, or one of its domains
    #[arg(
        long,
        env = "AZURE_TENANT_ID",
        value_name = "TENANT",
        requires = "graph"
    )]
    entra_tenant: Option<String>,
    /// The client id of the application that may read the directory
    #[arg(long, env = "AZURE_CLIENT_ID", value_name = "ID", requires = "graph")]
    client_id: Option<String>,
    /// A file that holds the client secret; without it the environment variable `AZURE_CLIENT_SECRET`, or a question
    #[arg(
        long,
        env = "AZURE_CLIENT_SECRET_FILE",
        value_name = "FILE",
        requires = "graph"
    )]
    client_secret_file: Option<PathBuf>,
    /// The client secret itself, which process lists then show
    #[arg(
        long,
        value_name = "SECRET",
        requires = "graph",
        conflicts_with = "client_secret_file"
    )]
    client_secret: Option<Secret>,
    /// The object id of the enterprise application whose assigned users and groups are in scope
    #[arg(
        long,
        env = "AZURE_TO_PEAKON_SERVICE_PRINCIPAL",
        value_name = "ID",
        requires = "graph"
    )]
    service_principal: Option<String>,
    /// All users and groups are in scope, assigned or not
    #[arg(long, requires = "graph", conflicts_with = "service_principal")]
    everybody: bool,
    /// Where Microsoft Graph stands, such as in a national cloud
    #[arg(long, value_name = "URL", default_value = "https://graph.microsoft.com/v1.0", value_parser = graph_url)]
    graph_url: Url,
    /// Where Microsoft Entra gives tokens
    #[arg(long, value_name = "URL", default_value = "https://login.microsoftonline.com", value_parser = login_url)]
    login_url: Url,
}

impl SourceArguments {
    /// The client secret, if the directory is behind one.
    pub(crate) fn secret(&self) -> Result<Option<Secret>, Failure> {
        if !self.graph {
            return Ok(None);
        }
        if self.service_principal.is_none() && !self.everybody {
            let advice = "give the object id of the enterprise application, or --everybody if assignments do not matter";
            return Err(
                Failure::new("--service-principal", "it is missing", advice).of_the_command_line()
            );
        }
        let places = Places {
            what: "the client secret of the application",
            on_command_line: self.client_secret.as_ref(),
            option: "--client-secret",
            file: self.client_secret_file.as_deref(),
            file_option: "--client-secret-file",
            variable: "AZURE_CLIENT_SECRET",
        };
        places.secret().map(Some)
    }

    /// The directory; none if none is named.
    pub(crate) fn open(
        &self,
        mappings: &Mappings,
        secret: Option<&Secret>,
    ) -> Result<Option<Source>, Failure> {
        if let Some(path) = &self.directory {
            let file = FileSource::open(path)?.which_may_be_empty(self.allow_empty_directory);
            return Ok(Some(Source::File(file)));
        }
        let (Some(tenant), Some(client_id), Some(secret)) =
            (&self.entra_tenant, &self.client_id, secret)
        else {
            return Ok(None);
        };
        let source = GraphSource::new(GraphSettings {
            graph_url: self.graph_url.clone(),
            login_url: self.login_url.clone(),
            credentials: Credentials {
                tenant: tenant.clone(),
                client_id: client_id.clone(),
                client_secret: secret.clone(),
            },
            service_principal: self.service_principal.clone(),
            user_attributes: mappings.user_attributes(),
            group_attributes: mappings.group_attributes(),
        })?;
        Ok(Some(Source::Graph(source)))
    }
}

fn graph_url(text: &str) -> Result<Url, String> {
    http::safe_url(text, "https://graph.microsoft.com/v1.0")
}

fn login_url(text: &str) -> Result<Url, String> {
    http::safe_url(text, "https://login.microsoftonline.com")
}
