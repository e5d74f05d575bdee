//! A rule as it is stored: everything that has its usual value is left out.

use serde::{Deserialize, Serialize};

use super::{Apply, DataType, FlowBehavior, MissingReferences, NullValues, Rule, RuleSource};
use crate::target_path;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Wire {
    target: String,
    source: RuleSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_value: Option<String>,
    #[serde(default, skip_serializing_if = "is_usual")]
    matching_priority: u32,
    #[serde(default, skip_serializing_if = "is_usual")]
    apply: Apply,
    #[serde(default, skip_serializing_if = "is_usual")]
    flow_behavior: FlowBehavior,
    #[serde(default, skip_serializing_if = "is_usual")]
    data_type: DataType,
    #[serde(default, skip_serializing_if = "is_usual")]
    multi_valued: bool,
    #[serde(default, skip_serializing_if = "is_usual")]
    case_exact: bool,
    #[serde(default, skip_serializing_if = "is_usual")]
    reference: bool,
    #[serde(default, skip_serializing_if = "is_usual")]
    referenced_objects: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    referenced_property: Option<String>,
    #[serde(default, skip_serializing_if = "is_usual")]
    null_values: NullValues,
    #[serde(default, skip_serializing_if = "is_usual")]
    missing_references: MissingReferences,
}

fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl TryFrom<Wire> for Rule {
    type Error = String;

    fn try_from(wire: Wire) -> Result<Self, String> {
        let target = target_path::read(&wire.target)
            .map_err(|error| format!("the target \"{}\" is no path: {error}", wire.target))?;
        let read = |property: String| {
            let path = target_path::read(&property);
            path.map_err(|error| {
                format!("the referenced property \"{property}\" is no path: {error}")
            })
        };
        let referenced_property = wire.referenced_property.map(read).transpose()?;
        Ok(Self {
            source: wire.source,
            target,
            default_value: wire.default_value,
            matching_priority: wire.matching_priority,
            apply: wire.apply,
            flow_behavior: wire.flow_behavior,
            data_type: wire.data_type,
            multi_valued: wire.multi_valued,
            case_exact: wire.case_exact,
            reference: wire.reference,
            referenced_objects: wire.referenced_objects,
            referenced_property,
            null_values: wire.null_values,
            missing_references: wire.missing_references,
        })
    }
}

impl From<Rule> for Wire {
    fn from(rule: Rule) -> Self {
        Self {
            target: rule.target.to_string(),
            source: rule.source,
            default_value: rule.default_value,
            matching_priority: rule.matching_priority,
            apply: rule.apply,
            flow_behavior: rule.flow_behavior,
            data_type: rule.data_type,
            multi_valued: rule.multi_valued,
            case_exact: rule.case_exact,
            reference: rule.reference,
            referenced_objects: rule.referenced_objects,
            referenced_property: rule.referenced_property.map(|path| path.to_string()),
            null_values: rule.null_values,
            missing_references: rule.missing_references,
        }
    }
}
