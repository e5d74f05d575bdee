//! Why something about an account could not be done.

use scim_core::schema::{InvalidPeakonAttribute, RegistryError};
use scim_core::service_provider::StoreError;

use crate::random::NoRandomness;

/// Why something about an account could not be done. Nothing has been changed then.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let url = format!("sqlite://{}/peakon.db", folder.path().display());
/// let accounts = peakon_service::Accounts::open(&url).await?;
/// let error = accounts.account("fjordlab").await.err().ok_or("there is none")?;
/// assert_eq!(error.to_string(), "there is no account `fjordlab`; `peakon-service account list` tells which there are");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// There is no such account.
    #[error("there is no account `{0}`; `peakon-service account list` tells which there are")]
    NoAccount(String),
    /// A rule is against it: the rule, and the way out.
    #[error("{0}")]
    Refused(String),
    /// The attributes do not make a schema.
    #[error("the account's attributes cannot be used: {0}")]
    Attributes(#[from] InvalidPeakonAttribute),
    /// The schemas do not fit together.
    #[error("the account's schemas do not fit together: {}", in_one_line(.0))]
    Registry(#[from] RegistryError),
    /// The database failed.
    #[error(
        "the database failed: {0}; try again, and if it fails again, look into the log of the database"
    )]
    Database(#[from] sqlx::Error),
    /// What the database holds about an account, or about an employee of it, cannot be read.
    #[error("the database holds something of an account that cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The employees could not be changed.
    #[error("the employees could not be changed: {0}")]
    Store(#[from] StoreError),
    /// No token, id or salt can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The computation of a password's hash failed.
    #[error("the password cannot be hashed: {0}")]
    Password(String),
}

impl AccountError {
    pub(super) fn refused(text: impl Into<String>) -> Self {
        Self::Refused(text.into())
    }
}

fn in_one_line(error: &RegistryError) -> String {
    let problems = error.problems().iter().map(ToString::to_string);
    problems.collect::<Vec<_>>().join("; ")
}
