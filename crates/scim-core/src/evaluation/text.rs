//! Texts compared by the rule of their attribute.

use core::cmp::Ordering;

use scim_filter::ComparisonOperator;

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
    pub(crate) fn holds(&self, operator: ComparisonOperator, text: &str) -> bool {
        match (text.is_ascii(), self.rule.ignores_case()) {
            // No need to build the key of the text: it is its lower case, or the text itself.
            (true, true) => holds_ascii(operator, text, &self.key),
            (true, false) => holds_exact(operator, text, &self.key),
            (false, _) => holds_exact(operator, &self.rule.key(text), &self.key),
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

fn lower_case(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

fn holds_exact(operator: ComparisonOperator, text: &str, key: &str) -> bool {
    match operator {
        ComparisonOperator::Eq => text == key,
        ComparisonOperator::Ne => text != key,
        ComparisonOperator::Co => text.contains(key),
        ComparisonOperator::Sw => text.starts_with(key),
        ComparisonOperator::Ew => text.ends_with(key),
        _ => ordered(operator, text.cmp(key)),
    }
}

/// As [`holds_exact`], for an ASCII text whose case does not count and a key in lower case.
fn holds_ascii(operator: ComparisonOperator, text: &str, key: &str) -> bool {
    let (bytes, wanted) = (text.as_bytes(), key.as_bytes());
    match operator {
        ComparisonOperator::Eq => bytes.eq_ignore_ascii_case(wanted),
        ComparisonOperator::Ne => !bytes.eq_ignore_ascii_case(wanted),
        ComparisonOperator::Sw => bytes
            .get(..wanted.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(wanted)),
        ComparisonOperator::Ew => bytes
            .len()
            .checked_sub(wanted.len())
            .and_then(|start| bytes.get(start..))
            .is_some_and(|end| end.eq_ignore_ascii_case(wanted)),
        ComparisonOperator::Co => contains_ascii(text, key),
        _ => ordered(operator, lower_case(text).cmp(key.bytes())),
    }
}

fn contains_ascii(text: &str, key: &str) -> bool {
    if key.is_empty() {
        return true;
    }
    if text.len().saturating_mul(key.len()) > SEARCH_IN_PLACE {
        return text.to_ascii_lowercase().contains(key);
    }
    text.as_bytes()
        .windows(key.len())
        .any(|window| window.eq_ignore_ascii_case(key.as_bytes()))
}
