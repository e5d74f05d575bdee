//! The library's own checks of a store.

use std::sync::Mutex;

use scim_core::service_provider::contract::{self, Subject, Task};
use tokio::task::JoinSet;

use super::*;
use crate::account_files::standard_attributes;
use crate::accounts::{AccountSettings, registry};

/// Stores in databases of their own, for resources of these types.
struct Stores {
    new_database: fn() -> TestDatabase,
    made: Mutex<Vec<TestDatabase>>,
    registry: SchemaRegistry,
    account: PeakonAccount,
}

impl Subject for Stores {
    type Store = EmployeeStore;

    async fn empty(&self, registry: &SchemaRegistry) -> EmployeeStore {
        let database = (self.new_database)();
        let url = database.url();
        self.made.lock().unwrap().push(database);
        EmployeeStore::new(
            Database::open(&url).await.unwrap(),
            registry,
            self.account.clone(),
            UnknownMembers::Refuse,
        )
    }

    fn registry(&self) -> SchemaRegistry {
        self.registry.clone()
    }

    /// Beyond what the schema says, an e-mail address identifies one employee, and a mentor has to exist.
    fn adjust(&self, _: &str, resource: &mut Resource) {
        let name = resource.get("userName").cloned().unwrap_or_default();
        let attributes = resource.attributes_mut();
        if let Some(Value::Array(emails)) = attributes.get_mut("emails") {
            for (index, email) in emails.iter_mut().enumerate() {
                let name = name.as_str().unwrap_or_default();
                email["value"] = json!(format!("{name}-{index}@fjordlab.example"));
            }
        }
        if let Some(Value::Object(own)) = attributes.get_mut(urn::PEAKON_USER) {
            own.remove("Mentor");
        }
    }

    async fn run_together(&self, tasks: Vec<Task>) {
        let mut running: JoinSet<()> = tasks.into_iter().collect();
        while let Some(done) = running.join_next().await {
            done.unwrap();
        }
    }
}

async fn check(
    new_database: fn() -> TestDatabase,
    registry: SchemaRegistry,
    account: PeakonAccount,
) {
    let subject = Stores {
        new_database,
        made: Mutex::default(),
        registry,
        account,
    };
    contract::check(&subject).await.into_result().unwrap();
}

async fn of_any_type(new_database: fn() -> TestDatabase) {
    check(new_database, contract::registry(), PeakonAccount::default()).await;
}

async fn as_an_account_is_at_first(new_database: fn() -> TestDatabase) {
    let account = PeakonAccount::new(standard_attributes());
    let registry = registry(&account, &AccountSettings::default()).unwrap();
    check(new_database, registry, account).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_resources_of_any_type() {
    of_any_type(TestDatabase::sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_an_account_as_it_is_at_first() {
    as_an_account_is_at_first(TestDatabase::sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn postgresql_keeps_resources_of_any_type() {
    of_any_type(TestDatabase::postgresql).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn postgresql_keeps_an_account_as_it_is_at_first() {
    as_an_account_is_at_first(TestDatabase::postgresql).await;
}
