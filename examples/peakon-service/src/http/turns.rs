//! Whose turn it is to change a resource.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tokio::sync::{Mutex, MutexGuard};

/// How many changes go on side by side at most. Two resources may share a place; their changes then queue, and no more.
const PLACES: usize = 256;

/// A queue for the changes of each resource.
#[derive(Debug)]
pub(crate) struct Turns(Vec<Mutex<()>>);

impl Default for Turns {
    fn default() -> Self {
        Self((0..PLACES).map(|_| Mutex::default()).collect())
    }
}

impl Turns {
    /// Waits for those who came before to the same resource.
    pub(super) async fn wait(&self, account: &str, path: &str) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        (account, path.trim_matches('/')).hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % PLACES as u64).ok()?;
        Some(self.0.get(place)?.lock().await)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn only_changes_of_the_same_resource_wait_for_each_other() {
        let turns = Turns::default();
        let held = turns.wait("fjordlab", "/Users/1").await;
        let soon = Duration::from_millis(1);
        let is_free = async |account: &str, path: &str| {
            timeout(soon, turns.wait(account, path)).await.is_ok()
        };
        assert!(held.is_some() && !is_free("fjordlab", "/Users/1/").await);
        assert!(is_free("fjordlab", "/Users/2").await && is_free("other", "/Users/1").await);
        drop(held);
        assert!(is_free("fjordlab", "/Users/1").await);
    }
}
