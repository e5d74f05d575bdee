//! The contract suite: it passes over stores that are right, in all their variants, and finds each flaw by the one check that is
//! about it.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "the stores of this test fail it by a panic, as its own functions do"
)]

#[path = "support/block_on.rs"]
mod block_on;
#[path = "contract/filling.rs"]
mod filling;
#[path = "contract/flawed.rs"]
mod flawed;

use std::collections::BTreeSet;

use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::contract::{self, Outcome, Report, Subject, Task};
use scim_core::service_provider::{MemoryStore, StoreCapabilities};

use block_on::block_on;
use filling::Filling;
use flawed::{Flaw, Flawed};

fn not_applicable(report: &Report) -> Vec<&str> {
    let checks = report.checks().iter();
    let checks = checks.filter(|check| matches!(check.outcome, Outcome::NotApplicable(_)));
    checks.map(|check| check.name).collect()
}

struct Memory {
    capabilities: StoreCapabilities,
    threads: bool,
}

impl Subject for Memory {
    type Store = MemoryStore;

    async fn empty(&self, registry: &SchemaRegistry) -> MemoryStore {
        MemoryStore::new(registry.clone()).with_capabilities(self.capabilities)
    }

    async fn run_together(&self, tasks: Vec<Task>) {
        if self.threads {
            std::thread::scope(|scope| {
                for task in tasks {
                    scope.spawn(move || block_on(task));
                }
            });
        } else {
            for task in tasks {
                task.await;
            }
        }
    }
}

fn capabilities(
    native_search: bool,
    entry_deltas: bool,
    atomic_inserts: bool,
) -> StoreCapabilities {
    let mut capabilities = StoreCapabilities::default();
    capabilities.native_search = native_search;
    capabilities.entry_deltas = entry_deltas;
    capabilities.atomic_inserts = atomic_inserts;
    capabilities
}

/// Neither check about interruptions applies to a store that never waits and cannot fail.
const INTERRUPTIONS: [&str; 2] = [
    "a_dropped_call_leaves_nothing_half_done",
    "a_failed_call_leaves_nothing_half_done",
];

#[test]
fn the_store_in_memory_passes_with_all_capabilities() {
    let memory = Memory {
        capabilities: capabilities(true, true, true),
        threads: true,
    };
    let report = block_on(contract::check(&memory)).into_result().unwrap();
    let mut expected = vec!["lists_all_without_native_search"];
    expected.extend(INTERRUPTIONS);
    assert_eq!(not_applicable(&report), expected, "{report}");
}

#[test]
fn the_store_in_memory_passes_without_any_capability() {
    let memory = Memory {
        capabilities: capabilities(false, false, false),
        threads: false,
    };
    let report = block_on(contract::check(&memory)).into_result().unwrap();
    let mut expected = vec![
        "finds_what_the_evaluator_finds",
        "sorts_as_the_library_sorts",
        "pages_by_index_are_complete",
        "a_walk_by_cursor_is_stable",
        "inserts_all_or_none",
        "amends_as_if_loaded",
        "concurrent_amendments_are_all_kept",
    ];
    expected.extend(INTERRUPTIONS);
    assert_eq!(not_applicable(&report), expected, "{report}");
}

struct Right;

impl Subject for Right {
    type Store = Flawed;

    async fn empty(&self, registry: &SchemaRegistry) -> Flawed {
        Flawed::new(registry, None)
    }

    fn fail_after(&self, store: &Flawed, steps: usize) -> bool {
        store.fail_after(steps);
        true
    }
}

/// The store that the flawed ones are made of is right, waits and fails, so that every check that applies is one that passes.
#[test]
fn a_store_that_waits_and_fails_as_it_should_passes() {
    let report = block_on(contract::check(&Right)).into_result().unwrap();
    assert_eq!(
        not_applicable(&report),
        ["lists_all_without_native_search"],
        "{report}"
    );
}

struct Fills;

impl Subject for Fills {
    type Store = Filling;

    async fn empty(&self, registry: &SchemaRegistry) -> Filling {
        Filling::new(registry)
    }
}

#[test]
fn a_store_may_fill_in_what_the_contract_lets_it() {
    block_on(contract::check(&Fills)).into_result().unwrap();
}

struct With(Flaw);

impl Subject for With {
    type Store = Flawed;

    async fn empty(&self, registry: &SchemaRegistry) -> Flawed {
        Flawed::new(registry, Some(self.0))
    }

    fn fail_after(&self, store: &Flawed, steps: usize) -> bool {
        store.fail_after(steps);
        true
    }
}

#[track_caller]
fn assert_found(flaw: Flaw, check: &str) {
    let report = block_on(contract::check(&With(flaw)));
    let failed: Vec<_> = report.failed().collect();
    assert_eq!(failed, [check], "{report}");
    let broken = report.into_result().unwrap_err();
    assert!(format!("{broken:?}").contains(check));
}

macro_rules! each_flaw_is_found_by_its_check {
    ($($check:ident: $($flaw:ident),+;)+) => {
        $(
            #[test]
            fn $check() {
                $(assert_found(Flaw::$flaw, stringify!($check));)+
            }
        )+

        #[test]
        fn there_is_a_flaw_for_each_check() {
            let report = block_on(contract::check(&Right));
            let checks: BTreeSet<_> = report.checks().iter().map(|check| check.name).collect();
            assert_eq!(checks, BTreeSet::from([$(stringify!($check)),+]));
        }
    };
}

each_flaw_is_found_by_its_check! {
    keeps_copies: LosesNickNames, Merges;
    refuses_taken_values: ComparesTakenValuesExactly;
    one_of_two_concurrent_inserts_of_a_value_wins: LooksAndThenInserts;
    replaces_only_the_expected_version: ReplacesOlderVersions;
    one_of_two_concurrent_replacements_wins: ComparesAndThenReplaces;
    deletes_only_the_expected_version: DeletesAnyVersion;
    a_deleted_resource_is_gone_everywhere: KeepsReferences;
    finds_what_the_evaluator_finds: FindsTrimmedTexts, TakesEmptyForNull;
    sorts_as_the_library_sorts: SortsByBytes;
    pages_by_index_are_complete: CountsThePage;
    a_walk_by_cursor_is_stable: TakesCursorsForOffsets;
    lists_all_without_native_search: EndsAfterAPage;
    keeps_tenants_apart: SearchesAllTenants;
    inserts_all_or_none: KeepsHalfABatch;
    amends_as_if_loaded: CountsEveryAmendment;
    concurrent_amendments_are_all_kept: LoadsAndThenAmends;
    a_dropped_call_leaves_nothing_half_done: ForgetsToRollBackWhenDropped;
    a_failed_call_leaves_nothing_half_done: ForgetsToRollBackWhenFailing;
}
