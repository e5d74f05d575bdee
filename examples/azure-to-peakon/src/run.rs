//! One cycle: what it asks for is read and sent, several things at a time, and what it says is to be kept is kept.

mod stop;

use std::collections::BTreeMap;

use chrono::Utc;
use scim_mapping::provisioning::{
    CycleEvent, CycleKind, CycleOptions, CycleStep, CycleSummary, JobState, LogEntry, Notification,
    ObjectKind, ProvisioningCycle, ProvisioningJob, TargetAnswer, TargetRequest, Ticket,
};
use scim_mapping::source::SourceItem;
use scim_mapping::{Environment, Record};
use tokio::task::{JoinError, JoinSet};

pub(crate) use self::stop::{EXIT_CODE, Stop};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::source::{Batch, Reading, Source};
use crate::state::StateFile;
use crate::target::{self, Target};

/// What a cycle works with.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) job: &'a ProvisioningJob,
    pub(crate) target: &'a Target,
    pub(crate) source: &'a Source,
    /// Where the state is kept; none for a plan, which changes nothing.
    pub(crate) store: Option<&'a StateFile>,
    pub(crate) stop: &'a Stop,
    pub(crate) progress: Progress,
    /// Whether the entries of the log are wanted when it is over.
    pub(crate) keeps_entries: bool,
    /// Whether an administrator has allowed its deletions, however many they are.
    pub(crate) force_deletes: bool,
}

/// How a cycle went.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) summary: CycleSummary,
    pub(crate) notifications: Vec<Notification>,
    pub(crate) entries: Vec<LogEntry>,
}

/// A cycle that something keeps from beginning: it has failed, and the next one is due as after any other.
pub(crate) async fn abandoned(
    job: &ProvisioningJob,
    state: JobState,
    failure: &Failure,
    store: &StateFile,
) -> Result<Outcome, Failure> {
    let kind = if state.status.mapping_fingerprint.is_some() {
        CycleKind::Incremental
    } else {
        CycleKind::Initial
    };
    let options = CycleOptions::new(kind, target::random_identifier()?);
    let mut cycle = ProvisioningCycle::start(job, state, options, &environment());
    if let Some((obstacle, failure)) = failure.obstacle() {
        cycle.abandon(obstacle, failure);
    }
    let CycleStep::Done(summary) = cycle.step(&environment()) else {
        return Err(Failure::new(
            "the cycle",
            "it does not end",
            "tell the authors",
        ));
    };
    let events = cycle.take_events();
    let notifications = events.iter().filter_map(|event| match event {
        CycleEvent::Notify(notification) => Some(notification.clone()),
        _ => None,
    });
    let notifications = notifications.collect();
    store.conclude(events, &summary).await?;
    Ok(Outcome {
        summary,
        notifications,
        entries: Vec::new(),
    })
}

/// What was asked for, and has come.
enum Done {
    Answer(Ticket, TargetAnswer),
    Object(ObjectKind, String, Option<Record>),
    Batch(ObjectKind, Reading, Batch),
}

/// A cycle under way.
struct Course<'a> {
    run: Run<'a>,
    cycle: ProvisioningCycle,
    tasks: JoinSet<Result<Done, Failure>>,
    readings: BTreeMap<ObjectKind, Reading>,
    /// Until what is being read has come, the cycle asks for the same again.
    is_reading: bool,
    is_on_demand: bool,
    notifications: Vec<Notification>,
    entries: Vec<LogEntry>,
}

impl Run<'_> {
    /// Runs a cycle to its end, or until somebody stops it.
    pub(crate) async fn cycle(self, state: JobState, kind: CycleKind) -> Result<Outcome, Failure> {
        let mut options = CycleOptions::new(kind.clone(), target::random_identifier()?);
        options.plan = self.store.is_none();
        options.force_deletes = self.force_deletes;
        let mut is_stopped = false;
        tokio::select! {
            assignments = self.source.assignments() => {
                options.assignments = assignments.map_err(Failure::of_the_source)?;
            }
            () = self.stop.requested() => is_stopped = true,
        }
        let mut readings = BTreeMap::new();
        for object in [ObjectKind::User, ObjectKind::Group] {
            let watermark = state.status.watermarks.get(&object);
            // Whoever is to be compared has to be read.
            let watermark = watermark.filter(|_| kind == CycleKind::Incremental);
            if self.job.object(object).is_some() && !matches!(kind, CycleKind::OnDemand { .. }) {
                readings.insert(
                    object,
                    self.source.begin(object, watermark.map(String::as_str)),
                );
            }
        }
        let mut course = Course {
            cycle: ProvisioningCycle::start(self.job, state, options, &environment()),
            run: self,
            tasks: JoinSet::new(),
            readings,
            is_reading: false,
            is_on_demand: matches!(kind, CycleKind::OnDemand { .. }),
            notifications: Vec::new(),
            entries: Vec::new(),
        };
        if is_stopped {
            course.cycle.stop();
        }
        course.finish().await
    }
}

impl Course<'_> {
    async fn finish(mut self) -> Result<Outcome, Failure> {
        let outcome = self.steps().await;
        if outcome.is_err() {
            // What is under way is finished and kept; a request that was sent is not called back.
            self.cycle.stop();
            while let Some(done) = self.tasks.join_next().await {
                if let Ok(Ok(done)) = done {
                    self.take(done);
                }
            }
            self.keep(None).await?;
        }
        let summary = outcome?;
        self.run.progress.finish();
        Ok(Outcome {
            summary,
            notifications: self.notifications,
            entries: self.entries,
        })
    }

    async fn steps(&mut self) -> Result<CycleSummary, Failure> {
        let mut is_stopped = false;
        loop {
            let mut until = None;
            let mut requests = Vec::new();
            loop {
                match self.cycle.step(&environment()) {
                    CycleStep::Send(request) => requests.push(request),
                    CycleStep::ReadObject { kind, source_id } if !self.is_reading => {
                        self.read_object(kind, source_id);
                    }
                    CycleStep::ReadSource(kind) if !self.is_reading => self.read_source(kind)?,
                    CycleStep::Done(summary) => {
                        self.keep(Some(&summary)).await?;
                        return Ok(summary);
                    }
                    CycleStep::WaitUntil(time) => {
                        until = Some(time);
                        break;
                    }
                    _ => break,
                }
            }
            // Whatever is sent can be found again after a crash only if it is stored by then.
            self.keep(None).await?;
            for request in requests {
                self.send(request);
            }
            let pause = until.map(|until| (until - Utc::now()).to_std().unwrap_or_default());
            let is_idle = self.tasks.is_empty();
            if is_idle && pause.is_none() {
                return Err(Failure::new(
                    "the cycle",
                    "it waits for nothing",
                    "tell the authors",
                ));
            }
            tokio::select! {
                Some(done) = self.tasks.join_next(), if !is_idle => {
                    self.arrived(done)?;
                    while let Some(done) = self.tasks.try_join_next() {
                        self.arrived(done)?;
                    }
                }
                () = tokio::time::sleep(pause.unwrap_or_default()), if pause.is_some() => {}
                () = self.run.stop.requested(), if !is_stopped => {
                    is_stopped = true;
                    self.cycle.stop();
                    self.run.progress.stopping();
                }
            }
        }
    }

    fn send(&mut self, request: TargetRequest) {
        let target = self.run.target.clone();
        let resource_type = self
            .run
            .job
            .object(request.kind)
            .map(|mapping| mapping.target().clone());
        self.tasks.spawn(async move {
            let answer = match resource_type {
                Some(resource_type) => {
                    target
                        .carry_out(request.kind, &resource_type, request.operation)
                        .await
                }
                None => TargetAnswer::refused(501, "the target keeps none of these"),
            };
            Ok(Done::Answer(request.ticket, answer))
        });
    }

    fn read_object(&mut self, kind: ObjectKind, source_id: String) {
        self.is_reading = true;
        let source = self.run.source.clone();
        self.tasks.spawn(async move {
            let record = source.read(kind, &source_id).await;
            let record = record.map_err(Failure::of_the_source)?;
            Ok(Done::Object(kind, source_id, record))
        });
    }

    fn read_source(&mut self, kind: ObjectKind) -> Result<(), Failure> {
        let Some(mut reading) = self.readings.remove(&kind) else {
            let problem = format!("{kind}s are asked for after their end");
            return Err(Failure::new("the cycle", problem, "tell the authors"));
        };
        self.is_reading = true;
        self.tasks.spawn(async move {
            let batch = reading.next().await.map_err(Failure::of_the_source)?;
            Ok(Done::Batch(kind, reading, batch))
        });
        Ok(())
    }

    /// What has come, or why it does not: then the cycle ends, and tells of it.
    fn arrived(&mut self, done: Result<Result<Done, Failure>, JoinError>) -> Result<(), Failure> {
        let failure = match joined(done) {
            Ok(done) => {
                self.take(done);
                return Ok(());
            }
            Err(failure) => failure,
        };
        self.is_reading = false;
        let Some((obstacle, of_the_cycle)) = failure.obstacle() else {
            return Err(failure);
        };
        self.cycle.abandon(obstacle, of_the_cycle);
        Ok(())
    }

    /// Hands to the cycle what has come.
    fn take(&mut self, done: Done) {
        match done {
            Done::Answer(ticket, answer) => {
                self.run.progress.answered();
                self.cycle.answer(ticket, answer, &environment());
            }
            Done::Object(kind, source_id, record) => {
                self.is_reading = false;
                self.cycle.push_object(kind, &source_id, record);
            }
            Done::Batch(kind, reading, batch) => {
                self.is_reading = false;
                self.run
                    .progress
                    .read(kind, batch.items.len(), reading.fraction());
                for item in batch.items {
                    match item {
                        Ok(SourceItem::NextLink(_) | SourceItem::DeltaLink(_)) => {}
                        Ok(item) => self.cycle.push(kind, item),
                        Err(problem) => self.cycle.source_failed(kind, problem),
                    }
                }
                if let Some(end) = batch.end {
                    self.cycle.finish_source(kind, end);
                } else {
                    self.readings.insert(kind, reading);
                }
            }
        }
    }

    /// Keeps what the cycle says is to be kept, and at its end how it went.
    async fn keep(&mut self, summary: Option<&CycleSummary>) -> Result<(), Failure> {
        let events = self.cycle.take_events();
        for event in &events {
            match event {
                CycleEvent::Log(entry) => {
                    self.run.progress.entry(entry);
                    if self.run.keeps_entries {
                        self.entries.push((**entry).clone());
                    }
                }
                CycleEvent::Notify(notification) => self.notifications.push(notification.clone()),
                _ => {}
            }
        }
        match (self.run.store, summary) {
            (Some(store), Some(summary)) if !self.is_on_demand => {
                store.conclude(events, summary).await
            }
            (Some(store), _) => store.store(events).await,
            (None, _) => Ok(()),
        }
    }
}

fn joined(outcome: Result<Result<Done, Failure>, JoinError>) -> Result<Done, Failure> {
    outcome.unwrap_or_else(|error| Err(Failure::new("a request", error, "run again")))
}

fn environment() -> Environment {
    Environment::new(Utc::now())
}
