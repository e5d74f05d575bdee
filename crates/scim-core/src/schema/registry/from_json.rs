//! Schemas and resource types as `/Schemas` and `/ResourceTypes` serve them.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::RegistryProblem;
use crate::schema::reading::value::description;
use crate::schema::{
    AttributeDefinition, AttributeType, Mutability, ResourceType, Returned, Schema,
    SchemaExtension, Uniqueness,
};
use crate::urn::{self, SchemaUrn};

/// Only the schema of schemas has attributes three deep; it keeps a hostile document from nesting for ever.
const MAXIMUM_DEPTH: usize = 4;
/// More than any service defines; a limit on the work that a document can ask for.
const MAXIMUM_ATTRIBUTES: usize = 10_000;

/// Members of a definition; others are skipped, because services add their own.
const MEMBERS: [&str; 12] = [
    "type",
    "multiValued",
    "description",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
    "subAttributes",
    CONSTRAINTS,
];
const CONSTRAINTS: &str = "urn:scim-core:constraints";

/// Reads what can be read, and tells the place of everything else.
#[derive(Clone, Debug, Default)]
pub(super) struct Definitions {
    pub(super) problems: Vec<RegistryProblem>,
    attributes: usize,
}

impl Definitions {
    pub(super) fn schemas(&mut self, json: &Value) -> Vec<Schema> {
        let mut schemas = Vec::new();
        for (place, members) in self.resources(json, "schema") {
            schemas.extend(self.schema(&place, members));
        }
        schemas
    }

    pub(super) fn resource_types(&mut self, json: &Value) -> Vec<ResourceType> {
        let mut resource_types = Vec::new();
        for (place, members) in self.resources(json, "resource type") {
            resource_types.extend(self.resource_type(&place, members));
        }
        resource_types
    }

    /// One resource, an array of them, or a list response.
    fn resources<'json>(
        &mut self,
        json: &'json Value,
        kind: &str,
    ) -> Vec<(String, &'json Map<String, Value>)> {
        let list = match json {
            Value::Array(list) => list.as_slice(),
            Value::Object(members) => match member(members, "Resources") {
                Some(Value::Array(list)) => {
                    self.check_total(members, list.len(), kind);
                    list.as_slice()
                }
                Some(other) => {
                    self.fault(
                        kind,
                        format!("Resources is an array, not {}", description(other)),
                    );
                    &[]
                }
                None => std::slice::from_ref(json),
            },
            other => {
                let detail = format!(
                    "an object or an array is needed, not {}",
                    description(other)
                );
                self.fault(kind, detail);
                &[]
            }
        };
        let mut resources = Vec::new();
        for (index, resource) in list.iter().enumerate() {
            let place = format!("{kind} {index}");
            match resource {
                Value::Object(members) => resources.push((place, members)),
                other => self.fault(
                    &place,
                    format!("an object is needed, not {}", description(other)),
                ),
            }
        }
        resources
    }

    /// A service may give its list page by page.
    fn check_total(&mut self, members: &Map<String, Value>, count: usize, kind: &str) {
        let total = member(members, "totalResults").and_then(Value::as_u64);
        if let Some(total) = total.filter(|total| *total > count as u64) {
            self.fault(
                kind,
                format!("the list has {count} of {total} resources; read all pages first"),
            );
        }
    }

    fn schema(&mut self, place: &str, members: &Map<String, Value>) -> Option<Schema> {
        let id: SchemaUrn = self.required(place, members, "id")?;
        let place = id.to_string();
        let mut schema = Schema::new(id, String::new());
        schema.name = self.optional(&place, members, "name");
        schema.description = self.optional(&place, members, "description");
        schema.free_names = schema.has_free_names_always()
            || member(members, CONSTRAINTS).is_some_and(|constraints| {
                constraints.get("freeNames") == Some(&Value::Bool(true))
            });
        if let Some(list) = self.array(&place, members, "attributes") {
            schema.attributes = self.attributes(&format!("{place}:"), list, 0);
        }
        Some(schema)
    }

    fn attributes(
        &mut self,
        prefix: &str,
        list: &[Value],
        depth: usize,
    ) -> Vec<AttributeDefinition> {
        let place = prefix.trim_end_matches(['.', ':']);
        if depth == MAXIMUM_DEPTH {
            self.fault(place, "subAttributes nest too deep");
            return Vec::new();
        }
        let mut definitions = Vec::new();
        for (index, definition) in list.iter().enumerate() {
            self.attributes += 1;
            if self.attributes > MAXIMUM_ATTRIBUTES {
                if self.attributes == MAXIMUM_ATTRIBUTES + 1 {
                    self.fault(
                        place,
                        format!("there are more than {MAXIMUM_ATTRIBUTES} attributes"),
                    );
                }
                break;
            }
            let place = format!("{prefix}[{index}]");
            match definition {
                Value::Object(members) => {
                    let name: Option<String> = self.required(&place, members, "name");
                    definitions
                        .extend(name.map(|name| self.attribute(prefix, name, members, depth)));
                }
                other => {
                    let detail = format!("an object is needed, not {}", description(other));
                    self.fault(&place, detail);
                }
            }
        }
        definitions
    }

    fn attribute(
        &mut self,
        prefix: &str,
        name: String,
        members: &Map<String, Value>,
        depth: usize,
    ) -> AttributeDefinition {
        let place = format!("{prefix}{name}");
        let mut whole = Map::from_iter([("name".to_owned(), Value::String(name.clone()))]);
        let mut sub_attributes = Vec::new();
        for member_name in MEMBERS {
            if member_name == "subAttributes" {
                if let Some(list) = self.array(&place, members, member_name) {
                    sub_attributes = self.attributes(&format!("{place}."), list, depth + 1);
                }
                continue;
            }
            let Some(value) = member(members, member_name) else {
                continue;
            };
            let value = in_protocol_spelling(member_name, value);
            // Alone, so that each member which cannot be read is told.
            let alone = Value::Object(Map::from_iter([
                ("name".to_owned(), Value::String(String::new())),
                (member_name.to_owned(), value.clone()),
            ]));
            match serde_json::from_value::<AttributeDefinition>(alone) {
                Ok(_) => {
                    whole.insert(member_name.to_owned(), value);
                }
                Err(failure) => self.fault(&place, format!("{member_name}: {failure}")),
            }
        }
        let mut definition = serde_json::from_value(Value::Object(whole))
            .unwrap_or_else(|_| AttributeDefinition::new(name, AttributeType::String));
        definition.sub_attributes = sub_attributes;
        definition
    }

    fn resource_type(&mut self, place: &str, members: &Map<String, Value>) -> Option<ResourceType> {
        let name: Option<String> = self.required(place, members, "name");
        let place = name
            .as_ref()
            .map_or_else(|| place.to_owned(), |name| format!("resource type {name}"));
        let schema: Option<SchemaUrn> = self.required(&place, members, "schema");
        let is_fixed = [
            urn::SCHEMA,
            urn::RESOURCE_TYPE,
            urn::SERVICE_PROVIDER_CONFIG,
        ]
        .iter()
        .any(|fixed| schema.as_ref().is_some_and(|schema| schema.matches(fixed)));
        if is_fixed {
            return None;
        }
        let endpoint: Option<String> = self.required(&place, members, "endpoint");
        let text: String = self.optional(&place, members, "description");
        let mut extensions = Vec::new();
        let list = self.array(&place, members, "schemaExtensions");
        for (index, extension) in list.into_iter().flatten().enumerate() {
            let place = format!("{place}, schemaExtensions[{index}]");
            match extension {
                Value::Object(members) => {
                    let schema = self.required(&place, members, "schema");
                    let required = self.optional(&place, members, "required");
                    extensions.extend(schema.map(|schema| SchemaExtension::new(schema, required)));
                }
                other => {
                    let detail = format!("an object is needed, not {}", description(other));
                    self.fault(&place, detail);
                }
            }
        }
        let mut resource_type = ResourceType::new(name?, endpoint?, schema?).description(text);
        resource_type.schema_extensions = extensions;
        Some(resource_type)
    }

    fn required<T: DeserializeOwned>(
        &mut self,
        place: &str,
        members: &Map<String, Value>,
        name: &str,
    ) -> Option<T> {
        let Some(value) = member(members, name) else {
            self.fault(place, format!("it needs a member {name}"));
            return None;
        };
        self.read(place, name, value)
    }

    fn optional<T: DeserializeOwned + Default>(
        &mut self,
        place: &str,
        members: &Map<String, Value>,
        name: &str,
    ) -> T {
        member(members, name)
            .and_then(|value| self.read(place, name, value))
            .unwrap_or_default()
    }

    fn read<T: DeserializeOwned>(&mut self, place: &str, name: &str, value: &Value) -> Option<T> {
        T::deserialize(value)
            .map_err(|failure| self.fault(place, format!("{name}: {failure}")))
            .ok()
    }

    fn array<'json>(
        &mut self,
        place: &str,
        members: &'json Map<String, Value>,
        name: &str,
    ) -> Option<&'json Vec<Value>> {
        match member(members, name)? {
            Value::Array(list) => Some(list),
            other => {
                self.fault(
                    place,
                    format!("{name} is an array, not {}", description(other)),
                );
                None
            }
        }
    }

    fn fault(&mut self, place: &str, detail: impl Into<String>) {
        self.problems.push(RegistryProblem {
            place: place.to_owned(),
            detail: detail.into(),
        });
    }
}

/// A member by its name in any case; null is the same as absent.
fn member<'json>(members: &'json Map<String, Value>, name: &str) -> Option<&'json Value> {
    members
        .get(name)
        .or_else(|| {
            members
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        })
        .filter(|value| !value.is_null())
}

/// Keywords in any case, because services write `ReadWrite` and `datetime`.
fn in_protocol_spelling(member: &str, value: &Value) -> Value {
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    let keyword = match member {
        "type" => AttributeType::from_keyword(text).map(AttributeType::as_str),
        "mutability" => Mutability::from_keyword(text).map(Mutability::as_str),
        "returned" => Returned::from_keyword(text).map(Returned::as_str),
        "uniqueness" => Uniqueness::from_keyword(text).map(Uniqueness::as_str),
        _ => None,
    };
    Value::from(keyword.unwrap_or(text))
}
