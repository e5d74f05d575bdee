//! What the database sees of resources from before.

use scim_core::schema::PeakonAttribute;

use super::*;
use crate::accounts::{AccountSettings, registry};

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
