//! Answers that are none, and refusals.

use std::time::Duration;

use super::ProvisioningCycle;
use super::task::{Stage, Task};
use crate::provisioning::Action;
use crate::provisioning::escrow::doubled;
use crate::provisioning::failure::{Failure, Obstacle};
use crate::provisioning::request::{TargetAnswer, TargetOperation, Ticket};
use crate::provisioning::state::later;

impl ProvisioningCycle {
    pub(super) fn receive(
        &mut self,
        mut task: Box<Task>,
        operation: TargetOperation,
        answer: TargetAnswer,
    ) {
        let answer = normal(&operation, answer);
        let is_throttle = matches!(
            answer,
            TargetAnswer::Refused { status: 429, .. }
                | TargetAnswer::Refused {
                    status: 503,
                    retry_after: Some(_),
                    ..
                }
        );
        if !is_throttle {
            self.throttles = 0;
        }
        let was_answered = self.is_answered;
        self.count_unanswered(&answer);
        match answer {
            // A target that has answered already refuses the one object, and not the job.
            TargetAnswer::Refused {
                status: status @ (401 | 403),
                detail,
                ..
            } if status == 401 || !was_answered => {
                let failure = Failure::refused(Some(status), &detail);
                self.abandon(Obstacle::Target, failure);
            }
            TargetAnswer::Refused {
                status,
                detail,
                retry_after,
                ..
            } if is_throttle => {
                self.throttled(task, operation, status, &detail, retry_after);
            }
            TargetAnswer::Refused {
                status: status @ (408 | 425 | 500 | 502..=599),
                detail,
                ..
            } => {
                let failure = Failure::refused(Some(status), &detail);
                self.abandon_if_down(&failure);
                self.try_again(task, operation, &failure, true);
            }
            TargetAnswer::Lost {
                detail,
                may_have_been_carried_out,
            } => {
                let failure = Failure::refused(None, &detail);
                self.abandon_if_down(&failure);
                self.try_again(task, operation, &failure, may_have_been_carried_out);
            }
            TargetAnswer::Refused { status, detail, .. } => {
                self.refused(task, status, &detail);
            }
            answer => {
                let Some(object) = self.object(task.kind) else {
                    return;
                };
                match task.stage.take() {
                    Stage::References(work) => {
                        self.references_answered(task, &object, *work, answer);
                    }
                    Stage::Members(work) => self.members_answered(task, *work, answer),
                    stage => self.object_answered(task, &object, stage, answer),
                }
            }
        }
    }

    /// A server error says something about the object as well, unless nothing else ever comes.
    fn count_unanswered(&mut self, answer: &TargetAnswer) {
        let is_lost = matches!(answer, TargetAnswer::Lost { .. });
        let is_server_error = matches!(
            answer,
            TargetAnswer::Refused {
                status: 408 | 425 | 500 | 502..=599,
                ..
            }
        );
        if !(is_lost || is_server_error) {
            self.is_answered = true;
            self.unanswered = 0;
        } else if is_server_error && self.is_answered {
            self.unanswered = 0;
        } else if self.answered >= self.next_unanswered {
            // Whatever was under way when this one failed fails with it, and counts no more.
            self.unanswered += 1;
            self.next_unanswered = Ticket(self.next_ticket);
        }
    }

    fn abandon_if_down(&mut self, failure: &Failure) {
        if self.unanswered >= self.job.settings().quarantine.unanswered.max(1) {
            self.abandon(Obstacle::Target, failure.clone());
        }
    }

    /// Everything waits, and then the same request is sent again.
    fn throttled(
        &mut self,
        mut task: Box<Task>,
        operation: TargetOperation,
        status: u16,
        detail: &str,
        retry_after: Option<Duration>,
    ) {
        let retry = &self.job.settings().retry;
        let wait = retry_after
            .unwrap_or_else(|| doubled(retry.first_delay, self.throttles, retry.longest_delay))
            .min(retry.longest_throttle);
        let (of_object, in_a_row) = (retry.throttles, retry.throttles_in_a_row);
        let until = later(self.now(), wait);
        self.throttled_until = self.throttled_until.max(Some(until));
        // Whatever was under way when the target first asked to wait is asked the same.
        if self.answered >= self.next_throttle {
            self.throttles += 1;
            self.next_throttle = Ticket(self.next_ticket);
        }
        task.throttled += 1;
        let failure = Failure::refused(Some(status), detail);
        if self.throttles > in_a_row {
            self.abandon(Obstacle::Target, failure);
        } else if task.throttled > of_object {
            self.fail(&task, &failure);
        } else {
            self.ready.push_front((task, operation));
        }
    }

    /// Looks first what has become of a write, and then tries again, ever later.
    fn try_again(
        &mut self,
        mut task: Box<Task>,
        operation: TargetOperation,
        failure: &Failure,
        may_have_been_carried_out: bool,
    ) {
        task.attempts += 1;
        let retry = &self.job.settings().retry;
        if task.attempts >= retry.attempts.max(1) {
            return self.fail(&task, failure);
        }
        let wait = doubled(retry.first_delay, task.attempts - 1, retry.longest_delay);
        let until = later(self.now(), wait);
        let (task, operation) = if operation.is_write() && may_have_been_carried_out {
            match self.look_again(task, operation) {
                Some(again) => again,
                None => return,
            }
        } else {
            (task, operation)
        };
        let number = self.next_ticket;
        self.next_ticket += 1;
        self.delayed.insert((until, number), (task, operation));
    }

    /// The request that finds out what a write has done. A deletion is simply made again.
    fn look_again(
        &mut self,
        mut task: Box<Task>,
        operation: TargetOperation,
    ) -> Option<(Box<Task>, TargetOperation)> {
        let object = self.object(task.kind)?;
        match task.stage.take() {
            Stage::Creating { .. } => {
                task.lost = Some(Action::Created);
                self.match_anew(task, &object);
            }
            Stage::Updating { action, .. } => {
                task.lost = Some(action);
                self.read(task);
            }
            Stage::References(work) => self.read_for_references(task, *work),
            Stage::Members(work) => self.read_for_members(task, *work),
            stage => {
                task.stage = stage;
                return Some((task, operation));
            }
        }
        // What was just put there is sent after the wait.
        self.ready.pop_back()
    }

    fn refused(&mut self, mut task: Box<Task>, status: u16, detail: &str) {
        let failure = Failure::refused(Some(status), detail);
        let Some(object) = self.object(task.kind) else {
            return;
        };
        match task.stage.take() {
            // Somebody has it already: perhaps it is the object that was searched for.
            Stage::Creating { .. } if status == 409 && !task.is_rematched => {
                task.is_rematched = true;
                task.draft.conflicted();
                self.match_anew(task, &object);
            }
            Stage::References(work) => self.references_refused(task, &object, *work, &failure),
            Stage::Members(work) => self.members_refused(task, *work, &failure),
            stage => {
                task.stage = stage;
                let (name, kind) = task.stage.step_name();
                task.draft.refused(name, kind, &failure);
                self.fail(&task, &failure);
            }
        }
    }
}

/// The answer that a status stands for.
fn normal(operation: &TargetOperation, answer: TargetAnswer) -> TargetAnswer {
    let TargetAnswer::Refused {
        status: 404 | 410, ..
    } = answer
    else {
        return answer;
    };
    match operation {
        TargetOperation::Find { .. } | TargetOperation::Create { .. } => answer,
        TargetOperation::Read { .. } => TargetAnswer::Read(None),
        _ => TargetAnswer::Gone,
    }
}
