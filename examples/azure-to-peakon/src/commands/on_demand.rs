//! `provision`: one user, with the steps that decide what becomes of him.

use scim_mapping::provisioning::{CycleKind, ObjectKind};
use serde_json::json;

use super::Ending;
use super::job::{Connections, Prepared};
use crate::arguments::JobArguments;
use crate::failure::Failure;
use crate::render::{self, Voice};
use crate::run::Stop;
use crate::state::StateFile;

pub(crate) async fn provision(
    name: &str,
    arguments: &JobArguments,
    voice: Voice,
) -> Result<Ending, Failure> {
    let connections = Connections::new(arguments)?;
    // Only now: whoever is asked for a secret leaves at once.
    let stop = Stop::listen();
    let store = StateFile::open(&arguments.state.state, connections.target.base()).await?;
    let interval = arguments.settings.settings().interval;
    let prepared = Prepared::unless_stopped(arguments, &connections, interval, &stop).await?;
    let Some(prepared) = prepared else {
        return Ok(Ending::Stopped);
    };
    let record = prepared.source.find(name).await?;
    let source_id = record.text("objectId").unwrap_or_default();
    let kind = CycleKind::OnDemand {
        object: ObjectKind::User,
        source_id,
    };
    let state = store.load().await?;
    let mut run = prepared.run(Some(&store), false, &stop, voice);
    run.keeps_entries = true;
    let outcome = run.cycle(state, kind).await?;
    voice.document(&json!({ "cycle": outcome.summary, "entries": outcome.entries }))?;
    voice.line("The tenant URL and the token are right.");
    voice.lines(render::entries(&outcome.entries, true));
    voice.lines(render::outcome(&outcome.summary));
    Ok(Ending::told(&outcome.summary))
}
