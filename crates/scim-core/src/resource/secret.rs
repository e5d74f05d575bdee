//! [`Secret`]: a text that no log shows.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// A text that `Debug` does not show.
///
/// ```
/// use scim_core::resource::Secret;
///
/// let secret = Secret::new("t1meMa$heen");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "t1meMa$heen");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text as a secret.
    ///
    /// ```
    /// use scim_core::resource::Secret;
    ///
    /// assert_eq!(Secret::new("x"), Secret::new("x".to_owned()));
    /// ```
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one who must have it.
    ///
    /// ```
    /// use scim_core::resource::Secret;
    ///
    /// assert_eq!(Secret::new("x").expose(), "x");
    /// ```
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Hidden, f)
    }
}

/// What `Debug` shows in the place of a value.
pub(crate) struct Hidden;

impl Hidden {
    pub(crate) const fn of<T>(_: &T) -> Self {
        Self
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// An error does not repeat what stood in the place of the text.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Texts)
    }
}

struct Texts;

fn refuse<E: Error>() -> Result<Secret, E> {
    Err(E::custom("a string is needed"))
}

impl<'de> Visitor<'de> for Texts {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Secret, E> {
        Ok(Secret(text))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Secret, E> {
        refuse()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
        refuse()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
        refuse()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
        refuse()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Secret, A::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        refuse()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Secret, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        refuse()
    }
}
