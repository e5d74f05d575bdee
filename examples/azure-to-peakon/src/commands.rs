//! What the subcommands do.

mod check;
mod connection;
mod job;
mod log;
mod on_demand;
mod plan;
mod restart;
mod status;
mod sync;

use std::{fs, path::Path};

pub(crate) use self::{
    check::{check, explain},
    connection::test_connection,
    log::log,
    on_demand::provision,
    plan::plan,
    restart::restart,
    status::status,
    sync::sync,
};
use clap::CommandFactory;
use clap_complete::Shell;
use scim_mapping::provisioning::{CycleResult, CycleSummary};

use crate::{arguments::Arguments, failure::Failure, mappings::Mappings, render, run};

/// How a command ended that could be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Well,
    /// What was to be found out is not as it should be.
    NotWell,
    EntryErrors,
    Quarantined,
    Stopped,
}

impl Ending {
    /// The exit code that the help of the program explains.
    pub(crate) const fn exit_code(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::NotWell => 1,
            Self::EntryErrors => 3,
            Self::Quarantined => 4,
            Self::Stopped => run::EXIT_CODE,
        }
    }

    /// The same, and why a cycle failed goes to standard error.
    pub(crate) fn told(summary: &CycleSummary) -> Self {
        if let Some(failure) = Failure::of_a_cycle(summary) {
            render::complain(&failure);
        }
        Self::of(summary)
    }

    pub(crate) const fn of(summary: &CycleSummary) -> Self {
        match summary.result {
            CycleResult::Succeeded => Self::Well,
            CycleResult::EntryLevelErrors => Self::EntryErrors,
            CycleResult::Stopped => Self::Stopped,
            CycleResult::Quarantined => Self::Quarantined,
            _ => Self::NotWell,
        }
    }
}

/// Prints what a shell needs to complete command lines.
pub(crate) fn completions(shell: Shell) -> Ending {
    let mut script = Vec::new();
    clap_complete::generate(
        shell,
        &mut Arguments::command(),
        "azure-to-peakon",
        &mut script,
    );
    render::raw(&String::from_utf8_lossy(&script));
    Ending::Well
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| {
        let advice = "name a file that exists and holds UTF-8 text";
        Failure::new(path.display().to_string(), error, advice)
    })
}

fn read_mappings(path: &Path) -> Result<Mappings, Failure> {
    Mappings::from_json(&read(path)?, &path.display().to_string())
}
