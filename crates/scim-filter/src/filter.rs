//! The tree of a filter.

use crate::{AttributePath, Comparison, ComparisonOperator, Literal, ValueFilter};

/// A filter: which resources are meant
/// ([RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2)).
///
/// `And` and `Or` hold any number of parts, so a chain of a thousand terms is two levels deep. A parser never puts an `And`
/// directly into an `And`, nor an `Or` into an `Or`, and neither has fewer than two parts.
///
/// # Examples
///
/// ```
/// use scim_filter::Filter;
///
/// let filter: Filter = r#"title pr and userType eq "Employee""#.parse()?;
/// let Filter::And(parts) = &filter else { panic!("two conditions") };
/// assert!(matches!(&parts[0], Filter::Present(path) if path.attribute() == "title"));
/// assert_eq!(filter.to_string(), r#"title pr and userType eq "Employee""#);
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar of RFC 7644 is closed")]
pub enum Filter {
    /// Every part holds.
    And(Vec<Self>),
    /// At least one part holds.
    Or(Vec<Self>),
    /// The part does not hold.
    Not(Box<Self>),
    /// An attribute compared with a value.
    Comparison(Comparison),
    /// `pr`: the attribute has a value.
    Present(AttributePath),
    /// Conditions that one element of an attribute fulfils together.
    ValuePath(ValuePath),
}

/// Conditions on one element of a multi-valued attribute, such as `emails[type eq "work" and value co "@example.com"]`
/// ([RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2), `valuePath`).
///
/// # Examples
///
/// ```
/// use scim_filter::{AttributePath, ValuePath};
///
/// let path = ValuePath::new(AttributePath::new("emails")?, r#"type eq "work""#.parse()?);
/// assert_eq!(path.to_string(), r#"emails[type eq "work"]"#);
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ValuePath {
    /// The attribute whose elements are looked at.
    pub attribute: AttributePath,
    /// What one of them has to fulfil.
    pub filter: ValueFilter,
}

impl ValuePath {
    /// A value path of its two parts.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, Filter, ValuePath};
    ///
    /// let path = ValuePath::new(AttributePath::new("ims")?, "primary eq true".parse()?);
    /// assert_eq!(Filter::ValuePath(path), "ims[primary eq true]".parse()?);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub const fn new(attribute: AttributePath, filter: ValueFilter) -> Self {
        Self { attribute, filter }
    }
}

impl Filter {
    /// `eq`: the attribute equals the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::eq(AttributePath::new("value")?, "x");
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::ne(AttributePath::new("value")?, "x");
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::co(AttributePath::new("value")?, "x");
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::sw(AttributePath::new("value")?, "x");
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::ew(AttributePath::new("value")?, "x");
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::gt(AttributePath::new("value")?, 5);
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::ge(AttributePath::new("value")?, 5);
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::lt(AttributePath::new("value")?, 5);
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// let filter = Filter::le(AttributePath::new("value")?, 5);
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
    /// use scim_filter::{AttributePath, Filter};
    ///
    /// assert_eq!(Filter::present(AttributePath::new("value")?).to_string(), "value pr");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub const fn present(path: AttributePath) -> Self {
        Self::Present(path)
    }

    /// Both hold; a chain stays one flat [`Filter::And`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::Filter;
    ///
    /// let filter = "a pr or b pr".parse::<Filter>()?.and("c pr".parse()?).and("d pr".parse()?);
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

    /// At least one holds; a chain stays one flat [`Filter::Or`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::Filter;
    ///
    /// let filter = "a pr".parse::<Filter>()?.or("b pr".parse()?).or("c pr".parse()?);
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
    /// use scim_filter::Filter;
    ///
    /// assert_eq!("a pr".parse::<Filter>()?.negate().to_string(), "not (a pr)");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn negate(self) -> Self {
        Self::Not(Box::new(self))
    }
}
