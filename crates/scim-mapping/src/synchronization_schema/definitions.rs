//! The resources that describe a directory: objects, attributes, settings.

use serde_json::Value;

use super::Presence;
use super::resource::resource;

resource! {
    /// A setting by name.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    MetadataEntry("metadataEntry") {
        /// The name.
        key: String,
        /// The setting, kept as it is; those of Graph are texts, `"true"` and `"\"Normal\""` among them.
        value: Value,
    }
}

resource! {
    /// The objects of one directory.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    DirectoryDefinition("directoryDefinition") {
        /// The identifier.
        id: String,
        /// The name that rules use.
        name: String,
        /// The types of objects.
        objects: Vec<ObjectDefinition>,
        /// Changes when the definition does.
        version: String,
        /// When it was last discovered.
        discovery_date_time: String,
        /// What can be discovered: `None`, or any of `AttributeNames`, `AttributeDataTypes`, `AttributeReadOnly`,
        /// `ReferenceAttributes`, `UnknownFutureValue`, with commas.
        discoverabilities: String,
        /// Whether it may not be changed.
        read_only: bool,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// A type of objects.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    ObjectDefinition("objectDefinition") {
        /// The name that mappings use.
        name: String,
        /// The attributes.
        attributes: Vec<AttributeDefinition>,
        /// The interfaces of the directory that serve these objects.
        supported_apis: Vec<String>,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// An attribute of a type of objects.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    AttributeDefinition("attributeDefinition") {
        /// The name, which for SCIM targets is a path.
        name: String,
        /// `String`, `Integer`, `Boolean`, `DateTime`, `Reference` or `Binary`.
        r#type: String,
        /// Whether it is the key.
        anchor: bool,
        /// Whether it has many values.
        multivalued: bool,
        /// Whether it must have a value.
        required: bool,
        /// Whether case matters.
        case_exact: bool,
        /// `ReadWrite`, `ReadOnly`, `Immutable` or `WriteOnly`.
        mutability: String,
        /// The value when there is none, in Graph's reference a text. No rule reads it, so it is kept whatever it is.
        default_value: Value,
        /// Whether nulls are sent.
        flow_null_values: bool,
        /// What a reference refers to.
        referenced_objects: Vec<ReferencedObject>,
        /// Where connectors that ask for it find the value, such as a path in the XML of an HR system.
        api_expressions: Vec<ApiExpression>,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// What a reference refers to.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    ReferencedObject("referencedObject") {
        /// The type of object.
        referenced_object_name: String,
        /// Not supported by Entra.
        referenced_property: String,
    }
}

resource! {
    /// Where a connector finds the value of an attribute.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    ApiExpression("stringKeyStringValuePair") {
        /// The name.
        key: String,
        /// The expression.
        value: String,
    }
}
