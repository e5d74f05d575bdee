//! Cycle after cycle, until nothing is written any more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use scim_mapping::Environment;
use scim_mapping::provisioning::{
    Condition, CycleEvent, CycleKind, CycleOptions, CycleResult, CycleStep, CycleSummary, Failure,
    JobState, LogAction, ObjectKind, Obstacle, OutOfScope, ProvisioningCycle, ProvisioningJob,
    ResetScope, StateChange, TargetOperation, TargetRequest,
};
use serde_json::{Value, json};

use crate::directory::{Directory, Life, Telling};
use crate::history::note;
use crate::network::{Faults, Network};
use crate::random::Random;
use crate::target::Target;
use crate::totals::Totals;

pub(crate) struct Simulation {
    pub(crate) directory: Directory,
    pub(crate) target: Target,
    pub(crate) network: Network,
    pub(crate) job: ProvisioningJob,
    /// What was stored, change by change.
    pub(crate) stored: JobState,
    pub(crate) out_of_scope: OutOfScope,
    /// Ids of the source whose links were released at some time.
    pub(crate) released: BTreeSet<String>,
    /// Objects that nobody here manages, as they were.
    pub(crate) strangers: Vec<(String, Value)>,
    pub(crate) random: Random,
    pub(crate) now: DateTime<Utc>,
    pub(crate) cycles: usize,
    pub(crate) is_plan: bool,
    /// Whether somebody has changed the target behind the back.
    pub(crate) is_edited: bool,
    pub(crate) totals: Totals,
}

impl Simulation {
    pub(crate) fn run(mut self) -> Totals {
        let troubled = 1 + self.random.below(5);
        for _ in 0..troubled {
            let kind = self.job.cycle_kind(&self.stored);
            let force = self.random.percent(20);
            self.cycle(kind, force);
            self.interlude();
            for _ in 0..self.random.below(6) {
                self.directory.mutate(&mut self.random);
            }
            self.edit_target();
        }
        note!("the network is well again");
        self.network.faults = Faults::none();
        // A cycle that finds edits behind the back, between two that do not look for them.
        self.until_quiet();
        if !self.is_edited && self.network.has_kept_its_word() {
            // No change of the source is lost, also without a look at everybody.
            self.judge();
        }
        let summary = self.cycle(CycleKind::Initial, true);
        assert!(summary.is_some_and(|summary| summary.result <= CycleResult::EntryLevelErrors));
        self.until_quiet();
        self.judge();
        self.totals.cycles = self.cycles;
        self.totals.network = self.network.happened;
        self.totals
    }

    /// What an administrator may do between two cycles.
    fn interlude(&mut self) {
        let ids: Vec<String> = self.directory.users.keys().cloned().collect();
        match (self.random.below(8), self.random.pick(&ids).cloned()) {
            (0, Some(source_id)) => {
                let object = ObjectKind::User;
                self.cycle(CycleKind::OnDemand { object, source_id }, false);
            }
            (1, _) => {
                let (before, stored) = (self.target.objects.clone(), self.stored.clone());
                self.is_plan = true;
                self.cycle(CycleKind::Initial, false);
                self.is_plan = false;
                assert_eq!(self.target.objects, before, "a plan has written something");
                assert_eq!(self.stored, stored, "a plan has left something");
            }
            // A source of changes would not tell again what was removed.
            (2, _) if self.directory.telling != Telling::Delta => {
                note!("  restart");
                self.stored.restart(ResetScope::default());
            }
            _ => {}
        }
    }

    /// Two cycles in a row without a write: what a source of changes tells of a group of which something is open is not all of it,
    /// and the whole group is looked at in the cycle after.
    fn until_quiet(&mut self) {
        let mut quiet = 0;
        for _ in 0..20 {
            let kind = self.job.cycle_kind(&self.stored);
            let summary = self.cycle(kind, true).unwrap();
            // What waits in escrow waits a day at most.
            self.now += TimeDelta::days(1);
            let is_at_rest = summary.writes == 0
                && self.stored.escrow.is_empty()
                && summary.result <= CycleResult::EntryLevelErrors;
            quiet = if is_at_rest { quiet + 1 } else { 0 };
            if quiet == 2 {
                return;
            }
        }
        panic!("it does not come to rest: {:?}", self.stored.escrow);
    }

    /// Changes in the target that did not come from here.
    fn edit_target(&mut self) {
        if !self.random.percent(30) {
            return;
        }
        let ids: Vec<String> = self.target.of(ObjectKind::User).keys().cloned().collect();
        let Some(id) = self.random.pick(&ids).cloned() else {
            return;
        };
        let source_id = self.source_id(&id);
        if !self.directory.is_active(&source_id)
            || self.stored.link(ObjectKind::User, &source_id).is_none()
        {
            return;
        }
        note!("  somebody edits {id} in the target");
        self.is_edited = true;
        match self.random.below(3) {
            0 => self
                .target
                .edit(ObjectKind::User, &id, "title", json!("Edited")),
            1 => self
                .target
                .edit(ObjectKind::User, &id, "active", json!(false)),
            _ => self.target.remove(ObjectKind::User, &id),
        }
    }

    fn source_id(&self, target_id: &str) -> String {
        let users = self.target.of(ObjectKind::User);
        let external_id = users.get(target_id).and_then(|user| user.external_id());
        external_id.unwrap_or_default().to_owned()
    }

    /// One cycle; none when it crashed.
    fn cycle(&mut self, kind: CycleKind, force_deletes: bool) -> Option<CycleSummary> {
        self.cycles += 1;
        let settings = self.job.settings().clone();
        if let Some(due) = self.stored.next_cycle_at(&settings) {
            self.now = self.now.max(due);
        } else {
            let mut scope = ResetScope::default();
            scope.watermark = false;
            self.stored.restart(scope);
        }
        note!(
            "cycle {} at {}: {kind:?}, force {force_deletes}",
            self.cycles,
            self.now
        );
        let is_incremental = kind == CycleKind::Incremental;
        let mut options = CycleOptions::new(kind, format!("c{}", self.cycles));
        options.assignments = self.directory.assignments();
        options.force_deletes = force_deletes;
        options.plan = self.is_plan;
        let was_known = self.stored.clone();
        let mut cycle =
            ProvisioningCycle::start(&self.job, self.stored.clone(), options, &self.environment());
        if self.random.percent(self.network.faults.down) {
            let (obstacle, status) = match self.random.below(3) {
                0 => (Obstacle::Source, None),
                1 => (Obstacle::Target, None),
                _ => (Obstacle::Target, Some(503)),
            };
            note!("  {obstacle:?} is down");
            self.totals.down += 1;
            cycle.abandon(obstacle, Failure::refused(status, "it is down"));
        }
        let mut readings = BTreeMap::new();
        let mut removals = 0;
        loop {
            self.now += TimeDelta::seconds(1);
            let step = cycle.step(&self.environment());
            if self.store(&mut cycle)
                || self.random.percent(self.network.faults.crash) && self.random.percent(20)
            {
                note!("  crash");
                self.totals.crashes += 1;
                self.network.cut(&mut self.target);
                return None;
            }
            if self.random.percent(self.network.faults.stop) {
                note!("  stop");
                self.totals.stops += 1;
                cycle.stop();
            }
            match step {
                CycleStep::ReadSource(kind) => {
                    let since = was_known.status.watermarks.get(&kind);
                    let since = since.filter(|_| is_incremental);
                    let reading = readings.entry(kind).or_insert_with(|| {
                        let (faults, random) = (&self.network.faults, &mut self.random);
                        self.directory
                            .begin(kind, since, faults, random, &mut self.totals)
                    });
                    reading.push(&mut cycle, kind);
                }
                CycleStep::ReadObject { kind, source_id } => {
                    let record = self.directory.object(kind, &source_id);
                    note!("  read {kind} {source_id}: {}", record.is_some());
                    cycle.push_object(kind, &source_id, record);
                }
                CycleStep::Send(request) => {
                    assert!(!self.is_plan || !request.operation.is_write());
                    removals += usize::from(self.check(&request));
                    self.network
                        .send(request, &mut self.target, &mut self.random);
                    assert!(self.network.in_flight() <= settings.in_flight);
                }
                CycleStep::Wait => self.deliver(&mut cycle),
                CycleStep::WaitUntil(until) => {
                    if self.network.in_flight() > 0 && self.random.percent(50) {
                        self.deliver(&mut cycle);
                    } else {
                        self.now = self.now.max(until);
                    }
                }
                CycleStep::Done(summary) => {
                    self.network.cut(&mut self.target);
                    self.totals.requests += summary.requests;
                    let staged: usize = summary.counts.values().map(|counts| counts.staged).sum();
                    assert!(
                        staged == 0 || removals == 0 && !force_deletes,
                        "some are staged, and {removals} are not"
                    );
                    if !self.is_plan {
                        self.judge_state(&cycle);
                    }
                    note!("  {:?}: {:?}", summary.result, summary.reason);
                    return Some(summary);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// What was stored change by change is what the cycle has, and so is what was stored as a whole.
    fn judge_state(&self, cycle: &ProvisioningCycle) {
        assert_eq!(
            &self.stored,
            cycle.state(),
            "the changes do not make the state"
        );
        let text = serde_json::to_string(&self.stored).unwrap();
        assert_eq!(
            serde_json::from_str::<JobState>(&text).unwrap(),
            self.stored
        );
    }

    fn environment(&self) -> Environment {
        Environment::new(self.now)
    }

    /// Stores the events one by one; true when it crashed in between.
    fn store(&mut self, cycle: &mut ProvisioningCycle) -> bool {
        for event in cycle.take_events() {
            if self.random.percent(self.network.faults.crash) && self.random.percent(30) {
                return true;
            }
            match event {
                CycleEvent::State(change) => {
                    assert!(!self.is_plan);
                    if let StateChange::Link {
                        source_id,
                        link: Some(link),
                        ..
                    } = &change
                        && link.released
                    {
                        self.released.insert(source_id.clone());
                    }
                    let text = serde_json::to_string(&change).unwrap();
                    self.stored.apply(serde_json::from_str(&text).unwrap());
                }
                CycleEvent::Log(entry) => {
                    note!(
                        "  {entry:?} {} {:?}",
                        entry.source_identity.id,
                        entry.provisioning_status_info.error_information
                    );
                    let is_staged = entry.provisioning_action == LogAction::StagedDelete;
                    self.totals.staged += usize::from(is_staged);
                }
                CycleEvent::Notify(notification) => {
                    note!("  {:?}", notification.condition);
                    self.totals.recovered +=
                        usize::from(notification.condition == Condition::Recovered);
                }
                other => panic!("{other:?}"),
            }
        }
        false
    }

    fn deliver(&mut self, cycle: &mut ProvisioningCycle) {
        let delivered = self.network.deliver(&mut self.target, &mut self.random);
        let Some((ticket, answer, is_doubled)) = delivered else {
            panic!("the cycle waits for nothing");
        };
        cycle.answer(ticket, answer.clone(), &self.environment());
        if is_doubled {
            cycle.answer(ticket, answer, &self.environment());
        }
    }

    /// Nobody is disabled or deleted who has to be active; true for a removal.
    fn check(&self, request: &TargetRequest) -> bool {
        let (id, is_removal) = match &request.operation {
            TargetOperation::Delete { id } => (id, true),
            TargetOperation::Patch { id, body, .. } => {
                let mut operations = body["Operations"].as_array().unwrap().iter();
                let is_off = |operation: &Value| {
                    operation["path"] == "active"
                        && (operation["value"] == false || operation["value"] == "False")
                };
                (id, operations.any(is_off))
            }
            TargetOperation::Replace { id, body } => {
                let was_active = self
                    .target
                    .of(request.kind)
                    .get(id)
                    .and_then(|user| user.get("active"));
                (
                    id,
                    was_active == Some(&json!(true)) && body["active"] == json!(false),
                )
            }
            _ => return false,
        };
        if is_removal && request.kind == ObjectKind::User {
            let source_id = self.source_id(id);
            assert!(
                !self.directory.is_active(&source_id),
                "{source_id} is removed out of turn"
            );
            if matches!(request.operation, TargetOperation::Delete { .. }) {
                let is_gone = self
                    .directory
                    .users
                    .get(&source_id)
                    .is_none_or(|user| user.life == Life::Gone);
                let may_delete = is_gone && self.job.settings().hard_deletes
                    || self.out_of_scope == OutOfScope::Delete;
                assert!(may_delete, "{source_id} is deleted out of turn");
            }
        }
        is_removal
    }
}
