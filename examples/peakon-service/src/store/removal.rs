//! A deleted resource is gone from everywhere: as a member, as a manager, as a mentor.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use scim_core::resource::Resource;
use scim_core::service_provider::{RequestContext, next_version};
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::comparison::Views;
use super::document::{Document, text_of};
use super::fault::Fault;
use super::{USER, history, references};
use crate::database::Dialect;

pub(super) async fn remove(
    connection: &mut AnyConnection,
    context: &RequestContext,
    views: &Views,
    id: &str,
) -> Result<(), Fault> {
    let (account, now) = (&context.tenant, context.now);
    let referring: Vec<(String, String)> = sqlx::query_as(
        "SELECT resource_id, path FROM resource_references
          WHERE account = $1 AND target_id = $2 AND resource_id <> $2",
    )
    .bind(account)
    .bind(id)
    .fetch_all(&mut *connection)
    .await?;
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (resource_id, path) in referring {
        paths.entry(resource_id).or_default().push(path);
    }
    for (resource_id, paths) in paths {
        mark_changed(connection, views, account, now, &resource_id, |document| {
            for path in &paths {
                references::clear(document, path, id);
            }
        })
        .await?;
    }
    let groups: Vec<String> = sqlx::query_scalar(
        "SELECT group_id FROM group_members WHERE account = $1 AND member_id = $2",
    )
    .bind(account)
    .bind(id)
    .fetch_all(&mut *connection)
    .await?;
    for group_id in groups {
        mark_changed(connection, views, account, now, &group_id, |_| {}).await?;
    }
    sqlx::query("DELETE FROM group_members WHERE account = $1 AND member_id = $2")
        .bind(account)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    for table in ["resource_references", "retired_values"] {
        let text = format!("DELETE FROM {table} WHERE account = $1 AND target_id = $2");
        let deletion = sqlx::query(AssertSqlSafe(text)).bind(account).bind(id);
        deletion.execute(&mut *connection).await?;
    }
    history::keep(connection, account, id, now).await?;
    // Its members, unique values and e-mail addresses go with it: ON DELETE CASCADE.
    sqlx::query("DELETE FROM resources WHERE account = $1 AND id = $2")
        .bind(account)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Changes a document, lets everybody see by its version that it has changed, and gives that version.
pub(super) async fn mark_changed(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
    now: DateTime<Utc>,
    id: &str,
    edit: impl FnOnce(&mut Document),
) -> Result<String, Fault> {
    let (resource_type, text): (String, String) = sqlx::query_as(
        "SELECT resource_type, document FROM resources WHERE account = $1 AND id = $2",
    )
    .bind(account)
    .bind(id)
    .fetch_one(&mut *connection)
    .await?;
    let mut document: Document = serde_json::from_str(&text)?;
    edit(&mut document);
    let changed = Changed::new(views, &resource_type, document, now)?;
    let comparison = Dialect::of(connection).json("$5");
    sqlx::query(AssertSqlSafe(format!(
        "UPDATE resources SET version = $3, document = $4, comparison = COALESCE({comparison}, comparison)
          WHERE account = $1 AND id = $2"
    )))
    .bind(account)
    .bind(id)
    .bind(&changed.version)
    .bind(changed.document)
    .bind(changed.comparison)
    .execute(connection)
    .await?;
    Ok(changed.version)
}

/// The same for employees whose documents are held and have been changed already, by one statement.
pub(super) async fn mark_all_changed(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
    now: DateTime<Utc>,
    documents: Vec<(String, Document)>,
) -> Result<(), Fault> {
    let changed = documents.into_iter().map(|(id, document)| {
        let changed = Changed::new(views, USER, document, now)?;
        Ok::<_, Fault>((id, changed.version, changed.document, changed.comparison))
    });
    let changed = changed.collect::<Result<Vec<_>, _>>()?;
    let dialect = Dialect::of(connection);
    let made = dialect.made(&["id", "version", "document", "comparison"], "$2");
    let comparison = dialect.json("made.comparison");
    sqlx::query(AssertSqlSafe(format!(
        "{made} UPDATE resources SET version = made.version, document = made.document,
                comparison = COALESCE({comparison}, resources.comparison)
           FROM made WHERE resources.account = $1 AND resources.id = made.id"
    )))
    .bind(account)
    .bind(serde_json::to_string(&changed)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// A document with its next version, as it is written.
struct Changed {
    version: String,
    document: String,
    /// None for what belongs to no type of the account any more: nobody finds it, and it is made anew when the type comes back.
    comparison: Option<String>,
}

impl Changed {
    fn new(
        views: &Views,
        resource_type: &str,
        mut document: Document,
        now: DateTime<Utc>,
    ) -> Result<Self, Fault> {
        let version = document.get("meta").and_then(|meta| meta.get("version"));
        let version = next_version(text_of(version).as_deref());
        if let Some(Value::Object(meta)) = document.get_mut("meta") {
            let now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
            meta.insert("lastModified".to_owned(), json!(now));
            meta.insert("version".to_owned(), json!(version));
        }
        let resource = Resource::new(document);
        let view = views.of(resource_type).ok();
        Ok(Self {
            comparison: view.map(|view| view.document(&resource)).transpose()?,
            document: serde_json::to_string(&resource)?,
            version,
        })
    }
}
