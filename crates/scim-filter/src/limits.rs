//! How much a text may ask of the parser.

/// Bounds that hold while a text is read, so that no input can exhaust the stack, the memory or the time of its reader.
///
/// Every bound is an error of its own kind: [`TooLong`](crate::ParseErrorKind::TooLong),
/// [`TooDeep`](crate::ParseErrorKind::TooDeep), [`TooManyTerms`](crate::ParseErrorKind::TooManyTerms). The protocol asks
/// for such bounds in [RFC 7644, section 7.2](https://www.rfc-editor.org/rfc/rfc7644#section-7.2) and leaves the numbers to
/// the service provider. The defaults take a look-up of a thousand identifiers in one `or`, which real clients send, and
/// nothing that a person would write comes near them.
///
/// # Examples
///
/// ```
/// use scim_filter::{Limits, ParseErrorKind, Parser};
///
/// let mut limits = Limits::new();
/// limits.terms = 2;
/// let parser = Parser::new().limits(limits);
///
/// assert!(parser.filter("a pr or b pr").is_ok());
/// let error = parser.filter("a pr or b pr or c pr").expect_err("three terms");
/// assert_eq!(error.kind(), ParseErrorKind::TooManyTerms);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// Length of the text in bytes. Default: 262,144. The path of one attribute has at most 4,096 of them, whatever is set
    /// here, and goes by the same error.
    pub bytes: usize,
    /// How deep parentheses, `not (…)` and value paths may be nested. Default: 64; more than
    /// [`Limits::MAXIMUM_DEPTH`] has no effect.
    pub depth: usize,
    /// Number of conditions: comparisons and `pr` together. Default: 4,096.
    pub terms: usize,
}

impl Limits {
    /// No setting goes deeper than this, so that reading, printing and dropping a tree fit in a small thread's stack.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(scim_filter::Limits::MAXIMUM_DEPTH, 128);
    /// ```
    pub const MAXIMUM_DEPTH: usize = 128;

    /// The defaults.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(scim_filter::Limits::new().depth, 64);
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: 262_144,
            depth: 64,
            terms: 4_096,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
