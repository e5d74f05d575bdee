//! Many requests under way at a time that all meet the same trouble: it is one, and not as many as there are requests.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_mapping::provisioning::{
    CycleKind, CycleOptions, CycleResult, CycleStep, JobSettings, JobState, ObjectMapping,
    ProvisioningCycle, ProvisioningJob, SourceEnd, TargetAnswer, TargetOperation, TargetRequest,
};
use scim_mapping::source::SourceItem;
use scim_mapping::{Environment, Mapping, Record, RuleBuilder};
use serde_json::json;

const START: &str = "2026-02-03T07:00:00Z";

fn started(in_flight: usize) -> ProvisioningCycle {
    let registry = SchemaRegistry::standard();
    let users = registry.resource_type("User").unwrap();
    let rule = RuleBuilder::direct("userPrincipalName", "userName").matching(1);
    let mapping = Mapping::builder("User", "User").rule(rule);
    let mut settings = JobSettings::default();
    settings.in_flight = in_flight;
    let object = ObjectMapping::new(mapping.build_for(users).unwrap(), users.clone());
    let job = ProvisioningJob::new(object).with_settings(settings);
    let options = CycleOptions::new(CycleKind::Initial, "c");
    let environment = Environment::new(START.parse().unwrap());
    ProvisioningCycle::start(&job, JobState::default(), options, &environment)
}

fn people() -> impl Iterator<Item = Record> {
    (0..300).map(|number| {
        let name = format!("u{number}@x.example");
        Record::default()
            .with("objectId", number.to_string())
            .with("userPrincipalName", name)
    })
}

/// Creates 300 people, all requests under way answered together; after a hundred answers all of them meet `trouble` once. Gives
/// the result and how long it took.
fn run(in_flight: usize, trouble: &TargetAnswer) -> (CycleResult, TimeDelta) {
    let start: DateTime<Utc> = START.parse().unwrap();
    let (mut now, mut cycle, mut people) = (start, started(in_flight), people());
    let mut under_way: Vec<TargetRequest> = Vec::new();
    let (mut answered, mut has_been) = (0, false);
    loop {
        let step = cycle.step(&Environment::new(now));
        let is_waiting = matches!(step, CycleStep::Wait | CycleStep::WaitUntil(_));
        match step {
            CycleStep::ReadSource(kind) => match people.next() {
                Some(person) => cycle.push(kind, SourceItem::Record(person)),
                None => cycle.finish_source(kind, SourceEnd::complete()),
            },
            CycleStep::Send(request) => under_way.push(request),
            CycleStep::WaitUntil(until) if under_way.is_empty() => now = until,
            CycleStep::Done(summary) => return (summary.result, now - start),
            _ => assert!(is_waiting),
        }
        if is_waiting {
            let is_trouble = answered >= 100 && !has_been;
            has_been |= is_trouble;
            for request in std::mem::take(&mut under_way) {
                answered += 1;
                let answer = match &request.operation {
                    _ if is_trouble => trouble.clone(),
                    TargetOperation::Create { body } => {
                        let mut created = Resource::new(body.as_object().unwrap().clone());
                        created.set_id(format!("t{}", json!(body["userName"])));
                        TargetAnswer::Written(Some(created))
                    }
                    _ => TargetAnswer::Found(Vec::new()),
                };
                cycle.answer(request.ticket, answer, &Environment::new(now));
            }
        }
    }
}

#[test]
fn whoever_asks_all_of_them_to_wait_asks_once() {
    for in_flight in [8, 128, 256] {
        let later = |retry_after| TargetAnswer::Refused {
            status: 429,
            scim_type: None,
            detail: "slow down".to_owned(),
            retry_after,
        };
        let (result, took) = run(in_flight, &later(Some(Duration::from_secs(7))));
        assert_eq!(result, CycleResult::Succeeded, "{in_flight}");
        assert_eq!(took.num_seconds(), 7, "{in_flight}");
        // Where nothing is said, the first wait is that of a first repetition.
        let (result, took) = run(in_flight, &later(None));
        assert_eq!(result, CycleResult::Succeeded, "{in_flight}");
        assert!(took.num_seconds() <= 2, "{in_flight}: {took}");
    }
}

#[test]
fn a_cut_of_all_connections_is_one() {
    for in_flight in [8, 16, 256] {
        let lost = TargetAnswer::Lost {
            detail: "connection reset".to_owned(),
            may_have_been_carried_out: true,
        };
        assert_eq!(
            run(in_flight, &lost).0,
            CycleResult::Succeeded,
            "{in_flight}"
        );
    }
}

#[test]
fn a_target_that_is_down_is_found_out_while_requests_follow_one_another() {
    for (answer, in_flight) in [("refused", 1), ("refused", 8), ("lost", 8), ("refused", 16)] {
        let (mut cycle, mut people) = (started(in_flight), people());
        let mut under_way = VecDeque::new();
        let mut answered = 0;
        let mut now: DateTime<Utc> = START.parse().unwrap();
        // The oldest is answered as soon as all are under way, and the next one follows it.
        let result = loop {
            match cycle.step(&Environment::new(now)) {
                CycleStep::ReadSource(kind) => match people.next() {
                    Some(person) => cycle.push(kind, SourceItem::Record(person)),
                    None => cycle.finish_source(kind, SourceEnd::complete()),
                },
                CycleStep::Send(request) => under_way.push_back(request),
                CycleStep::WaitUntil(until) if under_way.is_empty() => now = until,
                CycleStep::Done(summary) => break summary.result,
                _ => {
                    let request: TargetRequest = under_way.pop_front().unwrap();
                    answered += 1;
                    let down = if answer == "lost" {
                        TargetAnswer::Lost {
                            detail: "connection refused".to_owned(),
                            may_have_been_carried_out: false,
                        }
                    } else {
                        TargetAnswer::refused(503, "down")
                    };
                    cycle.answer(request.ticket, down, &Environment::new(now));
                }
            }
        };
        assert_eq!(result, CycleResult::Failed, "{answer}, {in_flight}");
        // Ten times all that were under way, and those that are then.
        let most = 11 * in_flight;
        assert!(
            answered <= most,
            "{answer}, {in_flight}: {answered} answers"
        );
    }
}
