//! The registry of a service from what it tells, completed from RFC 7643.

use serde_json::Value;

use crate::client::deviation::Deviations;
use crate::client::error::{ClientError, ClientErrorKind};
use crate::client::reading::member;
use crate::schema::{ResourceType, Schema, SchemaRegistry, enterprise_user, group, user};
use crate::urn::{self, SchemaUrn};

/// More problems than a person wants to read in one sentence.
const MAXIMUM_PROBLEMS: usize = 5;

/// The schemas and resource types that a service tells, and what it leaves out.
pub(super) fn registry(
    mut schemas: Vec<Value>,
    mut resource_types: Vec<Value>,
    deviations: &mut Deviations,
) -> Result<SchemaRegistry, ClientError> {
    if schemas.is_empty() && resource_types.is_empty() {
        return Ok(SchemaRegistry::standard());
    }
    // What is told twice is the same; which of two would count is a guess.
    let mut known: Vec<String> = Vec::new();
    schemas.retain(|schema| {
        let id = text(schema, "id").unwrap_or_default().to_ascii_lowercase();
        let is_new = id.is_empty() || !known.contains(&id);
        known.push(id);
        is_new
    });
    let mut builder = SchemaRegistry::builder();
    for own in [user(), enterprise_user(), group()] {
        let urn = own.id.as_str();
        let is_used = if resource_types.is_empty() {
            urn == urn::USER && usual_extensions(&schemas).next().is_some()
        } else {
            resource_types
                .iter()
                .any(|resource_type| mentions(resource_type, urn))
        };
        if is_used && !has(&schemas, urn) {
            let detail = format!("{urn} is used and not told; that of RFC 7643 was taken");
            deviations.note("schema_missing", detail);
            builder = builder.schema(Schema::clone(own));
            known.push(urn.to_ascii_lowercase());
        }
    }
    for resource_type in &mut resource_types {
        leave_out_unknown(resource_type, &known, deviations);
    }
    if resource_types.is_empty() {
        if known
            .iter()
            .any(|known| known.eq_ignore_ascii_case(urn::USER))
        {
            let users = ResourceType::new("User", "/Users", user().id.clone());
            let users =
                usual_extensions(&schemas).fold(users, |users, urn| users.extension(urn, false));
            builder = builder.resource_type(users);
        }
        if has(&schemas, urn::GROUP) {
            builder =
                builder.resource_type(ResourceType::new("Group", "/Groups", group().id.clone()));
        }
    }
    let built = builder
        .schemas_from_json(&Value::from(schemas))
        .resource_types_from_json(&Value::from(resource_types))
        .build();
    built.map_err(|error| {
        let problems = error.problems().iter().take(MAXIMUM_PROBLEMS);
        let problems: Vec<_> = problems.map(ToString::to_string).collect();
        let detail = format!(
            "/Schemas and /ResourceTypes cannot be understood together: {}",
            problems.join("; ")
        );
        ClientError::new(ClientErrorKind::NotScim, detail)
    })
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    member(value.as_object()?, name)?.as_str()
}

fn has(schemas: &[Value], urn: &str) -> bool {
    let mut ids = schemas.iter().filter_map(|schema| text(schema, "id"));
    ids.any(|id| id.eq_ignore_ascii_case(urn))
}

fn extensions_of(resource_type: &Value) -> impl Iterator<Item = &Value> {
    let members = resource_type.as_object();
    let extensions = members.and_then(|members| member(members, "schemaExtensions"));
    extensions.and_then(Value::as_array).into_iter().flatten()
}

/// Whether a resource type has this schema, or extends by it.
fn mentions(resource_type: &Value, urn: &str) -> bool {
    let extensions = extensions_of(resource_type).filter_map(|extension| text(extension, "schema"));
    let mut schemas = text(resource_type, "schema").into_iter().chain(extensions);
    schemas.any(|schema| schema.eq_ignore_ascii_case(urn))
}

/// An extension without a schema says nothing about its attributes; they pass as what no schema knows.
fn leave_out_unknown(resource_type: &mut Value, known: &[String], deviations: &mut Deviations) {
    let Some(members) = resource_type.as_object_mut() else {
        return;
    };
    let mut lists = members
        .iter_mut()
        .filter(|(name, _)| name.eq_ignore_ascii_case("schemaExtensions"));
    let Some((_, Value::Array(extensions))) = lists.next() else {
        return;
    };
    extensions.retain(|extension| {
        let urn = text(extension, "schema").unwrap_or_default();
        let is_known = urn.is_empty() || known.contains(&urn.to_ascii_lowercase());
        if !is_known {
            let urn: String = urn.chars().take(200).collect();
            deviations.note(
                "extension_without_schema",
                format!("{urn} is used and not told; it was left out"),
            );
        }
        is_known
    });
}

/// The extensions that belong to users by their names.
fn usual_extensions(schemas: &[Value]) -> impl Iterator<Item = SchemaUrn> {
    schemas.iter().filter_map(|schema| {
        let id = text(schema, "id")?;
        let name = id.to_ascii_lowercase();
        let is_extension =
            name.starts_with("urn:ietf:params:scim:schemas:extension:") && name.ends_with(":user");
        SchemaUrn::new(id).ok().filter(|_| is_extension)
    })
}
