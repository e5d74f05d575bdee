//! PATCH operations on the attributes, and which of RFC 7644's questions each of them asks.

use serde_json::{Map, Value, json};

use super::attributes::{Attribute, set, spelling};
use super::filters::element_filter;
use super::random::Random;

/// One to three operations for a resource, with the features by which a disagreement on them is listed.
pub(crate) fn operations(
    random: &mut Random,
    attributes: &[Attribute],
    resource: &Map<String, Value>,
) -> (Vec<Value>, Vec<String>) {
    let mut features = Vec::new();
    let count = match random.below(10) {
        0..7 => 1,
        7..9 => 2,
        _ => 3,
    };
    let operations = (0..count)
        .map(|_| operation(random, attributes, resource, &mut features))
        .collect();
    if count > 1 {
        features.push("several operations".to_owned());
    }
    (operations, features)
}

/// Where an operation acts.
struct Target<'a> {
    path: Option<String>,
    /// What decides the rules, apart from the type: whole, part, element, …
    form: &'static str,
    attribute: Option<&'a Attribute>,
    /// The names of the attribute and the part.
    name: String,
    /// What it may be done to, by the attribute or the one that it is a part of.
    access: &'a str,
    /// The filter selected one of several.
    selected: bool,
}

fn operation(
    random: &mut Random,
    attributes: &[Attribute],
    resource: &Map<String, Value>,
    features: &mut Vec<String>,
) -> Value {
    let op = random.word(&["add", "add", "replace", "replace", "remove"]);
    let (mut inner, mut keys) = (Vec::new(), Vec::new());
    let target = target(random, attributes, resource, &mut inner);
    let (value, class) = if op == "remove" {
        match random.below(20) {
            0 => value_for(random, &target, attributes, &mut keys),
            _ => (None, "missing"),
        }
    } else {
        value_for(random, &target, attributes, &mut keys)
    };
    let label = target
        .attribute
        .map_or_else(|| "resource".to_owned(), Attribute::label);
    features.push(format!(
        "{op} {} {} {label} {class}",
        target.form, target.access
    ));
    features.append(&mut keys);
    if !target.name.is_empty() {
        features.push(format!("on {}", target.name));
    }
    features.extend(
        inner
            .into_iter()
            .map(|feature| format!("in path: {feature}")),
    );
    let mut operation = Map::new();
    operation.insert("op".to_owned(), json!(op));
    if let Some(path) = target.path {
        operation.insert("path".to_owned(), json!(path));
    }
    if let Some(value) = value {
        operation.insert("value".to_owned(), value);
    }
    Value::Object(operation)
}

fn target<'a>(
    random: &mut Random,
    attributes: &'a [Attribute],
    resource: &Map<String, Value>,
    inner: &mut Vec<String>,
) -> Target<'a> {
    let plain = |path: Option<&str>, form| Target {
        path: path.map(str::to_owned),
        form,
        attribute: None,
        name: String::new(),
        access: "readWrite",
        selected: false,
    };
    let chosen = random.below(100);
    let urns: Vec<&str> = attributes
        .iter()
        .filter_map(|attribute| attribute.urn.as_deref())
        .collect();
    match (chosen, random.pick(&urns), random.pick(attributes)) {
        (0..12, _, _) | (_, _, None) => plain(None, "root"),
        (12..14, _, _) => {
            let unknown = [
                "nonsense",
                "name.nonsense",
                "emails[nonsense eq 1]",
                "urn:x:y",
            ];
            plain(Some(random.word(&unknown)), "unknown")
        }
        (14..18, Some(urn), _) => plain(Some(urn), "extension"),
        (_, _, Some(attribute)) => target_in(random, attribute, resource, inner),
    }
}

/// The attribute, a part of it, some of its entries, or a part of those.
fn target_in<'a>(
    random: &mut Random,
    attribute: &'a Attribute,
    resource: &Map<String, Value>,
    inner: &mut Vec<String>,
) -> Target<'a> {
    let access = |attribute: &'a Attribute| match attribute.access.as_deref() {
        _ if attribute.required => "required",
        Some(access) => access,
        None => "readWrite",
    };
    let name = spelling(random, &attribute.name);
    let path = match &attribute.urn {
        Some(urn) => format!("{urn}:{name}"),
        None => name,
    };
    let mut target = Target {
        path: None,
        form: "whole",
        attribute: Some(attribute),
        name: attribute.name.clone(),
        access: access(attribute),
        selected: false,
    };
    let form = match random.below(100) {
        0..35 => "whole",
        35..45 => "part of all",
        45..70 => "element",
        _ => "part of element",
    };
    let form = match form {
        _ if attribute.parts.is_empty() => "whole",
        "whole" => "whole",
        form if attribute.many => form,
        _ => "part",
    };
    let mut path = path;
    if form.ends_with("element") {
        let held = resource.get(&attribute.name);
        let filter = element_filter(random, attribute, held, inner);
        path = format!("{path}[{filter}]");
        target.selected = true;
    }
    if form.starts_with("part")
        && let Some(part) = random.pick(&attribute.parts)
    {
        path = format!("{path}.{}", spelling(random, &part.name));
        target.attribute = Some(part);
        target.name = format!("{}.{}", attribute.name, part.name);
        if attribute.writable() {
            target.access = access(part);
        }
    }
    target.form = form;
    target.path = Some(path);
    target
}

/// What is sent, if anything is, and what is special about it.
fn value_for(
    random: &mut Random,
    target: &Target<'_>,
    attributes: &[Attribute],
    keys: &mut Vec<String>,
) -> (Option<Value>, &'static str) {
    match random.below(100) {
        0..5 => return (Some(Value::Null), "null"),
        5..8 => return (None, "missing"),
        _ => {}
    }
    let Some(attribute) = target.attribute else {
        return object_for(random, target, attributes, keys);
    };
    match random.below(100) {
        0..6 => (Some(attribute.wrong_value(random)), "wrong"),
        6..10 if attribute.many && !target.selected => (Some(json!([])), "empty"),
        10..16 if attribute.many && !target.selected => (Some(attribute.entry(random)), "single"),
        16..22 if attribute.many && attribute.parts.iter().any(|part| part.kind == "primary") => {
            two_primaries(random, attribute, target)
        }
        6..12 if attribute.kind == "complex" && !attribute.many => {
            let mut value = attribute.entry(random);
            if let Some(part) = random.pick(&attribute.parts) {
                set(&mut value, &part.name, Value::Null);
            }
            (Some(value), "null inside")
        }
        _ if target.selected => (Some(attribute.entry(random)), "value"),
        _ => (Some(attribute.value(random)), "value"),
    }
}

fn two_primaries(
    random: &mut Random,
    attribute: &Attribute,
    target: &Target<'_>,
) -> (Option<Value>, &'static str) {
    let primary = |random: &mut Random| {
        let mut entry = attribute.entry(random);
        set(&mut entry, "primary", json!(true));
        entry
    };
    if target.selected {
        return (Some(primary(random)), "primary");
    }
    let (first, second) = (primary(random), primary(random));
    if first == second || random.percent(60) {
        (Some(json!([first])), "primary")
    } else {
        (Some(json!([first, second])), "two primaries")
    }
}

/// The value of an operation on the resource, or on an extension as a whole.
fn object_for(
    random: &mut Random,
    target: &Target<'_>,
    attributes: &[Attribute],
    keys: &mut Vec<String>,
) -> (Option<Value>, &'static str) {
    let extension = target
        .path
        .as_deref()
        .filter(|_| target.form == "extension");
    if random.percent(5) {
        return (Some(json!("text")), "wrong");
    }
    let mut value = Map::new();
    let mut class = "value";
    for _ in 0..=random.below(3) {
        let among: Vec<&Attribute> = attributes
            .iter()
            .filter(|attribute| extension.is_none() || attribute.urn.as_deref() == extension)
            .filter(|attribute| attribute.writable() || random.percent(10))
            .collect();
        let Some(attribute) = random.pick(&among) else {
            break;
        };
        if !attribute.writable() {
            class = "with a read-only value";
        }
        keys.push(format!("key {}", attribute.name));
        let sent = if random.percent(5) {
            class = "null inside";
            Value::Null
        } else {
            attribute.value(random)
        };
        match (&attribute.urn, extension) {
            (Some(urn), None) if random.percent(60) => {
                if let Some(extension) = value
                    .entry(urn.clone())
                    .or_insert_with(|| json!({}))
                    .as_object_mut()
                {
                    extension.insert(attribute.name.clone(), sent);
                }
            }
            (Some(_), None) => {
                value.insert(attribute.path(), sent);
            }
            _ if attribute.kind == "complex" && !attribute.many && random.percent(40) => {
                if let Some(part) = random.pick(&attribute.parts) {
                    value.insert(
                        format!("{}.{}", attribute.name, part.name),
                        part.value(random),
                    );
                }
            }
            _ => {
                value.insert(spelling(random, &attribute.name), sent);
            }
        }
    }
    if random.percent(5) {
        value.insert("nonsense".to_owned(), json!(1));
        class = "with an unknown name";
    }
    (Some(Value::Object(value)), class)
}
