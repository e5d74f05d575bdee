//! From rules to Graph's `synchronizationSchema`.

use std::collections::BTreeMap;

use super::import::REFERENCED_PROPERTY;
use super::{FlowTypes, Mapping, source_tree};
use crate::expression::ValueType;
use crate::rule::{DataType, FlowBehavior, MissingReferences, NullValues, Rule};
use crate::synchronization_schema::{
    AttributeDefinition, AttributeMapping, DirectoryDefinition, Filter, MetadataEntry,
    ObjectDefinition, ObjectMapping, Presence, ReferencedObject, ScalarValue, SynchronizationRule,
    SynchronizationSchema,
};

impl Mapping {
    /// The mapping as a schema of Graph, with the attribute lists that its rules need.
    ///
    /// [`Mapping::from_object_mapping`] reads an equal mapping from it. Two things have no place in a schema: the dialect
    /// of PATCH requests, and warnings of an import.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "urn:ietf:params:scim:schemas:core:2.0:User")
    ///     .rule(RuleBuilder::direct("userPrincipalName", "userName").matching(1))
    ///     .rule(RuleBuilder::expression("Append([mailNickname], \"-eu\")", "externalId"))
    ///     .build()?;
    /// let schema = mapping.to_schema();
    /// assert_eq!(Mapping::from_object_mapping(&schema, "User")?, mapping);
    ///
    /// let written = serde_json::to_value(&schema)?;
    /// let source = &written["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][1]["source"];
    /// assert_eq!(source["name"], "Append");
    /// assert_eq!(source["parameters"][1]["key"], "suffix");
    /// assert_eq!(source["parameters"][1]["value"]["expression"], "\"-eu\"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_schema(&self) -> SynchronizationSchema {
        let names = &self.names;
        let or = |name: &str, otherwise: &str| {
            let name = if name.is_empty() { otherwise } else { name };
            name.to_owned()
        };
        let source_directory = or(&names.source_directory, "Source");
        let target_directory = or(&names.target_directory, "Target");
        let source_object = or(&names.source_object, "User");
        let target_object = or(&names.target_object, scim_core::urn::USER);
        let mapping = ObjectMapping {
            enabled: Presence::Set(!names.is_out_of_use),
            name: Presence::Set(names.mapping.clone()),
            source_object_name: Presence::Set(source_object.clone()),
            target_object_name: Presence::Set(target_object.clone()),
            flow_types: Presence::Set(flow_types(self.flow_types)),
            scope: Presence::Set(Filter {
                groups: Presence::Set(self.scope.to_groups()),
                input_filter_groups: Presence::Set(self.input.to_groups()),
                category_filter_groups: Presence::Set(Vec::new()),
                ..Filter::default()
            }),
            attribute_mappings: Presence::Set(self.rules.iter().map(attribute_mapping).collect()),
            metadata: Presence::Set(names.metadata.clone()),
            ..ObjectMapping::default()
        };
        SynchronizationSchema {
            synchronization_rules: Presence::Set(vec![SynchronizationRule {
                name: Presence::Set("USER_OUTBOUND_USER".to_owned()),
                editable: Presence::Set(true),
                priority: Presence::Set(1),
                source_directory_name: Presence::Set(source_directory.clone()),
                target_directory_name: Presence::Set(target_directory.clone()),
                object_mappings: Presence::Set(vec![mapping]),
                metadata: Presence::Set(Vec::new()),
                ..SynchronizationRule::default()
            }]),
            directories: Presence::Set(vec![
                directory(source_directory, source_object, self.source_definitions()),
                directory(
                    target_directory,
                    target_object,
                    self.rules.iter().map(target_definition).collect(),
                ),
            ]),
            ..SynchronizationSchema::default()
        }
    }

    /// The source attributes that rules and filters use, in order of appearance.
    fn attributes_of_use(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        let filters = self.input.attributes().chain(self.scope.attributes());
        let rules = self.rules.iter().flat_map(Rule::source_attributes);
        for name in rules.chain(filters) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The types of those attributes that are not one text.
    pub(super) fn types_of_use(
        &self,
        type_of: impl Fn(&str) -> Option<ValueType>,
    ) -> BTreeMap<String, ValueType> {
        let names = self.attributes_of_use().into_iter();
        let typed = names.filter_map(|name| Some((name.to_owned(), type_of(name)?)));
        let usual = ValueType::single(DataType::String);
        typed
            .filter(|(_, value_type)| *value_type != usual)
            .collect()
    }

    fn source_definitions(&self) -> Vec<AttributeDefinition> {
        let definition = |name: &str| {
            let usual = ValueType::single(DataType::String);
            let value_type = self.names.source_types.get(name).copied().unwrap_or(usual);
            AttributeDefinition {
                name: Presence::Set(name.to_owned()),
                r#type: Presence::Set(value_type.data_type.as_str().to_owned()),
                multivalued: Presence::Set(value_type.multi_valued),
                ..AttributeDefinition::default()
            }
        };
        self.attributes_of_use()
            .into_iter()
            .map(definition)
            .collect()
    }
}

fn directory(
    name: String,
    object: String,
    attributes: Vec<AttributeDefinition>,
) -> DirectoryDefinition {
    DirectoryDefinition {
        name: Presence::Set(name),
        objects: Presence::Set(vec![ObjectDefinition {
            name: Presence::Set(object),
            attributes: Presence::Set(attributes),
            metadata: Presence::Set(Vec::new()),
            ..ObjectDefinition::default()
        }]),
        metadata: Presence::Set(Vec::new()),
        ..DirectoryDefinition::default()
    }
}

pub(super) fn flow_types(types: FlowTypes) -> String {
    let names = [
        ("Add", types.add),
        ("Update", types.update),
        ("Delete", types.delete),
    ];
    let given: Vec<&str> = names
        .into_iter()
        .filter_map(|(name, is_given)| is_given.then_some(name))
        .collect();
    if given.is_empty() {
        "None".to_owned()
    } else {
        given.join(", ")
    }
}

fn attribute_mapping(rule: &Rule) -> AttributeMapping {
    AttributeMapping {
        target_attribute_name: Presence::Set(rule.target.to_string()),
        source: source_tree::write(&rule.source).map_or(Presence::Null, Presence::Set),
        default_value: rule.default_value.clone().map_or(Presence::Null, |text| {
            Presence::Set(ScalarValue::from(text))
        }),
        matching_priority: Presence::Set(rule.matching_priority.into()),
        flow_type: Presence::Set(rule.apply.as_str().to_owned()),
        flow_behavior: Presence::Set(
            match rule.flow_behavior {
                FlowBehavior::WhenChanged => "FlowWhenChanged",
                FlowBehavior::Always => "FlowAlways",
            }
            .to_owned(),
        ),
        export_missing_references: Presence::Set(
            rule.missing_references == MissingReferences::Send,
        ),
        ..AttributeMapping::default()
    }
}

fn target_definition(rule: &Rule) -> AttributeDefinition {
    let objects = rule.referenced_objects.iter().map(|name| ReferencedObject {
        referenced_object_name: Presence::Set(name.clone()),
        referenced_property: Presence::Null,
        ..ReferencedObject::default()
    });
    let property = rule
        .referenced_property
        .iter()
        .map(|property| MetadataEntry {
            key: Presence::Set(REFERENCED_PROPERTY.to_owned()),
            value: Presence::Set(property.to_string().into()),
            ..MetadataEntry::default()
        });
    AttributeDefinition {
        name: Presence::Set(rule.target.to_string()),
        r#type: Presence::Set(rule.data_type.as_str().to_owned()),
        anchor: Presence::Set(false),
        multivalued: Presence::Set(rule.multi_valued),
        required: Presence::Set(false),
        case_exact: Presence::Set(rule.case_exact),
        mutability: Presence::Set("ReadWrite".to_owned()),
        flow_null_values: Presence::Set(rule.null_values == NullValues::Remove),
        referenced_objects: Presence::Set(objects.collect()),
        metadata: Some(property.collect())
            .filter(|entries: &Vec<_>| !entries.is_empty())
            .map_or(Presence::Absent, Presence::Set),
        ..AttributeDefinition::default()
    }
}
