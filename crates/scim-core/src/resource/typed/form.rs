//! How the fields of typed resources are absent, read, written and described.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, MapAccess};
use serde::ser::{Serialize, SerializeMap};

/// How a field is absent, read, written and described.
pub(crate) trait Form<T> {
    fn is_absent(value: &T) -> bool;

    /// Reads the value; null is the same as absent.
    fn read<'de, A: MapAccess<'de>>(access: &mut A) -> Result<T, A::Error>;

    fn write<M: SerializeMap>(value: &T, name: &'static str, map: &mut M) -> Result<(), M::Error>;

    fn json_schema(generator: &mut SchemaGenerator) -> Schema;
}

/// The form that the type itself has.
pub(crate) struct Plain;

impl<T: Serialize + DeserializeOwned + JsonSchema> Form<Option<T>> for Plain {
    fn is_absent(value: &Option<T>) -> bool {
        value.is_none()
    }

    fn read<'de, A: MapAccess<'de>>(access: &mut A) -> Result<Option<T>, A::Error> {
        access.next_value()
    }

    fn write<M: SerializeMap>(
        value: &Option<T>,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, value)
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Option<T>>()
    }
}

impl<T: Serialize + DeserializeOwned + JsonSchema> Form<Vec<T>> for Plain {
    fn is_absent(value: &Vec<T>) -> bool {
        value.is_empty()
    }

    fn read<'de, A: MapAccess<'de>>(access: &mut A) -> Result<Vec<T>, A::Error> {
        Ok(access.next_value::<Option<Vec<T>>>()?.unwrap_or_default())
    }

    fn write<M: SerializeMap>(
        value: &Vec<T>,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, value)
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Option<Vec<T>>>()
    }
}

impl Form<String> for Plain {
    fn is_absent(value: &String) -> bool {
        value.is_empty()
    }

    fn read<'de, A: MapAccess<'de>>(access: &mut A) -> Result<String, A::Error> {
        Ok(access.next_value::<Option<String>>()?.unwrap_or_default())
    }

    fn write<M: SerializeMap>(
        value: &String,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, value)
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Option<String>>()
    }
}

/// An extension: one without attributes is not assigned.
pub(crate) struct AsExtension;

impl<T: Serialize + DeserializeOwned + JsonSchema + Default + PartialEq> Form<Option<T>>
    for AsExtension
{
    fn is_absent(value: &Option<T>) -> bool {
        value.as_ref().is_none_or(|value| *value == T::default())
    }

    fn read<'de, A: MapAccess<'de>>(access: &mut A) -> Result<Option<T>, A::Error> {
        Plain::read(access)
    }

    fn write<M: SerializeMap>(
        value: &Option<T>,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        Plain::write(value, name, map)
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Plain as Form<Option<T>>>::json_schema(generator)
    }
}

/// `schemas`, which is written from the content of the whole resource.
pub(crate) struct AsListed;

impl Form<Vec<String>> for AsListed {
    fn is_absent(value: &Vec<String>) -> bool {
        value.is_empty()
    }

    fn read<'de, A: MapAccess<'de>>(access: &mut A) -> Result<Vec<String>, A::Error> {
        Plain::read(access)
    }

    fn write<M: SerializeMap>(_: &Vec<String>, _: &'static str, _: &mut M) -> Result<(), M::Error> {
        Ok(())
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Plain as Form<Vec<String>>>::json_schema(generator)
    }
}
