//! Resources with any value in any place, as they may stand in a store.

use scim_core::resource::Resource;
use scim_core::schema::{AttributeDefinition, AttributeType, RegisteredResourceType};
use serde_json::{Map, Value, json};

use crate::dice::Dice;
use crate::values;

/// A resource of the type. The id is its own, whatever else is the same.
pub(crate) fn resource(
    resource_type: &RegisteredResourceType,
    id: &str,
    dice: &mut Dice,
) -> Resource {
    let mut resource = Map::new();
    let fullness = 25 + dice.below(70);
    for reference in resource_type.attributes() {
        let definition = reference.attribute();
        let value = if definition.required {
            json!(format!(
                "{}{}",
                dice.pick(&["a", "B", "é"]),
                values::text(dice)
            ))
        } else if dice.chance(fullness) {
            attribute(definition, dice)
        } else {
            continue;
        };
        let members = match reference.container() {
            None => &mut resource,
            Some(urn) => {
                let container = resource.entry(urn.as_str()).or_insert_with(|| json!({}));
                let Some(members) = container.as_object_mut() else {
                    continue;
                };
                members
            }
        };
        members.insert(definition.name.clone(), value);
    }
    let mut resource = Resource::new(resource);
    resource.set_id(id);
    resource
}

fn attribute(definition: &AttributeDefinition, dice: &mut Dice) -> Value {
    if dice.chance(4) {
        return Value::Null;
    }
    if !definition.multi_valued || dice.chance(4) {
        return single(definition, dice);
    }
    let count = dice.below(5);
    let element = |dice: &mut Dice| {
        if dice.chance(4) {
            Value::Null
        } else {
            single(definition, dice)
        }
    };
    (0..count).map(|_| element(dice)).collect()
}

fn single(definition: &AttributeDefinition, dice: &mut Dice) -> Value {
    if definition.r#type != AttributeType::Complex {
        return values::simple(definition, dice);
    }
    let mut members = Map::new();
    let fullness = dice.below(100);
    for sub_attribute in &definition.sub_attributes {
        if dice.chance(fullness) {
            members.insert(sub_attribute.name.clone(), attribute(sub_attribute, dice));
        }
    }
    if dice.chance(5) {
        members.insert("unknown".to_owned(), values::text(dice).into());
    }
    Value::Object(members)
}
