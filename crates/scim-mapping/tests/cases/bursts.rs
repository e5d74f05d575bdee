//! Many requests under way at a time that all meet the same trouble: it is one, and not as many as there are requests.

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

/// Creates 300 people, all requests under way answered together; after a hundred answers all of them meet `trouble` once. Gives the result and how long it took.
fn run(in_flight: usize, trouble: &TargetAnswer) -> (CycleResult, TimeDelta) {
    let registry = SchemaRegistry::standard();
    let users = registry.resource_type("User").unwrap();
    let rule = RuleBuilder::direct("userPrincipalName", "userName").matching(1);
    let mapping = Mapping::builder("User", "User").rule(rule);
    let mut settings = JobSettings::default();
    settings.in_flight = in_flight;
    let object = ObjectMapping::new(mapping.build_for(users).unwrap(), users.clone());
    let job = ProvisioningJob::new(object).with_settings(settings);
    let start: DateTime<Utc> = "2026-02-03T07:00:00Z".parse().unwrap();
    let options = CycleOptions::new(CycleKind::Initial, "c");
    let mut now = start;
    let mut cycle =
        ProvisioningCycle::start(&job, JobState::default(), options, &Environment::new(now));
    let mut people = (0..300).map(|number| {
        let name = format!("u{number}@x.example");
        Record::default()
            .with("objectId", number.to_string())
            .with("userPrincipalName", name)
    });
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
