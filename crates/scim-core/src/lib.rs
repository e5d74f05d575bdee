//! The meaning of SCIM 2.0: schemas, resources and messages
//! ([RFC 7643](https://www.rfc-editor.org/rfc/rfc7643), [RFC 7644](https://www.rfc-editor.org/rfc/rfc7644)).
//!
//! The modules stand in layers. Each uses only what stands before it in this list:
//! [`urn`], [`compatibility`] and [`error`], [`resource`], [`schema`], [`message`], [`evaluation`], [`sorting`], [`paging`],
//! [`projection`], [`patch`], `sql` (with the feature of that name), [`peakon`],
//! [`service_provider`] and [`client`].
//!
//! A short book, [`guide`], leads through them.
//!
//! ```
//! use scim_core::compatibility::Compatibility;
//! use scim_core::schema::{SchemaRegistry, ValidationContext};
//! use serde_json::json;
//!
//! let registry = SchemaRegistry::standard();
//! let users = registry.resource_type("User").ok_or("users are standard")?;
//! let body = json!({
//!     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
//!     "USERNAME": "bjensen",
//!     "emails": [{ "value": "bjensen@example.com", "type": "work" }],
//! });
//! let (user, tolerated) = users.read(body, ValidationContext::Create, &Compatibility::strict())?;
//! assert_eq!(user.get("userName"), Some(&json!("bjensen")));
//! assert!(tolerated.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Another crate of an application may turn features of `serde_json` on for all. With `arbitrary_precision` everything here
//! works, and numbers keep the digits that were sent; then `Value::eq` tells 1.0 from 1.00, while filters, orders and PATCH
//! compare what the numbers mean. An object whose only member is `$serde_json::private::Number` with a number as text is read
//! as that number, as `serde_json` itself does. Nothing here depends on the order of members, so `preserve_order` changes only
//! the order in which they are written.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use scim_filter;

pub mod urn;

pub mod compatibility;
pub mod error;

pub mod resource;

pub mod schema;

pub mod message;

pub mod evaluation;
pub mod patch;
pub mod projection;
pub mod sorting;

pub mod paging;

#[cfg(feature = "sql")]
pub mod sql;

pub mod peakon;

pub mod client;
pub mod service_provider;

pub mod guide;
