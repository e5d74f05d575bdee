//! The members of groups, in a table of their own.

use serde_json::Value;
use sqlx::SqliteConnection;

use super::document::{Document, text_of};
use super::fault::Fault;

/// Takes the members out of a group's document: their ids, each once.
pub(super) fn take_members(document: &mut Document) -> Vec<String> {
    let members = match document.remove("members") {
        Some(Value::Array(members)) => members,
        _ => Vec::new(),
    };
    let mut seen = std::collections::BTreeSet::new();
    members
        .iter()
        .filter_map(member_id)
        .filter(|id| seen.insert(id.clone()))
        .collect()
}

/// The id of a member; if only `$ref` is given, the id is its last segment.
fn member_id(member: &Value) -> Option<String> {
    text_of(member.get("value")).or_else(|| {
        let reference = member.get("$ref").and_then(Value::as_str)?;
        reference
            .rsplit('/')
            .next()
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
    })
}

/// Every member must exist, and no group is its own member.
pub(super) async fn check_members(
    connection: &mut SqliteConnection,
    account: &str,
    group_id: &str,
    members: &[String],
) -> Result<(), Fault> {
    if members.iter().any(|member| member == group_id) {
        let detail = format!("the group `{group_id}` cannot be a member of itself; leave it out");
        return Err(Fault::invalid_value("members", detail));
    }
    let unknown: Option<String> = sqlx::query_scalar(
        "SELECT wanted.value FROM json_each(?2) AS wanted
          WHERE NOT EXISTS (SELECT 1 FROM resources WHERE account = ?1 AND id = wanted.value)
          LIMIT 1",
    )
    .bind(account)
    .bind(serde_json::to_string(members)?)
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

/// Makes the members of a group these; who stays is not written again.
pub(super) async fn set_members(
    connection: &mut SqliteConnection,
    account: &str,
    group_id: &str,
    members: &[String],
) -> Result<(), Fault> {
    let wanted = serde_json::to_string(members)?;
    sqlx::query(
        "DELETE FROM group_members
          WHERE account = ?1 AND group_id = ?2 AND member_id NOT IN (SELECT value FROM json_each(?3))",
    )
    .bind(account)
    .bind(group_id)
    .bind(&wanted)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO group_members (account, group_id, member_id, position)
         SELECT ?1, ?2, wanted.value, wanted.key + (
                SELECT COALESCE(MAX(position) + 1, 0) FROM group_members
                 WHERE account = ?1 AND group_id = ?2)
           FROM json_each(?3) AS wanted
          WHERE NOT EXISTS (SELECT 1 FROM group_members
                             WHERE account = ?1 AND group_id = ?2 AND member_id = wanted.value)",
    )
    .bind(account)
    .bind(group_id)
    .bind(&wanted)
    .execute(connection)
    .await?;
    Ok(())
}
