//! The JSON Schema of filters and paths: strings, described.

use alloc::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{AttributePath, Filter, PatchPath, ValueFilter};

impl JsonSchema for Filter {
    fn schema_name() -> Cow<'static, str> {
        "Filter".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "scim_filter::Filter".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "description": "A SCIM filter (RFC 7644, section 3.4.2.2).",
            "examples": ["userName eq \"bjensen\"", "title pr and emails[type eq \"work\"]"],
        })
    }
}

impl JsonSchema for ValueFilter {
    fn schema_name() -> Cow<'static, str> {
        "ValueFilter".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "scim_filter::ValueFilter".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "description": "What stands in the brackets of a SCIM value path (RFC 7644, section 3.4.2.2).",
            "examples": ["type eq \"work\""],
        })
    }
}

impl JsonSchema for PatchPath {
    fn schema_name() -> Cow<'static, str> {
        "PatchPath".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "scim_filter::PatchPath".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "description": "The target of a PATCH operation (RFC 7644, section 3.5.2).",
            "examples": ["name.familyName", "emails[type eq \"work\"].value"],
        })
    }
}

impl JsonSchema for AttributePath {
    fn schema_name() -> Cow<'static, str> {
        "AttributePath".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "scim_filter::AttributePath".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "maxLength": Self::MAXIMUM_BYTES,
            "description": "The name of an attribute, with its schema and sub-attribute (RFC 7644, section 3.10).",
            "examples": ["userName", "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName"],
        })
    }
}
