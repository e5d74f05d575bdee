//! One condition on the values of one attribute.

use scim_filter::ComparisonOperator;
use serde_json::Value;

use super::budget::EvaluationBudget;
use super::operand::Operand;

/// What the values found at a place have to fulfil. Negations stand outside: `ne` is the negation of `eq`.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    /// `pr`.
    Present,
    /// Any other operator.
    Compare {
        operator: ComparisonOperator,
        operand: Box<Operand>,
        /// `primary` counts as false when it is absent.
        absent_is_false: bool,
    },
}

impl Condition {
    /// Whether the value, or one of the values, fulfils the condition. What the budget does not pay for ends the search.
    pub(crate) fn holds(&self, value: Option<&Value>, budget: &EvaluationBudget) -> bool {
        if !budget.pays_for(value.unwrap_or(&Value::Null)) {
            return true;
        }
        match (self, value) {
            (Self::Present, value) => value.is_some_and(is_assigned),
            (
                Self::Compare {
                    operator,
                    operand,
                    absent_is_false,
                },
                None | Some(Value::Null),
            ) => *absent_is_false && operand.holds(*operator, &Value::Bool(false)),
            (Self::Compare { .. }, Some(Value::Array(values))) => {
                values.iter().any(|value| self.holds(Some(value), budget))
            }
            (
                Self::Compare {
                    operator, operand, ..
                },
                Some(value),
            ) => operand.holds(*operator, value),
        }
    }
}

/// Whether a value counts as a value: null, an empty text, an empty list and a node without any value do not.
pub(crate) fn is_assigned(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => values.iter().any(is_assigned),
        Value::Object(members) => members.values().any(is_assigned),
    }
}
