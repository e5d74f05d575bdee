//! The tree of a filter.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::{AttributePath, Comparison, ValueFilter};

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
