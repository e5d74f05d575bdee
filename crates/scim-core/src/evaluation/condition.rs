//! One condition on the values of one attribute.

use scim_filter::ComparisonOperator;
use serde_json::Value;

use super::budget::EvaluationBudget;
use super::operand::Operand;
use super::view::{Shape, View};

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
    #[inline]
    pub(crate) fn holds<'r, V: View<'r>>(
        &self,
        value: Option<V>,
        budget: &EvaluationBudget,
    ) -> bool {
        let shape = value.map_or(Shape::Null, View::shape);
        if !budget.pays_for(&shape) {
            return true;
        }
        let Self::Compare {
            operator,
            operand,
            absent_is_false,
        } = self
        else {
            return is_present(shape);
        };
        match shape {
            Shape::Null => {
                *absent_is_false && operand.holds::<V::Values>(*operator, &Shape::Boolean(false))
            }
            Shape::List(mut values) => values.any(|value| self.holds(Some(value), budget)),
            shape => operand.holds(*operator, &shape),
        }
    }
}

/// Whether a value counts as a value: null, an empty text, an empty list and a node without any value do not.
pub(crate) fn is_assigned(value: &Value) -> bool {
    is_present(value.shape())
}

fn is_present<'r, V: View<'r>>(shape: Shape<'r, impl Iterator<Item = V>>) -> bool {
    match shape {
        Shape::Null => false,
        Shape::Boolean(_) | Shape::Number(_) => true,
        Shape::Text(text) => !text.as_bytes().is_empty(),
        Shape::List(mut values) | Shape::Object(mut values) => {
            values.any(|value| is_present(value.shape()))
        }
    }
}
