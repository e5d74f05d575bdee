//! Where employees and groups are kept: [`ResourceStore`] on SQLite.

mod completion;
mod document;
mod fault;
mod groups;
mod history;
mod references;
mod removal;
mod search;
mod uniqueness;

use chrono::{DateTime, Utc};
use scim_core::resource::Resource;
use scim_core::schema::PeakonAttribute;
use scim_core::service_provider::{Page, RequestContext, ResourceStore, Search, StoreError};
use serde_json::Value;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use self::document::{Columns, Document};
use self::fault::Fault;
use self::references::ReferenceAttribute;
use crate::database::Database;

const GROUP: &str = "Group";

/// The employees and groups of the accounts in one database.
#[derive(Debug)]
pub(crate) struct EmployeeStore {
    database: Database,
    references: Vec<ReferenceAttribute>,
}

impl EmployeeStore {
    pub(crate) fn new(database: Database, attributes: &[PeakonAttribute]) -> Self {
        Self {
            database,
            references: ReferenceAttribute::of_account(attributes),
        }
    }

    /// Takes the place of the one writer from the first statement on, so that nothing that was checked changes before the commit.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
        Ok(self.database.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    async fn insert_resource(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, Fault> {
        let write = Write::new(context, resource_type, resource);
        let mut transaction = self.begin().await?;
        if version_of(&mut transaction, context, resource_type, &write.id)
            .await?
            .is_some()
        {
            return Err(Fault::conflict(
                "id",
                format!("the id `{}` is in use", write.id),
            ));
        }
        self.write(transaction, context, write).await
    }

    async fn replace_resource(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, Fault> {
        let write = Write::new(context, resource_type, resource);
        let mut transaction = self.begin().await?;
        let found = version_of(&mut transaction, context, resource_type, &write.id).await?;
        expect(found.as_deref(), Some(expected_version))?;
        self.write(transaction, context, write).await
    }

    /// Checks and writes a resource, and gives it back as it is held once the database has it for good.
    async fn write(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        context: &RequestContext,
        mut write: Write<'_>,
    ) -> Result<Resource, Fault> {
        if write.resource_type == GROUP {
            write.write_group(&mut transaction).await?;
        } else {
            write.write_user(&mut transaction, &self.references).await?;
        }
        let documents = vec![write.document];
        let mut completed =
            completion::complete(&mut transaction, context, write.resource_type, documents).await?;
        transaction.commit().await?;
        completed.pop().ok_or(Fault::Answer(StoreError::NotFound))
    }

    async fn load_resource(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, Fault> {
        let mut transaction = self.database.readers.begin().await?;
        let text: Option<String> = sqlx::query_scalar(
            "SELECT document FROM resources
              WHERE account = ?1 AND resource_type = ?2 AND id = ?3",
        )
        .bind(&context.tenant)
        .bind(resource_type)
        .bind(id)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(text) = text else { return Ok(None) };
        let documents = vec![serde_json::from_str(&text)?];
        let completed =
            completion::complete(&mut transaction, context, resource_type, documents).await?;
        Ok(completed.into_iter().next())
    }
}

impl ResourceStore for EmployeeStore {
    async fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, StoreError> {
        Ok(self.load_resource(context, resource_type, id).await?)
    }

    async fn search(&self, context: &RequestContext, search: &Search) -> Result<Page, StoreError> {
        Ok(search::run(&self.database.readers, context, search).await?)
    }

    async fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, StoreError> {
        Ok(self
            .insert_resource(context, resource_type, resource)
            .await?)
    }

    async fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, StoreError> {
        Ok(self
            .replace_resource(context, resource_type, resource, expected_version)
            .await?)
    }

    async fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let found = version_of(&mut transaction, context, resource_type, id).await?;
        expect(found.as_deref(), expected_version)?;
        removal::remove(&mut transaction, context, id, &self.references).await?;
        transaction.commit().await.map_err(Fault::from)?;
        Ok(())
    }
}

/// A resource on its way into the database.
#[derive(Debug)]
struct Write<'a> {
    account: &'a str,
    resource_type: &'a str,
    id: String,
    now: DateTime<Utc>,
    document: Document,
}

impl<'a> Write<'a> {
    fn new(context: &'a RequestContext, resource_type: &'a str, resource: Resource) -> Self {
        Self {
            account: &context.tenant,
            resource_type,
            id: resource.id().unwrap_or_default().to_owned(),
            now: context.now,
            document: document_of(resource),
        }
    }

    async fn write_group(&mut self, connection: &mut SqliteConnection) -> Result<(), Fault> {
        let members = groups::take_members(&mut self.document);
        groups::check_members(connection, self.account, &self.id, &members).await?;
        self.write_row(connection, false).await?;
        groups::set_members(connection, self.account, &self.id, &members).await
    }

    async fn write_user(
        &mut self,
        connection: &mut SqliteConnection,
        attributes: &[ReferenceAttribute],
    ) -> Result<(), Fault> {
        let account = self.account;
        self.document.remove("groups");
        let active = self.settle_active(connection).await?;
        uniqueness::check(connection, account, &self.id, &self.document).await?;
        let references = references::find_all(
            connection,
            account,
            &self.id,
            &mut self.document,
            attributes,
        )
        .await?;
        self.write_row(connection, active).await?;
        references::save(connection, account, &self.id, &references).await?;
        uniqueness::save_emails(connection, account, &self.id, &self.document).await?;
        history::record(connection, account, &self.id, active, self.now).await
    }

    /// Whether the employee receives surveys. A word about `active` that is missing changes nothing of that: a directory that
    /// forgets it must not bring somebody back into the surveys. Who is new is active.
    async fn settle_active(&mut self, connection: &mut SqliteConnection) -> Result<bool, Fault> {
        if let Some(active) = self.document.get("active") {
            return Ok(active == &Value::Bool(true));
        }
        let stored: Option<bool> =
            sqlx::query_scalar("SELECT active FROM resources WHERE account = ?1 AND id = ?2")
                .bind(self.account)
                .bind(&self.id)
                .fetch_optional(connection)
                .await?;
        if stored.is_none() {
            self.document.insert("active".to_owned(), true.into());
        }
        Ok(stored.unwrap_or(true))
    }

    async fn write_row(
        &self,
        connection: &mut SqliteConnection,
        active: bool,
    ) -> Result<(), Fault> {
        let columns = Columns::of(&self.document);
        sqlx::query(
            "INSERT INTO resources (account, resource_type, id, version, document,
                    display_name, display_name_key, user_name_key, external_id_key,
                    employee_number_key, active, starts_at, leaves_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (account, id) DO UPDATE SET
                    version = excluded.version, document = excluded.document,
                    display_name = excluded.display_name,
                    display_name_key = excluded.display_name_key,
                    user_name_key = excluded.user_name_key,
                    external_id_key = excluded.external_id_key,
                    employee_number_key = excluded.employee_number_key,
                    active = excluded.active, starts_at = excluded.starts_at,
                    leaves_at = excluded.leaves_at",
        )
        .bind(self.account)
        .bind(self.resource_type)
        .bind(&self.id)
        .bind(version(&self.document))
        .bind(serde_json::to_string(&self.document)?)
        .bind(columns.display_name)
        .bind(columns.display_name_key)
        .bind(columns.user_name_key)
        .bind(columns.external_id_key)
        .bind(columns.employee_number_key)
        .bind(active)
        .bind(columns.starts_at)
        .bind(columns.leaves_at)
        .execute(connection)
        .await?;
        Ok(())
    }
}

fn document_of(resource: Resource) -> Document {
    match resource.into_value() {
        Value::Object(document) => document,
        _ => Document::new(),
    }
}

fn version(document: &Document) -> &str {
    let version = document.get("meta").and_then(|meta| meta.get("version"));
    version.and_then(Value::as_str).unwrap_or_default()
}

async fn version_of(
    connection: &mut SqliteConnection,
    context: &RequestContext,
    resource_type: &str,
    id: &str,
) -> Result<Option<String>, Fault> {
    let version = sqlx::query_scalar(
        "SELECT version FROM resources WHERE account = ?1 AND resource_type = ?2 AND id = ?3",
    );
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
