//! One condition: an attribute, an operator, a value.

use core::fmt;

use crate::{AttributePath, Literal};

/// An attribute compared with a value, such as `userName eq "bjensen"`
/// ([RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2)).
///
/// # Examples
///
/// ```
/// use scim_filter::{AttributePath, Comparison, ComparisonOperator, Literal};
///
/// let comparison = Comparison::new(
///     AttributePath::new("userName")?,
///     ComparisonOperator::Sw,
///     Literal::from("bj"),
/// );
/// assert_eq!(comparison.to_string(), r#"userName sw "bj""#);
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Comparison {
    /// What is compared.
    pub path: AttributePath,
    /// How it is compared.
    pub operator: ComparisonOperator,
    /// What it is compared with.
    pub value: Literal,
}

impl Comparison {
    /// A comparison of its three parts.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, Comparison, ComparisonOperator, Literal};
    ///
    /// let active = Comparison::new(
    ///     AttributePath::new("active")?,
    ///     ComparisonOperator::Eq,
    ///     Literal::Boolean(true),
    /// );
    /// assert_eq!(active.to_string(), "active eq true");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub const fn new(path: AttributePath, operator: ComparisonOperator, value: Literal) -> Self {
        Self {
            path,
            operator,
            value,
        }
    }
}

/// The nine operators that compare with a value
/// ([RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2), table 3).
///
/// The tenth operator, `pr`, takes no value: see [`Filter::Present`](crate::Filter::Present).
///
/// # Examples
///
/// ```
/// use scim_filter::ComparisonOperator;
///
/// assert_eq!(ComparisonOperator::Sw.as_str(), "sw");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 7644, table 3, is closed")]
pub enum ComparisonOperator {
    /// `eq`: equal.
    Eq,
    /// `ne`: not equal.
    Ne,
    /// `co`: contains.
    Co,
    /// `sw`: starts with.
    Sw,
    /// `ew`: ends with.
    Ew,
    /// `gt`: greater than.
    Gt,
    /// `ge`: greater than or equal to.
    Ge,
    /// `lt`: less than.
    Lt,
    /// `le`: less than or equal to.
    Le,
}

impl ComparisonOperator {
    /// All nine, in the order of the RFC.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(scim_filter::ComparisonOperator::ALL.len(), 9);
    /// ```
    pub const ALL: [Self; 9] = [
        Self::Eq,
        Self::Ne,
        Self::Co,
        Self::Sw,
        Self::Ew,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
    ];

    /// The operator as it is written in a filter.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(scim_filter::ComparisonOperator::Ge.as_str(), "ge");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    /// The operator written with these two letters, in any case.
    pub(crate) const fn from_letters(first: u8, second: u8) -> Option<Self> {
        match [first.to_ascii_lowercase(), second.to_ascii_lowercase()] {
            [b'e', b'q'] => Some(Self::Eq),
            [b'n', b'e'] => Some(Self::Ne),
            [b'c', b'o'] => Some(Self::Co),
            [b's', b'w'] => Some(Self::Sw),
            [b'e', b'w'] => Some(Self::Ew),
            [b'g', b't'] => Some(Self::Gt),
            [b'g', b'e'] => Some(Self::Ge),
            [b'l', b't'] => Some(Self::Lt),
            [b'l', b'e'] => Some(Self::Le),
            _ => None,
        }
    }
}

impl fmt::Display for ComparisonOperator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
