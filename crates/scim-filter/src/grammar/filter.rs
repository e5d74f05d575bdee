//! `FILTER`, `logExp`, `attrExp`, `valuePath` and `valFilter`.

use alloc::vec::Vec;

use crate::grammar::Expectation;
use crate::grammar::attribute_path::{attr_name, attr_path};
use crate::grammar::characters::{begins_with_name_char, is_name_char};
use crate::grammar::literal::comp_value;
use crate::grammar::reading::{Read, Reading, past_spaces, space0, space1};
use crate::grammar::tree::Tree;
use crate::parse_error::ParseErrorKind;
use crate::{AttributePath, Comparison, ComparisonOperator, ValueFilter};

/// What can begin a condition.
const CONDITION: Expectation = Expectation::ATTRIBUTE
    .with(Expectation::NOT)
    .with(Expectation::GROUP);
pub(super) const OPERATOR: Expectation = Expectation::OPERATOR.with(Expectation::PRESENT);
const LOGICAL: Expectation = Expectation::AND.with(Expectation::OR);

/// `FILTER = attrExp / logExp / valuePath / *1"not" "(" FILTER ")"`, with spaces around it.
#[inline]
pub(super) fn filter<'a, T: Tree>(reading: &Reading<'_>, input: &'a str) -> Read<'a, T> {
    let (rest, tree) = log_exp(reading, 0, space0(reading, input))?;
    Ok((space0(reading, rest), tree))
}

/// The operators between conditions.
#[derive(Clone, Copy)]
enum LogicalOperator {
    And,
    Or,
}

/// `logExp = FILTER SP ("and" / "or") SP FILTER`, without left recursion: `and` binds tighter than `or`.
fn log_exp<'a, T: Tree>(reading: &Reading<'_>, depth: usize, input: &'a str) -> Read<'a, T> {
    let (rest, first) = term(reading, depth, input)?;
    match logical_operator(reading, rest) {
        None => Ok((rest, first)),
        Some(operator) => chain(reading, depth, first, operator),
    }
}

/// A `logExp` whose first operand and operator have been read.
fn chain<'a, T: Tree>(
    reading: &Reading<'_>,
    depth: usize,
    first: T,
    first_operator: (LogicalOperator, &'a str),
) -> Read<'a, T> {
    let mut operand = first;
    let mut operator = Some(first_operator);
    let mut rest = first_operator.1;
    let mut conjuncts = Vec::new();
    let mut alternatives = Vec::new();
    loop {
        let next = match operator {
            Some((LogicalOperator::And, next)) => {
                operand.push_and(&mut conjuncts);
                next
            }
            Some((LogicalOperator::Or, next)) => {
                joined(operand, &mut conjuncts).push_or(&mut alternatives);
                next
            }
            None => {
                let last = joined(operand, &mut conjuncts);
                if alternatives.is_empty() {
                    return Ok((rest, last));
                }
                last.push_or(&mut alternatives);
                return Ok((rest, T::or(alternatives)));
            }
        };
        (rest, operand) = term(reading, depth, next)?;
        operator = logical_operator(reading, rest);
    }
}

/// The last operand of an `and` with those before it, which are used up.
#[inline]
fn joined<T: Tree>(operand: T, conjuncts: &mut Vec<T>) -> T {
    if conjuncts.is_empty() {
        return operand;
    }
    operand.push_and(conjuncts);
    T::and(core::mem::take(conjuncts))
}

/// `SP "and" SP` or `SP "or" SP`; notes what else could stand there.
#[inline]
fn logical_operator<'a>(
    reading: &Reading<'_>,
    input: &'a str,
) -> Option<(LogicalOperator, &'a str)> {
    let Some(word) = space1(reading, input) else {
        let joins = matches!(input.as_bytes().first(), None | Some(b')' | b']'));
        reading.note(input, if joins { LOGICAL } else { Expectation::SPACE });
        return None;
    };
    let (operator, length) = match word.as_bytes() {
        [b'a' | b'A', b'n' | b'N', b'd' | b'D', ..] => (LogicalOperator::And, 3),
        [b'o' | b'O', b'r' | b'R', ..] => (LogicalOperator::Or, 2),
        _ => {
            reading.note(word, LOGICAL);
            return None;
        }
    };
    let rest = word.get(length..).unwrap_or_default();
    match space1(reading, rest) {
        Some(rest) => Some((operator, rest)),
        // Let the operand fail there: it tells what is missing.
        None if rest.is_empty() => Some((operator, rest)),
        None if begins_with_name_char(rest) => {
            reading.note(word, LOGICAL);
            None
        }
        None => {
            reading.note(rest, Expectation::SPACE);
            None
        }
    }
}

/// One operand: a group, a negation, a condition.
#[inline]
fn term<'a, T: Tree>(reading: &Reading<'_>, depth: usize, input: &'a str) -> Read<'a, T> {
    match input.as_bytes().first() {
        Some(b'(') => group(reading, depth, input),
        Some(b'n' | b'N') => match negated(reading, input) {
            Some(from_group) => negation(reading, depth, from_group),
            None => attr_exp(reading, depth, input),
        },
        _ => attr_exp(reading, depth, input),
    }
}

/// `"(" FILTER ")"`
fn group<'a, T: Tree>(reading: &Reading<'_>, depth: usize, input: &'a str) -> Read<'a, T> {
    let Some(inner) = input.strip_prefix('(') else {
        return Err(reading.unexpected(input, Expectation::GROUP));
    };
    let depth = reading.deeper(input, depth)?;
    let (rest, tree) = log_exp(reading, depth, space0(reading, inner))?;
    let rest = space0(reading, rest);
    match rest.strip_prefix(')') {
        Some(rest) => Ok((rest, tree)),
        None => Err(reading.unexpected(rest, Expectation::GROUP_END)),
    }
}

/// `"not" "(" FILTER ")"`, from the parenthesis on.
fn negation<'a, T: Tree>(reading: &Reading<'_>, depth: usize, input: &'a str) -> Read<'a, T> {
    let (rest, tree) = group(reading, depth, input)?;
    Ok((rest, T::not(tree)))
}

/// The parenthesis after `not`, also with spaces between; a `not` without one is an attribute of that name.
fn negated<'a>(reading: &Reading<'_>, input: &'a str) -> Option<&'a str> {
    let (word, rest) = input.split_at_checked(3)?;
    word.eq_ignore_ascii_case("not")
        .then(|| after_spaces(reading, rest, '('))
        .flatten()
}

/// `attrExp = (attrPath SP "pr") / (attrPath SP compareOp SP compValue)`, or a value path.
#[inline]
fn attr_exp<'a, T: Tree>(reading: &Reading<'_>, depth: usize, input: &'a str) -> Read<'a, T> {
    let (rest, path) = attr_path(reading, T::PLACE, CONDITION, input)?;
    if let Some(bracket) = after_spaces(reading, rest, '[') {
        return T::value_path(reading, depth, path, bracket);
    }
    condition(reading, path, input, rest)
}

/// The bracket that follows, also after spaces: they are tolerated on both sides of brackets.
#[inline]
pub(super) fn after_spaces<'a>(
    reading: &Reading<'_>,
    rest: &'a str,
    bracket: char,
) -> Option<&'a str> {
    // What stands before something else is for another rule to read, and to report.
    past_spaces(reading, rest)
        .starts_with(bracket)
        .then(|| space0(reading, rest))
}

/// What follows the path that began at `start`: `pr`, or an operator and a value.
#[inline]
fn condition<'a, T: Tree>(
    reading: &Reading<'_>,
    path: AttributePath,
    start: &str,
    input: &'a str,
) -> Read<'a, T> {
    reading.count_term(start)?;
    let Some(word) = space1(reading, input) else {
        return Err(missing_operator(reading, &path, input));
    };
    let letters = word.as_bytes();
    let (Some(first), Some(second)) = (letters.first(), letters.get(1)) else {
        return Err(missing_operator(reading, &path, word));
    };
    let after = word.get(2..).unwrap_or_default();
    if begins_with_name_char(after) {
        return Err(missing_operator(reading, &path, word));
    }
    if let Some(operator) = ComparisonOperator::from_letters(*first, *second) {
        let (rest, value) = operand(reading, word, after)?;
        return Ok((rest, T::comparison(Comparison::new(path, operator, value))));
    }
    if matches!((first, second), (b'p' | b'P', b'r' | b'R')) {
        return Ok((after, T::present(path)));
    }
    Err(missing_operator(reading, &path, word))
}

/// The value after the operator that stands at `operator`.
#[inline]
fn operand<'a>(reading: &Reading<'_>, operator: &str, input: &'a str) -> Read<'a, crate::Literal> {
    if let Some(value) = space1(reading, input) {
        return comp_value(reading, value);
    }
    let is_quote = input.starts_with('"')
        || (reading.leniency().single_quoted_strings && input.starts_with('\''));
    if is_quote && reading.leniency().operator_before_quote {
        reading.tolerate("operator_before_quote", operator, input);
        return comp_value(reading, input);
    }
    let expected = if input.is_empty() {
        Expectation::VALUE
    } else {
        Expectation::SPACE
    };
    Err(reading.unexpected(input, expected))
}

/// Neither an operator nor `pr`: what stands there decides what is said.
#[cold]
fn missing_operator(
    reading: &Reading<'_>,
    path: &AttributePath,
    input: &str,
) -> nom::Err<super::reading::Failure> {
    if path.as_str().eq_ignore_ascii_case("not") {
        return reading.unexpected(input, OPERATOR.with(Expectation::GROUP));
    }
    let end = input
        .find(|character| !is_name_char(character))
        .unwrap_or(input.len());
    let word = input.get(..end).unwrap_or_default();
    let is_operator_like = match input.chars().next() {
        Some('=' | '!' | '<' | '>' | '~') => true,
        Some(character) if character.is_ascii_alphabetic() => !["and", "or", "not"]
            .iter()
            .any(|keyword| word.eq_ignore_ascii_case(keyword)),
        _ => false,
    };
    if is_operator_like {
        reading.wrong(input, 0, ParseErrorKind::UnknownOperator, OPERATOR)
    } else if input.starts_with(char::is_control) {
        reading.wrong(input, 0, ParseErrorKind::ControlCharacter, OPERATOR)
    } else {
        reading.unexpected(input, OPERATOR)
    }
}

/// `"[" valFilter "]"`, from the bracket on.
pub(super) fn val_filter<'a>(
    reading: &Reading<'_>,
    depth: usize,
    input: &'a str,
) -> Read<'a, ValueFilter> {
    let Some(inner) = input.strip_prefix('[') else {
        return Err(reading.expected(input, Expectation::BRACKET));
    };
    let depth = reading.deeper(input, depth)?;
    let (rest, filter) = log_exp(reading, depth, space0(reading, inner))?;
    let rest = space0(reading, rest);
    match rest.strip_prefix(']') {
        Some(rest) => Ok((rest, filter)),
        None => Err(reading.unexpected(rest, Expectation::BRACKET_END)),
    }
}

/// What some clients write after the brackets in a filter: `.value eq "x"`, or an operator and a value alone.
pub(super) fn tail<'a>(
    reading: &Reading<'_>,
    filter: ValueFilter,
    input: &'a str,
) -> Read<'a, ValueFilter> {
    if !reading.leniency().filter_after_value_path {
        return Ok((input, filter));
    }
    let sub_attribute = after_spaces(reading, input, '.').and_then(|rest| rest.strip_prefix('.'));
    let (rest, name) = if let Some(name) = sub_attribute {
        match attr_name(name) {
            Ok(read) => read,
            Err(_) => return Err(reading.unexpected(name, Expectation::SUB_ATTRIBUTE)),
        }
    } else if begins_comparison(input) {
        (input, "value")
    } else {
        return Ok((input, filter));
    };
    let path = AttributePath::from_boundaries(name, 0, 0);
    let (rest, condition) = condition::<ValueFilter>(reading, path, input, rest)?;
    reading.tolerate("filter_after_value_path", input, rest);
    Ok((rest, filter.and(condition)))
}

fn begins_comparison(input: &str) -> bool {
    let word = input.trim_start_matches([' ', '\t', '+']);
    let is_operator = matches!(
        word.as_bytes(),
        [first, second, ..] if ComparisonOperator::from_letters(*first, *second).is_some()
    );
    is_operator && !word.get(2..).unwrap_or_default().starts_with(is_name_char)
}
