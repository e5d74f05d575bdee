//! What the cases are made of: the attributes of both resource types with values for each, and resources from them.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::random::Random;

/// An attribute or one of its parts, as `attributes.json` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    /// What decides how its values compare: the type, and `exact`, `email`, `primary` and `hidden` where that says more.
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) many: bool,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) access: Option<String>,
    /// The extension that it belongs to.
    #[serde(default)]
    pub(crate) urn: Option<String>,
    #[serde(default)]
    pub(crate) values: Vec<Value>,
    #[serde(default)]
    pub(crate) parts: Vec<Self>,
}

impl Attribute {
    /// The kind with its plurality: what a disagreement is listed by.
    pub(crate) fn label(&self) -> String {
        let plural = if self.many { "many " } else { "" };
        format!("{plural}{}", self.kind)
    }

    /// Its path from the root of a resource.
    pub(crate) fn path(&self) -> String {
        match &self.urn {
            Some(urn) => format!("{urn}:{}", self.name),
            None => self.name.clone(),
        }
    }

    pub(crate) fn writable(&self) -> bool {
        self.access.as_deref() != Some("readOnly")
    }

    /// A value such as a resource holds it.
    pub(crate) fn value(&self, random: &mut Random) -> Value {
        if !self.many {
            return self.entry(random);
        }
        let mut entries: Vec<Value> = Vec::new();
        for _ in 0..=random.below(3) {
            let mut entry = self.entry(random);
            if is_primary(&entry) && entries.iter().any(is_primary) {
                set(&mut entry, "primary", json!(false));
            }
            if !entries.iter().any(|other| same_value(other, &entry)) {
                entries.push(entry);
            }
        }
        Value::Array(entries)
    }

    /// One value of several, or the only one.
    pub(crate) fn entry(&self, random: &mut Random) -> Value {
        if self.parts.is_empty() {
            return random.value(&self.values);
        }
        let mut entry = Map::new();
        for (position, part) in self.parts.iter().enumerate() {
            if random.percent(if position == 0 { 92 } else { 60 }) {
                entry.insert(part.name.clone(), part.value(random));
            }
        }
        if entry.is_empty()
            && let Some(part) = self.parts.first()
        {
            entry.insert(part.name.clone(), part.value(random));
        }
        Value::Object(entry)
    }

    /// A value of a wrong type.
    pub(crate) fn wrong_value(&self, random: &mut Random) -> Value {
        let values = match self.kind.as_str() {
            "boolean" | "primary" => json!(["yes", 1, "True"]),
            "integer" => json!(["one", 1.5, true]),
            "decimal" => json!(["half", false]),
            "dateTime" => json!(["yesterday", "2026-01-02", 7, true]),
            "binary" => json!(["AAE", 7]),
            "email" => json!(["no address", 7]),
            "complex" => json!(["text", 7]),
            _ => json!([7, true, 1.5]),
        };
        random.value(values.as_array().map_or(&[], Vec::as_slice))
    }
}

/// Sets a part of an entry.
pub(crate) fn set(entry: &mut Value, name: &str, value: Value) {
    if let Some(entry) = entry.as_object_mut() {
        entry.insert(name.to_owned(), value);
    }
}

fn is_primary(entry: &Value) -> bool {
    entry.get("primary") == Some(&Value::Bool(true))
}

/// No list has a value of one type twice (RFC 7643, section 2.4).
fn same_value(left: &Value, right: &Value) -> bool {
    let key = |entry: &Value, part: &str| {
        let value = entry.get(part).and_then(Value::as_str);
        value.unwrap_or_default().to_lowercase()
    };
    left == right
        || left.is_object()
            && ["value", "type"]
                .iter()
                .all(|part| key(left, part) == key(right, part))
}

/// The attributes of a resource type.
pub(crate) fn attributes(resource_type: &str) -> serde_json::Result<Vec<Attribute>> {
    let mut all: Map<String, Value> = serde_json::from_str(include_str!("attributes.json"))?;
    serde_json::from_value(all.remove(resource_type).unwrap_or_default())
}

/// A resource: each attribute is absent or set; or null or empty, if it is to be as a careless store has it.
pub(crate) fn resource(
    random: &mut Random,
    resource_type: &str,
    attributes: &[Attribute],
    id: &str,
    careless: bool,
) -> Map<String, Value> {
    let base = format!("urn:ietf:params:scim:schemas:core:2.0:{resource_type}");
    let mut resource = Map::new();
    let mut schemas = vec![Value::String(base)];
    for attribute in attributes {
        let value = match random.below(100) {
            _ if attribute.name == "id" => json!(id),
            _ if attribute.required => attribute.value(random),
            0..4 if careless => Value::Null,
            4..8 if careless && attribute.many => json!([]),
            4..6 if attribute.kind == "string" && !attribute.many => json!(""),
            8..45 => continue,
            _ => attribute.value(random),
        };
        let holder = match &attribute.urn {
            None => &mut resource,
            Some(urn) => {
                let extension = resource.entry(urn.clone()).or_insert_with(|| {
                    schemas.push(Value::String(urn.clone()));
                    json!({})
                });
                let Some(extension) = extension.as_object_mut() else {
                    continue;
                };
                extension
            }
        };
        holder.insert(attribute.name.clone(), value);
    }
    resource.insert("schemas".to_owned(), Value::Array(schemas));
    resource
}

/// The name as it is, or in capitals, for names are equal without regard to case.
pub(crate) fn spelling(random: &mut Random, name: &str) -> String {
    if random.percent(12) && !name.contains(':') {
        name.to_uppercase()
    } else {
        name.to_owned()
    }
}
