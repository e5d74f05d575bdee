//! Whatever would be disabled or deleted, last, and only if it is not too much.

use super::ProvisioningCycle;
use super::task::Task;
use super::write::is_of_target;
use crate::provisioning::failure::{Failure, FailureCode};
use crate::provisioning::request::TargetOperation;

impl ProvisioningCycle {
    /// Puts a removal off until everything else is done.
    pub(super) fn stage(&mut self, mut task: Box<Task>, operation: TargetOperation) {
        // Should the source say something else later in this cycle, it must not wait for this. Only what was found in the target
        // stays held: nobody else may take it before it is removed.
        let keys = std::mem::take(&mut task.keys);
        let (kept, released) = keys.into_iter().partition(|key| is_of_target(key));
        task.keys = kept;
        self.held.release(&released);
        self.held.leave(task.kind, &task.source_id);
        let key = (task.kind, task.source_id.clone());
        self.staged.insert(key, (task, operation));
    }

    /// Leaves everything as it is when there are more removals than are allowed.
    pub(super) fn judge_removals(&mut self) {
        let count = self.staged.len();
        let is_too_much = self
            .job
            .settings()
            .deletion_threshold
            .is_some_and(|threshold| count > threshold);
        if !is_too_much || self.force_deletes || self.is_on_demand() {
            return;
        }
        self.too_many_deletes = Some(count);
        let failure = Failure::new(
            FailureCode::StagedAction,
            format!(
                "{count} objects would be disabled or deleted in one cycle, which is more than the threshold allows"
            ),
            "allow the deletions, or put the objects back into scope",
        );
        for (_, (task, _)) in std::mem::take(&mut self.staged) {
            self.count(task.kind).staged += 1;
            self.put_in_escrow(&task, &failure);
            self.log_staged(&task, &failure);
        }
    }
}
