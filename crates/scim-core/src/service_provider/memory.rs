//! A store that keeps everything in memory.

mod held;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::context::RequestContext;
use super::preconditions::next_version;
use super::references::remove_references;
use super::search::{Page, Search};
use super::step::{Amended, Amendment, NewResource};
use super::store::{ResourceStore, StoreCapabilities};
use super::store_error::{InsertionError, StoreError};
use crate::resource::Resource;
use crate::schema::{RegisteredResourceType, SchemaRegistry};
use held::Held;

/// A [`ResourceStore`] in memory, for tests and examples: everything is gone with it, and a query looks at every resource, unless
/// it names a unique value, such as a `userName`.
///
/// It keeps tenants apart, refuses taken values, compares versions, gives stable pages and lets nothing refer to what is deleted,
/// as any store has to.
///
/// ```
/// use chrono::DateTime;
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::service_provider::{MemoryStore, Request, RequestContext, ServiceDefinition, ServiceProvider};
///
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     let mut future = std::pin::pin!(future);
/// #     loop {
/// #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
/// #             return output;
/// #         }
/// #     }
/// # }
/// let registry = SchemaRegistry::standard();
/// let store = MemoryStore::new(registry.clone());
/// let service = ServiceProvider::new(ServiceDefinition::new(registry), store);
/// let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "1", "https://people.example/scim/v2");
///
/// let body = r#"{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ines"}"#;
/// let response = block_on(service.answer(Request::new("POST", "/Users").with_body(body), context));
/// assert_eq!(response.status, 201);
/// assert_eq!(response.header("Location"), Some("https://people.example/scim/v2/Users/1"));
/// ```
pub struct MemoryStore {
    registry: SchemaRegistry,
    resources: RwLock<Resources>,
    capabilities: StoreCapabilities,
}

/// By tenant and resource type.
type Resources = BTreeMap<String, BTreeMap<String, Held>>;

impl MemoryStore {
    /// An empty store for resources of these types, which can do whatever a store can.
    #[must_use]
    pub const fn new(registry: SchemaRegistry) -> Self {
        Self {
            registry,
            resources: RwLock::new(BTreeMap::new()),
            capabilities: StoreCapabilities {
                native_search: true,
                entry_deltas: true,
                atomic_inserts: true,
            },
        }
    }

    /// The same store, which says that it can do this only: to see how a service works around the rest.
    #[must_use]
    pub const fn with_capabilities(mut self, capabilities: StoreCapabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    fn put_new(
        &self,
        resources: &mut Resources,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<(), StoreError> {
        let id = id_of(&resource)?;
        let keys = self.resource_type(resource_type)?.unique_keys(&resource);
        let of_tenant = resources.entry(context.tenant.clone()).or_default();
        // An id is unique among the resources of all types (RFC 7643, section 3.1).
        if of_tenant.values().any(|held| held.by_id.contains_key(&id)) {
            return Err(StoreError::failed("the id of a new resource is in use"));
        }
        let all = of_tenant.entry(resource_type.to_owned()).or_default();
        all.insert(id, resource, keys)
    }

    /// Takes what refers to a deleted resource out of all others. No uniqueness is about references: what is taken stays.
    fn forget(&self, resources: &mut Resources, context: &RequestContext, gone: &str, id: &str) {
        let of_tenant = resources.get_mut(&context.tenant);
        for (name, all) in of_tenant.into_iter().flatten() {
            let Some(resource_type) = self.registry.resource_type(name) else {
                continue;
            };
            for resource in all.by_id.values_mut() {
                if remove_references(resource, resource_type, gone, id) {
                    mark_changed(resource, context.now);
                }
            }
        }
    }

    // Nothing that runs while the lock is held can panic, so what it guards is whole.

    fn read(&self) -> RwLockReadGuard<'_, Resources> {
        self.resources
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Resources> {
        self.resources
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn resource_type(&self, name: &str) -> Result<&RegisteredResourceType, StoreError> {
        self.registry
            .resource_type(name)
            .ok_or_else(|| StoreError::failed("the store was made for another registry"))
    }
}

fn version(resource: &Resource) -> Option<String> {
    resource.version()
}

fn id_of(resource: &Resource) -> Result<String, StoreError> {
    let id = resource.id().map(str::to_owned);
    id.ok_or_else(|| StoreError::failed("a resource without an id"))
}

fn held<'r>(
    resources: &'r mut Resources,
    context: &RequestContext,
    resource_type: &str,
) -> Result<&'r mut Held, StoreError> {
    let of_tenant = resources.get_mut(&context.tenant);
    of_tenant
        .and_then(|of_tenant| of_tenant.get_mut(resource_type))
        .ok_or(StoreError::NotFound)
}

/// Gives a resource its next version and the time of its change.
fn mark_changed(resource: &mut Resource, now: DateTime<Utc>) {
    let mut meta = resource.meta().unwrap_or_default();
    meta.version = Some(next_version(meta.version.as_deref()));
    meta.last_modified = Some(now);
    resource.set_meta(&meta);
}

impl ResourceStore for MemoryStore {
    fn capabilities(&self) -> StoreCapabilities {
        self.capabilities
    }

    async fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, StoreError> {
        let resources = self.read();
        let all = resources
            .get(&context.tenant)
            .and_then(|of_tenant| of_tenant.get(resource_type));
        Ok(all.and_then(|all| all.by_id.get(id)).cloned())
    }

    async fn search(&self, context: &RequestContext, search: &Search) -> Result<Page, StoreError> {
        if !self.capabilities.native_search && !search.is_plain() {
            return Err(StoreError::not_offered("native_search"));
        }
        let resource_type = self.resource_type(&search.resource_type)?;
        let resources = self.read();
        let all = resources
            .get(&context.tenant)
            .and_then(|of_tenant| of_tenant.get(&search.resource_type));
        let candidates = all
            .into_iter()
            .flat_map(|all| all.candidates(search, resource_type));
        Ok(search.among(candidates)?)
    }

    async fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, StoreError> {
        let held = resource.clone();
        self.put_new(&mut self.write(), context, resource_type, held)?;
        Ok(resource)
    }

    async fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, StoreError> {
        let id = id_of(&resource)?;
        let known = self.resource_type(resource_type)?;
        let new = resource.clone();
        let mut resources = self.write();
        let all = held(&mut resources, context, resource_type)?;
        let old = all.replace(&id, new, expected_version, known)?;
        drop(resources);
        // The lock is free by now: freeing takes longer than replacing.
        drop(old);
        Ok(resource)
    }

    async fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut resources = self.write();
        let all = held(&mut resources, context, resource_type)?;
        let held = all.by_id.get(id).ok_or(StoreError::NotFound)?;
        if expected_version.is_some() && version(held).as_deref() != expected_version {
            return Err(StoreError::Stale);
        }
        all.remove(id, self.resource_type(resource_type)?);
        self.forget(&mut resources, context, resource_type, id);
        Ok(())
    }

    async fn insert_all(
        &self,
        context: &RequestContext,
        new: Vec<NewResource>,
    ) -> Result<Vec<Resource>, InsertionError> {
        let mut resources = self.write();
        let mut kept = Vec::with_capacity(new.len());
        let mut outcome = Ok(());
        for (index, new) in new.into_iter().enumerate() {
            match self.put_new(
                &mut resources,
                context,
                &new.resource_type,
                new.resource.clone(),
            ) {
                Ok(()) => kept.push(new),
                Err(error) => {
                    outcome = Err(InsertionError::new(index, error));
                    break;
                }
            }
        }
        if let Err(error) = outcome {
            for new in &kept {
                if let (Ok(all), Ok(resource_type), Some(id)) = (
                    held(&mut resources, context, &new.resource_type),
                    self.resource_type(&new.resource_type),
                    new.resource.id(),
                ) {
                    all.remove(id, resource_type);
                }
            }
            return Err(error);
        }
        Ok(kept.into_iter().map(|new| new.resource).collect())
    }

    async fn amend(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, StoreError> {
        let resource_type = self.resource_type(&amendment.resource_type)?;
        let mut resources = self.write();
        let held = held(&mut resources, context, &amendment.resource_type)?
            .by_id
            .get_mut(&amendment.id)
            .ok_or(StoreError::NotFound)?;
        // The entries are references, which no uniqueness is about: what is taken stays as it is.
        if amendment.delta.apply(held, resource_type) {
            mark_changed(held, amendment.last_modified);
        }
        let entries = held.get(&amendment.delta.path).and_then(Value::as_array);
        Ok(if entries.map_or(0, Vec::len) <= amendment.whole_up_to {
            Amended::Whole(held.clone())
        } else {
            Amended::Version(version(held).unwrap_or_default())
        })
    }
}

/// Shows how much there is, not what.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resources = self.read();
        let all = resources.values().flat_map(BTreeMap::values);
        let resources: usize = all.map(|all| all.by_id.len()).sum();
        formatter
            .debug_struct("MemoryStore")
            .field("resources", &resources)
            .finish_non_exhaustive()
    }
}
