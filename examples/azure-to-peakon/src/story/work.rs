//! The cycles of the story: over a file, like any other job.

use std::fs;
use std::path::PathBuf;

use scim_mapping::provisioning::{CycleKind, CycleSummary, LogEntry, ProvisioningJob};
use serde::Serialize;

use super::directory::Directory;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::render::Voice;
use crate::run::{Outcome, Run, Stop};
use crate::source::{FileSource, Source};
use crate::state::StateFile;
use crate::target::Target;

/// A cycle: its counts, and what was done to whom.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    pub(super) name: &'static str,
    pub(super) cycle: CycleSummary,
    pub(super) entries: Vec<LogEntry>,
}

/// What all cycles of the story have in common.
pub(super) struct Work {
    pub(super) job: ProvisioningJob,
    pub(super) target: Target,
    pub(super) store: StateFile,
    /// Where the directory is written before each cycle, which reads it as it reads any other.
    pub(super) file: PathBuf,
    pub(super) voice: Voice,
}

impl Work {
    /// Runs a cycle on the directory as it is now.
    pub(super) async fn cycle(
        &self,
        name: &'static str,
        kind: CycleKind,
        directory: &Directory,
    ) -> Result<Told, Failure> {
        fs::write(&self.file, directory.to_json()).map_err(|error| {
            Failure::new(
                "the temporary folder",
                error,
                "set TMPDIR to one that can be written",
            )
        })?;
        let source = Source::File(FileSource::open(&self.file)?);
        let run = Run {
            job: &self.job,
            target: &self.target,
            source: &source,
            store: Some(&self.store),
            stop: &Stop::never(),
            progress: if self.voice.is_json() {
                Progress::silent()
            } else {
                Progress::new(name)
            },
            keeps_entries: true,
            force_deletes: false,
        };
        let Outcome {
            summary, entries, ..
        } = run.cycle(self.store.load().await?, kind).await?;
        Ok(Told {
            name,
            cycle: summary,
            entries,
        })
    }
}
