//! One change of a resource at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

/// How long a change waits for those that came before it.
const PATIENCE: Duration = Duration::from_secs(30);

/// An account and the path of a resource.
type Place = (String, String);

/// A queue for the changes of each resource, as long as there are any. No two resources share one.
#[derive(Debug, Default)]
pub(crate) struct ResourceLocks(std::sync::Mutex<BTreeMap<Place, Weak<Mutex<()>>>>);

impl ResourceLocks {
    /// Waits for those who came before to the same resource, but not for ever.
    pub(super) async fn lock(&self, account: &str, path: &str) -> Option<OwnedMutexGuard<()>> {
        let queue = self.queue(account, path);
        timeout(PATIENCE, queue.lock_owned()).await.ok()
    }

    fn queue(&self, account: &str, path: &str) -> Arc<Mutex<()>> {
        let place = (account.to_owned(), path.trim_matches('/').to_owned());
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(&place).and_then(Weak::upgrade) {
            return queue;
        }
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::default();
        queues.insert(place, Arc::downgrade(&queue));
        queue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_changes_of_the_same_resource_wait_for_each_other_and_not_for_ever() {
        let locks = ResourceLocks::default();
        let held = locks.lock("fjordlab", "/Users/1").await;
        let is_free = async |account: &str, path: &str| locks.lock(account, path).await.is_some();
        assert!(held.is_some() && !is_free("fjordlab", "/Users/1/").await);
        for number in 2..1_000 {
            assert!(is_free("fjordlab", &format!("/Users/{number}")).await);
        }
        assert!(is_free("other", "/Users/1").await);
        drop(held);
        assert!(is_free("fjordlab", "/Users/1").await);
        assert_eq!(locks.0.lock().unwrap().len(), 1);
    }
}
