//! `status`: how the job stands.

use chrono::{DateTime, SecondsFormat, Utc};
use scim_mapping::provisioning::{Condition, CycleResult, ObjectKind};
use serde_json::json;

use crate::arguments::StateArguments;
use crate::commands::Ending;
use crate::failure::Failure;
use crate::notification;
use crate::render::{self, Voice};
use crate::report_page;
use crate::state::StateFile;
use crate::table::paragraph;

pub(crate) async fn status(arguments: &StateArguments, voice: Voice) -> Result<Ending, Failure> {
    let file = StateFile::open_to_read(&arguments.state).await?;
    let keeper = StateFile::keeper(&arguments.state);
    let state = file.load().await?;
    let tenant = file.tenant_url().await?;
    let forces_deletes = file.forces_deletes().await?;
    let count = |kind| {
        // Whoever was never in scope is known without being anybody in the target.
        let links = state.links.get(&kind).into_iter().flatten();
        let links = links.filter(|(_, link)| link.target_id.is_some()).count();
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
        "keptBy": keeper,
    }))?;
    voice.line(&tenant);
    voice.line(&format!(
        "{} users and {} groups are linked",
        users.0, groups.0
    ));
    voice.line(&format!(
        "{} users and {} groups wait to be tried again",
        users.1, groups.1
    ));
    match &state.status.last_cycle {
        Some(cycle) => {
            let ended = cycle.ended.to_rfc3339_opts(SecondsFormat::Secs, true);
            let (result, _) = report_page::result(cycle.result);
            voice.line(&format!("The last cycle ended at {ended}: {result}"));
            let is_over = cycle.result == CycleResult::Quarantined
                && state.status.quarantine.is_none()
                && state.status.disabled_since.is_none();
            if is_over {
                // What was to be done about it is done.
                voice.line(cycle.reason.as_deref().unwrap_or_default());
                voice.line(
                    "`restart` has ended that quarantine since: the next cycle runs as usual.",
                );
            } else {
                voice.lines(render::cause(cycle));
            }
            voice.lines(render::outcome(cycle));
        }
        None => voice.line("No cycle has come to its end yet."),
    }
    if forces_deletes {
        voice.line("The next cycle may delete and disable as many as it has to.");
    }
    if let Some(keeper) = &keeper {
        let text = format!("A `sync` is at work, and sleeps between its cycles: {keeper}.");
        voice.lines(paragraph("", &text));
    }
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let condition = match (&state.status.disabled_since, &state.status.quarantine) {
        (Some(since), _) => {
            voice.line(&format!("The job is switched off since {}.", time(*since)));
            Condition::GivenUp
        }
        (None, Some(quarantine)) => {
            voice.line(&format!(
                "In quarantine since {}: {}. It is tried again at {}.",
                time(quarantine.since),
                quarantine.reason,
                time(quarantine.next_cycle_at)
            ));
            Condition::Quarantined(quarantine.reason)
        }
        (None, None) => return Ok(Ending::Well),
    };
    let place = arguments.state.display().to_string();
    let commands = notification::command_lines(condition, &place, keeper.is_some());
    let others = commands
        .iter()
        .filter(|(_, line)| !line.contains(" status "));
    for (purpose, line) in others {
        voice.lines(paragraph("", &format!("{purpose}:")));
        // As a whole, however long, so that it can be copied.
        voice.lines([format!("    {line}")]);
    }
    Ok(Ending::Quarantined)
}
