//! The messages of the protocol ([RFC 7644, section 3.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.1)).

mod bulk_request;
mod bulk_response;
mod error_response;
mod list_response;
mod patch_operation_kind;
mod patch_request;
mod search_request;

pub(crate) use bulk_request::REFERENCE_PREFIX;
pub use bulk_request::{BulkMethod, BulkOperation, BulkRequest};
pub use bulk_response::{BulkOperationResult, BulkResponse};
pub use error_response::ErrorResponse;
pub use list_response::ListResponse;
pub use patch_operation_kind::PatchOperationKind;
pub use patch_request::{PatchOperation, PatchRequest};
pub use search_request::{SearchRequest, SortOrder};

use serde_json::{Map, Value};

use crate::compatibility::Tolerating;
use crate::error::{Error, ErrorKind};

/// Declares a message that is read from objects only; a derived one reads arrays too. What serde derives belongs to a type that
/// nobody sees, because on the message itself it would be a public function beside the trait's.
macro_rules! object_only {
    (
        serde($($container:tt)+)
        $(#[$meta:meta])+
        pub struct $type:ident $(<$item:ident>)? {
            $(
                $(#[doc = $doc:literal])+
                $(#[serde($($serde:tt)+)])*
                $(#[schemars($($schemars:tt)+)])*
                pub $field:ident: $kind:ty,
            )+
        }
    ) => {
        $(#[$meta])+
        pub struct $type $(<$item>)? {
            $(
                $(#[doc = $doc])+
                $(#[serde($($serde)+)])*
                $(#[schemars($($schemars)+)])*
                pub $field: $kind,
            )+
        }

        const _: () = {
            #[derive(serde::Serialize, serde::Deserialize)]
            #[serde($($container)+)]
            struct Form $(<$item>)? {
                $(
                    $(#[serde($($serde)+)])*
                    $field: $kind,
                )+
            }

            impl$(<$item: serde::Serialize>)? serde::Serialize for $type$(<$item>)? {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    <Form$(<$item>)?>::serialize(self, serializer)
                }
            }

            impl<'de $(, $item: serde::Deserialize<'de>)?> serde::Deserialize<'de> for $type$(<$item>)? {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    struct Object<V>(std::marker::PhantomData<V>);

                    impl<'de $(, $item: serde::Deserialize<'de>)?> serde::de::Visitor<'de> for Object<$type$(<$item>)?> {
                        type Value = $type$(<$item>)?;

                        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                            f.write_str("an object")
                        }

                        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                            <Form$(<$item>)?>::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                        }
                    }

                    deserializer.deserialize_map(Object(std::marker::PhantomData))
                }
            }
        };
    };
}
use object_only;

/// The members of a message by the names of the protocol; names in another case only where that is tolerated.
#[derive(Clone, Copy)]
struct Members<'value> {
    members: &'value Map<String, Value>,
}

impl<'value> Members<'value> {
    /// Takes the members of an object that claims to be this message.
    fn of_message(
        value: &'value Value,
        urn: &str,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Self, Error> {
        let members = Self::of_object(value, "the body")?;
        let named = members
            .get("schemas", tolerating)?
            .and_then(Value::as_array)
            .is_some_and(|listed| {
                listed
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|listed| listed.eq_ignore_ascii_case(urn))
            });
        if named {
            Ok(members)
        } else {
            let detail = format!("the message needs \"schemas\": [\"{urn}\"]");
            Err(Error::new(ErrorKind::InvalidSyntax, detail).with_path("schemas"))
        }
    }

    fn of_object(value: &'value Value, what: &str) -> Result<Self, Error> {
        let members = value.as_object().ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidSyntax,
                format!("{what} is to be a JSON object"),
            )
        })?;
        Ok(Self { members })
    }

    fn get(
        self,
        name: &str,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Option<&'value Value>, Error> {
        let any_case = tolerating.compatibility.message_names_in_any_case;
        let mut found = self
            .members
            .iter()
            .filter(|(known, _)| *known == name || (any_case && known.eq_ignore_ascii_case(name)));
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => {
                let detail = "the name comes twice; names that differ in case only are the same";
                Err(Error::new(ErrorKind::InvalidSyntax, detail).with_path(name))
            }
            (Some((known, value)), None) => {
                if known != name {
                    let detail = "the name of the member was read without regard to case";
                    tolerating.note("message_names_in_any_case", name, detail);
                }
                Ok(Some(value))
            }
            (None, _) => Ok(None),
        }
    }
}
