//! Typed resources read their names without regard to case.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Reads an object, spells the known names as the type does, and leaves out known names that are null,
/// since null is the same as absent ([RFC 7643, section 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.5)).
pub(crate) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
    known: &[&str],
) -> Result<Value, D::Error> {
    let members = Map::<String, Value>::deserialize(deserializer)?;
    let mut result = Map::new();
    for (name, value) in members {
        let spelling = known.iter().find(|known| known.eq_ignore_ascii_case(&name));
        if spelling.is_some() && value.is_null() {
            continue;
        }
        let name = spelling.map_or(name, |known| (*known).to_owned());
        if result.contains_key(&name) {
            return Err(D::Error::custom(format_args!(
                "the name \"{name}\" comes twice; names that differ in case only are the same"
            )));
        }
        result.insert(name, value);
    }
    Ok(Value::Object(result))
}

/// Makes a type that derives both traits with `#[serde(remote = "Self")]` read its names without regard to case.
macro_rules! names_in_any_case {
    ($type:ty: $($name:expr),+ $(,)?) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = crate::resource::names::read(deserializer, &[$($name),+])?;
                Self::deserialize(value).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use names_in_any_case;
