//! A resource on its way into the database: first itself, then what it says of others, who may come with it.

use chrono::{DateTime, Utc};
use scim_core::peakon::PeakonAccount;
use scim_core::resource::Resource;
use scim_core::schema::{RegisteredResourceType, UniqueKey};
use scim_core::service_provider::RequestContext;
use serde::Serialize;
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

/// What changes of a row of `resources`, in this order: `version`, `document`, `comparison`, `display_name`, `user_name`, `active`,
/// `starts_at`, `leaves_at`.
#[derive(Debug, Serialize)]
pub(super) struct Row(
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    i64,
    Option<i64>,
    Option<i64>,
);

impl Row {
    pub(super) const fn is_active(&self) -> bool {
        self.5 == 1
    }
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

    /// By what the resource is found: the values that are unique, and the addresses of an employee.
    pub(super) fn found_by(&self) -> Result<(Vec<UniqueKey>, Vec<Value>), Fault> {
        let keys = self.resource_type.unique_keys(&self.resource);
        let emails = if self.is(USER) {
            self.view.emails(&self.resource)?
        } else {
            Vec::new()
        };
        lengths::check(&self.resource, &keys, &emails)?;
        Ok((keys, emails))
    }

    /// Writes the resource itself in the place of what it was, without regard to whom it refers to.
    pub(super) async fn keep(&mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        let (account, resource_type) = (self.account, self.resource_type);
        let is_user = self.is(USER);
        let active = is_user && self.settle_active(connection).await?;
        let (keys, emails) = self.found_by()?;
        let name = &resource_type.definition().name;
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

    /// Whether the resource refers to others.
    pub(super) fn refers(&self, peakon: &PeakonAccount) -> bool {
        match self.resource_type.definition().name.as_str() {
            GROUP => !self.members.is_empty(),
            USER => !peakon.references(&self.resource).is_empty(),
            _ => !references::of_schema(&self.resource, self.resource_type).is_empty(),
        }
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
    /// forgets it must not bring somebody back into the surveys.
    async fn settle_active(&self, connection: &mut AnyConnection) -> Result<bool, Fault> {
        if let Some(active) = self.resource.get("active") {
            return Ok(active == &Value::Bool(true));
        }
        let stored: i64 =
            sqlx::query_scalar("SELECT active FROM resources WHERE account = $1 AND id = $2")
                .bind(self.account)
                .bind(&self.id)
                .fetch_one(connection)
                .await?;
        Ok(stored == 1)
    }

    /// The same for who is new: without a word about it he is active.
    pub(super) fn settle_new(&mut self) -> bool {
        if !self.is(USER) {
            return false;
        }
        let attributes = self.resource.attributes_mut();
        let active = attributes.entry("active").or_insert(Value::Bool(true));
        active == &Value::Bool(true)
    }

    /// What the row of the resource is to be.
    pub(super) fn row(&self, is_active: bool) -> Result<Row, Fault> {
        let columns = Columns::of(&self.resource);
        let meta = self.resource.meta().unwrap_or_default();
        Ok(Row(
            meta.version.unwrap_or_default(),
            written(&self.resource)?,
            self.view.document(&self.resource)?,
            columns.display_name,
            columns.user_name,
            i64::from(is_active),
            columns.starts_at,
            columns.leaves_at,
        ))
    }

    async fn write_row(&self, connection: &mut AnyConnection, active: bool) -> Result<(), Fault> {
        let comparison = Dialect::of(connection).json("$5");
        let Row(version, document, compared, display_name, user_name, active, starts_at, leaves_at) =
            self.row(active)?;
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE resources
                SET version = $3, document = $4, comparison = {comparison}, display_name = $6,
                    user_name = $7, active = $8, starts_at = $9, leaves_at = $10
              WHERE account = $1 AND id = $2"
        )))
        .bind(self.account)
        .bind(&self.id)
        .bind(version)
        .bind(document)
        .bind(compared)
        .bind(display_name)
        .bind(user_name)
        .bind(active)
        .bind(starts_at)
        .bind(leaves_at)
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
