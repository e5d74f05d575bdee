//! Filters: those of the case files, and any that a resource type allows.

use scim_core::schema::{
    AttributeDefinition, AttributeReference, AttributeType, RegisteredResourceType,
};

use crate::dice::Dice;
use crate::values;

/// A filter on attributes of the type. Not each is allowed.
pub(crate) fn filter(
    resource_type: &RegisteredResourceType,
    depth: usize,
    dice: &mut Dice,
) -> String {
    let attributes: Vec<_> = resource_type.attributes().collect();
    combined(depth, dice, &mut |dice| {
        attributes.get(dice.below(attributes.len())).map_or_else(
            || "id pr".to_owned(),
            |reference| condition(reference, dice),
        )
    })
}

fn combined(depth: usize, dice: &mut Dice, leaf: &mut impl FnMut(&mut Dice) -> String) -> String {
    if depth == 0 || dice.chance(50) {
        return leaf(dice);
    }
    match dice.below(3) {
        0 => format!("not ({})", combined(depth - 1, dice, leaf)),
        kind => {
            let word = if kind == 1 { " and " } else { " or " };
            let parts: Vec<_> = (0..2 + dice.below(2))
                .map(|_| format!("({})", combined(depth - 1, dice, leaf)))
                .collect();
            parts.join(word)
        }
    }
}

fn condition(reference: &AttributeReference, dice: &mut Dice) -> String {
    let definition = reference.attribute();
    let path = reference.canonical_path();
    if definition.r#type != AttributeType::Complex {
        return if definition.multi_valued && dice.chance(40) {
            let inside = combined(2, dice, &mut |dice| comparison("value", definition, dice));
            format!("{path}[{inside}]")
        } else {
            comparison(&path, definition, dice)
        };
    }
    if dice.chance(10) {
        return comparison(&path, definition, dice);
    }
    let sub_attributes = &definition.sub_attributes;
    let sub_attribute = |prefix: &str, dice: &mut Dice| {
        sub_attributes
            .get(dice.below(sub_attributes.len()))
            .map_or_else(
                || "id pr".to_owned(),
                |sub_attribute| {
                    comparison(
                        &format!("{prefix}{}", sub_attribute.name),
                        sub_attribute,
                        dice,
                    )
                },
            )
    };
    if dice.chance(if definition.multi_valued { 50 } else { 15 }) {
        let inside = combined(2, dice, &mut |dice| sub_attribute("", dice));
        return format!("{path}[{inside}]");
    }
    sub_attribute(&format!("{path}."), dice)
}

fn comparison(path: &str, definition: &AttributeDefinition, dice: &mut Dice) -> String {
    let operators: &[&str] = match definition.r#type {
        AttributeType::Boolean | AttributeType::Binary => &["eq", "ne", "pr"],
        AttributeType::Integer | AttributeType::Decimal => {
            &["eq", "ne", "gt", "ge", "lt", "le", "pr"]
        }
        AttributeType::Complex => &["pr", "pr", "eq", "co", "sw"],
        _ => &[
            "eq", "ne", "gt", "ge", "lt", "le", "pr", "co", "sw", "ew", "eq", "sw",
        ],
    };
    match dice.pick(operators) {
        "pr" => format!("{path} pr"),
        "eq" if dice.chance(4) => format!("{path} eq null"),
        operator => format!(
            "{path} {operator} {}",
            values::literal(definition, operator, dice)
        ),
    }
}
