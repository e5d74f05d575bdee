//! Databases of every version that there has been, with what was in them.

use std::fmt::Write as _;

use http::Method;
use serde_json::Value;
use sqlx::{AnyConnection, Connection as _};

use super::*;
use crate::database::{Dialect, first_steps};
use crate::token::Token;

/// The version of SQLite's tables since which there are accounts, and that since which the database compares.
const ACCOUNTS: usize = 5;
const COMPARISON: usize = 6;

/// An employee, another one who reports to her, and a group of both. The last one has been deleted.
fn content(dialect: Dialect, version: usize) -> Vec<String> {
    let is_sqlite = dialect == Dialect::Sqlite;
    let has_accounts = version >= if is_sqlite { ACCOUNTS } else { 2 };
    let compares = !is_sqlite || version >= COMPARISON;
    let meta = |name: &str| json!({"resourceType": name, "version": "W/\"1\""});
    let ines = json!({"schemas": [urn::USER], "id": "u1", "userName": "Ines", "meta": meta("User"),
        "displayName": "Ines O", "emails": [{"value": "Ines@x.example", "type": "work"}], "active": true});
    let olu = json!({"schemas": [urn::USER, urn::ENTERPRISE_USER], "id": "u2", "userName": "Olu", "meta": meta("User"),
        urn::ENTERPRISE_USER: {"manager": {"value": "u1"}}, "active": true});
    let tour =
        json!({"schemas": [urn::GROUP], "id": "g1", "displayName": "Tour", "meta": meta("Group")});
    let gone =
        json!({"schemas": [urn::USER], "id": "u9", "userName": "Gone", "meta": meta("User")});
    let mut statements = Vec::new();
    for (name, id, document, user_name, shown) in [
        ("User", "u1", ines, "'ines'", "'Ines O'"),
        ("User", "u2", olu, "'olu'", "NULL"),
        ("Group", "g1", tour, "NULL", "'Tour'"),
        ("User", "u9", gone, "'gone'", "NULL"),
    ] {
        let (columns, values) = if compares {
            ("comparison, user_name", format!("'{{}}', {user_name}"))
        } else if has_accounts {
            let columns = "user_name_key, user_name, display_name_key";
            (
                columns,
                format!("{user_name}, {user_name}, {}", shown.to_lowercase()),
            )
        } else {
            let columns = "user_name_key, display_name_key";
            (columns, format!("{user_name}, {}", shown.to_lowercase()))
        };
        statements.push(format!(
            "INSERT INTO resources (account, resource_type, id, version, document, active, display_name, {columns})
             VALUES ('default', '{name}', '{id}', 'W/\"1\"', '{document}', 1, {shown}, {values})"
        ));
    }
    statements.push(if compares {
        "INSERT INTO employee_emails (account, employee_id, position, entry, identifying)
         VALUES ('default', 'u1', 0, '{\"value\": \"ines@x.example\"}', 1)"
            .to_owned()
    } else {
        "INSERT INTO employee_emails (account, employee_id, email_key, identifying)
         VALUES ('default', 'u1', 'ines@x.example', 1)"
            .to_owned()
    });
    let (table, owner) = if is_sqlite && version < 4 {
        ("employee_references", "employee_id")
    } else {
        ("resource_references", "resource_id")
    };
    let manager = format!("{}:manager", urn::ENTERPRISE_USER);
    statements.push(format!(
        "INSERT INTO {table} (account, {owner}, path, value, target_id) VALUES ('default', 'u2', '{manager}', 'u1', 'u1')"
    ));
    let mut members =
        "INSERT INTO group_members (account, group_id, member_id, position) VALUES ".to_owned();
    let _ = write!(
        members,
        "('default', 'g1', 'u1', 0), ('default', 'g1', 'u2', 1)"
    );
    statements.push(members);
    if !is_sqlite || version >= 3 {
        statements.push(
            "INSERT INTO unique_values (account, resource_type, path, key, resource_id)
             VALUES ('default', 'User', 'userName', 'ines', 'u1'), ('default', 'User', 'userName', 'olu', 'u2')"
                .to_owned(),
        );
    }
    statements.push(
        "INSERT INTO activation_history (account, employee_id, active_from) VALUES ('default', 'u1', 1), ('default', 'u2', 1)"
            .to_owned(),
    );
    statements.push("DELETE FROM resources WHERE id = 'u9'".to_owned());
    if has_accounts {
        let token: Token = "s3cret-token".parse().unwrap();
        let fingerprint = token.fingerprint();
        let (prefix, fingerprint) = (fingerprint.prefix(), fingerprint.written());
        statements.push(
            "INSERT INTO accounts (id, name, revision, settings, created_at) VALUES ('default', 'Default', 1, '{}', 1)"
                .to_owned(),
        );
        statements.push(format!(
            "INSERT INTO tokens (id, account, label, prefix, fingerprint, created_at)
             VALUES ('t1', 'default', 'directory', '{prefix}', '{fingerprint}', 1)"
        ));
    }
    statements
}

/// Asks for something, and gives the status and the body.
async fn ask(
    account: &OpenAccount,
    method: Method,
    target: &str,
    body: &str,
) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(target);
    let request = request.header("Content-Type", "application/scim+json");
    let request = request.body(Bytes::from(body.to_owned())).unwrap();
    let base_url = "https://people.example/scim/v2";
    let new_ids = new_ids().unwrap();
    let context = RequestContext::new("default", "token", clock::now(), new_ids, base_url);
    let response = account.provider.respond(request, context).await;
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status(), body)
}

on_each_database! {
async fn a_database_of_an_earlier_version_is_brought_to_the_present_form(database: TestDatabase) {
    let is_sqlite = matches!(database, TestDatabase::Sqlite(_));
    let dialect = if is_sqlite { Dialect::Sqlite } else { Dialect::PostgreSql };
    drop(database);
    let mut version = 1;
    while let Some(steps) = first_steps(dialect, version) {
        let database = if is_sqlite { TestDatabase::sqlite() } else { TestDatabase::postgresql() };
        sqlx::any::install_default_drivers();
        let url = if is_sqlite { format!("{}?mode=rwc", database.url()) } else { database.url() };
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        steps.run(&mut connection).await.unwrap();
        for statement in content(dialect, version) {
            let statement = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection);
            statement.await.unwrap_or_else(|error| panic!("version {version}: {error}"));
        }
        connection.close().await.unwrap();

        let accounts = Accounts::open(&database.url()).await.unwrap();
        accounts.create_if_missing(NewAccount::new("default")).await.unwrap();
        let account = accounts.load("default").await.unwrap();
        let manager = format!("{}:manager.value", urn::ENTERPRISE_USER);
        for (endpoint, filter) in [
            ("Users", "userName eq \"INES\"".to_owned()),
            ("Users", "emails.value eq \"INES@x.example\"".to_owned()),
            ("Users", "displayName eq \"INES O\"".to_owned()),
            ("Users", format!("{manager} eq \"u1\"")),
            ("Groups", "members.value eq \"u1\"".to_owned()),
            ("Groups", "displayName eq \"TOUR\"".to_owned()),
        ] {
            let search = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": filter});
            let target = format!("/{endpoint}/.search");
            let (status, body) = ask(&account, Method::POST, &target, &search.to_string()).await;
            assert_eq!((status.as_u16(), &body["totalResults"]), (200, &json!(1)), "{version} {filter}: {body}");
        }
        let (_, olu) = ask(&account, Method::GET, "/Users/u2", "").await;
        assert_eq!(olu["groups"][0]["value"], "g1", "{version}");
        assert_eq!(olu[urn::ENTERPRISE_USER]["manager"]["displayName"], "Ines O", "{version}");
        // The name is taken, and the number of who has gone is not given again.
        let ines = json!({"schemas": [urn::USER], "userName": "INES"}).to_string();
        assert_eq!(ask(&account, Method::POST, "/Users", &ines).await.0, StatusCode::CONFLICT, "{version}");
        assert_eq!(employ(&account, "sefa").await, StatusCode::CREATED, "{version}");
        let mut connection = accounts.database.connection().await.unwrap();
        let sequence: i64 = sqlx::query_scalar("SELECT MAX(sequence) FROM resources")
            .fetch_one(&mut *connection).await.unwrap();
        drop(connection);
        assert!(sequence > 4, "{version}: {sequence}");
        // Whom others refer to goes from there.
        assert_eq!(dismiss(&account, "u1").await, StatusCode::NO_CONTENT, "{version}");
        let (_, olu) = ask(&account, Method::GET, "/Users/u2", "").await;
        assert_eq!(olu.get(urn::ENTERPRISE_USER), None, "{version}");
        let has_token = accounts.with_token("s3cret-token").await.unwrap().is_some();
        assert_eq!(has_token, !is_sqlite && version >= 2 || version >= ACCOUNTS, "{version}");
        accounts.close().await;
        version += 1;
    }
}
}
