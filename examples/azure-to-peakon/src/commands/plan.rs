//! `plan`: what the next cycle would do.

use serde_json::json;

use super::Ending;
use super::job::{Connections, Prepared};
use crate::arguments::JobArguments;
use crate::failure::Failure;
use crate::render::{self, Voice};
use crate::run::Stop;
use crate::state::StateFile;

/// So many entries are shown to people; programs get all of them.
const SHOWN: usize = 200;

pub(crate) async fn plan(arguments: &JobArguments, voice: Voice) -> Result<Ending, Failure> {
    let connections = Connections::new(arguments)?;
    // Only now: whoever is asked for a secret leaves at once.
    let stop = Stop::listen();
    let (state, force_deletes) =
        StateFile::load_to_plan(&arguments.state.state, connections.target.base()).await?;
    let interval = arguments.settings.settings().interval;
    let prepared = Prepared::unless_stopped(arguments, &connections, interval, &stop).await?;
    let Some(prepared) = prepared else {
        return Ok(Ending::Stopped);
    };
    let kind = prepared.job.cycle_kind(&state);
    let mut run = prepared.run(None, force_deletes, &stop, voice);
    run.keeps_entries = true;
    let mut outcome = run.cycle(state, kind).await?;
    StateFile::name_the_gone(&arguments.state.state, &mut outcome.entries).await?;
    voice.document(&json!({ "cycle": outcome.summary, "entries": outcome.entries }))?;
    voice.lines(render::planned(&outcome.entries, SHOWN));
    voice.lines(render::outcome(&outcome.summary));
    voice.line("Nothing was written.");
    Ok(Ending::told(&outcome.summary))
}
