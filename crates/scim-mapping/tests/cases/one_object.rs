//! One object in a cycle of its own, against a target that has some objects and does as it is told.

use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_mapping::provisioning::{
    CycleEvent, CycleKind, CycleOptions, CycleStep, JobSettings, JobState, Link, LogEntry,
    ObjectKind, ObjectMapping, ProvisioningCycle, ProvisioningJob, SourceEnd, StateChange,
    TargetAnswer, TargetOperation,
};
use scim_mapping::source::SourceItem;
use scim_mapping::{Environment, Mapping, Record};
use serde_json::{Value, json};

/// What the cycle asked, and how the object ended.
pub(crate) struct OneObject {
    pub(crate) requests: Vec<TargetOperation>,
    pub(crate) entries: Vec<LogEntry>,
    /// `created`, `updated`, …, or the reason for which it was skipped.
    pub(crate) outcome: String,
    pub(crate) target_id: Option<String>,
}

/// An attribute that no mapping reads.
const ANCHOR: &str = "the anchor of the test";

pub(crate) fn provision(
    mapping: &Mapping,
    target: &RegisteredResourceType,
    record: &Record,
    held: &[Resource],
    link: Option<&str>,
    environment: &Environment,
) -> OneObject {
    let mut settings = JobSettings::default();
    settings.in_flight = 1;
    let object = ObjectMapping::new(mapping.clone(), target.clone()).with_anchor(ANCHOR);
    let job = ProvisioningJob::new(object).with_settings(settings);
    let mut state = JobState::default();
    if let Some(id) = link {
        state.apply(StateChange::Link {
            kind: ObjectKind::User,
            source_id: "1".to_owned(),
            link: Some(Link::new(id)),
        });
    }
    let options = CycleOptions::new(CycleKind::Initial, "c");
    let mut cycle = ProvisioningCycle::start(&job, state, options, environment);
    let (mut requests, mut entries) = (Vec::new(), Vec::new());
    let summary = loop {
        let step = cycle.step(environment);
        for event in cycle.take_events() {
            if let CycleEvent::Log(entry) = event {
                entries.push(*entry);
            }
        }
        match step {
            CycleStep::ReadSource(kind) => {
                let record = record.clone().with(ANCHOR, "1");
                cycle.push(kind, SourceItem::Record(record));
                cycle.finish_source(kind, SourceEnd::complete());
            }
            CycleStep::Send(request) => {
                let answer = match &request.operation {
                    TargetOperation::Find { .. } => TargetAnswer::Found(held.to_vec()),
                    TargetOperation::Read { .. } => TargetAnswer::Read(held.first().cloned()),
                    TargetOperation::Create { body } => {
                        let mut created = Resource::new(body.as_object().unwrap().clone());
                        created.set_id("new");
                        TargetAnswer::Written(Some(created))
                    }
                    TargetOperation::Delete { .. } => TargetAnswer::Deleted,
                    _ => TargetAnswer::Written(None),
                };
                requests.push(request.operation.clone());
                cycle.answer(request.ticket, answer, environment);
            }
            CycleStep::Done(summary) => break summary,
            other => panic!("{other:?}"),
        }
    };
    let counts = serde_json::to_value(&summary.counts[&ObjectKind::User]).unwrap();
    let mut outcomes = counts
        .as_object()
        .unwrap()
        .iter()
        .chain(counts["skipped"].as_object().unwrap());
    let outcome = outcomes
        .find(|(name, count)| *name != "pendingReferences" && **count == json!(1))
        .map(|(name, _)| name.clone());
    let link = cycle.state().link(ObjectKind::User, "1");
    OneObject {
        requests,
        entries,
        outcome: outcome.unwrap_or_default(),
        target_id: link.and_then(|link| link.target_id.clone()),
    }
}

impl OneObject {
    /// The operations of the last PATCH; none when there was none.
    pub(crate) fn operations(&self) -> Value {
        let patches = self.requests.iter().filter_map(|request| match request {
            TargetOperation::Patch { request, .. } => {
                Some(serde_json::to_value(request).unwrap()["Operations"].clone())
            }
            _ => None,
        });
        patches.into_iter().next_back().unwrap_or_else(|| json!([]))
    }

    /// Old and new value at a path of the target, as the log has them.
    pub(crate) fn change(&self, path: &str) -> Option<(Option<&str>, Option<&str>)> {
        let mut properties = self
            .entries
            .iter()
            .flat_map(|entry| &entry.modified_properties);
        properties
            .find(|property| property.display_name == path)
            .map(|property| (property.old_value.as_deref(), property.new_value.as_deref()))
    }
}
