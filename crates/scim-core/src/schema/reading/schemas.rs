//! The `schemas` of a resource: checked against the resource type, and derived from the content.

use serde_json::{Map, Value};

use super::{Reader, value};
use crate::error::ErrorKind;
use crate::schema::RegisteredResourceType;

/// Whether clients are known to send this beside the right schemas: Microsoft Entra does, and it means nothing to a SCIM service.
pub(crate) fn is_foreign(urn: &str) -> bool {
    const START: &str = "http://schemas.microsoft.com/";
    // Without the colon before `User`; older jobs of Entra send it beside the base schema.
    const MISSPELT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";
    urn.eq_ignore_ascii_case(MISSPELT)
        || urn
            .get(..START.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(START))
}

impl Reader {
    /// Judges what was sent, and gives what follows from the content: the base schema, and the extensions in use.
    pub(super) fn schemas(
        &mut self,
        resource_type: &RegisteredResourceType,
        listed: Option<Value>,
        members: &Map<String, Value>,
    ) -> Value {
        let in_use = resource_type
            .extension_containers()
            .iter()
            .map(|extension| extension.schema.id.as_str());
        let derived: Vec<&str> = std::iter::once(resource_type.schema().id.as_str())
            .chain(in_use.filter(|urn| members.contains_key(*urn)))
            .collect();
        let listed = match listed {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(listed)) => listed,
            Some(other) => {
                let detail = format!(
                    "an array of schema URIs is needed, not {}",
                    value::description(&other)
                );
                self.fail(ErrorKind::InvalidSyntax, &"schemas", detail);
                return Value::Null;
            }
        };
        let listed = self.listed_schemas(resource_type, &listed);
        for urn in &derived {
            if listed.iter().any(|listed| listed.eq_ignore_ascii_case(urn)) {
                continue;
            }
            if self.compatibility.assume_schemas {
                self.tolerate("assume_schemas", &"schemas", format!("{urn} was added"));
            } else {
                let detail = format!(
                    "{urn} is missing; every schema whose attributes are present is to be listed"
                );
                self.fail(ErrorKind::InvalidSyntax, &"schemas", detail);
            }
        }
        derived.into_iter().map(Value::from).collect()
    }

    fn listed_schemas<'value>(
        &mut self,
        resource_type: &RegisteredResourceType,
        listed: &'value [Value],
    ) -> Vec<&'value str> {
        let mut known: Vec<&str> = Vec::new();
        for (index, entry) in listed.iter().enumerate() {
            let path = format_args!("schemas[{index}]");
            let Some(urn) = entry.as_str() else {
                let detail = format!("a schema URI is needed, not {}", value::description(entry));
                self.fail(ErrorKind::InvalidSyntax, &path, detail);
                continue;
            };
            if resource_type.schema().id.matches(urn) || resource_type.extension(urn).is_some() {
                if !known.iter().any(|known| known.eq_ignore_ascii_case(urn)) {
                    known.push(urn);
                } else if self.compatibility.assume_schemas {
                    self.tolerate("assume_schemas", &path, "a repeated URI was dropped");
                } else {
                    self.fail(
                        ErrorKind::InvalidValue,
                        &path,
                        format!("{urn} is listed twice"),
                    );
                }
            } else if self.compatibility.ignore_foreign_schemas && is_foreign(urn) {
                self.tolerate(
                    "ignore_foreign_schemas",
                    &path,
                    "a schema that means nothing here was dropped",
                );
            } else {
                let name = &resource_type.definition().name;
                let urn: String = urn.chars().take(200).collect();
                self.fail(
                    self.compatibility.unknown_name(ErrorKind::InvalidValue),
                    &path,
                    format!("\"{urn}\" is not a schema of {name}"),
                );
            }
        }
        known
    }
}
