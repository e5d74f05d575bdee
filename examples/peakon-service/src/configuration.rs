//! What the service is told before it starts.

use std::net::SocketAddr;

use scim_core::compatibility::Compatibility;
use scim_core::schema::PeakonAttribute;

use crate::account_files::{ResourceTypes, standard_attributes};
use crate::public_url::PublicUrl;
use crate::token::Token;

/// What becomes of a member of a group who does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum UnknownMembers {
    /// The request is refused with 400 `invalidValue`
    #[default]
    Refuse,
    /// It is kept and shown as it was sent, and means whoever has this id: for directories that send groups before people
    Keep,
}

/// Where the service listens, where it keeps its employees, who may talk to it.
///
/// ```
/// use peakon_service::{Configuration, Token};
///
/// let configuration = Configuration::new(
///     ([127, 0, 0, 1], 0).into(),
///     "sqlite:///tmp/peakon.db",
///     "s3cret-token".parse::<Token>()?,
/// );
/// assert!(configuration.attributes.iter().any(|attribute| attribute.name == "Job Title"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Configuration {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where clients find the service, if that is not where it listens: behind a proxy, or on all addresses.
    pub public_url: Option<PublicUrl>,
    /// The database as a URL: `sqlite://peakon.db`. The file is made if it is not there.
    pub database: String,
    /// What a client must send as bearer token.
    pub token: Token,
    /// The account's own attributes; at first those that every account has.
    pub attributes: Vec<PeakonAttribute>,
    /// Resource types beside employees and groups; at first none.
    pub resource_types: ResourceTypes,
    /// What becomes of a member of a group who does not exist; at first he is refused.
    pub unknown_members: UnknownMembers,
    /// Which deviations of clients are tolerated; at first those of Microsoft Entra ID.
    pub compatibility: Compatibility,
    /// The largest body of a request, in bytes.
    pub body_bytes: usize,
}

impl Configuration {
    /// A service at an address, with a database and a token, and otherwise as an account is at first.
    #[must_use]
    pub fn new(listen: SocketAddr, database: impl Into<String>, token: Token) -> Self {
        Self {
            listen,
            public_url: None,
            database: database.into(),
            token,
            attributes: standard_attributes(),
            resource_types: ResourceTypes::default(),
            unknown_members: UnknownMembers::default(),
            compatibility: Compatibility::entra_legacy(),
            body_bytes: 1 << 20,
        }
    }
}
