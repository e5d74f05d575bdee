//! The target of a PATCH operation.

use alloc::string::String;
use core::hash::{Hash, Hasher};
use core::mem::discriminant;

use crate::{AttributePath, ValueFilter};

/// What a PATCH operation points at
/// ([RFC 7644, section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2), `PATH`).
///
/// Two paths are equal and hashed without regard to the case of names and URNs, as [`AttributePath`] has it.
///
/// # Examples
///
/// ```
/// use scim_filter::PatchPath;
///
/// let path: PatchPath = r#"addresses[type eq "work"].streetAddress"#.parse()?;
/// let PatchPath::ValuePath { attribute, sub_attribute, .. } = &path else { panic!("a value path") };
/// assert_eq!(attribute.attribute(), "addresses");
/// assert_eq!(sub_attribute.as_deref(), Some("streetAddress"));
/// assert_eq!(path.to_string(), r#"addresses[type eq "work"].streetAddress"#);
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the grammar of RFC 7644 is closed")]
pub enum PatchPath {
    /// An attribute, or one of its sub-attributes: `userName`, `name.familyName`.
    Attribute(AttributePath),
    /// The elements that fulfil a condition, or a sub-attribute of each: `emails[type eq "work"].value`.
    ValuePath {
        /// The attribute whose elements are looked at.
        attribute: AttributePath,
        /// Which of them are meant.
        filter: ValueFilter,
        /// The sub-attribute of each, if not the whole element is meant.
        sub_attribute: Option<String>,
    },
    /// The URN of a schema alone: everything of that extension.
    Schema(String),
}

impl PartialEq for PatchPath {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Attribute(left), Self::Attribute(right)) => left == right,
            (
                Self::ValuePath {
                    attribute,
                    filter,
                    sub_attribute,
                },
                Self::ValuePath {
                    attribute: other_attribute,
                    filter: other_filter,
                    sub_attribute: other_sub_attribute,
                },
            ) => {
                let sub_attributes_equal = match (sub_attribute, other_sub_attribute) {
                    (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
                    (left, right) => left.is_none() && right.is_none(),
                };
                attribute == other_attribute && sub_attributes_equal && filter == other_filter
            }
            (Self::Schema(left), Self::Schema(right)) => left.eq_ignore_ascii_case(right),
            _ => false,
        }
    }
}

impl Eq for PatchPath {}

impl Hash for PatchPath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        discriminant(self).hash(state);
        match self {
            Self::Attribute(attribute) => attribute.hash(state),
            Self::ValuePath {
                attribute,
                filter,
                sub_attribute,
            } => {
                attribute.hash(state);
                filter.hash(state);
                sub_attribute
                    .as_ref()
                    .map(|name| name.to_ascii_lowercase())
                    .hash(state);
            }
            Self::Schema(urn) => urn.to_ascii_lowercase().hash(state),
        }
    }
}
