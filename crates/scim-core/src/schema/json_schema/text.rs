//! Texts as a JSON Schema: the forms of `reading/format.rs` as regular expressions of ECMA 262.

use serde_json::{Map, Value, json};

use crate::compatibility::Compatibility;
use crate::resource::typed::DATE_TIME_PATTERN;
use crate::schema::comparison_key::ComparisonRule;
use crate::schema::{AttributeDefinition, AttributeType};

/// The characters that Unicode calls white space.
const WHITE_SPACE: &str =
    r"\t\n\u000b\u000c\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

/// RFC 4648, section 4; the padding may be left out.
const BASE64: &str = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$";

pub(super) fn text(
    definition: &AttributeDefinition,
    owner: Option<&AttributeDefinition>,
    compatibility: &Compatibility,
) -> Map<String, Value> {
    let mut schema = Map::from_iter([("type".to_owned(), "string".into())]);
    let mut patterns = Vec::new();
    match definition.r#type {
        AttributeType::DateTime => {
            schema.insert("format".to_owned(), "date-time".into());
            schema.insert("maxLength".to_owned(), 64.into());
            patterns.push(DATE_TIME_PATTERN.to_owned());
        }
        AttributeType::Binary => {
            schema.insert("contentEncoding".to_owned(), "base64".into());
            patterns.push(BASE64.to_owned());
        }
        AttributeType::Reference => {
            patterns.push(format!(
                r#"^[^{WHITE_SPACE}\u0000-\u001f\u007f-\u009f"<>\\^`{{|}}]*$"#
            ));
        }
        _ => {}
    }
    if definition.required {
        patterns.push(format!("[^{WHITE_SPACE}]"));
    }
    let constraints = &definition.constraints;
    if let Some(minimum) = constraints.minimum_length {
        schema.insert("minLength".to_owned(), minimum.into());
    }
    if let Some(maximum) = constraints.maximum_length {
        schema.insert("maxLength".to_owned(), maximum.into());
    }
    // The plain parts of the two dialects of regular expressions are the same; here a part of the text would be enough.
    let constrained = constraints.pattern.as_ref();
    patterns.extend(constrained.map(|pattern| format!("^(?:{pattern})$")));
    let canonical = &definition.canonical_values;
    if !canonical.is_empty() {
        schema.insert("examples".to_owned(), json!(canonical));
        if constraints.closed && !ComparisonRule::of(definition).ignores_case() {
            schema.insert("enum".to_owned(), json!(canonical));
        } else if constraints.closed || !compatibility.values_outside_canonical {
            patterns.push(one_of(canonical));
        }
    }
    if !compatibility.loose_text_formats {
        match definition.name.as_str() {
            "externalId" => patterns.push(r"[\s\S]".to_owned()),
            "locale" => patterns.push("^[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8})*$".to_owned()),
            "country" => patterns.push("^[A-Za-z]{2}$".to_owned()),
            "profileUrl" => patterns.push("^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]".to_owned()),
            // The tag of a SEQUENCE; that the length after it is right cannot be said.
            "value" if owner.is_some_and(|owner| owner.name == "x509Certificates") => {
                patterns.push("^M[A-P]".to_owned());
            }
            _ => {}
        }
    }
    if compatibility.object_as_text && owner.is_some() && definition.name == "value" {
        // What is in such a text cannot be said.
        patterns.push("^(?:$|[^{])".to_owned());
    }
    let mut patterns: Vec<_> = patterns
        .into_iter()
        .map(|pattern| json!({ "pattern": pattern }))
        .collect();
    match (patterns.pop(), patterns.is_empty()) {
        (Some(Value::Object(one)), true) => schema.extend(one),
        (Some(last), _) => {
            patterns.push(last);
            schema.insert("allOf".to_owned(), patterns.into());
        }
        (None, _) => {}
    }
    schema
}

/// One of these texts, without regard to ASCII case: no regular expression of ECMA 262 folds the others as we compare them.
fn one_of(texts: &[String]) -> String {
    let texts: Vec<String> = texts
        .iter()
        .map(|text| text.chars().map(in_any_case).collect())
        .collect();
    format!("^(?:{})$", texts.join("|"))
}

fn in_any_case(c: char) -> String {
    if c.is_ascii_alphabetic() {
        format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase())
    } else if c.is_ascii_alphanumeric() || !c.is_ascii() {
        c.to_string()
    } else {
        format!("\\u{:04x}", u32::from(c))
    }
}
