//! The library's own checks of a store.

use std::sync::atomic::{AtomicUsize, Ordering};

use scim_core::service_provider::contract::{self, Subject, Task};
use tokio::task::JoinSet;

use super::*;
use crate::account_files::{ResourceTypes, standard_attributes};
use crate::service::registry;

/// Stores in files of their own, for resources of these types.
struct Sqlite {
    folder: TempDir,
    made: AtomicUsize,
    registry: SchemaRegistry,
    account: PeakonAccount,
}

impl Subject for Sqlite {
    type Store = EmployeeStore;

    async fn empty(&self, registry: &SchemaRegistry) -> EmployeeStore {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let url = format!("sqlite://{}/{number}.db", self.folder.path().display());
        EmployeeStore::new(
            Database::open(&url).await.unwrap(),
            registry.clone(),
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

async fn check(registry: SchemaRegistry, account: PeakonAccount) {
    let subject = Sqlite {
        folder: tempfile::tempdir().unwrap(),
        made: AtomicUsize::new(0),
        registry,
        account,
    };
    contract::check(&subject).await.into_result().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_is_kept_for_resources_of_any_type() {
    check(contract::registry(), PeakonAccount::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_is_kept_for_an_account_as_it_is_at_first() {
    let account = PeakonAccount::new(standard_attributes());
    let registry = registry(&account, &ResourceTypes::default()).unwrap();
    check(registry, account).await;
}
