//! [`AttributeDefinition`]: what one attribute is and how it behaves.

mod builder;
mod keywords;
mod wire;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Constraints;

pub use keywords::{AttributeType, Mutability, Returned, Uniqueness};

/// What one attribute is and how it behaves ([RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7)).
///
/// What a definition leaves out has the default of [section 2.2](https://www.rfc-editor.org/rfc/rfc7643#section-2.2).
///
/// ```
/// use scim_core::schema::{AttributeDefinition, AttributeType, Mutability};
///
/// let badge = AttributeDefinition::new("badge", AttributeType::String)
///     .required(true)
///     .mutability(Mutability::Immutable);
/// assert!(badge.required && !badge.case_exact);
///
/// let minimal: AttributeDefinition = serde_json::from_str(r#"{"name": "badge"}"#)?;
/// assert_eq!(minimal, AttributeDefinition::new("badge", AttributeType::String));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "wire::Definition", into = "wire::Definition")]
#[schemars(with = "wire::Definition")]
#[non_exhaustive]
pub struct AttributeDefinition {
    /// The name, in the spelling in which it is written.
    pub name: String,
    /// The data type.
    pub r#type: AttributeType,
    /// Whether the attribute holds an array of values.
    pub multi_valued: bool,
    /// What it means, for people.
    pub description: String,
    /// Whether it must have a value.
    pub required: bool,
    /// Suggested values, such as `work` and `home`; empty if there are none.
    pub canonical_values: Vec<String>,
    /// Whether the case of a text counts when it is compared.
    pub case_exact: bool,
    /// Who may write it, and when.
    pub mutability: Mutability,
    /// When it is part of an answer.
    pub returned: Returned,
    /// Among which resources its value is unique.
    pub uniqueness: Uniqueness,
    /// What a reference may refer to: names of resource types, `external`, or `uri`.
    pub reference_types: Vec<String>,
    /// The parts of a complex attribute.
    pub sub_attributes: Vec<Self>,
    /// What is asked of values beyond the RFC; nothing for its attributes.
    pub constraints: Constraints,
}

impl AttributeDefinition {
    /// An attribute with a name and a type, and the default of every other characteristic.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType, Returned};
    ///
    /// let active = AttributeDefinition::new("active", AttributeType::Boolean);
    /// assert_eq!(active.returned, Returned::Default);
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, r#type: AttributeType) -> Self {
        Self {
            name: name.into(),
            r#type,
            multi_valued: false,
            description: String::new(),
            required: false,
            canonical_values: Vec::new(),
            case_exact: false,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            reference_types: Vec::new(),
            sub_attributes: Vec::new(),
            constraints: Constraints::default(),
        }
    }

    /// The part with this name, without regard to ASCII case.
    ///
    /// ```
    /// let user = scim_core::schema::user();
    /// let emails = user.attribute("EMAILS").ok_or("users have e-mail addresses")?;
    /// assert!(emails.sub_attribute("Primary").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sub_attribute(&self, name: &str) -> Option<&Self> {
        self.sub_attributes
            .iter()
            .find(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    /// Whether no answer may hold it: because it is returned never, or because it is write-only,
    /// which [RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7) puts above `returned`.
    ///
    /// ```
    /// let user = scim_core::schema::user();
    /// assert!(user.attribute("password").is_some_and(|password| password.is_never_returned()));
    /// ```
    #[must_use]
    pub fn is_never_returned(&self) -> bool {
        self.returned == Returned::Never || self.mutability == Mutability::WriteOnly
    }

    /// Whether the value appears in an answer to a client that names no attributes.
    pub(crate) fn is_returned_by_default(&self) -> bool {
        !self.is_never_returned() && self.returned != Returned::Request
    }
}
