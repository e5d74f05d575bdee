//! Members of groups: who came and who went, some of them to a request.

mod requests;

use std::collections::{BTreeSet, VecDeque};

use scim_core::message::PatchRequest;
use scim_core::resource::Resource;
use serde_json::{Value, json};

use super::resolution::{Awaited, waits_for};
use super::task::{Content, Settled, Stage, Task};
use super::{ObjectKind, ProvisioningCycle};
use crate::provisioning::failure::Failure;
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::request::{TargetAnswer, TargetOperation};
use crate::provisioning::state::Link;
use crate::provisioning::{Action, Change, PatchDialect, SkipReason};

/// The members of a group on their way into the target.
pub(super) struct Membership {
    settled: Settled,
    /// Whom the source names, by his id there.
    wanted: Wanted,
    /// Requests that are still to be sent, the next one first.
    requests: VecDeque<PatchRequest>,
    pending: Vec<Awaited>,
    change: Option<Change>,
    /// Whether the requests were made from what the target has.
    is_compared: bool,
    is_written: bool,
}

enum Wanted {
    /// Everybody.
    All(Vec<String>),
    /// Who came and who went.
    Changes {
        added: Vec<String>,
        removed: Vec<String>,
    },
}

/// The ids in a list of members, which are texts or objects.
pub(super) fn member_ids(list: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = list.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(member_id)
}

fn member_id(member: &Value) -> Option<&str> {
    let id = || {
        ["id", "objectId", "value"]
            .into_iter()
            .find_map(|name| member.get(name))
    };
    member.as_str().or_else(|| id()?.as_str())
}

impl Wanted {
    fn of(task: &Task, object: &ObjectMapping) -> Option<Self> {
        let attribute = object.members();
        if let Some(list) = task.record.get(attribute) {
            let ids: BTreeSet<&str> = member_ids(Some(list)).collect();
            return Some(Self::All(ids.into_iter().map(str::to_owned).collect()));
        }
        let changes = task.record.get(&format!("{attribute}@delta"))?;
        let (removed, added): (Vec<&Value>, Vec<&Value>) = changes
            .as_array()
            .into_iter()
            .flatten()
            .partition(|member| member.get("@removed").is_some());
        let ids = |members: Vec<&Value>| {
            let ids = members.into_iter().filter_map(member_id);
            ids.map(str::to_owned).collect()
        };
        Some(Self::Changes {
            added: ids(added),
            removed: ids(removed),
        })
    }
}

impl ProvisioningCycle {
    pub(super) fn settle_with_members(
        &mut self,
        mut task: Box<Task>,
        settled: Settled,
        current: &Resource,
    ) {
        let Some(object) = self.object(task.kind) else {
            return;
        };
        let may_update = object.mapping().flow_types().update;
        let Some(wanted) = Wanted::of(&task, &object).filter(|_| may_update) else {
            return self.settle(task, settled);
        };
        // The group is there: should its members be cut off, it must not be made again.
        if let Some(id) = &task.target_id {
            let former = self.state.link(task.kind, &task.source_id);
            let mut link = Link::new(id.clone());
            link.told = former.and_then(|former| former.told);
            link.assigned = task.assigned;
            link.incomplete = true;
            self.set_link(task.kind, &task.source_id, Some(link));
        }
        let is_new = task.is_created;
        let is_whole = matches!(wanted, Wanted::All(_)) || !self.job.settings().patch_supported;
        let work = Membership {
            settled,
            wanted,
            requests: VecDeque::new(),
            pending: Vec::new(),
            change: None,
            is_compared: false,
            is_written: false,
        };
        if is_new && (self.job.settings().patch_supported || self.plan) {
            // A group is created without members, and nobody but the target can have put some there.
            let shown = current.get("members").cloned();
            let mut empty = Resource::default();
            if let Some(shown) = shown {
                empty.attributes_mut().insert("members".to_owned(), shown);
            }
            self.compare_members(task, work, &empty);
        } else if is_whole {
            self.read_for_members(task, work);
        } else {
            task.stage = Stage::Start;
            self.change_members(task, work);
        }
    }

    pub(super) fn read_for_members(&mut self, mut task: Box<Task>, work: Membership) {
        let id = task.target_id.clone().unwrap_or_default();
        task.stage = Stage::Members(Box::new(work));
        let excluding_members = false;
        self.send_later(
            task,
            TargetOperation::Read {
                id,
                excluding_members,
            },
        );
    }

    /// The members by their ids in the target; who is not there yet is pending.
    fn resolve_members(&self, ids: &[String], pending: &mut Vec<Awaited>) -> Vec<String> {
        let mut resolved = Vec::new();
        for id in ids {
            match self.linked_target(id) {
                Some(target) => resolved.push(target.to_owned()),
                None => pending.push(Awaited::new("members", id.as_str())),
            }
        }
        resolved
    }

    /// The ids in the target of those who are or were in scope. Whoever was never there need not go.
    fn known_targets(&self, ids: &[String]) -> Vec<String> {
        let targets = ids.iter().filter_map(|id| self.known_target(id));
        targets.map(str::to_owned).collect()
    }

    /// What changed in the source, without a look at the target.
    fn change_members(&mut self, task: Box<Task>, mut work: Membership) {
        let Wanted::Changes { added, removed } = &work.wanted else {
            return self.read_for_members(task, work);
        };
        let added = self.resolve_members(added, &mut work.pending);
        let removed = self.known_targets(removed);
        work.change = counted(None, &added, &removed);
        work.requests = self.member_requests(&task, &added, &removed);
        self.next_members(task, work);
    }

    /// The difference between what the target has and what is wanted. Members whom nobody here manages stay.
    fn compare_members(&mut self, task: Box<Task>, mut work: Membership, current: &Resource) {
        work.pending.clear();
        let held: BTreeSet<&str> = member_ids(current.get("members")).collect();
        let (added, removed) = match &work.wanted {
            Wanted::All(ids) => {
                let wanted = self.resolve_members(ids, &mut work.pending);
                // Whoever left the scope, and not the group, stays.
                let named: BTreeSet<String> = self.known_targets(ids).into_iter().collect();
                let others = held.iter().filter(|id| !named.contains(**id));
                let others: BTreeSet<&str> = others.copied().collect();
                work.pending.retain(|Awaited { value: id, .. }| {
                    let target = self.known_target(id);
                    target.is_none_or(|target| !held.contains(target))
                });
                let removed = self.managed(&others);
                (wanted, removed)
            }
            Wanted::Changes { added, removed } => {
                let added = self.resolve_members(added, &mut work.pending);
                let mut removed = self.known_targets(removed);
                removed.retain(|id| held.contains(id.as_str()));
                (added, removed)
            }
        };
        let added: Vec<String> = added
            .into_iter()
            .filter(|id| !held.contains(id.as_str()))
            .collect();
        work.is_compared = true;
        let rest = counted(Some(held.len()), &added, &removed);
        // What was written already, and its answer lost, is there.
        work.is_written |= rest.is_none() && work.change.is_some();
        work.change = match (work.change.take(), rest) {
            (Some(former), Some(rest)) => Some(Change {
                old: former.old,
                ..rest
            }),
            (former, rest) => rest.or(former),
        };
        if self.job.settings().patch_supported {
            work.requests = self.member_requests(&task, &added, &removed);
            return self.next_members(task, work);
        }
        if added.is_empty() && removed.is_empty() {
            return self.members_end(task, work);
        }
        self.replace_members(task, work, current, &added, &removed);
    }

    /// The whole group with its members, for a target without PATCH.
    fn replace_members(
        &mut self,
        mut task: Box<Task>,
        work: Membership,
        current: &Resource,
        added: &[String],
        removed: &[String],
    ) {
        let held = current.get("members").and_then(Value::as_array);
        let is_kept = |member: &&Value| {
            member_id(member).is_none_or(|id| !removed.iter().any(|gone| gone == id))
        };
        let mut members: Vec<Value> = held
            .into_iter()
            .flatten()
            .filter(is_kept)
            .cloned()
            .collect();
        members.extend(added.iter().map(|id| json!({ "value": id })));
        let mut group = current.clone();
        group
            .attributes_mut()
            .insert("members".to_owned(), Value::Array(members));
        group.attributes_mut().remove("meta");
        let id = task.target_id.clone().unwrap_or_default();
        task.stage = Stage::Members(Box::new(work));
        let body = group.into_value();
        self.send_later(task, TargetOperation::Replace { id, body });
    }

    /// Those of the target's members who are linked, in scope or not any more.
    fn managed(&mut self, members: &BTreeSet<&str>) -> Vec<String> {
        let candidates: BTreeSet<&str> = members
            .iter()
            .copied()
            .filter(|id| self.is_linked(id))
            .collect();
        if candidates.is_empty() {
            return Vec::new();
        }
        let links = self.state.links.values().flatten();
        links
            .filter_map(|(_, link)| link.target_id.as_deref())
            .filter(|id| candidates.contains(id))
            .map(str::to_owned)
            .collect()
    }

    fn next_members(&mut self, mut task: Box<Task>, mut work: Membership) {
        let Some(request) = work.requests.pop_front() else {
            return self.members_end(task, work);
        };
        let id = task.target_id.clone().unwrap_or_default();
        let object = self.job.object(task.kind);
        let dialect = object.map_or(PatchDialect::Rfc, |object| object.mapping().patch_dialect());
        let body = dialect.body(&request);
        task.stage = Stage::Members(Box::new(work));
        self.send_later(task, TargetOperation::Patch { id, request, body });
    }

    pub(super) fn members_answered(
        &mut self,
        task: Box<Task>,
        mut work: Membership,
        answer: TargetAnswer,
    ) {
        match answer {
            TargetAnswer::Read(Some(current)) => self.compare_members(task, work, &current),
            TargetAnswer::Written(_) => {
                work.is_written = true;
                self.next_members(task, work);
            }
            TargetAnswer::Read(None) | TargetAnswer::Gone => {
                let failure = Failure::refused(Some(404), "the group was deleted meanwhile");
                self.fail(&task, &failure);
            }
            _ => self.fail(&task, &Failure::unexpected()),
        }
    }

    pub(super) fn members_refused(
        &mut self,
        mut task: Box<Task>,
        mut work: Membership,
        failure: &Failure,
    ) {
        if !work.is_compared {
            // Perhaps the target has other members than the changes suppose.
            work.change = None;
            return self.read_for_members(task, work);
        }
        let (name, kind) = Stage::Members(Box::new(work)).step_name();
        task.draft.refused(name, kind, failure);
        self.fail(&task, failure);
    }

    fn members_end(&mut self, mut task: Box<Task>, work: Membership) {
        let Membership {
            mut settled,
            pending,
            change,
            is_written,
            wanted,
            ..
        } = work;
        let is_skipped = matches!(
            settled.action,
            Some(Action::Skipped(SkipReason::RedundantExport)) | None
        );
        if is_written && is_skipped {
            settled.action = Some(Action::Updated);
        }
        if is_written {
            settled.changes.extend(change);
        }
        let is_whole = matches!(wanted, Wanted::All(_));
        settled.is_incomplete = !pending.is_empty() || task.is_partial && !is_whole;
        settled.waits_for = waits_for(&pending);
        settled.is_pending = self.is_news(&task, settled.waits_for);
        self.count(task.kind).pending_references += usize::from(settled.waits_for.is_some());
        if settled.is_pending {
            self.wait_for(&mut task.draft, &pending);
        }
        task.draft.referred(is_written);
        // Groups may have come while this one was under way.
        let content = Content::Record(std::mem::take(&mut task.record));
        task.fingerprint = self.fingerprint(ObjectKind::Group, task.assigned, &content);
        self.settle(task, settled);
    }
}

/// Members are told by their number: their names would fill the log.
fn counted(held: Option<usize>, added: &[String], removed: &[String]) -> Option<Change> {
    if added.is_empty() && removed.is_empty() {
        return None;
    }
    let members = |count: usize| Value::from(format!("{count} members"));
    let new = match held {
        Some(held) => members(held + added.len() - removed.len()),
        None => format!("{} members more, {} less", added.len(), removed.len()).into(),
    };
    Some(Change {
        path: "members".to_owned(),
        old: held.map(members),
        new: Some(new),
    })
}
