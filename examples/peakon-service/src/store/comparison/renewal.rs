//! Comparison documents are made anew where they were made by another form or by other definitions.

use std::collections::BTreeMap;

use scim_core::resource::Resource;
use scim_core::schema::{AttributeDefinition, SchemaRegistry};
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::Views;
use crate::database::Dialect;
use crate::store::document::Document;
use crate::store::fault::Fault;
use crate::store::{USER, uniqueness};

/// Moves with every change of what this program and the library write into comparison documents.
const FORMAT: i64 = 1;
/// How many resources are held at a time.
const BATCH: i64 = 500;

/// How each attribute is compared, by resource type and path; none for one that was there before.
type Definitions = BTreeMap<String, Option<Value>>;

/// What is known of an account.
struct Known {
    format: i64,
    definitions: Definitions,
}

async fn known(connection: &mut AnyConnection, account: &str) -> Result<Option<Known>, Fault> {
    let found: Option<(i64, String)> =
        sqlx::query_as("SELECT format, definitions FROM comparisons WHERE account = $1")
            .bind(account)
            .fetch_optional(connection)
            .await?;
    let known = found.map(|(format, definitions)| {
        let definitions = serde_json::from_str(&definitions)?;
        Ok::<_, Fault>(Known {
            format,
            definitions,
        })
    });
    known.transpose()
}

/// The accounts with resources from before this form.
pub(in crate::store) async fn of_another_form(
    connection: &mut AnyConnection,
) -> Result<Vec<String>, Fault> {
    let accounts = sqlx::query_scalar(
        "SELECT id FROM accounts
          WHERE NOT EXISTS (SELECT 1 FROM comparisons WHERE account = accounts.id AND format = $1)
            AND EXISTS (SELECT 1 FROM resources WHERE account = accounts.id)",
    );
    Ok(accounts.bind(FORMAT).fetch_all(connection).await?)
}

/// Whether the comparison documents of an account are what they are made to be now.
pub(in crate::store) async fn is_current(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
) -> Result<bool, Fault> {
    let present = definitions(views.registry());
    Ok(known(connection, account).await?.is_some_and(|known| {
        let in_use = known.definitions.iter().filter(|(_, it)| it.is_some());
        known.format == FORMAT && in_use.eq(present.iter())
    }))
}

/// Brings the comparison documents of an account to the present form, if they are not.
///
/// An attribute that was never there needs nothing: no resource has a value of it.
pub(in crate::store) async fn renew_if_due(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
) -> Result<(), Fault> {
    let present = definitions(views.registry());
    let is_due = known(connection, account).await?.is_none_or(|known| {
        let is_another = |(path, present): (&String, &Option<Value>)| {
            let known = known.definitions.get(path);
            known.is_some_and(|known| known != present)
        };
        known.format != FORMAT || present.iter().any(is_another)
    });
    if is_due {
        renew(connection, views, account).await?;
    }
    keep(connection, present, account).await
}

/// Whoever changes the definitions of an account, and all comparison documents with them, says so. If those were not in the present
/// form before, they still have to be renewed.
pub(in crate::store) async fn go_with(
    connection: &mut AnyConnection,
    views: &Views,
    account: &str,
) -> Result<(), Fault> {
    match known(connection, account).await? {
        Some(known) if known.format == FORMAT => {
            keep(connection, definitions(views.registry()), account).await
        }
        _ => Ok(()),
    }
}

async fn keep(
    connection: &mut AnyConnection,
    mut definitions: Definitions,
    account: &str,
) -> Result<(), Fault> {
    if let Some(known) = known(connection, account).await? {
        for path in known.definitions.into_keys() {
            definitions.entry(path).or_insert(None);
        }
    }
    sqlx::query(
        "INSERT INTO comparisons (account, format, definitions) VALUES ($1, $2, $3)
         ON CONFLICT (account) DO UPDATE SET
                format = excluded.format, definitions = excluded.definitions",
    )
    .bind(account)
    .bind(FORMAT)
    .bind(serde_json::to_string(&definitions)?)
    .execute(connection)
    .await?;
    Ok(())
}

fn definitions(registry: &SchemaRegistry) -> Definitions {
    let mut definitions = Definitions::new();
    for resource_type in registry.resource_types() {
        let name = &resource_type.definition().name;
        for attribute in resource_type.attributes() {
            let path = attribute.canonical_path();
            let definition = attribute.attribute();
            definitions.insert(format!("{name} {path}"), Some(comparison(definition)));
            for sub_attribute in &definition.sub_attributes {
                let path = format!("{name} {path}.{}", sub_attribute.name);
                definitions.insert(path, Some(comparison(sub_attribute)));
            }
        }
    }
    definitions
}

/// What of a definition decides how values are compared.
fn comparison(definition: &AttributeDefinition) -> Value {
    json!([
        definition.r#type,
        definition.case_exact,
        definition.multi_valued,
        definition.is_never_returned(),
    ])
}

/// Makes all comparison documents of an account anew, and the rows that stand for parts of them.
async fn renew(connection: &mut AnyConnection, views: &Views, account: &str) -> Result<(), Fault> {
    let dialect = Dialect::of(connection);
    let update = format!(
        "{} UPDATE resources SET comparison = {} FROM made WHERE resources.account = $1 AND resources.id = made.id",
        dialect.made(&["id", "comparison"], "$2"),
        dialect.json("made.comparison")
    );
    let mut last = String::new();
    loop {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT id, resource_type, document FROM resources
              WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3",
        )
        .bind(account)
        .bind(&last)
        .bind(BATCH)
        .fetch_all(&mut *connection)
        .await?;
        let Some((id, ..)) = rows.last() else {
            return Ok(());
        };
        last.clone_from(id);
        let mut made = Vec::new();
        for (id, resource_type, document) in rows {
            // What belongs to no type of the account any more is found by nobody.
            let Ok(view) = views.of(&resource_type) else {
                continue;
            };
            let resource = Resource::new(serde_json::from_str::<Document>(&document)?);
            if resource_type == USER {
                let emails = view.emails(&resource)?;
                uniqueness::save_emails(connection, account, &id, &emails).await?;
            }
            made.push((id, view.document(&resource)?));
        }
        sqlx::query(AssertSqlSafe(update.clone()))
            .bind(account)
            .bind(serde_json::to_string(&made)?)
            .execute(&mut *connection)
            .await?;
    }
}
