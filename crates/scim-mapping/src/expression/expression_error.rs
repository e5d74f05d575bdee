use std::fmt;
use std::ops::Range;

/// Why a text is no expression: what is wrong, and where.
///
/// One line with `{}`; with `{:#}` the text and a caret under the place follow.
///
/// ```
/// use scim_mapping::{Expression, ExpressionErrorKind};
///
/// let error = r#"Join(" ", [givenName]"#.parse::<Expression>().unwrap_err();
/// assert_eq!(error.kind(), ExpressionErrorKind::Syntax);
/// assert_eq!(error.range(), 21..21);
/// assert_eq!(error.to_string(), "at character 22: expected `,`, `)` or a comparison operator, found the end");
/// assert_eq!(format!("{error:#}").lines().last(), Some("                     ^"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError(Box<Content>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    kind: ExpressionErrorKind,
    range: Range<usize>,
    message: String,
    source: String,
}

/// What kind of fault an [`ExpressionError`] reports.
///
/// ```
/// use scim_mapping::{Expression, ExpressionErrorKind};
///
/// let error = r#"append([a], "b")"#.parse::<Expression>().unwrap_err();
/// assert_eq!(error.kind(), ExpressionErrorKind::UnknownFunction);
/// assert!(error.to_string().ends_with("there is no function `append`; did you mean `Append`?"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ExpressionErrorKind {
    /// The text does not follow the grammar.
    Syntax,
    /// The language has no such function.
    UnknownFunction,
    /// The language has the function, but this crate does not run it.
    UnsupportedFunction,
    /// A function has too many or too few arguments, or a combination that means nothing.
    Arguments,
    /// A bare word that means nothing.
    UnknownWord,
    /// A regular expression that is malformed, or that cannot be run in linear time.
    Pattern,
    /// The text is longer or deeper than the limits allow.
    Limit,
}

impl ExpressionError {
    pub(super) fn new(
        kind: ExpressionErrorKind,
        source: &str,
        range: Range<usize>,
        message: String,
    ) -> Self {
        Self(Box::new(Content {
            kind,
            range,
            message,
            source: source.to_owned(),
        }))
    }

    /// The kind of fault.
    ///
    /// ```
    /// use scim_mapping::{Expression, ExpressionErrorKind};
    ///
    /// let error = r#"append([a], "b")"#.parse::<Expression>().unwrap_err();
    /// assert_eq!(error.kind(), ExpressionErrorKind::UnknownFunction);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ExpressionErrorKind {
        self.0.kind
    }

    /// The bytes of the text which are at fault; empty at the end of the text.
    ///
    /// ```
    /// use scim_mapping::Expression;
    ///
    /// let error = r#"append([a], "b")"#.parse::<Expression>().unwrap_err();
    /// assert_eq!(error.range(), 0..6);
    /// ```
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.0.range.clone()
    }

    /// What is wrong, without the place.
    ///
    /// ```
    /// use scim_mapping::Expression;
    ///
    /// let error = r#"append([a], "b")"#.parse::<Expression>().unwrap_err();
    /// assert_eq!(error.message(), "there is no function `append`; did you mean `Append`?");
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Content {
            range,
            message,
            source,
            ..
        } = &*self.0;
        write_place(formatter, source, range, message)
    }
}

/// Writes `at character 5: …`, and with `{:#}` the line of the text and a caret under the place.
pub(super) fn write_place(
    formatter: &mut fmt::Formatter<'_>,
    source: &str,
    range: &Range<usize>,
    message: &str,
) -> fmt::Result {
    let before = source.get(..range.start).unwrap_or(source);
    let character = before.chars().count() + 1;
    write!(formatter, "at character {character}: {message}")?;
    if formatter.alternate() {
        // A long text would push the caret out of sight: only the line with the fault is shown.
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = source
            .get(line_start..)
            .and_then(|rest| rest.lines().next())
            .unwrap_or_default();
        let indentation: String = before
            .get(line_start..)
            .unwrap_or_default()
            .chars()
            .map(|character| if character == '\t' { '\t' } else { ' ' })
            .collect();
        let width = source
            .get(range.clone())
            .map_or(1, |text| text.chars().count().max(1));
        write!(formatter, "\n{line}\n{indentation}{}", "^".repeat(width))?;
    }
    Ok(())
}

impl std::error::Error for ExpressionError {}
