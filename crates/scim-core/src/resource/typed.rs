//! [`typed!`]: the one declaration of a typed resource, of which everything else about its fields follows.

mod date_time;
mod form;

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

pub(crate) use date_time::{AsDateTime, DATE_TIME_PATTERN, instant};
pub(crate) use form::{AsExtension, AsListed, Form, Plain};

/// The fields of a typed resource by the names of their attributes.
pub(crate) trait Names: Copy + 'static {
    const ALL: &'static [(&'static str, Self)];

    fn name(self) -> &'static str;

    /// The field with this name in this spelling.
    fn exactly(name: &str) -> Option<Self>;

    /// The field with this name without regard to ASCII case.
    fn in_any_case(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, field)| *field)
    }
}

/// Whether a type has a field for an attribute of this name.
pub(crate) trait Knows {
    fn knows(name: &str) -> bool;
}

/// A name of a JSON object: a field's, or another.
pub(crate) enum Key<Field> {
    Known(Field),
    Other(String),
}

/// Reads a name; the spelling of the schema, which nearly all have, is tried first.
pub(crate) struct ReadKey<Field>(PhantomData<Field>);

impl<Field> ReadKey<Field> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, Field: Names> DeserializeSeed<'de> for ReadKey<Field> {
    type Value = Key<Field>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<Field: Names> Visitor<'_> for ReadKey<Field> {
    type Value = Key<Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Field::exactly(name)
            .or_else(|| Field::in_any_case(name))
            .map_or_else(|| Key::Other(name.to_owned()), Key::Known))
    }
}

/// Collects the members that a type does not know.
#[derive(Default)]
pub(crate) struct Additional {
    pub(crate) members: Map<String, Value>,
    names: BTreeSet<String>,
}

impl Additional {
    pub(crate) fn read<'de, A: MapAccess<'de>>(
        &mut self,
        name: String,
        access: &mut A,
    ) -> Result<(), A::Error> {
        if !self.names.insert(name.to_ascii_lowercase()) {
            let name: String = name.chars().take(80).collect();
            return Err(A::Error::custom(format_args!(
                "the name \"{name}\" comes twice; names that differ in case only are the same"
            )));
        }
        self.members.insert(name, access.next_value()?);
        Ok(())
    }
}

/// Shows the names of members whose meaning, and so whose secrecy, nobody knows.
pub(crate) struct NamesOnly<'r>(pub(crate) &'r Map<String, Value>);

impl fmt::Debug for NamesOnly<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.keys().map(|name| (name, super::Hidden)))
            .finish()
    }
}

/// The first paragraph of a documentation comment.
pub(crate) fn description(documentation: &str) -> String {
    let paragraph = documentation
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    paragraph.collect::<Vec<_>>().join(" ")
}

/// Declares a struct of attributes, each with its name in JSON, and a field `additional` for all others.
///
/// It reads names without regard to case, refuses one that comes twice, takes null for absent, and writes the names as
/// declared. `Debug` shows what is present, and of `additional` the names only. `lists f` writes `schemas` as the method `f`
/// gives it; `as F` is the [`Form`] of a field.
macro_rules! typed {
    (
        $(#[doc = $type_doc:literal])+
        $vis:vis struct $type:ident $(lists $listed:ident)? {
            $(
                $(#[doc = $doc:literal])+
                $name:literal $(as $form:ident)? => $field:ident: $kind:ty,
            )+
        }
    ) => {
        $(#[doc = $type_doc])+
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        $vis struct $type {
            $( $(#[doc = $doc])+ $vis $field: $kind, )+
            /// Whatever else was there, in its own spelling. A member with the name of a field is not written.
            $vis additional: serde_json::Map<String, serde_json::Value>,
        }

        const _: () = {
            use crate::resource::typed;

            #[derive(Clone, Copy)]
            #[expect(non_camel_case_types, reason = "a variant is called as its field is")]
            enum Field { $( $field, )+ }

            impl typed::Names for Field {
                const ALL: &'static [(&'static str, Self)] = &[ $( ($name, Self::$field), )+ ];

                fn name(self) -> &'static str {
                    match self {
                        $( Self::$field => $name, )+
                    }
                }

                fn exactly(name: &str) -> Option<Self> {
                    match name {
                        $( $name => Some(Self::$field), )+
                        _ => None,
                    }
                }
            }

            impl typed::Knows for $type {
                fn knows(name: &str) -> bool {
                    <Field as typed::Names>::in_any_case(name).is_some()
                }
            }

            impl serde::Serialize for $type {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap as _;

                    let mut map = serializer.serialize_map(None)?;
                    $( map.serialize_entry("schemas", &self.$listed())?; )?
                    $(
                        if !<typed::typed!(@form $($form)?) as typed::Form<$kind>>::is_absent(&self.$field) {
                            <typed::typed!(@form $($form)?) as typed::Form<$kind>>::write(&self.$field, $name, &mut map)?;
                        }
                    )+
                    for (name, value) in &self.additional {
                        if <Field as typed::Names>::in_any_case(name).is_none() {
                            map.serialize_entry(name, value)?;
                        }
                    }
                    map.end()
                }
            }

            struct Visitor;

            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = $type;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut access: A) -> Result<$type, A::Error> {
                    let mut result = $type::default();
                    let mut additional = typed::Additional::default();
                    let mut seen = 0_u64;
                    while let Some(key) = access.next_key_seed(typed::ReadKey::<Field>::new())? {
                        match key {
                            typed::Key::Other(name) => additional.read(name, &mut access)?,
                            typed::Key::Known(field) => {
                                let bit = 1 << field as u32;
                                if seen & bit != 0 {
                                    return Err(serde::de::Error::duplicate_field(typed::Names::name(field)));
                                }
                                seen |= bit;
                                match field {
                                    $( Field::$field => {
                                        result.$field =
                                            <typed::typed!(@form $($form)?) as typed::Form<$kind>>::read(&mut access)?;
                                    } )+
                                }
                            }
                        }
                    }
                    result.additional = additional.members;
                    Ok(result)
                }
            }

            impl<'de> serde::Deserialize<'de> for $type {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(Visitor)
                }
            }

            impl std::fmt::Debug for $type {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    let mut members = f.debug_struct(stringify!($type));
                    $(
                        if !<typed::typed!(@form $($form)?) as typed::Form<$kind>>::is_absent(&self.$field) {
                            members.field(stringify!($field).trim_start_matches("r#"), &self.$field);
                        }
                    )+
                    if !self.additional.is_empty() {
                        members.field("additional", &typed::NamesOnly(&self.additional));
                    }
                    members.finish()
                }
            }

            impl schemars::JsonSchema for $type {
                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($type).into()
                }

                fn schema_id() -> std::borrow::Cow<'static, str> {
                    concat!(module_path!(), "::", stringify!($type)).into()
                }

                fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    let mut properties = serde_json::Map::new();
                    $(
                        let mut schema = <typed::typed!(@form $($form)?) as typed::Form<$kind>>::json_schema(generator);
                        schema.insert("description".to_owned(), typed::description(concat!($($doc, "\n"),+)).into());
                        properties.insert($name.to_owned(), schema.to_value());
                    )+
                    schemars::json_schema!({
                        "type": "object",
                        "description": typed::description(concat!($($type_doc, "\n"),+)),
                        "properties": properties,
                    })
                }
            }
        };
    };
    (@form) => { crate::resource::typed::Plain };
    (@form $form:ident) => { crate::resource::typed::$form };
}
pub(crate) use typed;
