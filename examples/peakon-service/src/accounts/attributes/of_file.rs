//! The attributes that a file names at a start, also by names that they had before.

use std::collections::BTreeMap;

use scim_core::schema::PeakonAttribute;
use sqlx::AnyConnection;

use super::{AccountAttribute, all, checked, insert, key, named, word};
use crate::accounts::{AccountError, mark_changed};

/// Remembers what an attribute is called, which is about to be renamed.
pub(super) async fn remember(
    connection: &mut AnyConnection,
    account: &str,
    name: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO former_names (account, name_key, position)
         SELECT account, name_key, position FROM attributes WHERE account = $1 AND name_key = $2
         ON CONFLICT (account, name_key) DO UPDATE SET position = excluded.position",
    )
    .bind(account)
    .bind(key(name))
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds those attributes that the account does not have, or none of them. One that is retired stays so, and one that has been
/// renamed keeps its name.
pub(in crate::accounts) async fn add_missing(
    connection: &mut AnyConnection,
    account: &str,
    attributes: Vec<PeakonAttribute>,
) -> Result<(), AccountError> {
    let attributes = checked(attributes)?;
    let mut known = all(connection, account).await?;
    let present = present_names(connection, account).await?;
    let mut missing = Vec::new();
    for attribute in &attributes {
        let Some(same) = named(&known, &attribute.name) else {
            match renamed(&known, &present, &attributes, attribute) {
                Some(now) => tracing::warn!(
                    "the file of attributes calls `{}` of the account `{account}` as before it was renamed, `{}`; correct the \
                     file, or add a new attribute of the old name on the administration page",
                    now.name,
                    attribute.name
                ),
                None => missing.push(attribute.clone()),
            }
            continue;
        };
        if same.kind != attribute.kind {
            let (kind, asked) = (word(same.kind)?, word(attribute.kind)?);
            return Err(AccountError::refused(format!(
                "the attribute `{}` of the account `{account}` is of the kind {kind}, which never changes; it cannot become \
                 {asked}: give the new one another name",
                same.name
            )));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let definitions = known.drain(..).map(AccountAttribute::definition);
    checked(definitions.chain(missing.iter().cloned()).collect())?;
    for attribute in &missing {
        insert(connection, account, attribute).await?;
    }
    mark_changed(connection, account).await
}

/// What the attribute of a file is called now, if it has been renamed. Of another kind, or beside the present name, it is a new one.
fn renamed<'list>(
    known: &'list [AccountAttribute],
    present: &BTreeMap<String, String>,
    file: &[PeakonAttribute],
    attribute: &PeakonAttribute,
) -> Option<&'list AccountAttribute> {
    let now = named(known, present.get(&key(&attribute.name))?)?;
    let is_named = |name: &str| {
        file.iter()
            .any(|other| other.name.eq_ignore_ascii_case(name))
    };
    (now.kind == attribute.kind && !is_named(&now.name)).then_some(now)
}

/// The present name of each former one.
async fn present_names(
    connection: &mut AnyConnection,
    account: &str,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let names: Vec<(String, String)> = sqlx::query_as(
        "SELECT former_names.name_key, attributes.name FROM former_names
           JOIN attributes ON attributes.account = former_names.account AND attributes.position = former_names.position
          WHERE former_names.account = $1",
    )
    .bind(account)
    .fetch_all(connection)
    .await?;
    Ok(names.into_iter().collect())
}
