//! Whether the target takes what a rule sets, and can be searched by it.

use scim_core::schema::{
    AttributeDefinition, AttributeType, Mutability, RegisteredResourceType, Returned, Uniqueness,
};
use scim_core::scim_filter::PatchPath;

use crate::location::Location;
use crate::mapping::problem::{Place, Problems};
use crate::rule::{Apply, Rule, RuleSource};

pub(super) fn check(
    rule: &Rule,
    place: Place<'_>,
    target: &RegisteredResourceType,
    problems: &mut Problems,
) {
    let attribute = match &rule.target {
        PatchPath::Attribute(path)
        | PatchPath::ValuePath {
            attribute: path, ..
        } => path,
        PatchPath::Schema(_) => return,
    };
    if let Err(message) = Location::check(&rule.target) {
        problems.error(
            place,
            "target",
            message,
            "map to an attribute such as emails[type eq \"work\"].value",
        );
        return;
    }
    let whole = match target.resolve(attribute) {
        Ok(reference) => reference.attribute().clone(),
        Err(error) => {
            problems.error(
                place,
                "target",
                error.to_string(),
                "add the attribute to the target, or remove the rule",
            );
            return;
        }
    };
    let location = Location::of(&rule.target, target);
    let Some(definition) = &location.definition else {
        let message = format!("the elements of {attribute} have no such sub-attribute");
        problems.error(place, "target", message, "correct the path");
        return;
    };
    let path = location.attribute_path();
    if let Some(part) = attribute.sub_attribute()
        && whole.multi_valued
        && !location.is_filtered()
    {
        problems.error(
            place,
            "target",
            format!("{path} has several elements, and the path does not say which one is meant"),
            format!("name it with a filter, such as {path}[type eq \"work\"].{part}"),
        );
    }
    if definition.r#type == AttributeType::Complex && definition.sub_attribute("value").is_none() {
        let part = definition.sub_attributes.first();
        let part = part.map_or("part", |part| part.name.as_str());
        let filter = if definition.multi_valued {
            "[type eq \"work\"]"
        } else {
            ""
        };
        problems.error(
            place,
            "target",
            format!("{path} consists of parts, and one value is none of them"),
            format!("map to each part, such as {path}{filter}.{part}"),
        );
    }
    match definition.mutability {
        Mutability::ReadOnly => problems.error(
            place,
            "target",
            "the target attribute is read only",
            "remove the rule",
        ),
        Mutability::Immutable if rule.apply == Apply::Always => problems.warning(
            place,
            "apply",
            "the target attribute cannot change once it is set",
            "apply the rule only during object creation",
        ),
        _ => {}
    }
    if rule.matching_priority > 0 {
        check_matching(rule, place, &location, definition, problems);
    }
}

fn check_matching(
    rule: &Rule,
    place: Place<'_>,
    location: &Location,
    definition: &AttributeDefinition,
    problems: &mut Problems,
) {
    let is_hidden =
        definition.mutability == Mutability::WriteOnly || definition.returned == Returned::Never;
    let is_list = definition.multi_valued && !location.is_filtered();
    if is_hidden || is_list || definition.r#type == AttributeType::Complex {
        problems.error(
            place,
            "matching",
            "the target cannot be searched by this attribute",
            "match by an attribute with one value that the target returns, such as userName",
        );
    } else if rule.reference {
        problems.error(
            place,
            "matching",
            "a reference is known only after its object has been matched",
            "match by another attribute, such as userName",
        );
    } else if matches!(rule.source, RuleSource::Constant(_) | RuleSource::None) {
        problems.error(
            place,
            "matching",
            "every object has the same value, so that it matches nothing in particular",
            "match by an attribute with a value of its own for each object",
        );
    } else if definition.uniqueness == Uniqueness::None {
        problems.warning(
            place,
            "matching",
            "objects are matched by an attribute whose values need not be unique in the target",
            "match by userName or externalId, or make sure that the target keeps the values unique",
        );
    }
}
