//! Whole cycles against a target and a network that misbehave.
//!
//! A seed makes a directory, a target, a series of changes and a schedule of faults: answers that are lost before or after the
//! write, refused, late, doubled or out of order, writes that are carried out late, crashes anywhere, edits behind the back.
//! The directory is one of three kinds: a file, changes since a watermark, or pages that people slip through and watermarks that
//! expire. Records come that cannot be read. No two requests for one object may be under way at a time.
//! Then the faults end, and cycles are run until nothing is written any more. After that the target has to be what the
//! mapping says of the scope; nobody was created twice, and nobody deleted or disabled who was in scope.
//!
//! `SIMULATION_SEEDS=10000` runs as many seeds, and `SIMULATION_SEED=17` that one alone, with its history. A seed that fails
//! prints its history.
#![cfg_attr(
    test,
    expect(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test may fail, and tells why"
    )
)]

mod directory;
mod history;
mod network;
mod random;
mod reading;
mod run;
mod setting;
mod target;
mod totals;
mod verdict;

use std::num::NonZero;
use std::panic::catch_unwind;
use std::thread::{available_parallelism, spawn};

use run::Simulation;
use totals::Totals;

/// Enough to meet every fault with every kind of change, and a few seconds long.
const SEEDS: u64 = 2_000;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn the_target_becomes_what_the_mapping_says() {
    if let Some(seed) = variable("SIMULATION_SEED") {
        history::record();
        let outcome = catch_unwind(|| Simulation::new(seed).run());
        println!("{}", history::taken());
        assert!(outcome.is_ok());
        return;
    }
    let seeds = variable("SIMULATION_SEEDS").unwrap_or(SEEDS);
    let workers = available_parallelism().map_or(1, NonZero::get);
    let step = u64::try_from(workers).unwrap();
    let workers: Vec<_> = (0..step)
        .map(|first| spawn(move || run_all((first..seeds).step_by(workers))))
        .collect();
    let mut totals = Totals::default();
    for worker in workers {
        match worker.join().unwrap() {
            Ok(of_worker) => totals.add(&of_worker),
            Err(history) => panic!("{history}"),
        }
    }
    println!("{seeds} seeds: {totals}");
    totals.assert_that_everything_happened();
}

/// Runs seeds until one fails, and then gives its history.
fn run_all(seeds: impl Iterator<Item = u64>) -> Result<Totals, String> {
    let mut totals = Totals::default();
    for seed in seeds {
        let Ok(of_seed) = catch_unwind(|| Simulation::new(seed).run()) else {
            // The same again, and this time with its history.
            history::record();
            drop(catch_unwind(|| Simulation::new(seed).run()));
            return Err(format!(
                "seed {seed} fails; its history:\n{}",
                history::taken()
            ));
        };
        totals.add(&of_seed);
    }
    Ok(totals)
}
