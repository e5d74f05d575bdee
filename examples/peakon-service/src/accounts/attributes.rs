//! The attributes that an account has defined for its employees.

mod of_file;
mod rules;

use chrono::{DateTime, Utc};
use scim_core::peakon::PeakonAccount;
use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use scim_core::urn;
use serde_json::Value;
use sqlx::AnyConnection;

pub(super) use self::of_file::add_missing;
pub(super) use self::rules::checked;
pub(crate) use self::rules::deciding;
use self::rules::refuse_if_deciding;
use super::{AccountError, Accounts, mark_changed, moment, must_exist, registry};
use crate::clock;
use crate::database::{Dialect, without_statement_timeout};
use crate::store::Views;
use crate::store::own_attributes::{self, Change};

/// An attribute that an account has defined for its employees.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountAttribute {
    /// What it is called, in the spelling of the account.
    pub name: String,
    /// The kind of its values, which never changes.
    pub kind: PeakonAttributeKind,
    /// Its path in SCIM, as mappings and PATCH requests write it.
    pub path: String,
    /// Since when it is retired; if nothing is said, it is in use.
    pub retired_at: Option<DateTime<Utc>>,
}

impl Accounts {
    /// The attributes of an account in the order of their definition, retired ones among them.
    ///
    /// # Errors
    /// When there is no such account, or the database fails.
    pub async fn attributes(&self, account: &str) -> Result<Vec<AccountAttribute>, AccountError> {
        let mut transaction = self.database.read().await?;
        must_exist(&mut transaction, account).await?;
        all(&mut transaction, account).await
    }

    /// Defines another attribute.
    ///
    /// # Errors
    /// When the name cannot be or is taken, there are too many, there is no such account, or the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use peakon_service::{Accounts, NewAccount};
    /// use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let url = format!("sqlite://{}/peakon.db", folder.path().display());
    /// let accounts = Accounts::open(&url).await?;
    /// accounts.create(NewAccount::new("fjordlab")).await?;
    /// let level = PeakonAttribute::new("Level", PeakonAttributeKind::Option);
    /// accounts.add_attribute("fjordlab", level).await?;
    /// accounts.rename_attribute("fjordlab", "Level", "Career Level").await?;
    /// accounts.retire_attribute("fjordlab", "Career Level").await?;
    /// let attributes = accounts.attributes("fjordlab").await?;
    /// let level = attributes.last().ok_or("it is there")?;
    /// assert_eq!(level.path, "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Career Level");
    /// assert!(level.retired_at.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_attribute(
        &self,
        account: &str,
        attribute: PeakonAttribute,
    ) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(account).await?;
        mark_changed(&mut transaction, account).await?;
        let known = all(&mut transaction, account).await?;
        if let Some(same) = named(&known, &attribute.name) {
            return Err(AccountError::refused(if same.retired_at.is_some() {
                format!(
                    "the attribute `{}` is retired; restore it instead",
                    same.name
                )
            } else {
                format!(
                    "there is an attribute `{}` already; take another name",
                    same.name
                )
            }));
        }
        let mut attributes: Vec<_> = known
            .into_iter()
            .map(AccountAttribute::definition)
            .collect();
        attributes.push(attribute);
        if let Some(attribute) = checked(attributes)?.last() {
            insert(&mut transaction, account, attribute).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Gives an attribute another name, also with every employee who has it.
    ///
    /// # Errors
    /// When the name cannot be or is taken, the attribute is one of those that decide who receives a survey, it is retired or not
    /// there, or the database fails.
    pub async fn rename_attribute(
        &self,
        account: &str,
        name: &str,
        new_name: &str,
    ) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(account).await?;
        mark_changed(&mut transaction, account).await?;
        let known = all(&mut transaction, account).await?;
        let old = in_use_named(&known, account, name)?;
        refuse_if_deciding(name, "renamed")?;
        refuse_if_deciding(new_name, "given to another attribute")?;
        if let Some(same) = named(&known, new_name).filter(|same| same.name != old.name) {
            return Err(AccountError::refused(format!(
                "there is an attribute `{}` already{}; take another name",
                same.name,
                if same.retired_at.is_some() {
                    ", though retired"
                } else {
                    ""
                }
            )));
        }
        let renamed = PeakonAttribute::new(new_name, old.kind);
        checked(vec![renamed])?;
        if new_name != old.name {
            of_file::remember(&mut transaction, account, &old.name).await?;
            sqlx::query(
                "UPDATE attributes SET name_key = $3, name = $4 WHERE account = $1 AND name_key = $2",
            )
            .bind(account)
            .bind(key(&old.name))
            .bind(key(new_name))
            .bind(new_name)
            .execute(&mut *transaction)
            .await?;
            change(
                &mut transaction,
                account,
                &old.name,
                Change::Rename { new_name },
            )
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Takes an attribute out of the schema, and its values out of every employee; they are kept until it is restored.
    ///
    /// # Errors
    /// When the attribute is one of those that decide who receives a survey, it is retired or not there, or the database fails.
    pub async fn retire_attribute(&self, account: &str, name: &str) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(account).await?;
        mark_changed(&mut transaction, account).await?;
        let known = all(&mut transaction, account).await?;
        let attribute = in_use_named(&known, account, name)?;
        refuse_if_deciding(name, "retired")?;
        set_retired(&mut transaction, account, name, Some(clock::now())).await?;
        let name_key = &key(name);
        change(
            &mut transaction,
            account,
            &attribute.name,
            Change::Retire { name_key },
        )
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Brings a retired attribute back, with its values.
    ///
    /// # Errors
    /// When it is not retired or not there, or the database fails.
    pub async fn restore_attribute(&self, account: &str, name: &str) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(account).await?;
        mark_changed(&mut transaction, account).await?;
        let known = all(&mut transaction, account).await?;
        let attribute = named(&known, name).ok_or_else(|| unknown(account, name))?;
        if attribute.retired_at.is_none() {
            return Err(AccountError::refused(format!(
                "the attribute `{}` is in use; only a retired one can be restored",
                attribute.name
            )));
        }
        set_retired(&mut transaction, account, name, None).await?;
        let name_key = &key(name);
        change(
            &mut transaction,
            account,
            &attribute.name,
            Change::Restore { name_key },
        )
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}

impl AccountAttribute {
    fn definition(self) -> PeakonAttribute {
        PeakonAttribute::new(self.name, self.kind)
    }
}

/// Writes an attribute behind the others.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    account: &str,
    attribute: &PeakonAttribute,
) -> Result<(), AccountError> {
    sqlx::query(
        "INSERT INTO attributes (account, name_key, name, kind, position)
         SELECT $1, $2, $3, $4, COALESCE(MAX(position) + 1, 0) FROM attributes WHERE account = $1",
    )
    .bind(account)
    .bind(key(&attribute.name))
    .bind(&attribute.name)
    .bind(word(attribute.kind)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// The attributes that are in the schema.
pub(super) async fn in_use(
    connection: &mut AnyConnection,
    account: &str,
) -> Result<Vec<PeakonAttribute>, AccountError> {
    let all = all(connection, account).await?.into_iter();
    let in_use = all.filter(|attribute| attribute.retired_at.is_none());
    Ok(in_use.map(AccountAttribute::definition).collect())
}

/// Changes an attribute with every employee who has it, when the schema has been changed.
async fn change(
    connection: &mut AnyConnection,
    account: &str,
    name: &str,
    change: Change<'_>,
) -> Result<(), AccountError> {
    without_statement_timeout(connection).await?;
    let views = views(connection, account).await?;
    own_attributes::change(connection, &views, account, name, change, clock::now()).await?;
    Ok(())
}

/// The employees as the database sees them by the attributes that are in the schema.
async fn views(connection: &mut AnyConnection, account: &str) -> Result<Views, AccountError> {
    let settings: String = sqlx::query_scalar("SELECT settings FROM accounts WHERE id = $1")
        .bind(account)
        .fetch_one(&mut *connection)
        .await?;
    let peakon = PeakonAccount::new(in_use(connection, account).await?);
    let registry = registry(&peakon, &serde_json::from_str(&settings)?)?;
    Ok(Views::new(Dialect::of(connection), &registry))
}

async fn all(
    connection: &mut AnyConnection,
    account: &str,
) -> Result<Vec<AccountAttribute>, AccountError> {
    let rows: Vec<(String, String, Option<i64>)> = sqlx::query_as(
        "SELECT name, kind, retired_at FROM attributes WHERE account = $1 ORDER BY position",
    )
    .bind(account)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(name, kind, retired_at)| {
            Ok(AccountAttribute {
                path: format!("{}:{name}", urn::PEAKON_USER),
                name,
                kind: serde_json::from_value(Value::String(kind))?,
                retired_at: retired_at.map(moment),
            })
        })
        .collect()
}

async fn set_retired(
    connection: &mut AnyConnection,
    account: &str,
    name: &str,
    retired_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE attributes SET retired_at = $3 WHERE account = $1 AND name_key = $2")
        .bind(account)
        .bind(key(name))
        .bind(retired_at.map(|moment| moment.timestamp_millis()))
        .execute(connection)
        .await?;
    Ok(())
}

/// What two names have in common that differ by case only, as the library compares them.
fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn named<'list>(
    attributes: &'list [AccountAttribute],
    name: &str,
) -> Option<&'list AccountAttribute> {
    let mut attributes = attributes.iter();
    attributes.find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

fn in_use_named<'list>(
    attributes: &'list [AccountAttribute],
    account: &str,
    name: &str,
) -> Result<&'list AccountAttribute, AccountError> {
    let attribute = named(attributes, name).ok_or_else(|| unknown(account, name))?;
    if attribute.retired_at.is_some() {
        return Err(AccountError::refused(format!(
            "the attribute `{}` is retired; restore it first",
            attribute.name
        )));
    }
    Ok(attribute)
}

fn unknown(account: &str, name: &str) -> AccountError {
    AccountError::refused(format!(
        "the account `{account}` has no attribute `{name}`; take one of those that it has"
    ))
}

fn word(kind: PeakonAttributeKind) -> Result<String, AccountError> {
    let word = serde_json::to_value(kind)?;
    Ok(word.as_str().unwrap_or_default().to_owned())
}
