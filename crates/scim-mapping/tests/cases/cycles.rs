//! Whole cycles, request by request: what comes from the source, what is asked of the target, what it answers, and what is
//! stored and logged after all.
//!
//! A file holds cases, a case cycles. `exchange` lists every request in its order with the answer; what is not named there
//! must not be asked. `log` is one line for an entry: source id, action, status and error code. Members of `links` and
//! `escrow` are compared as far as they are named; null says that there is none. `abandoned` says by what a cycle was kept from its
//! work, and `withoutGroups` that groups are switched off in it. A source gives everything at once, or with `watermark` what
//! changed, or with `list` everything page by page.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_mapping::provisioning::{
    CycleEvent, CycleOptions, CycleStep, Failure, FailureCode, JobSettings, JobState, ObjectKind,
    ObjectMapping, Obstacle, OutOfScope, ProvisioningCycle, ProvisioningJob, SourceEnd,
    TargetAnswer, TargetOperation, TargetRequest,
};
use scim_mapping::source::SourceItem;
use scim_mapping::{Assignments, Environment, Mapping};
use serde_json::{Value, json};

use super::{files, record, schema};

#[test]
fn cycles_take_these_steps() {
    for (path, file) in files("cycles") {
        for case in file["cases"].as_array().unwrap() {
            let name = format!("{}: {}", path.file_stem().unwrap().display(), case["name"]);
            let mut state = JobState::default();
            for (number, cycle) in case["cycles"].as_array().unwrap().iter().enumerate() {
                let rules = [&cycle["rules"], &case["rules"], &file["rules"]];
                let rules = rules.into_iter().find(|rules| !rules.is_null()).unwrap();
                let mut run = Run {
                    name: format!("{name}, cycle {}", number + 1),
                    case: cycle,
                    job: job(
                        rules,
                        &case["scope"],
                        &case["settings"],
                        file["groups"] == true && cycle["withoutGroups"] != true,
                    ),
                    now: cycle["now"].as_str().unwrap().parse().unwrap(),
                    exchange: cycle["exchange"].as_array().into_iter().flatten().collect(),
                    log: Vec::new(),
                    notified: Vec::new(),
                    stored: state.clone(),
                };
                state = run.run(state);
            }
        }
    }
}

fn job(rules: &Value, scope: &Value, settings: &Value, has_groups: bool) -> ProvisioningJob {
    let registry = SchemaRegistry::standard();
    let users = registry.resource_type("User").unwrap();
    let mapping =
        Mapping::from_object_mapping_for(&schema(rules, scope, &Value::Null), "User", users);
    let mut mapping = mapping.unwrap();
    if let Some(flow) = settings["flowTypes"].as_str() {
        let mut text = serde_json::to_value(mapping.to_schema()).unwrap();
        text["synchronizationRules"][0]["objectMappings"][0]["flowTypes"] = json!(flow);
        let schema = scim_mapping::SynchronizationSchema::from_json(&text.to_string()).unwrap();
        mapping = Mapping::from_object_mapping_for(&schema, "User", users).unwrap();
    }
    let mut own = JobSettings::default();
    own.in_flight = settings["inFlight"]
        .as_u64()
        .map_or(1, |count| usize::try_from(count).unwrap());
    own.patch_supported = settings["patchSupported"] != false;
    own.hard_deletes = settings["hardDeletes"] != false;
    own.out_of_scope = match settings["outOfScope"].as_str() {
        Some("Delete") => OutOfScope::Delete,
        Some("Leave") => OutOfScope::Leave,
        _ => OutOfScope::Disable,
    };
    own.deletion_threshold = settings["deletionThreshold"]
        .as_u64()
        .map(|threshold| usize::try_from(threshold).unwrap());
    let number = |name: &str| settings[name].as_u64().map(usize::try_from);
    if let Some(count) = number("ofAtLeast") {
        own.quarantine.of_at_least = count.unwrap();
    }
    if let Some(count) = number("failures") {
        own.quarantine.failures = count.unwrap();
    }
    if let Some(count) = number("failuresInAll") {
        own.quarantine.failures_in_all = count.unwrap();
    }
    if let Some(size) = settings["membersPerRequest"].as_u64() {
        own.members_per_request = usize::try_from(size).unwrap();
    }
    let job = ProvisioningJob::new(ObjectMapping::new(mapping, users.clone())).with_settings(own);
    if !has_groups {
        return job;
    }
    let groups = registry.resource_type("Group").unwrap();
    let rules = json!([["[displayName]", "displayName", {"matchingPriority": 1}], ["[objectId]", "externalId", {}]]);
    let mapping = Mapping::from_object_mapping_for(
        &schema(&rules, &Value::Null, &Value::Null),
        "User",
        groups,
    );
    job.with_groups(ObjectMapping::new(mapping.unwrap(), groups.clone()))
}

struct Run<'a> {
    name: String,
    case: &'a Value,
    job: ProvisioningJob,
    now: DateTime<Utc>,
    exchange: VecDeque<&'a Value>,
    log: Vec<String>,
    notified: Vec<Value>,
    stored: JobState,
}

impl Run<'_> {
    fn run(&mut self, state: JobState) -> JobState {
        let name = self.name.clone();
        let kind = &self.case["kind"];
        let kind = if kind.is_string() {
            json!({ "kind": kind })
        } else {
            kind.clone()
        };
        let mut options = CycleOptions::new(serde_json::from_value(kind).unwrap(), "c");
        if let Some(ids) = self.case["assigned"].as_array() {
            let ids = ids.iter().map(|id| id.as_str().unwrap());
            let mut assignments = ids.fold(Assignments::only(), Assignments::user);
            for group in self.case["assignedGroups"].as_array().into_iter().flatten() {
                assignments = assignments.assigned_group(group.as_str().unwrap(), [""; 0]);
            }
            options.assignments = assignments;
        }
        options.plan = self.case["plan"] == true;
        options.force_deletes = self.case["forceDeletes"] == true;
        let is_plan = options.plan;
        let mut cycle = ProvisioningCycle::start(&self.job, state, options, &self.environment());
        let abandoned = &self.case["abandoned"];
        let reason = abandoned["reason"].as_str().unwrap_or_default();
        match abandoned["by"].as_str() {
            Some("Target") => cycle.abandon(Obstacle::Target, Failure::refused(None, reason)),
            Some("Source") => {
                let failure = Failure::new(FailureCode::ImportSkipped, reason, "export it again");
                cycle.abandon(Obstacle::Source, failure);
            }
            _ => assert!(abandoned.is_null(), "{name}: {abandoned}"),
        }
        let summary = loop {
            let step = cycle.step(&self.environment());
            self.take_events(&mut cycle);
            match step {
                CycleStep::ReadSource(kind) => self.push(&mut cycle, kind),
                CycleStep::ReadObject { kind, source_id } => {
                    let known = self.case["objects"].get(&source_id);
                    let known = known.unwrap_or_else(|| panic!("{name}: {source_id} is read"));
                    let known = known.as_object().map(|_| record(known));
                    cycle.push_object(kind, &source_id, known);
                }
                CycleStep::Send(request) => {
                    let answer = self.exchange(&request);
                    cycle.answer(request.ticket, answer, &self.environment());
                    self.take_events(&mut cycle);
                }
                CycleStep::WaitUntil(until) => {
                    let expected = self.exchange.pop_front().map(|row| &row["waits"]);
                    let seconds = (until - self.now).num_seconds();
                    assert_eq!(expected, Some(&json!(seconds)), "{name}: a wait");
                    self.now = until;
                }
                CycleStep::Done(summary) => break summary,
                other => panic!("{name}: {other:?}"),
            }
        };
        assert!(
            self.exchange.is_empty(),
            "{name}: was not asked: {:?}",
            self.exchange
        );
        let log: Vec<&str> = self.log.iter().map(String::as_str).collect();
        assert_eq!(json!(log), self.case["log"], "{name}: the log");
        let notified = self
            .case
            .get("notified")
            .cloned()
            .unwrap_or_else(|| json!([]));
        assert_eq!(json!(self.notified), notified, "{name}: notifications");
        let result = self.case["result"].as_str().unwrap_or("Succeeded");
        assert_eq!(
            format!("{:?}", summary.result),
            result,
            "{name}: {:?}",
            summary.reason
        );
        let counts = serde_json::to_value(&summary.counts).unwrap();
        compare(&self.case["counts"], &counts, &format!("{name}: counts"));
        if !is_plan {
            assert_eq!(
                &self.stored,
                cycle.state(),
                "{name}: the changes do not make the state"
            );
        }
        let state = cycle.into_state();
        let stored = serde_json::to_value(&state).unwrap();
        for part in ["links", "escrow", "status"] {
            compare(&self.case[part], &stored[part], &format!("{name}: {part}"));
        }
        state
    }

    fn environment(&self) -> Environment {
        Environment::new(self.now)
    }

    fn push(&self, cycle: &mut ProvisioningCycle, kind: ObjectKind) {
        let member = if kind == ObjectKind::User {
            "users"
        } else {
            "groups"
        };
        for item in self.case[member].as_array().into_iter().flatten() {
            let item = match (item["removed"].as_str(), item["unreadable"].as_str()) {
                (Some(id), _) => SourceItem::Removed {
                    id: id.to_owned(),
                    reason: item["reason"].as_str().unwrap().to_owned(),
                },
                (_, Some(message)) => {
                    cycle.source_failed(kind, message);
                    continue;
                }
                _ => SourceItem::Record(record(item)),
            };
            cycle.push(kind, item);
        }
        let text = |name: &str| self.case[name].as_str();
        let end = match (text("list"), text("watermark")) {
            (Some(watermark), _) => SourceEnd::listed(watermark),
            (None, Some(watermark)) => SourceEnd::changes(watermark),
            (None, None) => SourceEnd::complete(),
        };
        cycle.finish_source(kind, end);
    }

    fn take_events(&mut self, cycle: &mut ProvisioningCycle) {
        for event in cycle.take_events() {
            match event {
                CycleEvent::State(change) => self.stored.apply(change),
                CycleEvent::Log(entry) => {
                    let whole = serde_json::to_value(&entry).unwrap();
                    let info = &whole["provisioningStatusInfo"];
                    let mut line = format!(
                        "{} {} {}",
                        whole["sourceIdentity"]["id"].as_str().unwrap(),
                        whole["provisioningAction"].as_str().unwrap(),
                        info["status"].as_str().unwrap()
                    );
                    if let Some(code) = info["errorInformation"]["errorCode"].as_str() {
                        line = format!("{line} {code}");
                    }
                    let wanted = &self.case["entries"][self.log.len().to_string()];
                    compare(
                        wanted,
                        &whole,
                        &format!("{}: entry {}", self.name, self.log.len()),
                    );
                    self.log.push(line);
                }
                CycleEvent::Notify(notification) => {
                    self.notified
                        .push(serde_json::to_value(notification.condition).unwrap());
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Compares a request with the expected one, and gives its answer.
    fn exchange(&mut self, request: &TargetRequest) -> TargetAnswer {
        let (text, body) = shown(request);
        let name = &self.name;
        let row = self
            .exchange
            .pop_front()
            .unwrap_or_else(|| panic!("{name}: asks {text} {body}"));
        assert_eq!(row["request"], text, "{name}: {body}");
        if let Some(expected) = row.get("body") {
            assert_eq!(*expected, body, "{name}: {text}");
        }
        self.now += TimeDelta::seconds(1);
        answer(&row["answer"])
    }
}

fn shown(request: &TargetRequest) -> (String, Value) {
    let kind = request.kind;
    match &request.operation {
        TargetOperation::Find { filter } => (format!("{kind} find {filter}"), Value::Null),
        TargetOperation::Read {
            id,
            excluding_members: false,
        } => (format!("{kind} read {id}"), Value::Null),
        TargetOperation::Read { id, .. } => {
            (format!("{kind} read {id} without members"), Value::Null)
        }
        TargetOperation::Create { body } => (format!("{kind} create"), body.clone()),
        TargetOperation::Patch { id, body, .. } => {
            (format!("{kind} patch {id}"), body["Operations"].clone())
        }
        TargetOperation::Replace { id, body } => (format!("{kind} replace {id}"), body.clone()),
        TargetOperation::Delete { id } => (format!("{kind} delete {id}"), Value::Null),
        other => panic!("{other:?}"),
    }
}

fn answer(row: &Value) -> TargetAnswer {
    let resource = |value: &Value| {
        value
            .as_object()
            .map(|members| Resource::new(members.clone()))
    };
    if row == "deleted" {
        return TargetAnswer::Deleted;
    }
    if row == "gone" {
        return TargetAnswer::Gone;
    }
    let (what, value) = row.as_object().and_then(|row| row.iter().next()).unwrap();
    match what.as_str() {
        "found" => TargetAnswer::Found(
            value
                .as_array()
                .unwrap()
                .iter()
                .filter_map(resource)
                .collect(),
        ),
        "read" => TargetAnswer::Read(resource(value)),
        "written" => TargetAnswer::Written(resource(value)),
        "refused" => TargetAnswer::Refused {
            status: u16::try_from(value[0].as_u64().unwrap()).unwrap(),
            scim_type: None,
            detail: value[1].as_str().unwrap().to_owned(),
            retry_after: value[2].as_u64().map(Duration::from_secs),
        },
        "lost" => TargetAnswer::Lost {
            detail: value.as_str().unwrap().to_owned(),
            may_have_been_carried_out: true,
        },
        other => panic!("no answer {other}"),
    }
}

/// Everything that is named must be there; null says that it is not.
fn compare(wanted: &Value, found: &Value, place: &str) {
    match wanted {
        Value::Object(members) => {
            for (name, wanted) in members {
                compare(wanted, &found[name], &format!("{place}/{name}"));
            }
        }
        Value::Null => assert!(
            place.matches('/').count() == 0 || found.is_null(),
            "{place} is {found}"
        ),
        other => assert_eq!(found, other, "{place}"),
    }
}

/// The names of the cases: a file that is not read would pass.
#[test]
fn there_are_cases() {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (_, file) in files("cycles") {
        for case in file["cases"].as_array().unwrap() {
            *names.entry(case["name"].to_string()).or_default() += 1;
        }
    }
    assert!(names.len() >= 20, "{names:?}");
    assert!(names.values().all(|count| *count == 1), "{names:?}");
}
