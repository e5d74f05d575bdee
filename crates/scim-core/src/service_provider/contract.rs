//! Shows of a [`ResourceStore`](super::ResourceStore) whether it keeps its contract (feature `contract-tests`).
//!
//! Say how to make an empty store, let the checks run in a test of your own, and unwrap. There is no test framework and no runtime
//! in it: [`check`] is an `async fn` that runs where the store runs, [`check_blocking`] is for the stores of
//! [`blocking`].
//!
//! ```
//! use scim_core::schema::SchemaRegistry;
//! use scim_core::service_provider::MemoryStore;
//! use scim_core::service_provider::contract::{self, Subject};
//!
//! struct Memory;
//!
//! impl Subject for Memory {
//!     type Store = MemoryStore;
//!
//!     async fn empty(&self, registry: &SchemaRegistry) -> MemoryStore {
//!         MemoryStore::new(registry.clone())
//!     }
//! }
//!
//! // In a test of your own: #[tokio::test], or whatever the store needs.
//! # fn block_on<F: Future>(future: F) -> F::Output {
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     let mut future = std::pin::pin!(future);
//! #     loop {
//! #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
//! #             return output;
//! #         }
//! #     }
//! # }
//! let report = block_on(contract::check(&Memory)).into_result()?;
//! assert!(report.to_string().contains("passed          finds_what_the_evaluator_finds"));
//! // A store that never waits cannot be given up on the way, which is not the same as a check that passed.
//! assert!(report.to_string().contains("not applicable  a_dropped_call_leaves_nothing_half_done"));
//! # Ok::<(), contract::Broken>(())
//! ```
//!
//! # What is checked
//!
//! | Check | The store… |
//! |---|---|
//! | `keeps_copies` | gives back what was inserted or replaced, the same by the call, `load` and `search`; ids are exact |
//! | `refuses_taken_values` | refuses an id or unique value that is taken, by the schema's rule for equality; frees it when it goes |
//! | `one_of_two_concurrent_inserts_of_a_value_wins` | so, too, while two compete |
//! | `replaces_only_the_expected_version` | answers `Stale`, or `NotFound`, and changes nothing |
//! | `one_of_two_concurrent_replacements_wins` | lets no update get lost |
//! | `deletes_only_the_expected_version` | does the same for `delete`, also while somebody replaces |
//! | `a_deleted_resource_is_gone_everywhere` | neither finds nor counts it, frees its values, and nothing refers to it |
//! | `finds_what_the_evaluator_finds` | finds what [`BoundFilter::matches`](crate::evaluation::BoundFilter::matches) says ¹ |
//! | `sorts_as_the_library_sorts` | has the order of [`BoundSort`](crate::sorting::BoundSort), else that of the ids ¹ |
//! | `pages_by_index_are_complete` | cuts one order into pages, and counts all ¹ |
//! | `a_walk_by_cursor_is_stable` | neither skips nor repeats while resources come and go ¹ |
//! | `lists_all_without_native_search` | does so for all resources of a type ² |
//! | `keeps_tenants_apart` | shows and gives a tenant nothing of another one, and no value is taken for both |
//! | `inserts_all_or_none` | keeps the whole batch in any order of references, or says which one is wrong and keeps none ³ |
//! | `amends_as_if_loaded` | does what [`EntryDelta::apply`](crate::patch::EntryDelta::apply) does ⁴ |
//! | `concurrent_amendments_are_all_kept` | so, too, while others amend or replace ⁴ |
//! | `a_dropped_call_leaves_nothing_half_done` | has done all or nothing when a client goes away ⁵ |
//! | `a_failed_call_leaves_nothing_half_done` | has done all or nothing when it dies on the way ⁶ |
//!
//! For stores that have ¹ `native_search`, ² no `native_search`, ³ `atomic_inserts`, ⁴ `entry_deltas`
//! ([`StoreCapabilities`](super::StoreCapabilities)); ⁵ calls that wait for something; ⁶ [`Subject::fail_after`]. A check that does
//! not apply is told as such, and why.
//!
//! The resources are made from the schemas of the registry, so that a registry of your own is checked with its own attributes: texts
//! with quotes, wildcards, blanks and other scripts, instants that are equal in two zones, numbers that sort otherwise as texts, and
//! nothing at all. Ids, times and values are numbered: the same store gives the same report each time.
//!
//! A store may add what the [contract](super::ResourceStore) lets it add: that is compared with what the store itself loads, not
//! with what it was given.
//!
//! # What it proves
//!
//! Two calls that compete take turns whenever one of them waits, in several rhythms. That finds a race between any two points where
//! a store awaits something, such as a query that looks and another one that writes. A store that never waits is only seen to do one
//! call after the other, until [`Subject::run_together`] gives each call a thread; then luck is part of it.

mod amendments;
mod batches;
mod calls;
mod comparison;
mod copies;
mod deletions;
mod filters;
mod interruptions;
mod pages;
mod queries;
mod registry;
mod report;
mod samples;
mod subject;
mod tenants;
mod together;
mod trial;
mod uniqueness;
mod values;
mod versions;

use super::blocking::{self, AtOnce};
use crate::schema::SchemaRegistry;

pub use registry::registry;
pub use report::{Broken, Check, Outcome, Report, Violation};
pub use subject::{Subject, Task};

use trial::{Trial, Verdict};

/// Makes all checks, each over an empty store of its own.
///
/// # Examples
///
/// See [`contract`](self).
pub async fn check<S: Subject>(subject: &S) -> Report {
    let registry = subject.registry();
    let mut report = Report::default();
    macro_rules! check {
        ($($module:ident::$name:ident,)+) => {
            $(
                let trial = begin(subject, &registry).await;
                report.push(stringify!($name), outcome(Box::pin($module::$name(&trial)).await));
            )+
        };
    }
    check! {
        copies::keeps_copies,
        uniqueness::refuses_taken_values,
        uniqueness::one_of_two_concurrent_inserts_of_a_value_wins,
        versions::replaces_only_the_expected_version,
        versions::one_of_two_concurrent_replacements_wins,
        versions::deletes_only_the_expected_version,
        deletions::a_deleted_resource_is_gone_everywhere,
        queries::finds_what_the_evaluator_finds,
        queries::sorts_as_the_library_sorts,
        pages::pages_by_index_are_complete,
        pages::a_walk_by_cursor_is_stable,
        pages::lists_all_without_native_search,
        tenants::keeps_tenants_apart,
        batches::inserts_all_or_none,
        amendments::amends_as_if_loaded,
        amendments::concurrent_amendments_are_all_kept,
        interruptions::a_dropped_call_leaves_nothing_half_done,
        interruptions::a_failed_call_leaves_nothing_half_done,
    }
    report
}

/// Makes all checks of a store that answers at once, before it returns.
///
/// Its calls compete for real only if [`Subject::run_together`] gives each one a thread:
///
/// ```
/// use std::task::{Context, Waker};
/// use scim_core::service_provider::contract::Task;
///
/// async fn run_together(tasks: Vec<Task>) {
///     std::thread::scope(|scope| {
///         for mut task in tasks {
///             // What never waits is done when it has been polled; the task itself may want to be polled again.
///             scope.spawn(move || while task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {});
///         }
///     });
/// }
/// # let _ = run_together(Vec::new());
/// ```
///
/// # Examples
///
/// See [`Report`].
pub fn check_blocking<T, S>(subject: &S) -> Report
where
    T: blocking::ResourceStore + 'static,
    S: Subject<Store = AtOnce<T>>,
{
    blocking::at_once(check(subject))
}

async fn begin<'s, S: Subject>(subject: &'s S, registry: &'s SchemaRegistry) -> Trial<'s, S> {
    Trial::new(subject, registry, subject.empty(registry).await)
}

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Ok(()) => Outcome::Passed,
        Err(stop) => stop.0,
    }
}
