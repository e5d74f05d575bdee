mod former_versions;
mod removal;

use bytes::Bytes;
use http::{Request, StatusCode};
use scim_core::schema::PeakonAttributeKind;
use scim_core::service_provider::RequestContext;
use scim_core::urn;
use serde_json::json;

use super::*;
use crate::random::new_ids;
use crate::test_database::{TestDatabase, on_each_database};

async fn accounts(database: &TestDatabase) -> Accounts {
    let accounts = Accounts::open(&database.url()).await.unwrap();
    accounts.create(NewAccount::new("fjordlab")).await.unwrap();
    accounts
}

/// Creates an employee as a request does, and gives the status of the answer.
async fn employ(account: &OpenAccount, user_name: &str) -> StatusCode {
    let body = json!({"schemas": [urn::USER], "userName": user_name}).to_string();
    let request = Request::post("/Users").header("Content-Type", "application/scim+json");
    send(account, request.body(Bytes::from(body)).unwrap()).await
}

async fn dismiss(account: &OpenAccount, id: &str) -> StatusCode {
    let request = Request::delete(format!("/Users/{id}"));
    send(account, request.body(Bytes::new()).unwrap()).await
}

async fn send(account: &OpenAccount, request: Request<Bytes>) -> StatusCode {
    let new_ids = new_ids().unwrap();
    let base_url = "https://people.example/scim/v2";
    let context = RequestContext::new(account.id.clone(), "token", clock::now(), new_ids, base_url);
    account.provider.respond(request, context).await.status()
}

on_each_database! {
async fn what_was_read_by_older_schemas_is_not_written(database: TestDatabase) {
    let accounts = accounts(&database).await;
    let token = accounts.issue_token("fjordlab", "directory", None).await.unwrap();
    let account = accounts.with_token(token.reveal()).await.unwrap().unwrap().account;
    assert_eq!(employ(&account, "ines").await, StatusCode::CREATED);
    let shift = PeakonAttribute::new("Shift", PeakonAttributeKind::Option);
    accounts.add_attribute("fjordlab", shift).await.unwrap();
    assert_eq!(employ(&account, "sefa").await, StatusCode::CONFLICT);
    // A deletion writes too: who had the deleted one for a manager is written anew.
    let mut connection = accounts.database.connection().await.unwrap();
    let ines: String = sqlx::query_scalar("SELECT id FROM resources").fetch_one(&mut *connection).await.unwrap();
    drop(connection);
    assert_eq!(dismiss(&account, &ines).await, StatusCode::CONFLICT);
    let account = accounts.with_token(token.reveal()).await.unwrap().unwrap().account;
    assert_eq!(employ(&account, "sefa").await, StatusCode::CREATED);
    assert_eq!(dismiss(&account, &ines).await, StatusCode::NO_CONTENT);
    // As long as nothing changes, it is the same.
    let again = accounts.with_token(token.reveal()).await.unwrap().unwrap().account;
    assert!(Arc::ptr_eq(&account, &again));
    accounts.close().await;
}
}

on_each_database! {
async fn an_account_that_changes_while_it_is_opened_is_opened_as_it_is_then(database: TestDatabase) {
    let accounts = accounts(&database).await;
    let mut transaction = accounts.database.write_alone("fjordlab").await.unwrap();
    let opening = { let accounts = accounts.clone(); async move { accounts.load("fjordlab").await } };
    let opening = tokio::spawn(opening);
    // It is read by then, and waits for its turn to write; where it is not, it is read when the change is made.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    mark_changed(&mut transaction, "fjordlab").await.unwrap();
    transaction.commit().await.unwrap();
    let opened = opening.await.unwrap().unwrap();
    let now: i64 = sqlx::query_scalar("SELECT revision FROM accounts")
        .fetch_one(&mut *accounts.database.connection().await.unwrap())
        .await
        .unwrap();
    assert_eq!(opened.revision, now);
    accounts.close().await;
}
}

on_each_database! {
async fn two_tokens_at_a_time_however_many_are_asked_for_at_once(database: TestDatabase) {
    let accounts = accounts(&database).await;
    let mut asked = tokio::task::JoinSet::new();
    for number in 0..6 {
        let accounts = accounts.clone();
        asked.spawn(async move {
            let label = format!("token {number}");
            accounts.issue_token("fjordlab", &label, None).await.is_ok()
        });
    }
    let issued = asked.join_all().await;
    assert_eq!(issued.into_iter().filter(|is_issued| *is_issued).count(), 2);
    accounts.close().await;
}
}

on_each_database! {
/// So that the time of an answer does not depend on how much other accounts have: every index of a table with what belongs to people
/// begins with the account.
async fn every_index_begins_with_the_account(database: TestDatabase) {
    let accounts = accounts(&database).await;
    let statement = match &database {
        TestDatabase::Sqlite(_) => {
            "SELECT tables.name, indices.name, columns.name FROM sqlite_master AS tables,
                    pragma_index_list(tables.name) AS indices, pragma_index_info(indices.name) AS columns
              WHERE tables.type = 'table' AND columns.seqno = 0"
        }
        TestDatabase::PostgreSql { .. } => {
            "SELECT CAST(tables.relname AS TEXT), CAST(indices.relname AS TEXT), CAST(columns.attname AS TEXT)
               FROM pg_index
               JOIN pg_class AS tables ON tables.oid = pg_index.indrelid
               JOIN pg_class AS indices ON indices.oid = pg_index.indexrelid
               JOIN pg_attribute AS columns
                 ON columns.attrelid = tables.oid AND columns.attnum = pg_index.indkey[0]
              WHERE tables.relnamespace = CAST('public' AS REGNAMESPACE)"
        }
    };
    let mut connection = accounts.database.connection().await.unwrap();
    let rows: Vec<(String, String, String)> = sqlx::query_as(statement)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    drop(connection);
    let mut seen = std::collections::BTreeSet::new();
    for (table, index, column) in rows {
        // What tells whose request it is, and the numbers of rows, which no request asks for.
        let is_of_no_account = matches!(
            table.as_str(),
            "accounts" | "tokens" | "administrators" | "sessions" | "secrets" | "_sqlx_migrations"
        );
        if !is_of_no_account && column != "sequence" {
            assert_eq!(column, "account", "{index} of {table}");
            seen.insert(table);
        }
    }
    for table in [
        "activation_history", "attributes", "employee_emails", "former_employees", "former_names", "group_members", "requests",
        "resource_references", "resources", "retired_values", "unique_values",
    ] {
        assert!(seen.contains(table), "{table} is not among {seen:?}");
    }
    accounts.close().await;
}
}

on_each_database! {
async fn an_attribute_is_renamed_for_more_employees_than_are_looked_at_at_a_time(database: TestDatabase) {
    let accounts = accounts(&database).await;
    let token = accounts.issue_token("fjordlab", "directory", None).await.unwrap();
    let account = accounts.with_token(token.reveal()).await.unwrap().unwrap().account;
    let mut transaction = accounts.database.write("fjordlab").await.unwrap();
    for number in 0..1200 {
        let document = json!({
            "schemas": [urn::USER, urn::PEAKON_USER], "id": format!("e{number:04}"), "userName": format!("e{number}"),
            "meta": {"resourceType": "User", "version": "W/\"1\""}, urn::PEAKON_USER: {"Job Title": format!("T{number}")},
        });
        sqlx::query(
            "INSERT INTO resources (account, resource_type, id, version, document, comparison, active)
             VALUES ('fjordlab', 'User', $1, 'W/\"1\"', $2, '{}', 1)",
        )
        .bind(format!("e{number:04}"))
        .bind(document.to_string())
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    transaction.commit().await.unwrap();
    accounts.rename_attribute("fjordlab", "Job Title", "Position").await.unwrap();
    accounts.retire_attribute("fjordlab", "Position").await.unwrap();
    accounts.restore_attribute("fjordlab", "Position").await.unwrap();
    let mut connection = accounts.database.connection().await.unwrap();
    let documents: Vec<String> = sqlx::query_scalar("SELECT document FROM resources ORDER BY id")
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    for (number, document) in documents.iter().enumerate() {
        let document: serde_json::Value = serde_json::from_str(document).unwrap();
        assert_eq!(document[urn::PEAKON_USER], json!({"Position": format!("T{number}")}));
        assert_eq!(document["meta"]["version"], "W/\"4\"");
    }
    assert_eq!(documents.len(), 1200);
    drop((connection, account));
    accounts.close().await;
}
}

#[tokio::test]
async fn the_number_of_open_accounts_has_a_bound() {
    let database = TestDatabase::sqlite();
    let accounts = accounts(&database).await;
    let revision = accounts.load("fjordlab").await.unwrap().revision;
    let first = accounts.at_revision("fjordlab", revision).await.unwrap();
    for number in 0..300 {
        let mut other = accounts.nobody();
        other.id = format!("other-{number}");
        accounts.open.put(&Arc::new(other));
        // Who is asked for all the time stays.
        let again = accounts.at_revision("fjordlab", revision).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again));
    }
    assert_eq!(accounts.open.len(), 256);
    accounts.close().await;
}

on_each_database! {
async fn two_who_change_settings_at_once_both_have_their_way(database: TestDatabase) {
    let accounts = accounts(&database).await;
    let before = accounts.account("fjordlab").await.unwrap().settings;
    let (mut changes, mut others) = (tokio::task::JoinSet::new(), tokio::task::JoinSet::new());
    for number in 0..8 {
        let domain = format!("d{number}.example");
        let (one, other) = (accounts.clone(), accounts.clone());
        changes.spawn(async move {
            one.change_settings("fjordlab", |settings| settings.email_domains.push(domain)).await
        });
        others.spawn(async move {
            other.change_settings("fjordlab", |settings| settings.unknown_members = UnknownMembers::Keep).await
        });
    }
    for outcome in changes.join_all().await.into_iter().chain(others.join_all().await) {
        outcome.unwrap();
    }
    let mut settings = accounts.account("fjordlab").await.unwrap().settings;
    settings.email_domains.sort();
    let domains: Vec<_> = (0..8).map(|number| format!("d{number}.example")).collect();
    assert_eq!(settings.email_domains, domains);
    assert_eq!((before.unknown_members, settings.unknown_members), (UnknownMembers::Refuse, UnknownMembers::Keep));
    accounts.close().await;
}
}
