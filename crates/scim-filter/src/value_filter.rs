//! What stands in the brackets of a value path.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::{AttributePath, Comparison, Filter};

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
