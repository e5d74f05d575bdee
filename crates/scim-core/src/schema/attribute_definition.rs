//! [`AttributeDefinition`]: what one attribute is and how it behaves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// The largest number of characters of a text; beyond the RFC, and `None` for its attributes.
    pub maximum_length: Option<usize>,
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
            maximum_length: None,
        }
    }

    /// Sets whether it holds an array.
    #[must_use]
    pub fn multi_valued(mut self, multi_valued: bool) -> Self {
        self.multi_valued = multi_valued;
        self
    }

    /// Sets the description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets whether a value is required.
    #[must_use]
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    /// Sets the suggested values.
    #[must_use]
    pub fn canonical_values<T: Into<String>>(
        mut self,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.canonical_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether case counts in comparisons.
    #[must_use]
    pub fn case_exact(mut self, case_exact: bool) -> Self {
        self.case_exact = case_exact;
        self
    }

    /// Sets who may write it, and when.
    #[must_use]
    pub fn mutability(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    /// Sets when it is part of an answer.
    #[must_use]
    pub fn returned(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    /// Sets among which resources its value is unique.
    #[must_use]
    pub fn uniqueness(mut self, uniqueness: Uniqueness) -> Self {
        self.uniqueness = uniqueness;
        self
    }

    /// Sets what a reference may refer to.
    #[must_use]
    pub fn reference_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.reference_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the parts of a complex attribute.
    #[must_use]
    pub fn sub_attributes(mut self, sub_attributes: impl IntoIterator<Item = Self>) -> Self {
        self.sub_attributes = sub_attributes.into_iter().collect();
        self
    }

    /// Sets the largest number of characters of a text.
    #[must_use]
    pub fn maximum_length(mut self, characters: usize) -> Self {
        self.maximum_length = Some(characters);
        self
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
}

/// Declares an enum of wire keywords with its text form.
macro_rules! keywords {
    ($(#[$meta:meta])* $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[expect(clippy::exhaustive_enums, reason = "RFC 7643, section 7 closes the list")]
        pub enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $text)] $variant, )+
        }

        impl $name {
            /// The keyword of the protocol.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$variant => $text, )+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

keywords! {
    /// The data types ([RFC 7643, section 2.3](https://www.rfc-editor.org/rfc/rfc7643#section-2.3)).
    AttributeType {
        /// Unicode text.
        #[default]
        String = "string",
        /// True or false.
        Boolean = "boolean",
        /// A number with a fraction.
        Decimal = "decimal",
        /// A whole number.
        Integer = "integer",
        /// A date with a time of day.
        DateTime = "dateTime",
        /// Bytes in base64.
        Binary = "binary",
        /// A URI that refers to something.
        Reference = "reference",
        /// An object of sub-attributes.
        Complex = "complex",
    }
}

keywords! {
    /// Who may write an attribute, and when ([RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7)).
    Mutability {
        /// Only the service.
        ReadOnly = "readOnly",
        /// Clients, at any time.
        #[default]
        ReadWrite = "readWrite",
        /// Clients, once.
        Immutable = "immutable",
        /// Clients, at any time; nobody reads it.
        WriteOnly = "writeOnly",
    }
}

keywords! {
    /// When an attribute is part of an answer ([RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7)).
    Returned {
        /// In every answer, whatever the client asks for.
        Always = "always",
        /// In no answer.
        Never = "never",
        /// Unless the client asks for other attributes.
        #[default]
        Default = "default",
        /// If the client asks for it.
        Request = "request",
    }
}

keywords! {
    /// Among which resources a value is unique ([RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7)).
    Uniqueness {
        /// It is not.
        #[default]
        None = "none",
        /// Those of one service, or of one tenant of it.
        Server = "server",
        /// All there are.
        Global = "global",
    }
}

/// The JSON form, which leaves out what has no meaning for a type.
mod wire {
    use super::{
        AttributeType, Deserialize, JsonSchema, Mutability, Returned, Serialize, Uniqueness,
    };

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[schemars(rename = "AttributeDefinition")]
    pub(super) struct Definition {
        name: String,
        #[serde(default)]
        r#type: AttributeType,
        #[serde(default)]
        multi_valued: bool,
        #[serde(default)]
        description: String,
        #[serde(default)]
        required: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        canonical_values: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case_exact: Option<bool>,
        #[serde(default)]
        mutability: Mutability,
        #[serde(default)]
        returned: Returned,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uniqueness: Option<Uniqueness>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reference_types: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sub_attributes: Vec<super::AttributeDefinition>,
        /// Beyond the RFC, therefore in an object of its own.
        #[serde(
            rename = "urn:scim-core:constraints",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        constraints: Option<Constraints>,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Constraints {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maximum_length: Option<usize>,
    }

    impl From<Definition> for super::AttributeDefinition {
        fn from(wire: Definition) -> Self {
            Self {
                name: wire.name,
                r#type: wire.r#type,
                multi_valued: wire.multi_valued,
                description: wire.description,
                required: wire.required,
                canonical_values: wire.canonical_values,
                case_exact: wire.case_exact.unwrap_or_default(),
                mutability: wire.mutability,
                returned: wire.returned,
                uniqueness: wire.uniqueness.unwrap_or_default(),
                reference_types: wire.reference_types,
                sub_attributes: wire.sub_attributes,
                maximum_length: wire
                    .constraints
                    .and_then(|constraints| constraints.maximum_length),
            }
        }
    }

    impl From<super::AttributeDefinition> for Definition {
        fn from(definition: super::AttributeDefinition) -> Self {
            use AttributeType::{Binary, Decimal, Integer, Reference, String};
            let has_case = matches!(definition.r#type, String | Binary | Reference);
            let can_be_unique = matches!(definition.r#type, String | Decimal | Integer | Reference);
            Self {
                name: definition.name,
                r#type: definition.r#type,
                multi_valued: definition.multi_valued,
                description: definition.description,
                required: definition.required,
                canonical_values: definition.canonical_values,
                case_exact: (has_case || definition.case_exact).then_some(definition.case_exact),
                mutability: definition.mutability,
                returned: definition.returned,
                uniqueness: (can_be_unique || definition.uniqueness != Uniqueness::None)
                    .then_some(definition.uniqueness),
                reference_types: definition.reference_types,
                sub_attributes: definition.sub_attributes,
                constraints: definition.maximum_length.map(|length| Constraints {
                    maximum_length: Some(length),
                }),
            }
        }
    }
}
