//! The accounts in one database, each with its tokens, its attributes, its administrators and its people.
//!
//! Whatever decides an answer is in the database and nowhere else, so any number of processes over one database behave as one. What
//! is made of it, a registry of schemas, is kept as long as the account's revision stays the same.

mod administrators;
mod arrivals;
mod attributes;
mod error;
mod opened;
mod removal;
mod settings;
mod start;
mod tokens;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use scim_core::peakon::PeakonAccount;
use scim_core::schema::{PeakonAttribute, SchemaRegistry};
use scim_core::service_provider::ServiceDefinition;
use sqlx::AnyConnection;

pub use self::administrators::Administrator;
pub(crate) use self::administrators::{Verified, prepare_logins};
pub use self::attributes::AccountAttribute;
pub(crate) use self::attributes::deciding;
pub use self::error::AccountError;
pub(crate) use self::opened::OpenAccount;
use self::opened::OpenAccounts;
pub(crate) use self::settings::registry;
pub use self::settings::{AccountSettings, EmployeeRules, UnknownMembers};
pub use self::tokens::IssuedToken;
pub(crate) use self::tokens::{Bearer, MOST_TOKENS, mark_used};
use crate::account_files::standard_attributes;
use crate::clock;
use crate::database::{Database, DatabaseError};

/// The longest name, label or login, in characters.
const LONGEST_TEXT: usize = 100;

/// The accounts in one database.
#[derive(Clone, Debug)]
pub struct Accounts {
    database: Database,
    /// What every account offers, but for its schemas.
    definition: Arc<ServiceDefinition>,
    open: Arc<OpenAccounts>,
}

/// What is known of an account.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Account {
    /// What it is called in commands, and what everything that belongs to it bears in the database.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is asked to do in its own way.
    pub settings: AccountSettings,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// An account that is to be made.
///
/// ```
/// let new = peakon_service::NewAccount::new("fjordlab");
/// assert_eq!(new.name, "fjordlab");
/// assert!(new.attributes.iter().any(|attribute| attribute.name == "Job Title"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewAccount {
    /// Its id: small letters, digits and hyphens.
    pub id: String,
    /// What people call it; at first its id.
    pub name: String,
    /// Its own attributes; at first those that every account has.
    pub attributes: Vec<PeakonAttribute>,
    /// What it is asked to do in its own way.
    pub settings: AccountSettings,
}

impl NewAccount {
    /// An account with this id, and otherwise as accounts are at first.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            attributes: standard_attributes(),
            settings: AccountSettings::default(),
        }
    }
}

impl Accounts {
    /// The accounts in the database with this URL, which is made or brought to the present form if need be.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn open(url: &str) -> Result<Self, DatabaseError> {
        crate::service::use_ring();
        let definition = ServiceDefinition::new(SchemaRegistry::standard());
        Ok(Self::new(Database::open(url).await?, definition))
    }

    /// The same, without making a file of SQLite that is not there.
    ///
    /// # Errors
    /// When there is no such file, or the database cannot be used.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = peakon_service::Accounts::open_existing("sqlite://no-such.db").await.err();
    /// assert!(error.is_some_and(|error| error.to_string().starts_with("there is no database")));
    /// # }
    /// ```
    pub async fn open_existing(url: &str) -> Result<Self, DatabaseError> {
        crate::service::use_ring();
        let definition = ServiceDefinition::new(SchemaRegistry::standard());
        Ok(Self::new(Database::open_existing(url).await?, definition))
    }

    pub(crate) fn new(database: Database, definition: ServiceDefinition) -> Self {
        Self {
            database,
            definition: Arc::new(definition),
            open: Arc::default(),
        }
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When there is one with this id, the id, the name, the attributes or the settings cannot be, or the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use peakon_service::{Accounts, NewAccount};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let url = format!("sqlite://{}/peakon.db", folder.path().display());
    /// let accounts = Accounts::open(&url).await?;
    /// let account = accounts.create(NewAccount::new("fjordlab")).await?;
    /// assert_eq!(accounts.list().await?, [account]);
    /// assert!(accounts.create(NewAccount::new("fjordlab")).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewAccount) -> Result<Account, AccountError> {
        let id = new.id.clone();
        if !self.create_if_missing(new).await? {
            return Err(AccountError::refused(format!(
                "there is an account `{id}` already; take another id"
            )));
        }
        self.account(&id).await
    }

    /// Makes an account unless it is there, and tells whether it was made.
    async fn create_if_missing(&self, new: NewAccount) -> Result<bool, AccountError> {
        let is_plain = |character: char| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
        };
        if new.id.is_empty() || new.id.len() > 64 || !new.id.chars().all(is_plain) {
            return Err(AccountError::refused(
                "the id of an account is 1 to 64 small letters, digits and hyphens, as in `fjordlab`",
            ));
        }
        text("the name of an account", &new.name)?;
        new.settings.check()?;
        let attributes = attributes::checked(new.attributes)?;
        registry(&PeakonAccount::new(attributes.clone()), &new.settings)?;
        let now = clock::now().timestamp_millis();
        let mut transaction = self.database.write_alone(&new.id).await?;
        let made = sqlx::query(
            // The first revision is none that an account of this id had which was removed.
            "INSERT INTO accounts (id, name, revision, settings, created_at) VALUES ($1, $2, $4, $3, $4)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&new.id)
        .bind(&new.name)
        .bind(serde_json::to_string(&new.settings)?)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(false);
        }
        for attribute in &attributes {
            attributes::insert(&mut transaction, &new.id, attribute).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// What is known of an account.
    ///
    /// # Errors
    /// When there is no such account, or the database fails.
    pub async fn account(&self, id: &str) -> Result<Account, AccountError> {
        let found = self.find(Some(id)).await?.pop();
        found.ok_or_else(|| AccountError::NoAccount(id.to_owned()))
    }

    /// All accounts, in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Account>, AccountError> {
        self.find(None).await
    }

    async fn find(&self, id: Option<&str>) -> Result<Vec<Account>, AccountError> {
        let mut connection = self.database.connection().await?;
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "SELECT id, name, settings, created_at FROM accounts WHERE id = COALESCE($1, id) ORDER BY id",
        )
        .bind(id)
        .fetch_all(&mut *connection)
        .await?;
        rows.into_iter()
            .map(|(id, name, settings, created_at)| {
                Ok(Account {
                    id,
                    name,
                    settings: serde_json::from_str(&settings)?,
                    created_at: moment(created_at),
                })
            })
            .collect()
    }

    pub(crate) const fn database(&self) -> &Database {
        &self.database
    }

    /// Closes the connections to the database.
    pub async fn close(self) {
        self.database.close().await;
    }
}

async fn must_exist(connection: &mut AnyConnection, account: &str) -> Result<(), AccountError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT revision FROM accounts WHERE id = $1")
        .bind(account)
        .fetch_optional(connection)
        .await?;
    match found {
        Some(_) => Ok(()),
        None => Err(AccountError::NoAccount(account.to_owned())),
    }
}

/// Lets every process see that an account is no longer what it was.
async fn mark_changed(connection: &mut AnyConnection, account: &str) -> Result<(), AccountError> {
    let moved = sqlx::query("UPDATE accounts SET revision = revision + 1 WHERE id = $1")
        .bind(account)
        .execute(connection)
        .await?;
    match moved.rows_affected() {
        0 => Err(AccountError::NoAccount(account.to_owned())),
        _ => Ok(()),
    }
}

/// Checks a text that people choose.
fn text(what: &str, text: &str) -> Result<(), AccountError> {
    let is_right = !text.is_empty()
        && text.trim() == text
        && text.chars().count() <= LONGEST_TEXT
        && !text.chars().any(char::is_control);
    if is_right {
        return Ok(());
    }
    Err(AccountError::refused(format!(
        "{what} has 1 to {LONGEST_TEXT} characters, none of them a control character, and does not begin or end with a space"
    )))
}

/// A moment as the database keeps it: milliseconds since 1970.
pub(crate) fn moment(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}

#[cfg(test)]
mod tests;
