//! What the database sees of resources from before.

use scim_core::schema::PeakonAttribute;
use sqlx::Connection as _;

use super::*;
use crate::accounts::{AccountSettings, registry};
use crate::database::first_steps_of_sqlite;

/// How many a filter finds.
async fn found(store: &EmployeeStore, resource_type: &str, filter: &str) -> usize {
    let known = store.views.registry().resource_type(resource_type).unwrap();
    let filter = known.parser().filter(filter).unwrap();
    let mut search = Search::new(resource_type, 10);
    let standard = Compatibility::standard();
    search.filter = Some(BoundFilter::bind(&filter, known, &standard).unwrap());
    let page = store.search(&context(), &search).await.unwrap();
    page.resources.len()
}

#[tokio::test]
async fn a_file_of_an_earlier_version_is_brought_to_the_present_form() {
    let database = TestDatabase::sqlite();
    let open = store(&database, UnknownMembers::Refuse).await;
    open.database.close().await;
    let TestDatabase::Sqlite(folder) = &database else {
        panic!("it is a file")
    };
    std::fs::remove_file(folder.path().join("peakon.db")).unwrap();
    let url = format!("{}?mode=rwc", database.url());
    let mut connection = AnyConnection::connect(&url).await.unwrap();
    first_steps_of_sqlite(5).run(&mut connection).await.unwrap();
    for statement in [
        r#"INSERT INTO resources (account, resource_type, id, version, document, display_name_key, user_name_key, active) VALUES
            ('fjordlab', 'User', 'u1', 'W/"1"', '{"id":"u1","userName":"Ines","emails":[{"value":"Ines@x.example"}]}', NULL, 'ines', 1),
            ('fjordlab', 'Group', 'g1', 'W/"1"', '{"id":"g1","displayName":"Tour"}', 'tour', NULL, 1),
            ('fjordlab', 'User', 'u2', 'W/"1"', '{"id":"u2","userName":"Olu"}', NULL, 'olu', 1)"#,
        "INSERT INTO employee_emails VALUES ('fjordlab', 'u1', 'ines@x.example', 1)",
        "INSERT INTO group_members VALUES ('fjordlab', 'g1', 'u1', 0, NULL)",
        "INSERT INTO unique_values VALUES ('fjordlab', 'User', 'userName', 'ines', 'u1')",
        "DELETE FROM resources WHERE id = 'u2'",
    ] {
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();

    let store = store(&database, UnknownMembers::Refuse).await;
    store.renew_comparisons("fjordlab").await.unwrap();
    for (resource_type, filter) in [
        (USER, "userName eq \"INES\""),
        (USER, "emails.value eq \"INES@x.example\""),
        (USER, "groups.value eq \"g1\""),
        (GROUP, "members.value eq \"u1\""),
        (GROUP, "displayName eq \"tour\""),
    ] {
        assert_eq!(found(&store, resource_type, filter).await, 1, "{filter}");
    }
    let taken = user("u3", &json!({"userName": "ines"}));
    store.insert(&context(), USER, taken).await.unwrap_err();
    // The number of who has gone is not given again.
    let new = user("u3", &json!({}));
    store.insert(&context(), USER, new).await.unwrap();
    let mut connection = store.database.read().await.unwrap();
    let sequence: i64 = sqlx::query_scalar("SELECT sequence FROM resources WHERE id = 'u3'")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(sequence, 4);
}

on_each_database! {
async fn an_attribute_that_comes_back_is_seen_again(database: TestDatabase) {
    let with = |attributes: Vec<PeakonAttribute>| {
        let (database, account) = (&database, PeakonAccount::new(attributes));
        async move {
            let registry = registry(&account, &AccountSettings::default()).unwrap();
            let database = Database::open(&database.url()).await.unwrap();
            let store = EmployeeStore::new(database, &registry, account, UnknownMembers::Refuse);
            store.renew_comparisons("fjordlab").await.unwrap();
            store
        }
    };
    let level = || vec![serde_json::from_value(json!({"name": "Level", "kind": "text"})).unwrap()];
    let filter = format!("{}:Level eq \"seven\"", urn::PEAKON_USER);
    let own = json!({urn::PEAKON_USER: {"Level": "Seven"}});

    let store = with(level()).await;
    let renewed = async |store: &EmployeeStore| {
        let mut connection = store.database.write("fjordlab").await.unwrap();
        sqlx::query("UPDATE resources SET comparison = '{}'").execute(&mut *connection).await.unwrap();
        connection.commit().await.unwrap();
        store.renew_comparisons("fjordlab").await.unwrap();
        found(store, USER, "userName pr").await == 1
    };
    store.insert(&context(), USER, user("u1", &own)).await.unwrap();
    assert_eq!(found(&store, USER, &filter).await, 1);
    // Nothing has changed: nothing is made anew.
    assert!(!renewed(&store).await);

    let without = with(Vec::new()).await;
    let more = without.load(&context(), USER, "u1").await.unwrap().unwrap();
    without.replace(&context(), USER, more, "W/\"1\"").await.unwrap();
    let store = with(level()).await;
    assert_eq!(found(&store, USER, &filter).await, 1);
    // One that is new is in no resource.
    let mut attributes = level();
    attributes.push(serde_json::from_value(json!({"name": "Room", "kind": "text"})).unwrap());
    let store = with(attributes).await;
    assert!(!renewed(&store).await);
}
}

on_each_database! {
async fn whom_a_resource_of_a_withdrawn_type_names_can_be_deleted(database: TestDatabase) {
    let store = store(&database, UnknownMembers::Refuse).await;
    let all = vec![new(user("u1", &json!({}))), new(group("g1", &["u1"]))];
    store.insert_all(&context(), all).await.unwrap();
    let mut connection = store.database.write("fjordlab").await.unwrap();
    sqlx::query("UPDATE resources SET resource_type = 'Withdrawn' WHERE id = 'g1'")
        .execute(&mut *connection)
        .await
        .unwrap();
    connection.commit().await.unwrap();
    store.delete(&context(), USER, "u1", None).await.unwrap();
    let mut connection = store.database.read().await.unwrap();
    let left: Vec<(String, String)> = sqlx::query_as("SELECT id, version FROM resources")
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    assert_eq!(left, [("g1".to_owned(), "W/\"2\"".to_owned())]);
}
}
