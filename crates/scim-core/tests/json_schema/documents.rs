//! Documents, and random changes of them.

use proptest::prelude::*;
use proptest::sample::Index;
use scim_core::schema::{ResourceType, Schema, SchemaRegistry};
use scim_core::urn;
use serde_json::{Value, json};

pub(crate) const TOOL: &str = "urn:example:2.0:Tool";
pub(crate) const CASE: &str = "urn:example:2.0:Case";

pub(crate) fn full_user() -> Value {
    json!({
        "schemas": [urn::USER, urn::ENTERPRISE_USER], "id": "2819c223", "externalId": "701984", "userName": "bjensen",
        "name": { "familyName": "Jensen", "givenName": "Barbara" }, "displayName": "Babs", "title": null,
        "profileUrl": "https://login.example.com/bjensen", "locale": "en-US", "active": true, "password": "t1meMa$heen",
        "preferredLanguage": "en-US,en;q=0.8", "timezone": "America/Los_Angeles", "roles": [],
        "emails": [{ "value": "b@example.com", "type": "work", "primary": true }, { "value": "b@example.org", "type": "home" }],
        "ims": [{ "value": "babs", "type": "xmpp" }],
        "photos": [{ "value": "https://photos.example.com/1", "type": "photo" }],
        "addresses": [{ "streetAddress": "100 Plaza", "country": "US", "type": "work" }],
        "groups": [{ "value": "e9e30dba", "$ref": "https://example.com/Groups/e9e30dba", "type": "direct" }],
        "x509Certificates": [{ "value": "MAMCAQU=" }],
        "meta": { "resourceType": "User", "created": "2026-01-23T04:56:22Z", "version": "W/\"1\"" },
        urn::ENTERPRISE_USER: { "employeeNumber": "701984", "manager": { "value": "26118915", "$ref": "../Users/26118915" } },
    })
}

pub(crate) fn full_group() -> Value {
    json!({
        "schemas": [urn::GROUP], "id": "e9e30dba", "displayName": "Tour Guides",
        "members": [
            { "value": "2819c223", "$ref": "https://example.com/Users/2819c223", "type": "User" },
            { "$ref": "https://example.com/Users/902c246b" },
        ],
    })
}

pub(crate) fn full_tool() -> Value {
    json!({
        "schemas": [TOOL, CASE], "label": "Drill", "power": 0.5, "count": 3, "bought": "2024-02-29T12:00:00.5+01:00",
        "image": "AAAA", "manual": "/manuals/1", "parts": [{ "label": "Bit", "sizes": [1, 2] }], "kind": "Electric",
        "owner": { "value": "1" }, "codes": ["a", "b"],
        "badge": "text-1", "level": 3, "large": 3, "share": 0.25, "shade": "text", "exact": ["WORK"],
        CASE: { "colour": "red", "lock": { "number": 7 } },
    })
}

/// Every type, required parts, lengths, closed values, and an extension that must be there.
pub(crate) fn tools() -> SchemaRegistry {
    let tool: Schema = serde_json::from_value(json!({ "id": TOOL, "name": "Tool", "attributes": [
        { "name": "label", "type": "string", "required": true, "description": "What it is called" },
        { "name": "power", "type": "decimal" }, { "name": "count", "type": "integer" },
        { "name": "bought", "type": "dateTime", "mutability": "immutable" }, { "name": "image", "type": "binary" },
        { "name": "manual", "type": "reference", "referenceTypes": ["uri"] },
        { "name": "kind", "type": "string", "canonicalValues": ["Electric", "Hand (small)"] },
        { "name": "codes", "type": "string", "multiValued": true },
        { "name": "badge", "type": "string",
          "urn:scim-core:constraints": { "minimumLength": 3, "maximumLength": 7, "pattern": "[a-z]+(-[0-9])?|\\S{3}" } },
        { "name": "level", "type": "integer", "urn:scim-core:constraints": { "minimum": -1, "maximum": 9 } },
        { "name": "large", "type": "integer", "urn:scim-core:constraints": { "minimum": 0, "maximum": u64::MAX } },
        { "name": "share", "type": "decimal", "urn:scim-core:constraints": { "minimum": 0.0, "maximum": 1.25 } },
        { "name": "shade", "type": "string", "canonicalValues": ["text", "fr"], "urn:scim-core:constraints": { "closed": true } },
        { "name": "exact", "type": "string", "multiValued": true, "canonicalValues": ["WORK", "US"], "caseExact": true,
          "urn:scim-core:constraints": { "closed": true } },
        { "name": "parts", "type": "complex", "multiValued": true, "subAttributes": [
            { "name": "label", "type": "string", "required": true },
            { "name": "sizes", "type": "integer", "multiValued": true },
            { "name": "serial", "type": "string", "mutability": "readOnly" },
        ] },
        { "name": "owner", "type": "complex", "required": true, "subAttributes": [
            { "name": "value", "type": "string", "required": true }, { "name": "$ref", "type": "reference", "referenceTypes": ["User"] },
            { "name": "display", "type": "string", "mutability": "readOnly" },
        ] },
    ] }))
    .unwrap();
    let case: Schema = serde_json::from_value(json!({ "id": CASE, "name": "Case", "attributes": [
        { "name": "colour", "type": "string", "required": true },
        { "name": "lock", "type": "complex", "subAttributes": [{ "name": "number", "type": "integer" }] },
    ] }))
    .unwrap();
    let tools =
        ResourceType::new("Tool", "/Tools", tool.id.clone()).extension(case.id.clone(), true);
    SchemaRegistry::builder()
        .schema(tool)
        .schema(case)
        .resource_type(tools)
        .build()
        .unwrap()
}

fn junk() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(""),
        json!(" "),
        json!("text"),
        json!("a b"),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(i64::MIN),
        json!([]),
        json!({}),
        json!([null]),
        json!([[]]),
        json!([{}]),
        json!(["text"]),
        json!([{ "value": "x" }, { "value": "x" }]),
        json!({ "value": null }),
        json!({ "value": "x" }),
        json!({ "value": [] }),
        json!([{ "primary": true }, { "primary": true }]),
        json!([{ "primary": false }, { "primary": true }]),
        json!({ "$ref": "/" }),
        json!({ "$ref": "/Users/1/" }),
        json!({ "display": "x" }),
        json!([{ "$ref": null }]),
        json!("2026-02-29T00:00:00Z"),
        json!("2024-02-29T00:00:00"),
        json!("2026-01-01 00:00:00Z"),
        json!("2026-01-01T24:00:00Z"),
        json!("1999-12-31t23:59:60.123456789012z"),
        json!("2026-01-01T00:00:00+24:00"),
        json!("2026-04-31T00:00:00-05:30"),
        json!("2026-01- 1T00:00:00"),
        json!("2000-02-29T00:00:00Z"),
        json!("1900-02-29T00:00:00Z"),
        json!("en_US"),
        json!("fr"),
        json!("US"),
        json!("USA"),
        json!("WORK"),
        json!("electric"),
        json!("HAND (SMALL)"),
        json!("AAA="),
        json!("AA=="),
        json!("AA="),
        json!("AAAA="),
        json!("AAAAA"),
        json!("https://x/\u{e9}"),
        json!("a|b"),
        json!("\u{a0}"),
        json!("\u{feff}"),
        json!("\u{85}"),
        json!("\n"),
        json!(404),
        json!("404"),
        json!("999"),
        json!(99),
        json!("add"),
        json!("Replace"),
        json!("descending"),
    ]
}

/// One change: at a place, and what.
pub(crate) type Edit = (Index, Index);

pub(crate) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    proptest::collection::vec(any::<Edit>(), 0..4)
}

fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let mut inside = |name: String, value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        places(value, &format!("{at}/{name}"), found);
    };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| inside(name.clone(), value)),
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                inside(index.to_string(), value);
            }
        }
        _ => {}
    }
}

pub(crate) fn edited(mut document: Value, edits: &[Edit]) -> Value {
    for (place, what) in edits {
        let mut found = Vec::new();
        places(&document, "", &mut found);
        let place = place.get(&found);
        let junk = junk();
        let what = what.index(junk.len() + 4);
        let value = document.pointer_mut(place).unwrap();
        match (junk.get(what), value) {
            (Some(junk), value) => *value = junk.clone(),
            (None, Value::Object(members)) if what == junk.len() => {
                members.insert("shoeSize".to_owned(), json!(38));
            }
            (None, Value::Object(members)) if what == junk.len() + 1 => {
                members.insert("shoeSize".to_owned(), json!(null));
            }
            (None, Value::Object(members)) => {
                let first = members.keys().nth(what - junk.len()).cloned();
                first.and_then(|name| members.remove(&name));
            }
            (None, Value::Array(values)) => {
                let first = values.first().cloned();
                values.extend(first);
            }
            (None, other) => *other = json!(null),
        }
    }
    document
}
