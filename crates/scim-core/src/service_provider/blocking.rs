//! The same service without `async`: for command lines, tests, and servers with a thread for each request.
//!
//! A store that never waits for a future implements [`ResourceStore`] of this module.
//! [`ServiceProvider::new_blocking`] makes a service of it, and [`answer_blocking`](ServiceProvider::answer_blocking) answers a
//! request before it returns.
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::{Mutex, PoisonError};
//!
//! use chrono::DateTime;
//! use scim_core::resource::Resource;
//! use scim_core::schema::SchemaRegistry;
//! use scim_core::service_provider::{
//!     Page, Request, RequestContext, Search, ServiceDefinition, ServiceProvider, StoreError, blocking,
//! };
//!
//! #[derive(Default)]
//! struct Shelf(Mutex<BTreeMap<String, Resource>>);
//!
//! impl blocking::ResourceStore for Shelf {
//!     fn load(&self, _: &RequestContext, _: &str, id: &str) -> Result<Option<Resource>, StoreError> {
//!         Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned())
//!     }
//!     fn search(&self, _: &RequestContext, search: &Search) -> Result<Page, StoreError> {
//!         Ok(search.among(self.0.lock().unwrap_or_else(PoisonError::into_inner).values())?)
//!     }
//!     fn insert(&self, _: &RequestContext, _: &str, resource: Resource) -> Result<Resource, StoreError> {
//!         let id = resource.id().unwrap_or_default().to_owned();
//!         self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, resource.clone());
//!         Ok(resource)
//!     }
//!     fn replace(&self, _: &RequestContext, _: &str, _: Resource, _: &str) -> Result<Resource, StoreError> {
//!         Err(StoreError::failed("this shelf keeps what it has"))
//!     }
//!     fn delete(&self, _: &RequestContext, _: &str, _: &str, _: Option<&str>) -> Result<(), StoreError> {
//!         Err(StoreError::failed("this shelf keeps what it has"))
//!     }
//! }
//!
//! let service = ServiceProvider::new_blocking(ServiceDefinition::new(SchemaRegistry::standard()), Shelf::default());
//! let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "7", "https://people.example/scim/v2");
//! let body = r#"{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ines"}"#;
//! let response = service.answer_blocking(Request::new("POST", "/Users").with_body(body), context);
//! assert_eq!(response.status, 201);
//! ```
//!
//! This one serves a single tenant and type, and neither changes nor deletes; [a chapter of the guide](crate::guide::store) has one
//! with all duties. A service of it that stands in a struct has the type `ServiceProvider<`[`AtOnce`]`<Shelf>>`.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::context::RequestContext;
use super::definition::ServiceDefinition;
use super::driver::ServiceProvider;
use super::request::Request;
use super::response::Response;
use super::search::{Page, Search};
use super::step::{Amended, Amendment, NewResource};
use super::store::{self, StoreCapabilities};
use super::store_error::{InsertionError, StoreError};
use crate::resource::Resource;

/// Keeps the resources of a service, and answers at once.
///
/// Each method has the duties and the errors of the one with its name in
/// [`service_provider::ResourceStore`](super::ResourceStore).
#[expect(
    clippy::missing_errors_doc,
    reason = "they are those of the methods in the trait with the same name"
)]
pub trait ResourceStore: Send + Sync {
    /// What this store can do beyond the required methods.
    fn capabilities(&self) -> StoreCapabilities {
        StoreCapabilities::default()
    }

    /// The resource of a type with an id, or none.
    fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, StoreError>;

    /// One page of the resources that match a query.
    fn search(&self, context: &RequestContext, search: &Search) -> Result<Page, StoreError>;

    /// Keeps a new resource.
    fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, StoreError>;

    /// Keeps a resource instead of the one with its id, provided that one still has `expected_version`.
    fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, StoreError>;

    /// Removes a resource, provided it still has `expected_version`, if one is given.
    fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> Result<(), StoreError>;

    /// Keeps several new resources, or none of them.
    fn insert_all(
        &self,
        context: &RequestContext,
        resources: Vec<NewResource>,
    ) -> Result<Vec<Resource>, InsertionError> {
        let _ = (context, resources);
        Err(InsertionError::new(
            0,
            StoreError::not_offered("insert_all"),
        ))
    }

    /// Takes entries out of and into one multi-valued attribute of a resource.
    fn amend(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, StoreError> {
        let _ = (context, amendment);
        Err(StoreError::not_offered("amend"))
    }
}

/// A store that answers at once, as one that could wait and never does.
///
/// ```
/// use scim_core::service_provider::{ServiceProvider, blocking};
///
/// fn store_of<S: blocking::ResourceStore>(service: &ServiceProvider<blocking::AtOnce<S>>) -> &S {
///     &service.store().0
/// }
/// ```
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "it is its store and nothing else"
)]
pub struct AtOnce<S>(
    /// The store.
    pub S,
);

impl<S: ResourceStore> store::ResourceStore for AtOnce<S> {
    fn capabilities(&self) -> StoreCapabilities {
        self.0.capabilities()
    }

    async fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, StoreError> {
        self.0.load(context, resource_type, id)
    }

    async fn search(&self, context: &RequestContext, search: &Search) -> Result<Page, StoreError> {
        self.0.search(context, search)
    }

    async fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, StoreError> {
        self.0.insert(context, resource_type, resource)
    }

    async fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, StoreError> {
        self.0
            .replace(context, resource_type, resource, expected_version)
    }

    async fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> Result<(), StoreError> {
        self.0.delete(context, resource_type, id, expected_version)
    }

    async fn insert_all(
        &self,
        context: &RequestContext,
        resources: Vec<NewResource>,
    ) -> Result<Vec<Resource>, InsertionError> {
        self.0.insert_all(context, resources)
    }

    async fn amend(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, StoreError> {
        self.0.amend(context, amendment)
    }
}

impl<S: ResourceStore> ServiceProvider<AtOnce<S>> {
    /// A service over a store that answers at once.
    pub fn new_blocking(definition: ServiceDefinition, store: S) -> Self {
        Self::new(definition, AtOnce(store))
    }

    /// Answers one request, before it returns. Whatever goes wrong, there is an answer.
    pub fn answer_blocking(&self, request: Request, context: RequestContext) -> Response {
        at_once(self.answer(request, context))
    }
}

/// The outcome of a future over [`AtOnce`], which has nothing to wait for: its first poll is its last.
pub(super) fn at_once<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
