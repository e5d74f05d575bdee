//! One cycle over all objects: what to read, what to send, what to keep.

mod activity;
mod assigned;
mod begin;
mod doubt;
mod draft;
mod ending;
mod entry;
mod membership;
mod object;
mod reference;
mod removal;
mod resolution;
mod schedule;
mod settle;
mod source;
mod task;
mod trouble;
mod write;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::assigned::Assigned;
use self::reference::OpenReferences;
use self::task::{Held, Pending, Task};
use super::cycle_options::{CycleKind, CycleOptions, SourceEnd};
use super::failure::{Failure, Obstacle};
use super::job::{ObjectKind, ObjectMapping, ProvisioningJob};
use super::request::{TargetOperation, Ticket};
use super::state::{JobState, StateChange};
use super::step::CycleEvent;
use super::summary::ObjectCounts;
use crate::expression::Environment;

/// A cycle: source objects go in, requests come out, answers go in, and changes of state come out.
///
/// The application repeats three things until the step is [`CycleStep::Done`](super::CycleStep::Done): it asks for the next
/// [`step`](Self::step), stores what [`take_events`](Self::take_events) gives, and carries the step out. Because the events
/// are stored before the step is carried out, the application may stop anywhere: the next cycle starts from what was
/// stored, finds what the target has, and goes on.
///
/// ```
/// use scim_core::resource::{Resource, User};
/// use scim_mapping::Record;
/// use scim_mapping::provisioning::{
///     CycleKind, CycleOptions, CycleStep, JobState, ObjectKind, ProvisioningCycle, SourceEnd, TargetAnswer, TargetOperation,
/// };
/// use scim_mapping::source::SourceItem;
///
/// # use scim_core::schema::SchemaRegistry;
/// # use scim_mapping::provisioning::{ObjectMapping, ProvisioningJob};
/// # use scim_mapping::{Environment, Mapping, RuleBuilder};
/// # let registry = SchemaRegistry::standard();
/// # let users = registry.resource_type("User").ok_or("users are standard")?;
/// # let mapping = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build_for(users)?;
/// # let job = ProvisioningJob::new(ObjectMapping::new(mapping, users.clone()));
/// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let options = CycleOptions::new(CycleKind::Initial, "first");
/// let mut cycle = ProvisioningCycle::start(&job, JobState::default(), options, &environment);
/// let summary = loop {
///     let step = cycle.step(&environment);
///     for event in cycle.take_events() {
///         // Here a real application stores the changes of state and the log entries, in one transaction.
///         drop(event);
///     }
///     match step {
///         CycleStep::ReadSource(kind) => {
///             let ines = Record::default().with("objectId", "1").with("mail", "ines@fjordlab.example");
///             cycle.push(kind, SourceItem::Record(ines));
///             cycle.finish_source(kind, SourceEnd::complete());
///         }
///         CycleStep::Send(request) => {
///             // Here it sends an HTTP request.
///             let answer = match request.operation {
///                 TargetOperation::Find { .. } => TargetAnswer::Found(Vec::new()),
///                 TargetOperation::Create { .. } => {
///                     let mut created = Resource::from(User::new("ines@fjordlab.example"));
///                     created.set_id("7");
///                     TargetAnswer::Written(Some(created))
///                 }
///                 other => panic!("there is nothing else to do: {other:?}"),
///             };
///             cycle.answer(request.ticket, answer, &environment);
///         }
///         CycleStep::Done(summary) => break summary,
///         other => panic!("{other:?}"),
///     }
/// };
/// assert_eq!(summary.counts[&ObjectKind::User].created, 1);
/// let state = cycle.into_state();
/// assert_eq!(state.link(ObjectKind::User, "1").and_then(|link| link.target_id.as_deref()), Some("7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ProvisioningCycle {
    job: ProvisioningJob,
    state: JobState,
    kind: CycleKind,
    plan: bool,
    force_deletes: bool,
    cycle_id: String,
    assigned: Assigned,
    environment: Environment,
    started: DateTime<Utc>,
    phase: Phase,

    /// How the source ended, for the kinds of which it did.
    ends: BTreeMap<ObjectKind, SourceEnd>,
    /// Kinds with a record that could not be read: nobody of them counts as gone.
    unreadable: BTreeSet<ObjectKind>,
    /// Short names of the ids that the source gave.
    seen: BTreeMap<ObjectKind, BTreeSet<u64>>,
    queue: BTreeMap<ObjectKind, VecDeque<Pending>>,
    /// What has to be looked at although the source did not give it.
    lookups: VecDeque<source::Lookup>,

    next_ticket: u64,
    waiting: BTreeMap<Ticket, (Box<Task>, TargetOperation)>,
    ready: VecDeque<(Box<Task>, TargetOperation)>,
    delayed: BTreeMap<(DateTime<Utc>, u64), (Box<Task>, TargetOperation)>,
    held: Held,
    throttled_until: Option<DateTime<Utc>>,
    /// Whether the target has answered at all, and not with a failure of its own.
    is_answered: bool,
    /// Requests in a row without an answer, and answers in a row that asked to wait.
    unanswered: u32,
    throttles: u32,
    /// The request that was answered last, and those from which on the next failure and the next wait count: a burst counts once.
    answered: Ticket,
    next_unanswered: Ticket,
    next_throttle: Ticket,

    references: BTreeMap<String, OpenReferences>,
    /// Whether people with these e-mail addresses are in the target, and their ids.
    mails: BTreeMap<String, Option<String>>,
    /// What objects of the target are called by where a rule, by its index, does not name them by their ids.
    callings: BTreeMap<(usize, String), Option<String>>,
    /// Names of people of the source who are not in the target, for those who refer to them.
    names: BTreeMap<String, String>,
    staged: BTreeMap<(ObjectKind, String), (Box<Task>, TargetOperation)>,
    /// Who refers to whom, once somebody was found to be gone from the target.
    referrers: Option<doubt::Referrers>,
    /// Short names of the target ids that are linked, or were.
    targets: Option<BTreeSet<u64>>,

    counts: BTreeMap<ObjectKind, ObjectCounts>,
    requests: usize,
    writes: usize,
    planned_writes: usize,
    entries: u64,
    too_many_deletes: Option<usize>,
    ending: Option<Ending>,
    summary: Option<super::summary::CycleSummary>,
    events: Vec<CycleEvent>,
}

/// What is being done, in the order in which it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Source(ObjectKind),
    Lookup(ObjectKind),
    References,
    Removals,
}

/// Why a cycle ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ending {
    Stopped,
    Failed(Obstacle, Failure),
}

/// Neither records nor answers are shown.
impl fmt::Debug for ProvisioningCycle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ProvisioningCycle")
            .field("cycle_id", &self.cycle_id)
            .field("kind", &self.kind)
            .field("phase", &self.phase)
            .field("in_flight", &self.waiting.len())
            .finish_non_exhaustive()
    }
}

impl ProvisioningCycle {
    /// Begins a cycle where the last one ended, or was cut off.
    ///
    /// See the example of [`ProvisioningCycle`].
    #[must_use]
    pub fn start(
        job: &ProvisioningJob,
        state: JobState,
        options: CycleOptions,
        environment: &Environment,
    ) -> Self {
        let CycleOptions {
            kind,
            plan,
            assignments,
            force_deletes,
            cycle_id,
        } = options;
        let mut this = Self {
            job: job.for_cycle(),
            state,
            phase: Phase::Source(ObjectKind::User),
            plan,
            force_deletes,
            cycle_id,
            assigned: Assigned::from(assignments),
            environment: environment.clone(),
            started: environment.now,
            ends: BTreeMap::new(),
            unreadable: BTreeSet::new(),
            seen: BTreeMap::new(),
            queue: BTreeMap::new(),
            lookups: VecDeque::new(),
            next_ticket: 0,
            waiting: BTreeMap::new(),
            ready: VecDeque::new(),
            delayed: BTreeMap::new(),
            held: Held::default(),
            throttled_until: None,
            is_answered: false,
            unanswered: 0,
            throttles: 0,
            answered: Ticket(0),
            next_unanswered: Ticket(0),
            next_throttle: Ticket(0),
            references: BTreeMap::new(),
            mails: BTreeMap::new(),
            callings: BTreeMap::new(),
            names: BTreeMap::new(),
            staged: BTreeMap::new(),
            referrers: None,
            targets: None,
            counts: BTreeMap::new(),
            requests: 0,
            writes: 0,
            planned_writes: 0,
            entries: 0,
            too_many_deletes: None,
            ending: None,
            summary: None,
            events: Vec::new(),
            kind,
        };
        if let CycleKind::OnDemand { object, source_id } = &this.kind {
            this.phase = Phase::Lookup(*object);
            this.lookups
                .push_back(source::Lookup::Read(source_id.clone()));
        }
        this
    }

    /// What has to be stored and told since the last call. Store it before the step is carried out that came with it.
    ///
    /// See the example of [`ProvisioningCycle`].
    #[must_use = "what is not stored is lost"]
    pub fn take_events(&mut self) -> Vec<CycleEvent> {
        std::mem::take(&mut self.events)
    }

    /// The state as it is now. In a plan it tells what would be.
    ///
    /// See the example of [`ProvisioningCycle`].
    #[must_use]
    pub fn state(&self) -> &JobState {
        &self.state
    }

    /// The state as it is now, for the next cycle; that of a plan is for none, because nothing of it was done.
    ///
    /// See the example of [`ProvisioningCycle`].
    #[must_use]
    pub fn into_state(self) -> JobState {
        self.state
    }

    /// Begins nothing new: the requests in hand are answered, and then the cycle is over. What was not done is done by the
    /// next one.
    ///
    /// ```
    /// # use scim_core::schema::SchemaRegistry;
    /// # use scim_mapping::{Environment, Mapping, RuleBuilder};
    /// # use scim_mapping::provisioning::{CycleKind, CycleOptions, CycleResult, CycleStep, JobState, ObjectMapping, ProvisioningCycle, ProvisioningJob};
    /// # let registry = SchemaRegistry::standard();
    /// # let users = registry.resource_type("User").ok_or("users are standard")?;
    /// # let mapping = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build_for(users)?;
    /// # let job = ProvisioningJob::new(ObjectMapping::new(mapping, users.clone()));
    /// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let options = CycleOptions::new(CycleKind::Initial, "first");
    /// let mut cycle = ProvisioningCycle::start(&job, JobState::default(), options, &environment);
    /// cycle.stop();
    /// let CycleStep::Done(summary) = cycle.step(&environment) else { panic!("nothing was in hand") };
    /// assert_eq!(summary.result, CycleResult::Stopped);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stop(&mut self) {
        self.ending.get_or_insert(Ending::Stopped);
    }

    /// Ends the cycle because of something that no single object is to blame for: the directory cannot be read, or the target
    /// does not answer already when the application asks what it can hold. Requests in hand are answered, an entry of the log
    /// says why, and the next cycle goes on where this one ended.
    ///
    /// A target that refuses the token puts the job into quarantine at once, and one that does not answer after some such
    /// cycles in a row ([`QuarantineSettings::failed_cycles`](super::QuarantineSettings)). Other obstacles never do.
    ///
    /// ```
    /// # use scim_core::schema::SchemaRegistry;
    /// # use scim_mapping::{Environment, Mapping};
    /// # use scim_mapping::provisioning::{CycleKind, CycleOptions, CycleResult, CycleStep, Failure, JobState, ObjectMapping, Obstacle, ProvisioningCycle, ProvisioningJob};
    /// # let registry = SchemaRegistry::standard();
    /// # let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let job = ProvisioningJob::new(ObjectMapping::new(Mapping::new(Vec::new()), users.clone()));
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let options = CycleOptions::new(CycleKind::Incremental, "c1");
    /// let mut cycle = ProvisioningCycle::start(&job, JobState::default(), options, &environment);
    /// cycle.abandon(Obstacle::Target, Failure::refused(Some(401), "the token has expired"));
    /// let CycleStep::Done(summary) = cycle.step(&environment) else { return Err("it is over".into()) };
    /// assert_eq!(summary.result, CycleResult::Quarantined);
    /// assert!(cycle.state().status.quarantine.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn abandon(&mut self, obstacle: Obstacle, failure: Failure) {
        self.ending.get_or_insert(Ending::Failed(obstacle, failure));
    }

    fn now(&self) -> DateTime<Utc> {
        self.environment.now
    }

    fn is_incremental(&self) -> bool {
        self.kind == CycleKind::Incremental
    }

    fn is_on_demand(&self) -> bool {
        matches!(self.kind, CycleKind::OnDemand { .. })
    }

    /// The mapping of a kind of objects; a task of a kind that is not provisioned is never made.
    fn object(&self, kind: ObjectKind) -> Option<Arc<ObjectMapping>> {
        self.job.shared_object(kind)
    }

    fn change(&mut self, change: StateChange) {
        self.state.apply(change.clone());
        if !self.plan {
            self.events.push(CycleEvent::State(change));
        }
    }

    fn count(&mut self, kind: ObjectKind) -> &mut ObjectCounts {
        self.counts.entry(kind).or_default()
    }
}
