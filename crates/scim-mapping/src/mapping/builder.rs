//! Mappings made in code.

mod rule;

use std::collections::BTreeMap;

use scim_core::schema::RegisteredResourceType;

pub use rule::RuleBuilder;

use super::{FlowTypes, Mapping, MappingErrors, Names, import};
use crate::expression::ValueType;
use crate::scoping::ScopingOperator;
use crate::synchronization_schema::{
    DirectoryDefinition, Filter, FilterClause, FilterGroup, FilterOperand, MetadataEntry,
    ObjectDefinition, ObjectMapping, Presence, ScalarValue, SynchronizationRule,
    SynchronizationSchema,
};

/// Makes a [`Mapping`] in code, and reports everything that is wrong with it at the end.
///
/// ```
/// use scim_mapping::{Mapping, RuleBuilder, ScopingOperator};
///
/// let mapping = Mapping::builder("User", "urn:ietf:params:scim:schemas:core:2.0:User")
///     .rule(RuleBuilder::direct("userPrincipalName", "userName").matching(1))
///     .rule(RuleBuilder::constant("NO", "locale").only_during_creation())
///     .rule(RuleBuilder::none("userType").default_value("Employee"))
///     .scope("staff", [("employeeId", ScopingOperator::IsNotNull, None)])
///     .build()?;
/// assert_eq!(mapping.rules().len(), 3);
///
/// let errors = Mapping::builder("User", "")
///     .rule(RuleBuilder::expression("ToLowr([mail])", "userName").matching(1))
///     .rule(RuleBuilder::direct("mail", "emails[type").matching(1))
///     .build()
///     .unwrap_err();
/// assert_eq!(errors.problems().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct MappingBuilder {
    mapping: ObjectMapping,
    rules: Vec<RuleBuilder>,
    filter: Filter,
    source: String,
    target: String,
    source_types: BTreeMap<String, ValueType>,
}

impl Mapping {
    /// Begins a mapping from objects of the source to objects of the target, by the names that a schema has for them.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let users = Mapping::builder("User", "urn:ietf:params:scim:schemas:core:2.0:User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .build()?;
    /// assert_eq!(users.rules()[0].matching_priority, 1);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn builder(
        source_object: impl Into<String>,
        target_object: impl Into<String>,
    ) -> MappingBuilder {
        MappingBuilder {
            mapping: ObjectMapping {
                source_object_name: Presence::Set(source_object.into()),
                target_object_name: Presence::Set(target_object.into()),
                ..ObjectMapping::default()
            },
            rules: Vec::new(),
            filter: Filter::default(),
            source: "Source".to_owned(),
            target: "Target".to_owned(),
            source_types: BTreeMap::new(),
        }
    }
}

impl MappingBuilder {
    /// What people call the mapping.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .name("Provision Microsoft Entra ID Users")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .build()?;
    /// assert_eq!(mapping.name(), "Provision Microsoft Entra ID Users");
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.mapping.name = Presence::Set(name.into());
        self
    }

    /// Adds a rule.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("jobTitle", "title"))
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].target.to_string(), "title");
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn rule(mut self, rule: RuleBuilder) -> Self {
        self.rules.push(rule);
        self
    }

    /// What may be done to target objects; everything if this is not said.
    ///
    /// ```
    /// use scim_mapping::{FlowTypes, Mapping, RuleBuilder};
    ///
    /// let no_deletions = FlowTypes { add: true, update: true, delete: false };
    /// let mapping = Mapping::builder("User", "User")
    ///     .flow_types(no_deletions)
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .build()?;
    /// assert_eq!(mapping.flow_types(), no_deletions);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn flow_types(mut self, types: FlowTypes) -> Self {
        self.mapping.flow_types = Presence::Set(super::export::flow_types(types));
        self
    }

    /// Adds a group of clauses, all of which must be true; one group that is true is enough.
    ///
    /// ```
    /// use scim_mapping::{Mapping, Record, RuleBuilder, ScopingOperator};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .scope("staff", [("employeeId", ScopingOperator::IsNotNull, None)])
    ///     .scope("Norwegians", [("country", ScopingOperator::Equals, Some("NO"))])
    ///     .build()?;
    /// assert!(mapping.in_scope(&Record::default().with("country", "NO"))?);
    /// assert!(!mapping.in_scope(&Record::default().with("country", "DK"))?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scope<'clause>(
        mut self,
        group: impl Into<String>,
        clauses: impl IntoIterator<Item = (&'clause str, ScopingOperator, Option<&'clause str>)>,
    ) -> Self {
        let clauses = clauses
            .into_iter()
            .map(|(attribute, operator, operand)| FilterClause {
                source_operand_name: Presence::Set(attribute.to_owned()),
                operator_name: Presence::Set(operator.to_string()),
                target_operand: Presence::Set(FilterOperand {
                    values: Presence::Set(operand.map(ScalarValue::from).into_iter().collect()),
                    ..FilterOperand::default()
                }),
                ..FilterClause::default()
            });
        let group = FilterGroup {
            name: Presence::Set(group.into()),
            clauses: Presence::Set(clauses.collect()),
            ..FilterGroup::default()
        };
        let mut groups = self.filter.groups.value().cloned().unwrap_or_default();
        groups.push(group);
        self.filter.groups = Presence::Set(groups);
        self
    }

    /// Names the directories, as a schema calls them; `Source` and `Target` if this is not said.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .directories("Microsoft Entra ID", "Peakon")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .build()?;
    /// assert!(mapping.to_schema().object_definition("Peakon", "User").is_some());
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn directories(mut self, source: impl Into<String>, target: impl Into<String>) -> Self {
        (self.source, self.target) = (source.into(), target.into());
        self
    }

    /// The type of an attribute of the source, for the schema and its check; one text if this is not said.
    ///
    /// ```
    /// use scim_mapping::{DataType, Mapping, RuleBuilder, ValueType};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .source_attribute("accountEnabled", ValueType::single(DataType::Boolean))
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("accountEnabled", "active"))
    ///     .build()?;
    /// let schema = mapping.to_schema();
    /// let users = schema.object_definition("Source", "User").and_then(|users| users.attribute("accountEnabled"));
    /// assert_eq!(users.and_then(|enabled| enabled.r#type.value()).map(String::as_str), Some("Boolean"));
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn source_attribute(mut self, name: impl Into<String>, value_type: ValueType) -> Self {
        self.source_types.insert(name.into(), value_type);
        self
    }

    /// A further setting of the object mapping, which is kept for the schema. Graph's are texts, some with JSON in them.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .metadata("EscrowBehavior", "\"Default\"")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .build()?;
    /// let schema = serde_json::to_value(mapping.to_schema())?;
    /// let metadata = &schema["synchronizationRules"][0]["objectMappings"][0]["metadata"];
    /// assert_eq!(*metadata, serde_json::json!([{"key": "EscrowBehavior", "value": "\"Default\""}]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let entry = MetadataEntry {
            key: Presence::Set(key.into()),
            value: Presence::Set(serde_json::Value::String(value.into())),
            ..MetadataEntry::default()
        };
        let mut metadata = self.mapping.metadata.value().cloned().unwrap_or_default();
        metadata.push(entry);
        self.mapping.metadata = Presence::Set(metadata);
        self
    }

    /// Checks the rules and makes the mapping.
    ///
    /// # Errors
    ///
    /// All problems at once.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let errors = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName")).build().unwrap_err();
    /// assert_eq!(errors.problems()[0].message, "no rule matches objects");
    /// ```
    pub fn build(self) -> Result<Mapping, MappingErrors> {
        self.finish(None)
    }

    /// The same, and takes the types of the target attributes from what the target offers.
    ///
    /// # Errors
    ///
    /// All problems at once, among them target attributes that the target does not have.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_mapping::{DataType, Mapping, RuleBuilder};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("accountEnabled", "active"))
    ///     .build_for(users)?;
    /// assert_eq!(mapping.rules()[1].data_type, DataType::Boolean);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn build_for(self, target: &RegisteredResourceType) -> Result<Mapping, MappingErrors> {
        self.finish(Some(target))
    }

    fn finish(self, target: Option<&RegisteredResourceType>) -> Result<Mapping, MappingErrors> {
        let source_object = self.mapping.source_object_name.clone();
        let target_object = self.mapping.target_object_name.clone();
        let (mappings, definitions): (Vec<_>, Vec<_>) = self
            .rules
            .into_iter()
            .map(|rule| (rule.mapping, rule.definition))
            .unzip();
        let mapping = ObjectMapping {
            attribute_mappings: Presence::Set(mappings),
            scope: Presence::Set(self.filter),
            ..self.mapping
        };
        let schema = SynchronizationSchema {
            synchronization_rules: Presence::Set(vec![SynchronizationRule {
                source_directory_name: Presence::Set(self.source),
                target_directory_name: Presence::Set(self.target.clone()),
                object_mappings: Presence::Set(vec![mapping]),
                ..SynchronizationRule::default()
            }]),
            directories: Presence::Set(vec![DirectoryDefinition {
                name: Presence::Set(self.target),
                objects: Presence::Set(vec![ObjectDefinition {
                    name: target_object,
                    attributes: Presence::Set(definitions),
                    ..ObjectDefinition::default()
                }]),
                ..DirectoryDefinition::default()
            }]),
            ..SynchronizationSchema::default()
        };
        let source_object = source_object.value().map(String::as_str);
        let mapping = import::read(&schema, source_object.unwrap_or_default(), target).usable()?;
        let source_types = mapping.types_of_use(|name| self.source_types.get(name).copied());
        let names = Names {
            source_types,
            ..mapping.names.as_ref().clone()
        };
        Ok(Mapping {
            names: names.into(),
            ..mapping
        })
    }
}
