//! `status`: how the job stands.

use chrono::SecondsFormat;
use scim_mapping::provisioning::ObjectKind;
use serde_json::json;

use crate::arguments::StateArguments;
use crate::commands::Ending;
use crate::failure::Failure;
use crate::render::{self, Voice};
use crate::state::StateFile;

pub(crate) async fn status(arguments: &StateArguments, voice: Voice) -> Result<Ending, Failure> {
    let file = StateFile::open_to_read(&arguments.state).await?;
    let state = file.load().await?;
    let tenant = file.tenant_url().await?;
    let forces_deletes = file.forces_deletes().await?;
    let count = |kind| {
        let links = state
            .links
            .get(&kind)
            .map_or(0, std::collections::BTreeMap::len);
        let waiting = state
            .escrow
            .get(&kind)
            .map_or(0, std::collections::BTreeMap::len);
        (links, waiting)
    };
    let (users, groups) = (count(ObjectKind::User), count(ObjectKind::Group));
    voice.document(&json!({
        "tenantUrl": tenant,
        "status": state.status,
        "links": { "users": users.0, "groups": groups.0 },
        "escrow": { "users": users.1, "groups": groups.1 },
        "forceDeletes": forces_deletes,
    }))?;
    voice.line(&tenant);
    voice.line(&format!(
        "{} users and {} groups are linked",
        users.0, groups.0
    ));
    voice.line(&format!(
        "{} users and {} groups failed and are tried again",
        users.1, groups.1
    ));
    match &state.status.last_cycle {
        Some(cycle) => {
            let ended = cycle.ended.to_rfc3339_opts(SecondsFormat::Secs, true);
            voice.line(&format!(
                "The last cycle ended at {ended}: {:?}",
                cycle.result
            ));
            voice.lines(render::cause(cycle));
            voice.lines(render::outcome(cycle));
        }
        None => voice.line("No cycle has come to its end yet."),
    }
    if forces_deletes {
        voice.line("The next cycle may delete and disable as many as it has to.");
    }
    if let Some(since) = state.status.disabled_since {
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        voice.line(&format!(
            "The job is switched off since {since}; `restart` switches it on."
        ));
        return Ok(Ending::Quarantined);
    }
    if let Some(quarantine) = &state.status.quarantine {
        let [since, next] = [quarantine.since, quarantine.next_cycle_at]
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true));
        voice.line(&format!(
            "In quarantine since {since}: {}. It is tried again at {next}; `restart` ends it.",
            quarantine.reason
        ));
        return Ok(Ending::Quarantined);
    }
    Ok(Ending::Well)
}
