//! The statement that finds whom to look at.

use scim_core::evaluation::Equality;
use scim_core::urn;

use crate::database::{Dialect, Statement};

/// From where on, and which way, resources are looked at in the order of their ids.
#[derive(Clone, Debug)]
pub(super) enum Range {
    /// From the first one on.
    All,
    /// Behind an id.
    Behind(String),
    /// From an id on.
    From(String),
    /// Before an id, backwards.
    Before(String),
    /// From an id on, backwards.
    BackFrom(String),
}

impl Range {
    pub(super) const fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_) | Self::BackFrom(_))
    }

    /// What is left of it when it has been looked at as far as to an id.
    pub(super) fn rest_behind(&self, id: String) -> Self {
        if self.is_backwards() {
            Self::Before(id)
        } else {
            Self::Behind(id)
        }
    }
}

/// The next candidates of a range, narrowed down by what every match must satisfy.
pub(super) fn candidates(
    dialect: Dialect,
    account: &str,
    resource_type: &str,
    range: &Range,
    at_most: usize,
    equalities: &[Equality],
) -> Statement {
    let mut query = Statement::new("SELECT id, document FROM resources WHERE account = ");
    query.bind(account);
    query.push(" AND resource_type = ").bind(resource_type);
    // With a plus sign SQLite does not go through everybody in order if there is a better index.
    let unordered = match dialect {
        Dialect::Sqlite => "+id",
        Dialect::PostgreSql => "id",
    };
    let mut ordered = "id";
    for equality in equalities {
        // The text is ours, the value is bound.
        if let Some(condition) = condition(&equality.path) {
            let key = equality.key.clone();
            match condition {
                Condition::Column(column) => {
                    query.push(" AND ").push(column).push(" = ").bind(key);
                }
                Condition::Table {
                    table,
                    id,
                    key_column,
                } => {
                    query
                        .push(" AND id IN (SELECT ")
                        .push(id)
                        .push(" FROM ")
                        .push(table);
                    query.push(" WHERE account = ").bind(account);
                    query
                        .push(" AND ")
                        .push(key_column)
                        .push(" = ")
                        .bind(key)
                        .push(")");
                }
            }
            ordered = unordered;
        }
    }
    let (comparison, place) = match range {
        Range::All => (" >= ", ""),
        Range::Behind(id) => (" > ", id.as_str()),
        Range::From(id) => (" >= ", id.as_str()),
        Range::Before(id) => (" < ", id.as_str()),
        Range::BackFrom(id) => (" <= ", id.as_str()),
    };
    query.push(" AND ").push(ordered).push(comparison);
    query.bind(place);
    query.push(" ORDER BY ").push(ordered);
    query.push(if range.is_backwards() { " DESC" } else { "" });
    query
        .push(" LIMIT ")
        .bind_integer(i64::try_from(at_most).unwrap_or(i64::MAX));
    query
}

/// Where an index holds the key of an equality.
enum Condition {
    /// In a column of the resource's own row.
    Column(&'static str),
    /// In another table, beside the id of the resource.
    Table {
        table: &'static str,
        id: &'static str,
        key_column: &'static str,
    },
}

fn condition(path: &str) -> Option<Condition> {
    let other = |table, id, key_column| Condition::Table {
        table,
        id,
        key_column,
    };
    let condition = match path {
        "id" => Condition::Column("id"),
        "userName" => Condition::Column("user_name_key"),
        "displayName" => Condition::Column("display_name_key"),
        "externalId" => Condition::Column("external_id_key"),
        "emails" | "emails.value" => other("employee_emails", "employee_id", "email_key"),
        "groups" | "groups.value" => other("group_members", "member_id", "group_id"),
        "members" | "members.value" => other("group_members", "group_id", "member_id"),
        path => match path.strip_prefix(urn::ENTERPRISE_USER)? {
            ":employeeNumber" => Condition::Column("employee_number_key"),
            // Other attributes than the manager may refer to somebody too: the evaluator decides.
            ":manager" | ":manager.value" => {
                other("resource_references", "resource_id", "target_id")
            }
            _ => return None,
        },
    };
    Some(condition)
}

#[cfg(test)]
mod tests {
    use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

    use super::*;
    use crate::database::migrations;

    /// How SQLite goes about a query for the equality of a path.
    async fn plan(paths: &[&str]) -> String {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect("sqlite::memory:").await.unwrap();
        let migrations = migrations(Dialect::Sqlite);
        migrations.run(&mut connection).await.unwrap();
        let equalities: Vec<_> = paths.iter().map(|path| Equality::new(*path, "x")).collect();
        let query = candidates(Dialect::Sqlite, "a", "User", &Range::All, 500, &equalities);
        let rows = sqlx::query(AssertSqlSafe(format!(
            "EXPLAIN QUERY PLAN {}",
            query.text()
        )))
        .fetch_all(&mut connection)
        .await
        .unwrap();
        rows.iter()
            .map(|row| row.get::<String, _>("detail") + "\n")
            .collect()
    }

    #[tokio::test]
    async fn an_index_finds_the_candidates() {
        for path in [
            "id",
            "userName",
            "displayName",
            "externalId",
            "emails",
            "emails.value",
            "groups.value",
            "members",
            "members.value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        ] {
            let plan = plan(&[path]).await;
            let is_found = !plan.contains("resources_in_order") || plan.contains("AND id=?)");
            assert!(
                !plan.contains("SCAN resources") && is_found,
                "{path}: {plan}"
            );
        }
    }

    #[tokio::test]
    async fn without_an_index_everybody_is_looked_at_in_order() {
        let plan = plan(&["title"]).await;
        assert!(
            plan.contains("resources_in_order") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }
}
