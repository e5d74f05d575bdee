//! `sync`: one cycle, or one every 40 minutes until somebody stops it.

use std::path::Path;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use scim_mapping::provisioning::{CycleKind, JobState};
use serde_json::json;

use super::Ending;
use super::job::{Connections, Prepared, refused};
use crate::arguments::SyncArguments;
use crate::failure::Failure;
use crate::notification;
use crate::render::{self, Voice};
use crate::report_page;
use crate::run::{Outcome, Stop};
use crate::state::{StateFile, log::LogQuery};

/// So many problems are shown; the log has them all.
const SHOWN: u32 = 20;
/// So many entries of the log stand in a report at most.
const REPORTED: u32 = 20_000;

pub(crate) async fn sync(arguments: &SyncArguments, voice: Voice) -> Result<Ending, Failure> {
    let stop = Stop::listen();
    let interval = Duration::from_mins(arguments.interval);
    let connections = Connections::new(&arguments.job)?;
    let place = arguments.job.state.state.display().to_string();
    let mails = arguments.notification.settings(notification::Job {
        tenant_url: connections.target.base().to_owned(),
        state: place,
    })?;
    let store = StateFile::open(&arguments.job.state.state, connections.target.base()).await?;
    loop {
        let started = Utc::now();
        let outcome = once(arguments, interval, &connections, &store, &stop, voice).await;
        send_waiting(mails.as_ref(), &store).await?;
        if arguments.once || stop.is_requested() {
            return outcome;
        }
        // What failed may be repaired by the next time: a file, the network, the token.
        if let Err(failure) = &outcome {
            render::complain(failure);
        }
        let state = store.load().await?;
        let mut settings = arguments.job.settings.settings();
        settings.interval = interval;
        let Some(next) = state.next_cycle_at(&settings) else {
            return Ok(Ending::Quarantined);
        };
        let next = match &outcome {
            Ok(_) => next,
            Err(_) => started + chrono::TimeDelta::from_std(interval).unwrap_or_default(),
        };
        voice.line(&format!(
            "The next cycle begins at {}.",
            next.to_rfc3339_opts(SecondsFormat::Secs, true)
        ));
        let pause = (next - Utc::now()).to_std().unwrap_or_default();
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.requested() => return Ok(Ending::Well),
        }
    }
}

async fn once(
    arguments: &SyncArguments,
    interval: Duration,
    connections: &Connections,
    store: &StateFile,
    stop: &Stop,
    voice: Voice,
) -> Result<Ending, Failure> {
    let state = store.load().await?;
    if let Some(reason) = rests(&state) {
        voice.document(&json!({ "rests": reason }))?;
        voice.line(&reason);
        return Ok(Ending::Quarantined);
    }
    let prepared = match Prepared::new(&arguments.job, connections, interval).await {
        Ok(prepared) => prepared,
        Err(failure) if failure.is_refusal() => {
            render::complain(&failure);
            let outcome =
                refused(&arguments.job, connections, state, failure.problem(), store).await?;
            return concluded(&outcome, arguments, store, voice).await;
        }
        Err(failure) => return Err(failure),
    };
    store.forget_old_entries(Utc::now()).await?;
    let kind = if arguments.full {
        CycleKind::Initial
    } else {
        prepared.job.cycle_kind(&state)
    };
    let outcome = prepared
        .run(state, kind, Some(store), false, stop, voice)
        .await?;
    concluded(&outcome, arguments, store, voice).await
}

/// What is kept and told of a cycle that has come to an end.
async fn concluded(
    outcome: &Outcome,
    arguments: &SyncArguments,
    store: &StateFile,
    voice: Voice,
) -> Result<Ending, Failure> {
    let ending = Ending::of(&outcome.summary);
    if matches!(ending, Ending::Well | Ending::EntryErrors) {
        store.force_deletes(false).await?;
    }
    store.remember_cycle(&outcome.summary).await?;
    tell(outcome, store, voice).await?;
    if let Some(path) = &arguments.report.report {
        write_report(path, store, &LogQuery::default()).await?;
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
            render::complain(&failure);
            return Ok(());
        }
        store.forget_notification(number).await?;
    }
    Ok(())
}

/// Writes the report of the cycles that are kept, with the newest entries of the log that fit.
pub(super) async fn write_report(
    path: &Path,
    store: &StateFile,
    query: &LogQuery,
) -> Result<(), Failure> {
    let query = LogQuery {
        limit: Some(query.limit.map_or(REPORTED, |limit| limit.min(REPORTED))),
        ..query.clone()
    };
    report_page::write(path, &store.cycles().await?, &store.entries(&query).await?)
}

/// Why there is no cycle now.
fn rests(state: &JobState) -> Option<String> {
    let way_out = "when the cause is mended, `restart` ends it";
    if let Some(since) = state.status.disabled_since {
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        return Some(format!(
            "The job was in quarantine for too long and is switched off since {since}; {way_out}."
        ));
    }
    let quarantine = state.status.quarantine.as_ref()?;
    let next = quarantine.next_cycle_at;
    (next > Utc::now()).then(|| {
        let next = next.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!(
            "The job is in quarantine ({}) and rests until {next}; {way_out}.",
            quarantine.reason
        )
    })
}

async fn tell(outcome: &Outcome, store: &StateFile, voice: Voice) -> Result<(), Failure> {
    let summary = &outcome.summary;
    voice.document(&json!({ "cycle": summary, "notifications": outcome.notifications }))?;
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
    for notification in &outcome.notifications {
        voice.line(&notification.subject);
        voice.line(&notification.text);
    }
    Ok(())
}
