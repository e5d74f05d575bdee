//! Filters over the attributes, and which of RFC 7644's questions each of them asks.

use serde_json::{Map, Value};

use super::attributes::{Attribute, spelling};
use super::random::Random;

const COMPARISONS: [&str; 12] = [
    "eq", "eq", "eq", "ne", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le",
];

/// A filter for a resource, with the features by which a disagreement on it is listed.
pub(crate) fn filter(
    random: &mut Random,
    resource_type: &str,
    attributes: &[Attribute],
    resource: &Map<String, Value>,
) -> (String, Vec<String>) {
    let mut features = Vec::new();
    let mut condition = |random: &mut Random| {
        let text = root_condition(random, resource_type, attributes, resource, &mut features);
        if random.percent(12) {
            format!("not ({text})")
        } else {
            text
        }
    };
    let text = match random.below(100) {
        0..64 => condition(random),
        64..84 => {
            let operator = random.word(&["and", "or"]);
            format!("{} {operator} {}", condition(random), condition(random))
        }
        84..94 => format!(
            "({} or {}) and {}",
            condition(random),
            condition(random),
            condition(random)
        ),
        _ => format!(
            "{} or {} and {}",
            condition(random),
            condition(random),
            condition(random)
        ),
    };
    (text, features)
}

fn root_condition(
    random: &mut Random,
    resource_type: &str,
    attributes: &[Attribute],
    resource: &Map<String, Value>,
    features: &mut Vec<String>,
) -> String {
    if random.percent(2) {
        let path = random.word(&[
            "nonsense",
            "name.nonsense",
            "userName.value",
            "urn:example:params:scim:schemas:2.0:Thing:size",
        ]);
        features.push("unknown".to_owned());
        return format!("{path} eq \"x\"");
    }
    let Some(attribute) = random.pick(attributes) else {
        return String::new();
    };
    let mut path = spelling(random, &attribute.name);
    match &attribute.urn {
        Some(urn) => path = format!("{urn}:{path}"),
        None if random.percent(8) && !["id", "externalId", "meta"].contains(&&*attribute.name) => {
            path = format!("urn:ietf:params:scim:schemas:core:2.0:{resource_type}:{path}");
        }
        None => {}
    }
    let holder = match &attribute.urn {
        None => Some(resource),
        Some(urn) => resource.get(urn).and_then(Value::as_object),
    };
    let held = holder.and_then(|holder| holder.get(&attribute.name));
    let part = random.pick(&attribute.parts);
    match part {
        Some(part) if random.percent(40) => {
            let path = format!("{path}.{}", spelling(random, &part.name));
            let plural = if attribute.many { "many " } else { "" };
            comparison(
                random,
                &path,
                part,
                plural,
                &values_of_part(held, part),
                features,
            )
        }
        Some(_) if random.percent(if attribute.many { 65 } else { 15 }) => {
            if !attribute.many {
                features.push("value path on a single value".to_owned());
            }
            let inner = element_filter(random, attribute, held, features);
            if random.percent(8)
                && attribute.many
                && let Some(part) = random.pick(&attribute.parts)
            {
                features.push("condition after a value path".to_owned());
                let values = values_of_part(held, part);
                return comparison(
                    random,
                    &format!("{path}[{inner}].{}", part.name),
                    part,
                    "tail ",
                    &values,
                    features,
                );
            }
            format!("{path}[{inner}]")
        }
        Some(_) => {
            let plural = if attribute.many {
                "whole many "
            } else {
                "whole "
            };
            let value = attribute.parts.iter().find(|part| part.name == "value");
            let (compared, place) = value.map_or((attribute, ""), |part| (part, plural));
            let values = values_of_part(held, compared);
            comparison(random, &path, compared, place, &values, features)
        }
        None => {
            let held: Vec<Value> = match held {
                Some(Value::Array(values)) => values.clone(),
                Some(value) => vec![value.clone()],
                None => Vec::new(),
            };
            comparison(random, &path, attribute, "", &held, features)
        }
    }
}

/// The filter inside brackets.
pub(crate) fn element_filter(
    random: &mut Random,
    attribute: &Attribute,
    held: Option<&Value>,
    features: &mut Vec<String>,
) -> String {
    let mut condition = |random: &mut Random| {
        let Some(part) = random.pick(&attribute.parts) else {
            return String::new();
        };
        let name = spelling(random, &part.name);
        let text = comparison(
            random,
            &name,
            part,
            "element ",
            &values_of_part(held, part),
            features,
        );
        if random.percent(8) {
            format!("not ({text})")
        } else {
            text
        }
    };
    let first = condition(random);
    match random.below(10) {
        0..6 => first,
        6..9 => format!("{first} and {}", condition(random)),
        _ => format!("{first} or {}", condition(random)),
    }
}

fn values_of_part(held: Option<&Value>, part: &Attribute) -> Vec<Value> {
    let entries = match held {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(entry) => std::slice::from_ref(entry),
        None => &[],
    };
    entries
        .iter()
        .filter_map(|entry| entry.get(&part.name))
        .cloned()
        .collect()
}

/// A comparison of an attribute, half of the time with a value that the resource holds.
fn comparison(
    random: &mut Random,
    path: &str,
    attribute: &Attribute,
    place: &str,
    held: &[Value],
    features: &mut Vec<String>,
) -> String {
    let label = attribute.label();
    if random.percent(12) {
        features.push(format!("{place}{label} pr"));
        return format!("{path} pr");
    }
    let operator = random.word(&COMPARISONS);
    let (literal, form) = match random.below(100) {
        0..5 => (Value::Null, "null"),
        5..10 => (attribute.wrong_value(random), "wrong"),
        10..14 if attribute.kind == "string" => (Value::String(String::new()), "empty"),
        10..55 if !held.is_empty() => (random.value(held), "value"),
        _ if attribute.values.is_empty() => (Value::String("Jensen".to_owned()), "value"),
        _ => (random.value(&attribute.values), "value"),
    };
    let literal = match literal {
        Value::String(text) if form == "value" => Value::String(varied(random, &text, operator)),
        Value::Array(_) | Value::Object(_) => Value::Null,
        other => other,
    };
    let form = if literal.is_null() { "null" } else { form };
    features.push(format!("{place}{label} {operator} {form}"));
    let operator = if random.percent(6) {
        operator.to_uppercase()
    } else {
        operator.to_owned()
    };
    format!("{path} {operator} {literal}")
}

/// The text in another case, or a part of it for the operators that look for parts.
fn varied(random: &mut Random, text: &str, operator: &str) -> String {
    let text = match random.below(10) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        _ => text.to_owned(),
    };
    if !["co", "sw", "ew"].contains(&operator) || random.percent(30) {
        return text;
    }
    let characters: Vec<char> = text.chars().collect();
    let length = 1 + random.below(characters.len().min(5));
    let skipped = match operator {
        "sw" => 0,
        "ew" => characters.len().saturating_sub(length),
        _ => random.below(characters.len()),
    };
    characters.iter().skip(skipped).take(length).collect()
}
