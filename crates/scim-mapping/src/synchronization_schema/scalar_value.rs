use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};
use serde_json::Number;

/// A text where Graph's reference has one, and a number, a truth value or null where an export has that instead.
///
/// ```
/// use scim_mapping::ScalarValue;
///
/// assert_eq!(ScalarValue::from("en_US").to_string(), "en_US");
/// assert_eq!(ScalarValue::Boolean(true).to_string(), "True");
/// assert!(serde_json::from_str::<ScalarValue>("[1]").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "JSON has no other scalar")]
pub enum ScalarValue {
    /// A text.
    Text(String),
    /// A number, kept as it was written.
    Number(Number),
    /// A truth value.
    Boolean(bool),
    /// Null, as an element of a list.
    Null,
}

impl ScalarValue {
    /// The text, if it is one.
    ///
    /// ```
    /// use scim_mapping::ScalarValue;
    ///
    /// assert_eq!(ScalarValue::from("NO").as_text(), Some("NO"));
    /// assert_eq!(ScalarValue::Boolean(false).as_text(), None);
    /// ```
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::Boolean(_) | Self::Null => None,
        }
    }
}

/// As the expression language writes it: `True`, `7`, nothing for null.
impl fmt::Display for ScalarValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Number(number) => number.fmt(formatter),
            Self::Boolean(value) => formatter.write_str(if *value { "True" } else { "False" }),
            Self::Null => Ok(()),
        }
    }
}

impl From<&str> for ScalarValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for ScalarValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Serialize for ScalarValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Null => serializer.serialize_unit(),
        }
    }
}

struct Scalar;

impl Visitor<'_> for Scalar {
    type Value = ScalarValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a number, a boolean or null")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ScalarValue, E> {
        Ok(text.into())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<ScalarValue, E> {
        Ok(text.into())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<ScalarValue, E> {
        Ok(ScalarValue::Boolean(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<ScalarValue, E> {
        Ok(ScalarValue::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<ScalarValue, E> {
        Ok(ScalarValue::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<ScalarValue, E> {
        Number::from_f64(value)
            .map(ScalarValue::Number)
            .ok_or_else(|| E::custom("the number is not finite"))
    }

    fn visit_unit<E: de::Error>(self) -> Result<ScalarValue, E> {
        Ok(ScalarValue::Null)
    }
}

impl<'de> Deserialize<'de> for ScalarValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Scalar)
    }
}
