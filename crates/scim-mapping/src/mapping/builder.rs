//! Mappings made in code.

use scim_core::schema::RegisteredResourceType;

use super::{FlowTypes, Mapping, MappingErrors, import};
use crate::rule::{Apply, DataType};
use crate::scoping::ScopingOperator;
use crate::synchronization_schema::{
    AttributeDefinition, AttributeMapping, AttributeMappingSource, DirectoryDefinition, Filter,
    FilterClause, FilterGroup, FilterOperand, ObjectDefinition, ObjectMapping, Presence,
    ReferencedObject, ScalarValue, SynchronizationRule, SynchronizationSchema,
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
        }
    }
}

impl MappingBuilder {
    /// What people call the mapping.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.mapping.name = Presence::Set(name.into());
        self
    }

    /// Adds a rule.
    pub fn rule(mut self, rule: RuleBuilder) -> Self {
        self.rules.push(rule);
        self
    }

    /// What may be done to target objects; everything if this is not said.
    pub fn flow_types(mut self, types: FlowTypes) -> Self {
        self.mapping.flow_types = Presence::Set(super::export::flow_types(types));
        self
    }

    /// Adds a group of clauses, all of which must be true; one group that is true is enough.
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

    /// Checks the rules and makes the mapping.
    ///
    /// # Errors
    ///
    /// All problems at once.
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
        const TARGET: &str = "Target";
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
                source_directory_name: Presence::Set("Source".to_owned()),
                target_directory_name: Presence::Set(TARGET.to_owned()),
                object_mappings: Presence::Set(vec![mapping]),
                ..SynchronizationRule::default()
            }]),
            directories: Presence::Set(vec![DirectoryDefinition {
                name: Presence::Set(TARGET.to_owned()),
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
        import::read(&schema, source_object.unwrap_or_default(), target).usable()
    }
}

/// Makes one rule of a mapping in code; what is wrong with it is told by [`MappingBuilder::build`].
///
/// ```
/// use scim_mapping::{DataType, Mapping, RuleBuilder};
///
/// let mapping = Mapping::builder("User", "User")
///     .rule(RuleBuilder::direct("mail", "emails[type eq \"work\"].value").matching(1).case_exact())
///     .rule(RuleBuilder::direct("level", "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Pay Level")
///         .data_type(DataType::Integer)
///         .remove_when_null())
///     .rule(RuleBuilder::direct("manager", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")
///         .reference_to("User"))
///     .build()?;
/// assert_eq!(mapping.rules()[1].data_type, DataType::Integer);
/// assert_eq!(mapping.rules()[2].referenced_objects, ["User"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RuleBuilder {
    mapping: AttributeMapping,
    definition: AttributeDefinition,
}

impl RuleBuilder {
    fn new(source: Option<(&str, String)>, target: impl Into<String>) -> Self {
        let target = target.into();
        let source = source.map(|(kind, text)| {
            let mut source = AttributeMappingSource {
                r#type: Presence::Set(kind.to_owned()),
                ..AttributeMappingSource::default()
            };
            if kind == "Function" {
                source.expression = Presence::Set(text);
                source.r#type = Presence::Absent;
            } else {
                source.name = Presence::Set(text.into());
            }
            source
        });
        Self {
            mapping: AttributeMapping {
                target_attribute_name: Presence::Set(target.clone()),
                source: source.map_or(Presence::Null, Presence::Set),
                ..AttributeMapping::default()
            },
            definition: AttributeDefinition {
                name: Presence::Set(target),
                ..AttributeDefinition::default()
            },
        }
    }

    /// The value of a source attribute, as it is.
    pub fn direct(attribute: impl Into<String>, target: impl Into<String>) -> Self {
        Self::new(Some(("Attribute", attribute.into())), target)
    }

    /// The same text for everybody.
    pub fn constant(text: impl Into<String>, target: impl Into<String>) -> Self {
        Self::new(Some(("Constant", text.into())), target)
    }

    /// A computed value.
    pub fn expression(text: impl Into<String>, target: impl Into<String>) -> Self {
        Self::new(Some(("Function", text.into())), target)
    }

    /// Nothing but a default value.
    pub fn none(target: impl Into<String>) -> Self {
        Self::new(None, target)
    }

    /// "Default value if null": for new objects.
    pub fn default_value(mut self, text: impl Into<String>) -> Self {
        self.mapping.default_value = Presence::Set(ScalarValue::from(text.into()));
        self
    }

    /// "Match objects using this attribute", with its precedence from 1.
    pub fn matching(mut self, precedence: u32) -> Self {
        self.mapping.matching_priority = Presence::Set(precedence.into());
        self
    }

    /// "Apply this mapping: only during object creation".
    pub fn only_during_creation(self) -> Self {
        self.apply(Apply::OnCreate)
    }

    /// What the rule may change in objects that exist.
    ///
    /// ```
    /// use scim_mapping::{Apply, Mapping, RuleBuilder};
    ///
    /// let rule = RuleBuilder::direct("mail", "userName").matching(1).apply(Apply::OnAttributeAdd);
    /// let mapping = Mapping::builder("User", "User").rule(rule).build()?;
    /// assert_eq!(mapping.rules()[0].apply, Apply::OnAttributeAdd);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn apply(mut self, apply: Apply) -> Self {
        self.mapping.flow_type = Presence::Set(apply.as_str().to_owned());
        self
    }

    /// Sends the value with every update, changed or not.
    pub fn sent_always(mut self) -> Self {
        self.mapping.flow_behavior = Presence::Set("FlowAlways".to_owned());
        self
    }

    /// Removes the target's value when the rule yields null.
    pub fn remove_when_null(mut self) -> Self {
        self.definition.flow_null_values = Presence::Set(true);
        self
    }

    /// Sends a reference to an object that is not in the target all the same, as the source has it.
    ///
    /// ```
    /// use scim_mapping::{Mapping, MissingReferences, RuleBuilder};
    ///
    /// let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("manager", manager).send_missing_references())
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].missing_references, MissingReferences::Send);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn send_missing_references(mut self) -> Self {
        self.mapping.export_missing_references = Presence::Set(true);
        self
    }

    /// The type of the target attribute; a text if this is not said.
    pub fn data_type(mut self, data_type: DataType) -> Self {
        self.definition.r#type = Presence::Set(data_type.as_str().to_owned());
        self
    }

    /// The target attribute has many values.
    pub fn multi_valued(mut self) -> Self {
        self.definition.multivalued = Presence::Set(true);
        self
    }

    /// The target attribute distinguishes small and capital letters.
    pub fn case_exact(mut self) -> Self {
        self.definition.case_exact = Presence::Set(true);
        self
    }

    /// The value refers to an object of that type, by the name that the target's object definition has.
    pub fn reference_to(mut self, object: impl Into<String>) -> Self {
        let object = ReferencedObject {
            referenced_object_name: Presence::Set(object.into()),
            ..ReferencedObject::default()
        };
        self.definition.referenced_objects = Presence::Set(vec![object]);
        self
    }
}
