//! Which step is next: requests first, then new objects, then more of the source.

use super::source::Lookup;
use super::task::{Content, Standing, Task};
use super::{ObjectKind, Phase, ProvisioningCycle};
use crate::expression::Environment;
use crate::provisioning::request::{TargetAnswer, TargetOperation, TargetRequest, Ticket};
use crate::provisioning::state::Link;
use crate::provisioning::step::CycleStep;

impl ProvisioningCycle {
    /// What has to be done next. The same step comes again until it is done; requests alone come once each.
    ///
    /// See the example of [`ProvisioningCycle`].
    pub fn step(&mut self, environment: &Environment) -> CycleStep {
        self.environment = environment.clone();
        if let Some(summary) = &self.summary {
            return CycleStep::Done(summary.clone());
        }
        loop {
            if self.ending.is_some() {
                return self.end_early();
            }
            if let Some(until) = self.throttled_until {
                if self.now() < until {
                    return CycleStep::WaitUntil(until);
                }
                self.throttled_until = None;
            }
            self.wake();
            let in_flight = self.job.settings().in_flight.max(1);
            if self.waiting.len() < in_flight {
                if let Some((task, operation)) = self.ready.pop_front() {
                    if let Some(step) = self.send(task, operation) {
                        return step;
                    }
                    continue;
                }
                if self.begin_next() {
                    continue;
                }
            }
            if let Some(step) = self.read_more(2 * in_flight) {
                return step;
            }
            let delayed_until = self.delayed.keys().next().map(|(until, _)| *until);
            if let Some(until) = delayed_until {
                return CycleStep::WaitUntil(until);
            }
            if !self.waiting.is_empty() {
                return CycleStep::Wait;
            }
            if let Some(step) = self.next_phase() {
                return step;
            }
        }
    }

    /// Takes an answer. One without a request, or a second one, is passed over.
    ///
    /// See the example of [`ProvisioningCycle`].
    pub fn answer(&mut self, ticket: Ticket, answer: TargetAnswer, environment: &Environment) {
        self.environment = environment.clone();
        if let Some((task, operation)) = self.waiting.remove(&ticket) {
            self.answered = ticket;
            self.receive(task, operation, answer);
        }
    }

    pub(super) fn send_later(&mut self, task: Box<Task>, operation: TargetOperation) {
        self.ready.push_back((task, operation));
    }

    fn send(&mut self, task: Box<Task>, operation: TargetOperation) -> Option<CycleStep> {
        if operation.is_write() {
            self.open(&task);
        }
        if self.plan && operation.is_write() {
            self.planned_writes += 1;
            let answer = self.planned(&operation);
            self.receive(task, operation, answer);
            return None;
        }
        self.requests += 1;
        self.writes += usize::from(operation.is_write());
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        let request = TargetRequest {
            ticket,
            kind: task.kind,
            operation: operation.clone(),
        };
        self.waiting.insert(ticket, (task, operation));
        Some(CycleStep::Send(request))
    }

    /// Should the write be cut off, the object must not look as if it were as it was, or as if nothing had been written; and
    /// whoever comes back must be the job's business again, should he leave before anybody hears of it.
    fn open(&mut self, task: &Task) {
        let is_back = task.standing == Standing::Active;
        let link = match self.state.link(task.kind, &task.source_id).cloned() {
            Some(link) if link.target_id.is_some() && link.target_id == task.target_id => Link {
                fingerprint: None,
                released: link.released && !is_back,
                removed: link.removed && !is_back,
                ..link
            },
            _ => Link {
                target_id: task.target_id.clone(),
                fingerprint: None,
                assigned: task.assigned,
                released: false,
                removed: false,
                incomplete: true,
                told: None,
                refers_to: Vec::new(),
            },
        };
        self.set_link(task.kind, &task.source_id, Some(link));
    }

    /// What a target would answer that does as it is told.
    fn planned(&self, operation: &TargetOperation) -> TargetAnswer {
        match operation {
            TargetOperation::Create { body } => {
                let mut created = scim_core::resource::Resource::new(
                    body.as_object().cloned().unwrap_or_default(),
                );
                created.set_id(format!("planned-{}", self.planned_writes));
                TargetAnswer::Written(Some(created))
            }
            TargetOperation::Delete { .. } => TargetAnswer::Deleted,
            _ => TargetAnswer::Written(None),
        }
    }

    fn wake(&mut self) {
        let now = self.now();
        while let Some(entry) = self.delayed.first_entry()
            && entry.key().0 <= now
        {
            self.ready.push_back(entry.remove());
        }
    }

    /// Begins one object; false when there is none that could be begun.
    fn begin_next(&mut self) -> bool {
        match self.phase {
            Phase::Source(kind) | Phase::Lookup(kind) => {
                if let Some(pending) = self.next_pending(kind) {
                    self.begin(kind, pending);
                    return true;
                }
                let Some(Lookup::Removed(source_id, removal)) = self.lookups.front() else {
                    return false;
                };
                let (source_id, removal) = (source_id.clone(), *removal);
                self.lookups.pop_front();
                self.offer(kind, source_id, Content::Removed(removal));
                true
            }
            Phase::References => {
                let Some((source_id, open)) = self.references.pop_first() else {
                    return false;
                };
                self.begin_references(source_id, open);
                true
            }
            Phase::Removals => {
                let Some((_, (task, operation))) = self.staged.pop_first() else {
                    return false;
                };
                self.held.enter(task.kind, &task.source_id);
                self.send_later(task, operation);
                true
            }
        }
    }

    fn read_more(&mut self, room: usize) -> Option<CycleStep> {
        let (Phase::Source(kind) | Phase::Lookup(kind)) = self.phase else {
            return None;
        };
        if self
            .queue
            .get(&kind)
            .is_some_and(|queue| queue.len() >= room)
        {
            return None;
        }
        if self.phase == Phase::Source(kind) {
            return (!self.ends.contains_key(&kind)).then_some(CycleStep::ReadSource(kind));
        }
        match self.lookups.front() {
            Some(Lookup::Read(source_id)) => Some(CycleStep::ReadObject {
                kind,
                source_id: source_id.clone(),
            }),
            _ => None,
        }
    }

    /// Goes over to the next phase; the end is the last one.
    fn next_phase(&mut self) -> Option<CycleStep> {
        let has_groups = self.job.object(ObjectKind::Group).is_some();
        self.phase = match self.phase {
            Phase::Source(kind) => {
                self.find_lookups(kind);
                Phase::Lookup(kind)
            }
            Phase::Lookup(ObjectKind::User) => Phase::References,
            Phase::References if has_groups && !self.is_on_demand() => {
                Phase::Source(ObjectKind::Group)
            }
            Phase::References | Phase::Lookup(ObjectKind::Group) => {
                self.judge_removals();
                self.doubt_for_removals();
                Phase::Removals
            }
            Phase::Removals => return Some(self.end()),
        };
        None
    }

    /// Drops whatever is not in hand.
    fn end_early(&mut self) -> CycleStep {
        self.ready.clear();
        self.delayed.clear();
        self.queue.clear();
        self.lookups.clear();
        self.references.clear();
        self.staged.clear();
        if self.waiting.is_empty() {
            self.end()
        } else {
            CycleStep::Wait
        }
    }
}
