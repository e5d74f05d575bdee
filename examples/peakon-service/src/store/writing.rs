//! A resource on its way into the database: first itself, then what it says of others, who may come with it.

use chrono::{DateTime, Utc};
use scim_core::peakon::PeakonAccount;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::service_provider::RequestContext;
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::comparison::View;
use super::document::Columns;
use super::fault::Fault;
use super::{GROUP, USER, groups, history, lengths, references, uniqueness};
use crate::accounts::UnknownMembers;
use crate::database::Dialect;

#[derive(Debug)]
pub(super) struct Write<'a> {
    account: &'a str,
    pub(super) resource_type: &'a RegisteredResourceType,
    view: &'a View,
    pub(super) id: String,
    now: DateTime<Utc>,
    pub(super) resource: Resource,
    members: Vec<Value>,
}

impl<'a> Write<'a> {
    pub(super) fn new(
        context: &'a RequestContext,
        (resource_type, view): (&'a RegisteredResourceType, &'a View),
        mut resource: Resource,
        now: DateTime<Utc>,
    ) -> Self {
        let attributes = resource.attributes_mut();
        let mut members = Vec::new();
        // What other tables hold.
        match resource_type.definition().name.as_str() {
            GROUP => members = groups::entries(attributes.remove("members")),
            USER => drop(attributes.remove("groups")),
            _ => {}
        }
        Self {
            account: &context.tenant,
            resource_type,
            view,
            id: resource.id().unwrap_or_default().to_owned(),
            now,
            resource,
            members,
        }
    }

    pub(super) fn is(&self, resource_type: &str) -> bool {
        self.resource_type.definition().name == resource_type
    }

    /// An id is unique over all types (RFC 7643, section 3.1).
    pub(super) async fn claim_id(&self, connection: &mut AnyConnection) -> Result<(), Fault> {
        let taken: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM resources WHERE account = $1 AND id = $2")
                .bind(self.account)
                .bind(&self.id)
                .fetch_optional(connection)
                .await?;
        match taken {
            None => Ok(()),
            Some(_) => Err(Fault::conflict(
                "id",
                format!("the id `{}` is in use", self.id),
            )),
        }
    }

    /// Writes the resource itself, without regard to whom it refers to.
    pub(super) async fn keep(&mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        let (account, resource_type) = (self.account, self.resource_type);
        let is_user = self.is(USER);
        let active = is_user && self.settle_active(connection).await?;
        let keys = resource_type.unique_keys(&self.resource);
        let name = &resource_type.definition().name;
        let emails = if is_user {
            self.view.emails(&self.resource)?
        } else {
            Vec::new()
        };
        lengths::check(&self.resource, &keys, &emails)?;
        uniqueness::check(connection, account, name, &self.id, &keys).await?;
        if is_user {
            uniqueness::check_email(connection, account, &self.id, &emails).await?;
        }
        self.write_row(connection, active).await?;
        uniqueness::save(connection, account, name, &self.id, &keys).await?;
        if is_user {
            uniqueness::save_emails(connection, account, &self.id, &emails).await?;
            history::record(connection, account, &self.id, active, self.now).await?;
        }
        Ok(())
    }

    /// Writes whom the resource refers to, all of whom are there by now.
    pub(super) async fn refer(
        &mut self,
        connection: &mut AnyConnection,
        peakon: &PeakonAccount,
        unknown: UnknownMembers,
    ) -> Result<(), Fault> {
        let account = self.account;
        if self.is(GROUP) {
            groups::keep_only(connection, account, &self.id, &self.members).await?;
            groups::add(connection, account, &self.id, &self.members, unknown).await?;
        } else if self.is(USER) {
            let before = self.resource.clone();
            let references =
                references::find_all(connection, account, &self.id, &mut self.resource, peakon)
                    .await?;
            references::save(connection, account, &self.id, &references).await?;
            if self.resource != before {
                let comparison = Dialect::of(connection).json("$4");
                sqlx::query(AssertSqlSafe(format!(
                    "UPDATE resources SET document = $3, comparison = {comparison}
                      WHERE account = $1 AND id = $2"
                )))
                .bind(account)
                .bind(&self.id)
                .bind(written(&self.resource)?)
                .bind(self.view.document(&self.resource)?)
                .execute(connection)
                .await?;
            }
        } else {
            let references = references::of_schema(&self.resource, self.resource_type);
            references::save(connection, account, &self.id, &references).await?;
        }
        Ok(())
    }

    /// Whether the employee receives surveys. A word about `active` that is missing changes nothing of that: a directory that
    /// forgets it must not bring somebody back into the surveys. Who is new is active.
    async fn settle_active(&mut self, connection: &mut AnyConnection) -> Result<bool, Fault> {
        if let Some(active) = self.resource.get("active") {
            return Ok(active == &Value::Bool(true));
        }
        let stored: Option<i64> =
            sqlx::query_scalar("SELECT active FROM resources WHERE account = $1 AND id = $2")
                .bind(self.account)
                .bind(&self.id)
                .fetch_optional(connection)
                .await?;
        if stored.is_none() {
            let attributes = self.resource.attributes_mut();
            attributes.insert("active".to_owned(), true.into());
        }
        Ok(stored.unwrap_or(1) == 1)
    }

    async fn write_row(&self, connection: &mut AnyConnection, active: bool) -> Result<(), Fault> {
        let columns = Columns::of(&self.resource);
        let meta = self.resource.meta().unwrap_or_default();
        let comparison = Dialect::of(connection).json("$6");
        sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO resources (account, resource_type, id, version, document, comparison,
                    display_name, user_name, active, starts_at, leaves_at)
             VALUES ($1, $2, $3, $4, $5, {comparison}, $7, $8, $9, $10, $11)
             ON CONFLICT (account, id) DO UPDATE SET
                    version = excluded.version, document = excluded.document,
                    comparison = excluded.comparison, display_name = excluded.display_name,
                    user_name = excluded.user_name, active = excluded.active,
                    starts_at = excluded.starts_at, leaves_at = excluded.leaves_at"
        )))
        .bind(self.account)
        .bind(&self.resource_type.definition().name)
        .bind(&self.id)
        .bind(meta.version.unwrap_or_default())
        .bind(written(&self.resource)?)
        .bind(self.view.document(&self.resource)?)
        .bind(columns.display_name)
        .bind(columns.user_name)
        .bind(i64::from(active))
        .bind(columns.starts_at)
        .bind(columns.leaves_at)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// A resource as the database keeps it. What the one of them cannot keep, the other one refuses, too.
fn written(resource: &Resource) -> Result<String, Fault> {
    let text = serde_json::to_string(resource)?;
    if text.contains("\\u0000") && resource.attributes().values().any(has_null_character) {
        return Err(Fault::null_character());
    }
    Ok(text)
}

fn has_null_character(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_null_character),
        Value::Object(members) => members.values().any(has_null_character),
        _ => false,
    }
}
