//! How many connections the writers of one account take, so that those of a busy one leave some to the others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::PATIENCE;

/// How many write into an account at the same time.
const WRITERS_OF_AN_ACCOUNT: usize = 4;

/// For each account that somebody writes into or waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Permits(Arc<Mutex<BTreeMap<String, Weak<Semaphore>>>>);

impl Permits {
    /// Waits until there is room in an account.
    pub(super) async fn of(&self, account: &str) -> Result<OwnedSemaphorePermit, sqlx::Error> {
        let permit = timeout(PATIENCE, self.semaphore(account).acquire_owned()).await;
        let permit = permit.map_err(|_| sqlx::Error::PoolTimedOut)?;
        permit.map_err(|_| sqlx::Error::PoolClosed)
    }

    fn semaphore(&self, account: &str) -> Arc<Semaphore> {
        let mut semaphores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = semaphores.get(account).and_then(Weak::upgrade) {
            return semaphore;
        }
        semaphores.retain(|_, semaphore| semaphore.strong_count() > 0);
        let semaphore = Arc::new(Semaphore::new(WRITERS_OF_AN_ACCOUNT));
        semaphores.insert(account.to_owned(), Arc::downgrade(&semaphore));
        semaphore
    }
}
