//! What stands in the brackets of a value path.

use crate::{AttributePath, Comparison, ComparisonOperator, Filter, Literal};

/// A filter on the sub-attributes of one element, as in `emails[type eq "work" and primary eq true]`
/// ([RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2), `valFilter`).
///
/// It is a type of its own because a value path cannot hold another value path (RFC errata 4690).
///
/// # Examples
///
/// ```
/// use scim_filter::ValueFilter;
///
/// let work: ValueFilter = r#"type eq "work" and not (value pr)"#.parse()?;
/// assert_eq!(work.to_string(), r#"type eq "work" and not (value pr)"#);
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar of RFC 7644 is closed")]
pub enum ValueFilter {
    /// Every part holds.
    And(Vec<Self>),
    /// At least one part holds.
    Or(Vec<Self>),
    /// The part does not hold.
    Not(Box<Self>),
    /// A sub-attribute compared with a value.
    Comparison(Comparison),
    /// `pr`: the sub-attribute has a value.
    Present(AttributePath),
}

impl From<ValueFilter> for Filter {
    /// The same conditions outside brackets.
    fn from(filter: ValueFilter) -> Self {
        match filter {
            ValueFilter::And(parts) => Self::And(parts.into_iter().map(Self::from).collect()),
            ValueFilter::Or(parts) => Self::Or(parts.into_iter().map(Self::from).collect()),
            ValueFilter::Not(part) => Self::Not(Box::new(Self::from(*part))),
            ValueFilter::Comparison(comparison) => Self::Comparison(comparison),
            ValueFilter::Present(path) => Self::Present(path),
        }
    }
}

impl ValueFilter {
    /// `eq`: the attribute equals the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::eq(AttributePath::new("value")?, "x");
    /// assert_eq!(filter.to_string(), r#"value eq "x""#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn eq(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Eq, value.into()))
    }

    /// `ne`: the attribute does not equal the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::ne(AttributePath::new("value")?, "x");
    /// assert_eq!(filter.to_string(), r#"value ne "x""#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn ne(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Ne, value.into()))
    }

    /// `co`: the attribute contains the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::co(AttributePath::new("value")?, "x");
    /// assert_eq!(filter.to_string(), r#"value co "x""#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn co(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Co, value.into()))
    }

    /// `sw`: the attribute starts with the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::sw(AttributePath::new("value")?, "x");
    /// assert_eq!(filter.to_string(), r#"value sw "x""#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn sw(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Sw, value.into()))
    }

    /// `ew`: the attribute ends with the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::ew(AttributePath::new("value")?, "x");
    /// assert_eq!(filter.to_string(), r#"value ew "x""#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn ew(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Ew, value.into()))
    }

    /// `gt`: the attribute is greater than the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::gt(AttributePath::new("value")?, 5);
    /// assert_eq!(filter.to_string(), r#"value gt 5"#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn gt(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Gt, value.into()))
    }

    /// `ge`: the attribute is greater than or equal to the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::ge(AttributePath::new("value")?, 5);
    /// assert_eq!(filter.to_string(), r#"value ge 5"#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn ge(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Ge, value.into()))
    }

    /// `lt`: the attribute is less than the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::lt(AttributePath::new("value")?, 5);
    /// assert_eq!(filter.to_string(), r#"value lt 5"#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn lt(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Lt, value.into()))
    }

    /// `le`: the attribute is less than or equal to the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// let filter = ValueFilter::le(AttributePath::new("value")?, 5);
    /// assert_eq!(filter.to_string(), r#"value le 5"#);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn le(path: AttributePath, value: impl Into<Literal>) -> Self {
        Self::Comparison(Comparison::new(path, ComparisonOperator::Le, value.into()))
    }

    /// `pr`: the attribute has a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, ValueFilter};
    ///
    /// assert_eq!(ValueFilter::present(AttributePath::new("value")?).to_string(), "value pr");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub const fn present(path: AttributePath) -> Self {
        Self::Present(path)
    }

    /// Both hold; a chain stays one flat [`ValueFilter::And`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::ValueFilter;
    ///
    /// let filter = "a pr or b pr".parse::<ValueFilter>()?.and("c pr".parse()?).and("d pr".parse()?);
    /// assert_eq!(filter.to_string(), "(a pr or b pr) and c pr and d pr");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut parts = match self {
            Self::And(parts) => parts,
            single => vec![single],
        };
        match other {
            Self::And(others) => parts.extend(others),
            single => parts.push(single),
        }
        Self::And(parts)
    }

    /// At least one holds; a chain stays one flat [`ValueFilter::Or`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::ValueFilter;
    ///
    /// let filter = "a pr".parse::<ValueFilter>()?.or("b pr".parse()?).or("c pr".parse()?);
    /// assert_eq!(filter.to_string(), "a pr or b pr or c pr");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let mut parts = match self {
            Self::Or(parts) => parts,
            single => vec![single],
        };
        match other {
            Self::Or(others) => parts.extend(others),
            single => parts.push(single),
        }
        Self::Or(parts)
    }

    /// It does not hold.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::ValueFilter;
    ///
    /// assert_eq!("a pr".parse::<ValueFilter>()?.negate().to_string(), "not (a pr)");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn negate(self) -> Self {
        Self::Not(Box::new(self))
    }
}
