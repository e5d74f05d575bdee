//! [`Pattern`]: the form of a text.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use regex::{Regex, RegexBuilder};
use schemars::{JsonSchema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// No pattern in use comes near this.
const MAXIMUM_LENGTH: usize = 1000;
/// In bytes, of the compiled pattern: room for long texts of any letters, none for the product of nested repetitions.
const MAXIMUM_SIZE: usize = 2 * 1024 * 1024;

/// The form of a text, as a regular expression of the [crate `regex`](https://docs.rs/regex/latest/regex/#syntax), which
/// takes time linear in the text.
///
/// The whole text must match, unlike in JSON Schema, where a part is enough: a forgotten anchor lets nothing through.
///
/// ```
/// use scim_core::schema::Pattern;
///
/// let pattern = Pattern::new("[0-9]{4}|none")?;
/// assert!(pattern.matches("4711") && pattern.matches("none"));
/// assert!(!pattern.matches("47110") && !pattern.matches("4711\n"));
/// assert!(Pattern::new("(").is_err());
/// # Ok::<(), scim_core::schema::InvalidPattern>(())
/// ```
#[derive(Clone)]
pub struct Pattern {
    text: String,
    matcher: Regex,
}

impl Pattern {
    /// Takes a regular expression.
    ///
    /// # Errors
    ///
    /// [`InvalidPattern`] if it is malformed, has more than 1000 bytes, or needs more than 2 MiB when it is compiled.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidPattern> {
        let text = text.into();
        let refused = |problem: String| InvalidPattern { problem };
        if text.len() > MAXIMUM_LENGTH {
            return Err(refused(format!("it has more than {MAXIMUM_LENGTH} bytes")));
        }
        let compile = |pattern: &str| {
            RegexBuilder::new(pattern)
                .size_limit(MAXIMUM_SIZE)
                .dfa_size_limit(MAXIMUM_SIZE)
                .build()
                .map_err(|failure| match failure {
                    regex::Error::CompiledTooBig(limit) => {
                        refused(format!("compiled it needs more than {limit} bytes"))
                    }
                    other => refused(other.to_string()),
                })
        };
        // Alone first: `a)(b` would be well-formed between the anchors.
        compile(&text)?;
        let matcher = compile(&format!(r"\A(?:{text})\z"))?;
        Ok(Self { text, matcher })
    }

    /// Whether a whole text has this form.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }

    /// The regular expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Pattern {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
        json_schema!({ "type": "string", "format": "regex", "maxLength": MAXIMUM_LENGTH })
    }
}

/// A text that cannot be a [`Pattern`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pattern cannot be used: {problem}")]
pub struct InvalidPattern {
    problem: String,
}
