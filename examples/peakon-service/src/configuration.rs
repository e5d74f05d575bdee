//! What the service is told before it starts.

use std::fmt;
use std::net::SocketAddr;

use scim_core::compatibility::Compatibility;
use scim_core::schema::PeakonAttribute;

use crate::account_files::ResourceTypes;
use crate::accounts::{AccountSettings, UnknownMembers};
use crate::limits::Limits;
use crate::public_url::PublicUrl;
use crate::server::TlsFiles;
use crate::token::Token;

/// Where the service listens, where it keeps its employees, who may talk to it. `Debug` shows neither the token nor the URL of the
/// database, which may hold a password.
///
/// ```
/// use peakon_service::{Configuration, Token};
///
/// let configuration = Configuration::new(
///     ([127, 0, 0, 1], 0).into(),
///     "sqlite:///tmp/peakon.db",
///     "s3cret-token".parse::<Token>()?,
/// );
/// assert!(configuration.attributes.is_none()); // those that every account has, at the first start
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Configuration {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where clients find the service, if that is not where it listens: behind a proxy, or on all addresses.
    pub public_url: Option<PublicUrl>,
    /// The database as a URL: `sqlite://peakon.db`, whose file is made if it is not there, or `postgres://user@host/database`.
    pub database: String,
    /// A bearer token of the account `default`, in place of the one that was given here before. Without one, a token is made if
    /// the account has none that is valid.
    pub token: Option<Token>,
    /// The own attributes of the account `default`. Those that it does not have are added. If nothing is said, it has those that
    /// every account has, or what it had before.
    pub attributes: Option<Vec<PeakonAttribute>>,
    /// The resource types of the account `default` beside employees and groups; if nothing is said, none, or those that it had.
    pub resource_types: Option<ResourceTypes>,
    /// What becomes of a member who does not exist of a group of the account `default`; if nothing is said, he is refused, or what
    /// was said before stays.
    pub unknown_members: Option<UnknownMembers>,
    /// Which deviations of clients are tolerated; at first those of Microsoft Entra ID.
    pub compatibility: Compatibility,
    /// The certificate that the service shows, and its key. Without them it speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The bearer token of whoever reads `/metrics`. With it, nobody else is told anything there; without it, everybody is told
    /// everything but how many employees there are.
    pub metrics_token: Option<Token>,
    /// How much one client may ask, hold and delay.
    pub limits: Limits,
}

impl Configuration {
    /// A service at an address, with a database and a token, and otherwise as an account is at first.
    #[must_use]
    pub fn new(listen: SocketAddr, database: impl Into<String>, token: Token) -> Self {
        Self {
            token: Some(token),
            ..Self::without_token(listen, database)
        }
    }

    /// The same without a token: the account `default` keeps those that it has, or gets its first one.
    #[must_use]
    pub fn without_token(listen: SocketAddr, database: impl Into<String>) -> Self {
        Self {
            listen,
            public_url: None,
            database: database.into(),
            token: None,
            attributes: None,
            resource_types: None,
            unknown_members: None,
            compatibility: Compatibility::entra_legacy(),
            tls: None,
            metrics_token: None,
            limits: Limits::default(),
        }
    }

    /// Writes what is said about the account `default` into its settings.
    pub(crate) fn settle(&self, settings: &mut AccountSettings) {
        if let Some(resource_types) = &self.resource_types {
            settings.resource_types.clone_from(resource_types);
        }
        if let Some(unknown_members) = self.unknown_members {
            settings.unknown_members = unknown_members;
        }
    }
}

impl fmt::Debug for Configuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By name, so that a new field is not forgotten here.
        let Self {
            listen,
            public_url,
            database: _,
            token,
            attributes,
            resource_types,
            unknown_members,
            compatibility,
            tls,
            metrics_token,
            limits,
        } = self;
        formatter
            .debug_struct("Configuration")
            .field("listen", listen)
            .field("public_url", public_url)
            .field("token", token)
            .field("attributes", attributes)
            .field("resource_types", resource_types)
            .field("unknown_members", unknown_members)
            .field("compatibility", compatibility)
            .field("tls", tls)
            .field("metrics_token", metrics_token)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_password() {
        let listen = ([127, 0, 0, 1], 0).into();
        let database = "postgres://peakon:hunter2@db.example.com/peakon";
        let configuration = Configuration::new(listen, database, "s3cret".parse().unwrap());
        let shown = format!("{configuration:?}");
        assert!(shown.contains("127.0.0.1:0"), "{shown}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
}
