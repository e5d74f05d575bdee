//! Employees who come without HTTP, many in one transaction, lie in the database as those who came one by one.

use std::collections::BTreeMap;

use peakon_service::{Accounts, NewAccount};
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};

use crate::support::{Account, ENTERPRISE, PEAKON, TOKEN, TestDatabase, employee, new_database};

const TABLES: [&str; 9] = [
    "resources",
    "employee_emails",
    "unique_values",
    "resource_references",
    "group_members",
    "activation_history",
    "former_employees",
    "comparisons",
    "retired_values",
];

#[tokio::test(flavor = "multi_thread")]
async fn all_rows_are_the_same_as_those_of_employees_who_came_over_http() {
    let bodies: Vec<Value> = (0..50).map(body).collect();
    let over_http = Account::new().await;
    for body in &bodies {
        over_http.post("/Users", body.clone()).await.is(201);
    }
    let url = over_http.database.url();
    let expected = rows(&url).await;
    assert_eq!(expected["resources"].len(), 50);
    assert_eq!(expected["employee_emails"].len(), 75);
    // The id and the user name.
    assert_eq!(expected["unique_values"].len(), 100);
    assert_eq!(expected["resource_references"].len(), 18);
    // Every seventh employee is inactive.
    assert_eq!(expected["activation_history"].len(), 43);

    let database = new_database();
    let accounts = Accounts::open(&database.url()).await.unwrap();
    accounts.create(NewAccount::new("default")).await.unwrap();
    let bodies = bodies.iter().map(Value::to_string).collect();
    let created = accounts.create_employees("default", over_http.service.base_url(), bodies);
    assert_eq!(created.await.unwrap().len(), 50);
    accounts.close().await;
    let found = rows(&database.url()).await;
    for table in TABLES {
        assert_eq!(found[table], expected[table], "{table}");
    }

    // The service goes on with them.
    let service = Account::on(database, |_| {}).await;
    assert_eq!(service.token.as_deref(), Some(TOKEN));
    let ids = service.ids("/Users", r#"userName eq "E7@fjordlab.example""#);
    assert_eq!(ids.await.len(), 1);
    service.service.stop().await;
    over_http.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_come_or_none() {
    let database: TestDatabase = new_database();
    let accounts = Accounts::open(&database.url()).await.unwrap();
    accounts.create(NewAccount::new("default")).await.unwrap();
    let taken = employee("e1@fjordlab.example", json!({}));
    let by_address = json!({"userName": "other", "emails": taken["emails"]});
    let no_name = json!({"userName": null});
    for (third, problem) in [
        (taken.clone(), "employee 3 of 3: userName: "),
        (
            employee("other", by_address),
            "employee 3 of 3: emails.value: ",
        ),
        (employee("", no_name), "employee 3 of 3: "),
    ] {
        let bodies = [
            employee("e0@fjordlab.example", json!({})),
            taken.clone(),
            third,
        ];
        let bodies = bodies.iter().map(Value::to_string).collect();
        let created = accounts.create_employees("default", "https://people.example", bodies);
        let error = created.await.unwrap_err().to_string();
        assert!(error.starts_with(problem), "{error}");
        assert!(rows(&database.url()).await["resources"].is_empty());
    }
    accounts.close().await;
}

/// Employees of several shapes: with one address or two, without a word about `active` or inactive, with a manager who comes before
/// them and one who is named by his address, with dates of the account's own.
fn body(number: usize) -> Value {
    let name = format!("e{number}@fjordlab.example");
    let mut more = json!({
        "displayName": format!("Employee {number}"), "externalId": "é \"701984\"",
        ENTERPRISE: {"employeeNumber": format!("N{number}"), "costCenter": "4130"},
    });
    if number % 2 == 1 {
        more["emails"] = json!([
            {"value": name, "type": "work"},
            {"value": format!("Home-{number}@fjordlab.example"), "type": "home", "display": "ß"},
        ]);
    }
    match number % 7 {
        0 if number > 0 => more["active"] = json!(false),
        1 => more["active"] = Value::Null,
        _ => {}
    }
    if number % 3 == 2 {
        more[ENTERPRISE]["manager"] = json!({"value": format!("E{}@fjordlab.example", number - 2)});
    }
    if number % 25 == 3 {
        more[PEAKON] = json!({
            "Start Date": "2026-02-03T00:00:00Z", "Separation Date": "2027-02-03T00:00:00Z",
            "Mentor": "e0@fjordlab.example",
        });
    }
    employee(&name, more)
}

/// All rows of the tables, with the numbers of employees in the place of their ids, and without times.
async fn rows(url: &str) -> BTreeMap<&'static str, Vec<Value>> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let is_sqlite = url.starts_with("sqlite");
    let mut all = BTreeMap::new();
    for table in TABLES {
        let statement = if is_sqlite {
            let columns = format!("SELECT name FROM pragma_table_xinfo('{table}')");
            let columns: Vec<String> = sqlx::query_scalar(AssertSqlSafe(columns))
                .fetch_all(&mut connection)
                .await
                .unwrap();
            let columns = columns.iter().map(|name| format!("'{name}', {name}"));
            let columns = columns.collect::<Vec<_>>().join(", ");
            format!("SELECT json_object({columns}) FROM {table}")
        } else {
            format!("SELECT CAST(row_to_json({table}) AS TEXT) FROM {table}")
        };
        let texts: Vec<String> = sqlx::query_scalar(AssertSqlSafe(statement))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        all.insert(table, texts);
    }
    connection.close().await.unwrap();
    let mut names = BTreeMap::new();
    for text in &all["resources"] {
        let row: Value = serde_json::from_str(text).unwrap();
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        names.insert(text("id"), text("user_name"));
    }
    let mut compared = BTreeMap::new();
    for (table, texts) in all {
        let mut rows: Vec<Value> = texts
            .iter()
            .map(|text| {
                let text = names
                    .iter()
                    .fold(text.clone(), |text, (id, name)| text.replace(id, name));
                let mut row = serde_json::from_str(&text).unwrap();
                without_times(&mut row);
                row
            })
            .collect();
        rows.sort_by_key(Value::to_string);
        compared.insert(table, rows);
    }
    compared
}

/// Takes the times out, also in texts that are JSON.
fn without_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "created" | "lastModified" | "active_from" => *value = json!("a time"),
                    _ => without_times(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(without_times),
        Value::String(text) if text.starts_with('{') => {
            let mut document: Value = serde_json::from_str(text).unwrap();
            without_times(&mut document);
            *text = document.to_string();
        }
        _ => {}
    }
}
