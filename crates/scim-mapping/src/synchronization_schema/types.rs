//! The resources of a schema, from the schema itself to the clause of a scoping filter.

use super::definitions::{DirectoryDefinition, MetadataEntry};
use super::resource::resource;
use super::{Presence, ScalarValue};

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
    SynchronizationSchema("synchronizationSchema") {
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
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    SynchronizationRule("synchronizationRule") {
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
        /// The containers, such as organisational units, whose objects are in scope.
        container_filter: ContainerFilter,
        /// The groups whose members are in scope.
        group_filter: GroupFilter,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
    }
}

resource! {
    /// The containers whose objects are in scope.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    ContainerFilter("containerFilter") {
        /// Their identifiers.
        included_containers: Vec<String>,
    }
}

resource! {
    /// The groups whose members are in scope.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    GroupFilter("groupFilter") {
        /// Their identifiers.
        included_groups: Vec<String>,
    }
}

resource! {
    /// How the objects of one type are mapped.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    ObjectMapping("objectMapping") {
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
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    AttributeMapping("attributeMapping") {
        /// The path of the target attribute.
        target_attribute_name: String,
        /// Where the value comes from; null for none.
        source: AttributeMappingSource,
        /// The value for new objects without one.
        default_value: ScalarValue,
        /// 0 for no matching, otherwise the precedence.
        matching_priority: i64,
        /// `Always`, `ObjectAddOnly`, `MultiValueAddOnly`, `ValueAddOnly` or `AttributeAddOnly`.
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
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    AttributeMappingSource("attributeMappingSource") {
        /// The text, which decides.
        expression: String,
        /// The attribute, the constant or the function.
        name: ScalarValue,
        /// `Attribute`, `Constant` or `Function`.
        r#type: String,
        /// The arguments of the function.
        parameters: Vec<SourceParameter>,
    }
}

resource! {
    /// An argument of a function.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    SourceParameter("stringKeyAttributeMappingSourceValuePair") {
        /// The name of the parameter.
        key: String,
        /// The argument.
        value: AttributeMappingSource,
    }
}

resource! {
    /// A scoping filter.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    Filter("filter") {
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
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    FilterGroup("filterGroup") {
        /// What people call it.
        name: String,
        /// The clauses.
        clauses: Vec<FilterClause>,
    }
}

resource! {
    /// One condition.
    ///
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    FilterClause("filterClause") {
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
    /// See the example of [`SynchronizationSchema`](crate::SynchronizationSchema).
    FilterOperand("filterOperand") {
        /// The values.
        values: Vec<ScalarValue>,
    }
}
