//! Of an account that is removed nothing is left, and of another one all.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::*;
use crate::database::without_statement_timeout;

/// A row in each table for an account, and what it refers to.
fn rows(account: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for id in ["u1", "g1"] {
        rows.push(format!(
            "INSERT INTO resources (account, resource_type, id, version, document, comparison, active)
             VALUES ('{account}', 'User', '{id}', '1', '{{}}', '{{}}', 1)"
        ));
    }
    for row in [
        "retired_values (account, name_key, resource_id, value) VALUES ('ACCOUNT', 'level', 'u1', '1')",
        "resource_references (account, resource_id, path, value, target_id) VALUES ('ACCOUNT', 'u1', 'Mentor', 'g1', 'g1')",
        "group_members (account, group_id, member_id, position) VALUES ('ACCOUNT', 'g1', 'u1', 0)",
        "employee_emails (account, employee_id, position, entry, identifying) VALUES ('ACCOUNT', 'u1', 0, '{}', 1)",
        "unique_values (account, resource_type, path, key, resource_id) VALUES ('ACCOUNT', 'User', 'userName', 'u1', 'u1')",
        "activation_history (account, employee_id, active_from) VALUES ('ACCOUNT', 'u1', 1)",
        "former_employees (account, id, sequence, user_name) VALUES ('ACCOUNT', 'u0', 1, 'u0')",
        "comparisons (account, format, definitions) VALUES ('ACCOUNT', 1, '{}')",
        "former_names (account, name_key, position) VALUES ('ACCOUNT', 'level', 0)",
        "requests (account, request_id, token, at, method, route, status, milliseconds)
         VALUES ('ACCOUNT', 'r1', 't1', 1, 'GET', '/scim/v2/Users', 200, 1)",
        "tokens (id, account, label, prefix, fingerprint, created_at)
         VALUES ('ACCOUNT', 'ACCOUNT', 'directory', 'ACCOUNT', 'ACCOUNT', 1)",
        "administrators (login, account, password_hash, created_at) VALUES ('ACCOUNT', 'ACCOUNT', '', 1)",
        "sessions (fingerprint, login, expires_at, ends_at) VALUES ('ACCOUNT', 'ACCOUNT', 1, 1)",
    ] {
        rows.push(format!("INSERT INTO {}", row.replace("ACCOUNT", account)));
    }
    rows
}

/// How many rows each table has.
async fn counts(accounts: &Accounts) -> BTreeMap<String, i64> {
    let mut connection = accounts.database.connection().await.unwrap();
    let tables = match accounts.database.dialect() {
        crate::database::Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        crate::database::Dialect::PostgreSql => {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'"
        }
    };
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    let mut counts = BTreeMap::new();
    for table in tables {
        let count = format!("SELECT COUNT(*) FROM {table}");
        let count = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *connection);
        counts.insert(table, count.await.unwrap());
    }
    counts
}

on_each_database! {
async fn nothing_is_left_of_an_account_that_is_removed(database: TestDatabase) {
    let accounts = accounts(&database).await;
    let fill = async |account: &str| {
        let mut transaction = accounts.database.write(account).await.unwrap();
        for row in rows(account) {
            sqlx::query(AssertSqlSafe(row)).execute(&mut *transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
    };
    fill("fjordlab").await;
    let before = counts(&accounts).await;
    let empty = before.iter().filter(|(table, count)| **count == 0 && *table != "secrets");
    assert_eq!(empty.count(), 0, "every table has a row: {before:?}");
    accounts.create(NewAccount::new("nordlys")).await.unwrap();
    fill("nordlys").await;

    let error = accounts.remove("nordlys", "fjordlab").await.unwrap_err();
    assert!(error.to_string().contains("another name"), "{error}");
    assert_eq!(accounts.list().await.unwrap().len(), 2);
    accounts.remove("nordlys", "nordlys").await.unwrap();
    assert_eq!(counts(&accounts).await, before);
    let error = accounts.remove("nordlys", "nordlys").await.unwrap_err();
    assert!(matches!(error, AccountError::NoAccount(_)));
    accounts.close().await;
}
}

on_each_database! {
async fn an_account_of_the_same_id_is_another_one(database: TestDatabase) {
    let accounts = accounts(&database).await;
    let token = accounts.issue_token("fjordlab", "directory", None).await.unwrap();
    let open = accounts.with_token(token.reveal()).await.unwrap().unwrap().account;
    assert_eq!(employ(&open, "ines").await, StatusCode::CREATED);
    accounts.remove("fjordlab", "fjordlab").await.unwrap();
    assert!(accounts.with_token(token.reveal()).await.unwrap().is_none());
    // A request that was under way.
    assert_eq!(employ(&open, "sefa").await, StatusCode::CONFLICT);
    let mut new = NewAccount::new("fjordlab");
    new.attributes.clear();
    accounts.create(new).await.unwrap();
    assert_eq!(employ(&open, "sefa").await, StatusCode::CONFLICT);
    let token = accounts.issue_token("fjordlab", "directory", None).await.unwrap();
    let again = accounts.with_token(token.reveal()).await.unwrap().unwrap().account;
    assert!(!Arc::ptr_eq(&open, &again));
    assert_eq!(employ(&again, "sefa").await, StatusCode::CREATED);
    accounts.close().await;
}
}

/// A million employees take longer than the statement of a request may.
#[tokio::test]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn what_changes_a_whole_account_is_not_ended_half_way() {
    let database = TestDatabase::postgresql();
    let accounts = accounts(&database).await;
    let mut transaction = accounts.database.write_alone("fjordlab").await.unwrap();
    let bound = sqlx::query("SET LOCAL statement_timeout = '1ms'");
    bound.execute(&mut *transaction).await.unwrap();
    without_statement_timeout(&mut transaction).await.unwrap();
    let slow = sqlx::query("SELECT 1 FROM pg_sleep(0.05)");
    slow.execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    // It is for this transaction alone.
    let mut transaction = accounts.database.write("fjordlab").await.unwrap();
    let bound: String = sqlx::query_scalar("SELECT current_setting('statement_timeout')")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(bound, "30s");
    drop(transaction);
    accounts.close().await;
}
