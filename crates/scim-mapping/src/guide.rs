//! A short book about this crate, one chapter to a module. Every example in it runs as a test.
//!
//! 1. [`ten_lines`]: a mapping in ten lines, in code and from an export.
//! 2. [`language`]: the expressions of attribute mappings: grammar, values, checks, every function, and what was left open.
//! 3. [`checking`]: everything that is wrong, before anything is sent.
//! 4. [`tracing`]: why an attribute has its value, and why a person is in scope.
//! 5. [`import_from_graph`]: users, pages, changes, CSV and NDJSON, read while they come in.
//! 6. [`inbound`]: from an object of the target to a record of the application, with Peakon's employees.
//! 7. [`provisioning`](mod@provisioning): cycles that make a target equal to a mapping, and what they do when something goes wrong.

#[doc = include_str!("guide/ten_lines.md")]
pub mod ten_lines {}

#[doc = include_str!("guide/language.md")]
pub mod language {}

#[doc = include_str!("guide/checking.md")]
pub mod checking {}

#[doc = include_str!("guide/tracing.md")]
pub mod tracing {}

#[doc = include_str!("guide/import_from_graph.md")]
pub mod import_from_graph {}

#[doc = include_str!("guide/inbound.md")]
pub mod inbound {}

#[doc = include_str!("guide/provisioning.md")]
pub mod provisioning {}
