//! A mapping of twenty attributes, evaluated beside the same transformations written by hand; and a whole cycle in which one
//! user in a hundred has changed.
//!
//! Goal: the mapping at least 0.3 of the speed by hand. The cycle has no rival but itself: ten times the users may take ten
//! times the time, and nothing is held of the unchanged but their links, which are asserted.
//! Reached: 0.5 (two cores of an EPYC, 2026).
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a bench whose input is wrong has to stop"
)]

use std::collections::BTreeMap;
use std::hint::black_box;

use allocation_counter::measure;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scim_core::resource::Resource;
use scim_core::schema::{RegisteredResourceType, SchemaRegistry};
use scim_mapping::provisioning::{
    CycleOptions, CycleStep, CycleSummary, JobState, ObjectKind, ObjectMapping, ProvisioningCycle,
    ProvisioningJob, SkipReason, SourceEnd, TargetAnswer, TargetOperation,
};
use scim_mapping::source::SourceItem;
use scim_mapping::{Environment, Mapping, Occasion, Record, SynchronizationSchema};
use serde_json::{Map, Value, json};

const RULES: [(&str, &str); 20] = [
    ("userName", "[userPrincipalName]"),
    ("externalId", "[objectId]"),
    (
        "active",
        r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#,
    ),
    ("displayName", "[displayName]"),
    ("title", "[jobTitle]"),
    ("preferredLanguage", "[preferredLanguage]"),
    ("nickName", "[mailNickname]"),
    ("name.givenName", "[givenName]"),
    ("name.familyName", "[surname]"),
    ("name.formatted", r#"Join(" ", [givenName], [surname])"#),
    (r#"emails[type eq "work"].value"#, "ToLower([mail])"),
    (r#"phoneNumbers[type eq "work"].value"#, "[telephoneNumber]"),
    (r#"phoneNumbers[type eq "mobile"].value"#, "[mobile]"),
    (
        r#"addresses[type eq "work"].streetAddress"#,
        "[streetAddress]",
    ),
    (r#"addresses[type eq "work"].locality"#, "[city]"),
    (r#"addresses[type eq "work"].country"#, "[country]"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
        "[employeeId]",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "[department]",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division",
        r#"IIF(IsPresent([companyName]), [companyName], "none")"#,
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
        "Left([department], 4)",
    ),
];

fn mapping(users: &RegisteredResourceType) -> Mapping {
    let rules: Vec<Value> = RULES
        .iter()
        .enumerate()
        .map(|(index, (target, expression))| {
            json!({
                "targetAttributeName": target,
                "source": {"expression": expression},
                "matchingPriority": u8::from(index == 0),
            })
        })
        .collect();
    let text = json!({
        "synchronizationRules": [{"objectMappings": [{"sourceObjectName": "User", "attributeMappings": rules}]}],
    });
    let schema = SynchronizationSchema::from_json(&text.to_string()).expect("a schema");
    Mapping::from_object_mapping_for(&schema, "User", users).expect("a mapping")
}

fn record() -> Record {
    let attributes = json!({
        "userPrincipalName": "ines.okafor@fjordlab.example", "objectId": "6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0",
        "displayName": "Ines Okafor", "jobTitle": "Data Steward", "preferredLanguage": "en-GB", "mailNickname": "ines",
        "givenName": "Ines", "surname": "Okafor", "mail": "Ines.Okafor@fjordlab.example", "telephoneNumber": "+45 1",
        "mobile": "+45 2", "streetAddress": "Bredgade 1", "city": "Aarhus", "country": "DK", "employeeId": "701984",
        "department": "Clinical Data", "companyName": "Fjordlab", "IsSoftDeleted": false,
    });
    Record::new(attributes.as_object().cloned().expect("an object"))
}

/// What [`RULES`] say, in Rust.
fn by_hand(record: &Map<String, Value>) -> Map<String, Value> {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let active = !record
        .get("IsSoftDeleted")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    let formatted = format!("{} {}", text("givenName"), text("surname"));
    let cost_center: String = text("department").chars().take(4).collect();
    let division = if text("companyName").is_empty() {
        "none"
    } else {
        text("companyName")
    };
    let values: [Value; 20] = [
        text("userPrincipalName").into(),
        text("objectId").into(),
        active.into(),
        text("displayName").into(),
        text("jobTitle").into(),
        text("preferredLanguage").into(),
        text("mailNickname").into(),
        text("givenName").into(),
        text("surname").into(),
        formatted.into(),
        text("mail").to_lowercase().into(),
        text("telephoneNumber").into(),
        text("mobile").into(),
        text("streetAddress").into(),
        text("city").into(),
        text("country").into(),
        text("employeeId").into(),
        text("department").into(),
        division.into(),
        cost_center.into(),
    ];
    RULES
        .iter()
        .zip(values)
        .map(|((path, _), value)| ((*path).to_owned(), value))
        .collect()
}

fn evaluate(criterion: &mut Criterion) {
    let registry = SchemaRegistry::standard();
    let mapping = mapping(registry.resource_type("User").expect("users"));
    let record = record();
    let environment = Environment::new(chrono::DateTime::UNIX_EPOCH);
    let wanted = mapping
        .evaluate(&record, &environment, Occasion::Create)
        .expect("it evaluates");
    for (path, value) in by_hand(record.attributes()) {
        assert_eq!(wanted.get(&path), Some(&value), "{path}");
    }
    let mut bench = criterion.benchmark_group("mapping_evaluate");
    bench.bench_function("scim_mapping", |bencher| {
        bencher.iter(|| mapping.evaluate(black_box(&record), &environment, Occasion::Create));
    });
    bench.bench_function("by_hand", |bencher| {
        bencher.iter(|| by_hand(black_box(record.attributes())));
    });
    bench.finish();
}

/// A directory, the state after its first cycle, and what the target has of those who are asked for.
struct Company {
    job: ProvisioningJob,
    records: Vec<Record>,
    state: JobState,
    held: BTreeMap<String, Resource>,
}

impl Company {
    fn new(users: &RegisteredResourceType, size: usize) -> Self {
        let job = ProvisioningJob::new(ObjectMapping::new(mapping(users), users.clone()));
        let record = record();
        let records = (0..size).map(|number| {
            record
                .clone()
                .with("objectId", format!("6ea91a8d-e32e-41a1-b7bd-{number:012}"))
                .with(
                    "userPrincipalName",
                    format!("user{number}@fjordlab.example"),
                )
        });
        let mut this = Self {
            job,
            records: records.collect(),
            state: JobState::default(),
            held: BTreeMap::new(),
        };
        let mut held = BTreeMap::new();
        let (state, summary) = this.cycle(this.state.clone(), |operation| match operation {
            TargetOperation::Find { .. } => TargetAnswer::Found(Vec::new()),
            TargetOperation::Create { body } => {
                let mut created = Resource::new(body.as_object().cloned().unwrap_or_default());
                let id = format!("t{}", held.len());
                created.set_id(&id);
                held.insert(id, created.clone());
                TargetAnswer::Written(Some(created))
            }
            _ => TargetAnswer::refused(500, "nothing else is asked"),
        });
        assert_eq!(summary.requests, 2 * size);
        this.state = state;
        // One in a hundred is promoted; the target need not have the others at hand.
        for (number, record) in this.records.iter_mut().enumerate().step_by(100) {
            *record = record.clone().with("jobTitle", "CTO");
            let id = format!("t{number}");
            if let Some(resource) = held.remove(&id) {
                this.held.insert(id, resource);
            }
        }
        this
    }

    fn cycle(
        &self,
        state: JobState,
        mut target: impl FnMut(TargetOperation) -> TargetAnswer,
    ) -> (JobState, CycleSummary) {
        let environment = Environment::new(chrono::DateTime::UNIX_EPOCH);
        let options = CycleOptions::new(self.job.cycle_kind(&state), "bench");
        let mut cycle = ProvisioningCycle::start(&self.job, state, options, &environment);
        let mut records = self.records.iter();
        loop {
            let step = cycle.step(&environment);
            black_box(cycle.take_events());
            match step {
                CycleStep::ReadSource(kind) => match records.next() {
                    Some(record) => cycle.push(kind, SourceItem::Record(record.clone())),
                    None => cycle.finish_source(kind, SourceEnd::complete()),
                },
                CycleStep::Send(request) => {
                    let answer = target(request.operation);
                    cycle.answer(request.ticket, answer, &environment);
                }
                CycleStep::Done(summary) => return (cycle.into_state(), summary),
                other => panic!("{other:?}"),
            }
        }
    }

    fn incremental(&self, state: JobState) -> CycleSummary {
        let (_, summary) = self.cycle(state, |operation| match operation {
            TargetOperation::Read { id, .. } => TargetAnswer::Read(self.held.get(&id).cloned()),
            _ => TargetAnswer::Written(None),
        });
        summary
    }
}

/// One in a hundred has changed. The time has to grow with the number of users and no faster.
fn cycle(criterion: &mut Criterion) {
    let registry = SchemaRegistry::standard();
    let users = registry.resource_type("User").expect("users");
    let mut bench = criterion.benchmark_group("plan");
    bench.sample_size(10);
    // As a smoke test, which is built without optimisation, a tenth says the same.
    let sizes = if cfg!(debug_assertions) {
        [1_000, 10_000]
    } else {
        [10_000, 100_000]
    };
    for size in sizes {
        let company = Company::new(users, size);
        let state = company.state.clone();
        let mut summary = None;
        let memory = measure(|| summary = Some(company.incremental(state)));
        let summary = summary.expect("the cycle ended");
        let counts = summary
            .counts
            .get(&ObjectKind::User)
            .expect("users were counted");
        assert_eq!(counts.updated, size / 100);
        assert_eq!(
            counts.skipped.get(&SkipReason::Unchanged),
            Some(&(size - size / 100))
        );
        assert_eq!(summary.requests, 2 * size / 100);
        // Of an unchanged user the cycle itself keeps that it was seen: less than a hundred bytes.
        assert!(
            memory.bytes_max < (size * 100) as u64,
            "{} bytes are held",
            memory.bytes_max
        );
        bench.throughput(Throughput::Elements(size as u64));
        bench.bench_function(BenchmarkId::new("one_in_a_hundred", size), |bencher| {
            bencher.iter_batched(
                || company.state.clone(),
                |state| company.incremental(state),
                BatchSize::PerIteration,
            );
        });
    }
    bench.finish();
}

criterion_group!(benches, evaluate, cycle);
criterion_main!(benches);
