//! Whether the target attribute takes what a source yields.

use std::collections::BTreeMap;

use scim_core::schema::{AttributeType, RegisteredResourceType};
use scim_core::scim_filter::PatchPath;

use crate::expression::{Expression, ExpressionProblemKind, ExpressionTarget, Severity, ValueType};
use crate::location::Location;
use crate::mapping::import;
use crate::mapping::problem::{Place, Problems};
use crate::rule::{Apply, DataType, Rule, RuleSource};
use crate::synchronization_schema::ObjectDefinition;

pub(super) fn check(
    rule: &Rule,
    place: Place<'_>,
    source: Option<&ObjectDefinition>,
    target: &RegisteredResourceType,
    problems: &mut Problems,
) {
    let expression = match &rule.source {
        // Constants are converted, which says more.
        RuleSource::None | RuleSource::Constant(_) => return,
        RuleSource::Expression(expression) => expression.clone(),
        RuleSource::Direct(_) => match rule.source.to_string().parse::<Expression>() {
            Ok(expression) => expression,
            Err(_) => return,
        },
    };
    let mut wanted = ExpressionTarget::new(target_type(rule, target));
    if rule.matching_priority > 0 {
        wanted = wanted.matching();
    }
    // Neither changes a value that is there.
    if matches!(rule.apply, Apply::OnCreate | Apply::OnAttributeAdd) {
        wanted = wanted.only_during_creation();
    }
    for problem in expression.check(&source_types(&expression, source), wanted) {
        // Attributes are checked with their rule. Without their types only what is wrong with any type is certain.
        let is_certain = source.is_some()
            || problem.severity == Severity::Error
            || problem.kind == ExpressionProblemKind::NoEffect;
        if problem.kind == ExpressionProblemKind::UnknownAttribute || !is_certain {
            continue;
        }
        match problem.severity {
            Severity::Error => problems.error(place, "source", problem.message, problem.way_out),
            Severity::Warning => {
                problems.warning(place, "source", problem.message, problem.way_out);
            }
        }
        problems.at(problem.range);
    }
}

/// The types of the attribute list; texts where it says nothing.
fn source_types(
    expression: &Expression,
    source: Option<&ObjectDefinition>,
) -> BTreeMap<String, ValueType> {
    let usual = ValueType::single(DataType::String);
    let value_type = |name: &str| {
        let definition = source.and_then(|source| source.attribute(name));
        definition.map_or(usual, import::value_type)
    };
    let names = expression.attributes().into_iter();
    names
        .map(|name| (name.to_owned(), value_type(name)))
        .collect()
}

/// The type of the rule, and where that says nothing but text, the type that the target offers.
fn target_type(rule: &Rule, target: &RegisteredResourceType) -> ValueType {
    let offered = Location::of(&rule.target, target).definition;
    let is_filtered = matches!(rule.target, PatchPath::ValuePath { .. });
    let (data_type, multi_valued) = offered.map_or((DataType::String, false), |offered| {
        let data_type = match offered.r#type {
            AttributeType::Boolean => DataType::Boolean,
            AttributeType::Integer => DataType::Integer,
            AttributeType::DateTime => DataType::DateTime,
            AttributeType::Binary => DataType::Binary,
            _ => DataType::String,
        };
        (data_type, offered.multi_valued && !is_filtered)
    });
    let data_type = if rule.data_type == DataType::String {
        data_type
    } else {
        rule.data_type
    };
    ValueType::new(data_type, rule.multi_valued || multi_valued)
}
