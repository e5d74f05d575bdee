//! A short book about this crate, one chapter to a module. Every example in it runs as a test.
//!
//! 1. [`model`]: resources, dynamic and typed, and what is never lost.
//! 2. [`schemas`]: definitions as data, a registry of one's own, extensions, Peakon's attributes.
//! 3. [`filters`]: bind once, match many; sorting, selection, pages; what a query may cost.
//! 4. [`patch`]: change a resource, all or nothing; find the change between two states.
//! 5. [`compatibility`]: what real clients send, and how each tolerance is named and reported.
//! 6. [`client`]: talk to a service, whatever it lacks and however it fails.
//! 7. [`store`]: keep resources in a store of one's own, and prove that it is right.
#![cfg_attr(
    feature = "sql",
    doc = "8. [`sql`](crate::sql): filters, orders and pages as SQL for SQLite and PostgreSQL."
)]
//!
//! The service provider, which answers whole requests, has its own page: [`service_provider`](crate::service_provider).

#[doc = include_str!("guide/model.md")]
pub mod model {}

#[doc = include_str!("guide/schemas.md")]
pub mod schemas {}

#[doc = include_str!("guide/filters.md")]
pub mod filters {}

#[doc = include_str!("guide/patch.md")]
pub mod patch {}

#[doc = include_str!("guide/compatibility.md")]
pub mod compatibility {}

#[doc = include_str!("guide/client.md")]
pub mod client {}

#[doc = include_str!("guide/store.md")]
pub mod store {}
