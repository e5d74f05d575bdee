//! The value of a comparison, typed once and compared many times.

use core::cmp::Ordering;

use chrono::{DateTime, Utc};
use scim_filter::{ComparisonOperator, Number};
use serde_json::Value;

use super::reference::same_reference;
use super::text::{TextOperand, ordered};
use crate::schema::parse_instant;

/// What the values of an attribute are compared with.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    /// By the attribute's `caseExact`.
    Text(TextOperand),
    /// As a text, or equal as URIs.
    Reference {
        text: TextOperand,
        uri: String,
        resolvable: bool,
    },
    /// A truth value.
    Boolean(bool),
    /// A number that is an integer.
    Integer(i128),
    /// Any other number.
    Decimal(f64),
    /// A point in time.
    Instant(DateTime<Utc>),
    /// Base64 with one alphabet and without padding.
    Binary(String),
}

impl Operand {
    /// A number, kept as an integer where it is one.
    pub(crate) fn number(number: &Number) -> Option<Self> {
        if let Ok(integer) = number.as_str().parse() {
            return Some(Self::Integer(integer));
        }
        number.as_f64().map(Self::Decimal)
    }

    /// Whether a value of the attribute stands in that relation to the operand. A value of another type never does.
    pub(crate) fn holds(&self, operator: ComparisonOperator, value: &Value) -> bool {
        match (self, value) {
            (Self::Text(operand), Value::String(text)) => operand.holds(operator, text),
            (
                Self::Reference {
                    text: operand,
                    uri,
                    resolvable,
                },
                Value::String(text),
            ) => {
                operand.holds(operator, text)
                    || (operator == ComparisonOperator::Eq
                        && same_reference(text, uri, *resolvable))
            }
            (Self::Boolean(operand), Value::Bool(value)) => ordered(operator, value.cmp(operand)),
            (Self::Integer(operand), Value::Number(number)) => {
                let ordering = match integer(number) {
                    Some(integer) => Some(integer.cmp(operand)),
                    None => compare_decimal(number, as_decimal(*operand)),
                };
                ordering.is_some_and(|ordering| ordered(operator, ordering))
            }
            (Self::Decimal(operand), Value::Number(number)) => compare_decimal(number, *operand)
                .is_some_and(|ordering| ordered(operator, ordering)),
            (Self::Instant(operand), Value::String(text)) => {
                parse_instant(text).is_some_and(|instant| ordered(operator, instant.cmp(operand)))
            }
            (Self::Binary(operand), Value::String(text)) => {
                operator == ComparisonOperator::Eq && base64_digits(text).eq(operand.bytes())
            }
            _ => false,
        }
    }
}

/// The digits of a base64 text in the standard alphabet, without padding.
pub(crate) fn base64_digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes()
        .filter(|byte| *byte != b'=')
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
}

/// Whether a text is base64, in either alphabet, padded or not ([RFC 4648](https://www.rfc-editor.org/rfc/rfc4648)).
pub(crate) fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len() - digits.len() <= 2
        && digits.len() % 4 != 1
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'))
}

/// How two JSON numbers are ordered by value.
pub(crate) fn compare_numbers(left: &serde_json::Number, right: &serde_json::Number) -> Ordering {
    match (integer(left), integer(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left
            .as_f64()
            .zip(right.as_f64())
            .and_then(|(left, right)| left.partial_cmp(&right))
            .unwrap_or(Ordering::Equal),
    }
}

fn integer(number: &serde_json::Number) -> Option<i128> {
    number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
}

fn compare_decimal(number: &serde_json::Number, operand: f64) -> Option<Ordering> {
    number
        .as_f64()
        .and_then(|value| value.partial_cmp(&operand))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "only compared with a decimal, which has no more digits either"
)]
const fn as_decimal(integer: i128) -> f64 {
    integer as f64
}
