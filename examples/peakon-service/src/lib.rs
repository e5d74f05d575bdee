//! The employee database of a survey service, kept up to date over SCIM 2.0.
//!
//! This is an application around [`scim_core`]: the library answers the protocol, this crate gives it
//! three things it does not have, a place to keep resources (SQLite or PostgreSQL), a clock and random ids, and an
//! HTTP server. It is the same as the program `peakon-service`, so that tests and other programs can
//! run the service inside themselves.
//!
//! ```
//! use peakon_service::{Configuration, Token, start};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let service = start(Configuration::new(
//!     ([127, 0, 0, 1], 0).into(), // any free port
//!     format!("sqlite://{}/peakon.db", folder.path().display()),
//!     Token::generate()?,
//! ))
//! .await?;
//! assert!(service.base_url().ends_with("/scim/v2"));
//! service.stop().await;
//! # Ok(())
//! # }
//! ```

mod account_files;
mod accounts;
mod administration;
mod audience;
mod buckets;
mod clock;
mod configuration;
mod database;
mod http;
mod journal;
mod limits;
mod metrics;
mod public_url;
mod random;
mod server;
mod service;
mod store;
#[cfg(test)]
mod test_database;
mod token;

pub use self::account_files::{
    AccountFileError, ResourceTypes, read_attributes, read_resource_types,
};
pub use self::accounts::{
    Account, AccountAttribute, AccountError, AccountSettings, Accounts, Administrator,
    EmployeeRules, IssuedToken, NewAccount, UnknownMembers,
};
pub use self::configuration::Configuration;
pub use self::database::{DatabaseError, KeyError};
pub use self::journal::AnsweredRequest;
pub use self::limits::Limits;
pub use self::public_url::{InvalidPublicUrl, PublicUrl};
pub use self::random::NoRandomness;
pub use self::server::{TlsError, TlsFiles};
pub use self::service::{RunningService, StartError, start};
pub use self::token::{Token, TokenError};
