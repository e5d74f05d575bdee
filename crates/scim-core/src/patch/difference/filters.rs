//! Filters that select one entry of a list.

use std::borrow::Cow;
use std::collections::BTreeMap;

use scim_filter::{AttributePath, Comparison, ComparisonOperator, Literal, ValueFilter};
use serde_json::Value;

use crate::schema::{AttributeDefinition, comparison_key};

/// How often each `type`, each `value` and each pair of both stands in a list, compared as filters compare them.
pub(super) struct Selectors<'l> {
    definition: &'l AttributeDefinition,
    types: BTreeMap<Cow<'l, str>, usize>,
    values: BTreeMap<Cow<'l, str>, usize>,
    pairs: BTreeMap<(Cow<'l, str>, Cow<'l, str>), usize>,
}

impl<'l> Selectors<'l> {
    pub(super) fn of(definition: &'l AttributeDefinition, entries: &'l [Value]) -> Self {
        let mut selectors = Self {
            definition,
            types: BTreeMap::new(),
            values: BTreeMap::new(),
            pairs: BTreeMap::new(),
        };
        for entry in entries {
            let kind = key(definition, entry, "type");
            let value = key(definition, entry, "value");
            if let (Some(kind), Some(value)) = (&kind, &value) {
                let pair = (kind.clone(), value.clone());
                *selectors.pairs.entry(pair).or_default() += 1;
            }
            if let Some(kind) = kind {
                *selectors.types.entry(kind).or_default() += 1;
            }
            if let Some(value) = value {
                *selectors.values.entry(value).or_default() += 1;
            }
        }
        selectors
    }

    pub(super) fn knows_type_of(&self, entry: &Value) -> bool {
        key(self.definition, entry, "type").is_some_and(|kind| self.types.contains_key(&kind))
    }

    /// The shortest filter that selects this entry of the list alone.
    pub(super) fn filter(&self, entry: &Value) -> Option<ValueFilter> {
        let kind = key(self.definition, entry, "type");
        let value = key(self.definition, entry, "value");
        let is_one = |count: Option<&usize>| count == Some(&1);
        let names: &[_] = if is_one(kind.as_ref().and_then(|kind| self.types.get(kind))) {
            &["type"]
        } else if is_one(value.as_ref().and_then(|value| self.values.get(value))) {
            &["value"]
        } else if is_one(self.pairs.get(&(kind?, value?))) {
            &["type", "value"]
        } else {
            return None;
        };
        let terms: Option<Vec<_>> = names
            .iter()
            .map(|name| equals(name, entry.get(*name)?.as_str()?))
            .collect();
        join(terms?, ValueFilter::And)
    }
}

fn key<'v>(definition: &AttributeDefinition, entry: &'v Value, name: &str) -> Option<Cow<'v, str>> {
    let text = entry.get(name)?.as_str()?;
    Some(comparison_key(definition.sub_attribute(name)?, text))
}

pub(super) fn names_type_alone(filter: &ValueFilter) -> bool {
    matches!(filter, ValueFilter::Comparison(comparison) if comparison.path.attribute() == "type")
}

pub(super) fn equals(name: &str, text: &str) -> Option<ValueFilter> {
    let path = AttributePath::new(name).ok()?;
    Some(ValueFilter::Comparison(Comparison::new(
        path,
        ComparisonOperator::Eq,
        Literal::from(text),
    )))
}

pub(super) fn join(
    mut terms: Vec<ValueFilter>,
    all: fn(Vec<ValueFilter>) -> ValueFilter,
) -> Option<ValueFilter> {
    if terms.len() > 1 {
        Some(all(terms))
    } else {
        terms.pop()
    }
}
