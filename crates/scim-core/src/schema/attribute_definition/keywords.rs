//! The closed lists of keywords.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

            /// Reads a keyword in any case.
            pub(in crate::schema) fn from_keyword(text: &str) -> Option<Self> {
                [$( Self::$variant ),+]
                    .into_iter()
                    .find(|keyword| keyword.as_str().eq_ignore_ascii_case(text))
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
