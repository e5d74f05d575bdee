//! The value of a comparison, typed once and compared many times.

use chrono::{DateTime, Utc};
use scim_filter::ComparisonOperator;
use serde_json::Value;

use super::number::NumberOperand;
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
    /// A number, exactly as it was written.
    Number(NumberOperand),
    /// A point in time.
    Instant(DateTime<Utc>),
    /// Base64 with one alphabet and without padding.
    Binary(String),
}

impl Operand {
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
            (Self::Number(operand), Value::Number(number)) => {
                ordered(operator, operand.compare_with(number).reverse())
            }
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
