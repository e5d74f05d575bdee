//! Whether a database is whole: what the service shows of it, and what its tables say, hold together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};

use crate::program::Client;
use crate::writers::Work;

/// Checks everything that was acknowledged, and every row.
pub(crate) async fn check(client: &Client, database: &str, work: &Work) {
    check_answers(client, work).await;
    check_tables(database).await;
}

/// Checks everything that was acknowledged, by what the service shows.
pub(crate) async fn check_answers(client: &Client, work: &Work) {
    let users = client
        .walk(
            "/Users",
            "&attributes=userName,title,active,meta,groups.value",
        )
        .await;
    let groups = client.walk("/Groups", "").await;
    let mut ledger = work.ledger.lock().unwrap();
    ledger.settle(&users);
    let members: BTreeMap<_, _> = groups
        .iter()
        .map(|it| (it["id"].as_str().unwrap(), members_of(it)))
        .collect();
    ledger.settle_members(&work.group, &members[work.group.as_str()]);
    // What a user says of his groups is what the groups say of him.
    for user in &users {
        let id = user["id"].as_str().unwrap();
        let groups = user["groups"].as_array().map_or(&[][..], Vec::as_slice);
        let shown: BTreeSet<_> = groups
            .iter()
            .filter_map(|group| group["value"].as_str())
            .collect();
        let in_groups: BTreeSet<_> = members
            .iter()
            .filter(|(_, members)| members.contains(id))
            .map(|(group, _)| *group)
            .collect();
        assert_eq!(shown, in_groups, "groups of {id}");
    }
    // Circles are there as a whole, and those that were acknowledged are there.
    let mut circles: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for group in &groups {
        let name = group["displayName"].as_str().unwrap();
        if let Some((circle, _)) = name
            .strip_prefix("circle-")
            .and_then(|it| it.split_once('-'))
        {
            circles.entry(circle.to_owned()).or_default().push(group);
        }
    }
    for (circle, halves) in &circles {
        assert!(ledger.circles.contains(circle) || ledger.unsure_circles.contains(circle));
        let [left, right] = halves.as_slice() else {
            panic!("of circle {circle} there are {} groups", halves.len());
        };
        assert!(members_of(left).contains(right["id"].as_str().unwrap()));
        assert!(members_of(right).contains(left["id"].as_str().unwrap()));
    }
    for circle in &ledger.circles {
        assert!(circles.contains_key(circle), "circle {circle} is lost");
    }
}

pub(crate) fn members_of(group: &Value) -> BTreeSet<String> {
    let members = group["members"].as_array().map_or(&[][..], Vec::as_slice);
    members
        .iter()
        .map(|it| it["value"].as_str().unwrap().to_owned())
        .collect()
}

type Row = (String, String, String, String, i64);

async fn check_tables(database: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(database).await.unwrap();
    // One state of the database for all that is asked.
    let mut connection = if connection.backend_name() == "PostgreSQL" {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
        connection.begin_with(begin).await.unwrap()
    } else {
        let sound: String = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(sound, "ok");
        connection.begin().await.unwrap()
    };
    let connection: &mut AnyConnection = &mut connection;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, resource_type, version, CAST(document AS TEXT), active FROM resources",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let named = pairs(
        connection,
        "SELECT resource_id, key FROM unique_values WHERE path = 'userName'",
    )
    .await;
    let emails = pairs(
        connection,
        "SELECT employee_id, email_key FROM employee_emails",
    )
    .await;
    let open = pairs(
        connection,
        "SELECT employee_id, employee_id FROM activation_history WHERE active_until IS NULL",
    )
    .await;
    let ever = pairs(
        connection,
        "SELECT employee_id, CAST(active_from AS TEXT) FROM activation_history",
    )
    .await;
    for (id, resource_type, version, document, active) in &rows {
        let document: Value = serde_json::from_str(document).unwrap();
        assert_eq!(document["id"], id.as_str());
        assert_eq!(document["meta"]["version"], version.as_str(), "{id}");
        assert_eq!(
            document["meta"]["resourceType"],
            resource_type.as_str(),
            "{id}"
        );
        assert!(document.get("members").is_none() && document.get("groups").is_none());
        if resource_type != "User" {
            continue;
        }
        assert_eq!(document["active"], *active == 1, "{id}");
        let name = document["userName"].as_str().unwrap();
        assert_eq!(named.get(id), Some(&BTreeSet::from([name.to_owned()])));
        let written = document["emails"].as_array().unwrap();
        let written: BTreeSet<_> = written
            .iter()
            .map(|email| email["value"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(emails.get(id), Some(&written), "{id}");
        assert_eq!(open.contains_key(id), *active == 1, "history of {id}");
        assert!(ever.contains_key(id), "history of {id}");
    }
    // What belongs to a resource is there with it only. SQLite checks foreign keys only where it is told to.
    for (what, table, column) in [
        ("unique value", "unique_values", "resource_id"),
        ("e-mail address", "employee_emails", "employee_id"),
        ("group", "group_members", "group_id"),
        ("member", "group_members", "member_id"),
    ] {
        let text = format!(
            "SELECT COUNT(*) FROM {table} WHERE {column} NOT IN (SELECT id FROM resources)"
        );
        let left: i64 = sqlx::query_scalar(AssertSqlSafe(text))
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        assert_eq!(left, 0, "{what} of nobody");
    }
    let ids: BTreeSet<_> = rows.iter().map(|(id, ..)| id).collect();
    assert!(
        open.keys().all(|id| ids.contains(id)),
        "history of nobody is open"
    );
}

async fn pairs(
    connection: &mut AnyConnection,
    statement: &'static str,
) -> BTreeMap<String, BTreeSet<String>> {
    let rows: Vec<(String, String)> = sqlx::query_as(statement)
        .fetch_all(connection)
        .await
        .unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, value) in rows {
        assert!(found.entry(id).or_default().insert(value));
    }
    found
}
