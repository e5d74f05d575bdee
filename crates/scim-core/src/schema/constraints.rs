//! [`Constraints`]: what a definition asks of values beyond RFC 7643.

mod bound;
mod check;
mod pattern;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AttributeDefinition, AttributeType};

pub use bound::Bound;
pub use pattern::{InvalidPattern, Pattern};

/// What a definition asks of values beyond [RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7).
///
/// In JSON they stand in the definition's member `urn:scim-core:constraints`. A member of that object that this crate does not
/// know is refused: it would not be enforced. `/Schemas` does not show them: clients know no such member, and some refuse it.
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::schema::{AttributeDefinition, AttributeType, Constraints, Pattern, ValidationContext};
///
/// let badge = AttributeDefinition::new("badge", AttributeType::String)
///     .constraints(Constraints::default().maximum_length(8).pattern(Pattern::new("[A-Z][0-9]+")?));
/// let json = serde_json::to_value(&badge)?;
/// assert_eq!(json["urn:scim-core:constraints"]["pattern"], "[A-Z][0-9]+");
///
/// let read = |text: &str| {
///     badge.read_value("badge", text.into(), ValidationContext::Create, &Compatibility::standard())
/// };
/// assert!(read("A4711").is_ok());
/// assert!(read("4711").is_err() && read("A12345678").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Constraints {
    /// Whether `canonicalValues` are all the values that there are, whatever a service tolerates otherwise. They are
    /// compared by the attribute's `caseExact`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// The smallest number of characters (Unicode scalar values) of a string or reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_length: Option<usize>,
    /// The largest number of characters (Unicode scalar values) of a string or reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_length: Option<usize>,
    /// The form of a string or reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// The smallest number, or the earliest instant, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Bound>,
    /// The largest number, or the latest instant, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Bound>,
}

impl Constraints {
    /// Sets whether the canonical values are all the values that there are.
    #[must_use]
    pub fn closed(mut self, closed: bool) -> Self {
        self.closed = closed;
        self
    }

    /// Sets the smallest number of characters.
    #[must_use]
    pub fn minimum_length(mut self, characters: usize) -> Self {
        self.minimum_length = Some(characters);
        self
    }

    /// Sets the largest number of characters.
    #[must_use]
    pub fn maximum_length(mut self, characters: usize) -> Self {
        self.maximum_length = Some(characters);
        self
    }

    /// Sets the form.
    #[must_use]
    pub fn pattern(mut self, pattern: Pattern) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// Sets the smallest number or the earliest instant.
    #[must_use]
    pub fn minimum(mut self, minimum: impl Into<Bound>) -> Self {
        self.minimum = Some(minimum.into());
        self
    }

    /// Sets the largest number or the latest instant.
    #[must_use]
    pub fn maximum(mut self, maximum: impl Into<Bound>) -> Self {
        self.maximum = Some(maximum.into());
        self
    }

    /// What is wrong with a value that has the type of its attribute.
    pub(super) fn problem(
        &self,
        definition: &AttributeDefinition,
        value: &Value,
    ) -> Option<String> {
        match value {
            Value::String(text) if definition.r#type == AttributeType::DateTime => {
                self.instant_problem(text)
            }
            Value::String(text) => self.text_problem(text),
            Value::Number(number) => self.bound_problem(|bound| bound.compare_number(number)),
            _ => None,
        }
    }

    /// A text is not repeated: it may be a secret.
    fn text_problem(&self, text: &str) -> Option<String> {
        if self.minimum_length.is_some() || self.maximum_length.is_some() {
            let length = text.chars().count();
            if let Some(maximum) = self.maximum_length.filter(|maximum| length > *maximum) {
                return Some(format!(
                    "the text has {length} characters; at most {maximum} are possible"
                ));
            }
            if let Some(minimum) = self.minimum_length.filter(|minimum| length < *minimum) {
                return Some(format!(
                    "the text has {length} characters; at least {minimum} are needed"
                ));
            }
        }
        let pattern = self.pattern.as_ref()?;
        (!pattern.matches(text)).then(|| format!("a text of the form {pattern} is needed"))
    }

    fn instant_problem(&self, text: &str) -> Option<String> {
        if self.minimum.is_none() && self.maximum.is_none() {
            return None;
        }
        let instant = super::parse_instant(text)?;
        self.bound_problem(|bound| bound.compare_instant(&instant))
    }

    /// `compare` tells how the bound stands to the value.
    fn bound_problem(
        &self,
        compare: impl Fn(&Bound) -> Option<std::cmp::Ordering>,
    ) -> Option<String> {
        if let Some(minimum) = &self.minimum
            && compare(minimum).is_some_and(std::cmp::Ordering::is_gt)
        {
            return Some(format!("the least possible value is {minimum}"));
        }
        let maximum = self.maximum.as_ref()?;
        compare(maximum)
            .is_some_and(std::cmp::Ordering::is_lt)
            .then(|| format!("the greatest possible value is {maximum}"))
    }
}
