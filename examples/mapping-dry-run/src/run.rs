//! The run itself, which touches nothing outside.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use scim_core::schema::RegisteredResourceType;
use scim_mapping::source::{SourceItem, SourceReader};
use scim_mapping::{
    Environment, EvaluationErrors, Mapping, MappingStep, ObjectMapping, Occasion, Record,
    RuleFailure, SchemaError, Standing, SynchronizationRule, SynchronizationSchema,
    TargetAttributes, TraceOutcome,
};

use serde_json::Value;

use crate::report::{Report, User};
use crate::target;

const NOBODY: &str = "the users: there is nobody in the file; give an array of users, a page {\"value\": […]} of Microsoft Graph, \
                      a directory {\"users\": […]}, or one user with an `id`";

pub(crate) struct Input<'input> {
    pub(crate) export: &'input str,
    pub(crate) users: &'input [u8],
    /// How the name of the users' file ends.
    pub(crate) format: &'input str,
    pub(crate) object: &'input str,
    pub(crate) schemas: Option<&'input str>,
    pub(crate) update: bool,
    pub(crate) now: DateTime<Utc>,
}

/// # Errors
///
/// The answer of the target's endpoint is none.
pub(crate) fn run(input: &Input<'_>) -> Result<Report, String> {
    let mut report = Report::default();
    let schema = match read_export(input.export) {
        Ok(schema) => schema,
        Err(error) => {
            report.failures.push(format!("the export: {error}"));
            return Ok(report);
        }
    };
    let registry = match input.schemas {
        Some(schemas) => target::offered(schemas)?,
        None => schema.described_target(input.object),
    };
    report.problems = schema.check(input.object, &registry);
    let Some(target) = schema.resource_type(input.object, &registry) else {
        return Ok(report);
    };
    let Ok(mapping) = Mapping::from_object_mapping_for(&schema, input.object, target) else {
        return Ok(report);
    };
    let environment = Environment::new(input.now).with_random(seeded());
    let mut reader = match input.format {
        "csv" => SourceReader::csv(),
        "ndjson" => SourceReader::ndjson(),
        _ => SourceReader::graph(),
    };
    let users = plain_users(input);
    let mut items = reader.push(users.as_deref().unwrap_or(input.users));
    items.extend(reader.finish());
    for item in items {
        match item {
            Ok(SourceItem::Record(record)) => {
                let user = user(
                    input,
                    &mapping,
                    target,
                    &record,
                    &environment,
                    &mut report.failures,
                );
                report.users.push(user);
            }
            Ok(_) => {}
            Err(error) => report.failures.push(format!("the users: {error}")),
        }
    }
    // Whoever reads the exit code must not take nobody for everybody.
    if report.users.is_empty() && report.failures.is_empty() {
        report.failures.push(NOBODY.to_owned());
    }
    Ok(report)
}

/// The users alone, out of a directory with `users` as azure-to-peakon reads it, or of one user who stands by himself.
fn plain_users(input: &Input<'_>) -> Option<Vec<u8>> {
    if matches!(input.format, "csv" | "ndjson") {
        return None;
    }
    let Ok(Value::Object(mut document)) = serde_json::from_slice(input.users) else {
        return None;
    };
    let users = match document.remove("users") {
        Some(users) => users,
        None if document.contains_key("id") => Value::Array(vec![Value::Object(document)]),
        None => return None,
    };
    serde_json::to_vec(&users).ok()
}

/// A whole schema, or one object mapping on its own.
fn read_export(text: &str) -> Result<SynchronizationSchema, SchemaError> {
    let schema = SynchronizationSchema::from_json(text)?;
    if !schema.additional.contains_key("attributeMappings") {
        return Ok(schema);
    }
    let mapping = ObjectMapping::from_json(text)?;
    let mut rule = SynchronizationRule::default();
    rule.object_mappings = vec![mapping].into();
    let mut schema = SynchronizationSchema::default();
    schema.synchronization_rules = vec![rule].into();
    Ok(schema)
}

fn user(
    input: &Input<'_>,
    mapping: &Mapping,
    target: &RegisteredResourceType,
    record: &Record,
    environment: &Environment,
    failures: &mut Vec<String>,
) -> User {
    let occasion = if input.update {
        Occasion::Update
    } else {
        Occasion::Create
    };
    let names = ["userPrincipalName", "mail", "displayName", "objectId"];
    let name = names.into_iter().find_map(|name| record.text(name));
    let name = name.unwrap_or_else(|| "a user without a name".to_owned());
    let trace = mapping.trace(record, environment, occasion);
    let scope = mapping.explain_scope(record, None);
    let attributes = answered(mapping.start(record, environment, occasion));
    let left_out = attributes.as_ref().err().and_then(|errors| {
        let RuleFailure { rule, target, .. } = errors.ignored_by()?;
        Some(format!(
            "rule {} ({target}) says IgnoreObjectFlow",
            rule + 1
        ))
    });
    // What is not sent does not matter.
    let is_sent = scope.standing != Standing::Out && left_out.is_none();
    for attribute in trace.attributes.iter().filter(|_| is_sent) {
        if let TraceOutcome::Failed { reason } = &attribute.outcome {
            let (rule, target) = (attribute.rule, &attribute.target);
            failures.push(format!("{name}, rule {rule} ({target}): {reason}"));
        }
    }
    if scope.standing == Standing::Unclear {
        failures.push(format!(
            "{name}: {}",
            scope.to_string().lines().next().unwrap_or_default()
        ));
    }
    // The document shows what a password is; nothing that is printed may.
    let attributes = answered(mapping.start(record, environment, occasion));
    let document = attributes
        .ok()
        .map(|attributes| attributes.redacted(mapping).document(target));
    User {
        name,
        scope,
        left_out,
        document,
        trace,
    }
}

/// Nobody is asked: every value is taken to be free.
fn answered(
    mut step: Result<MappingStep, EvaluationErrors>,
) -> Result<TargetAttributes, EvaluationErrors> {
    loop {
        match step? {
            MappingStep::Ask(evaluation) => step = evaluation.resume(true),
            MappingStep::Done(attributes) => return Ok(attributes),
        }
    }
}

/// The same numbers in every run, so that two runs can be compared.
fn seeded() -> impl Fn() -> u64 + Send + Sync + 'static {
    let state = AtomicU64::new(0x9E37_79B9_7F4A_7C15);
    move || {
        // SplitMix64.
        let mut value = state.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }
}
