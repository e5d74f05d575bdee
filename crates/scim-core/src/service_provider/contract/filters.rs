//! Filters and sort attributes, made from a schema and from what resources have.

use serde_json::Value;

use super::values;
use crate::compatibility::Compatibility;
use crate::evaluation::BoundFilter;
use crate::message::SortOrder;
use crate::resource::Resource;
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, RegisteredResourceType,
};
use crate::sorting::BoundSort;

/// A place that filters look at: an attribute, or a sub-attribute.
#[derive(Debug)]
struct Leaf<'r> {
    path: String,
    definition: &'r AttributeDefinition,
    reference: &'r AttributeReference,
}

fn leaves(resource_type: &RegisteredResourceType) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    for reference in resource_type.attributes() {
        let (definition, path) = (reference.attribute(), reference.canonical_path());
        if definition.r#type != AttributeType::Complex {
            leaves.push(Leaf {
                path,
                definition,
                reference,
            });
            continue;
        }
        for sub in &definition.sub_attributes {
            let path = format!("{path}.{}", sub.name);
            leaves.push(Leaf {
                path,
                definition: sub,
                reference,
            });
        }
    }
    leaves
}

/// Filters with their texts. What the schema does not allow is left out.
pub(super) fn filters(
    resource_type: &RegisteredResourceType,
    held: &[Resource],
) -> Vec<(String, BoundFilter)> {
    let mut texts = Vec::new();
    for (index, leaf) in leaves(resource_type).into_iter().enumerate() {
        let values = values_of(&leaf, held);
        let single = comparisons(&leaf, &values, index);
        texts.extend(combined(&single));
        texts.extend(single);
    }
    texts.extend(value_paths(resource_type, held));
    let parser = resource_type.parser();
    let bound = texts.into_iter().filter_map(|text| {
        let filter = parser.filter(&text).ok()?;
        let filter = BoundFilter::bind(&filter, resource_type, &Compatibility::standard()).ok()?;
        Some((text, filter))
    });
    bound.collect()
}

/// The simple values that resources have at a place.
fn values_of<'h>(leaf: &Leaf<'_>, held: &'h [Resource]) -> Vec<&'h Value> {
    let mut values = Vec::new();
    for resource in held {
        let entries = match leaf.reference.value_in(resource) {
            Some(Value::Array(entries)) => entries.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        values.extend(entries.iter().filter_map(|entry| match entry {
            Value::Object(members) => members.get(&leaf.definition.name),
            simple => Some(simple),
        }));
    }
    values
}

fn comparisons(leaf: &Leaf<'_>, values: &[&Value], index: usize) -> Vec<String> {
    let path = &leaf.path;
    let mut filters = vec![format!("{path} pr")];
    let position = index.checked_rem(values.len()).unwrap_or_default();
    let chosen = values.iter().cycle().skip(position);
    let chosen = chosen.take(2.min(values.len()));
    for (value, operators) in chosen.zip([["eq", "ne", "ge", "lt"], ["eq", "ne", "gt", "le"]]) {
        for operator in operators {
            filters.push(format!("{path} {operator} {value}"));
        }
        if let Value::String(text) = value {
            filters.extend(parts(path, text));
        }
    }
    if leaf.definition.r#type == AttributeType::Boolean {
        filters.extend([format!("{path} eq true"), format!("{path} ne false")]);
    } else {
        // What is a wildcard, a quote, an escape or nothing to somebody else.
        let odd = values::text(index).to_owned();
        for text in ["", "%", "_", odd.as_str()] {
            let literal = Value::from(text);
            filters.push(format!("{path} eq {literal}"));
            filters.push(format!("{path} co {literal}"));
        }
        filters.push(format!("{path} sw {}", Value::from("50_")));
        filters.push(format!("{path} ew {}", Value::from("\\slash")));
    }
    filters
}

/// Parts of a text that is there, in the other case, too.
fn parts(path: &str, text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let start: String = letters.iter().take(2).collect();
    let end: String = letters
        .iter()
        .skip(letters.len().saturating_sub(2))
        .collect();
    vec![
        format!("{path} eq {}", Value::from(text.to_uppercase())),
        format!("{path} eq {}", Value::from(text.trim())),
        format!("{path} co {}", Value::from(text.to_lowercase())),
        format!("{path} sw {}", Value::from(start)),
        format!("{path} ew {}", Value::from(end.to_uppercase())),
    ]
}

/// Negations, and neighbours joined.
fn combined(filters: &[String]) -> Vec<String> {
    let mut combined = Vec::new();
    for pair in filters.windows(2).step_by(7) {
        if let [first, second] = pair {
            combined.push(format!("not ({second})"));
            combined.push(format!("{first} and not ({second})"));
            combined.push(format!("({first} or {second}) and id pr"));
        }
    }
    combined
}

/// Filters whose conditions one entry has to fulfil together.
fn value_paths(resource_type: &RegisteredResourceType, held: &[Resource]) -> Vec<String> {
    let mut filters = Vec::new();
    for reference in resource_type.attributes() {
        let attribute = reference.attribute();
        if attribute.r#type != AttributeType::Complex || !attribute.multi_valued {
            continue;
        }
        let entries = held
            .iter()
            .filter_map(|it| reference.value_in(it)?.as_array());
        let entries: Vec<&Value> = entries.flatten().collect();
        let path = reference.canonical_path();
        for (first, second) in entries.iter().zip(entries.iter().skip(1)).take(3) {
            let test = |entry: &Value, position: usize| {
                let (name, value) = entry.as_object()?.iter().nth(position)?;
                Some(format!("{name} eq {value}"))
            };
            let tests = [(first, 0), (first, 1), (second, 1)];
            let [Some(one), Some(two), Some(other)] = tests.map(|(entry, at)| test(entry, at))
            else {
                continue;
            };
            filters.push(format!("{path}[{one} and {two}]"));
            filters.push(format!("{path}[{one} and {other}]"));
            filters.push(format!("{path}[not ({one}) or {other}]"));
            filters.push(format!("not ({path}[{two}])"));
        }
    }
    filters
}

/// Orders by everything that can be sorted by.
pub(super) fn sorts(resource_type: &RegisteredResourceType) -> Vec<BoundSort> {
    let mut sorts = Vec::new();
    for leaf in leaves(resource_type) {
        let Ok(path) = resource_type.parser().attribute_path(&leaf.path) else {
            continue;
        };
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            let sort = BoundSort::bind(&path, order, resource_type, &Compatibility::standard());
            sorts.extend(sort);
        }
    }
    sorts
}
