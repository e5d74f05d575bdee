//! What of a complex value depends on its `value`.

use serde_json::{Map, Value};

use super::{AttributeDefinition, Mutability, value_key};

/// What a complex value is about: the key of its `value`.
pub(crate) fn subject(
    definition: &AttributeDefinition,
    members: &Map<String, Value>,
) -> Option<String> {
    let value = definition.sub_attribute("value")?;
    value_key(value, members.get(&value.name)?).map(Into::into)
}

/// Whether a sub-attribute tells something about what `value` names, so that it does not outlive a change of it: what the
/// service fills in, such as the name of a manager, and the URI of the same resource.
pub(crate) fn is_dependent(sub_attribute: &AttributeDefinition) -> bool {
    sub_attribute.mutability == Mutability::ReadOnly || sub_attribute.name == "$ref"
}
