//! The members of groups, in a table of their own.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::AnyConnection;

use super::document::text_of;
use super::fault::Fault;
use super::lengths;
use crate::accounts::UnknownMembers;
use crate::database::{Dialect, Statement};

/// The entries of `members`, each id once, and each entry with its id in `value`.
pub(super) fn entries(members: Option<Value>) -> Vec<Value> {
    let Some(Value::Array(mut members)) = members else {
        return Vec::new();
    };
    let mut seen = BTreeSet::new();
    members.retain_mut(|member| {
        let Some(id) = member_id(member) else {
            return false;
        };
        if let Some(member) = member.as_object_mut() {
            member.insert("value".to_owned(), json!(id));
        }
        seen.insert(id)
    });
    members
}

/// The id of a member; if only `$ref` is given, the id is its last segment.
fn member_id(member: &Value) -> Option<String> {
    text_of(member.get("value")).or_else(|| {
        let reference = member.get("$ref").and_then(Value::as_str)?;
        let id = reference.rsplit('/').next().filter(|id| !id.is_empty())?;
        Some(id.to_owned())
    })
}

/// The ids of members as a JSON array: one bound parameter for any number of them.
fn ids(members: &[Value]) -> Result<String, serde_json::Error> {
    let ids = members.iter().filter_map(|member| member.get("value"));
    serde_json::to_string(&ids.collect::<Vec<_>>())
}

// Two arrays are joined by the places in them. SQLite puts an index on what is materialized; `json_each` itself it would read once for
// each member, which makes 10,000 of them a matter of a minute.

/// Takes out all members but these.
pub(super) async fn keep_only(
    connection: &mut AnyConnection,
    account: &str,
    group_id: &str,
    members: &[Value],
) -> Result<(), Fault> {
    let ids = ids(members)?;
    sqlx::query(
        "DELETE FROM group_members
          WHERE account = $1 AND group_id = $2
            AND member_id NOT IN (SELECT value FROM json_each($3))",
    )
    .bind(account)
    .bind(group_id)
    .bind(&ids)
    .execute(&mut *connection)
    .await?;
    // Who is not known, and described in another way than before, is shown as described last.
    sqlx::query(
        "WITH wanted AS MATERIALIZED (SELECT key, value FROM json_each($3)),
              entry AS MATERIALIZED (SELECT key, value FROM json_each($4))
         UPDATE group_members SET sent = entry.value
           FROM wanted JOIN entry ON entry.key = wanted.key
          WHERE account = $1 AND group_id = $2 AND member_id = wanted.value
            AND sent IS NOT NULL",
    )
    .bind(account)
    .bind(group_id)
    .bind(ids)
    .bind(serde_json::to_string(members)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes out the members with these ids, unless they come again, and tells how many went.
pub(super) async fn remove(
    connection: &mut AnyConnection,
    account: &str,
    group_id: &str,
    going: &[String],
    coming: &[Value],
) -> Result<u64, Fault> {
    let coming: BTreeSet<&str> = coming
        .iter()
        .filter_map(|member| member.get("value").and_then(Value::as_str))
        .collect();
    let mut going = going.iter().map(String::as_str).collect::<BTreeSet<_>>();
    going.retain(|id| !coming.contains(id));
    if going.is_empty() {
        return Ok(0);
    }
    let ids = serde_json::to_string(&going)?;
    let removal = removal_of(Dialect::of(connection), account, group_id, ids);
    let gone = removal.into_query().execute(connection).await?;
    Ok(gone.rows_affected())
}

pub(super) fn removal_of(
    dialect: Dialect,
    account: &str,
    group_id: &str,
    ids: String,
) -> Statement {
    let mut statement = Statement::new("DELETE FROM group_members WHERE account = ");
    statement
        .bind(account)
        .push(" AND group_id = ")
        .bind(group_id)
        .push(" AND member_id")
        .bind_one_of(dialect, ids);
    statement
}

/// Takes in those of these members who are not there, behind the others, and tells how many came.
pub(super) async fn add(
    connection: &mut AnyConnection,
    account: &str,
    group_id: &str,
    members: &[Value],
    unknown: UnknownMembers,
) -> Result<u64, Fault> {
    if members.is_empty() {
        return Ok(0);
    }
    lengths::check_members(members)?;
    let is_itself = |member: &Value| text_of(member.get("value")).as_deref() == Some(group_id);
    if members.iter().any(is_itself) {
        let detail = format!("the group `{group_id}` cannot be a member of itself; leave it out");
        return Err(Fault::invalid_value("members", detail));
    }
    let ids = ids(members)?;
    if unknown == UnknownMembers::Refuse {
        refuse_unknown(connection, account, group_id, &ids).await?;
    }
    let come = sqlx::query(
        "WITH wanted AS MATERIALIZED (SELECT key, value FROM json_each($3)),
              entry AS MATERIALIZED (SELECT key, value FROM json_each($4))
         INSERT INTO group_members (account, group_id, member_id, position, sent)
         SELECT $1, $2, wanted.value,
                wanted.key + (SELECT COALESCE(MAX(position) + 1, 0) FROM group_members
                               WHERE account = $1 AND group_id = $2),
                CASE WHEN EXISTS (SELECT 1 FROM resources
                                   WHERE account = $1 AND id = wanted.value)
                     THEN NULL ELSE entry.value END
           FROM wanted JOIN entry ON entry.key = wanted.key
          WHERE NOT EXISTS (SELECT 1 FROM group_members
                             WHERE account = $1 AND group_id = $2 AND member_id = wanted.value)",
    )
    .bind(account)
    .bind(group_id)
    .bind(ids)
    .bind(serde_json::to_string(members)?)
    .execute(connection)
    .await?;
    Ok(come.rows_affected())
}

/// Every member who comes must exist.
async fn refuse_unknown(
    connection: &mut AnyConnection,
    account: &str,
    group_id: &str,
    ids: &str,
) -> Result<(), Fault> {
    let unknown: Option<String> = sqlx::query_scalar(
        "SELECT wanted.value FROM json_each($3) AS wanted
          WHERE NOT EXISTS (SELECT 1 FROM resources
                             WHERE account = $1 AND id = wanted.value)
            AND NOT EXISTS (SELECT 1 FROM group_members
                             WHERE account = $1 AND group_id = $2 AND member_id = wanted.value)
          LIMIT 1",
    )
    .bind(account)
    .bind(group_id)
    .bind(ids)
    .fetch_optional(connection)
    .await?;
    match unknown {
        None => Ok(()),
        Some(id) => Err(Fault::invalid_value(
            "members",
            format!(
                "`{id}` is the id of no employee and no group; create the member first, then add the id \
                 that the answer gives"
            ),
        )),
    }
}

/// Whether a group has more members than so many; of more than those nobody is counted.
pub(super) async fn has_more_than(
    connection: &mut AnyConnection,
    account: &str,
    group_id: &str,
    most: usize,
) -> Result<bool, Fault> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let next: Option<i64> = sqlx::query_scalar(
        "SELECT position FROM group_members WHERE account = $1 AND group_id = $2
          ORDER BY position LIMIT 1 OFFSET $3",
    )
    .bind(account)
    .bind(group_id)
    .bind(most)
    .fetch_optional(connection)
    .await?;
    Ok(next.is_some())
}
