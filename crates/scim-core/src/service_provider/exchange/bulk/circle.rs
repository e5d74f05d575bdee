//! Resources that refer to each other in a circle
//! ([RFC 7644 §3.7.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.7.1)): all of them are created, or none.
//!
//! A store that can keeps them at once. Otherwise they are created without the references that close the circle, which are
//! put back when all are there; if anything fails, what was created is deleted again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::super::preconditions::next_version;
use super::super::super::response::Refusal;
use super::super::super::step::{Answer, NewResource, Step};
use super::super::super::store_error::StoreError;
use super::super::frame::Frame;
use super::super::{Outcome, unexpected};
use super::apart::TakenOut;
use super::order::{Dependencies, in_order};
use super::{Done, Settled};
use crate::error::{Error, ErrorKind};
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;

/// A new resource of a circle.
pub(super) struct Member {
    /// The position of its operation.
    pub(super) operation: usize,
    pub(super) resource_type: RegisteredResourceType,
    pub(super) resource: Resource,
}

pub(super) struct Circle {
    members: Vec<Part>,
    /// Those still to be created.
    waiting: VecDeque<usize>,
    created: Vec<usize>,
    /// Those that still lack references.
    incomplete: VecDeque<usize>,
    phase: Phase,
    has_failed: bool,
}

struct Part {
    operation: usize,
    resource_type: RegisteredResourceType,
    id: String,
    /// What to create, until it is.
    resource: Resource,
    taken_out: TakenOut,
    version: Option<String>,
    attempts: usize,
    failure: Option<Box<Refusal>>,
}

#[derive(Clone, Copy)]
enum Phase {
    CreatingAll,
    Creating(usize),
    Loading(usize),
    Completing(usize),
    Deleting(usize),
}

/// What a circle does next.
#[expect(
    clippy::large_enum_variant,
    reason = "it is moved once and kept nowhere"
)]
pub(super) enum Next {
    Ask(Circle, Step),
    Done(Vec<Settled>),
}

impl Circle {
    pub(super) fn begin(members: Vec<Member>, frame: &Frame) -> Next {
        let mut circle = Self {
            members: members.into_iter().map(Part::from).collect(),
            waiting: VecDeque::new(),
            created: Vec::new(),
            incomplete: VecDeque::new(),
            phase: Phase::CreatingAll,
            has_failed: false,
        };
        if frame.definition.capabilities.atomic_inserts {
            let resources = circle.members.iter_mut().map(Part::new_resource).collect();
            return Next::Ask(circle, Step::InsertAll(resources));
        }
        if circle.open() {
            return circle.proceed();
        }
        for member in &mut circle.members {
            member.failure = Some(demanding());
        }
        circle.finish()
    }

    pub(super) fn resume(mut self, answer: Answer, frame: &mut Frame) -> Next {
        match (self.phase, answer) {
            (Phase::CreatingAll, Answer::StoredAll(Ok(resources)))
                if resources.len() == self.members.len() =>
            {
                for (member, resource) in self.members.iter_mut().zip(&resources) {
                    member.version = version(resource);
                }
            }
            (Phase::CreatingAll, Answer::StoredAll(Err(failure))) => {
                let last = self.members.len().saturating_sub(1);
                let refusal = frame.store_refusal(failure.error);
                self.fail(failure.index.min(last), refusal, frame);
            }
            (Phase::Creating(place), Answer::Stored(Ok(resource))) => {
                self.created.push(place);
                if let Some(member) = self.members.get_mut(place) {
                    member.version = version(&resource);
                }
            }
            (Phase::Loading(place), Answer::Loaded(Ok(Some(resource)))) => {
                return self.complete(place, resource, frame);
            }
            (Phase::Loading(place), Answer::Loaded(Ok(None))) => self.fail(place, gone(), frame),
            (Phase::Completing(place), Answer::Stored(Ok(resource))) => {
                if let Some(member) = self.members.get_mut(place) {
                    member.version = version(&resource);
                }
            }
            (Phase::Completing(place), Answer::Stored(Err(StoreError::Stale)))
                if self.tries_again(place, frame) =>
            {
                self.incomplete.push_front(place);
            }
            (Phase::Creating(place) | Phase::Completing(place), Answer::Stored(Err(error)))
            | (Phase::Loading(place), Answer::Loaded(Err(error))) => {
                let refusal = frame.store_refusal(error);
                self.fail(place, refusal, frame);
            }
            // Whoever deleted it before did the same.
            (Phase::Deleting(_), Answer::Deleted(Ok(()) | Err(StoreError::NotFound))) => {}
            (Phase::Deleting(place), Answer::Deleted(Err(error))) => {
                self.fail(place, left_over(error), frame);
            }
            (
                Phase::Creating(place)
                | Phase::Loading(place)
                | Phase::Completing(place)
                | Phase::Deleting(place),
                _,
            ) => self.fail(place, unexpected(), frame),
            (Phase::CreatingAll, _) => self.fail(0, unexpected(), frame),
        }
        self.proceed()
    }

    /// Takes out the references that close the circle, and orders the rest; false if no order will do.
    fn open(&mut self) -> bool {
        let ids: BTreeSet<String> = self
            .members
            .iter()
            .map(|member| member.id.clone())
            .collect();
        let places: BTreeMap<&str, usize> = self
            .members
            .iter()
            .enumerate()
            .map(|(place, member)| (member.id.as_str(), place))
            .collect();
        let dependencies: Dependencies = self
            .members
            .iter()
            .map(|member| {
                TakenOut::demanded(&member.resource, &member.resource_type, &ids)
                    .iter()
                    .filter_map(|id| places.get(id.as_str()).copied())
                    .collect()
            })
            .collect();
        let is_open = |(place, own): (usize, &BTreeSet<usize>)| !own.contains(&place);
        let groups = in_order(&dependencies);
        if groups.len() < self.members.len() || !dependencies.iter().enumerate().all(is_open) {
            return false;
        }
        let mut missing = ids;
        for place in groups.into_iter().flatten() {
            let Some(member) = self.members.get_mut(place) else {
                continue;
            };
            member.taken_out = TakenOut::of(&mut member.resource, &member.resource_type, &missing);
            missing.remove(&member.id);
            self.waiting.push_back(place);
            if !member.taken_out.is_empty() {
                self.incomplete.push_back(place);
            }
        }
        true
    }

    fn proceed(mut self) -> Next {
        let (phase, step) = if self.has_failed {
            let Some(place) = self.created.pop() else {
                return self.finish();
            };
            (
                Phase::Deleting(place),
                self.members.get(place).map(Part::delete),
            )
        } else if let Some(place) = self.waiting.pop_front() {
            let member = self.members.get_mut(place);
            (Phase::Creating(place), member.map(Part::insert))
        } else if let Some(place) = self.incomplete.pop_front() {
            (
                Phase::Loading(place),
                self.members.get(place).map(Part::load),
            )
        } else {
            return self.finish();
        };
        match step {
            Some(step) => {
                self.phase = phase;
                Next::Ask(self, step)
            }
            None => self.finish(),
        }
    }

    fn complete(mut self, place: usize, mut resource: Resource, frame: &Frame) -> Next {
        let Some(member) = self.members.get(place) else {
            return self.proceed();
        };
        let mut meta = resource.meta().unwrap_or_default();
        let expected_version = meta.version.take();
        meta.version = Some(next_version(expected_version.as_deref()));
        meta.last_modified = Some(frame.context.now);
        member.taken_out.put_back(&mut resource);
        resource.set_meta(&meta);
        let step = Step::Replace {
            resource_type: member.type_name(),
            resource,
            expected_version: expected_version.unwrap_or_default(),
        };
        self.phase = Phase::Completing(place);
        Next::Ask(self, step)
    }

    fn tries_again(&mut self, place: usize, frame: &Frame) -> bool {
        self.members.get_mut(place).is_some_and(|member| {
            member.attempts += 1;
            member.attempts <= frame.limits.write_attempts
        })
    }

    fn fail(&mut self, place: usize, failure: Box<Refusal>, frame: &mut Frame) {
        self.has_failed = true;
        let Some(member) = self.members.get_mut(place) else {
            return;
        };
        // What could not be deleted again failed before: the operator is told of both.
        let before = member.failure.replace(failure);
        if let Some(cause) = before.and_then(|before| before.failure) {
            frame.failures.push((member.operation, cause));
        }
    }

    fn finish(self) -> Next {
        let has_failed = self.has_failed || self.members.iter().any(|part| part.failure.is_some());
        let result = |member: Part| {
            let outcome = match member.failure {
                Some(failure) => Err(failure),
                None if has_failed => Err(undone()),
                None => Ok(Done {
                    status: 201,
                    version: member.version,
                }),
            };
            (member.operation, outcome)
        };
        Next::Done(self.members.into_iter().map(result).collect())
    }
}

impl From<Member> for Part {
    fn from(member: Member) -> Self {
        Self {
            operation: member.operation,
            id: member.resource.id().unwrap_or_default().to_owned(),
            resource_type: member.resource_type,
            resource: member.resource,
            taken_out: TakenOut::default(),
            version: None,
            attempts: 0,
            failure: None,
        }
    }
}

impl Part {
    fn type_name(&self) -> String {
        self.resource_type.definition().name.clone()
    }

    fn new_resource(&mut self) -> NewResource {
        NewResource::new(self.type_name(), std::mem::take(&mut self.resource))
    }

    fn insert(&mut self) -> Step {
        Step::Insert {
            resource_type: self.type_name(),
            resource: std::mem::take(&mut self.resource),
        }
    }

    fn load(&self) -> Step {
        Step::Load {
            resource_type: self.type_name(),
            id: self.id.clone(),
        }
    }

    fn delete(&self) -> Step {
        Step::Delete {
            resource_type: self.type_name(),
            id: self.id.clone(),
            expected_version: None,
        }
    }
}

/// The results of a circle, some of whose operations fail before any of it is done.
pub(super) fn refuse(outcomes: Vec<(usize, Outcome<Member>)>) -> Vec<Settled> {
    outcomes
        .into_iter()
        .map(|(operation, outcome)| match outcome {
            Ok(_) => (operation, Err(undone())),
            Err(refusal) => (operation, Err(refusal)),
        })
        .collect()
}

fn version(resource: &Resource) -> Option<String> {
    resource.meta()?.version
}

fn conflict(detail: &str) -> Box<Refusal> {
    Error::new(ErrorKind::Conflict, detail).into()
}

fn undone() -> Box<Refusal> {
    conflict(
        "it refers in a circle to an operation that failed, so nothing of the circle was created; mend that one",
    )
}

fn gone() -> Box<Refusal> {
    conflict(
        "it was deleted while the references of its circle were being set; send the circle again",
    )
}

fn demanding() -> Box<Refusal> {
    conflict(
        "every reference of the circle is required, so none of its resources can be created first; create one without its reference and add that afterwards",
    )
}

/// A resource that had to be deleted again is still there.
fn left_over(error: StoreError) -> Box<Refusal> {
    match error {
        StoreError::Failed(cause) => Refusal::internal(cause.into()),
        other => Refusal::internal(std::sync::Arc::new(other)),
    }
}
