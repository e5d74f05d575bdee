//! The target of a PATCH operation.

use alloc::string::String;

use crate::{AttributePath, ValueFilter};

/// What a PATCH operation points at
/// ([RFC 7644, section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2), `PATH`).
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
