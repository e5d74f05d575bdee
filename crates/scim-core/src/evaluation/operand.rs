//! The value of a comparison, typed once and compared many times.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Utc};
use scim_filter::ComparisonOperator;

use super::number::NumberOperand;
use super::reference::same_reference;
use super::text::{TextOperand, ordered};
use super::view::Shape;
use crate::resource::Hidden;
use crate::schema::{base64_digits, instant_key, parse_instant};

/// What the values of an attribute are compared with.
#[derive(Clone)]
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

/// Without the value: what a client looks for may be personal.
impl fmt::Debug for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hidden.fmt(f)
    }
}

impl Operand {
    /// The key of each value that is equal to the operand, where there is one: as
    /// [`value_key`](crate::schema::value_key) makes it.
    pub(crate) fn key(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text.key())),
            // Equal references may have different texts.
            Self::Reference { .. } => None,
            Self::Boolean(true) => Some(Cow::Borrowed("true")),
            Self::Boolean(false) => Some(Cow::Borrowed("false")),
            Self::Number(number) => Some(Cow::Borrowed(number.key())),
            Self::Instant(instant) => Some(Cow::Owned(instant_key(*instant))),
            Self::Binary(digits) => Some(Cow::Borrowed(digits)),
        }
    }

    /// Whether a value of the attribute stands in that relation to the operand. A value of another type never does.
    #[inline]
    pub(crate) fn holds<V>(&self, operator: ComparisonOperator, value: &Shape<'_, V>) -> bool {
        match (self, value) {
            (Self::Text(operand), Shape::Text(text)) => operand.holds(operator, *text),
            (
                Self::Reference {
                    text: operand,
                    uri,
                    resolvable,
                },
                Shape::Text(text),
            ) => {
                operand.holds(operator, *text)
                    || (operator == ComparisonOperator::Eq
                        && same_reference(text.as_str(), uri, *resolvable))
            }
            (Self::Boolean(operand), Shape::Boolean(value)) => {
                ordered(operator, value.cmp(operand))
            }
            (Self::Number(operand), Shape::Number(number)) => {
                ordered(operator, operand.compare_with(number).reverse())
            }
            (Self::Instant(operand), Shape::Text(text)) => parse_instant(text.as_str())
                .is_some_and(|instant| ordered(operator, instant.cmp(operand))),
            (Self::Binary(operand), Shape::Text(text)) => {
                operator == ComparisonOperator::Eq
                    && base64_digits(text.as_str()).eq(operand.chars())
            }
            _ => false,
        }
    }
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
