//! `restart`: clears parts of the state.

use scim_mapping::provisioning::ResetScope;
use serde_json::json;

use crate::arguments::{Part, RestartArguments};
use crate::commands::Ending;
use crate::failure::Failure;
use crate::render::Voice;
use crate::state::StateFile;

pub(crate) async fn restart(arguments: &RestartArguments, voice: Voice) -> Result<Ending, Failure> {
    let file = StateFile::open_to_restart(&arguments.state.state).await?;
    let scope = scope(&arguments.clear);
    let mut state = file.load().await?;
    file.store_changes(state.restart(scope)).await?;
    if arguments.force_deletes {
        file.force_deletes(true).await?;
    }
    let cleared: Vec<&str> = [
        (scope.watermark, "watermark"),
        (scope.escrows, "escrows"),
        (scope.quarantine_state, "quarantine"),
        (scope.connector_data_store, "links"),
    ]
    .into_iter()
    .filter_map(|(is_cleared, name)| is_cleared.then_some(name))
    .collect();
    voice.document(&json!({ "cleared": cleared, "forceDeletes": arguments.force_deletes }))?;
    voice.line(&format!("Cleared: {}.", cleared.join(", ")));
    if arguments.force_deletes {
        voice.line("The next cycle may delete and disable as many as it has to.");
    }
    Ok(Ending::Well)
}

fn scope(parts: &[Part]) -> ResetScope {
    if parts.is_empty() {
        return ResetScope::default();
    }
    if parts.contains(&Part::Full) {
        return ResetScope::full();
    }
    let mut scope = ResetScope::default();
    scope.watermark = parts.contains(&Part::Watermark);
    scope.escrows = parts.contains(&Part::Escrows);
    scope.quarantine_state = parts.contains(&Part::Quarantine);
    scope.connector_data_store = parts.contains(&Part::Links);
    scope
}
