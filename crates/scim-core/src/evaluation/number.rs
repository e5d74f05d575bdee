//! Numbers compared by value, without rounding.

use core::cmp::Ordering;

use scim_filter::Number;

use crate::schema::{Decimal, integer};

/// A number that others are compared with, in the forms that make a comparison cheap.
#[derive(Clone, Debug)]
pub(crate) struct NumberOperand {
    key: String,
    integer: Option<i128>,
    nearest: Option<f64>,
}

impl NumberOperand {
    /// An operand that is what the digits of a literal say.
    pub(crate) fn new(number: &Number) -> Self {
        let decimal = Decimal::from_text(number.as_str());
        Self {
            integer: decimal.to_integer(),
            key: decimal.key(),
            nearest: number.as_str().parse().ok(),
        }
    }

    /// The key of all numbers that are equal.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// How the operand is ordered beside a number of a resource.
    pub(crate) fn compare_with(&self, number: &serde_json::Number) -> Ordering {
        if let Some((left, right)) = self.integer.zip(integer(number)) {
            return left.cmp(&right);
        }
        // Rounding keeps the order, so only what rounds to the same has to be looked at digit by digit.
        let nearest = self.nearest.zip(number.as_f64());
        nearest
            .and_then(|(left, right)| left.partial_cmp(&right))
            .filter(|ordering| ordering.is_ne())
            .unwrap_or_else(|| self.key.cmp(&Decimal::from(number).key()))
    }
}
