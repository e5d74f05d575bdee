//! `POST` on `/Bulk` ([RFC 7644 §3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7)): several operations, each of which
//! runs as if it had come alone, and the steps of all of them, one after another, as the steps of one exchange.

mod apart;
mod circle;
mod order;
mod places;
mod plan;
mod reading;
mod references;

use std::fmt;

use serde_json::Value;

use super::super::context::NewIds;
use super::super::preconditions::Preconditions;
use super::super::response::{Refusal, Response};
use super::super::routing::Endpoint;
use super::super::step::{Answer, Step};
use super::begin::{Sent, operate};
use super::change::refuse_own_member;
use super::frame::Frame;
use super::{Next, Operation, Outcome, permissions, unexpected};
use crate::error::{Error, ErrorKind};
use crate::message::{BulkMethod, BulkOperationResult, BulkResponse, ErrorResponse};
use circle::{Circle, Member};
use plan::{Plan, Work};
use reading::SentRequest;

/// What was tolerated in more than so many places is no longer reported.
const MAXIMUM_TOLERATED: usize = 1_000;

/// A bulk request in progress.
pub(super) struct Bulk {
    plan: Plan,
    results: Vec<Option<BulkOperationResult>>,
    failures: usize,
    /// After how many failures no further operation is begun.
    fail_on_errors: usize,
    running: Running,
    awaited: Awaited,
}

enum Running {
    Nothing,
    One(usize, Operation),
    Circle(Circle),
}

/// An operation that was carried out.
struct Done {
    status: u16,
    /// The version of the resource now.
    version: Option<String>,
}

/// What came of the operation at a position.
type Settled = (usize, Outcome<Done>);

impl Bulk {
    pub(super) fn begin(body: Value, frame: &mut Frame) -> Outcome<Next> {
        let limits = frame.limits;
        let request = SentRequest::read(body, &limits, &mut frame.tolerating())?;
        let count = request.operations.len();
        // Nobody is shown what an operation would answer with.
        frame.shows_resources = false;
        Ok(Box::new(Self {
            plan: Plan::new(request.operations, frame),
            results: vec![None; count],
            failures: 0,
            fail_on_errors: request
                .fail_on_errors
                .map_or(usize::MAX, std::num::NonZeroUsize::get),
            running: Running::Nothing,
            awaited: Awaited::Nothing,
        })
        .proceed(frame))
    }

    pub(super) fn resume(mut self: Box<Self>, answer: Answer, frame: &mut Frame) -> Outcome<Next> {
        if !self.awaited.is_met_by(&answer) {
            return Err(unexpected());
        }
        let step = match std::mem::replace(&mut self.running, Running::Nothing) {
            Running::Nothing => return Err(unexpected()),
            Running::One(index, operation) => {
                let next = within(index, frame, |frame| operation.resume(answer, frame));
                self.settle(index, next, frame)
            }
            Running::Circle(circle) => {
                let next = circle.resume(answer, frame);
                self.settle_circle(next, frame)
            }
        };
        Ok(match step {
            Some(step) => self.ask(step),
            None => self.proceed(frame),
        })
    }

    /// Begins one operation after another, until one needs a step.
    fn proceed(mut self: Box<Self>, frame: &mut Frame) -> Next {
        while self.failures < self.fail_on_errors {
            let Some(group) = self.plan.groups.pop_front() else {
                break;
            };
            let step = match group.as_slice() {
                [only] if !self.plan.is_circle(&group) => {
                    let next = within(*only, frame, |frame| self.begin_one(*only, frame));
                    self.settle(*only, next, frame)
                }
                _ => {
                    let next = self.begin_circle(&group, frame);
                    self.settle_circle(next, frame)
                }
            };
            if let Some(step) = step {
                return self.ask(step);
            }
        }
        let response = BulkResponse::new(self.results.into_iter().flatten().collect());
        // Texts, numbers and JSON values always serialize.
        let response = serde_json::to_value(response).unwrap_or_default();
        Next::Done(frame.json(200, &response))
    }

    fn ask(mut self: Box<Self>, step: Step) -> Next {
        self.awaited = Awaited::by(&step);
        Next::Ask(Operation::Bulk(self), step)
    }

    /// Begins an operation as if it had come alone.
    fn begin_one(&mut self, index: usize, frame: &mut Frame) -> Outcome<Next> {
        let work = self.take_work(index, |_| false)?;
        let Work {
            method,
            endpoint,
            version,
            data,
            new_id,
        } = work;
        let version = version.filter(|_| method != BulkMethod::Post);
        frame.preconditions =
            Preconditions::of_version(version.as_deref(), &mut frame.tolerating());
        frame.context.new_ids = NewIds::from(new_id);
        permissions::check_operation(method.as_str(), &endpoint, frame)?;
        let sent = Sent {
            body: data,
            preference: "return=minimal".to_owned(),
            ..Sent::default()
        };
        operate(method.as_str(), endpoint, sent, frame)
    }

    /// What an operation has to do, if what it refers to is there or in its own circle.
    fn take_work(&mut self, index: usize, is_in_circle: impl Fn(usize) -> bool) -> Outcome<Work> {
        let Some(planned) = self.plan.operations.get_mut(index) else {
            return Err(unexpected());
        };
        let work = planned.work.take().ok_or_else(unexpected)??;
        let has_failed = |other: &usize| {
            let result = self.results.get(*other).and_then(Option::as_ref);
            !is_in_circle(*other) && result.is_none_or(|result| result.status >= 400)
        };
        if planned.refers.iter().any(has_failed) {
            let detail =
                "it refers to a resource that another operation failed to create; mend that one";
            return Err(Error::new(ErrorKind::Conflict, detail).into());
        }
        Ok(work)
    }

    fn begin_circle(&mut self, group: &[usize], frame: &mut Frame) -> circle::Next {
        let outcomes: Vec<(usize, Outcome<Member>)> = group
            .iter()
            .map(|index| {
                let member = within(*index, frame, |frame| {
                    self.begin_member(*index, group, frame)
                });
                (*index, member)
            })
            .collect();
        if outcomes.iter().any(|(_, outcome)| outcome.is_err()) {
            return circle::Next::Done(circle::refuse(outcomes));
        }
        let members = outcomes.into_iter().filter_map(|(_, outcome)| outcome.ok());
        Circle::begin(members.collect(), frame)
    }

    /// The resource that an operation of a circle creates.
    fn begin_member(
        &mut self,
        index: usize,
        group: &[usize],
        frame: &mut Frame,
    ) -> Outcome<Member> {
        let work = self.take_work(index, |other| group.binary_search(&other).is_ok())?;
        let Endpoint::Collection(resource_type) = work.endpoint else {
            return Err(unexpected());
        };
        frame.preconditions = Preconditions::default();
        frame.context.new_ids = NewIds::from(work.new_id);
        let method = work.method.as_str();
        let endpoint = Endpoint::Collection(resource_type.clone());
        permissions::check_operation(method, &endpoint, frame)?;
        let sent = Sent {
            body: work.data,
            ..Sent::default()
        };
        let Next::Ask(_, Step::Insert { resource, .. }) = operate(method, endpoint, sent, frame)?
        else {
            return Err(unexpected());
        };
        if let (Some(id), Some(members)) = (
            resource.id(),
            resource.get("members").and_then(Value::as_array),
        ) {
            refuse_own_member(&resource_type, id, members)?;
        }
        Ok(Member {
            operation: index,
            resource_type,
            resource,
        })
    }

    fn settle(&mut self, index: usize, next: Outcome<Next>, frame: &mut Frame) -> Option<Step> {
        let outcome = match next {
            Ok(Next::Ask(operation, step)) => {
                self.running = Running::One(index, operation);
                return Some(step);
            }
            Ok(Next::Done(response)) => Ok(Done::from(&response)),
            Err(refusal) => Err(refusal),
        };
        self.record(index, outcome, frame);
        None
    }

    fn settle_circle(&mut self, next: circle::Next, frame: &mut Frame) -> Option<Step> {
        match next {
            circle::Next::Ask(circle, step) => {
                self.running = Running::Circle(circle);
                Some(step)
            }
            circle::Next::Done(results) => {
                for (index, outcome) in results {
                    self.record(index, outcome, frame);
                }
                None
            }
        }
    }

    fn record(&mut self, index: usize, outcome: Outcome<Done>, frame: &mut Frame) {
        let Some(planned) = self.plan.operations.get_mut(index) else {
            return;
        };
        let is_there =
            |result: Option<&BulkOperationResult>| result.is_some_and(|result| result.status < 400);
        let has_location = match planned.created_by {
            Some(creation) => is_there(self.results.get(creation).and_then(Option::as_ref)),
            None => outcome.is_ok() || planned.method.as_deref() != Some("POST"),
        };
        let location = planned.location.take().filter(|_| has_location);
        let mut result = match outcome {
            Ok(done) => BulkOperationResult {
                version: done.version,
                ..BulkOperationResult::new(done.status)
            },
            Err(refusal) => {
                self.failures += 1;
                refused(index, *refusal, frame)
            }
        };
        // The RFC shows a PUT and a PATCH with 200, although nobody is shown the resource.
        if result.status == 204 && planned.method.as_deref() != Some("DELETE") {
            result.status = 200;
        }
        result.method = planned.method.take();
        result.bulk_id = planned.bulk_id.take();
        result.location = location;
        if let Some(place) = self.results.get_mut(index) {
            *place = Some(result);
        }
    }
}

impl From<&Response> for Done {
    fn from(response: &Response) -> Self {
        Self {
            status: response.status,
            version: response.header("ETag").map(str::to_owned),
        }
    }
}

/// The result of an operation that failed; its cause is for the operator.
fn refused(index: usize, refusal: Refusal, frame: &mut Frame) -> BulkOperationResult {
    let error = refusal.error;
    let response = serde_json::to_value(ErrorResponse::from(&error)).ok();
    let status = error.kind().status();
    let failure = refusal
        .failure
        .or_else(|| (error.kind() == ErrorKind::Internal).then(|| std::sync::Arc::new(error) as _));
    if let Some(failure) = failure {
        frame.failures.push((index, failure));
    }
    BulkOperationResult {
        response,
        ..BulkOperationResult::new(status)
    }
}

/// Does something for the operation at a position, which the report then names where it tells of tolerances.
fn within<T>(index: usize, frame: &mut Frame, work: impl FnOnce(&mut Frame) -> T) -> T {
    let before = frame.tolerated.len();
    let outcome = work(frame);
    frame.tolerated.truncate(MAXIMUM_TOLERATED);
    for tolerance in frame.tolerated.iter_mut().skip(before) {
        tolerance.path = format!("Operations[{index}].{}", tolerance.path);
    }
    outcome
}

/// Bodies may hold secrets.
impl fmt::Debug for Bulk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Bulk")
            .field("operations", &self.plan.operations.len())
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

/// The answer that the last step has to have: another one is the driver's mistake, not an operation's.
#[derive(Clone, Copy)]
enum Awaited {
    Nothing,
    Loaded,
    Found,
    Stored,
    StoredAll,
    Amended,
    Deleted,
}

impl Awaited {
    const fn by(step: &Step) -> Self {
        match step {
            Step::Load { .. } => Self::Loaded,
            Step::Search(_) => Self::Found,
            Step::Insert { .. } | Step::Replace { .. } => Self::Stored,
            Step::InsertAll(_) => Self::StoredAll,
            Step::Amend(_) => Self::Amended,
            Step::Delete { .. } => Self::Deleted,
            Step::Done(_) => Self::Nothing,
        }
    }

    const fn is_met_by(self, answer: &Answer) -> bool {
        matches!(
            (self, answer),
            (Self::Loaded, Answer::Loaded(_))
                | (Self::Found, Answer::Found(_))
                | (Self::Stored, Answer::Stored(_))
                | (Self::StoredAll, Answer::StoredAll(_))
                | (Self::Amended, Answer::Amended(_))
                | (Self::Deleted, Answer::Deleted(_))
        )
    }
}
