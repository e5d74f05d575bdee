//! Texts compared by the rule of their attribute.

use core::cmp::Ordering;

use scim_filter::ComparisonOperator;

use super::view::Text;
use crate::schema::{AttributeDefinition, ComparisonRule};

/// Above this product of lengths a search folds the text first, so that a long operand against a long text stays linear.
const SEARCH_IN_PLACE: usize = 1 << 10;

/// A text that others are compared with; its comparison key is made once.
#[derive(Clone, Debug)]
pub(crate) struct TextOperand {
    key: String,
    rule: ComparisonRule,
}

impl TextOperand {
    /// An operand for the values of one attribute.
    pub(crate) fn new(definition: &AttributeDefinition, text: &str) -> Self {
        let rule = ComparisonRule::of(definition);
        Self {
            key: rule.key(text).into_owned(),
            rule,
        }
    }

    /// The comparison key of the operand.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Whether texts that differ in case only are the same.
    pub(crate) const fn ignores_case(&self) -> bool {
        self.rule.ignores_case()
    }

    /// Whether `text` stands in that relation to the operand.
    pub(super) fn holds(&self, operator: ComparisonOperator, text: Text<'_>) -> bool {
        match (text, self.rule.ignores_case()) {
            // No need to build the key of the text: it is its lower case, or the text itself.
            (Text::Ascii(text), true) => holds_caseless(operator, text, self.key.as_bytes()),
            (Text::Ascii(_), false) => holds_exact(operator, text, &self.key),
            (Text::Unicode(text), _) => {
                let key = self.rule.key(text);
                holds_exact(operator, Text::Unicode(&key), &self.key)
            }
        }
    }
}

/// Whether an ordering satisfies one of `eq`, `gt`, `ge`, `lt`, `le`.
pub(crate) const fn ordered(operator: ComparisonOperator, ordering: Ordering) -> bool {
    match operator {
        ComparisonOperator::Eq => ordering.is_eq(),
        ComparisonOperator::Ne => ordering.is_ne(),
        ComparisonOperator::Gt => ordering.is_gt(),
        ComparisonOperator::Ge => ordering.is_ge(),
        ComparisonOperator::Lt => ordering.is_lt(),
        ComparisonOperator::Le => ordering.is_le(),
        ComparisonOperator::Co | ComparisonOperator::Sw | ComparisonOperator::Ew => false,
    }
}

fn lower_case(text: &[u8]) -> impl Iterator<Item = u8> {
    text.iter().map(u8::to_ascii_lowercase)
}

fn holds_exact(operator: ComparisonOperator, text: Text<'_>, key: &str) -> bool {
    let (bytes, wanted) = (text.as_bytes(), key.as_bytes());
    match operator {
        ComparisonOperator::Eq => bytes == wanted,
        ComparisonOperator::Ne => bytes != wanted,
        ComparisonOperator::Co => text.as_str().contains(key),
        ComparisonOperator::Sw => bytes.starts_with(wanted),
        ComparisonOperator::Ew => bytes.ends_with(wanted),
        _ => ordered(operator, bytes.cmp(wanted)),
    }
}

/// As [`holds_exact`], for an ASCII text whose case does not count and a key in lower case.
fn holds_caseless(operator: ComparisonOperator, text: &[u8], key: &[u8]) -> bool {
    match operator {
        ComparisonOperator::Eq => text.eq_ignore_ascii_case(key),
        ComparisonOperator::Ne => !text.eq_ignore_ascii_case(key),
        ComparisonOperator::Sw => text
            .get(..key.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(key)),
        ComparisonOperator::Ew => text
            .len()
            .checked_sub(key.len())
            .and_then(|start| text.get(start..))
            .is_some_and(|end| end.eq_ignore_ascii_case(key)),
        ComparisonOperator::Co => contains_caseless(text, key),
        _ => ordered(operator, lower_case(text).cmp(key.iter().copied())),
    }
}

fn contains_caseless(text: &[u8], key: &[u8]) -> bool {
    let Some(first) = key.first() else {
        return true;
    };
    if text.len().saturating_mul(key.len()) > SEARCH_IN_PLACE {
        let text = text.to_ascii_lowercase();
        return Text::Ascii(&text)
            .as_str()
            .contains(Text::Ascii(key).as_str());
    }
    text.windows(key.len()).any(|window| {
        // Most windows differ in the first byte already.
        window
            .first()
            .is_some_and(|byte| byte.to_ascii_lowercase() == *first)
            && window.eq_ignore_ascii_case(key)
    })
}
