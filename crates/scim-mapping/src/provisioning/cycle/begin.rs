//! The first look at an object: whether it is in scope, and what has to be asked.

use std::collections::BTreeSet;

use scim_core::resource::Resource;
use serde_json::{Map, Value};

use super::task::{Content, Pending, Settled, Stage, Standing, Task};
use super::{ObjectKind, ProvisioningCycle};
use crate::location::plain;
use crate::provisioning::failure::{Failure, FailureCode};
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::matching::matching_filters;
use crate::provisioning::request::TargetOperation;
use crate::provisioning::settings::OutOfScope;
use crate::provisioning::{Action, Removal, SkipReason};
use crate::record::Record;

/// How many objects are tried for one that can be begun.
const LOOK_AHEAD: usize = 64;

impl ProvisioningCycle {
    /// The first object in the queue that shares nothing with one that is under way, or waits before it.
    pub(super) fn next_pending(&mut self, kind: ObjectKind) -> Option<Pending> {
        let object = self.object(kind)?;
        let mut queue = self.queue.remove(&kind)?;
        let mut blocked: BTreeSet<String> = BTreeSet::new();
        let mut found = None;
        for (index, pending) in queue.iter_mut().enumerate().take(LOOK_AHEAD) {
            let keys = pending.keys.get_or_insert_with(|| {
                self.keys(kind, &object, &pending.source_id, &pending.content)
            });
            if keys
                .iter()
                .all(|key| self.held.is_free(key) && !blocked.contains(key))
            {
                found = Some(index);
                break;
            }
            blocked.extend(keys.iter().cloned());
        }
        let pending = found.and_then(|index| queue.remove(index));
        self.queue.insert(kind, queue);
        pending
    }

    /// Two objects with the same matching value would find, or create, the same object.
    fn keys(
        &self,
        kind: ObjectKind,
        object: &ObjectMapping,
        source_id: &str,
        content: &Content,
    ) -> Vec<String> {
        let mut keys = vec![format!("{kind} {source_id}")];
        if let Content::Record(record) = content
            && let Ok(filters) = matching_filters(object, record, &self.environment)
        {
            let filters = filters.iter();
            keys.extend(filters.map(|filter| format!("{kind}: {filter}").to_lowercase()));
        }
        keys
    }

    pub(super) fn begin(&mut self, kind: ObjectKind, pending: Pending) {
        let Some(object) = self.object(kind) else {
            return;
        };
        let Pending {
            source_id,
            content,
            keys,
        } = pending;
        let keys = keys.unwrap_or_default();
        for key in &keys {
            self.held.hold(key);
        }
        // What was to be done for it belongs to what the source said before.
        if kind == ObjectKind::User {
            self.references.remove(&source_id);
        }
        if let Some((former, _)) = self.staged.remove(&(kind, source_id.clone())) {
            self.held.release(&former.keys);
        }
        let assigned = self.assigned.contains(kind, &source_id);
        let fingerprint = self.fingerprint(kind, assigned, &content);
        let link = self.state.link(kind, &source_id).cloned();
        let is_settled = link.as_ref().is_some_and(|link| {
            link.target_id.is_some() && !(link.incomplete || link.released || link.removed)
        });
        let is_partial = self.is_incremental()
            && !(is_settled && self.state.escrow_entry(kind, &source_id).is_none());
        let is_missing = matches!(content, Content::Missing);
        let (record, removal) = match content {
            Content::Record(record) => (record, None),
            Content::Removed(removal) => (removed_record(&object, &source_id), Some(removal)),
            Content::Missing => {
                let removal = Some(Removal::Changed);
                (removed_record(&object, &source_id), removal)
            }
        };
        let mut task = Box::new(Task {
            draft: self.draft(&record),
            kind,
            source_id,
            record,
            removal,
            is_missing,
            fingerprint,
            assigned,
            standing: Standing::Active,
            target_id: link.as_ref().and_then(|link| link.target_id.clone()),
            attempts: 0,
            throttled: 0,
            is_rematched: false,
            is_partial,
            lost: None,
            is_created: false,
            keys,
            stage: Stage::Start,
        });
        let (removal, is_known) = (task.removal, link.is_some());
        task.draft.imported(kind, removal, is_known);
        if let Some(reason) = self.skip_as_it_is(&task) {
            let is_incomplete = link.as_ref().is_some_and(|link| link.incomplete);
            return self.pass_over(&task, reason, is_incomplete);
        }
        let in_scope = match object.mapping().in_scope(&task.record) {
            Ok(in_scope) => in_scope || task.removal.is_some(),
            Err(error) => {
                let failure = Failure::new(
                    FailureCode::EntrySynchronizationSkipped,
                    error.to_string(),
                    "correct the scoping filter, or the value in the source",
                );
                return self.fail(&task, &failure);
            }
        };
        task.standing = standing(&task, in_scope);
        let (standing, assigned) = (task.standing, task.assigned);
        task.draft.scoped(kind, standing, assigned, in_scope);
        let is_out = task.removal.is_some() || !(task.assigned && in_scope);
        let is_released = link.as_ref().is_some_and(|link| link.released);
        if is_out && is_released {
            // Whoever left is nobody's business any more, until he comes back.
            if task.standing != Standing::Deleted {
                task.standing = Standing::OutOfScope;
            }
            return self.skip(task, SkipReason::NotEffectivelyEntitled);
        }
        if let Some(id) = &task.target_id {
            task.draft.linked(id);
            return self.act(task, &object, None);
        }
        // A creation that was cut off may have been carried out after all.
        let may_be_there = link.is_some_and(|link| link.incomplete);
        if is_out && !may_be_there {
            return self.skip(task, SkipReason::NotEffectivelyEntitled);
        }
        self.match_anew(task, &object);
    }

    /// Goes on with an object whose counterpart is known, and perhaps was just found.
    pub(super) fn act(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        current: Option<Box<Resource>>,
    ) {
        match task.standing {
            Standing::OutOfScope if self.job.settings().out_of_scope == OutOfScope::Leave => {
                return self.skip(task, SkipReason::NotEffectivelyEntitled);
            }
            Standing::OutOfScope if self.job.settings().out_of_scope == OutOfScope::Delete => {
                task.standing = Standing::Deleted;
            }
            Standing::Deleted if !self.job.settings().hard_deletes => {
                task.standing = Standing::Disabled;
            }
            _ => {}
        }
        match (task.standing, current) {
            (Standing::Deleted, _) => self.delete(task, object),
            (_, Some(current)) => self.compare(task, object, current),
            (_, None) => self.read(task),
        }
    }

    fn delete(&mut self, mut task: Box<Task>, object: &ObjectMapping) {
        if !object.mapping().flow_types().delete {
            return self.skip(task, SkipReason::DeleteNotAllowed);
        }
        let Some(id) = task.target_id.clone() else {
            return self.fail(&task, &Failure::unexpected());
        };
        task.stage = Stage::Deleting;
        self.stage(task, TargetOperation::Delete { id });
    }

    /// Reads the object as the target has it.
    pub(super) fn read(&mut self, mut task: Box<Task>) {
        let Some(id) = task.target_id.clone() else {
            return self.fail(&task, &Failure::unexpected());
        };
        task.stage = Stage::Reading;
        // Where a change is a PUT, the whole object is needed.
        let excluding_members =
            task.kind == ObjectKind::Group && self.job.settings().patch_supported;
        self.send_later(
            task,
            TargetOperation::Read {
                id,
                excluding_members,
            },
        );
    }

    /// Whether the object is as it was, or failed as it is.
    fn skip_as_it_is(&self, task: &Task) -> Option<SkipReason> {
        if !self.is_incremental() || task.fingerprint.is_none() {
            return None;
        }
        if let Some(entry) = self.state.escrow_entry(task.kind, &task.source_id) {
            let is_same = entry.fingerprint == task.fingerprint;
            return (is_same && !entry.is_due(self.now())).then_some(SkipReason::Escrowed);
        }
        let link = self.state.link(task.kind, &task.source_id)?;
        (link.fingerprint == task.fingerprint).then_some(SkipReason::Unchanged)
    }

    /// Passes an object over that is as it was; whoever it refers to may have come since.
    fn pass_over(&mut self, task: &Task, reason: SkipReason, is_incomplete: bool) {
        let kind = task.kind;
        self.count(kind).count(Action::Skipped(reason));
        if reason == SkipReason::Unchanged && is_incomplete {
            match kind {
                ObjectKind::User => {
                    if let Err(failure) = self.remember_references(task, None, true) {
                        self.put_in_escrow(task, &failure);
                    }
                }
                ObjectKind::Group => self.count(kind).pending_references += 1,
            }
        }
        self.release(task);
    }

    /// Ends with nothing done.
    pub(super) fn skip(&mut self, task: Box<Task>, reason: SkipReason) {
        self.settle(
            task,
            Settled {
                action: Some(Action::Skipped(reason)),
                ..Settled::default()
            },
        );
    }
}

fn standing(task: &Task, in_scope: bool) -> Standing {
    match task.removal {
        Some(Removal::Deleted) => return Standing::Deleted,
        Some(Removal::Changed) => return Standing::Disabled,
        None => {}
    }
    let says_so = task
        .record
        .get("IsSoftDeleted")
        .is_some_and(|value| plain(value).eq_ignore_ascii_case("true"));
    if says_so {
        Standing::Disabled
    } else if task.assigned && in_scope {
        Standing::Active
    } else {
        Standing::OutOfScope
    }
}

/// All that is known of an object that is gone.
fn removed_record(object: &ObjectMapping, source_id: &str) -> Record {
    let mut attributes = Map::new();
    attributes.insert(object.anchor().to_owned(), Value::from(source_id));
    Record::new(attributes)
}
