//! The grammar, one function per rule:
//!
//! ```text
//! expression = operand [ comparison-operator operand ]
//! operand    = call | attribute | string | number | word
//! call       = name "(" [ argument *( "," argument ) ] ")"
//! argument   = [ expression ]
//! attribute  = "[" 1*( any character but "]" ) "]"
//! string     = DQUOTE *( "\" any character / any character but DQUOTE and "\" ) DQUOTE
//! number     = [ "-" ] 1*DIGIT [ "." 1*DIGIT ] / "&H" 1*HEXDIG
//! name       = ALPHA *( ALPHA / DIGIT / "_" )
//! ```
//!
//! White space may stand between any two of these.

use std::borrow::Cow;
use std::ops::Range;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, multispace0};
use nom::combinator::{opt, recognize, value};
use nom::error::{ErrorKind, ParseError};
use nom::{Err, IResult, Parser};

use super::arguments as call;
use super::{
    ComparisonOperator, ExpressionError, ExpressionErrorKind, ExpressionLimits, Node, Word,
};

pub(super) type Read<'text, T> = IResult<&'text str, T, Fault<'text>>;

/// Where each node stands, children before their parents, as the lengths of what followed its start and its end.
type Places = Vec<(usize, usize)>;

/// A fault, by the rest of the text at which it was met: the shorter the rest, the further the reading got.
#[derive(Debug)]
pub(super) struct Fault<'text> {
    rest: &'text str,
    /// How many bytes of the rest are at fault; 0 means the next character.
    length: usize,
    kind: ExpressionErrorKind,
    /// What is wrong; of syntax, what was expected. Most faults are those of an alternative that was tried in vain.
    message: Cow<'static, str>,
}

impl<'text> Fault<'text> {
    fn expected(rest: &'text str, what: &'static str) -> Self {
        Self {
            rest,
            length: 0,
            kind: ExpressionErrorKind::Syntax,
            message: what.into(),
        }
    }

    pub(super) fn new(
        kind: ExpressionErrorKind,
        rest: &'text str,
        length: usize,
        message: String,
    ) -> Self {
        Self {
            rest,
            length,
            kind,
            message: message.into(),
        }
    }
}

impl<'text> ParseError<&'text str> for Fault<'text> {
    fn from_error_kind(rest: &'text str, _: ErrorKind) -> Self {
        Self::expected(rest, "an expression")
    }

    fn append(_: &'text str, _: ErrorKind, other: Self) -> Self {
        other
    }

    fn or(self, other: Self) -> Self {
        if other.rest.len() < self.rest.len() {
            other
        } else {
            self
        }
    }
}

/// Reads a whole text: the tree, and the bytes at which each node stands, children before their parents.
pub(super) fn read(
    text: &str,
    limits: ExpressionLimits,
) -> Result<(Node, Vec<Range<usize>>), ExpressionError> {
    let length = text.chars().count();
    if length > limits.characters {
        let message = format!(
            "an expression may have {} characters, this one has {length}; move a part into another attribute",
            limits.characters
        );
        return Err(ExpressionError::new(
            ExpressionErrorKind::Limit,
            text,
            text.len()..text.len(),
            message,
        ));
    }
    let mut places = Places::new();
    match whole(text, limits.depth, &mut places) {
        Ok((_, node)) => {
            let offset = |rest: usize| text.len().saturating_sub(rest);
            let ranges = places
                .into_iter()
                .map(|(start, end)| offset(start)..offset(end))
                .collect();
            Ok((node, ranges))
        }
        Err(Err::Error(fault) | Err::Failure(fault)) => Err(located(text, fault)),
        Err(Err::Incomplete(_)) => Err(located(text, Fault::expected("", "an expression"))),
    }
}

fn located(text: &str, fault: Fault<'_>) -> ExpressionError {
    let start = text.len().saturating_sub(fault.rest.len());
    let next = fault.rest.chars().next();
    let length = if fault.length > 0 {
        fault.length
    } else {
        next.map_or(0, char::len_utf8)
    };
    let message = match (fault.kind, next) {
        (ExpressionErrorKind::Syntax, Some(found)) => {
            format!("expected {}, found `{found}`", fault.message)
        }
        (ExpressionErrorKind::Syntax, None) => format!("expected {}, found the end", fault.message),
        _ => fault.message.into_owned(),
    };
    ExpressionError::new(fault.kind, text, start..start + length, message)
}

fn whole<'text>(text: &'text str, depth: usize, places: &mut Places) -> Read<'text, Node> {
    let (rest, _) = multispace0(text)?;
    let (end, node) = expression(rest, depth, places)?;
    match (&node, end.chars().next()) {
        (_, Some(_)) => Err(Err::Failure(Fault::expected(
            end,
            "a comparison operator or the end",
        ))),
        (Node::Word(_), None) => Err(Err::Failure(Fault::expected(
            end,
            "`(` after a function's name",
        ))),
        (_, None) => Ok((end, node)),
    }
}

fn expression<'text>(text: &'text str, depth: usize, places: &mut Places) -> Read<'text, Node> {
    let (rest, left) = operand(text, depth, places)?;
    let (rest, _) = multispace0(rest)?;
    let (rest, operator) = opt(comparison_operator).parse(rest)?;
    let Some(operator) = operator else {
        return Ok((rest, left));
    };
    let (rest, _) = multispace0(rest)?;
    let (rest, right) = operand(rest, depth, places).map_err(cut)?;
    places.push((text.len(), rest.len()));
    let (rest, _) = multispace0(rest)?;
    Ok((
        rest,
        Node::Comparison {
            left: Box::new(left),
            operator,
            right: Box::new(right),
        },
    ))
}

fn cut(error: Err<Fault<'_>>) -> Err<Fault<'_>> {
    match error {
        Err::Error(fault) => Err::Failure(fault),
        other => other,
    }
}

fn operand<'text>(text: &'text str, depth: usize, places: &mut Places) -> Read<'text, Node> {
    let (rest, node) = match text.chars().next() {
        Some('[') => attribute(text),
        Some('"') => string(text),
        Some('0'..='9' | '-' | '&') => number(text),
        Some(letter) if letter.is_ascii_alphabetic() => call_or_word(text, depth, places),
        _ => Err(Err::Error(Fault::expected(
            text,
            "an attribute in brackets, a text in quotes, a number or a function",
        ))),
    }?;
    places.push((text.len(), rest.len()));
    Ok((rest, node))
}

fn attribute(text: &str) -> Read<'_, Node> {
    let (inner, _) = char('[').parse(text)?;
    let (rest, name) = take_while(|character| character != ']').parse(inner)?;
    let (rest, _) = char::<_, Fault<'_>>(']')
        .parse(rest)
        .map_err(|_| Err::Failure(Fault::expected(rest, "`]` after the attribute's name")))?;
    if name.trim().is_empty() {
        return Err(Err::Failure(Fault::expected(inner, "an attribute's name")));
    }
    Ok((rest, Node::Attribute(name.trim().to_owned())))
}

/// Only `\\` and `\"` are escapes; a backslash before anything else stands for itself, as real mappings rely on it.
fn string(text: &str) -> Read<'_, Node> {
    let (mut rest, _) = char('"').parse(text)?;
    let mut content = String::new();
    loop {
        let (after, plain) =
            take_while(|character| !matches!(character, '"' | '\\')).parse(rest)?;
        content.push_str(plain);
        let mut characters = after.chars();
        match (characters.next(), characters.clone().next()) {
            (Some('"'), _) => return Ok((characters.as_str(), Node::Text(content))),
            (Some(_), Some(escaped)) => {
                if !matches!(escaped, '"' | '\\') {
                    content.push('\\');
                }
                content.push(escaped);
                characters.next();
                rest = characters.as_str();
            }
            (Some(_), None) => return Err(Err::Failure(Fault::expected("", "a closing `\"`"))),
            (None, _) => return Err(Err::Failure(Fault::expected(after, "a closing `\"`"))),
        }
    }
}

fn number(text: &str) -> Read<'_, Node> {
    let digits = || take_while1(|character: char| character.is_ascii_digit());
    let decimal = recognize((opt(char('-')), digits(), opt((char('.'), digits()))));
    let hexadecimal = recognize((
        tag("&H"),
        take_while1(|character: char| character.is_ascii_hexdigit()),
    ));
    let (rest, number) = alt((decimal, hexadecimal))
        .parse(text)
        .map_err(|_: Err<Fault<'_>>| {
            Err::Failure(Fault::expected(text, "a number such as 42, -1 or &H0F"))
        })?;
    Ok((rest, Node::Number(number.to_owned())))
}

fn name(text: &str) -> Read<'_, &str> {
    take_while1(|character: char| character.is_ascii_alphanumeric() || character == '_').parse(text)
}

fn call_or_word<'text>(text: &'text str, depth: usize, places: &mut Places) -> Read<'text, Node> {
    let (after_name, called) = name(text)?;
    let (rest, _) = multispace0(after_name)?;
    if let Some(inside) = rest.strip_prefix('(') {
        let Some(depth) = depth.checked_sub(1) else {
            let message = "calls are nested too deeply; split the expression".to_owned();
            return Err(Err::Failure(Fault::new(
                ExpressionErrorKind::Limit,
                text,
                1,
                message,
            )));
        };
        let function = call::function(text, called).map_err(Err::Failure)?;
        let (rest, arguments) = arguments(inside, depth, places)?;
        return call::arguments(text, function, arguments)
            .map(|node| (rest, node))
            .map_err(Err::Failure);
    }
    match Word::ALL.into_iter().find(|word| word.as_str() == called) {
        Some(word) => Ok((after_name, Node::Word(word))),
        None if rest.is_empty() => Err(Err::Failure(Fault::expected(
            rest,
            "`(` after a function's name",
        ))),
        None => Err(Err::Failure(call::unknown_word(text, called))),
    }
}

/// The arguments up to and including the closing bracket, each with the rest of the text at which it begins.
fn arguments<'text>(
    text: &'text str,
    depth: usize,
    places: &mut Places,
) -> Read<'text, Vec<(&'text str, Option<Node>)>> {
    let (mut rest, _) = multispace0(text)?;
    if let Some(after) = rest.strip_prefix(')') {
        return Ok((after, Vec::new()));
    }
    let mut arguments = Vec::new();
    loop {
        let start = rest;
        let (after, argument) = argument(rest, depth, places)?;
        arguments.push((start, argument));
        let mut characters = after.chars();
        match characters.next() {
            Some(',') => (rest, _) = multispace0(characters.as_str())?,
            Some(')') => return Ok((characters.as_str(), arguments)),
            _ => {
                return Err(Err::Failure(Fault::expected(
                    after,
                    "`,`, `)` or a comparison operator",
                )));
            }
        }
    }
}

fn argument<'text>(
    text: &'text str,
    depth: usize,
    places: &mut Places,
) -> Read<'text, Option<Node>> {
    if text.starts_with([',', ')']) {
        return Ok((text, None));
    }
    expression(text, depth, places)
        .map(|(rest, node)| (rest, Some(node)))
        .map_err(cut)
}

fn comparison_operator(text: &str) -> Read<'_, ComparisonOperator> {
    alt((
        value(ComparisonOperator::NotEqual, tag("<>")),
        value(ComparisonOperator::GreaterOrEqual, tag(">=")),
        value(ComparisonOperator::LessOrEqual, tag("<=")),
        value(ComparisonOperator::Equal, tag("=")),
        value(ComparisonOperator::Greater, tag(">")),
        value(ComparisonOperator::Less, tag("<")),
    ))
    .parse(text)
}
