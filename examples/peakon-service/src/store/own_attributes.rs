//! The account's own attributes in the documents of its employees: renamed, taken out, brought back.

use chrono::{DateTime, Utc};
use scim_core::service_provider::StoreError;
use scim_core::urn;
use serde_json::{Map, Value, json};
use sqlx::AnyConnection;

use super::comparison::{self, Views};
use super::document::Document;
use super::fault::Fault;
use super::references;
use super::removal::mark_changed;

/// How many employees are looked at at a time.
const BATCH: i64 = 500;

/// Gives what employees have under one name another name. The views are those with that one.
pub(crate) async fn rename(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
    name: &str,
    new_name: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut from = String::new();
    while let Some((ids, last)) = next_with(connection, account, name, &from).await? {
        for id in ids {
            let edit = |document: &mut Document| {
                if let Some(Value::Object(own)) = document.get_mut(urn::PEAKON_USER)
                    && let Some(value) = own.remove(name)
                {
                    own.insert(new_name.to_owned(), value);
                }
            };
            mark_changed(connection, views, account, now, &id, edit).await?;
        }
        from = last;
    }
    sqlx::query("UPDATE resource_references SET path = $3 WHERE account = $1 AND path = $2")
        .bind(account)
        .bind(path(name))
        .bind(path(new_name))
        .execute(&mut *connection)
        .await
        .map_err(Fault::from)?;
    Ok(comparison::go_with(connection, views, account).await?)
}

/// Takes an attribute out of the documents, and keeps its values. The views are those without it.
pub(crate) async fn retire(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
    name: &str,
    name_key: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let path = path(name);
    let mut from = String::new();
    while let Some((ids, last)) = next_with(connection, account, name, &from).await? {
        for id in ids {
            let mut kept = Value::Null;
            let edit = |document: &mut Document| {
                let own = document.get(urn::PEAKON_USER);
                if let Some(value) = own.and_then(|own| own.get(name)) {
                    kept.clone_from(value);
                }
                references::clear(document, &path, &id);
            };
            mark_changed(connection, views, account, now, &id, edit).await?;
            sqlx::query(
                "INSERT INTO retired_values (account, name_key, resource_id, value, target_id)
                 VALUES ($1, $2, $3, $4, (SELECT target_id FROM resource_references
                                           WHERE account = $1 AND resource_id = $3 AND path = $5))",
            )
            .bind(account)
            .bind(name_key)
            .bind(&id)
            .bind(kept.to_string())
            .bind(&path)
            .execute(&mut *connection)
            .await
            .map_err(Fault::from)?;
        }
        from = last;
    }
    sqlx::query("DELETE FROM resource_references WHERE account = $1 AND path = $2")
        .bind(account)
        .bind(path)
        .execute(&mut *connection)
        .await
        .map_err(Fault::from)?;
    Ok(comparison::go_with(connection, views, account).await?)
}

/// Brings the values of an attribute back. The views are those with it.
pub(crate) async fn restore(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
    name: &str,
    name_key: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut from = String::new();
    loop {
        let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "SELECT resource_id, value, target_id FROM retired_values
              WHERE account = $1 AND name_key = $2 AND resource_id > $3
              ORDER BY resource_id LIMIT $4",
        )
        .bind(account)
        .bind(name_key)
        .bind(&from)
        .bind(BATCH)
        .fetch_all(&mut *connection)
        .await
        .map_err(Fault::from)?;
        let Some((last, ..)) = rows.last() else { break };
        last.clone_into(&mut from);
        for (id, text, target_id) in rows {
            let value: Value = serde_json::from_str(&text).map_err(Fault::from)?;
            if let (Some(target_id), Some(text)) = (target_id, value.as_str()) {
                refer(connection, account, &id, &path(name), text, &target_id).await?;
            }
            mark_changed(connection, views, account, now, &id, |document| {
                put(document, name, value);
            })
            .await?;
        }
    }
    sqlx::query("DELETE FROM retired_values WHERE account = $1 AND name_key = $2")
        .bind(account)
        .bind(name_key)
        .execute(&mut *connection)
        .await
        .map_err(Fault::from)?;
    Ok(comparison::go_with(connection, views, account).await?)
}

/// The next employees who have an attribute, and as far as who was looked at.
async fn next_with(
    connection: &mut AnyConnection,
    account: &str,
    name: &str,
    from: &str,
) -> Result<Option<(Vec<String>, String)>, Fault> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, document FROM resources
          WHERE account = $1 AND resource_type = 'User' AND id > $2 ORDER BY id LIMIT $3",
    )
    .bind(account)
    .bind(from)
    .bind(BATCH)
    .fetch_all(connection)
    .await?;
    let Some((last, _)) = rows.last() else {
        return Ok(None);
    };
    let last = last.clone();
    let mut ids = Vec::new();
    for (id, text) in rows {
        let document: Document = serde_json::from_str(&text)?;
        let own = document.get(urn::PEAKON_USER);
        if own.is_some_and(|own| own.get(name).is_some()) {
            ids.push(id);
        }
    }
    Ok(Some((ids, last)))
}

async fn refer(
    connection: &mut AnyConnection,
    account: &str,
    id: &str,
    path: &str,
    value: &str,
    target_id: &str,
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO resource_references (account, resource_id, path, value, target_id)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(account)
    .bind(id)
    .bind(path)
    .bind(value)
    .bind(target_id)
    .execute(connection)
    .await?;
    Ok(())
}

fn put(document: &mut Document, name: &str, value: Value) {
    let own = document
        .entry(urn::PEAKON_USER)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(own) = own {
        own.insert(name.to_owned(), value);
    }
    if let Some(Value::Array(schemas)) = document.get_mut("schemas")
        && !schemas.iter().any(|schema| schema == urn::PEAKON_USER)
    {
        schemas.push(json!(urn::PEAKON_USER));
    }
}

fn path(name: &str) -> String {
    format!("{}:{name}", urn::PEAKON_USER)
}
