//! References of users, when everybody is there who can be referred to.

use scim_core::resource::Resource;
use scim_core::scim_filter::Filter;
use serde_json::Value;

use super::object::evaluated_record;
use super::resolution::{Awaited, Resolution, mail_filters, names, waits_for};
use super::task::{Settled, Stage, Standing, Task};
use super::{ObjectKind, ProvisioningCycle};
use crate::mapping::{Occasion, TargetAttribute, TargetAttributes};
use crate::provisioning::failure::Failure;
use crate::provisioning::fingerprint::Fingerprint;
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::request::{TargetAnswer, TargetOperation};
use crate::provisioning::update::{plan, reduced};
use crate::provisioning::{Action, LogStatus, SkipReason};
use crate::record::Record;
use crate::rule::MissingReferences;

/// What is kept of a user until everybody is there: not the record.
pub(super) struct OpenReferences {
    /// The rules, and the values in the source.
    items: Vec<(usize, Value)>,
    /// What the target has at their paths, as JSON, because a tree of it takes ten times the room; none when it has to be read.
    present: Option<Box<str>>,
    name: String,
    fingerprint: Option<Fingerprint>,
    assigned: bool,
    /// Whether the first pass counted the user as unchanged.
    skipped_for: Option<SkipReason>,
    /// Whether the target did not do as it said in the first pass.
    is_open: bool,
}

/// A user whose references are being set.
pub(super) struct ReferenceWork {
    open: OpenReferences,
    present: Option<Resource>,
    wanted: TargetAttributes,
    pending: Vec<Awaited>,
    step: Step,
}

enum Step {
    /// Whether somebody has this e-mail address; further searches follow, the next one last.
    Mail {
        mail: String,
        rest: Vec<Filter>,
    },
    /// The object with this id, for what it is called by.
    Calling(String),
    Reading,
    Writing,
}

impl ProvisioningCycle {
    pub(super) fn settle_with_references(
        &mut self,
        task: Box<Task>,
        mut settled: Settled,
        current: &Resource,
    ) {
        // Whom a plan creates nobody can read.
        if self.plan
            && task.is_created
            && let (Some(object), Some(id)) = (self.object(task.kind), current.id())
        {
            self.learn_callings(&object, id, Some(current));
        }
        let is_unmet = settled.is_open;
        match self.remember_references(&task, Some(current), is_unmet) {
            Ok(has_some) => {
                settled.is_incomplete = has_some;
                settled.is_open |= has_some;
                if has_some
                    && let Some(open) = self.references.get_mut(&task.source_id)
                    && let Some(Action::Skipped(reason)) = settled.action
                {
                    open.skipped_for = Some(reason);
                }
                self.settle(task, settled);
            }
            Err(failure) => self.fail(&task, &failure),
        }
    }

    /// Keeps the references of a user for later; false when it has none.
    pub(super) fn remember_references(
        &mut self,
        task: &Task,
        current: Option<&Resource>,
        is_open: bool,
    ) -> Result<bool, Failure> {
        let Some(object) = self.object(task.kind) else {
            return Ok(false);
        };
        let occasion = if task.is_created {
            Occasion::Create
        } else {
            Occasion::Update
        };
        let record = evaluated_record(task);
        let mapping = object.mapping();
        let wanted =
            mapping.evaluate_rules(&record, &self.environment, occasion, |rule| rule.reference)?;
        let items: Vec<(usize, Value)> = wanted
            .iter()
            .map(|attribute| (attribute.rule, attribute.value.clone()))
            .collect();
        if items.is_empty() {
            return Ok(false);
        }
        // A PUT needs the whole object.
        let present = current
            .filter(|_| self.job.settings().patch_supported || self.plan)
            .and_then(|current| reduced(object.target(), &wanted, current));
        let open = OpenReferences {
            items,
            present,
            name: task.draft.name.clone(),
            fingerprint: task.fingerprint,
            assigned: task.assigned,
            skipped_for: current.is_none().then_some(SkipReason::Unchanged),
            is_open: is_open && current.is_some(),
        };
        self.references.insert(task.source_id.clone(), open);
        Ok(true)
    }

    pub(super) fn begin_references(&mut self, source_id: String, mut open: OpenReferences) {
        let kind = ObjectKind::User;
        let Some(link) = self.state.link(kind, &source_id).cloned() else {
            return;
        };
        let Some(object) = self.object(kind) else {
            return;
        };
        let mut draft = self.draft(&Record::default());
        draft.name.clone_from(&open.name);
        let task = Box::new(Task {
            kind,
            source_id,
            record: Record::default(),
            removal: None,
            is_missing: false,
            fingerprint: open.fingerprint,
            assigned: open.assigned,
            standing: Standing::Active,
            target_id: link.target_id,
            attempts: 0,
            throttled: 0,
            is_rematched: false,
            is_partial: false,
            lost: None,
            is_created: false,
            draft,
            keys: Vec::new(),
            stage: Stage::Start,
        });
        let present = open.present.take();
        let work = ReferenceWork {
            present: present.and_then(|text| serde_json::from_str(&text).ok().map(Resource::new)),
            open,
            wanted: TargetAttributes::default(),
            pending: Vec::new(),
            step: Step::Reading,
        };
        self.resolve(task, &object, work);
    }

    /// Finds out whom the values refer to, and goes on when nobody has to be searched for.
    fn resolve(&mut self, mut task: Box<Task>, object: &ObjectMapping, mut work: ReferenceWork) {
        work.wanted = TargetAttributes::default();
        work.pending.clear();
        for (rule, value) in &work.open.items {
            let Some(known) = object.mapping().rules().get(*rule) else {
                continue;
            };
            let (path, change) = (&known.target, known.value_change());
            let awaited = |text: String| Awaited::new(path.to_string(), text);
            let sends_missing = known.missing_references == MissingReferences::Send;
            let mut resolved = Vec::new();
            for text in names(value) {
                match self.resolve_one(object, (*rule, known), &text) {
                    Resolution::Known(value) => resolved.push(Value::String(value)),
                    Resolution::Pending if sends_missing => resolved.push(Value::String(text)),
                    Resolution::Pending => work.pending.push(awaited(text)),
                    Resolution::Nameless(lacks) => {
                        work.pending.push(awaited(text).lacking(lacks));
                    }
                    Resolution::Read(id) => {
                        work.step = Step::Calling(id.clone());
                        task.stage = Stage::References(Box::new(work));
                        return self.send_later(task, read(id));
                    }
                    Resolution::Ask => {
                        let mut rest = mail_filters(object, &text);
                        rest.reverse();
                        let Some(filter) = rest.pop() else {
                            work.pending.push(awaited(text));
                            continue;
                        };
                        work.step = Step::Mail { mail: text, rest };
                        task.stage = Stage::References(Box::new(work));
                        return self.send_later(task, TargetOperation::Find { filter });
                    }
                }
            }
            let value = match value {
                Value::Array(all) if resolved.len() == all.len() => Value::Array(resolved),
                // A list goes as a whole, once everybody in it is there.
                Value::Array(_) => continue,
                Value::Null => Value::Null,
                _ => match resolved.pop() {
                    Some(value) => value,
                    None => continue,
                },
            };
            let attributes = work.wanted.attributes_mut();
            attributes.push(TargetAttribute {
                rule: *rule,
                path: path.clone(),
                value,
                change,
            });
        }
        if work.wanted.iter().next().is_none() {
            return self.references_end(task, &work, false);
        }
        match work.present.take() {
            Some(present) => self.compare_references(task, object, work, &present),
            None => self.read_for_references(task, work),
        }
    }

    pub(super) fn read_for_references(&mut self, mut task: Box<Task>, mut work: ReferenceWork) {
        let Some(id) = task.target_id.clone() else {
            return self.references_end(task, &work, false);
        };
        work.step = Step::Reading;
        task.stage = Stage::References(Box::new(work));
        self.send_later(task, read(id));
    }

    fn compare_references(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        mut work: ReferenceWork,
        current: &Resource,
    ) {
        let planned = plan(object.mapping(), object.target(), &work.wanted, current);
        let may_update = object.mapping().flow_types().update;
        let Some((request, changes)) = planned.filter(|_| may_update) else {
            // What was written already, and its answer lost, is there.
            let is_written = !task.draft.changes.is_empty();
            return self.references_end(task, &work, is_written);
        };
        let id = task.target_id.clone().unwrap_or_default();
        match self.changing(object, id, request, current) {
            Err(failure) => self.fail(&task, &failure),
            Ok(operation) => {
                task.draft.changes = changes;
                work.step = Step::Writing;
                task.stage = Stage::References(Box::new(work));
                self.send_later(task, operation);
            }
        }
    }

    pub(super) fn references_answered(
        &mut self,
        task: Box<Task>,
        object: &ObjectMapping,
        mut work: ReferenceWork,
        answer: TargetAnswer,
    ) {
        match (std::mem::replace(&mut work.step, Step::Reading), answer) {
            (Step::Mail { mail, rest }, TargetAnswer::Found(found)) => {
                let id = found.first().and_then(Resource::id).map(str::to_owned);
                self.mail_answered(task, object, work, mail, rest, id);
            }
            (Step::Calling(id), TargetAnswer::Read(found)) => {
                self.learn_callings(object, &id, found.as_ref());
                self.resolve(task, object, work);
            }
            (Step::Reading, TargetAnswer::Read(Some(current))) => {
                self.compare_references(task, object, work, &current);
            }
            (Step::Writing, TargetAnswer::Written(shown)) => {
                let unmet = shown.is_some_and(|shown| {
                    let (mapping, target) = (object.mapping(), object.target());
                    !crate::provisioning::update::unmet(mapping, target, &work.wanted, &shown)
                        .is_empty()
                });
                work.open.is_open |= unmet;
                self.references_end(task, &work, true);
            }
            (_, TargetAnswer::Read(None) | TargetAnswer::Gone) => {
                let failure = Failure::refused(Some(404), "the object was deleted meanwhile");
                self.fail(&task, &failure);
            }
            _ => self.fail(&task, &Failure::unexpected()),
        }
    }

    fn mail_answered(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        mut work: ReferenceWork,
        mail: String,
        mut rest: Vec<Filter>,
        id: Option<String>,
    ) {
        if id.is_none()
            && let Some(filter) = rest.pop()
        {
            work.step = Step::Mail { mail, rest };
            task.stage = Stage::References(Box::new(work));
            return self.send_later(task, TargetOperation::Find { filter });
        }
        self.mails.insert(mail.to_lowercase(), id);
        self.resolve(task, object, work);
    }

    /// A search that the target does not support finds nobody; everything else is a failure.
    pub(super) fn references_refused(
        &mut self,
        mut task: Box<Task>,
        object: &ObjectMapping,
        mut work: ReferenceWork,
        failure: &Failure,
    ) {
        if let Step::Mail { mail, rest } = std::mem::replace(&mut work.step, Step::Reading) {
            return self.mail_answered(task, object, work, mail, rest, None);
        }
        let (name, kind) = Stage::References(Box::new(work)).step_name();
        task.draft.refused(name, kind, failure);
        self.fail(&task, failure);
    }

    fn references_end(&mut self, mut task: Box<Task>, work: &ReferenceWork, is_written: bool) {
        let is_pending = !work.pending.is_empty();
        let waits_for = waits_for(&work.pending);
        let is_news = self.is_news(&task, waits_for);
        let referred = self.referred(&work.open.items);
        if let Some(link) = self.state.link(task.kind, &task.source_id) {
            let mut link = link.clone();
            link.incomplete = is_pending;
            link.told = waits_for;
            link.refers_to = referred;
            link.fingerprint = work.open.fingerprint.filter(|_| !work.open.is_open);
            self.set_link(task.kind, &task.source_id, Some(link));
        }
        self.forget_escrow(task.kind, &task.source_id);
        if is_news {
            self.wait_for(&mut task.draft, &work.pending);
        }
        task.draft.referred(is_written);
        let counts = self.count(task.kind);
        counts.pending_references += usize::from(is_pending);
        if is_written && let Some(reason) = work.open.skipped_for {
            // What the first pass left alone has changed after all.
            if let Some(skipped) = counts.skipped.get_mut(&reason) {
                *skipped = skipped.saturating_sub(1);
                if *skipped == 0 {
                    counts.skipped.remove(&reason);
                }
            }
            counts.count(Action::Updated);
        }
        let status = match (is_written, is_news) {
            (_, true) => LogStatus::Warning,
            (true, false) => LogStatus::Success,
            // The entry of the first pass says it all, or one of a former cycle.
            (false, false) => return,
        };
        let action = if is_written {
            Action::Updated
        } else {
            Action::Skipped(SkipReason::RedundantExport)
        };
        self.log(&task, action, status);
    }
}

fn read(id: String) -> TargetOperation {
    let excluding_members = false;
    TargetOperation::Read {
        id,
        excluding_members,
    }
}
