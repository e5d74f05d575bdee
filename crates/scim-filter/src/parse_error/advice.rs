//! The way out of common mistakes.

mod spaced_name;

use crate::grammar::Expectation;
use crate::parse_error::ParseErrorKind;

pub(super) fn advice(
    kind: ParseErrorKind,
    token: &str,
    expected: Expectation,
    around: (&str, &str),
) -> Option<&'static str> {
    match kind {
        ParseErrorKind::UnknownOperator => Some(operator(token).unwrap_or(
            if spaced_name::goes_on(around, spaced_name::Ends::BeforeOperator) {
                spaced_name::ADVICE
            } else {
                "the operators are eq, ne, co, sw, ew, gt, ge, lt, le and pr"
            },
        )),
        ParseErrorKind::InvalidValue => Some(match token.to_ascii_lowercase().as_str() {
            "true" | "false" | "null" => "write true, false and null in lower case",
            "[" | "{" => "a value is a string, a number, true, false or null",
            word if word.starts_with('%') && word.len() > 1 => "decode the query before it is read",
            word if word.starts_with('.') => "a number begins with a digit, as in 0.5",
            _ => "text stands in double quotes",
        }),
        ParseErrorKind::InvalidEscape => Some(
            "the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX; surrogates in pairs",
        ),
        ParseErrorKind::ControlCharacter => Some(match token {
            "\t" => "inside a string write it as \\t",
            _ => "inside a string write it as \\uXXXX",
        }),
        ParseErrorKind::InvalidNumber => Some("write it as in -1.5e3"),
        ParseErrorKind::NestedValuePath => {
            Some("inside brackets name the sub-attributes themselves")
        }
        ParseErrorKind::InvalidName => {
            Some("a name is a letter, then letters, digits, `-`, `_` and `$`")
        }
        ParseErrorKind::UnexpectedToken
            if token.starts_with('+')
                && (expected.contains(Expectation::OPERATOR)
                    || expected.contains(Expectation::SPACE)) =>
        {
            Some("a `+` is no space here: decode the query as a form before it is read")
        }
        ParseErrorKind::UnexpectedToken if token.starts_with('%') && token.len() > 1 => {
            Some("decode the query before it is read")
        }
        ParseErrorKind::UnexpectedToken
            if token.eq_ignore_ascii_case("not") && expected.contains(Expectation::AND) =>
        {
            Some("write `not` before the condition, as in not (title pr)")
        }
        ParseErrorKind::UnexpectedToken
            if token.eq_ignore_ascii_case("not") && expected.contains(Expectation::OPERATOR) =>
        {
            Some("write `not` before the condition, as in not (title pr)")
        }
        ParseErrorKind::UnexpectedToken
            if expected.contains(Expectation::GROUP.with(Expectation::OPERATOR)) =>
        {
            Some("a condition after `not` stands in parentheses, as in not (title pr)")
        }
        ParseErrorKind::UnexpectedToken
            if token.starts_with('.') && expected.contains(Expectation::OPERATOR) =>
        {
            Some("a path has one sub-attribute at most")
        }
        ParseErrorKind::UnexpectedToken
            if token.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-'))
                && token.contains(|c: char| c.is_ascii_alphabetic())
                && expected.contains(Expectation::ATTRIBUTE) =>
        {
            Some("a name begins with a letter, or with `$` and a letter")
        }
        ParseErrorKind::UnexpectedToken
            if token.starts_with('.') && expected.contains(Expectation::SPACE) =>
        {
            Some("put the condition into the brackets, as in emails[type eq \"work\" and value pr]")
        }
        ParseErrorKind::UnexpectedToken
            if expected.contains(Expectation::ATTRIBUTE)
                && !token.is_empty()
                && token.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Some(
                "elements have no index; choose them by a condition, as in emails[type eq \"work\"]",
            )
        }
        ParseErrorKind::UnexpectedToken if expected.contains(Expectation::COLON) => Some(
            "a schema is not an attribute; name one of its attributes, as in urn:…:User:department",
        ),
        ParseErrorKind::UnexpectedToken
            if token == " "
                && expected.contains(Expectation::END)
                && spaced_name::goes_on(around, spaced_name::Ends::WithText) =>
        {
            Some(spaced_name::ADVICE)
        }
        ParseErrorKind::UnexpectedToken if matches!(token, "&&" | "||" | "&" | "|") => {
            Some("write and, or")
        }
        _ => None,
    }
}

/// The operator that was meant.
fn operator(token: &str) -> Option<&'static str> {
    Some(match token.to_ascii_lowercase().as_str() {
        "=" | "==" | "equals" | "is" => "write eq",
        "!=" | "<>" => "write ne",
        ">" => "write gt",
        ">=" => "write ge",
        "<" => "write lt",
        "<=" => "write le",
        "contains" => "write co",
        "starts" | "startswith" | "begins" | "beginswith" => "write sw",
        "ends" | "endswith" => "write ew",
        "like" => "write co, sw or ew",
        "exists" | "present" => "write pr",
        "in" => "join a comparison for each value by or",
        _ => return None,
    })
}
