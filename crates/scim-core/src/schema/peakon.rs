//! Peakon's extension, which is made of an account's own attributes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AttributeDefinition, AttributeType, Constraints, Schema};
use crate::urn::{self, SchemaUrn};

/// The longest text that Peakon takes as the value of an attribute, in characters.
const MAXIMUM_TEXT: usize = 256;
/// More attributes than any account has; a limit on what a file may ask for.
const MAXIMUM_ATTRIBUTES: usize = 1000;

/// An attribute which a Peakon account has defined for its employees.
///
/// ```
/// use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
///
/// let attribute: PeakonAttribute = serde_json::from_str(r#"{"name": "Job Title", "kind": "option"}"#)?;
/// assert_eq!(attribute, PeakonAttribute::new("Job Title", PeakonAttributeKind::Option));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PeakonAttribute {
    /// The display name, spaces and capitals included.
    pub name: String,
    /// The kind of its values.
    pub kind: PeakonAttributeKind,
}

impl PeakonAttribute {
    /// An attribute with a display name and a kind.
    ///
    /// ```
    /// use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
    ///
    /// assert_eq!(PeakonAttribute::new("Salary", PeakonAttributeKind::Number).name, "Salary");
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, kind: PeakonAttributeKind) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }
}

/// The kinds of attributes that a Peakon account can define.
///
/// ```
/// use scim_core::schema::PeakonAttributeKind;
///
/// assert_eq!(serde_json::to_value(PeakonAttributeKind::Employee)?, "employee");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PeakonAttributeKind {
    /// One of a list of texts; a new value makes a new option.
    Option,
    /// A text.
    Text,
    /// A date, sent as date and time.
    Date,
    /// A whole number.
    Number,
    /// Another employee, given by e-mail address.
    Employee,
}

/// The Peakon extension for an account with these attributes.
///
/// ```
/// use scim_core::schema::{PeakonAttribute, PeakonAttributeKind, peakon_user_schema};
///
/// let schema = peakon_user_schema(&[
///     PeakonAttribute::new("Job Title", PeakonAttributeKind::Option),
///     PeakonAttribute::new("Start Date", PeakonAttributeKind::Date),
/// ])?;
/// assert_eq!(schema.attributes.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`InvalidPeakonAttribute`] if a name is empty, has more than 256 characters, begins or ends with a space, holds a
/// control character, a colon or a double quote, or differs from another one in case only; or if there are more than
/// 1000 attributes.
pub fn peakon_user_schema(
    attributes: &[PeakonAttribute],
) -> Result<Schema, InvalidPeakonAttribute> {
    let mut schema =
        Schema::new(SchemaUrn::known(urn::PEAKON_USER), "Peakon User").with_free_names(true);
    "Attributes of employees as this Peakon account has defined them"
        .clone_into(&mut schema.description);
    if attributes.len() > MAXIMUM_ATTRIBUTES {
        return Err(InvalidPeakonAttribute {
            name: format!("{} attributes", attributes.len()),
            problem: "there are more than 1000 attributes",
        });
    }
    for PeakonAttribute { name, kind } in attributes {
        let refused = |problem| InvalidPeakonAttribute {
            name: name.chars().take(80).collect(),
            problem,
        };
        if let Some(problem) = super::registry::free_name_problem(&schema.id, name) {
            return Err(refused(problem));
        }
        if schema.attribute(name).is_some() {
            return Err(refused(
                "another attribute has this name; case does not tell them apart",
            ));
        }
        schema.attributes.push(definition(name, *kind));
    }
    Ok(schema)
}

fn definition(name: &str, kind: PeakonAttributeKind) -> AttributeDefinition {
    let (r#type, description) = match kind {
        PeakonAttributeKind::Option => (
            AttributeType::String,
            "One of the account's options; a new value makes a new option.",
        ),
        PeakonAttributeKind::Text => (AttributeType::String, "A text."),
        PeakonAttributeKind::Date => (AttributeType::DateTime, "A date, sent as date and time."),
        PeakonAttributeKind::Number => (AttributeType::Integer, "A whole number."),
        PeakonAttributeKind::Employee => (
            AttributeType::String,
            "E-mail address of the employee referred to.",
        ),
    };
    let definition = AttributeDefinition::new(name, r#type).description(description);
    if r#type == AttributeType::String {
        definition.constraints(Constraints::default().maximum_length(MAXIMUM_TEXT))
    } else {
        definition
    }
}

/// An attribute of a Peakon account that cannot be part of a schema.
///
/// ```
/// use scim_core::schema::{PeakonAttribute, PeakonAttributeKind, peakon_user_schema};
///
/// let attributes = [PeakonAttribute::new("a:b", PeakonAttributeKind::Text)];
/// assert!(peakon_user_schema(&attributes).is_err_and(|error| error.to_string().contains("colon")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Peakon attribute \"{name}\" cannot be used: {problem}")]
pub struct InvalidPeakonAttribute {
    name: String,
    problem: &'static str,
}
