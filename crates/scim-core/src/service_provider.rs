//! A complete SCIM service provider ([RFC 7644](https://www.rfc-editor.org/rfc/rfc7644)): implement one trait, mount one
//! handler.
//!
//! [`ServiceProvider`] answers requests over a [`ResourceStore`]: discovery, create, read, list, search, `PUT`, `PATCH`,
//! `DELETE` and bulk, with filters, sorting, paging, attribute selection, entity-tags and the protocol's errors. Inside works
//! [`Exchange`], a machine without input and output, which other drivers, tests and fuzzers use directly.
//!
//! # What a service may offer beyond that
//!
//! Each is a member of [`ServiceDefinition`], off unless it is set, and announced where the protocol has a word for it. (Bulk requests
//! are on unless [`bulk`](ServiceDefinition::bulk) is off.)
//!
//! - [`cursors`](ServiceDefinition::cursors): pages that neither skip nor repeat while resources come and go
//!   ([RFC 9865](https://www.rfc-editor.org/rfc/rfc9865)). A cursor is the place between two pages, sealed with a key of the
//!   application ([`CursorSeal`]), so that nothing is kept between two requests; see [`CursorPaging`].
//! - [`root_search`](ServiceDefinition::root_search): a query over the resources of all types, by `GET` on the base URL and `POST` on
//!   `/.search` ([RFC 7644 §3.4.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1)). Each type that the principal may read is
//!   asked in turn, so a store knows nothing of it. An attribute that only some types know has no value in the others.
//! - [`me`](ServiceDefinition::me): `/Me`, another name for the resource of whoever asks
//!   ([RFC 7644 §3.11](https://www.rfc-editor.org/rfc/rfc7644#section-3.11)). The application says which one it is:
//!   [`RequestContext::with_me`].
//!
//! What the principal of a request may do, [`RequestContext::with_permissions`] says. An OpenAPI document of all this is made by
//! [`ServiceDefinition::openapi`]; where it is served, the application decides.
//!
//! A store that neither filters nor sorts says so by its [`StoreCapabilities`]. Then the service reads all resources of a type, a few
//! hundred at a time, and does it itself: slower, with the same answers.
//!
//! # Example
//!
//! Time and new ids come with each request, so that the same requests always have the same answers. `block_on` is that of any runtime,
//! here and in other examples; a store that never waits needs none ([`blocking`]).
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::Mutex;
//!
//! use chrono::DateTime;
//! use scim_core::resource::Resource;
//! use scim_core::schema::SchemaRegistry;
//! use scim_core::service_provider::{
//!     Page, Request, RequestContext, ResourceStore, Search, ServiceDefinition, ServiceProvider, StoreError,
//! };
//!
//! /// One trait: where the resources are kept. (This one serves a single tenant and type, and refuses no duplicate;
//! /// the chapter `guide::store` has one without these gaps.)
//! #[derive(Default)]
//! struct Shelf(Mutex<BTreeMap<String, Resource>>);
//!
//! fn version(resource: &Resource) -> String {
//!     resource.meta().and_then(|meta| meta.version).unwrap_or_default()
//! }
//!
//! impl Shelf {
//!     fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Resource>> {
//!         self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
//!     }
//! }
//!
//! impl ResourceStore for Shelf {
//!     async fn load(&self, _: &RequestContext, _: &str, id: &str) -> Result<Option<Resource>, StoreError> {
//!         Ok(self.all().get(id).cloned())
//!     }
//!
//!     async fn search(&self, _: &RequestContext, search: &Search) -> Result<Page, StoreError> {
//!         Ok(search.among(self.all().values())?)
//!     }
//!
//!     async fn insert(&self, _: &RequestContext, _: &str, resource: Resource) -> Result<Resource, StoreError> {
//!         self.all().insert(resource.id().unwrap_or_default().to_owned(), resource.clone());
//!         Ok(resource)
//!     }
//!
//!     async fn replace(&self, _: &RequestContext, _: &str, resource: Resource, expected: &str) -> Result<Resource, StoreError> {
//!         let mut all = self.all();
//!         let held = all.get_mut(resource.id().unwrap_or_default()).ok_or(StoreError::NotFound)?;
//!         if version(held) != expected {
//!             return Err(StoreError::Stale);
//!         }
//!         *held = resource.clone();
//!         Ok(resource)
//!     }
//!
//!     async fn delete(&self, _: &RequestContext, _: &str, id: &str, expected: Option<&str>) -> Result<(), StoreError> {
//!         let mut all = self.all();
//!         let held = all.get(id).ok_or(StoreError::NotFound)?;
//!         if expected.is_some_and(|expected| version(held) != expected) {
//!             return Err(StoreError::Stale);
//!         }
//!         all.remove(id);
//!         Ok(())
//!     }
//! }
//!
//! // One handler: with the feature `http`, `service.respond(http_request, context)` is the whole of it.
//! let service = ServiceProvider::new(ServiceDefinition::new(SchemaRegistry::standard()), Shelf::default());
//! let ask = |request: Request| {
//!     let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "7", "https://people.example/scim/v2");
//!     block_on(service.answer(request, context))
//! };
//!
//! let body = r#"{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ines"}"#;
//! assert_eq!(ask(Request::new("POST", "/Users").with_body(body)).status, 201);
//!
//! let body = r#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
//!                "Operations": [{"op": "replace", "path": "title", "value": "Data Steward"}]}"#;
//! let changed = ask(Request::new("PATCH", "/Users/7").with_body(body));
//! assert_eq!((changed.status, changed.header("ETag")), (200, Some("W/\"2\"")));
//!
//! let found = ask(Request::new("GET", "/Users").with_query("filter=title+eq+%22data+steward%22&attributes=userName"));
//! let found = String::from_utf8(found.body.unwrap_or_default())?;
//! assert!(found.contains(r#""totalResults":1"#) && !found.contains("title"));
//!
//! assert_eq!(ask(Request::new("DELETE", "/Users/7")).status, 204);
//! assert_eq!(ask(Request::new("GET", "/Users/7")).status, 404);
//! # fn block_on<F: Future>(future: F) -> F::Output {
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     let mut future = std::pin::pin!(future);
//! #     loop {
//! #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
//! #             return output;
//! #         }
//! #     }
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Several operations at once
//!
//! `/Bulk` ([RFC 7644 §3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7)) takes operations that refer to each other before
//! there are any ids. Each runs as if it had come alone, with its own permission, version and error; a store sees nothing but
//! the steps of single ones. An operation waits for what it refers to. Resources in a circle are created all, with all their
//! references, or not at all; only a process that ends in the middle can leave some that lack a reference, and not in a store with
//! [`atomic_inserts`](StoreCapabilities::atomic_inserts).
//!
//! ```
//! use chrono::DateTime;
//! use scim_core::message::{BulkOperation, BulkRequest, BulkResponse};
//! use scim_core::resource::{Group, ResourceReference};
//! use scim_core::schema::SchemaRegistry;
//! use scim_core::service_provider::{MemoryStore, Request, RequestContext, ServiceDefinition, ServiceProvider};
//!
//! let group = |name: &str, member: &str| {
//!     let mut group = Group::new(name);
//!     group.members.push(ResourceReference::new(BulkOperation::reference_to(member)));
//!     group.into()
//! };
//! let request = BulkRequest::new(vec![
//!     BulkOperation::post("/Groups", "guides", group("Guides", "helpers")),
//!     BulkOperation::post("/Groups", "helpers", group("Helpers", "guides")),
//!     BulkOperation::delete("/Groups/nobody"),
//! ]);
//!
//! let registry = SchemaRegistry::standard();
//! let service = ServiceProvider::new(ServiceDefinition::new(registry.clone()), MemoryStore::new(registry));
//! let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "7", "https://people.example/scim/v2");
//! let request = Request::new("POST", "/Bulk").with_body(serde_json::to_vec(&request)?);
//! let response = block_on(service.answer(request, context));
//!
//! let response: BulkResponse = serde_json::from_slice(&response.body.unwrap_or_default())?;
//! let results: Vec<_> = response.operations.iter().map(|result| (result.status, result.location.as_deref())).collect();
//! assert_eq!(results, [
//!     (201, Some("https://people.example/scim/v2/Groups/7")),
//!     (201, Some("https://people.example/scim/v2/Groups/7-2")),
//!     (404, Some("https://people.example/scim/v2/Groups/nobody")),
//! ]);
//! # fn block_on<F: Future>(future: F) -> F::Output {
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     let mut future = std::pin::pin!(future);
//! #     loop {
//! #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
//! #             return output;
//! #         }
//! #     }
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [chapter of the guide](crate::guide::store) makes a store that keeps the whole contract, and proves it.

#![expect(
    clippy::unnecessary_box_returns,
    reason = "a refusal is rare and large, so it travels boxed from where it arises"
)]

pub mod blocking;
mod context;
#[cfg(feature = "contract-tests")]
pub mod contract;
mod cursors;
mod definition;
mod discovery;
mod driver;
mod encoding;
mod exchange;
#[cfg(feature = "http")]
mod http_messages;
mod media_type;
mod memory;
mod openapi;
mod parameters;
mod preconditions;
mod references;
mod request;
mod response;
mod routing;
mod search;
mod step;
mod store;
mod store_error;
mod writable;

pub use context::{Me, NewIds, Permission, Permissions, RequestContext};
#[cfg(feature = "cursor-seal")]
pub use cursors::AesSivSeal;
pub use cursors::{CursorPaging, CursorSeal};
pub use definition::{AuthenticationScheme, MeEndpoint, ServiceDefinition, ServiceLimits};
pub use driver::ServiceProvider;
pub use exchange::Exchange;
pub use memory::MemoryStore;
pub use preconditions::next_version;
pub use references::remove_references;
pub use request::Request;
pub use response::{Report, Response};
pub use search::{Page, Paging, Search};
pub use step::{Amended, Amendment, Answer, NewResource, Step};
pub use store::{ResourceStore, StoreCapabilities};
pub use store_error::{InsertionError, StoreError};
