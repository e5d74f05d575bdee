//! Named tolerances for what real clients send outside the grammar.

use alloc::vec::Vec;
use core::ops::Range;

/// What a parser accepts beyond the grammar of [RFC 7644](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2).
///
/// Each flag names one habit of known clients. None of them changes the meaning of a text that the RFC allows. What was
/// tolerated is told by [`Parser::filter_with_report`](crate::Parser::filter_with_report). [`Parser::new`](crate::Parser::new)
/// starts with [`Leniency::attribute_names_with_spaces`] and nothing else.
///
/// # Examples
///
/// ```
/// use scim_filter::{Leniency, Parser};
///
/// let mut leniency = Leniency::none();
/// leniency.literals_in_any_case = true;
/// let parser = Parser::new().leniency(leniency);
/// assert_eq!(parser.filter("active eq True")?.to_string(), "active eq true");
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is one independent habit of some client"
)]
pub struct Leniency {
    /// `urn:…:2.0:User:Job Title eq "CTO"`: after the URN of a schema, a name of several words, in letters of any script,
    /// with digits, `&`, `/` and `'`. Needed by Peakon, whose accounts name their attributes as they like, and by Entra,
    /// which sends those names as they are.
    pub attribute_names_with_spaces: bool,
    /// `emails[type eq "work"].value eq "x"`, read as `emails[type eq "work" and value eq "x"]`, and the older
    /// `emails[type eq "work"] eq "x"`, which means the sub-attribute `value`. Sent by Entra when it looks for a match.
    pub filter_after_value_path: bool,
    /// `active eq True`, `title eq NULL`. Sent by old Entra configurations and by clients written in Python or C#.
    pub literals_in_any_case: bool,
    /// `value eq"x"`, as printed in figures of RFC 7644 and copied from there.
    pub operator_before_quote: bool,
    /// `userName+eq+"x"`: the blanks of a form-encoded query that was decoded as a plain URI. Entra encodes blanks as `+`.
    /// Between words only: inside quotes a `+` stays a `+`.
    pub plus_for_space: bool,
    /// `displayName sw 'Group'`, as printed in a figure of RFC 7644 and typed by people who are used to SQL.
    pub single_quoted_strings: bool,
}

impl Leniency {
    /// The grammar and nothing else.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!scim_filter::Leniency::none().plus_for_space);
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self {
            attribute_names_with_spaces: false,
            filter_after_value_path: false,
            literals_in_any_case: false,
            operator_before_quote: false,
            plus_for_space: false,
            single_quoted_strings: false,
        }
    }

    /// Every tolerance.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Leniency, Parser};
    ///
    /// let parser = Parser::new().leniency(Leniency::all());
    /// assert_eq!(parser.filter("active+eq+True")?.to_string(), "active eq true");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub const fn all() -> Self {
        Self {
            attribute_names_with_spaces: true,
            filter_after_value_path: true,
            literals_in_any_case: true,
            operator_before_quote: true,
            plus_for_space: true,
            single_quoted_strings: true,
        }
    }
}

/// A tree, and what had to be tolerated to read it.
///
/// # Examples
///
/// ```
/// use scim_filter::{Leniency, Parser};
///
/// let parsed = Parser::new().leniency(Leniency::all()).filter_with_report("active eq TRUE")?;
/// assert_eq!(parsed.tolerated[0].leniency, "literals_in_any_case");
/// assert_eq!(parsed.tolerated[0].range, 10..14);
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parsed<T> {
    /// The tree.
    pub value: T,
    /// What was tolerated, in the order of the text.
    pub tolerated: Vec<Tolerated>,
}

impl<T> Parsed<T> {
    pub(crate) const fn new(value: T, tolerated: Vec<Tolerated>) -> Self {
        Self { value, tolerated }
    }
}

/// One place where a text left the grammar and a [`Leniency`] allowed it.
///
/// # Examples
///
/// ```
/// use scim_filter::{Leniency, Parser};
///
/// let parsed = Parser::new().leniency(Leniency::all()).filter_with_report(r#"title eq"CTO""#)?;
/// assert_eq!(parsed.tolerated[0].leniency, "operator_before_quote");
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Tolerated {
    /// The name of the flag, as in [`Leniency`].
    pub leniency: &'static str,
    /// The bytes of the text that needed it.
    pub range: Range<usize>,
}

impl Tolerated {
    pub(crate) const fn new(leniency: &'static str, range: Range<usize>) -> Self {
        Self { leniency, range }
    }
}
