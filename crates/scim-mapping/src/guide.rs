//! A short book about this crate, one chapter to a module. Every example in it runs as a test.
//!
//! 1. [`language`]: the expressions of attribute mappings: grammar, values, checks, every function, and what was left open.

#[doc = include_str!("guide/language.md")]
pub mod language {}
