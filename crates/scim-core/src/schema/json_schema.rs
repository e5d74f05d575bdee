//! A resource type as a JSON Schema, made at run time from whatever is registered.

mod text;

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::registry::{Container, RegisteredResourceType};
use super::{
    AttributeDefinition, AttributeType, Bound, Mutability, ValidationContext, compare_numbers,
};
use crate::compatibility::Compatibility;

impl RegisteredResourceType {
    /// A JSON Schema (draft 2020-12) of the resources of this type, on an occasion: for the documentation of an API, for a
    /// form, for a check in a language that has no library for SCIM.
    ///
    /// Under [`Compatibility::strict`] it accepts the documents that [`read`](Self::read) accepts, as far as a JSON Schema can
    /// tell: it knows names in the spelling of the schemas only, cannot tell `10.0` from `10`, knows no range of instants, and of a certificate only how it begins; a
    /// [`Pattern`](super::Pattern) is handed on as it is, and means the same where both dialects of regular expressions do. Under other flags a
    /// document that it accepts is read; `read` takes more than it can describe. What a client may not write is described by
    /// `readOnly` alone, since it is ignored. Canonical values are `examples`, and a pattern where others are refused; it knows them
    /// in the case of ASCII letters only, where `read` compares as filters do, by Unicode's case folding and normal form.
    /// Required names do not stand beside `properties`: they are in the entries of `allOf`, next to the condition that the value
    /// is not null, and for an extension behind an `if` that asks whether any of its attributes has a value.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::schema::{SchemaRegistry, ValidationContext};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let schema = users.json_schema(ValidationContext::Create, &Compatibility::strict());
    /// assert_eq!(schema["title"], "User");
    /// assert_eq!(schema["properties"]["password"]["writeOnly"], true);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn json_schema(&self, context: ValidationContext, compatibility: &Compatibility) -> Value {
        let rules = Rules {
            context,
            compatibility: *compatibility,
        };
        Value::Object(rules.resource(self))
    }
}

/// What decides how a definition is described.
#[derive(Clone, Copy)]
struct Rules {
    context: ValidationContext,
    compatibility: Compatibility,
}

impl Rules {
    fn resource(self, resource_type: &RegisteredResourceType) -> Map<String, Value> {
        let definitions: Vec<_> = definitions(resource_type.base())
            .filter(|definition| definition.name != "schemas")
            .collect();
        let mut properties = self.properties(None, &definitions);
        let mut all_of = Vec::new();
        if let Some(required) = self.required(&definitions) {
            all_of.push(required);
        }
        for extension in resource_type.extension_containers() {
            let urn = extension.schema.id.as_str();
            let definitions: Vec<_> = self::definitions(extension).collect();
            if self.compatibility.unqualified_extension_names {
                // They would be read as parts of the extension, of which nothing can be demanded here.
                for definition in &definitions {
                    let place = properties.entry(definition.name.clone());
                    place.or_insert_with(|| json!({ "type": "null" }));
                }
            }
            let mut object = self.object(None, &definitions);
            if let Some(required) = self.required(&definitions) {
                let rule = json!({ "if": self.any_assigned(&definitions), "then": required });
                object.insert("allOf".to_owned(), json!([rule]));
            }
            object.extend(annotations(
                &extension.schema.name,
                &extension.schema.description,
            ));
            properties.insert(
                urn.to_owned(),
                json!({ "anyOf": [{ "type": "null" }, object] }),
            );
            let in_use = member(urn, &self.any_assigned(&definitions));
            if extension.required && self.context != ValidationContext::Response {
                all_of.push(in_use.clone());
            }
            if !self.compatibility.assume_schemas {
                let listed =
                    json!({ "properties": { "schemas": { "contains": { "const": urn } } } });
                all_of.push(json!({ "if": in_use, "then": listed }));
            }
        }
        let schemas = self.schemas(resource_type, &mut all_of);
        properties.insert("schemas".to_owned(), schemas);
        let mut schema = self.closed(properties);
        schema.insert(
            "$schema".to_owned(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        );
        let definition = resource_type.definition();
        schema.extend(annotations(&definition.name, &definition.description));
        if !all_of.is_empty() {
            schema.insert("allOf".to_owned(), all_of.into());
        }
        schema
    }

    fn schemas(self, resource_type: &RegisteredResourceType, all_of: &mut Vec<Value>) -> Value {
        let base = resource_type.schema().id.as_str();
        let extensions = resource_type.extensions().map(|schema| schema.id.as_str());
        let known: Vec<_> = std::iter::once(base).chain(extensions).collect();
        if self.compatibility.assume_schemas {
            return json!({ "type": ["array", "null"], "items": { "enum": known } });
        }
        all_of.push(json!({ "required": ["schemas"] }));
        json!({
            "type": "array", "items": { "enum": known }, "contains": { "const": base }, "uniqueItems": true,
        })
    }

    /// An object of these attributes, or of the parts of one.
    fn object(
        self,
        owner: Option<&AttributeDefinition>,
        definitions: &[&AttributeDefinition],
    ) -> Map<String, Value> {
        self.closed(self.properties(owner, definitions))
    }

    fn closed(self, properties: Map<String, Value>) -> Map<String, Value> {
        let others = if self.compatibility.ignore_unknown_attributes {
            json!(true)
        } else {
            json!({ "type": "null" })
        };
        Map::from_iter([
            ("type".to_owned(), "object".into()),
            ("properties".to_owned(), properties.into()),
            ("additionalProperties".to_owned(), others),
        ])
    }

    fn properties(
        self,
        owner: Option<&AttributeDefinition>,
        definitions: &[&AttributeDefinition],
    ) -> Map<String, Value> {
        let property = |definition: &&AttributeDefinition| {
            (
                definition.name.clone(),
                self.attribute(owner, definition).into(),
            )
        };
        definitions.iter().map(property).collect()
    }

    fn attribute(
        self,
        owner: Option<&AttributeDefinition>,
        definition: &AttributeDefinition,
    ) -> Map<String, Value> {
        let mut schema = Map::new();
        if self.is_ignored(definition) {
            schema.insert("readOnly".to_owned(), true.into());
        } else if definition.multi_valued {
            let entry = json!({ "anyOf": [{ "type": "null" }, self.single(owner, definition)] });
            schema.insert("type".to_owned(), json!(["array", "null"]));
            schema.insert("items".to_owned(), entry);
            if definition
                .sub_attributes
                .iter()
                .any(|sub| sub.name == "primary")
            {
                let primary = json!({ "type": "object", "required": ["primary"], "properties": { "primary": { "const": true } } });
                schema.insert("contains".to_owned(), primary);
                schema.insert("minContains".to_owned(), 0.into());
                schema.insert("maxContains".to_owned(), 1.into());
            }
        } else {
            // An empty array is the same as null (RFC 7643, section 2.5).
            let unassigned = json!({ "enum": [null, []] });
            schema.insert(
                "anyOf".to_owned(),
                json!([unassigned, self.single(owner, definition)]),
            );
        }
        schema.extend(annotations("", &definition.description));
        if definition.mutability == Mutability::ReadOnly {
            schema.insert("readOnly".to_owned(), true.into());
        }
        if definition.is_never_returned() {
            schema.insert("writeOnly".to_owned(), true.into());
        }
        schema
    }

    /// One value, neither null nor empty.
    fn single(
        self,
        owner: Option<&AttributeDefinition>,
        definition: &AttributeDefinition,
    ) -> Value {
        match definition.r#type {
            AttributeType::Boolean => json!({ "type": "boolean" }),
            AttributeType::Decimal => within(json!({ "type": "number" }), definition),
            AttributeType::Integer => within(
                json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
                definition,
            ),
            AttributeType::Complex => self.complex(definition).into(),
            AttributeType::String
            | AttributeType::DateTime
            | AttributeType::Binary
            | AttributeType::Reference => text::text(definition, owner, &self.compatibility).into(),
        }
    }

    fn complex(self, definition: &AttributeDefinition) -> Map<String, Value> {
        let parts: Vec<_> = definition.sub_attributes.iter().collect();
        let mut schema = self.object(Some(definition), &parts);
        let mut all_of = Vec::new();
        let refers = self.context.is_client_input()
            && ["value", "$ref"]
                .iter()
                .all(|name| definition.sub_attribute(name).is_some());
        // The last segment of a reference stands for a value that is missing.
        let needed: Vec<_> = parts
            .iter()
            .copied()
            .filter(|part| !(refers && part.name.eq_ignore_ascii_case("value")))
            .collect();
        all_of.extend(self.required(&needed));
        if refers {
            let value = self.any_assigned_of(&parts, "value");
            let reference = json!({
                "required": ["$ref"], "properties": { "$ref": { "type": "string", "pattern": "[^/]/*$" } },
            });
            let reference = json!({ "allOf": [self.any_assigned_of(&parts, "$ref"), reference] });
            all_of.push(json!({ "anyOf": [value, reference] }));
        }
        if !all_of.is_empty() {
            let rule = json!({ "if": self.any_assigned(&parts), "then": { "allOf": all_of } });
            schema.insert("allOf".to_owned(), json!([rule]));
        }
        schema
    }

    /// That what is required has a value; `None` if nothing is.
    fn required(self, definitions: &[&AttributeDefinition]) -> Option<Value> {
        if self.context == ValidationContext::Response {
            return None;
        }
        let required = definitions.iter().filter(|definition| {
            definition.required && definition.mutability != Mutability::ReadOnly
        });
        let names: Vec<_> = required
            .clone()
            .map(|required| required.name.as_str())
            .collect();
        let properties: Map<_, _> = required
            .map(|required| (required.name.clone(), self.assigned(required)))
            .collect();
        (!names.is_empty()).then(|| json!({ "required": names, "properties": properties }))
    }

    fn is_ignored(self, definition: &AttributeDefinition) -> bool {
        self.context.is_client_input() && definition.mutability == Mutability::ReadOnly
    }

    /// An object of which something is left once what is ignored, null or empty is left out.
    fn any_assigned(self, definitions: &[&AttributeDefinition]) -> Value {
        let any_of: Vec<_> = definitions
            .iter()
            .filter(|definition| !self.is_ignored(definition))
            .map(|definition| member(&definition.name, &self.assigned(definition)))
            .collect();
        if any_of.is_empty() {
            json!(false)
        } else {
            json!({ "type": "object", "anyOf": any_of })
        }
    }

    fn any_assigned_of(self, definitions: &[&AttributeDefinition], name: &str) -> Value {
        let one: Vec<_> = definitions
            .iter()
            .copied()
            .filter(|definition| definition.name.eq_ignore_ascii_case(name))
            .collect();
        self.any_assigned(&one)
    }

    fn assigned(self, definition: &AttributeDefinition) -> Value {
        let single = if definition.r#type == AttributeType::Complex {
            self.any_assigned(&definition.sub_attributes.iter().collect::<Vec<_>>())
        } else {
            json!({ "not": { "enum": [null, []] } })
        };
        if self.is_ignored(definition) {
            json!(false)
        } else if definition.multi_valued {
            json!({ "type": "array", "contains": single })
        } else {
            single
        }
    }
}

fn definitions(container: &Container) -> impl Iterator<Item = &AttributeDefinition> {
    container
        .attributes()
        .map(super::AttributeReference::attribute)
}

/// An object that has this member.
fn member(name: &str, schema: &Value) -> Value {
    json!({ "required": [name], "properties": { name: schema } })
}

fn annotations(title: &str, description: &str) -> impl Iterator<Item = (String, Value)> {
    [("title", title), ("description", description)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.to_owned(), text.into()))
        .collect::<Vec<_>>()
        .into_iter()
}

/// A range of instants cannot be said in a JSON Schema, one of numbers can. A bound that is wider than what the type holds says
/// nothing.
fn within(mut schema: Value, definition: &AttributeDefinition) -> Value {
    let constraints = &definition.constraints;
    let bounds = [
        ("minimum", &constraints.minimum, Ordering::Less),
        ("maximum", &constraints.maximum, Ordering::Greater),
    ];
    for (name, bound, wider) in bounds {
        if let (Some(Bound::Number(number)), Some(members)) = (bound, schema.as_object_mut()) {
            let is_wider = matches!(members.get(name), Some(Value::Number(known))
                if compare_numbers(number, known) == wider);
            if !is_wider {
                members.insert(name.to_owned(), number.clone().into());
            }
        }
    }
    schema
}
