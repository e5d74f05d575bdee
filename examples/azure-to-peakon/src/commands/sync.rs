//! `sync`: one cycle, or one every 40 minutes until somebody stops it.

use std::path::Path;

use chrono::{SecondsFormat, Utc};
use scim_mapping::provisioning::{Condition, CycleKind, JobState};
use serde_json::{Value, json};

use super::Ending;
use super::job::{Connections, Prepared, abandoned};
use crate::arguments::SyncArguments;
use crate::failure::Failure;
use crate::notification::{self, command_lines};
use crate::render::{self, Voice};
use crate::report_page::{self, LogDigest};
use crate::run::{Outcome, Stop};
use crate::state::{StateFile, log::LogQuery};

/// So many problems are shown; the log has them all.
const SHOWN: u32 = 20;

pub(crate) async fn sync(arguments: &SyncArguments, voice: Voice) -> Result<Ending, Failure> {
    let interval = arguments.interval;
    let connections = Connections::new(&arguments.job)?;
    // Only now: whoever is asked for a secret leaves at once.
    let stop = Stop::listen();
    let place = arguments.job.state.state.display().to_string();
    let mails = arguments.notification.settings(notification::Job {
        tenant_url: connections.target.base().to_owned(),
        state: place,
        stays: !arguments.once,
    })?;
    let (path, tenant_url) = (&arguments.job.state.state, connections.target.base());
    let store = if arguments.once {
        StateFile::open(path, tenant_url).await?
    } else {
        StateFile::open_to_stay(path, tenant_url).await?
    };
    loop {
        let started = Utc::now();
        let outcome = once(arguments, &connections, &store, &stop, voice).await;
        send_waiting(mails.as_ref(), &store).await?;
        if arguments.once {
            return outcome;
        }
        let is_stored = outcome.is_ok();
        if let Err(failure) = outcome {
            if failure.obstacle().is_none() {
                return Err(failure);
            }
            // What failed may be repaired by the next time: the disk, the memory.
            render::complain(&failure);
        }
        if stop.is_requested() {
            return Ok(Ending::Stopped);
        }
        let state = store.load().await?;
        let mut settings = arguments.job.settings.settings();
        settings.interval = interval;
        let Some(next) = state.next_cycle_at(&settings) else {
            return Ok(Ending::Quarantined);
        };
        let next = if is_stored {
            next
        } else {
            started + chrono::TimeDelta::from_std(interval).unwrap_or_default()
        };
        voice.line(&format!(
            "The next cycle begins at {}.",
            next.to_rfc3339_opts(SecondsFormat::Secs, true)
        ));
        let pause = (next - Utc::now()).to_std().unwrap_or_default();
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.requested() => return Ok(Ending::Stopped),
        }
    }
}

async fn once(
    arguments: &SyncArguments,
    connections: &Connections,
    store: &StateFile,
    stop: &Stop,
    voice: Voice,
) -> Result<Ending, Failure> {
    let state = store.load().await?;
    if let Some((condition, reason)) = rests(&state) {
        let commands = command_lines(condition, store.place(), !arguments.once);
        let last = state.status.last_cycle.as_ref();
        voice.document(&json!({
            "rests": reason,
            "cause": last.map(|cycle| json!({ "reason": cycle.reason, "advice": cycle.advice })),
            "commands": documents(&commands),
        }))?;
        voice.line(&reason);
        voice.lines(last.into_iter().flat_map(render::cause));
        voice.lines(render::commands(&commands));
        return Ok(Ending::Quarantined);
    }
    store.forget_old_entries(Utc::now()).await?;
    let outcome = match cycle(arguments, connections, store, stop, voice).await {
        Err(failure) if failure.obstacle().is_some() => {
            let state = store.load().await?;
            abandoned(
                &arguments.job,
                connections,
                arguments.interval,
                state,
                &failure,
                store,
            )
            .await?
        }
        Err(failure) => return Err(failure),
        Ok(None) => return Ok(Ending::Stopped),
        Ok(Some(outcome)) => outcome,
    };
    concluded(&outcome, arguments, store, voice).await
}

/// One cycle; none when it was stopped before it began.
async fn cycle(
    arguments: &SyncArguments,
    connections: &Connections,
    store: &StateFile,
    stop: &Stop,
    voice: Voice,
) -> Result<Option<Outcome>, Failure> {
    let interval = arguments.interval;
    let prepared = Prepared::unless_stopped(&arguments.job, connections, interval, stop).await?;
    let Some(prepared) = prepared else {
        return Ok(None);
    };
    let state = store.load().await?;
    let kind = if arguments.full {
        CycleKind::Initial
    } else {
        prepared.job.cycle_kind(&state)
    };
    let force_deletes = store.forces_deletes().await?;
    let run = prepared.run(Some(store), force_deletes, stop, voice);
    let outcome = run.cycle(state, kind);
    outcome.await.map(Some)
}

/// What is told of a cycle that has come to an end.
async fn concluded(
    outcome: &Outcome,
    arguments: &SyncArguments,
    store: &StateFile,
    voice: Voice,
) -> Result<Ending, Failure> {
    let ending = Ending::told(&outcome.summary);
    tell(outcome, store, !arguments.once, voice).await?;
    // What the cycle did is done, whether or not somebody can read of it.
    if let Some(path) = &arguments.report.report
        && let Err(failure) = write_report(path, store, &LogQuery::default()).await
    {
        render::warn_of(&failure);
    }
    Ok(ending)
}

/// Tells what waits to be told. What cannot be sent now waits for the next cycle, which no mail server keeps from its work.
/// When nobody wants e-mails nothing waits: whoever wants them later is not told of what is long past.
async fn send_waiting(
    mails: Option<&notification::Settings>,
    store: &StateFile,
) -> Result<(), Failure> {
    for (number, notification) in store.waiting_notifications().await? {
        if let Some(mails) = mails
            && let Err(failure) = notification::send(mails, &notification).await
        {
            render::warn_of(&failure);
            return Ok(());
        }
        store.forget_notification(number).await?;
    }
    Ok(())
}

/// Writes the report of the cycles that are kept, and of all entries of the log that fit.
pub(super) async fn write_report(
    path: &Path,
    store: &StateFile,
    query: &LogQuery,
) -> Result<(), Failure> {
    let mut log = LogDigest::default();
    store.each_entry(query, |entry| log.add(entry)).await?;
    report_page::write(path, &store.cycles().await?, log)
}

/// Why there is no cycle now.
fn rests(state: &JobState) -> Option<(Condition, String)> {
    if let Some(since) = state.status.disabled_since {
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let reason =
            format!("The job was in quarantine for too long and is switched off since {since}.");
        return Some((Condition::GivenUp, reason));
    }
    let quarantine = state.status.quarantine.as_ref()?;
    let next = quarantine.next_cycle_at;
    (next > Utc::now()).then(|| {
        let next = next.to_rfc3339_opts(SecondsFormat::Secs, true);
        let reason = format!(
            "The job is in quarantine ({}) and rests until {next}.",
            quarantine.reason
        );
        (Condition::Quarantined(quarantine.reason), reason)
    })
}

async fn tell(
    outcome: &Outcome,
    store: &StateFile,
    stays: bool,
    voice: Voice,
) -> Result<(), Failure> {
    let summary = &outcome.summary;
    let last = outcome.notifications.last();
    let commands = last.map(|told| command_lines(told.condition, store.place(), stays));
    let commands = commands.unwrap_or_default();
    voice.document(&json!({
        "cycle": summary,
        "notifications": outcome.notifications,
        "commands": documents(&commands),
    }))?;
    if voice.is_json() {
        return Ok(());
    }
    voice.line(&format!(
        "{} ({:?})",
        summary.ended.format("%Y-%m-%d %H:%M:%S UTC"),
        summary.result
    ));
    voice.lines(render::outcome(summary));
    for status in ["failure", "warning"] {
        let query = LogQuery {
            cycle: Some(summary.cycle_id.clone()),
            status: Some(status.to_owned()),
            limit: Some(SHOWN),
            ..LogQuery::default()
        };
        voice.lines(render::problems(&store.entries(&query).await?));
    }
    // The reason has gone to standard error already.
    for notification in &outcome.notifications {
        voice.line(&format!("{}.", notification.subject));
    }
    voice.lines(render::commands(&commands));
    Ok(())
}

/// What to type next, for a program.
fn documents(commands: &[(String, String)]) -> Vec<Value> {
    let commands = commands.iter();
    let document =
        |(purpose, command): &(String, String)| json!({ "purpose": purpose, "command": command });
    commands.map(document).collect()
}
