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
use scim_mapping::SynchronizationSchema;
use scim_mapping::provisioning::{CycleResult, CycleSummary};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::file_kind::Wanted;
use crate::mappings::{self, Mappings};
use crate::{render, run};

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

fn read_schema(path: &Path) -> Result<SynchronizationSchema, Failure> {
    let place = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        let advice = format!("name a file that can be read; {}", Wanted::Schema.advice());
        Failure::new(&place, error, advice)
    })?;
    mappings::read_schema(&bytes, &place)
}

fn read_mappings(path: &Path) -> Result<Mappings, Failure> {
    Mappings::new(read_schema(path)?, &path.display().to_string())
}

/// Nobody names a directory, and none is taken in its place.
fn no_directory() -> Failure {
    let advice = "name a file with --directory, or read Microsoft Graph with --graph";
    Failure::new("the directory", "it is missing", advice).of_the_command_line()
}
