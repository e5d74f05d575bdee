//! The one trait that an application implements: where resources are kept.

use std::future::Future;
use std::sync::Arc;

use super::context::RequestContext;
use super::search::{Page, Search};
use super::step::{Amended, Amendment, NewResource};
use super::store_error::{InsertionError, StoreError};
use crate::resource::Resource;

/// Keeps the resources of a service.
///
/// Everything that the protocol says is decided before a store is called: a store sees valid resources, bound filters
/// and versions, and has four duties:
///
/// 1. It keeps tenants apart, by [`RequestContext::tenant`].
/// 2. It refuses a value that another resource of the same type and tenant has already, where the schema says that it is unique:
///    [`unique_keys`](crate::schema::RegisteredResourceType::unique_keys) are what is compared.
/// 3. It replaces and deletes only the expected version, in one atomic step.
/// 4. A deleted resource is gone from everywhere. Nothing finds it, its unique values are free again, and no resource refers to it
///    any more: entries of `members`, a `manager` and every other complex value whose `$ref` may name the type and whose `value` is
///    the id go with it, in the same step. What loses one gets its [`next_version`](super::next_version) and the time of change.
///
/// A call does its work wholly or not at all, also if it fails, or if its future is dropped on the way because a client went away.
///
/// What it gives back is what it was given. It may add to that: values of attributes that are readOnly, sub-attributes of an entry
/// (the `display` and `$ref` of a member), and attributes that were not sent (`active`). What is never returned it may keep in
/// another form, as a password. It does not change or leave out anything else, and keeps `id` and `meta` as they come. An instant
/// may be written in another way, and the entries of an attribute may stand in another order. When it reads, it may leave out what
/// the context [leaves out](RequestContext::leaves_out).
///
/// The feature `contract-tests` has `contract::check`, which shows of a store whether it does all this.
///
/// Five methods are required. What else a store can do, it says by [`capabilities`](Self::capabilities), and the service works
/// around what it cannot.
///
/// The methods are native `async fn`s, under any runtime or none. For a store without any, see
/// [`blocking`](super::blocking).
///
/// ```
/// use scim_core::resource::Resource;
/// use scim_core::service_provider::{Page, RequestContext, ResourceStore, Search, StoreError};
///
/// struct Empty;
///
/// impl ResourceStore for Empty {
///     async fn load(&self, _: &RequestContext, _: &str, _: &str) -> Result<Option<Resource>, StoreError> {
///         Ok(None)
///     }
///     async fn search(&self, _: &RequestContext, _: &Search) -> Result<Page, StoreError> {
///         Ok(Page::new(0, Vec::new()))
///     }
///     async fn insert(&self, _: &RequestContext, _: &str, resource: Resource) -> Result<Resource, StoreError> {
///         Ok(resource)
///     }
///     async fn replace(&self, _: &RequestContext, _: &str, _: Resource, _: &str) -> Result<Resource, StoreError> {
///         Err(StoreError::NotFound)
///     }
///     async fn delete(&self, _: &RequestContext, _: &str, _: &str, _: Option<&str>) -> Result<(), StoreError> {
///         Err(StoreError::NotFound)
///     }
/// }
/// ```
pub trait ResourceStore: Send + Sync {
    /// What this store can do beyond the required methods. Asked once, when the service is made.
    fn capabilities(&self) -> StoreCapabilities {
        StoreCapabilities::default()
    }

    /// The resource of a type with an id, or none. Ids differ by case, too.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if the store cannot be read.
    fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> impl Future<Output = Result<Option<Resource>, StoreError>> + Send;

    /// One page of the resources that match a query, and the number of all that match.
    ///
    /// It is the page that [`Search::among`] makes of all resources of the type and tenant. While resources come and go, a walk by
    /// cursor gives each one that is there all the time exactly once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rejected`] with [`ErrorKind::TooMany`](crate::error::ErrorKind::TooMany) if the query would cost too much,
    /// [`StoreError::Failed`] if the store cannot be read.
    fn search(
        &self,
        context: &RequestContext,
        search: &Search,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// Keeps a new resource, which comes with its id and `meta`, and gives it back as it is now held, with what the store added:
    /// as [`load`](Self::load) would. An id that is in use is refused.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if a unique value is taken, or the error of [`UniqueKey::taken`](crate::schema::UniqueKey::taken);
    /// [`StoreError::Rejected`] if the resource refers to one that does not exist.
    fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> impl Future<Output = Result<Resource, StoreError>> + Send;

    /// Keeps a resource instead of the one with its id, provided that one still has `expected_version`.
    ///
    /// Comparison and replacement are one atomic step: of two replacements of the same version one must fail.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), and [`StoreError::Stale`] if the version has moved on, [`StoreError::NotFound`] if
    /// the resource is gone.
    fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> impl Future<Output = Result<Resource, StoreError>> + Send;

    /// Removes a resource and whatever refers to it, provided it still has `expected_version`, if one is given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if the version has moved on, [`StoreError::NotFound`] if the resource is gone.
    fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Keeps several new resources, or none of them, and gives them back as they are now held, in the same order.
    ///
    /// They may refer to each other in any direction, so that references are judged when all are there. Called only with
    /// [`StoreCapabilities::atomic_inserts`].
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), with the position of the resource that is at fault.
    fn insert_all(
        &self,
        context: &RequestContext,
        resources: Vec<NewResource>,
    ) -> impl Future<Output = Result<Vec<Resource>, InsertionError>> + Send {
        let _ = (context, resources);
        async {
            Err(InsertionError::new(
                0,
                StoreError::not_offered("insert_all"),
            ))
        }
    }

    /// Takes entries out of and into one multi-valued attribute of a resource in one atomic step, and gives the resource back as
    /// it is then, or, if it has more than [`whole_up_to`](Amendment::whole_up_to) entries, its version.
    ///
    /// First those removed go; then each one added comes, unless there is one with its `value` by then. If that changes anything,
    /// the resource gets its [`next_version`](super::next_version) and the time of change; otherwise it stays as it is. Whatever
    /// else changes the resource at the same time is not lost. Called only with [`StoreCapabilities::entry_deltas`];
    /// [`EntryDelta::apply`](crate::patch::EntryDelta::apply) does it to a resource at hand.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if the resource does not exist, [`StoreError::Rejected`] if an entry refers to a resource that does
    /// not.
    fn amend(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> impl Future<Output = Result<Amended, StoreError>> + Send {
        let _ = (context, amendment);
        async { Err(StoreError::not_offered("amend")) }
    }
}

/// What a store can do beyond the required methods of [`ResourceStore`].
///
/// ```
/// use scim_core::service_provider::StoreCapabilities;
///
/// let mut capabilities = StoreCapabilities::default();
/// capabilities.entry_deltas = true;
/// assert!(capabilities.native_search && !capabilities.atomic_inserts);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreCapabilities {
    /// Whether [`search`](ResourceStore::search) filters, sorts and finds a page by its index. If not, it is asked for all resources
    /// of a type only, without filter and sort, in pages by cursor from the first to the last, and the service looks at each of
    /// them. True by default.
    pub native_search: bool,
    /// Whether there is [`amend`](ResourceStore::amend): members come into and go out of a large group without it being loaded.
    /// False by default: then the group is loaded, changed and replaced.
    pub entry_deltas: bool,
    /// Whether there is [`insert_all`](ResourceStore::insert_all): resources of a bulk request that refer to each other in a
    /// circle appear at once. False by default: then they are created without the references that close the circle, which are added
    /// afterwards; if that fails, they are deleted again.
    pub atomic_inserts: bool,
}

impl Default for StoreCapabilities {
    fn default() -> Self {
        Self {
            native_search: true,
            entry_deltas: false,
            atomic_inserts: false,
        }
    }
}

impl<S: ResourceStore> ResourceStore for Arc<S> {
    fn capabilities(&self) -> StoreCapabilities {
        S::capabilities(self)
    }

    fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> impl Future<Output = Result<Option<Resource>, StoreError>> + Send {
        S::load(self, context, resource_type, id)
    }

    fn search(
        &self,
        context: &RequestContext,
        search: &Search,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send {
        S::search(self, context, search)
    }

    fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> impl Future<Output = Result<Resource, StoreError>> + Send {
        S::insert(self, context, resource_type, resource)
    }

    fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> impl Future<Output = Result<Resource, StoreError>> + Send {
        S::replace(self, context, resource_type, resource, expected_version)
    }

    fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        S::delete(self, context, resource_type, id, expected_version)
    }

    fn insert_all(
        &self,
        context: &RequestContext,
        resources: Vec<NewResource>,
    ) -> impl Future<Output = Result<Vec<Resource>, InsertionError>> + Send {
        S::insert_all(self, context, resources)
    }

    fn amend(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> impl Future<Output = Result<Amended, StoreError>> + Send {
        S::amend(self, context, amendment)
    }
}
