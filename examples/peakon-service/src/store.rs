//! Where employees and groups are kept: [`ResourceStore`] on SQLite and PostgreSQL.

mod amending;
mod attempts;
mod comparison;
mod completion;
mod document;
pub(crate) mod employee_numbers;
mod fault;
mod groups;
mod history;
mod insertion;
mod lengths;
pub(crate) mod own_attributes;
mod references;
mod removal;
mod rows;
mod rules;
mod search;
mod uniqueness;
mod writing;

use scim_core::peakon::PeakonAccount;
use scim_core::resource::Resource;
use scim_core::schema::{RegisteredResourceType, SchemaRegistry};
use scim_core::service_provider::{
    Amended, Amendment, InsertionError, NewResource, Page, RequestContext, ResourceStore, Search,
    StoreCapabilities, StoreError,
};
use sqlx::{AnyConnection, AssertSqlSafe};

use self::attempts::Attempts;
use self::comparison::View;
pub(crate) use self::comparison::Views;
use self::fault::Fault;
use self::rules::Rules;
use self::writing::Write;
use crate::accounts::{EmployeeRules, UnknownMembers};
use crate::database::{Database, Dialect, Writing};

const USER: &str = "User";
const GROUP: &str = "Group";

/// The employees and groups of the accounts in one database.
#[derive(Debug)]
pub(crate) struct EmployeeStore {
    database: Database,
    views: Views,
    account: PeakonAccount,
    unknown_members: UnknownMembers,
    rules: Rules,
}

/// The accounts whose employees were kept by an earlier version, and have to be [renewed](EmployeeStore::renew_comparisons).
pub(crate) async fn to_renew(database: &Database) -> Result<Vec<String>, StoreError> {
    let mut connection = database.connection().await.map_err(Fault::from)?;
    Ok(comparison::of_another_form(&mut connection).await?)
}

impl EmployeeStore {
    pub(crate) fn new(
        database: Database,
        registry: &SchemaRegistry,
        account: PeakonAccount,
        unknown_members: UnknownMembers,
    ) -> Self {
        Self {
            views: Views::new(database.dialect(), registry),
            database,
            account,
            unknown_members,
            rules: Rules::TOLERANT,
        }
    }

    /// Asks of employees what an account asks of them, as long as the account is at this revision.
    pub(crate) fn of_account(
        mut self,
        rules: EmployeeRules,
        email_domains: Vec<String>,
        revision: i64,
    ) -> Self {
        self.rules = Rules::new(rules, email_domains, revision);
        self
    }

    /// A transaction that writes, as long as the account is what this store was made for.
    async fn write(&self, context: &RequestContext) -> Result<Writing, Fault> {
        let mut transaction = self.database.write(&context.tenant).await?;
        self.rules
            .expect_revision(&mut transaction, &context.tenant)
            .await?;
        Ok(transaction)
    }

    /// The same, with no other writer in the account.
    async fn write_alone(&self, account: &str) -> Result<Writing, Fault> {
        let mut transaction = self.database.write_alone(account).await?;
        self.rules
            .expect_revision(&mut transaction, account)
            .await?;
        Ok(transaction)
    }

    /// Lets the database see an account as it is now, if what it has of it was made by another version or other schemas: before
    /// the account is served.
    pub(crate) async fn renew_comparisons(&self, account: &str) -> Result<(), StoreError> {
        let mut connection = self.database.connection().await.map_err(Fault::from)?;
        if comparison::is_current(&mut connection, &self.views, account).await? {
            return Ok(());
        }
        drop(connection);
        let mut transaction = self.write_alone(account).await?;
        comparison::renew_if_due(&mut transaction, &self.views, account).await?;
        transaction.commit().await.map_err(Fault::from)?;
        Ok(())
    }

    fn resource_type(&self, name: &str) -> Result<(&RegisteredResourceType, &View), Fault> {
        let view = self.views.of(name)?;
        let known = self.views.registry().resource_type(name);
        let known = known.ok_or_else(comparison::another_registry)?;
        Ok((known, view))
    }

    async fn replace_resource(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, Fault> {
        let resource_type = self.resource_type(resource_type)?;
        let mut write = Write::new(context, resource_type, resource, context.now);
        let mut transaction = self.write(context).await?;
        let found = version_of(
            &mut transaction,
            context,
            &write.resource_type.definition().name,
            &write.id,
        )
        .await?;
        expect(found.as_deref(), Some(expected_version))?;
        self.rules.check(&write)?;
        write.keep(&mut transaction).await?;
        write
            .refer(&mut transaction, &self.account, self.unknown_members)
            .await?;
        let completed = self.completed(&mut transaction, context, write).await?;
        transaction.commit().await?;
        Ok(completed)
    }

    /// What was written, as it is held.
    async fn completed(
        &self,
        connection: &mut AnyConnection,
        context: &RequestContext,
        write: Write<'_>,
    ) -> Result<Resource, Fault> {
        let name = &write.resource_type.definition().name;
        let documents = vec![write.resource.attributes().clone()];
        let completed =
            completion::complete(connection, context, self.views.registry(), name, documents)
                .await?;
        let completed = completed.into_iter().next();
        completed.ok_or(Fault::Answer(StoreError::NotFound))
    }

    async fn load_resource(
        &self,
        connection: &mut AnyConnection,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, Fault> {
        let text: Option<String> = sqlx::query_scalar(
            "SELECT document FROM resources
              WHERE account = $1 AND resource_type = $2 AND id = $3",
        )
        .bind(&context.tenant)
        .bind(resource_type)
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
        let Some(text) = text else { return Ok(None) };
        let documents = vec![serde_json::from_str(&text)?];
        let completed = completion::complete(
            connection,
            context,
            self.views.registry(),
            resource_type,
            documents,
        )
        .await?;
        Ok(completed.into_iter().next())
    }
}

impl ResourceStore for EmployeeStore {
    fn capabilities(&self) -> StoreCapabilities {
        let mut capabilities = StoreCapabilities::default();
        capabilities.entry_deltas = true;
        capabilities.atomic_inserts = true;
        capabilities
    }

    async fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, StoreError> {
        // One transaction: the members fit the version.
        let transaction = self.database.read().await;
        let mut transaction = transaction.map_err(Fault::from)?;
        Ok(self
            .load_resource(&mut transaction, context, resource_type, id)
            .await?)
    }

    async fn search(&self, context: &RequestContext, search: &Search) -> Result<Page, StoreError> {
        // One transaction: every statement sees the same state, so that the total fits the page.
        let transaction = self.database.read().await;
        let mut transaction = transaction.map_err(Fault::from)?;
        Ok(search::run(&mut transaction, context, &self.views, search).await?)
    }

    async fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, StoreError> {
        let new = vec![NewResource::new(resource_type, resource)];
        let mut kept = self
            .insert_all(context, new)
            .await
            .map_err(|error| error.error)?;
        kept.pop().ok_or(StoreError::NotFound)
    }

    async fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, StoreError> {
        let mut attempts = Attempts::default();
        loop {
            let resource = resource.clone();
            let replaced = self
                .replace_resource(context, resource_type, resource, expected_version)
                .await;
            match replaced {
                Err(fault) if attempts.is_another_one_due(&fault) => {}
                replaced => return Ok(replaced?),
            }
        }
    }

    async fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write_alone(&context.tenant).await?;
        let found = version_of(&mut transaction, context, resource_type, id).await?;
        expect(found.as_deref(), expected_version)?;
        removal::remove(&mut transaction, context, &self.views, id).await?;
        transaction.commit().await.map_err(Fault::from)?;
        Ok(())
    }

    async fn insert_all(
        &self,
        context: &RequestContext,
        resources: Vec<NewResource>,
    ) -> Result<Vec<Resource>, InsertionError> {
        let mut attempts = Attempts::default();
        loop {
            match self.insert_new(context, resources.clone()).await {
                Err((_, fault)) if attempts.is_another_one_due(&fault) => {}
                Err((index, fault)) => return Err(InsertionError::new(index, fault.into())),
                Ok(kept) => return Ok(kept),
            }
        }
    }

    async fn amend(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, StoreError> {
        let mut attempts = Attempts::default();
        loop {
            match self.amend_resource(context, amendment).await {
                Err(fault) if attempts.is_another_one_due(&fault) => {}
                amended => return Ok(amended?),
            }
        }
    }
}

/// The version of a resource that is about to be changed.
async fn version_of(
    connection: &mut AnyConnection,
    context: &RequestContext,
    resource_type: &str,
    id: &str,
) -> Result<Option<String>, Fault> {
    let for_update = Dialect::of(connection).for_update();
    let version = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT version FROM resources WHERE account = $1 AND resource_type = $2 AND id = $3{for_update}"
    )));
    let version = version.bind(&context.tenant).bind(resource_type).bind(id);
    Ok(version.fetch_optional(connection).await?)
}

fn expect(found: Option<&str>, expected: Option<&str>) -> Result<(), StoreError> {
    match (found, expected) {
        (None, _) => Err(StoreError::NotFound),
        (Some(found), Some(expected)) if found != expected => Err(StoreError::Stale),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
