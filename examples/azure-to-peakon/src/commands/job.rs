//! Everything that a cycle needs, read and asked before it begins.

use std::time::Duration;

use scim_core::resource::Secret;
use scim_mapping::provisioning::{JobNames, JobState, ProvisioningJob};

use super::{no_directory, read_mappings};
use crate::arguments::JobArguments;
use crate::failure::Failure;
use crate::mappings;
use crate::progress::Progress;
use crate::render::Voice;
use crate::run::{self, Outcome, Run, Stop};
use crate::source::Source;
use crate::state::StateFile;
use crate::target::Target;

/// The secrets, which are asked for once.
#[derive(Debug)]
pub(super) struct Connections {
    pub(super) target: Target,
    secret: Option<Secret>,
}

impl Connections {
    pub(super) fn new(arguments: &JobArguments) -> Result<Self, Failure> {
        Ok(Self {
            target: arguments.target.connect()?,
            secret: arguments.source.secret()?,
        })
    }
}

/// A job whose files are read and whose target has answered.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) job: ProvisioningJob,
    pub(super) target: Target,
    pub(super) source: Source,
}

impl Prepared {
    /// The same as [`Self::new`]; none when somebody wants the work to end before that.
    pub(super) async fn unless_stopped(
        arguments: &JobArguments,
        connections: &Connections,
        interval: Duration,
        stop: &Stop,
    ) -> Result<Option<Self>, Failure> {
        tokio::select! {
            prepared = Self::new(arguments, connections, interval) => prepared.map(Some),
            () = stop.requested() => Ok(None),
        }
    }

    /// Reads all files first, so that a mistake in one of them is found before anything is sent.
    async fn new(
        arguments: &JobArguments,
        connections: &Connections,
        interval: Duration,
    ) -> Result<Self, Failure> {
        let mappings = read_mappings(&arguments.schema)?;
        let source = arguments
            .source
            .open(&mappings, connections.secret.as_ref())
            .map_err(Failure::of_the_source)?;
        let source = source.ok_or_else(no_directory)?;
        let discovered = connections.target.discover().await?;
        let matching = mappings.matching_attribute();
        connections
            .target
            .test_connection(&discovered.users, matching)
            .await?;
        let mut settings = arguments.settings.settings();
        settings.patch_supported = discovered.patch;
        settings.interval = interval;
        let names = names(&source.place(), connections);
        Ok(Self {
            job: mappings.job(&discovered, settings, names)?,
            target: connections
                .target
                .prepared(discovered.patch, mappings.patch_dialect())?,
            source,
        })
    }

    /// What one cycle works with; without a store it is a plan.
    pub(super) fn run<'a>(
        &'a self,
        store: Option<&'a StateFile>,
        force_deletes: bool,
        stop: &'a Stop,
        voice: Voice,
    ) -> Run<'a> {
        Run {
            job: &self.job,
            target: &self.target,
            source: &self.source,
            store,
            stop,
            progress: if voice.is_json() {
                Progress::silent()
            } else {
                Progress::new("Provisioning")
            },
            keeps_entries: false,
            force_deletes,
        }
    }
}

/// What the log says where objects come from and go to.
fn names(source: &str, connections: &Connections) -> JobNames {
    let mut names = JobNames::default();
    "azure-to-peakon".clone_into(&mut names.job_id);
    source.clone_into(&mut names.source);
    connections.target.base().clone_into(&mut names.target);
    names
}

/// The cycle that did not come to its work: what is left of it is an entry of the log, and what follows from it.
pub(super) async fn abandoned(
    arguments: &JobArguments,
    connections: &Connections,
    interval: Duration,
    state: JobState,
    failure: &Failure,
    store: &StateFile,
) -> Result<Outcome, Failure> {
    let mut settings = arguments.settings.settings();
    settings.interval = interval;
    let job = ProvisioningJob::new(mappings::nothing()?)
        .with_settings(settings)
        .with_names(names("", connections));
    run::abandoned(&job, state, failure, store).await
}
