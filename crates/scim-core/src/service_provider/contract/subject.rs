//! How the checks get at a store.

use std::future::Future;
use std::pin::Pin;

use super::together::in_turn;
use crate::resource::Resource;
use crate::schema::SchemaRegistry;
use crate::service_provider::store::ResourceStore;

/// A call that competes with others. It keeps its outcome to itself.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send + 'static>>;

/// How the checks get at a store: everything but [`empty`](Self::empty) is optional.
///
/// See [`contract`](super) for an example.
pub trait Subject {
    /// The store.
    type Store: ResourceStore + 'static;

    /// A new and empty store for the resource types of a registry. It is called once for each check.
    fn empty(&self, registry: &SchemaRegistry) -> impl Future<Output = Self::Store>;

    /// The resource types to check with: those of [`contract::registry`](super::registry), unless the store only keeps others.
    fn registry(&self) -> SchemaRegistry {
        super::registry()
    }

    /// Makes a resource, which is valid for its schema, acceptable for the store, if the store demands more than the schema says.
    ///
    /// Values of attributes that are unique have to stay different from each other.
    fn adjust(&self, resource_type: &str, resource: &mut Resource) {
        let _ = (resource_type, resource);
    }

    /// Carries out calls that compete with each other, until all are done.
    ///
    /// Unless overridden they take turns in one task: each is polled until it waits, then the next. That finds every race between
    /// two points where the store awaits something, and none inside a step that does not. Give each one a task or a thread of its
    /// own, and the others may be found, too.
    fn run_together(&self, tasks: Vec<Task>) -> impl Future<Output = ()> {
        in_turn(tasks)
    }

    /// Makes the next call that changes something fail after this many of its steps, once, as if the process had died there; false
    /// if the store cannot do that. What a step is, the store decides: each write, best of all.
    fn fail_after(&self, store: &Self::Store, steps: usize) -> bool {
        let _ = (store, steps);
        false
    }
}
