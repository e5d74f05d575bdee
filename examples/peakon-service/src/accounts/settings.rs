//! What an account is asked to do in its own way.

use scim_core::peakon::PeakonAccount;
use scim_core::schema::{self, Mutability, ResourceType, SchemaRegistry, Tightening, Uniqueness};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::AnyConnection;

use super::{AccountError, Accounts, attributes, mark_changed};
use crate::account_files::ResourceTypes;
use crate::database::without_statement_timeout;
use crate::store::employee_numbers;

/// What becomes of a member of a group who does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum UnknownMembers {
    /// The request is refused with 400 `invalidValue`
    #[default]
    Refuse,
    /// It is kept and shown as it was sent, and means whoever has this id: for directories that send groups before people
    Keep,
}

/// What is asked of every employee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EmployeeRules {
    /// What SCIM asks: a user name
    #[default]
    Tolerant,
    /// What Peakon asks: first and last name, an e-mail address or an employee number, and a number is one employee's only
    Peakon,
}

/// The settings of an account. Whatever is not said is as an account is at first.
///
/// ```
/// use peakon_service::{AccountSettings, EmployeeRules};
///
/// let settings: AccountSettings = serde_json::from_str(r#"{"employeeRules": "peakon"}"#)?;
/// assert_eq!(settings.employee_rules, EmployeeRules::Peakon);
/// assert!(settings.email_domains.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AccountSettings {
    /// What becomes of a member of a group who does not exist.
    pub unknown_members: UnknownMembers,
    /// What is asked of every employee.
    pub employee_rules: EmployeeRules,
    /// The domains that the e-mail addresses of employees may have; any, if there are none.
    pub email_domains: Vec<String>,
    /// Resource types beside employees and groups.
    pub resource_types: ResourceTypes,
}

/// How many domains an account lists at most.
const MOST_DOMAINS: usize = 100;

impl AccountSettings {
    /// Refuses domains that no e-mail address has: with one of them, nobody could be an employee.
    pub(super) fn check(&self) -> Result<(), AccountError> {
        if self.email_domains.len() > MOST_DOMAINS {
            return Err(AccountError::refused(format!(
                "an account lists at most {MOST_DOMAINS} domains of e-mail addresses; leave some out"
            )));
        }
        let is_plain = |character: char| character.is_alphanumeric() || "-.".contains(character);
        let is_right = |domain: &&String| !domain.is_empty() && domain.chars().all(is_plain);
        match self.email_domains.iter().find(|domain| !is_right(domain)) {
            None => Ok(()),
            Some(_) => Err(AccountError::refused(
                "the domain of an e-mail address is what stands behind its `@`, as in `fjordlab.example`",
            )),
        }
    }
}

/// Users with the enterprise extension and the account's own attributes, groups, and what else the account has.
pub(crate) fn registry(
    account: &PeakonAccount,
    settings: &AccountSettings,
) -> Result<SchemaRegistry, AccountError> {
    let (user, group) = (schema::user(), schema::group());
    let enterprise = schema::enterprise_user();
    let own = account.schema()?;
    let users = ResourceType::new("User", "/Users", user.id.clone())
        .description("Employees")
        .extension(enterprise.id.clone(), false)
        .extension(own.id.clone(), false);
    let groups =
        ResourceType::new("Group", "/Groups", group.id.clone()).description("Groups of employees");
    let mut builder = SchemaRegistry::builder()
        .schema(user.clone())
        .schema(enterprise.clone())
        .schema(own)
        .schema(group.clone())
        // The store names a member as he is called now.
        .tighten(Tightening::new(group.id.clone(), "members.display").mutability(Mutability::ReadOnly));
    if settings.employee_rules == EmployeeRules::Peakon {
        for name in ["name", "name.givenName", "name.familyName"] {
            builder = builder.tighten(Tightening::new(user.id.clone(), name).required());
        }
        builder = builder.tighten(
            Tightening::new(enterprise.id.clone(), "employeeNumber").uniqueness(Uniqueness::Server),
        );
    }
    let more = &settings.resource_types;
    Ok(builder
        .resource_type(users)
        .resource_type(groups)
        .schemas_from_json(&Value::from(more.schemas.clone()))
        .resource_types_from_json(&Value::from(more.resource_types.clone()))
        .build()?)
}

impl Accounts {
    /// Lets an account ask for other things than before. What the change leaves alone stays as it is, whoever else changes something
    /// at the same time.
    ///
    /// # Errors
    /// When what there is does not fit the settings, they cannot be, there is no such account, or the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use peakon_service::{Accounts, EmployeeRules, NewAccount};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let url = format!("sqlite://{}/peakon.db", folder.path().display());
    /// let accounts = Accounts::open(&url).await?;
    /// accounts.create(NewAccount::new("fjordlab")).await?;
    /// let strict = |settings: &mut peakon_service::AccountSettings| settings.employee_rules = EmployeeRules::Peakon;
    /// accounts.change_settings("fjordlab", strict).await?;
    /// assert_eq!(accounts.account("fjordlab").await?.settings.employee_rules, EmployeeRules::Peakon);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn change_settings(
        &self,
        id: &str,
        change: impl FnOnce(&mut AccountSettings) + Send,
    ) -> Result<(), AccountError> {
        let mut transaction = self.database.write_alone(id).await?;
        self::change(&mut transaction, id, change).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// The same in a transaction that nobody else writes in the account beside.
pub(super) async fn change(
    connection: &mut AnyConnection,
    id: &str,
    change: impl FnOnce(&mut AccountSettings) + Send,
) -> Result<(), AccountError> {
    let stored: Option<String> = sqlx::query_scalar("SELECT settings FROM accounts WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    let stored = stored.ok_or_else(|| AccountError::NoAccount(id.to_owned()))?;
    let before: AccountSettings = serde_json::from_str(&stored)?;
    let mut settings = before.clone();
    change(&mut settings);
    if settings == before {
        return Ok(());
    }
    settings.check()?;
    mark_changed(connection, id).await?;
    let attributes = attributes::in_use(connection, id).await?;
    registry(&PeakonAccount::new(attributes), &settings)?;
    refuse_to_hide(
        connection,
        id,
        &before.resource_types,
        &settings.resource_types,
    )
    .await?;
    if settings.employee_rules != before.employee_rules {
        let are_unique = settings.employee_rules == EmployeeRules::Peakon;
        without_statement_timeout(connection).await?;
        employee_numbers::set_unique(connection, id, are_unique).await?;
    }
    sqlx::query("UPDATE accounts SET settings = $2 WHERE id = $1")
        .bind(id)
        .bind(serde_json::to_string(&settings)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// A type that goes would take its resources out of everybody's reach, though not out of the database.
async fn refuse_to_hide(
    connection: &mut AnyConnection,
    account: &str,
    before: &ResourceTypes,
    after: &ResourceTypes,
) -> Result<(), AccountError> {
    let stays = after.names();
    let mut hidden = Vec::new();
    for name in before.names().difference(&stays) {
        let resources = "SELECT COUNT(*) FROM resources WHERE account = $1 AND resource_type = $2";
        let count: i64 = sqlx::query_scalar(resources)
            .bind(account)
            .bind(*name)
            .fetch_one(&mut *connection)
            .await?;
        if count > 0 {
            hidden.push(format!("{count} of `{name}`"));
        }
    }
    if hidden.is_empty() {
        return Ok(());
    }
    Err(AccountError::refused(format!(
        "the account `{account}` has resources of types that are left out, which nobody would see any more: {}; name these \
         types in the file again, or leave the file out, which keeps the types as they were, delete the resources, and try \
         again",
        hidden.join(", ")
    )))
}
