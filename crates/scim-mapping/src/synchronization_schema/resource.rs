//! How a resource of Graph is written down once: serde attributes, documentation, reading, and the map for unknown members.

macro_rules! resource {
    ($(#[$document:meta])* $name:ident($graph:literal) { $($(#[$field_document:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$document])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_document])*
                #[serde(default, skip_serializing_if = "Presence::is_absent")]
                pub $field: Presence<$type>,
            )*
            /// Members that the reference does not have, kept as they are.
            #[serde(flatten)]
            pub additional: serde_json::Map<String, serde_json::Value>,
        }

        impl $name {
            #[doc = concat!("Reads Graph's `", $graph, "`.")]
            ///
            /// # Errors
            ///
            /// When the text is no JSON, or a member has another type than the reference says. The error names line,
            /// column and the path of the member.
            ///
            /// ```
            #[doc = concat!("let read = scim_mapping::graph::", stringify!($name), "::from_json(r#\"{\"brandNew\": [1, null]}\"#)?;")]
            /// assert_eq!(read.additional["brandNew"], serde_json::json!([1, null]));
            /// # Ok::<(), scim_mapping::SchemaError>(())
            /// ```
            pub fn from_json(text: &str) -> Result<Self, crate::SchemaError> {
                crate::synchronization_schema::read($graph, text)
            }

            /// Writes it as Graph's JSON, indented.
            ///
            /// ```
            #[doc = concat!("let read = scim_mapping::graph::", stringify!($name), "::from_json(r#\"{\"brandNew\":null}\"#)?;")]
            /// assert_eq!(read.to_json()?, "{\n  \"brandNew\": null\n}");
            /// # Ok::<(), Box<dyn std::error::Error>>(())
            /// ```
            ///
            /// # Errors
            ///
            /// Never for a resource that was read.
            pub fn to_json(&self) -> Result<String, serde_json::Error> {
                serde_json::to_string_pretty(self)
            }
        }
    };
}

pub(super) use resource;
