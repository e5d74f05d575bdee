//! One rule made in code.

use crate::mapping::import::REFERENCED_PROPERTY;
use crate::rule::{Apply, DataType};
use crate::synchronization_schema::{
    AttributeDefinition, AttributeMapping, AttributeMappingSource, MetadataEntry, Presence,
    ReferencedObject, ScalarValue,
};

/// Makes one rule of a mapping in code; what is wrong with it is told by
/// [`MappingBuilder::build`](crate::MappingBuilder::build).
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
    pub(super) mapping: AttributeMapping,
    pub(super) definition: AttributeDefinition,
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
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder, RuleSource};
    ///
    /// let mapping = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build()?;
    /// assert_eq!(mapping.rules()[0].source, RuleSource::Direct("mail".to_owned()));
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn direct(attribute: impl Into<String>, target: impl Into<String>) -> Self {
        Self::new(Some(("Attribute", attribute.into())), target)
    }

    /// The same text for everybody.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::constant("NO", "locale"))
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].row().source, "\"NO\"");
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn constant(text: impl Into<String>, target: impl Into<String>) -> Self {
        Self::new(Some(("Constant", text.into())), target)
    }

    /// A computed value.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::expression("ToLower([mail])", "userName").matching(1))
    ///     .build()?;
    /// assert_eq!(mapping.rules()[0].row().kind, "Expression");
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn expression(text: impl Into<String>, target: impl Into<String>) -> Self {
        Self::new(Some(("Function", text.into())), target)
    }

    /// Nothing but a default value.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::none("userType").default_value("Employee"))
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].row().kind, "None");
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn none(target: impl Into<String>) -> Self {
        Self::new(None, target)
    }

    /// "Default value if null": for new objects.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("jobTitle", "title").default_value("Member"))
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].default_value.as_deref(), Some("Member"));
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn default_value(mut self, text: impl Into<String>) -> Self {
        self.mapping.default_value = Presence::Set(ScalarValue::from(text.into()));
        self
    }

    /// "Match objects using this attribute", with its precedence from 1.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("userPrincipalName", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("objectId", "externalId").matching(2))
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].matching_priority, 2);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn matching(mut self, precedence: u32) -> Self {
        self.mapping.matching_priority = Presence::Set(precedence.into());
        self
    }

    /// "Apply this mapping: only during object creation".
    ///
    /// ```
    /// use scim_mapping::{Apply, Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1).only_during_creation())
    ///     .build()?;
    /// assert_eq!(mapping.rules()[0].apply, Apply::OnCreate);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
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
    ///
    /// ```
    /// use scim_mapping::{FlowBehavior, Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1).sent_always())
    ///     .build()?;
    /// assert_eq!(mapping.rules()[0].flow_behavior, FlowBehavior::Always);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn sent_always(mut self) -> Self {
        self.mapping.flow_behavior = Presence::Set("FlowAlways".to_owned());
        self
    }

    /// Removes the target's value when the rule yields null.
    ///
    /// ```
    /// use scim_mapping::{Mapping, NullValues, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("jobTitle", "title").remove_when_null())
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].null_values, NullValues::Remove);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
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
    ///
    /// ```
    /// use scim_mapping::{DataType, Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("accountEnabled", "active").data_type(DataType::Boolean))
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].data_type, DataType::Boolean);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn data_type(mut self, data_type: DataType) -> Self {
        self.definition.r#type = Presence::Set(data_type.as_str().to_owned());
        self
    }

    /// The target attribute has many values.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("proxyAddresses", "entitlements").multi_valued())
    ///     .build()?;
    /// assert!(mapping.rules()[1].multi_valued);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn multi_valued(mut self) -> Self {
        self.definition.multivalued = Presence::Set(true);
        self
    }

    /// The target attribute distinguishes small and capital letters.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("objectId", "externalId").matching(1).case_exact())
    ///     .build()?;
    /// assert!(mapping.rules()[0].case_exact);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn case_exact(mut self) -> Self {
        self.definition.case_exact = Presence::Set(true);
        self
    }

    /// The value refers to an object of that type, by the name that the target's object definition has; once for each type.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("manager", manager).reference_to("User").reference_to("Contact"))
    ///     .build()?;
    /// assert_eq!(mapping.rules()[1].referenced_objects, ["User", "Contact"]);
    /// # Ok::<(), scim_mapping::MappingErrors>(())
    /// ```
    pub fn reference_to(mut self, object: impl Into<String>) -> Self {
        let object = ReferencedObject {
            referenced_object_name: Presence::Set(object.into()),
            ..ReferencedObject::default()
        };
        let mut objects = self
            .definition
            .referenced_objects
            .value()
            .cloned()
            .unwrap_or_default();
        objects.push(object);
        self.definition.referenced_objects = Presence::Set(objects);
        self
    }

    /// By which of its values a reference names an object, where that is neither the id nor, for a text, the e-mail address.
    ///
    /// ```
    /// use scim_mapping::{Mapping, RuleBuilder};
    ///
    /// let mentor = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Mentor";
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("manager", mentor).reference_to("User").referenced_property("userName"))
    ///     .build()?;
    /// let rule = &mapping.rules()[1];
    /// assert_eq!(rule.referenced_property, Some("userName".parse()?));
    ///
    /// // It is kept in an export, and in a rule that is stored.
    /// assert_eq!(Mapping::from_object_mapping(&mapping.to_schema(), "User")?, mapping);
    /// assert_eq!(serde_json::from_str::<scim_mapping::Rule>(&serde_json::to_string(rule)?)?, *rule);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn referenced_property(mut self, path: impl Into<String>) -> Self {
        let path: String = path.into();
        self.definition.metadata = Presence::Set(vec![MetadataEntry {
            key: Presence::Set(REFERENCED_PROPERTY.to_owned()),
            value: Presence::Set(path.into()),
            ..MetadataEntry::default()
        }]);
        self
    }
}
