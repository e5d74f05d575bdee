//! The object itself: search, compare, create, change.

use scim_core::resource::Resource;
use scim_core::scim_filter::Filter;
use serde_json::Value;

use super::activity::{cannot_be_disabled, update_action};
use super::task::{Settled, Stage, Standing, Task};
use super::{ObjectKind, ProvisioningCycle};
use crate::mapping::{EvaluationErrors, MappingStep, Occasion, TargetAttributes};
use crate::provisioning::failure::{Failure, FailureCode};
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::matching::{self, matching_filters};
use crate::provisioning::request::{TargetAnswer, TargetOperation};
use crate::provisioning::update::{create, plan};
use crate::provisioning::{Action, SkipReason};
use crate::record::Record;
use crate::rule::Rule;

impl ProvisioningCycle {
    /// Searches by the matching attributes, in the order of precedence.
    pub(super) fn match_anew(&mut self, mut task: Box<Task>, object: &ObjectMapping) {
        task.target_id = None;
        match matching_filters(object, &task.record, &self.environment) {
            Ok(filters) if filters.is_empty() => self.fail(&task, &matching::unmatched(object)),
            Ok(mut filters) => {
                filters.reverse();
                self.search(task, object, filters);
            }
            Err(errors) => self.not_evaluated(task, errors),
        }
    }

    fn search(&mut self, mut task: Box<Task>, object: &ObjectMapping, mut rest: Vec<Filter>) {
        let Some(filter) = rest.pop() else {
            return self.not_found(task, object);
        };
        task.stage = Stage::Searching {
            rest,
            filter: filter.clone(),
        };
        self.send_later(task, TargetOperation::Find { filter });
    }

    fn not_found(&mut self, mut task: Box<Task>, object: &ObjectMapping) {
        task.draft.not_found();
        if task.is_created {
            let failure = Failure::new(
                FailureCode::SystemForCrossDomainIdentityManagementServiceIncompatible,
                "the target created the object, gave no id for it, and does not find it",
                "the target must answer a create with the object (RFC 7644, section 3.3)",
            );
            return self.fail(&task, &failure);
        }
        if task.standing != Standing::Active {
            return self.skip(task, SkipReason::DisabledAndUnknown);
        }
        if !object.mapping().flow_types().add {
            return self.skip(task, SkipReason::CreateNotAllowed);
        }
        let record = evaluated_record(&task);
        let kind = task.kind;
        let step =
            object
                .mapping()
                .start_rules(&record, &self.environment, Occasion::Create, |rule| {
                    is_own(kind, rule)
                });
        self.evaluated(task, object, None, step);
    }

    fn evaluated(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        current: Option<Box<Resource>>,
        step: Result<MappingStep, EvaluationErrors>,
    ) {
        match step {
            Err(errors) => self.not_evaluated(task, errors),
            Ok(MappingStep::Ask(evaluation)) => {
                let value = Value::from(evaluation.value());
                let Some(filter) = matching::filter(evaluation.path(), object.target(), &value)
                else {
                    // An empty value is nobody's.
                    let step = evaluation.resume(true);
                    return self.evaluated(task, object, current, step);
                };
                task.stage = Stage::Asking {
                    evaluation,
                    current,
                };
                self.send_later(task, TargetOperation::Find { filter });
            }
            Ok(MappingStep::Done(wanted)) => match current {
                None => self.create(task, object, wanted),
                Some(current) => self.change_object(task, object, wanted, current),
            },
        }
    }

    fn create(&mut self, mut task: Box<Task>, object: &ObjectMapping, wanted: TargetAttributes) {
        let (body, changes) = create(object.mapping(), object.target(), &wanted);
        task.draft.changes = changes;
        task.stage = Stage::Creating { wanted };
        self.send_later(task, TargetOperation::Create { body });
    }

    /// Compares the object with what the target has.
    pub(super) fn compare(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        current: Box<Resource>,
    ) {
        if let Some(failure) = self.claim_found(&mut task, &current) {
            return self.fail(&task, &failure);
        }
        // Who is disabled or gone is only switched off; the rest of his data stays as it was.
        let is_active = task.standing == Standing::Active;
        let record = evaluated_record(&task);
        let kind = task.kind;
        let step =
            object
                .mapping()
                .start_rules(&record, &self.environment, Occasion::Update, |rule| {
                    is_own(kind, rule) && (is_active || rule.is_activity())
                });
        self.evaluated(task, object, Some(current), step);
    }

    fn change_object(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        wanted: TargetAttributes,
        current: Box<Resource>,
    ) {
        let Some((request, changes)) = plan(object.mapping(), object.target(), &wanted, &current)
        else {
            if let Some(action) = task.lost {
                // Nothing but the answer to the write was lost.
                task.draft.exported(task.kind, action, self.job.names());
                return self.object_done(task, action, &current);
            }
            task.draft.changes.clear();
            if let Some(warning) = cannot_be_disabled(&task, object) {
                let settled = Settled {
                    is_left: true,
                    warning: Some(warning.to_owned()),
                    ..Settled::default()
                };
                return self.settle(task, settled);
            }
            return self.object_done(task, Action::Skipped(SkipReason::RedundantExport), &current);
        };
        if !object.mapping().flow_types().update {
            return self.object_done(
                task,
                Action::Skipped(SkipReason::UpdateNotAllowed),
                &current,
            );
        }
        let Some(id) = task.target_id.clone() else {
            return self.fail(&task, &Failure::unexpected());
        };
        let action = update_action(&changes);
        task.draft.changes = changes;
        match self.changing(object, id, request, &current) {
            Err(failure) => self.fail(&task, &failure),
            Ok(operation) => {
                task.stage = Stage::Updating {
                    action,
                    wanted,
                    current,
                };
                if action == Action::Disabled {
                    self.stage(task, operation);
                } else {
                    self.send_later(task, operation);
                }
            }
        }
    }

    /// What follows from an answer that is neither a refusal nor lost.
    pub(super) fn object_answered(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        stage: Stage,
        answer: TargetAnswer,
    ) {
        match (stage, answer) {
            (Stage::Searching { rest, filter }, TargetAnswer::Found(found)) => {
                self.found(task, object, rest, &filter, found);
            }
            (Stage::Reading, TargetAnswer::Read(Some(current))) => {
                self.compare(task, object, Box::new(current));
            }
            // Deleted behind our back.
            (
                Stage::Reading | Stage::Updating { .. },
                TargetAnswer::Read(None) | TargetAnswer::Gone,
            ) => {
                self.vanished(task, object);
            }
            (
                Stage::Asking {
                    evaluation,
                    current,
                },
                TargetAnswer::Found(found),
            ) => {
                let own = current.as_ref().and_then(|current| current.id());
                let is_free = found.iter().all(|other| own.is_some() && other.id() == own);
                let step = evaluation.resume(is_free);
                self.evaluated(task, object, current, step);
            }
            (Stage::Creating { wanted }, TargetAnswer::Written(Some(created)))
                if created.id().is_some_and(|id| !id.is_empty()) =>
            {
                self.created(task, object, &wanted, &created);
            }
            (Stage::Creating { .. }, TargetAnswer::Written(_)) => {
                task.is_created = true;
                self.match_anew(task, object);
            }
            (
                Stage::Updating {
                    action,
                    wanted,
                    current,
                },
                TargetAnswer::Written(shown),
            ) => {
                task.draft.exported(task.kind, action, self.job.names());
                let warning = shown.and_then(|shown| unmet(object, &wanted, &shown));
                self.object_settled(task, action, &current, warning);
            }
            (
                Stage::Deleting,
                TargetAnswer::Deleted | TargetAnswer::Gone | TargetAnswer::Written(_),
            ) => self.deleted(task),
            _ => self.fail(&task, &Failure::unexpected()),
        }
    }

    fn found(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        rest: Vec<Filter>,
        filter: &Filter,
        mut found: Vec<Resource>,
    ) {
        if found.len() > 1 {
            let failure = Failure::duplicate(found.len(), filter);
            task.draft.match_failed(&failure);
            return self.fail(&task, &failure);
        }
        let Some(current) = found.pop() else {
            return self.search(task, object, rest);
        };
        task.draft.found(filter);
        if let Some(failure) = self.claim_found(&mut task, &current) {
            let is_foreign = failure.code == FailureCode::DuplicateSourceEntries;
            if is_foreign && task.removal.is_some() {
                // Somebody else has it by now, and nothing is left to be removed.
                return self.skip(task, SkipReason::NotEffectivelyEntitled);
            }
            return self.fail(&task, &failure);
        }
        if task.is_created {
            return self.object_settled(task, Action::Created, &current, None);
        }
        // A PUT of a group that was found would take the members away: they are not among what a search shows.
        let is_partial = task.kind == ObjectKind::Group && !self.job.settings().patch_supported;
        self.act(
            task,
            object,
            Some(Box::new(current)).filter(|_| !is_partial),
        );
    }

    fn vanished(&mut self, mut task: Box<Task>, object: &ObjectMapping) {
        if let Some(id) = task.target_id.take() {
            self.doubt(&id);
        }
        let is_wanted = task.standing == Standing::Active
            || (task.standing == Standing::Disabled && task.removal.is_none() && task.assigned);
        if !is_wanted {
            return self.skip(task, SkipReason::DisabledAndUnknown);
        }
        if task.is_rematched {
            return self.fail(
                &task,
                &Failure::refused(Some(404), "the object is gone again"),
            );
        }
        task.is_rematched = true;
        task.draft.vanished();
        self.match_anew(task, object);
    }

    fn created(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        wanted: &TargetAttributes,
        created: &Resource,
    ) {
        let id = created.id().unwrap_or_default().to_owned();
        if let Some(failure) = self.claim(&mut task, id) {
            return self.fail(&task, &failure);
        }
        task.is_created = true;
        task.draft
            .exported(task.kind, Action::Created, self.job.names());
        let warning = unmet(object, wanted, created);
        self.object_settled(task, Action::Created, created, warning);
    }

    /// The object is as it has to be; its references or members follow.
    fn object_done(&mut self, task: Box<Task>, action: Action, current: &Resource) {
        self.object_settled(task, action, current, None);
    }

    fn object_settled(
        &mut self,
        task: Box<Task>,
        action: Action,
        current: &Resource,
        warning: Option<String>,
    ) {
        let settled = Settled {
            action: Some(action),
            is_open: warning.is_some(),
            warning,
            ..Settled::default()
        };
        match (task.kind, task.standing) {
            (ObjectKind::User, Standing::Active) => {
                self.settle_with_references(task, settled, current);
            }
            (ObjectKind::Group, Standing::Active) => {
                self.settle_with_members(task, settled, current);
            }
            _ => self.settle(task, settled),
        }
    }

    /// A rule that leaves the object out is no failure.
    fn not_evaluated(&mut self, task: Box<Task>, errors: EvaluationErrors) {
        if errors.ignored_by().is_some() {
            self.skip(task, SkipReason::IgnoredByRule);
        } else {
            self.fail(&task, &errors.into());
        }
    }
}

/// The record as the mapping has to see it.
pub(super) fn evaluated_record(task: &Task) -> Record {
    let record = task.record.clone();
    if task.standing == Standing::Active {
        record.with("IsSoftDeleted", false)
    } else {
        // A mapping may follow either of the two.
        record
            .with("IsSoftDeleted", true)
            .with("accountEnabled", false)
    }
}

/// Whether a rule is for the object alone: references and members follow when everybody exists.
fn is_own(kind: ObjectKind, rule: &Rule) -> bool {
    !(rule.reference || kind == ObjectKind::Group && is_members(rule))
}

fn is_members(rule: &Rule) -> bool {
    let target = rule.target.to_string().to_ascii_lowercase();
    target == "members" || target.ends_with(":members")
}

/// What the target says it did not do.
fn unmet(object: &ObjectMapping, wanted: &TargetAttributes, shown: &Resource) -> Option<String> {
    let paths =
        crate::provisioning::update::unmet(object.mapping(), object.target(), wanted, shown);
    (!paths.is_empty()).then(|| {
        format!(
            "the target accepted the request, and shows another value at {}; the object is compared again in the next cycle",
            paths.join(", ")
        )
    })
}
