//! The mapping rules of a job: read from a schema export, shown, and explained for one user.

use chrono::Utc;
use scim_core::schema::RegisteredResourceType;
use scim_mapping::{
    Environment, Mapping, MappingErrors, Occasion, Record, Rule, SynchronizationSchema,
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    directory::{Directory, GraphUser, is_enabled, user_name},
    discovery::Discovered,
    failure::Failure,
    old_state,
};

const USERS: &str = "User";
const GROUPS: &str = "Group";

/// The mappings of users and of groups, as one schema export gives them.
#[derive(Debug)]
pub(crate) struct Mappings {
    name: String,
    schema: SynchronizationSchema,
    fingerprint: String,
    matching_attribute: String,
    pub(crate) users: Mapping,
    /// None when the export maps no groups, or has them switched off.
    pub(crate) groups: Option<Mapping>,
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

/// Where the attributes of one user come from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explanation {
    pub(crate) name: String,
    pub(crate) in_scope: bool,
    pub(crate) reasons: Vec<String>,
    pub(crate) attributes: Vec<Explained>,
}

/// One target attribute of one user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explained {
    pub(crate) target: String,
    pub(crate) value: Option<Value>,
    pub(crate) because: String,
}

impl Mappings {
    /// Reads a schema export; `name` is what messages call it. All problems are in one failure.
    pub(crate) fn from_json(text: &str, name: &str) -> Result<Self, Failure> {
        let schema = SynchronizationSchema::from_json(text).map_err(|problem| {
            let advice =
                "download the schema again: Provisioning > Mappings > Review your schema here";
            Failure::new(name, problem, advice)
        })?;
        let users = Mapping::from_object_mapping(&schema, USERS);
        let switched_on = schema
            .object_mapping(GROUPS)
            .is_some_and(|(_, mapping)| mapping.enabled.value() != Some(&false));
        let groups = switched_on
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
            fingerprint: old_state::fingerprint(text),
            matching_attribute: matching_attribute.unwrap_or_else(|| "userName".to_owned()),
            schema,
            users,
            groups,
        })
    }

    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What Test Connection asks for, as Entra does: the attribute that matches first.
    pub(crate) fn matching_attribute(&self) -> &str {
        &self.matching_attribute
    }

    /// Checks every rule against what the target says that it holds.
    pub(crate) fn check_target(&self, target: &Discovered) -> Result<(), Failure> {
        let check = |source: &str, kind: &RegisteredResourceType| {
            Mapping::from_object_mapping_for(&self.schema, source, kind).err()
        };
        let users = check(USERS, &target.users);
        let groups = self.groups.as_ref().and(target.groups.as_ref());
        let groups = groups.and_then(|groups| check(GROUPS, groups));
        if users.is_none() && groups.is_none() {
            return Ok(());
        }
        Err(problems(&self.name, &[users, groups]))
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
    pub(crate) fn explain(&self, directory: &Directory, id: &str) -> Result<Explanation, Failure> {
        let user = directory
            .user(id)
            .ok_or_else(|| Failure::new(id, "there is no such user", "give another name"))?;
        let (record, standing) = self.standing(user, directory.assigned().contains(id))?;
        let environment = Environment::new(Utc::now());
        let values = self.users.evaluate(&record, &environment, Occasion::Create);
        let values = values.map_err(|problem| {
            Failure::new(
                user_name(user),
                problem,
                "correct the mapping or the user's attributes",
            )
        })?;
        let explained = |rule: &Rule| {
            let target = rule.target.to_string();
            let value = if rule.reference {
                rule.source_attributes()
                    .first()
                    .and_then(|name| record.get(name))
                    .cloned()
            } else {
                values.get(&target).cloned()
            };
            Explained {
                value,
                because: because(rule, &record),
                target,
            }
        };
        Ok(Explanation {
            name: user_name(user).to_owned(),
            in_scope: standing.is_active(),
            reasons: standing.reasons(),
            attributes: self.users.rules().iter().map(explained).collect(),
        })
    }

    /// The record that the rules see, and whether its owner is to be provisioned.
    pub(crate) fn standing(
        &self,
        user: &GraphUser,
        assigned: bool,
    ) -> Result<(Record, Standing), Failure> {
        let refuse = |problem: String| {
            Failure::new(
                user_name(user),
                problem,
                "correct the user, or the mapping's scoping filter",
            )
        };
        let record = Record::from_graph_user(&Value::Object(user.clone()))
            .map_err(|error| refuse(error.to_string()))?;
        let in_filter = self
            .users
            .in_scope(&record)
            .map_err(|error| refuse(error.to_string()))?;
        let standing = Standing {
            assigned,
            in_filter,
            enabled: is_enabled(user),
        };
        let record = record.with("IsSoftDeleted", !standing.is_active());
        Ok((record, standing))
    }
}

/// The three things that must hold before somebody is provisioned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    assigned: bool,
    in_filter: bool,
    enabled: bool,
}

impl Standing {
    pub(crate) const fn is_active(self) -> bool {
        self.assigned && self.in_filter && self.enabled
    }

    /// Assigned and in the filter, whether or not the account is enabled.
    pub(crate) const fn is_entitled(self) -> bool {
        self.assigned && self.in_filter
    }

    fn reasons(self) -> Vec<String> {
        let say =
            |holds: bool, yes: &str, no: &str| if holds { yes.to_owned() } else { no.to_owned() };
        vec![
            say(
                self.assigned,
                "assigned, by name or by a group",
                "not assigned",
            ),
            say(
                self.in_filter,
                "passes the scoping filter",
                "does not pass the scoping filter",
            ),
            say(
                self.enabled,
                "the account is enabled",
                "the account is disabled",
            ),
        ]
    }
}

/// The rule, and the values of the attributes that it reads.
fn because(rule: &Rule, record: &Record) -> String {
    let read = |name: &&str| {
        let value = record.get(name).filter(|value| !value.is_null());
        format!(
            "[{name}] is {}",
            value.map_or_else(|| "missing".to_owned(), Value::to_string)
        )
    };
    let mut parts = vec![rule.source.to_string()];
    if !rule.is_redacted() {
        parts.extend(rule.source_attributes().iter().map(read));
    }
    if let Some(default) = &rule.default_value {
        parts.push(format!("\"{default}\" at creation if that gives nothing"));
    }
    if rule.reference {
        parts.push("set after everybody exists, by the target's own name for him".to_owned());
    }
    parts.join("; ")
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
