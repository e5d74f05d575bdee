//! The account's own attributes in the documents of its employees: renamed, taken out, brought back.

use chrono::{DateTime, Utc};
use scim_core::service_provider::StoreError;
use scim_core::urn;
use serde_json::{Map, Value, json};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::comparison::{self, Views};
use super::document::Document;
use super::fault::Fault;
use super::references;
use super::removal::mark_all_changed;
use crate::database::Dialect;

/// How many employees are held at a time.
const BATCH: i64 = 500;

/// What becomes of the values of an attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change<'c> {
    /// They get another name.
    Rename { new_name: &'c str },
    /// They are taken out of the documents, and kept by this key.
    Retire { name_key: &'c str },
    /// They come back.
    Restore { name_key: &'c str },
}

/// An employee's id and document, and of an attribute that is retired his value and whom it means.
type Row = (String, String, Option<String>, Option<String>);

/// What is written of the employees that are held.
#[derive(Debug, Default)]
struct Written {
    documents: Vec<(String, Document)>,
    /// The employee and his value, which is kept.
    retired: Vec<(String, String)>,
    /// The employee, his value, and whom it means.
    references: Vec<(String, String, String)>,
}

/// Changes an attribute with every employee who has it, in the transaction of the connection. The views are those of the account
/// after the change.
pub(crate) async fn change(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
    name: &str,
    change: Change<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Ok(change_all(connection, views, account, name, change, now).await?)
}

async fn change_all(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
    name: &str,
    change: Change<'_>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut from = String::new();
    loop {
        let rows = next(connection, account, change, &from).await?;
        let Some((last, ..)) = rows.last() else { break };
        from.clone_from(last);
        let mut written = Written::default();
        for row in rows {
            edit(row, name, change, &mut written)?;
        }
        let Written {
            documents,
            retired,
            references,
        } = written;
        match change {
            Change::Rename { .. } => {}
            Change::Retire { name_key } => {
                keep(connection, account, name, name_key, &retired).await?;
            }
            Change::Restore { .. } => refer(connection, account, name, &references).await?,
        }
        mark_all_changed(connection, views, account, now, documents).await?;
    }
    let statement = match change {
        Change::Rename { .. } => {
            "UPDATE resource_references SET path = $3 WHERE account = $1 AND path = $2"
        }
        Change::Retire { .. } => "DELETE FROM resource_references WHERE account = $1 AND path = $2",
        Change::Restore { .. } => "DELETE FROM retired_values WHERE account = $1 AND name_key = $2",
    };
    let mut end = sqlx::query(statement).bind(account);
    end = match change {
        Change::Rename { new_name } => end.bind(path(name)).bind(path(new_name)),
        Change::Retire { .. } => end.bind(path(name)),
        Change::Restore { name_key } => end.bind(name_key),
    };
    end.execute(&mut *connection).await?;
    comparison::go_with(connection, views, account).await
}

/// The next employees who may have the attribute, in the order of their ids.
async fn next(
    connection: &mut AnyConnection,
    account: &str,
    change: Change<'_>,
    from: &str,
) -> Result<Vec<Row>, Fault> {
    let rows = if let Change::Restore { name_key } = change {
        let rows = sqlx::query_as(
            "SELECT resources.id, resources.document, retired.value, retired.target_id
               FROM retired_values AS retired
               JOIN resources ON resources.account = retired.account AND resources.id = retired.resource_id
              WHERE retired.account = $1 AND retired.resource_id > $2 AND retired.name_key = $4
              ORDER BY retired.resource_id LIMIT $3",
        );
        rows.bind(account).bind(from).bind(BATCH).bind(name_key)
    } else {
        let rows = sqlx::query_as(
            "SELECT id, document, CAST(NULL AS TEXT), CAST(NULL AS TEXT) FROM resources
              WHERE account = $1 AND resource_type = 'User' AND id > $2 ORDER BY id LIMIT $3",
        );
        rows.bind(account).bind(from).bind(BATCH)
    };
    Ok(rows.fetch_all(connection).await?)
}

/// Changes the document of an employee, if he has the attribute.
fn edit(
    (id, text, kept, target_id): Row,
    name: &str,
    change: Change<'_>,
    written: &mut Written,
) -> Result<(), Fault> {
    let mut document: Document = serde_json::from_str(&text)?;
    let own = document
        .get_mut(urn::PEAKON_USER)
        .and_then(Value::as_object_mut);
    match change {
        Change::Rename { new_name } => {
            let Some((own, value)) = own.and_then(|own| own.remove(name).map(|value| (own, value)))
            else {
                return Ok(());
            };
            own.insert(new_name.to_owned(), value);
        }
        Change::Retire { .. } => {
            let Some(value) = own.and_then(|own| own.get(name)) else {
                return Ok(());
            };
            written.retired.push((id.clone(), value.to_string()));
            references::clear(&mut document, &path(name), &id);
        }
        Change::Restore { .. } => {
            let value: Value = serde_json::from_str(&kept.unwrap_or_default())?;
            if let (Some(target_id), Some(text)) = (target_id, value.as_str()) {
                let reference = (id.clone(), text.to_owned(), target_id);
                written.references.push(reference);
            }
            put(&mut document, name, value);
        }
    }
    written.documents.push((id, document));
    Ok(())
}

async fn keep(
    connection: &mut AnyConnection,
    account: &str,
    name: &str,
    name_key: &str,
    retired: &[(String, String)],
) -> Result<(), Fault> {
    let made = Dialect::of(connection).made(&["id", "value"], "$4");
    let statement = format!(
        "{made} INSERT INTO retired_values (account, name_key, resource_id, value, target_id)
         SELECT $1, $2, made.id, made.value, (SELECT target_id FROM resource_references
                                               WHERE account = $1 AND resource_id = made.id AND path = $3)
           FROM made"
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(account)
        .bind(name_key)
        .bind(path(name))
        .bind(serde_json::to_string(retired)?)
        .execute(connection)
        .await?;
    Ok(())
}

async fn refer(
    connection: &mut AnyConnection,
    account: &str,
    name: &str,
    references: &[(String, String, String)],
) -> Result<(), Fault> {
    let made = Dialect::of(connection).made(&["id", "value", "target_id"], "$3");
    let statement = format!(
        "{made} INSERT INTO resource_references (account, resource_id, path, value, target_id)
         SELECT $1, made.id, $2, made.value, made.target_id FROM made"
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(account)
        .bind(path(name))
        .bind(serde_json::to_string(references)?)
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
