//! How an object ends: its link, its escrow, its counts, its entry.

use super::ProvisioningCycle;
use super::task::{Settled, Standing, Task};
use crate::provisioning::failure::{Failure, FailureCode};
use crate::provisioning::fingerprint::Fingerprint;
use crate::provisioning::state::{Link, StateChange};
use crate::provisioning::{Action, EscrowEntry, LogStatus, ObjectKind, Removal, SkipReason};

impl ProvisioningCycle {
    pub(super) fn settle(&mut self, mut task: Box<Task>, settled: Settled) {
        let action = settled
            .action
            .unwrap_or(Action::Skipped(SkipReason::RedundantExport));
        let mut link = link_of(&task, action);
        if let Some(link) = &mut link {
            let former = self.state.link(task.kind, &task.source_id);
            link.incomplete = settled.is_incomplete;
            if settled.is_incomplete {
                let told = former.and_then(|former| former.told);
                link.told = settled.waits_for.or(told);
            }
            link.refers_to = former.map_or_else(Vec::new, |former| former.refers_to.clone());
            link.released &= !settled.is_left;
            link.fingerprint = task.fingerprint.filter(|_| !settled.is_open);
        }
        self.set_link(task.kind, &task.source_id, link);
        let former = self.state.escrow_entry(task.kind, &task.source_id);
        // Who is asked for on demand is not known to the source; that he is gone for good it has said before.
        if !(task.is_missing && former.is_some_and(|former| former.removal.is_some())) {
            self.forget_escrow(task.kind, &task.source_id);
        }
        self.count(task.kind).count(action);
        task.draft.changes.extend(settled.changes);
        let status = match action {
            _ if settled.warning.is_some() || settled.is_pending => LogStatus::Warning,
            Action::Skipped(_) => LogStatus::Skipped,
            _ => LogStatus::Success,
        };
        if let Some(warning) = &settled.warning {
            task.draft.warned(warning);
        }
        if let Action::Skipped(reason) = action {
            task.draft.skipped(reason);
            self.remember_name(&task);
        }
        self.log(&task, action, status);
        self.release(&task);
    }

    /// It is gone from the target.
    pub(super) fn deleted(&mut self, mut task: Box<Task>) {
        task.draft
            .exported(task.kind, Action::Deleted, self.job.names());
        self.unlink(task.kind, &task.source_id);
        self.forget_escrow(task.kind, &task.source_id);
        self.count(task.kind).count(Action::Deleted);
        self.log(&task, Action::Deleted, LogStatus::Success);
        self.release(&task);
    }

    /// The object is not provisioned in this cycle; it is tried again in a later one.
    pub(super) fn fail(&mut self, task: &Task, failure: &Failure) {
        self.count(task.kind).failed += 1;
        if let Some(link) = self.state.link(task.kind, &task.source_id) {
            let mut link = link.clone();
            link.fingerprint = None;
            self.set_link(task.kind, &task.source_id, Some(link));
        }
        self.put_in_escrow(task, failure);
        self.remember_name(task);
        self.log_failure(task, failure);
        self.release(task);
    }

    pub(super) fn put_in_escrow(&mut self, task: &Task, failure: &Failure) {
        let former = self.state.escrow_entry(task.kind, &task.source_id);
        // Who was missing may be there the next time.
        let removal = task.removal.filter(|_| !task.is_missing);
        let mut entry = EscrowEntry::after_failure(
            former,
            failure.code,
            task.fingerprint,
            removal,
            self.now(),
            self.job.settings(),
        );
        if failure.code == FailureCode::StagedAction {
            // It has not failed: it waits for somebody to decide, and is looked at in every cycle.
            entry = EscrowEntry {
                code: failure.code,
                attempts: 1,
                first_failed_at: former.map_or(self.now(), |former| former.first_failed_at),
                next_at: Some(self.now()),
                fingerprint: task.fingerprint,
                removal,
            };
        }
        if former != Some(&entry) {
            self.change(StateChange::Escrow {
                kind: task.kind,
                source_id: task.source_id.clone(),
                entry: Some(entry),
            });
        }
    }

    pub(super) fn set_link(&mut self, kind: ObjectKind, source_id: &str, link: Option<Link>) {
        let Some(link) = link else {
            return self.unlink(kind, source_id);
        };
        if self.state.link(kind, source_id) == Some(&link) {
            return;
        }
        if let (Some(targets), Some(id)) = (&mut self.targets, &link.target_id) {
            targets.insert(Fingerprint::of_text(id).bits());
        }
        self.change(StateChange::Link {
            kind,
            source_id: source_id.to_owned(),
            link: Some(link),
        });
    }

    pub(super) fn release(&mut self, task: &Task) {
        self.held.release(&task.keys);
        self.held.leave(task.kind, &task.source_id);
    }
}

/// The link that an object has after all; none when it is nobody's business.
fn link_of(task: &Task, action: Action) -> Option<Link> {
    let is_left = action == Action::Skipped(SkipReason::NotEffectivelyEntitled);
    let is_out = matches!(task.standing, Standing::OutOfScope | Standing::Deleted);
    if task.target_id.is_none() && (is_left || is_out || task.removal.is_some()) {
        return None;
    }
    if is_left && task.standing == Standing::Deleted {
        return None;
    }
    Some(Link {
        target_id: task.target_id.clone(),
        fingerprint: None,
        assigned: task.assigned,
        // Whoever is gone for good and stays in the target does so as a stranger.
        released: is_out && (task.removal.is_none() || is_left)
            || task.removal == Some(Removal::Deleted),
        removed: task.removal.is_some() && !task.is_missing,
        incomplete: false,
        told: None,
        refers_to: Vec::new(),
    })
}
