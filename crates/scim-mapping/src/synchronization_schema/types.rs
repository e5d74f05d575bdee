//! The resources of the reference, with the members that this crate uses; all others are in `additional`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Presence;

/// Writes a resource once: serde attributes, documentation and the map for unknown members.
macro_rules! resource {
    ($(#[$document:meta])* $name:ident { $($(#[$field_document:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$document])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_document])*
                #[serde(default, skip_serializing_if = "Presence::is_absent")]
                pub $field: Presence<$type>,
            )*
            /// Members which this crate does not use.
            #[serde(flatten)]
            pub additional: Map<String, Value>,
        }
    };
}

resource! {
    /// What a job synchronises: the rules and the two directories.
    ///
    /// ```
    /// use scim_mapping::{AttributeMapping, ObjectMapping, Presence, SynchronizationRule, SynchronizationSchema};
    ///
    /// let export = r#"{
    ///     "synchronizationRules": [{"name": "USER_OUTBOUND_USER", "objectMappings": [{
    ///         "sourceObjectName": "User",
    ///         "scope": {"groups": [{"name": "Staff", "clauses": [{
    ///             "operatorName": "IS NOT NULL", "sourceOperandName": "employeeId", "targetOperand": {"values": []}
    ///         }]}]},
    ///         "attributeMappings": [{"targetAttributeName": "userName", "source": {"expression": "[mail]"}}]
    ///     }]}],
    ///     "directories": [{"name": "Peakon", "objects": [{"name": "User", "attributes": [{"name": "userName"}]}]}]
    /// }"#;
    /// let mut schema = SynchronizationSchema::from_json(export)?;
    /// let (rule, users): (&SynchronizationRule, &ObjectMapping) = schema.object_mapping("User").ok_or("users are mapped")?;
    /// assert_eq!(rule.name.value().map(String::as_str), Some("USER_OUTBOUND_USER"));
    /// let mappings: &[AttributeMapping] = users.attribute_mappings.value().ok_or("attributes are mapped")?;
    /// assert_eq!(mappings[0].target_attribute_name, Presence::from("userName".to_owned()));
    ///
    /// schema.version = Presence::Null;
    /// assert!(schema.to_json()?.contains(r#""version": null"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    SynchronizationSchema {
        /// The identifier.
        id: String,
        /// Changes with each save.
        version: String,
        /// The job.
        provisioning_task_identifier: String,
        /// How objects are mapped.
        synchronization_rules: Vec<SynchronizationRule>,
        /// What objects and attributes there are.
        directories: Vec<DirectoryDefinition>,
    }
}

resource! {
    /// How the objects of one directory become those of another.
    ///
    /// See the example of [`SynchronizationSchema`].
    SynchronizationRule {
        /// The identifier.
        id: String,
        /// Such as `USER_OUTBOUND_USER`.
        name: String,
        /// Whether it may be changed.
        editable: bool,
        /// Lower ones go first.
        priority: i64,
        /// The name of the source's directory definition.
        source_directory_name: String,
        /// The name of the target's directory definition.
        target_directory_name: String,
        /// The mappings, one for a type of object.
        object_mappings: Vec<ObjectMapping>,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// How the objects of one type are mapped.
    ///
    /// See the example of [`SynchronizationSchema`].
    ObjectMapping {
        /// Whether it is in use.
        enabled: bool,
        /// What people call it.
        name: String,
        /// The type in the source.
        source_object_name: String,
        /// The type in the target.
        target_object_name: String,
        /// Any of `Add`, `Update`, `Delete`, with commas.
        flow_types: String,
        /// Which objects are mapped.
        scope: Filter,
        /// One for a target attribute.
        attribute_mappings: Vec<AttributeMapping>,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// Where a target attribute gets its value from.
    ///
    /// See the example of [`SynchronizationSchema`].
    AttributeMapping {
        /// The path of the target attribute.
        target_attribute_name: String,
        /// Where the value comes from; null for none.
        source: AttributeMappingSource,
        /// The value for new objects without one.
        default_value: String,
        /// 0 for no matching, otherwise the precedence.
        matching_priority: u32,
        /// `Always`, `ObjectAddOnly`, …
        flow_type: String,
        /// `FlowWhenChanged` or `FlowAlways`.
        flow_behavior: String,
        /// Whether references to objects out of scope are sent.
        export_missing_references: bool,
    }
}

resource! {
    /// An attribute, a constant or a function.
    ///
    /// See the example of [`SynchronizationSchema`].
    AttributeMappingSource {
        /// The text, which decides.
        expression: String,
        /// The attribute, the constant or the function.
        name: String,
        /// `Attribute`, `Constant` or `Function`.
        r#type: String,
        /// The arguments of the function.
        parameters: Vec<SourceParameter>,
    }
}

resource! {
    /// An argument of a function.
    ///
    /// See the example of [`SynchronizationSchema`].
    SourceParameter {
        /// The name of the parameter.
        key: String,
        /// The argument.
        value: AttributeMappingSource,
    }
}

resource! {
    /// A scoping filter.
    ///
    /// See the example of [`SynchronizationSchema`].
    Filter {
        /// An object is in scope when it passes one of them, or when there is none.
        groups: Vec<FilterGroup>,
        /// Objects that pass none of these are ignored.
        input_filter_groups: Vec<FilterGroup>,
        /// Of no use in mappings.
        category_filter_groups: Vec<FilterGroup>,
    }
}

resource! {
    /// Clauses that must all be true.
    ///
    /// See the example of [`SynchronizationSchema`].
    FilterGroup {
        /// What people call it.
        name: String,
        /// The clauses.
        clauses: Vec<FilterClause>,
    }
}

resource! {
    /// One condition.
    ///
    /// See the example of [`SynchronizationSchema`].
    FilterClause {
        /// Such as `EQUALS`.
        operator_name: String,
        /// The source attribute.
        source_operand_name: String,
        /// What it is compared with.
        target_operand: FilterOperand,
    }
}

resource! {
    /// The right side of a condition.
    ///
    /// See the example of [`SynchronizationSchema`].
    FilterOperand {
        /// The values.
        values: Vec<String>,
    }
}

resource! {
    /// A setting by name.
    ///
    /// See the example of [`SynchronizationSchema`].
    MetadataEntry {
        /// The name.
        key: String,
        /// The setting.
        value: String,
    }
}

resource! {
    /// The objects of one directory.
    ///
    /// See the example of [`SynchronizationSchema`].
    DirectoryDefinition {
        /// The identifier.
        id: String,
        /// The name that rules use.
        name: String,
        /// The types of objects.
        objects: Vec<ObjectDefinition>,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// A type of objects.
    ///
    /// See the example of [`SynchronizationSchema`].
    ObjectDefinition {
        /// The name that mappings use.
        name: String,
        /// The attributes.
        attributes: Vec<AttributeDefinition>,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// An attribute of a type of objects.
    ///
    /// See the example of [`SynchronizationSchema`].
    AttributeDefinition {
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
        /// The value when there is none.
        default_value: String,
        /// Whether nulls are sent.
        flow_null_values: bool,
        /// What a reference refers to.
        referenced_objects: Vec<ReferencedObject>,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// What a reference refers to.
    ///
    /// See the example of [`SynchronizationSchema`].
    ReferencedObject {
        /// The type of object.
        referenced_object_name: String,
        /// Not supported by Entra.
        referenced_property: String,
    }
}
