//! Reads a JSON value that is at hand as a type, without a copy, and with errors that repeat nothing of the value.

use std::fmt::{self, Display};

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};

/// Reads the members of an object as a type.
pub(super) fn from_members<'value, T: Deserialize<'value>>(
    members: &'value Map<String, Value>,
) -> Result<T, Error> {
    T::deserialize(Members(members)).map_err(|misfit| {
        let error = Error::new(ErrorKind::InvalidValue, misfit.detail);
        if misfit.path.is_empty() {
            error
        } else {
            error.with_path(misfit.path)
        }
    })
}

/// Why a value does not fit; told by what is needed, since what was sent may be a secret.
#[derive(Debug)]
struct Misfit {
    detail: String,
    path: String,
}

impl Misfit {
    fn new(detail: String) -> Self {
        Self {
            detail,
            path: String::new(),
        }
    }

    fn within(mut self, place: impl Display) -> Self {
        let separator = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{place}{separator}{}", self.path);
        self
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Misfit {}

impl serde::de::Error for Misfit {
    fn custom<T: Display>(_: T) -> Self {
        // What a type of somebody else says may repeat the value.
        Self::new("the type does not take the value".to_owned())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("{expected} is needed"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("{expected} is needed"))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("{expected} is needed"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("one of {} is needed", expected.join(", ")))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("only {} are possible here", expected.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("{field} is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!(
            "{field} comes twice; names that differ in case only are the same"
        ))
    }
}

struct Members<'value>(&'value Map<String, Value>);

impl<'de> Deserializer<'de> for Members<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(Object {
            members: self.0.iter(),
            current: None,
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct Any<'value>(&'value Value);

impl<'de> Deserializer<'de> for Any<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(values) => visitor.visit_seq(Array {
                values: values.iter().enumerate(),
            }),
            Value::Object(members) => Members(members).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.0
            .deserialize_enum(name, variants, visitor)
            .map_err(|_| serde::de::Error::unknown_variant("", variants))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Array<'value> {
    values: std::iter::Enumerate<std::slice::Iter<'value, Value>>,
}

impl<'value> SeqAccess<'value> for Array<'value> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'value>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        let Some((index, value)) = self.values.next() else {
            return Ok(None);
        };
        seed.deserialize(Any(value))
            .map(Some)
            .map_err(|misfit| misfit.within(format_args!("[{index}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

struct Object<'value> {
    members: serde_json::map::Iter<'value>,
    current: Option<(&'value String, &'value Value)>,
}

impl<'value> MapAccess<'value> for Object<'value> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'value>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        self.current = self.members.next();
        let Some((name, _)) = self.current else {
            return Ok(None);
        };
        seed.deserialize(BorrowedStrDeserializer::new(name))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'value>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let Some((name, value)) = self.current.take() else {
            return Err(serde::de::Error::custom(
                "a value is asked for before its name",
            ));
        };
        seed.deserialize(Any(value))
            .map_err(|misfit| misfit.within(name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}
