//! The other direction: from an object of the target to a record of the source.

mod inverse;

use std::collections::BTreeMap;
use std::fmt;

use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use serde::Serialize;
use serde_json::Value;

use super::run::Yield;
use super::{Mapping, Occasion};
use crate::expression::Environment;
use crate::location::{Location, plain};
use crate::record::Record;
use crate::rule::{Rule, RuleSource};

/// Reads records of the source out of objects of the target, through the rules of one mapping.
///
/// A direct rule gives its attribute back. An expression gives back the attribute it reads when it can be undone: `Not`,
/// `Switch` with a key of its own for the value, `Append` and `FormatDateTime` with fixed texts, `CStr`, `CBool`, `Redact`
/// and `IgnoreFlowIfNullOrEmpty` around any of these. Whatever is given back yields the same value on the way out again,
/// which is tried; what the mapping cannot carry is told. A constant carries nothing.
///
/// Values have the types of the target: a truth value that went out as a truth value comes back as one.
///
/// ```
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use scim_mapping::{Environment, FromScim, Mapping, RuleBuilder};
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let mapping = Mapping::builder("Employee", "User")
///     .rule(RuleBuilder::direct("email", "userName").matching(1))
///     .rule(RuleBuilder::expression("Not([hasLeft])", "active"))
///     .rule(RuleBuilder::expression("Join(\" \", [first], [last])", "displayName"))
///     .build_for(users)?;
///
/// let ines = serde_json::json!({"userName": "ines@fjordlab.example", "active": true, "displayName": "Ines Okafor"});
/// let ines = Resource::new(ines.as_object().cloned().unwrap_or_default());
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let (record, not_carried) = FromScim::new(&mapping, users).read(&ines, &environment);
/// assert_eq!(record.get("email"), Some(&"ines@fjordlab.example".into()));
/// assert_eq!(record.get("hasLeft"), Some(&false.into()));
/// assert_eq!(
///     not_carried[0].to_string(),
///     "rule 3 (displayName): Join cannot be undone; give the attribute a rule of its own"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FromScim {
    rules: Vec<(Rule, Location)>,
}

/// A value of the target that does not come back.
///
/// See the example of [`FromScim`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotCarried {
    /// The number of the rule, from 1.
    pub rule: usize,
    /// The target path.
    pub target: String,
    /// Why, and what to do.
    pub reason: String,
}

impl fmt::Display for NotCarried {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "rule {} ({}): {}",
            self.rule, self.target, self.reason
        )
    }
}

impl FromScim {
    /// Prepares the way back for objects of that type.
    ///
    /// See the example of [`FromScim`].
    #[must_use]
    pub fn new(mapping: &Mapping, target: &RegisteredResourceType) -> Self {
        let rules = mapping.rules().iter();
        Self {
            rules: rules
                .map(|rule| (rule.clone(), Location::of(&rule.target, target)))
                .collect(),
        }
    }

    /// The record that the mapping would make the object of, as far as the mapping carries it.
    ///
    /// See the example of [`FromScim`].
    #[must_use]
    pub fn read(&self, object: &Resource, environment: &Environment) -> (Record, Vec<NotCarried>) {
        let mut record = Record::default();
        let mut given_by: BTreeMap<String, usize> = BTreeMap::new();
        let mut not_carried = Vec::new();
        for (index, (rule, location)) in self.rules.iter().enumerate() {
            let Some(found) = location.value_in(object.attributes()) else {
                continue;
            };
            let result = undo(rule, location, found, environment).and_then(|undone| {
                let Some((name, value)) = undone else {
                    return Ok(());
                };
                match (record.get(&name), given_by.get(&name)) {
                    (Some(known), Some(other)) if plain(known) != plain(&value) => Err(format!(
                        "rule {other} has given [{name}] another value; make the two attributes of the target agree"
                    )),
                    (Some(_), _) => Ok(()),
                    (None, _) => {
                        given_by.insert(name.clone(), index + 1);
                        record = std::mem::take(&mut record).with(name, value);
                        Ok(())
                    }
                }
            });
            if let Err(reason) = result {
                not_carried.push(NotCarried {
                    rule: index + 1,
                    target: rule.target.to_string(),
                    reason,
                });
            }
        }
        (record, not_carried)
    }
}

/// The source attribute that a value came from, and its value there; none for constants.
fn undo(
    rule: &Rule,
    location: &Location,
    found: &Value,
    environment: &Environment,
) -> Result<Option<(String, Value)>, String> {
    let value = carried(found);
    let (name, value) = match &rule.source {
        RuleSource::None | RuleSource::Constant(_) => return Ok(None),
        RuleSource::Direct(name) => (name.clone(), value),
        RuleSource::Expression(expression) => inverse::of(expression.root(), value, environment)?,
    };
    let record = Record::default().with(name.as_str(), value.clone());
    let again = match rule
        .run(&record, environment, Occasion::Create, None)
        .yields
    {
        Yield::Value(again) => Some(location.fit(again)),
        _ => None,
    };
    if again.is_some_and(|again| texts(&again) == texts(found)) {
        Ok(Some((name, value)))
    } else {
        Err(format!(
            "no value of [{name}] gives it; correct it in the target"
        ))
    }
}

/// The value without what the target adds: a reference is its id, an element its value.
fn carried(found: &Value) -> Value {
    match found {
        Value::Object(members) => members.get("value").cloned().unwrap_or(Value::Null),
        Value::Array(values) => values.iter().map(carried).collect(),
        value => value.clone(),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(plain).collect(),
        value => vec![plain(value)],
    }
}
