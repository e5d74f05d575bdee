//! Which searches find the counterpart of an object.

use scim_core::schema::RegisteredResourceType;
use scim_core::scim_filter::{
    AttributePath, Comparison, ComparisonOperator, Filter, Literal, PatchPath, ValueFilter,
    ValuePath,
};
use serde_json::Value;

use super::failure::Failure;
use super::job::ObjectMapping;
use crate::expression::Environment;
use crate::location::{Location, plain};
use crate::mapping::{EvaluationErrors, Occasion};
use crate::record::Record;
use crate::rule::Rule;

/// The searches in the order of precedence; none when the object has no value to search for.
pub(super) fn matching_filters(
    object: &ObjectMapping,
    record: &Record,
    environment: &Environment,
) -> Result<Vec<Filter>, EvaluationErrors> {
    let is_matching = |rule: &Rule| rule.matching_priority > 0;
    let wanted =
        object
            .mapping()
            .evaluate_rules(record, environment, Occasion::Create, is_matching)?;
    let filters = matching_rules(object).into_iter().filter_map(|rule| {
        let value = wanted.get(&rule.target.to_string())?;
        filter(&rule.target, object.target(), value)
    });
    Ok(filters.collect())
}

pub(super) fn unmatched(object: &ObjectMapping) -> Failure {
    let names: Vec<String> = matching_rules(object)
        .iter()
        .map(|rule| rule.target.to_string())
        .collect();
    Failure::unmatched(&names.join(", "))
}

pub(super) fn matching_rules(object: &ObjectMapping) -> Vec<&Rule> {
    let rules = object.mapping().rules().iter();
    let mut matching: Vec<&Rule> = rules.filter(|rule| rule.matching_priority > 0).collect();
    matching.sort_by_key(|rule| rule.matching_priority);
    matching
}

/// The search for a value at a target path; none for a value that cannot be searched for.
pub(super) fn filter(
    path: &PatchPath,
    target: &RegisteredResourceType,
    value: &Value,
) -> Option<Filter> {
    let literal = match Location::of(path, target).fit(value.clone()) {
        Value::Bool(value) => Literal::Boolean(value),
        Value::Number(number) => Literal::from(number.as_i64()?),
        other => Literal::String(Some(plain(&other)).filter(|text| !text.is_empty())?),
    };
    let compared =
        |path: AttributePath| Comparison::new(path, ComparisonOperator::Eq, literal.clone());
    match path {
        PatchPath::Attribute(path) => Some(Filter::Comparison(compared(path.clone()))),
        PatchPath::ValuePath {
            attribute,
            filter,
            sub_attribute,
        } => {
            let sub_attribute = AttributePath::new(sub_attribute.as_deref()?).ok()?;
            let condition = ValueFilter::And(vec![
                filter.clone(),
                ValueFilter::Comparison(compared(sub_attribute)),
            ]);
            Some(Filter::ValuePath(ValuePath::new(
                attribute.clone(),
                condition,
            )))
        }
        PatchPath::Schema(_) => None,
    }
}
