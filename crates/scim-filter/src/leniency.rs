//! Named tolerances for what real clients send outside the grammar.

use alloc::vec::Vec;
use core::ops::Range;

/// Declares the flags once: as fields, as sets, and as data that can be listed.
macro_rules! leniency {
    ($( $(#[doc = $doc:literal])+ $name:ident, )+) => {
        /// What a parser accepts beyond the grammar of [RFC 7644](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2).
        ///
        /// Each flag names one habit of known clients. None of them changes the meaning of a text that the RFC allows. What was
        /// tolerated is told by [`Parser::filter_with_report`](crate::Parser::filter_with_report).
        /// [`Parser::new`](crate::Parser::new) starts with [`Leniency::attribute_names_with_spaces`] and nothing else.
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
        pub struct Leniency {
            $( $(#[doc = $doc])+ pub $name: bool, )+
        }

        impl Leniency {
            /// No tolerance: the grammar, with the spaces around brackets, and tabs for spaces, that all clients may send.
            ///
            /// # Examples
            ///
            /// ```
            /// assert!(!scim_filter::Leniency::none().plus_for_space);
            /// ```
            #[must_use]
            pub const fn none() -> Self {
                Self { $( $name: false, )+ }
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
                Self { $( $name: true, )+ }
            }

            /// The same set with one flag, given by its name, on or off: for a configuration file. `None` if no flag has that name.
            ///
            /// # Examples
            ///
            /// ```
            /// use scim_filter::Leniency;
            ///
            /// let with = Leniency::none().with_flag("plus_for_space", true);
            /// assert!(with.is_some_and(|leniency| leniency.plus_for_space));
            /// assert_eq!(Leniency::none().with_flag("minus_for_space", true), None);
            /// ```
            #[must_use]
            pub fn with_flag(mut self, name: &str, enabled: bool) -> Option<Self> {
                match name {
                    $( stringify!($name) => self.$name = enabled, )+
                    _ => return None,
                }
                Some(self)
            }

            /// All flags as data: for a configuration page, a log line, a test.
            ///
            /// # Examples
            ///
            /// ```
            /// use scim_filter::Leniency;
            ///
            /// for flag in Leniency::none().flags() {
            ///     println!("{} is {}: {}", flag.name, flag.enabled, flag.description);
            /// }
            /// assert_eq!(Leniency::all().flags().filter(|flag| flag.enabled).count(), 6);
            /// ```
            pub fn flags(&self) -> impl Iterator<Item = LeniencyFlag> + use<> {
                [ $( LeniencyFlag {
                    name: stringify!($name),
                    description: concat!($($doc),+).trim_ascii(),
                    enabled: self.$name,
                }, )+ ].into_iter()
            }
        }
    };
}

leniency! {
    /// `urn:…:2.0:User:Job Title eq "CTO"`: after the URN of a schema, a name of several words, in letters of any script,
    /// with digits, `&`, `/` and `'`. Needed by Peakon, whose accounts name their attributes as they like, and by Entra,
    /// which sends those names as they are.
    attribute_names_with_spaces,
    /// `emails[type eq "work"].value eq "x"`, read as `emails[type eq "work" and value eq "x"]`, and the older
    /// `emails[type eq "work"] eq "x"`, which means the sub-attribute `value`. Sent by Entra when it looks for a match.
    filter_after_value_path,
    /// `active eq True`, `title eq NULL`. Sent by old Entra configurations and by clients written in Python or C#.
    literals_in_any_case,
    /// `value eq"x"`, as printed in figures of RFC 7644 and copied from there.
    operator_before_quote,
    /// `userName+eq+"x"`: the blanks of a form-encoded query that was decoded as a plain URI. Entra encodes blanks as `+`.
    /// Between words only: inside quotes, and inside the URN of a schema, a `+` stays a `+`.
    plus_for_space,
    /// `displayName sw 'Group'`, as printed in a figure of RFC 7644 and typed by people who are used to SQL.
    single_quoted_strings,
}

/// One flag of [`Leniency`], as data.
///
/// # Examples
///
/// ```
/// use scim_filter::Leniency;
///
/// let enabled: Vec<_> = Leniency::none().flags().filter(|flag| flag.enabled).collect();
/// assert!(enabled.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LeniencyFlag {
    /// The name of the field, as [`Tolerated::leniency`] has it.
    pub name: &'static str,
    /// The habit that it tolerates, and who has it, in Markdown.
    pub description: &'static str,
    /// Whether it is tolerated.
    pub enabled: bool,
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
