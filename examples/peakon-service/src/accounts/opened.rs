//! Accounts that answer requests: what is made of the database, kept as long as the account stays the same.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use scim_core::error::ErrorKind;
use scim_core::peakon::PeakonAccount;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{ServiceProvider, StoreError};

use super::{AccountError, AccountSettings, Accounts, attributes, registry};
use crate::store::EmployeeStore;

/// How many accounts are kept open. Of the others, those come back for whom nobody has asked for longest.
const MOST: usize = 256;

/// How often an account is read that is changed all the time.
const ATTEMPTS: u32 = 10;

/// An account that answers requests.
pub(crate) struct OpenAccount {
    pub(crate) id: String,
    pub(super) revision: i64,
    pub(crate) provider: ServiceProvider<EmployeeStore>,
}

impl fmt::Debug for OpenAccount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenAccount")
            .field("id", &self.id)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

/// The accounts that were asked for last.
#[derive(Debug, Default)]
pub(super) struct OpenAccounts(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// Counts look-ups: the order in which accounts were asked for.
    asked: u64,
    accounts: BTreeMap<String, (u64, Arc<OpenAccount>)>,
}

impl OpenAccounts {
    fn get(&self, id: &str, revision: i64) -> Option<Arc<OpenAccount>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.asked += 1;
        let now = kept.asked;
        let (asked, account) = kept.accounts.get_mut(id)?;
        if account.revision != revision {
            return None;
        }
        *asked = now;
        Some(Arc::clone(account))
    }

    pub(super) fn put(&self, account: &Arc<OpenAccount>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = kept.asked;
        let entry = (now, Arc::clone(account));
        kept.accounts.insert(account.id.clone(), entry);
        while kept.accounts.len() > MOST {
            let oldest = kept.accounts.iter().min_by_key(|(_, (asked, _))| *asked);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else {
                break;
            };
            kept.accounts.remove(&oldest);
        }
    }
}

#[cfg(test)]
impl OpenAccounts {
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap().accounts.len()
    }
}

impl Accounts {
    /// An account as it is at this revision, or at a later one.
    pub(super) async fn at_revision(
        &self,
        id: &str,
        revision: i64,
    ) -> Result<Arc<OpenAccount>, AccountError> {
        if let Some(account) = self.open.get(id, revision) {
            return Ok(account);
        }
        let account = Arc::new(self.load(id).await?);
        self.open.put(&account);
        Ok(account)
    }

    /// An account as it is now, its employees as the database has to see them.
    pub(super) async fn load(&self, id: &str) -> Result<OpenAccount, AccountError> {
        let mut attempts = 1;
        loop {
            let (revision, registry, store) = self.read(id).await?;
            match store.renew_comparisons(id).await {
                // It has changed again since it was read.
                Err(StoreError::Rejected(error))
                    if error.kind() == ErrorKind::Conflict && attempts < ATTEMPTS =>
                {
                    attempts += 1;
                }
                renewed => {
                    renewed?;
                    return Ok(self.opened(id, revision, registry, store));
                }
            }
        }
    }

    async fn read(&self, id: &str) -> Result<(i64, SchemaRegistry, EmployeeStore), AccountError> {
        // One transaction: the attributes are those of the revision.
        let mut transaction = self.database.read().await?;
        let found: Option<(i64, String)> =
            sqlx::query_as("SELECT revision, settings FROM accounts WHERE id = $1")
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await?;
        let (revision, settings) = found.ok_or_else(|| AccountError::NoAccount(id.to_owned()))?;
        let settings: AccountSettings = serde_json::from_str(&settings)?;
        let attributes = attributes::in_use(&mut transaction, id).await?;
        let peakon = PeakonAccount::new(attributes);
        let registry = registry(&peakon, &settings)?;
        let store = EmployeeStore::new(
            self.database.clone(),
            &registry,
            peakon,
            settings.unknown_members,
        )
        .of_account(settings.employee_rules, settings.email_domains, revision);
        Ok((revision, registry, store))
    }

    /// What answers whoever has shown no token: it describes the service, and belongs to no account.
    pub(crate) fn nobody(&self) -> OpenAccount {
        let registry = SchemaRegistry::standard();
        let store = EmployeeStore::new(
            self.database.clone(),
            &registry,
            PeakonAccount::default(),
            super::UnknownMembers::Refuse,
        );
        self.opened("", 0, registry, store)
    }

    fn opened(
        &self,
        id: &str,
        revision: i64,
        registry: SchemaRegistry,
        store: EmployeeStore,
    ) -> OpenAccount {
        let mut definition = self.definition.as_ref().clone();
        definition.registry = registry;
        OpenAccount {
            id: id.to_owned(),
            revision,
            provider: ServiceProvider::new(definition, store),
        }
    }
}
