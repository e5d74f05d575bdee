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
use super::{history, references};
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
    let version = document.get("meta").and_then(|meta| meta.get("version"));
    let next = next_version(text_of(version).as_deref());
    if let Some(Value::Object(meta)) = document.get_mut("meta") {
        let now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
        meta.insert("lastModified".to_owned(), json!(now));
        meta.insert("version".to_owned(), json!(next));
    }
    let resource = Resource::new(document);
    // What belongs to no type of the account any more is found by nobody, and made anew when the type comes back.
    let comparison = views.of(&resource_type).ok();
    let comparison = comparison
        .map(|view| view.document(&resource))
        .transpose()?;
    let made = Dialect::of(connection).json("$5");
    sqlx::query(AssertSqlSafe(format!(
        "UPDATE resources SET version = $3, document = $4, comparison = COALESCE({made}, comparison)
          WHERE account = $1 AND id = $2"
    )))
    .bind(account)
    .bind(id)
    .bind(&next)
    .bind(serde_json::to_string(&resource)?)
    .bind(comparison)
    .execute(connection)
    .await?;
    Ok(next)
}
