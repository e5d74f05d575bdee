//! Where a text stops being a filter or a path, and what could have stood there.

mod advice;
mod excerpt;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt::{self, Write};
use core::ops::Range;

use crate::grammar::Expectation;
use excerpt::Excerpt;

/// A text that is no filter or no path: the place, the rule and the way out.
///
/// `{}` prints one line, `{:#}` also the text, unless it is empty, with a caret below the place. Neither repeats the content of a string literal
/// in the line itself; the excerpt of `{:#}` shows the text as it was given.
///
/// # Examples
///
/// ```
/// use scim_filter::{Filter, ParseErrorKind};
///
/// let error = r#"userName eq "x" and (active eq )"#.parse::<Filter>().expect_err("no value");
/// assert_eq!(error.range(), 31..32);
/// assert_eq!(error.kind(), ParseErrorKind::UnexpectedToken);
/// assert_eq!(error.expected(), ["a value"]);
/// assert_eq!(error.found(), "`)`");
/// assert_eq!(error.to_string(), "byte 31: expected a value, found `)`");
/// assert_eq!(
///     format!("{error:#}"),
///     "byte 31: expected a value, found `)`\n  \
///      userName eq \"x\" and (active eq )\n                                 ^",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ParseError(Box<Details>);

#[derive(Clone, PartialEq, Eq)]
struct Details {
    kind: ParseErrorKind,
    range: Range<usize>,
    expected: Vec<&'static str>,
    found: String,
    advice: Option<&'static str>,
    excerpt: Excerpt,
}

/// What is wrong, in a form that programs can rely on.
///
/// # Examples
///
/// ```
/// use scim_filter::{Filter, ParseErrorKind};
///
/// let error = r#"userName regex "x""#.parse::<Filter>().expect_err("no such operator");
/// assert_eq!(error.kind(), ParseErrorKind::UnknownOperator);
/// assert_eq!(error.kind().as_str(), "unknown-operator");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// Something else stands where the grammar allows only what [`ParseError::expected`] lists.
    UnexpectedToken,
    /// The text ends too early.
    UnexpectedEnd,
    /// A word that is no operator stands where one must be.
    UnknownOperator,
    /// A value that is none of JSON's: a bare word, single quotes.
    InvalidValue,
    /// A string without its closing quotation mark.
    UnterminatedString,
    /// A string with an escape that JSON does not know, or half of a surrogate pair.
    InvalidEscape,
    /// A control character.
    ControlCharacter,
    /// A number that is not written as in JSON.
    InvalidNumber,
    /// The name of an attribute that the grammar does not allow.
    InvalidName,
    /// Something before the attribute that is no absolute URI.
    InvalidSchema,
    /// A value path in the brackets of a value path.
    NestedValuePath,
    /// The text is longer than [`Limits::bytes`](crate::Limits::bytes), or one attribute path than 4,096 bytes.
    TooLong,
    /// Deeper nesting than [`Limits::depth`](crate::Limits::depth).
    TooDeep,
    /// More conditions than [`Limits::terms`](crate::Limits::terms).
    TooManyTerms,
}

impl ParseErrorKind {
    /// A name that does not change between versions.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(scim_filter::ParseErrorKind::TooDeep.as_str(), "too-deep");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnexpectedToken => "unexpected-token",
            Self::UnexpectedEnd => "unexpected-end",
            Self::UnknownOperator => "unknown-operator",
            Self::InvalidValue => "invalid-value",
            Self::UnterminatedString => "unterminated-string",
            Self::InvalidEscape => "invalid-escape",
            Self::ControlCharacter => "control-character",
            Self::InvalidNumber => "invalid-number",
            Self::InvalidName => "invalid-name",
            Self::InvalidSchema => "invalid-schema",
            Self::NestedValuePath => "nested-value-path",
            Self::TooLong => "too-long",
            Self::TooDeep => "too-deep",
            Self::TooManyTerms => "too-many-terms",
        }
    }

    /// What the kind alone says; `None` where the expected set says it better.
    const fn message(self) -> Option<&'static str> {
        match self {
            Self::UnexpectedToken | Self::UnexpectedEnd => None,
            Self::UnknownOperator => Some("unknown operator"),
            Self::InvalidValue => Some("not a value"),
            Self::UnterminatedString => Some("the string has no closing quotation mark"),
            Self::InvalidEscape => Some("invalid escape in a string"),
            Self::ControlCharacter => Some("control characters are not allowed"),
            Self::InvalidNumber => Some("not a number of JSON"),
            Self::InvalidName => Some("not the name of an attribute"),
            Self::InvalidSchema => Some("not the URN of a schema"),
            Self::NestedValuePath => Some("a value path cannot hold another one"),
            Self::TooLong => Some("longer than is allowed"),
            Self::TooDeep => Some("the text is nested too deeply"),
            Self::TooManyTerms => Some("the text has too many conditions"),
        }
    }
}

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl ParseError {
    /// An error about `range` of `source`; an empty `range` stands for the token that begins there.
    #[cold]
    pub(crate) fn new(
        kind: ParseErrorKind,
        source: &str,
        range: Range<usize>,
        expected: Expectation,
    ) -> Self {
        let range = if range.is_empty() {
            range.start..range.start + excerpt::token(source, range.start).len()
        } else {
            range
        };
        let kind = match kind {
            ParseErrorKind::UnexpectedToken if range.start >= source.len() => {
                ParseErrorKind::UnexpectedEnd
            }
            kind => kind,
        };
        let token = source.get(range.clone()).unwrap_or_default();
        let around = source.split_at_checked(range.start).unwrap_or_default();
        Self(Box::new(Details {
            kind,
            expected: expected.words().collect(),
            found: match kind {
                // That text may hold the content of strings.
                ParseErrorKind::TooLong => format!("{} bytes", range.len()),
                _ => excerpt::describe(source, &range),
            },
            advice: advice::advice(kind, token, expected, around),
            excerpt: Excerpt::new(source, &range),
            range,
        }))
    }

    /// The bytes of the text that are wrong; empty at its end.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = "a eq 01".parse::<scim_filter::Filter>().expect_err("leading zero");
    /// assert_eq!(error.range(), 5..7);
    /// ```
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.0.range.clone()
    }

    /// What is wrong, for programs.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Filter, ParseErrorKind};
    ///
    /// assert_eq!("(a pr".parse::<Filter>().expect_err("open").kind(), ParseErrorKind::UnexpectedEnd);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ParseErrorKind {
        self.0.kind
    }

    /// What could have stood there instead, in words.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = "a pr x".parse::<scim_filter::Filter>().expect_err("no operator");
    /// assert_eq!(error.expected(), ["`and`", "`or`", "the end"]);
    /// ```
    #[must_use]
    pub fn expected(&self) -> &[&'static str] {
        &self.0.expected
    }

    /// What stands there, in words.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!("a".parse::<scim_filter::Filter>().expect_err("no operator").found(), "the end");
    /// ```
    #[must_use]
    pub fn found(&self) -> &str {
        &self.0.found
    }

    /// The way out, where the mistake is a common one.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = "a eq 'x'".parse::<scim_filter::Filter>().expect_err("single quotes");
    /// assert_eq!(error.advice(), Some("text stands in double quotes"));
    /// ```
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        self.0.advice
    }

    /// "a, b or c"
    fn write_expected(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.expected.len();
        for (index, word) in self.0.expected.iter().enumerate() {
            formatter.write_str(match index {
                0 => "",
                _ if index + 1 == count => " or ",
                _ => ", ",
            })?;
            formatter.write_str(word)?;
        }
        Ok(())
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &*self.0;
        write!(formatter, "byte {}: ", details.range.start)?;
        if details.kind == ParseErrorKind::UnterminatedString {
            // Found is the string: to say so again tells nothing.
            formatter.write_str(details.kind.message().unwrap_or_default())?;
        } else if let Some(message) = details.kind.message() {
            write!(formatter, "{message}: {}", details.found)?;
        } else {
            formatter.write_str("expected ")?;
            self.write_expected(formatter)?;
            write!(formatter, ", found {}", details.found)?;
        }
        if let Some(advice) = details.advice {
            write!(formatter, "; {advice}")?;
        }
        if formatter.alternate() && !details.excerpt.is_empty() {
            formatter.write_char('\n')?;
            details.excerpt.fmt(formatter)?;
        }
        Ok(())
    }
}

impl fmt::Debug for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ParseError")
            .field("kind", &self.0.kind)
            .field("range", &self.0.range)
            .field("expected", &self.0.expected)
            .field("found", &self.0.found)
            .finish()
    }
}

impl Error for ParseError {}
