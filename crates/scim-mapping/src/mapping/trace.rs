//! Why each target attribute has its value, for one record.

mod redaction;
mod text;

use std::cell::RefCell;

use serde::Serialize;
use serde_json::Value;

use super::run::{Run, Yield};
use super::{Mapping, Occasion};
use crate::expression::{Environment, EvaluatedValue, EvaluationError, Node};
use crate::record::Record;
use crate::rule::{Apply, DataType, Rule, RuleSource};

/// How every rule of a mapping came to its value for one record.
///
/// Printed it is a text for people, serialised it is JSON for programs. Values of redacted rules are `[Redact]`.
///
/// ```
/// use scim_mapping::{Environment, Mapping, Occasion, Record, RuleBuilder};
///
/// let mapping = Mapping::builder("User", "User")
///     .rule(RuleBuilder::expression("IIF(IsPresent([mail]), ToLower([mail]), [userPrincipalName])", "userName").matching(1))
///     .rule(RuleBuilder::direct("jobTitle", "title").default_value("Member"))
///     .build()?;
/// let record = Record::default().with("mail", "Ines@fjordlab.example");
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let trace = mapping.trace(&record, &environment, Occasion::Create);
/// assert_eq!(trace.to_string(), r#"userName = "ines@fjordlab.example"
///   rule 1, Expression: IIF(IsPresent([mail]), ToLower([mail]), [userPrincipalName])
///     IIF(IsPresent([mail]), ToLower([mail]), [userPrincipalName]): "ines@fjordlab.example"
///       IsPresent([mail]): true
///         [mail]: "Ines@fjordlab.example"
///       ToLower([mail]): "ines@fjordlab.example"
///         [mail]: "Ines@fjordlab.example"
///       [userPrincipalName]: not evaluated
/// title = "Member"
///   rule 2, Direct: [jobTitle]
///     [jobTitle]: null
///   the source gave null: the default value is used
/// "#);
/// assert_eq!(serde_json::to_value(&trace)?["attributes"][1]["isDefault"], true);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Trace {
    /// One for a rule, in the order of the rules.
    pub attributes: Vec<AttributeTrace>,
}

/// How one rule came to its value.
///
/// See the example of [`Trace`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AttributeTrace {
    /// The number of the rule, from 1.
    pub rule: usize,
    /// The target path.
    pub target: String,
    /// `Direct`, `Constant`, `Expression` or `None`.
    pub kind: &'static str,
    /// The source as an expression.
    pub source: String,
    /// Whether the value refers to another object, and is sent when that exists.
    pub is_reference: bool,
    /// The parts of the source and their values, outer ones first. Texts and numbers that stand in it are left out.
    pub steps: Vec<TraceStep>,
    /// Whether the source gave null and the default value took its place.
    pub is_default: bool,
    /// How the value became that of the target attribute's type; none if it was of that type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion: Option<Conversion>,
    /// What came of it.
    pub outcome: TraceOutcome,
}

/// A part of a source and its value.
///
/// See the example of [`Trace`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TraceStep {
    /// How deep the part stands in the source, from 0.
    pub depth: usize,
    /// The part.
    pub expression: String,
    /// What it gave.
    pub value: StepValue,
}

/// What a part of a source gave.
///
/// ```
/// use scim_mapping::StepValue;
///
/// assert_eq!(StepValue::Value("NO".into()).to_string(), "\"NO\"");
/// assert_eq!(StepValue::NotEvaluated.to_string(), "not evaluated");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "an evaluation has no other end")]
pub enum StepValue {
    /// A value; null for none.
    Value(Value),
    /// `IgnoreFlowIfNullOrEmpty` without a value: leave the target as it is.
    Ignore,
    /// `IgnoreObjectFlow`: leave the whole object out.
    IgnoreObject,
    /// A failure, with its reason.
    Failed(String),
    /// One of several values, which the target is asked about: `SelectUniqueValue`.
    Asked,
    /// Nothing: the part is in a branch that was not taken.
    NotEvaluated,
}

/// A value that was brought into the target attribute's type.
///
/// ```
/// use scim_mapping::{DataType, Environment, Mapping, Occasion, Record, RuleBuilder};
///
/// let mapping = Mapping::builder("User", "User")
///     .rule(RuleBuilder::constant("7", "userName").data_type(DataType::Integer).matching(1))
///     .build()?;
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let trace = mapping.trace(&Record::default(), &environment, Occasion::Create);
/// let conversion = trace.attributes[0].conversion.as_ref().ok_or("a text became a number")?;
/// assert_eq!((&conversion.from, &conversion.to), (&"7".into(), &7.into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Conversion {
    /// The value before.
    pub from: Value,
    /// The value after.
    pub to: Value,
    /// The type of the target attribute.
    pub data_type: DataType,
}

/// What came of a rule.
///
/// ```
/// use scim_mapping::TraceOutcome;
///
/// let outcome = TraceOutcome::Set { value: "NO".into() };
/// assert_eq!(serde_json::to_value(&outcome)?, serde_json::json!({"set": {"value": "NO"}}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum TraceOutcome {
    /// The target attribute gets the value.
    Set {
        /// The value.
        value: Value,
    },
    /// The target attribute gets the first of the values that no other object of the target has: `SelectUniqueValue`.
    FirstFree {
        /// The values in the order in which they are asked about.
        candidates: Vec<Value>,
    },
    /// The target attribute loses its value.
    Removed,
    /// The target attribute stays as it is.
    Skipped {
        /// Why.
        reason: &'static str,
    },
    /// The rule says to leave the whole object out: nothing is sent for it, whatever the other rules come to.
    ObjectIgnored,
    /// There is no value, because something is wrong.
    Failed {
        /// What.
        reason: String,
    },
}

impl Mapping {
    /// How every rule comes to its value, references included, whatever fails.
    ///
    /// See the example of [`Trace`].
    #[must_use]
    pub fn trace(&self, record: &Record, environment: &Environment, occasion: Occasion) -> Trace {
        let rules = self.rules().iter().enumerate();
        Trace {
            attributes: rules
                .map(|(index, rule)| trace(index + 1, rule, record, environment, occasion))
                .collect(),
        }
    }
}

type Seen = RefCell<Vec<(*const Node, Result<EvaluatedValue, EvaluationError>)>>;

fn trace(
    number: usize,
    rule: &Rule,
    record: &Record,
    environment: &Environment,
    occasion: Occasion,
) -> AttributeTrace {
    let seen: Seen = RefCell::default();
    let observer = |node: &Node, value: &Result<EvaluatedValue, EvaluationError>| {
        seen.borrow_mut()
            .push((std::ptr::from_ref(node), value.clone()));
    };
    let candidates = rule.candidates(record, environment, occasion, &observer);
    let run = match candidates {
        None => rule.run(record, environment, occasion, Some(&observer)),
        // The target is not asked.
        Some(_) => Run::of(Yield::Nothing),
    };
    let mut steps = Vec::new();
    match &rule.source {
        RuleSource::Expression(expression) => {
            add_steps(expression.root(), 0, &seen.borrow(), &mut steps);
            if let (Some(_), Some(first)) = (&candidates, steps.first_mut()) {
                first.value = StepValue::Asked;
            }
        }
        RuleSource::Direct(_) => steps.push(TraceStep {
            depth: 0,
            expression: rule.source.to_string(),
            value: run
                .source
                .as_ref()
                .map_or(StepValue::NotEvaluated, step_value),
        }),
        RuleSource::Constant(_) | RuleSource::None => {}
    }
    let row = rule.row();
    let mut traced = AttributeTrace {
        rule: number,
        target: row.target,
        kind: row.kind,
        source: row.source,
        is_reference: rule.reference,
        steps,
        is_default: run.is_default,
        conversion: conversion(rule, &run),
        outcome: match candidates {
            Some(candidates) => first_free(rule, candidates, environment, occasion),
            None => outcome(rule, run),
        },
    };
    if rule.is_redacted() {
        traced.redact();
    }
    traced
}

fn add_steps(
    node: &Node,
    depth: usize,
    seen: &[(*const Node, Result<EvaluatedValue, EvaluationError>)],
    steps: &mut Vec<TraceStep>,
) {
    let children: Vec<&Node> = match node {
        Node::Text(_) | Node::Number(_) | Node::Word(_) => return,
        Node::Attribute(_) => Vec::new(),
        Node::Comparison { left, right, .. } => vec![left, right],
        Node::Call { arguments, .. } => arguments.iter().flatten().collect(),
    };
    let value = seen
        .iter()
        .rfind(|(known, _)| std::ptr::eq(*known, node))
        .map_or(StepValue::NotEvaluated, |(_, value)| match value {
            Ok(value) => step_value(value),
            Err(error) if error.ignores_object() => StepValue::IgnoreObject,
            Err(error) => StepValue::Failed(error.to_string()),
        });
    steps.push(TraceStep {
        depth,
        expression: node.to_string(),
        value,
    });
    for child in children {
        add_steps(child, depth + 1, seen, steps);
    }
}

fn step_value(value: &EvaluatedValue) -> StepValue {
    match value {
        EvaluatedValue::Ignore => StepValue::Ignore,
        EvaluatedValue::IgnoreObject => StepValue::IgnoreObject,
        value => StepValue::Value(json(value)),
    }
}

fn json(value: &EvaluatedValue) -> Value {
    match value {
        EvaluatedValue::Null | EvaluatedValue::Ignore | EvaluatedValue::IgnoreObject => Value::Null,
        EvaluatedValue::Boolean(value) => Value::Bool(*value),
        EvaluatedValue::Integer(value) => Value::from(*value),
        EvaluatedValue::List(values) => Value::from(values.clone()),
        EvaluatedValue::Complex(elements) => elements.iter().cloned().map(Value::Object).collect(),
        EvaluatedValue::Text(text) => Value::from(text.as_str()),
    }
}

fn conversion(rule: &Rule, run: &Run) -> Option<Conversion> {
    let Yield::Value(to) = &run.yields else {
        return None;
    };
    let from = match (&rule.default_value, &run.source) {
        (Some(default), _) if run.is_default => Value::from(default.as_str()),
        (_, Some(source)) => json(source),
        _ => return None,
    };
    (from != *to).then(|| Conversion {
        from,
        to: to.clone(),
        data_type: rule.data_type,
    })
}

fn outcome(rule: &Rule, run: Run) -> TraceOutcome {
    match run.yields {
        Yield::Value(value) => TraceOutcome::Set { value },
        Yield::Removed => TraceOutcome::Removed,
        Yield::Nothing if rule.source == RuleSource::None => TraceOutcome::Skipped {
            reason: "the rule has no source, and its default value is for new objects",
        },
        Yield::Nothing => TraceOutcome::Skipped {
            reason: "there is no value, and null is not sent",
        },
        Yield::Ignored => TraceOutcome::Skipped {
            reason: "there is no value, and the expression says to leave the target then",
        },
        Yield::ObjectIgnored => TraceOutcome::ObjectIgnored,
        Yield::NotOnUpdate if rule.apply == Apply::OnMultiValueAdd => TraceOutcome::Skipped {
            reason: "the rule only adds values to lists, and the attribute has one value",
        },
        Yield::NotOnUpdate => TraceOutcome::Skipped {
            reason: "the rule applies only during object creation",
        },
        Yield::Failed(reason) => TraceOutcome::Failed { reason },
    }
}

fn first_free(
    rule: &Rule,
    candidates: Result<Vec<EvaluatedValue>, EvaluationError>,
    environment: &Environment,
    occasion: Occasion,
) -> TraceOutcome {
    let candidates = match candidates {
        Ok(candidates) => candidates,
        Err(error) => {
            return TraceOutcome::Failed {
                reason: error.to_string(),
            };
        }
    };
    let mut values = Vec::new();
    for candidate in candidates {
        match rule.finish(Ok(candidate), environment, occasion).yields {
            Yield::Value(value) => values.push(value),
            Yield::ObjectIgnored if values.is_empty() => return TraceOutcome::ObjectIgnored,
            Yield::Failed(reason) if values.is_empty() => return TraceOutcome::Failed { reason },
            // What follows is reached only when those before are taken.
            _ => break,
        }
    }
    TraceOutcome::FirstFree { candidates: values }
}
