//! Characteristics of an attribute that contradict each other (RFC 7643, section 7).
//!
//! Only what would change the meaning of a schema is refused. `returned: default` is also what a schema says by saying
//! nothing, so a `writeOnly` attribute may have it, and is never returned all the same.

use std::collections::BTreeSet;

use crate::schema::{
    AttributeDefinition, AttributeType, Mutability, Returned, Uniqueness, comparison_key,
};

/// What contradicts itself within one attribute.
pub(super) fn of(attribute: &AttributeDefinition) -> Vec<String> {
    use AttributeType::{Boolean, Complex, Reference, String};
    let mut found = Vec::new();
    let r#type = attribute.r#type;
    if attribute.mutability == Mutability::WriteOnly
        && matches!(attribute.returned, Returned::Always | Returned::Request)
    {
        found.push(format!(
            "what is writeOnly is never returned, so returned cannot be {}; write never",
            attribute.returned
        ));
    }
    if attribute.uniqueness != Uniqueness::None && matches!(r#type, Boolean | Complex) {
        found.push(format!(
            "uniqueness has no meaning on a {type}; write none, or make a part unique"
        ));
    }
    if !attribute.canonical_values.is_empty() && !matches!(r#type, String | Reference) {
        found.push(format!(
            "only a string or a reference has canonicalValues, not a {type}; leave them out"
        ));
    }
    let mut seen = BTreeSet::new();
    for value in &attribute.canonical_values {
        if !seen.insert(comparison_key(attribute, value)) {
            found.push(format!(
                "the canonical value \"{value}\" is there twice, as values of this attribute are compared; name it once"
            ));
        }
    }
    found
}

/// What contradicts the attribute in one of its parts.
pub(super) fn of_part(attribute: &AttributeDefinition, part: &AttributeDefinition) -> Vec<String> {
    let mut found = Vec::new();
    if attribute.mutability == Mutability::ReadOnly && part.mutability != Mutability::ReadOnly {
        found.push(format!(
            "a part of what is readOnly cannot be {}; write readOnly",
            part.mutability
        ));
    }
    if attribute.is_never_returned() && part.returned == Returned::Always {
        found.push("a part of what is never returned cannot always be; write never".to_owned());
    }
    if attribute.multi_valued
        && part.name.eq_ignore_ascii_case("primary")
        && part.r#type != AttributeType::Boolean
    {
        found.push(format!(
            "primary marks one of several values and is a boolean, not a {}",
            part.r#type
        ));
    }
    found
}
