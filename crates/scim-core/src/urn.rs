//! The URNs of SCIM and [`SchemaUrn`], a schema identifier that compares as the protocol asks.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The core schema of users ([RFC 7643, section 4.1](https://www.rfc-editor.org/rfc/rfc7643#section-4.1)).
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The core schema of groups ([RFC 7643, section 4.2](https://www.rfc-editor.org/rfc/rfc7643#section-4.2)).
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The enterprise extension of users ([RFC 7643, section 4.3](https://www.rfc-editor.org/rfc/rfc7643#section-4.3)).
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// Peakon's extension of users, which holds an account's own attributes under their display names.
pub const PEAKON_USER: &str = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
/// The schema of the service's configuration ([RFC 7643, section 5](https://www.rfc-editor.org/rfc/rfc7643#section-5)).
pub const SERVICE_PROVIDER_CONFIG: &str =
    "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// The schema of resource types ([RFC 7643, section 6](https://www.rfc-editor.org/rfc/rfc7643#section-6)).
pub const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// The schema of schemas ([RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7)).
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
/// The message that answers a query ([RFC 7644, section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2)).
pub const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The message of a query by POST ([RFC 7644, section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3)).
pub const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// The message of a PATCH request ([RFC 7644, section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2)).
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The message of a bulk request ([RFC 7644, section 3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7)).
pub const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// The message that answers a bulk request ([RFC 7644, section 3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7)).
pub const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
/// The message of an error ([RFC 7644, section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// No schema in use comes near this; it keeps a hostile document from carrying megabytes in an identifier.
const MAXIMUM_LENGTH: usize = 1024;

/// The identifier of a schema: equal, ordered and hashed without regard to ASCII case, printed as written.
///
/// Mostly a URN, but [RFC 7643, section 3](https://www.rfc-editor.org/rfc/rfc7643#section-3) allows any URI.
///
/// ```
/// use scim_core::urn::{self, SchemaUrn};
///
/// let user: SchemaUrn = "URN:ietf:params:scim:schemas:core:2.0:user".parse()?;
/// assert_eq!(user, SchemaUrn::new(urn::USER)?);
/// assert_eq!(user.as_str(), "URN:ietf:params:scim:schemas:core:2.0:user");
/// assert!("User".parse::<SchemaUrn>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SchemaUrn(String);

impl SchemaUrn {
    /// Takes a text as the identifier of a schema.
    ///
    /// # Errors
    ///
    /// [`InvalidSchemaUrn`] if the text has no colon after a scheme, holds white space, a control
    /// character or a double quote, or has more than 1024 bytes.
    ///
    /// ```
    /// use scim_core::urn::SchemaUrn;
    ///
    /// assert!(SchemaUrn::new("https://example.com/schemas/Badge").is_ok());
    /// assert!(SchemaUrn::new("urn:with space").is_err());
    /// ```
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidSchemaUrn> {
        let text = text.into();
        let has_scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
            !rest.is_empty()
                && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        });
        let is_clean = !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '"');
        if has_scheme && is_clean && text.len() <= MAXIMUM_LENGTH {
            Ok(Self(text))
        } else {
            Err(InvalidSchemaUrn {
                text: text.chars().take(80).collect(),
            })
        }
    }

    /// Takes one of the constants of this module, which are known to be well-formed.
    pub(crate) fn known(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The identifier as it was written.
    ///
    /// ```
    /// use scim_core::urn::SchemaUrn;
    ///
    /// assert_eq!(SchemaUrn::new("urn:example:Badge")?.as_str(), "urn:example:Badge");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text names this schema, without regard to ASCII case.
    ///
    /// ```
    /// use scim_core::urn::SchemaUrn;
    ///
    /// assert!(SchemaUrn::new("urn:example:Badge")?.matches("URN:EXAMPLE:BADGE"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }
}

impl PartialEq for SchemaUrn {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for SchemaUrn {}

impl PartialOrd for SchemaUrn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SchemaUrn {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_ignoring_case(&self.0, &other.0)
    }
}

impl Hash for SchemaUrn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl fmt::Display for SchemaUrn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SchemaUrn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for SchemaUrn {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for SchemaUrn {
    type Err = InvalidSchemaUrn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl Serialize for SchemaUrn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SchemaUrn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for SchemaUrn {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SchemaUrn".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "maxLength": MAXIMUM_LENGTH,
            "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:[^\\s\\x00-\\x1f\\x7f-\\x9f\"]+$",
        })
    }
}

/// A text that cannot be the identifier of a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is not the identifier of a schema: a URI such as urn:ietf:params:scim:schemas:core:2.0:User, \
     without spaces, of at most {MAXIMUM_LENGTH} bytes, is needed"
)]
pub struct InvalidSchemaUrn {
    text: String,
}

/// The order of two names of which only the ASCII case does not count.
pub(crate) fn compare_ignoring_case(left: &str, right: &str) -> Ordering {
    let left = left.bytes().map(|byte| byte.to_ascii_lowercase());
    left.cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}
