//! The mapping rules of a job: read from a schema export, shown, and explained for one user.

use std::collections::BTreeSet;
use std::fmt::Display;

use chrono::Utc;
use scim_core::{
    patch::PatchDialect,
    schema::{RegisteredResourceType, SchemaRegistry},
};
use scim_mapping::provisioning::{JobNames, JobSettings, ObjectMapping, ProvisioningJob};
use scim_mapping::{
    Assignments, Environment, Mapping, MappingErrors, MappingProblem, Occasion, Record, Rule,
    ScopeExplanation, SynchronizationSchema, Trace,
};
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::file_kind::{FileKind, Wanted};
use crate::target::Discovered;

const USERS: &str = "User";
const GROUPS: &str = "Group";

/// The mappings of users and of groups, as one schema export gives them.
#[derive(Debug)]
pub(crate) struct Mappings {
    name: String,
    schema: SynchronizationSchema,
    matching_attribute: String,
    users: Mapping,
    /// None when the export maps no groups, or has them switched off.
    groups: Option<Mapping>,
}

/// One rule, for people and for machines.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappingRow {
    pub(crate) target: String,
    pub(crate) source: String,
    pub(crate) apply: &'static str,
    pub(crate) matching: u32,
    pub(crate) reference: bool,
    pub(crate) default_value: Option<String>,
}

/// Something that is wrong with an object mapping.
#[derive(Debug, Serialize)]
pub(crate) struct SchemaProblem {
    /// The source objects of the mapping.
    pub(crate) object: &'static str,
    #[serde(flatten)]
    pub(crate) problem: MappingProblem,
}

/// Whether one user is in scope, and where his attributes come from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explanation {
    pub(crate) name: String,
    /// False: he is disabled or deleted in the directory.
    pub(crate) is_enabled: bool,
    pub(crate) scope: ScopeExplanation,
    #[serde(flatten)]
    pub(crate) trace: Trace,
}

/// Reads a schema export; `place` is what messages call it.
pub(crate) fn read_schema(bytes: &[u8], place: &str) -> Result<SynchronizationSchema, Failure> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let kind = FileKind::of(bytes);
    if kind != FileKind::Schema {
        return Err(kind.instead_of(Wanted::Schema, place));
    }
    let refuse = |problem: &dyn Display| Failure::new(place, problem, Wanted::Schema.advice());
    let text = std::str::from_utf8(bytes).map_err(|error| refuse(&error))?;
    SynchronizationSchema::from_json(text).map_err(|error| refuse(&error))
}

/// Everything that is wrong with a schema export, of users, and of groups where they are mapped.
pub(crate) fn check(schema: &SynchronizationSchema) -> Vec<SchemaProblem> {
    let groups = maps_groups(schema).then_some(GROUPS);
    let objects = std::iter::once(USERS).chain(groups);
    let found = objects.flat_map(|object| {
        let problems = schema.check(object, &schema.described_target(object));
        problems
            .into_iter()
            .map(move |problem| SchemaProblem { object, problem })
    });
    found.collect()
}

fn maps_groups(schema: &SynchronizationSchema) -> bool {
    let mapping = schema.object_mapping(GROUPS);
    mapping.is_some_and(|(_, mapping)| mapping.enabled.value() != Some(&false))
}

impl Mappings {
    /// The mappings of a schema export; `name` is what messages call it. All problems are in one failure.
    pub(crate) fn new(schema: SynchronizationSchema, name: &str) -> Result<Self, Failure> {
        let users = Mapping::from_object_mapping(&schema, USERS);
        let groups = maps_groups(&schema)
            .then(|| Mapping::from_object_mapping(&schema, GROUPS))
            .transpose();
        let (users, groups) = match (users, groups) {
            (Ok(users), Ok(groups)) => (users, groups),
            (users, groups) => return Err(problems(name, &[users.err(), groups.err()])),
        };
        let mut matching: Vec<&Rule> = users
            .rules()
            .iter()
            .filter(|rule| rule.matching_priority > 0)
            .collect();
        matching.sort_by_key(|rule| rule.matching_priority);
        let matching_attribute = matching.first().map(|rule| rule.target.to_string());
        Ok(Self {
            name: name.to_owned(),
            matching_attribute: matching_attribute.unwrap_or_else(|| "userName".to_owned()),
            schema,
            users,
            groups,
        })
    }

    /// What Test Connection asks for, as Entra does: the attribute that matches first.
    pub(crate) fn matching_attribute(&self) -> &str {
        &self.matching_attribute
    }

    /// What is to be provisioned into this target: every rule is checked against what the target says that it holds.
    pub(crate) fn job(
        &self,
        target: &Discovered,
        settings: JobSettings,
        names: JobNames,
    ) -> Result<ProvisioningJob, Failure> {
        let mapped = |source: &str, kind: &RegisteredResourceType| {
            let mapping = Mapping::from_object_mapping_for(&self.schema, source, kind);
            mapping.map(|mapping| ObjectMapping::new(mapping, kind.clone()))
        };
        let users = mapped(USERS, &target.users);
        let groups = self.groups.as_ref().and(target.groups.as_ref());
        let groups = groups.map(|groups| mapped(GROUPS, groups)).transpose();
        let (users, groups) = match (users, groups) {
            (Ok(users), Ok(groups)) => (users, groups),
            (users, groups) => return Err(problems(&self.name, &[users.err(), groups.err()])),
        };
        let job = ProvisioningJob::new(users)
            .with_settings(settings)
            .with_names(names);
        Ok(match groups {
            Some(groups) => job.with_groups(groups),
            None => job,
        })
    }

    /// How changes are written.
    pub(crate) fn patch_dialect(&self) -> PatchDialect {
        self.users.patch_dialect()
    }

    /// The source attributes that decide what becomes of a user.
    pub(crate) fn user_attributes(&self) -> Vec<String> {
        self.attributes(USERS, Some(&self.users))
    }

    /// The source attributes that decide what becomes of a group.
    pub(crate) fn group_attributes(&self) -> Vec<String> {
        self.attributes(GROUPS, self.groups.as_ref())
    }

    fn attributes(&self, object: &str, mapping: Option<&Mapping>) -> Vec<String> {
        let rules = mapping.into_iter().flat_map(Mapping::rules);
        let rules = rules.flat_map(Rule::source_attributes);
        let scope = self
            .schema
            .object_mapping(object)
            .and_then(|(_, mapping)| mapping.scope.value());
        let groups = scope.into_iter().flat_map(|scope| {
            [&scope.groups, &scope.input_filter_groups]
                .into_iter()
                .filter_map(|groups| groups.value())
                .flatten()
        });
        let clauses = groups.filter_map(|group| group.clauses.value()).flatten();
        let clauses = clauses
            .filter_map(|clause| clause.source_operand_name.value())
            .map(String::as_str);
        let names: BTreeSet<&str> = rules.chain(clauses).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The rules of users.
    pub(crate) fn rows(&self) -> Vec<MappingRow> {
        let row = |rule: &Rule| MappingRow {
            target: rule.target.to_string(),
            source: rule.source.to_string(),
            apply: rule.row().apply,
            matching: rule.matching_priority,
            reference: rule.reference,
            default_value: rule.default_value.clone(),
        };
        self.users.rules().iter().map(row).collect()
    }

    /// Everything that decides what becomes of one user.
    pub(crate) fn explain(&self, record: &Record, assignments: &Assignments) -> Explanation {
        let environment = Environment::new(Utc::now());
        Explanation {
            name: user_name(record),
            is_enabled: record.get("IsSoftDeleted") != Some(&Value::Bool(true)),
            scope: self.users.explain_scope(record, Some(assignments)),
            trace: self.users.trace(record, &environment, Occasion::Create),
        }
    }
}

/// A mapping without a rule, for a job that cannot begin.
pub(crate) fn nothing() -> Result<ObjectMapping, Failure> {
    let registry = SchemaRegistry::standard();
    let users = registry
        .resource_type(USERS)
        .ok_or_else(|| Failure::new("RFC 7643", "it has no users", "tell the authors"))?;
    Ok(ObjectMapping::new(Mapping::new(Vec::new()), users.clone()))
}

/// A user's sign-in name, or what else names him.
pub(crate) fn user_name(record: &Record) -> String {
    let names = ["userPrincipalName", "mail", "displayName", "objectId"];
    names
        .iter()
        .find_map(|name| record.text(name))
        .unwrap_or_else(|| "(unnamed)".to_owned())
}

fn problems(name: &str, errors: &[Option<MappingErrors>; 2]) -> Failure {
    let all: Vec<String> = errors
        .iter()
        .flatten()
        .flat_map(MappingErrors::problems)
        .map(|problem| format!("\n  {problem}"))
        .collect();
    let count = match all.len() {
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    };
    let advice = "correct the mapping in the portal, and export the schema again";
    Failure::new(name, format!("{count}:{}", all.concat()), advice)
}
