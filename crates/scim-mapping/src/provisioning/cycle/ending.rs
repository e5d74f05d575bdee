//! The end of a cycle: what moves on, whether the job is in quarantine, and who has to know.

use super::{Ending, ProvisioningCycle};
use crate::provisioning::cycle_options::{CycleKind, Unseen};
use crate::provisioning::notification::{Condition, Notification};
use crate::provisioning::quarantine::{Quarantine, QuarantineReason};
use crate::provisioning::state::{JobStatus, StateChange};
use crate::provisioning::step::{CycleEvent, CycleStep};
use crate::provisioning::summary::{CycleResult, CycleSummary, ObjectCounts};
use crate::provisioning::{FailureCode, ObjectKind, Obstacle};

/// Why a cycle failed or put the job in quarantine, and what to do.
#[derive(Default)]
struct Why {
    reason: String,
    advice: String,
}

impl ProvisioningCycle {
    pub(super) fn end(&mut self) -> CycleStep {
        if let Some(Ending::Failed(obstacle, failure)) = self.ending.clone() {
            self.log_obstacle(obstacle, &failure);
        }
        let reason = self.quarantine_reason();
        let why = self.why(reason);
        let has_failed = self.counts.values().any(|counts| counts.failed > 0);
        let result = match (&self.ending, reason) {
            (_, Some(_)) => CycleResult::Quarantined,
            (Some(Ending::Stopped), None) => CycleResult::Stopped,
            (Some(Ending::Failed(..)), None) => CycleResult::Failed,
            (None, None) if has_failed => CycleResult::EntryLevelErrors,
            (None, None) => CycleResult::Succeeded,
        };
        let summary = CycleSummary {
            cycle: self.kind.clone(),
            cycle_id: self.cycle_id.clone(),
            started: self.started,
            ended: self.now(),
            counts: self.counts.clone(),
            requests: self.requests,
            writes: self.writes,
            plan: self.plan,
            planned_writes: self.planned_writes,
            result,
            reason: why.as_ref().map(|why| why.reason.clone()),
            advice: why.as_ref().map(|why| why.advice.clone()),
        };
        if !self.plan && !self.is_on_demand() {
            let mut status = self.state.status.clone();
            self.move_on(&mut status);
            status.failed_cycles = self.failed_cycles();
            self.quarantine(&mut status, reason.zip(why.as_ref()));
            status.last_cycle = Some(summary.clone());
            self.change(StateChange::Status(Box::new(status)));
        }
        self.summary = Some(summary.clone());
        CycleStep::Done(summary)
    }

    /// Only a cycle that has seen everything leaves it behind.
    fn move_on(&mut self, status: &mut JobStatus) {
        if self.ending.is_some() {
            return;
        }
        let kinds = [ObjectKind::User, ObjectKind::Group];
        let mut kinds = kinds
            .into_iter()
            .filter(|kind| self.job.object(*kind).is_some());
        let is_complete = kinds.all(|kind| {
            let end = self.ends.get(&kind);
            end.is_some_and(|end| end.unseen != Unseen::Unchanged)
        });
        for (kind, end) in std::mem::take(&mut self.ends) {
            // Behind the watermark nobody would ever tell again what could not be read.
            if let Some(watermark) = end.watermark
                && !self.unreadable.contains(&kind)
            {
                status.watermarks.insert(kind, watermark);
            }
        }
        if self.kind == CycleKind::Initial || is_complete {
            status.mapping_fingerprint = Some(self.job.fingerprint());
        }
        status.assignments_fingerprint = Some(self.assigned.fingerprint());
        status.staged_deletions = self.too_many_deletes.unwrap_or_default();
    }

    fn quarantine_reason(&self) -> Option<QuarantineReason> {
        if self.plan || self.is_on_demand() {
            return None;
        }
        match &self.ending {
            Some(Ending::Failed(Obstacle::Target, failure)) => {
                let is_over = failure.is_refusal()
                    || self.failed_cycles() >= self.job.settings().quarantine.failed_cycles
                    || self.state.status.quarantine.is_some();
                return is_over.then_some(QuarantineReason::EncounteredQuarantineException);
            }
            Some(Ending::Stopped | Ending::Failed(..)) => return None,
            None => {}
        }
        if self.too_many_deletes.is_some() {
            return Some(QuarantineReason::TooManyDeletes);
        }
        let settings = &self.job.settings().quarantine;
        let tried: usize = self.counts.values().map(ObjectCounts::tried).sum();
        let failed: usize = self.counts.values().map(|counts| counts.failed).sum();
        let share = usize::try_from(settings.failed_percent).unwrap_or(usize::MAX);
        let is_share = tried >= settings.of_at_least
            && failed.saturating_mul(100) > tried.saturating_mul(share);
        if is_share {
            return Some(QuarantineReason::EncounteredEscrowProportionThreshold);
        }
        let entries = self
            .state
            .escrow
            .values()
            .flat_map(|entries| entries.values());
        let base = entries
            .filter(|entry| entry.code != FailureCode::StagedAction && entry.next_at.is_some())
            .count();
        let pending: usize = self
            .counts
            .values()
            .map(|counts| counts.pending_references)
            .sum();
        if base > settings.failures {
            Some(QuarantineReason::EncounteredBaseEscrowThreshold)
        } else if base + pending > settings.failures_in_all {
            Some(QuarantineReason::EncounteredTotalEscrowThreshold)
        } else {
            None
        }
    }

    /// How many cycles in a row the target let fail, this one included. Others say nothing about the target.
    fn failed_cycles(&self) -> u32 {
        let former = self.state.status.failed_cycles;
        match &self.ending {
            None => 0,
            Some(Ending::Failed(Obstacle::Target, _)) => former.saturating_add(1),
            Some(Ending::Failed(..) | Ending::Stopped) => former,
        }
    }

    fn quarantine(&mut self, status: &mut JobStatus, why: Option<(QuarantineReason, &Why)>) {
        let now = self.now();
        let Some((reason, why)) = why else {
            // A cycle that did not get to its end says nothing about whether the job works.
            if self.ending.is_none()
                && let Some(former) = status.quarantine.take()
            {
                status.notified.clear();
                status.disabled_since = None;
                self.notify(Condition::Recovered, &former, &Why::default());
            }
            return;
        };
        let settings = self.job.settings().quarantine.clone();
        let quarantine =
            Quarantine::after_failure(status.quarantine.as_ref(), reason, now, &settings);
        let condition = if reason == QuarantineReason::TooManyDeletes {
            Condition::TooManyDeletes
        } else {
            Condition::Quarantined(reason)
        };
        // Another reason is another condition, also when it is one that was there before.
        status
            .notified
            .retain(|told| *told == condition || *told == Condition::GivenUp);
        if status.notified.insert(condition) {
            self.notify(condition, &quarantine, why);
        }
        if quarantine.is_hopeless(now, &settings) && status.notified.insert(Condition::GivenUp) {
            status.disabled_since = Some(now);
            self.notify(Condition::GivenUp, &quarantine, why);
        }
        status.quarantine = Some(quarantine);
    }

    fn notify(&mut self, condition: Condition, quarantine: &Quarantine, why: &Why) {
        let target = single_line(&self.job.names().target);
        let since = quarantine.since.format("%Y-%m-%d %H:%M UTC");
        let next = quarantine.next_cycle_at.format("%Y-%m-%d %H:%M UTC");
        let why = format!("Reason: {}.\nWhat to do: {}.", why.reason, why.advice);
        let (subject, text) = match condition {
            Condition::Quarantined(_) => (
                format!("Provisioning to {target} is in quarantine"),
                format!(
                    "Provisioning to {target} is in quarantine since {since}.\n{why}\nThe next cycle is due at {next}; the job leaves the quarantine with the next cycle that succeeds."
                ),
            ),
            Condition::TooManyDeletes => {
                let count = self.too_many_deletes.unwrap_or_default();
                (
                    format!("Provisioning to {target} would disable or delete {count} objects"),
                    format!(
                        "Provisioning to {target} was stopped before its deletions.\n{why}\nThe next cycle is due at {next}."
                    ),
                )
            }
            Condition::Recovered => (
                format!("Provisioning to {target} works again"),
                format!(
                    "Provisioning to {target} was in quarantine since {since}, and has left it. There is nothing to do."
                ),
            ),
            Condition::GivenUp => (
                format!("Provisioning to {target} is given up"),
                format!(
                    "Provisioning to {target} was in quarantine since {since}, and is no longer tried.\n{why}\nCorrect the cause, and restart the job."
                ),
            ),
        };
        self.events.push(CycleEvent::Notify(Notification {
            condition,
            subject,
            text,
            at: self.now(),
        }));
    }

    /// Why the cycle failed or put the job in quarantine, and what to do.
    fn why(&self, reason: Option<QuarantineReason>) -> Option<Why> {
        if let Some(Ending::Failed(_, failure)) = &self.ending {
            return Some(Why {
                reason: failure.reason.clone(),
                advice: failure.advice.clone(),
            });
        }
        let entries =
            "look at the entries of the log that failed, and mend what they have in common";
        let (reason, advice) = match reason? {
            QuarantineReason::TooManyDeletes => {
                let count = self.too_many_deletes.unwrap_or_default();
                let threshold = self.job.settings().deletion_threshold.unwrap_or_default();
                (
                    format!(
                        "{count} objects would be disabled or deleted, which is more than the threshold of {threshold}: none of them was"
                    ),
                    "allow the deletions if they are meant; if not, put the objects back into scope, or correct the mapping, and restart the job",
                )
            }
            QuarantineReason::EncounteredEscrowProportionThreshold => (
                "too large a share of the objects failed".to_owned(),
                entries,
            ),
            QuarantineReason::EncounteredBaseEscrowThreshold => {
                ("too many objects failed".to_owned(), entries)
            }
            QuarantineReason::EncounteredTotalEscrowThreshold => (
                "too many objects failed or wait for others".to_owned(),
                entries,
            ),
            QuarantineReason::EncounteredQuarantineException => return None,
        };
        Some(Why {
            reason,
            advice: advice.to_owned(),
        })
    }
}

/// A name for the subject of a mail, which is one line.
fn single_line(name: &str) -> String {
    name.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}
