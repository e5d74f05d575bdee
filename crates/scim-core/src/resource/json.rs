//! Reads JSON text with limits, and refuses names that come twice.

mod seen_names;

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use seen_names::SeenNames;
pub(crate) use seen_names::are_names_unique;

use crate::error::{Error, ErrorKind};

/// Beyond it `serde_json` itself gives up.
const MAXIMUM_DEPTH: usize = 120;

/// How large a JSON text may be.
///
/// ```
/// use scim_core::resource::JsonLimits;
///
/// let mut limits = JsonLimits::new();
/// limits.bytes = 1000;
/// assert_eq!(limits.depth, 32);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonLimits {
    /// The number of bytes; 16 MiB by default, room for a group of 100,000 members.
    pub bytes: usize,
    /// How deep arrays and objects nest; 32 by default, where SCIM needs six. The most that is possible is 120.
    pub depth: usize,
}

impl JsonLimits {
    /// The default limits.
    ///
    /// ```
    /// use scim_core::resource::JsonLimits;
    ///
    /// assert_eq!(JsonLimits::new(), JsonLimits::default());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            depth: 32,
        }
    }
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads a JSON text. A name that comes twice in one object is refused, also if only the case differs: which of the two
/// counts would be a guess.
///
/// ```
/// use scim_core::resource::{JsonLimits, read_json};
///
/// assert!(read_json(br#"{ "userName": "bjensen" }"#, JsonLimits::new()).is_ok());
/// assert!(read_json(br#"{ "userName": "bjensen", "username": "root" }"#, JsonLimits::new()).is_err());
/// ```
///
/// # Errors
///
/// `invalidSyntax` with line and column; 413 if the text is longer than the limit.
pub fn read_json(text: &[u8], limits: JsonLimits) -> Result<Value, Error> {
    if text.len() > limits.bytes {
        let detail = format!(
            "the body has {} bytes; at most {} are accepted",
            text.len(),
            limits.bytes
        );
        return Err(Error::new(ErrorKind::PayloadTooLarge, detail));
    }
    // Many Windows programs write a byte order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let strict = Strict {
        depth: limits.depth.min(MAXIMUM_DEPTH),
    };
    // To look at all bytes at once is faster than text by text; what is no text fails with its place.
    let value = match std::str::from_utf8(text) {
        Ok(text) => strict.read(serde_json::Deserializer::from_str(text)),
        Err(_) => strict.read(serde_json::Deserializer::from_slice(text)),
    };
    value.map_err(|failure| {
        Error::new(
            ErrorKind::InvalidSyntax,
            format!("the body is not valid JSON: {failure}"),
        )
    })
}

/// The members of an object as [`read_json`] reads them, from any format; no deeper than that could read at most.
pub(super) fn strict_members<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Map<String, Value>, D::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Map<String, Value>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Self::Value, A::Error> {
            let strict = Strict {
                depth: MAXIMUM_DEPTH,
            };
            match strict.visit_map(access)? {
                Value::Object(members) => Ok(members),
                _ => Err(A::Error::custom("an object is needed, not a number")),
            }
        }
    }

    deserializer.deserialize_map(Members)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn read<'de, R: serde_json::de::Read<'de>>(
        self,
        mut deserializer: serde_json::Deserializer<R>,
    ) -> Result<Value, serde_json::Error> {
        let value = self.deserialize(&mut deserializer)?;
        deserializer.end().map(|()| value)
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| E::custom("arrays and objects nest too deep"))?;
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut next = access.next_key::<String>()?;
        let inner = match &next {
            Some(name) if name == NUMBER => Self {
                depth: self.depth.saturating_sub(1),
            },
            _ => self.deeper()?,
        };
        let mut names = SeenNames::new();
        let mut members = Map::new();
        while let Some(name) = next {
            if names.is_repeated(&name, || members.keys()) {
                let name: String = name.chars().take(80).collect();
                return Err(A::Error::custom(format_args!(
                    "the name \"{name}\" comes twice in one object; names that differ in case only are the same"
                )));
            }
            members.insert(name, access.next_value_seed(inner)?);
            next = access.next_key()?;
        }
        Ok(match number(&members) {
            Some(number) => Value::Number(number),
            None => Value::Object(members),
        })
    }
}

/// The only name in the map that stands for a number where another crate turns `arbitrary_precision` of `serde_json` on.
const NUMBER: &str = "$serde_json::private::Number";

fn number(members: &Map<String, Value>) -> Option<Number> {
    if members.len() > 1 {
        return None;
    }
    members.get(NUMBER)?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde::de::value::{Error, MapDeserializer};

    use super::*;

    fn read(depth: usize, members: &[(&str, &str)]) -> Result<Value, Error> {
        Strict { depth }.deserialize(MapDeserializer::new(members.iter().copied()))
    }

    #[test]
    fn a_number_of_arbitrary_precision_is_a_number_and_no_nesting() {
        for text in ["1.0", "1e3", "-7", "18446744073709551615"] {
            let expected = text.parse().map(Value::Number).ok();
            assert_eq!(read(0, &[(NUMBER, text)]).ok(), expected, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_such_a_number_is_an_object() {
        for members in [
            &[(NUMBER, "one")][..],
            &[(NUMBER, "1"), ("b", "2")],
            &[("a", "1"), (NUMBER, "2")],
        ] {
            assert!(read(1, members).is_ok_and(|value| value.is_object()));
        }
        assert!(read(0, &[("a", "1")]).is_err());
        let nested = format!("{{\"{NUMBER}\": {{\"{NUMBER}\": [[]]}}}}");
        let mut limits = JsonLimits::new();
        limits.depth = 3;
        assert!(read_json(nested.as_bytes(), limits).is_err());
        limits.depth = 4;
        assert!(read_json(nested.as_bytes(), limits).is_ok());
    }
}
