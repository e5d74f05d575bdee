//! The way from text to tree.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::str::FromStr;

use crate::grammar;
use crate::leniency::{Leniency, Parsed};
use crate::limits::Limits;
use crate::parse_error::ParseError;
use crate::{AttributePath, Filter, PatchPath, ValueFilter};

/// A schema whose URN the caller knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownSchema {
    pub(crate) urn: Box<str>,
    /// Whether everything after the URN is one name.
    pub(crate) free_names: bool,
}

/// Reads filters and paths, with limits, tolerances and the schemas that the caller knows.
///
/// The known schemas settle where a URN ends and the attribute begins: the longest one that the text starts with wins
/// ([RFC 7644, section 3.10](https://www.rfc-editor.org/rfc/rfc7644#section-3.10) leaves it open). Without any, the last
/// colon separates the two; a path that ends after `…:N.N:Type` (a version and one word) is the URN of a schema alone.
///
/// The URN of a schema that is not known may be any URI of [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-3), with
/// three rules for what filters use otherwise: its parentheses come in pairs, a bracket stands around an IP address only, and
/// an operator between two `+`, as in `+eq+`, is none of it, but a filter that nobody decoded. No part of it is empty at its
/// start or end: neither `urn::x` nor `urn:x:`.
///
/// # Examples
///
/// ```
/// use scim_filter::Parser;
///
/// let parser = Parser::new().schema("urn:example:2.0").schema("urn:example:2.0:User");
/// assert_eq!(parser.attribute_path("urn:example:2.0:User:title")?.schema(), Some("urn:example:2.0:User"));
/// assert_eq!(parser.attribute_path("urn:example:2.0:hr")?.schema(), Some("urn:example:2.0"));
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parser {
    pub(crate) limits: Limits,
    pub(crate) leniency: Leniency,
    /// The longest first.
    pub(crate) schemas: Vec<KnownSchema>,
}

impl Parser {
    /// A parser with the default [`Limits`], no known schemas, and of the tolerances only
    /// [`Leniency::attribute_names_with_spaces`].
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(scim_filter::Parser::new().filter("title pr").is_ok());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        let mut leniency = Leniency::none();
        leniency.attribute_names_with_spaces = true;
        Self {
            limits: Limits::new(),
            leniency,
            schemas: Vec::new(),
        }
    }

    /// Sets how much a text may ask for.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Limits, Parser};
    ///
    /// let mut limits = Limits::new();
    /// limits.bytes = 8;
    /// assert!(Parser::new().limits(limits).filter("displayName pr").is_err());
    /// ```
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what is accepted beyond the grammar.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Leniency, Parser};
    ///
    /// assert!(Parser::new().leniency(Leniency::all()).filter("title eq 'CTO'").is_ok());
    /// assert!(Parser::new().leniency(Leniency::none()).filter("title eq 'CTO'").is_err());
    /// ```
    #[must_use]
    pub const fn leniency(mut self, leniency: Leniency) -> Self {
        self.leniency = leniency;
        self
    }

    /// Makes the URN of a schema known.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// let parser = Parser::new().schema("https://example.com/schemas/v1.0");
    /// let path = parser.attribute_path("https://example.com/schemas/v1.0:badge")?;
    /// assert_eq!(path.attribute(), "badge");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn schema(self, urn: impl AsRef<str>) -> Self {
        self.with_known(urn.as_ref(), false)
    }

    /// Makes the URNs of several schemas known.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Parser, PatchPath};
    ///
    /// let parser = Parser::new().schemas(["urn:example:hr", "urn:example:hr:pay"]);
    /// assert_eq!(parser.patch_path("urn:example:hr:pay")?, PatchPath::Schema("urn:example:hr:pay".into()));
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn schemas<I>(self, urns: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        urns.into_iter().fold(self, Self::schema)
    }

    /// Makes known the URN of a schema whose attributes are named by people: what follows it is one name, never split at a
    /// dot, with any characters.
    ///
    /// In a path the name goes on to the end, unless a well-formed filter in brackets ends the path. In a filter it ends
    /// before the first operator that a value follows, or before a `pr` that ends a condition. A name that would be more
    /// than one condition in a filter (`title eq 1 or x`) is refused in a path too.
    ///
    /// Only a parser that knows the schema reads such names back: serde and `FromStr` read as [`Parser::new`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Filter, Parser};
    ///
    /// let parser = Parser::new().schema_with_free_names("urn:example:account");
    /// let Filter::Comparison(comparison) = parser.filter(r#"urn:example:account:R&D (No. 2) eq "x""#)? else {
    ///     panic!("a comparison");
    /// };
    /// assert_eq!(comparison.path.attribute(), "R&D (No. 2)");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn schema_with_free_names(self, urn: impl AsRef<str>) -> Self {
        self.with_known(urn.as_ref(), true)
    }

    fn with_known(mut self, urn: &str, free_names: bool) -> Self {
        self.schemas
            .retain(|known| !known.urn.eq_ignore_ascii_case(urn));
        let place = self
            .schemas
            .partition_point(|known| known.urn.len() >= urn.len());
        self.schemas.insert(
            place,
            KnownSchema {
                urn: urn.into(),
                free_names,
            },
        );
        self
    }

    /// Reads a filter.
    ///
    /// # Errors
    ///
    /// The text is not a filter of [RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2), or
    /// goes beyond the [`Limits`]. In the protocol this is `invalidFilter`.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// let filter = Parser::new().filter(r#"((userName EQ "bjensen"))"#)?;
    /// assert_eq!(filter.to_string(), r#"userName eq "bjensen""#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn filter(&self, text: &str) -> Result<Filter, ParseError> {
        grammar::read_filter(self, text)
    }

    /// Reads a filter and tells what had to be tolerated.
    ///
    /// # Errors
    ///
    /// As for [`Parser::filter`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Leniency, Parser};
    ///
    /// let parsed = Parser::new().leniency(Leniency::all()).filter_with_report("title eq 'CTO'")?;
    /// assert_eq!(parsed.value.to_string(), r#"title eq "CTO""#);
    /// assert_eq!(parsed.tolerated[0].leniency, "single_quoted_strings");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn filter_with_report(&self, text: &str) -> Result<Parsed<Filter>, ParseError> {
        grammar::read_filter_with_report(self, text)
    }

    /// Reads what stands in the brackets of a value path.
    ///
    /// # Errors
    ///
    /// As for [`Parser::filter`]; and a value path inside is an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// assert!(Parser::new().value_filter(r#"type eq "work""#).is_ok());
    /// assert!(Parser::new().value_filter(r#"emails[type eq "work"]"#).is_err());
    /// ```
    pub fn value_filter(&self, text: &str) -> Result<ValueFilter, ParseError> {
        grammar::read_value_filter(self, text)
    }

    /// Reads the path of a PATCH operation.
    ///
    /// # Errors
    ///
    /// The text is not a path of [RFC 7644, section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2), or goes
    /// beyond the [`Limits`]. In the protocol this is `invalidPath`.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Parser, PatchPath};
    ///
    /// let path = Parser::new().patch_path(r#"members[value eq "2819c223"]"#)?;
    /// assert!(matches!(path, PatchPath::ValuePath { sub_attribute: None, .. }));
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn patch_path(&self, text: &str) -> Result<PatchPath, ParseError> {
        grammar::read_patch_path(self, text)
    }

    /// Reads the path of a PATCH operation and tells what had to be tolerated.
    ///
    /// # Errors
    ///
    /// As for [`Parser::patch_path`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{Leniency, Parser};
    ///
    /// let parsed = Parser::new().leniency(Leniency::all()).patch_path_with_report("emails[primary eq True].value")?;
    /// assert_eq!(parsed.value.to_string(), "emails[primary eq true].value");
    /// assert_eq!(parsed.tolerated[0].leniency, "literals_in_any_case");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn patch_path_with_report(&self, text: &str) -> Result<Parsed<PatchPath>, ParseError> {
        grammar::read_patch_path_with_report(self, text)
    }

    /// Reads the path of an attribute, as in `sortBy`
    /// ([RFC 7644, section 3.4.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3)).
    ///
    /// # Errors
    ///
    /// The text is not the path of an attribute, or goes beyond the [`Limits`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// assert_eq!(Parser::new().attribute_path("name.familyName")?.sub_attribute(), Some("familyName"));
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn attribute_path(&self, text: &str) -> Result<AttributePath, ParseError> {
        grammar::read_attribute_path(self, text)
    }

    /// Reads the list of `attributes` or `excludedAttributes`
    /// ([RFC 7644, section 3.4.2.5](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.5)): attributes and URNs of whole
    /// schemas, separated by commas.
    ///
    /// The result holds [`PatchPath::Attribute`] and [`PatchPath::Schema`] only. A comma always separates, except within the URN
    /// of a known schema.
    ///
    /// # Errors
    ///
    /// A part is neither the path of an attribute nor the URN of a schema, or the text goes beyond the [`Limits`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// let selection = Parser::new().selection("userName, name.givenName")?;
    /// assert_eq!(selection.len(), 2);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn selection(&self, text: &str) -> Result<Vec<PatchPath>, ParseError> {
        grammar::read_selection(self, text)
    }
}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}

impl FromStr for Filter {
    type Err = ParseError;

    /// As [`Parser::new`] reads it.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::new().filter(text)
    }
}

impl FromStr for ValueFilter {
    type Err = ParseError;

    /// As [`Parser::new`] reads it.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::new().value_filter(text)
    }
}

impl FromStr for PatchPath {
    type Err = ParseError;

    /// As [`Parser::new`] reads it.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::new().patch_path(text)
    }
}

impl FromStr for AttributePath {
    type Err = ParseError;

    /// As [`Parser::new`] reads it.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::new().attribute_path(text)
    }
}
