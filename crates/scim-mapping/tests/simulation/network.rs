//! What lies between the cycle and the target, and what it does to requests and answers.

use std::time::Duration;

use scim_mapping::provisioning::{
    ObjectKind, TargetAnswer, TargetOperation, TargetRequest, Ticket,
};

use crate::history::note;
use crate::random::Random;
use crate::target::Target;

/// How often something happens, in per cent of the requests.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    lost_before: usize,
    lost_after: usize,
    server_error: usize,
    throttle: usize,
    late_write: usize,
    lie: usize,
    doubled: usize,
    pub(crate) crash: usize,
    pub(crate) stop: usize,
    unauthorized: usize,
    /// Either side is so broken that a cycle does not come to its work, in per cent of the cycles.
    pub(crate) down: usize,
    /// The watermark has expired, in per cent of the readings that have one.
    pub(crate) expired: usize,
    /// In per cent of the objects that are read: one that came back between two pages, and one that cannot be read.
    pub(crate) missed: usize,
    pub(crate) unreadable: usize,
}

impl Faults {
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut chance = |most: usize| {
            if random.percent(50) {
                random.below(most)
            } else {
                0
            }
        };
        Self {
            lost_before: chance(20),
            lost_after: chance(20),
            server_error: chance(20),
            throttle: chance(20),
            late_write: chance(10),
            lie: chance(10),
            doubled: chance(20),
            crash: chance(6),
            stop: chance(3),
            unauthorized: chance(2),
            down: chance(20),
            expired: chance(30),
            missed: chance(20),
            unreadable: chance(10),
        }
    }

    pub(crate) fn none() -> Self {
        Self {
            lost_before: 0,
            lost_after: 0,
            server_error: 0,
            throttle: 0,
            late_write: 0,
            lie: 0,
            doubled: 0,
            crash: 0,
            stop: 0,
            unauthorized: 0,
            down: 0,
            expired: 0,
            missed: 0,
            unreadable: 0,
        }
    }
}

/// An answer on its way.
struct Underway {
    ticket: Ticket,
    /// The object that was asked for, if the request says which.
    object: Option<(ObjectKind, String)>,
    answer: TargetAnswer,
    /// The id of an object that was created, of which nobody knows before the answer is there.
    created: Option<String>,
}

pub(crate) struct Network {
    pub(crate) faults: Faults,
    underway: Vec<Underway>,
    /// Writes that are carried out after their answers were given up.
    late: Vec<(ObjectKind, TargetOperation)>,
    /// Objects that were created without anybody having been told.
    pub(crate) unknown: Vec<String>,
    pub(crate) happened: [usize; 7],
}

const LOST: usize = 0;
const REFUSED: usize = 1;
const THROTTLED: usize = 2;
const LATE: usize = 3;
const LIES: usize = 4;
const DOUBLED: usize = 5;
const UNAUTHORIZED: usize = 6;

impl Network {
    pub(crate) fn new(faults: Faults) -> Self {
        Self {
            faults,
            underway: Vec::new(),
            late: Vec::new(),
            unknown: Vec::new(),
            happened: [0; 7],
        }
    }

    /// Whether everything was done when it was said to be, or before.
    pub(crate) fn has_kept_its_word(&self) -> bool {
        self.happened[LATE] == 0 && self.happened[LIES] == 0
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.underway.len()
    }

    pub(crate) fn send(
        &mut self,
        request: TargetRequest,
        target: &mut Target,
        random: &mut Random,
    ) {
        let TargetRequest {
            ticket,
            kind,
            operation,
            ..
        } = request;
        let faults = self.faults.clone();
        let object = object_of(&operation).map(|id| (kind, id.to_owned()));
        assert!(
            object.is_none() || self.underway.iter().all(|other| other.object != object),
            "two requests for {object:?} are under way"
        );
        let mut created = None;
        let lost = |may_have_been_carried_out| TargetAnswer::Lost {
            detail: "connection reset".to_owned(),
            may_have_been_carried_out,
        };
        let answer = if random.percent(faults.lost_before) {
            self.happened[LOST] += 1;
            lost(random.percent(50) || operation.is_write())
        } else if random.percent(faults.throttle) {
            self.happened[THROTTLED] += 1;
            TargetAnswer::Refused {
                status: if random.percent(70) { 429 } else { 503 },
                scim_type: None,
                detail: "slow down".to_owned(),
                retry_after: random
                    .percent(50)
                    .then(|| Duration::from_secs(random.next() % 90)),
            }
        } else if random.percent(faults.server_error) {
            self.happened[REFUSED] += 1;
            if random.percent(50) {
                created = created_by(&target.carry_out(kind, &operation), &operation);
            }
            TargetAnswer::refused(if random.percent(50) { 500 } else { 502 }, "oops")
        } else if random.percent(faults.unauthorized) {
            self.happened[UNAUTHORIZED] += 1;
            TargetAnswer::refused(401, "the token has expired")
        } else if operation.is_write() && random.percent(faults.late_write) {
            self.happened[LATE] += 1;
            self.late.push((kind, operation.clone()));
            lost(true)
        } else if may_be_a_lie(&operation) && random.percent(faults.lie) {
            self.happened[LIES] += 1;
            TargetAnswer::Written(None)
        } else {
            let answer = target.carry_out(kind, &operation);
            created = created_by(&answer, &operation);
            if random.percent(faults.lost_after) {
                self.happened[LOST] += 1;
                lost(true)
            } else {
                answer
            }
        };
        note!("    {kind} {} -> {}", shown(&operation), brief(&answer));
        if !matches!(answer, TargetAnswer::Written(_)) {
            self.unknown.extend(created.take());
        }
        self.underway.push(Underway {
            ticket,
            object,
            answer,
            created,
        });
    }

    /// One of the answers, whichever is first to come.
    pub(crate) fn deliver(
        &mut self,
        target: &mut Target,
        random: &mut Random,
    ) -> Option<(Ticket, TargetAnswer, bool)> {
        if random.percent(30) {
            self.carry_out_late(target);
        }
        if self.underway.is_empty() {
            return None;
        }
        let underway = self.underway.swap_remove(random.below(self.underway.len()));
        let doubled = random.percent(self.faults.doubled);
        self.happened[DOUBLED] += usize::from(doubled);
        Some((underway.ticket, underway.answer, doubled))
    }

    fn carry_out_late(&mut self, target: &mut Target) {
        for (kind, operation) in std::mem::take(&mut self.late) {
            let answer = target.carry_out(kind, &operation);
            note!(
                "    late: {kind} {} -> {}",
                shown(&operation),
                brief(&answer)
            );
            self.unknown.extend(created_by(&answer, &operation));
        }
    }

    /// Nobody waits any more; what the target was sent it does all the same.
    pub(crate) fn cut(&mut self, target: &mut Target) {
        self.carry_out_late(target);
        for underway in std::mem::take(&mut self.underway) {
            self.unknown.extend(underway.created);
        }
    }
}

/// A lie is found by the next comparison, and whoever left the scope is not compared any more.
fn may_be_a_lie(operation: &TargetOperation) -> bool {
    match operation {
        TargetOperation::Patch { body, .. } => {
            let mut operations = body["Operations"].as_array().unwrap().iter();
            operations.all(|operation| operation["path"] != "active")
        }
        _ => false,
    }
}

/// The object's id in the target; that in the source for one that is to be created.
fn object_of(operation: &TargetOperation) -> Option<&str> {
    match operation {
        TargetOperation::Read { id, .. }
        | TargetOperation::Patch { id, .. }
        | TargetOperation::Replace { id, .. }
        | TargetOperation::Delete { id } => Some(id),
        TargetOperation::Create { body } => body["externalId"].as_str(),
        _ => None,
    }
}

fn created_by(answer: &TargetAnswer, operation: &TargetOperation) -> Option<String> {
    match (answer, operation) {
        (TargetAnswer::Written(Some(created)), TargetOperation::Create { .. }) => {
            created.id().map(str::to_owned)
        }
        _ => None,
    }
}

fn shown(operation: &TargetOperation) -> String {
    match operation {
        TargetOperation::Find { filter } => format!("Find {filter}"),
        TargetOperation::Create { body } => format!("Create {body}"),
        TargetOperation::Patch { id, body, .. } => format!("Patch {id} {}", body["Operations"]),
        TargetOperation::Replace { id, body } => format!("Replace {id} {body}"),
        other => format!("{other:?}"),
    }
}

fn brief(answer: &TargetAnswer) -> String {
    let one = |resource: &scim_core::resource::Resource| resource.to_value().to_string();
    match answer {
        TargetAnswer::Found(found) => format!(
            "Found {}",
            found.iter().map(one).collect::<Vec<_>>().join(", ")
        ),
        TargetAnswer::Read(Some(resource)) => format!("Read {}", one(resource)),
        TargetAnswer::Written(Some(resource)) => format!("Written {}", one(resource)),
        other => format!("{other:?}"),
    }
}
