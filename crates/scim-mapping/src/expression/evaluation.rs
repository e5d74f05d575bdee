//! Evaluation of a tree: attributes, literals, comparisons; calls are handed to `functions`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use regex::Regex;

use super::{
    ComparisonOperator, Environment, EvaluatedValue, EvaluationError, Function, Node, Word,
    functions,
};
use crate::Record;

/// What an evaluation reads.
pub(super) struct Scope<'scope> {
    pub(super) record: &'scope Record,
    pub(super) environment: &'scope Environment,
    pub(super) patterns: &'scope BTreeMap<String, Regex>,
    pub(super) observer: Option<&'scope Observer<'scope>>,
    /// The most bytes of a text that a function makes.
    pub(super) output: usize,
}

/// A text that grows up to a limit, and no further.
pub(super) struct Bounded {
    text: String,
    limit: usize,
}

impl Bounded {
    pub(super) fn push(&mut self, part: &str) -> Result<(), EvaluationError> {
        if self.text.len() + part.len() > self.limit {
            return Err(EvaluationError::new(format!(
                "the result would be longer than {} bytes",
                self.limit
            )));
        }
        self.text.push_str(part);
        Ok(())
    }

    pub(super) fn push_character(&mut self, character: char) -> Result<(), EvaluationError> {
        self.push(character.encode_utf8(&mut [0; 4]))
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Is told the value of every node that is evaluated, inner ones first.
pub(crate) type Observer<'observer> =
    dyn Fn(&Node, &Result<EvaluatedValue, EvaluationError>) + 'observer;

impl Scope<'_> {
    pub(super) fn evaluate(&self, node: &Node) -> Result<EvaluatedValue, EvaluationError> {
        let value = self.value(node);
        if let Some(observer) = self.observer {
            observer(node, &value);
        }
        value
    }

    fn value(&self, node: &Node) -> Result<EvaluatedValue, EvaluationError> {
        Ok(match node {
            Node::Attribute(name) => self.record.value(name),
            Node::Text(text) => EvaluatedValue::Text(text.clone()),
            Node::Number(number) => integer(number).map_or_else(
                || EvaluatedValue::Text(number.clone()),
                EvaluatedValue::Integer,
            ),
            Node::Word(Word::True) => EvaluatedValue::Boolean(true),
            Node::Word(Word::False) => EvaluatedValue::Boolean(false),
            Node::Word(Word::IgnoreAttributeFlow) => EvaluatedValue::Ignore,
            Node::Word(Word::IgnoreObjectFlow) => {
                return Err(EvaluationError::ignore_object());
            }
            Node::Word(word @ (Word::BinaryCompare | Word::TextCompare)) => {
                EvaluatedValue::Text(word.as_str().to_owned())
            }
            Node::Comparison {
                left,
                operator,
                right,
            } => EvaluatedValue::Boolean(self.compare(left, *operator, right)?),
            Node::Call {
                function,
                arguments,
            } => functions::call(&Call {
                function: *function,
                arguments,
                scope: self,
            })
            .map_err(|error| error.in_function(*function))?,
        })
    }

    fn compare(
        &self,
        left: &Node,
        operator: ComparisonOperator,
        right: &Node,
    ) -> Result<bool, EvaluationError> {
        let (Some(left), Some(right)) = (self.compared(left)?, self.compared(right)?) else {
            return Ok(false);
        };
        let ordering = match integer(&left).zip(integer(&right)) {
            Some((left, right)) => left.cmp(&right),
            None => match Decimal::read(&left).zip(Decimal::read(&right)) {
                Some((left, right)) => left.compare(&right),
                None => left.cmp(&right),
            },
        };
        Ok(match operator {
            ComparisonOperator::Equal => ordering.is_eq(),
            ComparisonOperator::NotEqual => ordering.is_ne(),
            ComparisonOperator::Greater => ordering.is_gt(),
            ComparisonOperator::GreaterOrEqual => ordering.is_ge(),
            ComparisonOperator::Less => ordering.is_lt(),
            ComparisonOperator::LessOrEqual => ordering.is_le(),
        })
    }

    /// One side of a comparison. The directory does not store empty texts: an attribute that has one has no value.
    fn compared(&self, node: &Node) -> Result<Option<String>, EvaluationError> {
        let value = text(self.evaluate(node)?)?;
        Ok(value.filter(|text| !(text.is_empty() && matches!(node, Node::Attribute(_)))))
    }
}

/// One call with its arguments, which are evaluated when they are asked for: branches not taken cannot fail.
pub(super) struct Call<'call> {
    pub(super) function: Function,
    pub(super) arguments: &'call [Option<Node>],
    pub(super) scope: &'call Scope<'call>,
}

impl<'call> Call<'call> {
    pub(super) fn node(&self, index: usize) -> Option<&'call Node> {
        self.arguments.get(index).and_then(Option::as_ref)
    }

    pub(super) fn bounded(&self) -> Bounded {
        Bounded {
            text: String::new(),
            limit: self.scope.output,
        }
    }

    pub(super) fn is_given(&self, index: usize) -> bool {
        self.node(index).is_some()
    }

    pub(super) fn value(&self, index: usize) -> Result<EvaluatedValue, EvaluationError> {
        self.node(index)
            .map_or(Ok(EvaluatedValue::Null), |node| self.scope.evaluate(node))
    }

    /// The argument as a text; `None` is null.
    pub(super) fn text(&self, index: usize) -> Result<Option<String>, EvaluationError> {
        text(self.value(index)?)
    }

    /// The argument as a text, where one is needed.
    pub(super) fn needed_text(&self, index: usize) -> Result<String, EvaluationError> {
        self.text(index)?.ok_or_else(|| {
            EvaluationError::new(format!(
                "the argument {} is null, where a value is needed",
                index + 1
            ))
        })
    }

    pub(super) fn integer(&self, index: usize) -> Result<i64, EvaluationError> {
        let text = self.needed_text(index)?;
        integer(&text)
            .ok_or_else(|| EvaluationError::new(format!("{text:?} is not a whole number")))
    }

    pub(super) fn list(&self, index: usize) -> Result<Vec<String>, EvaluationError> {
        Ok(match self.value(index)? {
            EvaluatedValue::List(values) => values,
            other => text(other)?.into_iter().collect(),
        })
    }

    /// The argument as a condition: null is false.
    pub(super) fn boolean(&self, index: usize) -> Result<bool, EvaluationError> {
        let Some(text) = self.text(index)? else {
            return Ok(false);
        };
        boolean(&text).ok_or_else(|| {
            EvaluationError::new(format!("{text:?} is neither true, false nor a number"))
        })
    }
}

/// One text. A list of one value is that value; a longer one has no single text, and its first is not implied.
pub(super) fn text(value: EvaluatedValue) -> Result<Option<String>, EvaluationError> {
    match value {
        EvaluatedValue::Null | EvaluatedValue::Ignore | EvaluatedValue::IgnoreObject => Ok(None),
        EvaluatedValue::Text(text) => Ok(Some(text)),
        EvaluatedValue::List(mut values) if values.len() < 2 => Ok(values.pop()),
        EvaluatedValue::Complex(_) => Err(EvaluationError::new(
            "roles with several members where one text is needed; write SingleAppRoleAssignment",
        )),
        EvaluatedValue::List(values) => Err(EvaluationError::new(format!(
            "{} values where one is needed; choose with Item or combine with Join",
            values.len()
        ))),
        other => Ok(Some(other.to_string())),
    }
}

pub(super) fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix("&H").or_else(|| text.strip_prefix("&h")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// A number by its digits: identifiers are longer than any number of the machine, and have to differ when they do.
struct Decimal<'text> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'text str,
    /// Without trailing zeros.
    fraction: &'text str,
}

impl<'text> Decimal<'text> {
    fn read(text: &'text str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let are_digits =
            |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
        if !are_digits(whole) || !are_digits(fraction) {
            return None;
        }
        let magnitude = Self {
            is_negative: false,
            whole: whole.trim_start_matches('0'),
            fraction: fraction.trim_end_matches('0'),
        };
        Some(Self {
            is_negative: text.starts_with('-') && !magnitude.is_zero(),
            ..magnitude
        })
    }

    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    fn compare(&self, other: &Self) -> Ordering {
        let magnitude = || {
            let length = self.whole.len().cmp(&other.whole.len());
            let whole = length.then_with(|| self.whole.cmp(other.whole));
            whole.then_with(|| self.fraction.cmp(other.fraction))
        };
        match (self.is_negative, other.is_negative) {
            (false, false) => magnitude(),
            (true, true) => magnitude().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

/// A condition; an empty text is none, and as little true as null.
pub(super) fn boolean(text: &str) -> Option<bool> {
    if text.is_empty() {
        return Some(false);
    }
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        Decimal::read(text).map(|number| !number.is_zero())
    }
}
