//! One row of the mapping table.

mod apply;
mod wire;

use std::fmt;

use serde::{Deserialize, Serialize};

use scim_core::scim_filter::PatchPath;

pub use apply::{Apply, MissingReferences, ValueChange};

use crate::expression::{Expression, Function, Node};

/// Where one target attribute gets its value from, and when.
///
/// ```
/// use scim_mapping::{Mapping, SynchronizationSchema};
///
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/schema/peakon.json"));
/// let mapping = Mapping::from_object_mapping(&SynchronizationSchema::from_json(text)?, "User")?;
/// let row = mapping.rules()[0].row();
/// assert_eq!((row.source.as_str(), row.target.as_str()), ("[userPrincipalName]", "userName"));
/// assert_eq!((row.kind, row.matching.as_str(), row.apply), ("Direct", "1", "Always"));
///
/// // A rule is a value that can be stored.
/// let stored = serde_json::to_string(&mapping.rules()[0])?;
/// assert_eq!(serde_json::from_str::<scim_mapping::Rule>(&stored)?, mapping.rules()[0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "wire::Wire", into = "wire::Wire")]
#[non_exhaustive]
pub struct Rule {
    /// Where the value comes from.
    pub source: RuleSource,
    /// Where it goes.
    pub target: PatchPath,
    /// The value for new objects without one.
    pub default_value: Option<String>,
    /// 0 when the attribute does not match objects, otherwise its precedence from 1.
    pub matching_priority: u32,
    /// Whether existing objects get the value too.
    pub apply: Apply,
    /// Whether the value is sent when it has not changed.
    pub flow_behavior: FlowBehavior,
    /// What kind of value the target attribute has.
    pub data_type: DataType,
    /// Whether the target attribute has many values.
    pub multi_valued: bool,
    /// Whether the target attribute distinguishes small and capital letters.
    pub case_exact: bool,
    /// Whether the value refers to another object, which must exist before it is sent.
    pub reference: bool,
    /// The types of objects, by the names of the target's object definitions, that a reference may refer to.
    pub referenced_objects: Vec<String>,
    /// By which of its values a reference names an object, as `emails[type eq "work"].value`. Where this is not said, or the
    /// target has no such attribute: a target attribute that is a text of its own takes the e-mail address, as Peakon's
    /// attributes of the kind "employee" do, and every other one the id.
    pub referenced_property: Option<PatchPath>,
    /// What null does to existing objects.
    pub null_values: NullValues,
    /// What happens to a reference to an object that is not in the target.
    pub missing_references: MissingReferences,
}

/// Where a rule's value comes from.
///
/// ```
/// use scim_mapping::RuleSource;
///
/// assert_eq!(RuleSource::Direct("mail".to_owned()).to_string(), "[mail]");
/// assert_eq!(RuleSource::Constant("NO".to_owned()).to_string(), r#""NO""#);
/// assert_eq!(RuleSource::Expression("ToLower([mail])".parse()?).to_string(), "ToLower([mail])");
/// assert_eq!(RuleSource::None.to_string(), "");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "Entra's mapping types are these four"
)]
pub enum RuleSource {
    /// An attribute of the source, as it is.
    Direct(String),
    /// The same text for everybody.
    Constant(String),
    /// A computed value.
    Expression(Expression),
    /// Nothing: new objects get the default value.
    None,
}

impl fmt::Display for RuleSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct(name) => Node::Attribute(name.clone()).fmt(formatter),
            Self::Constant(text) => Node::Text(text.clone()).fmt(formatter),
            Self::Expression(expression) => expression.fmt(formatter),
            Self::None => Ok(()),
        }
    }
}

/// Whether an unchanged value is sent.
///
/// ```
/// use scim_mapping::{FlowBehavior, Mapping, SynchronizationSchema};
///
/// let export = r#"{"synchronizationRules": [{"objectMappings": [{
///     "sourceObjectName": "User",
///     "attributeMappings": [{
///         "targetAttributeName": "userName",
///         "source": {"expression": "[mail]"},
///         "matchingPriority": 1,
///         "flowBehavior": "FlowAlways"
///     }]
/// }]}]}"#;
/// let mapping = Mapping::from_object_mapping(&SynchronizationSchema::from_json(export)?, "User")?;
/// assert_eq!(mapping.rules()[0].flow_behavior, FlowBehavior::Always);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "Graph's reference knows these two")]
pub enum FlowBehavior {
    /// Only a value that differs from the target's.
    #[default]
    #[serde(rename = "FlowWhenChanged")]
    WhenChanged,
    /// With every update, changed or not; an update is sent for it alone as well.
    #[serde(rename = "FlowAlways")]
    Always,
}

/// What a rule that yields null does to an existing object (`flowNullValues` of the target attribute's definition).
///
/// `IgnoreFlowIfNullOrEmpty` leaves the value in either case.
///
/// ```
/// use scim_mapping::{Environment, Mapping, NullValues, Occasion, Record, Rule, RuleSource};
///
/// let mut rule = Rule::new(RuleSource::Direct("jobTitle".to_owned()), "title".parse()?);
/// rule.null_values = NullValues::Remove;
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let attributes = Mapping::new(vec![rule]).evaluate(&Record::default(), &environment, Occasion::Update)?;
/// assert_eq!(attributes.get("title"), Some(&serde_json::Value::Null));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "a value stays or goes")]
pub enum NullValues {
    /// The target keeps what it has: Entra's way with SCIM targets.
    #[default]
    Leave,
    /// The target's value is removed.
    Remove,
}

/// The kinds of values of Graph's attribute definitions.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
/// use scim_mapping::{DataType, Mapping, SynchronizationSchema};
///
/// let export = r#"{"synchronizationRules": [{"objectMappings": [{
///     "sourceObjectName": "User",
///     "attributeMappings": [
///         {"targetAttributeName": "userName", "source": {"expression": "[mail]"}, "matchingPriority": 1},
///         {"targetAttributeName": "active", "source": {"expression": "[accountEnabled]"}}
///     ]
/// }]}]}"#;
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let mapping = Mapping::from_object_mapping_for(&SynchronizationSchema::from_json(export)?, "User", users)?;
/// assert_eq!(mapping.rules()[0].data_type, DataType::String);
/// assert_eq!(mapping.rules()[1].data_type, DataType::Boolean);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DataType {
    /// A text.
    #[default]
    String,
    /// A truth value.
    Boolean,
    /// A whole number.
    Integer,
    /// A date and time.
    DateTime,
    /// Another object.
    Reference,
    /// Bytes in base64.
    Binary,
}

impl DataType {
    /// The name in Graph's attribute definitions.
    ///
    /// ```
    /// assert_eq!(scim_mapping::DataType::DateTime.as_str(), "DateTime");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Boolean => "Boolean",
            Self::Integer => "Integer",
            Self::DateTime => "DateTime",
            Self::Reference => "Reference",
            Self::Binary => "Binary",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [
            Self::String,
            Self::Boolean,
            Self::Integer,
            Self::DateTime,
            Self::Reference,
            Self::Binary,
        ]
        .into_iter()
        .find(|data_type| data_type.as_str().eq_ignore_ascii_case(name))
    }
}

/// A rule as a row of a table for people.
///
/// ```
/// use scim_mapping::{Rule, RuleSource};
///
/// let row = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?).row();
/// assert_eq!((row.source.as_str(), row.target.as_str(), row.kind), ("[mail]", "userName", "Direct"));
/// assert_eq!((row.matching.as_str(), row.apply), ("", "Always"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleRow {
    /// The source as an expression; empty for none.
    pub source: String,
    /// The target path.
    pub target: String,
    /// `Direct`, `Constant`, `Expression` or `None`.
    pub kind: &'static str,
    /// The matching precedence; empty when the attribute does not match.
    pub matching: String,
    /// `Always`, `Only during creation`, or the name of a flow type that the portal does not offer.
    pub apply: &'static str,
}

impl Rule {
    /// A rule that always applies to a target attribute of type string.
    ///
    /// ```
    /// use scim_mapping::{Rule, RuleSource};
    ///
    /// let mut rule = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?);
    /// rule.matching_priority = 1;
    /// assert_eq!(rule.row().matching, "1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(source: RuleSource, target: PatchPath) -> Self {
        Self {
            source,
            target,
            default_value: None,
            matching_priority: 0,
            apply: Apply::Always,
            flow_behavior: FlowBehavior::WhenChanged,
            data_type: DataType::String,
            multi_valued: false,
            case_exact: false,
            reference: false,
            referenced_objects: Vec::new(),
            referenced_property: None,
            null_values: NullValues::Leave,
            missing_references: MissingReferences::Wait,
        }
    }

    /// How the value is brought into an object that exists.
    ///
    /// The flow type decides, and of two functions that differ in nothing else their name:
    /// `AppRoleAssignmentsComplex` adds roles, `AssertiveAppRoleAssignmentsComplex` replaces the list.
    ///
    /// ```
    /// use scim_mapping::{Apply, Rule, RuleSource, ValueChange};
    ///
    /// let change = |expression: &str| -> Result<ValueChange, Box<dyn std::error::Error>> {
    ///     Ok(Rule::new(RuleSource::Expression(expression.parse()?), "roles".parse()?).value_change())
    /// };
    /// assert_eq!(change("AppRoleAssignmentsComplex([appRoleAssignments])")?, ValueChange::Add);
    /// assert_eq!(change("AssertiveAppRoleAssignmentsComplex([appRoleAssignments])")?, ValueChange::Replace);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn value_change(&self) -> ValueChange {
        let adds_roles =
            matches!(&self.source, RuleSource::Expression(expression) if expression.adds_roles());
        match self.apply {
            Apply::OnAttributeAdd => ValueChange::AddIfNone,
            Apply::OnMultiValueAdd | Apply::OnValueAdd => ValueChange::Add,
            Apply::Always | Apply::OnCreate if adds_roles => ValueChange::Add,
            Apply::Always | Apply::OnCreate => ValueChange::Replace,
        }
    }

    /// The rule as a row of a table.
    ///
    /// ```
    /// use scim_mapping::{Rule, RuleSource};
    ///
    /// let rule = Rule::new(RuleSource::Constant("NO".to_owned()), "locale".parse()?);
    /// assert_eq!(rule.row().kind, "Constant");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn row(&self) -> RuleRow {
        RuleRow {
            source: self.source.to_string(),
            target: self.target.to_string(),
            kind: match self.source {
                RuleSource::Direct(_) => "Direct",
                RuleSource::Constant(_) => "Constant",
                RuleSource::Expression(_) => "Expression",
                RuleSource::None => "None",
            },
            matching: Some(self.matching_priority)
                .filter(|priority| *priority > 0)
                .map(|priority| priority.to_string())
                .unwrap_or_default(),
            apply: match self.apply {
                Apply::Always => "Always",
                Apply::OnCreate => "Only during creation",
                other => other.as_str(),
            },
        }
    }

    /// The source attributes that the rule reads.
    ///
    /// ```
    /// use scim_mapping::{Rule, RuleSource};
    ///
    /// let source = RuleSource::Expression(r#"Join(" ", [givenName], [surname])"#.parse()?);
    /// assert_eq!(Rule::new(source, "displayName".parse()?).source_attributes(), ["givenName", "surname"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn source_attributes(&self) -> Vec<&str> {
        match &self.source {
            RuleSource::Direct(name) => vec![name],
            RuleSource::Expression(expression) => expression.attributes(),
            RuleSource::Constant(_) | RuleSource::None => Vec::new(),
        }
    }

    /// Whether logs must not show the value: the expression calls `Redact`, or the target is a password.
    ///
    /// ```
    /// use scim_mapping::{Rule, RuleSource};
    ///
    /// let source = RuleSource::Expression("Redact([nationalId])".parse()?);
    /// assert!(Rule::new(source, "nickName".parse()?).is_redacted());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_redacted(&self) -> bool {
        let calls_redact = matches!(&self.source, RuleSource::Expression(expression) if expression.calls(Function::Redact));
        calls_redact
            || self
                .target
                .to_string()
                .to_ascii_lowercase()
                .contains("password")
    }

    /// Whether the value follows from the object being disabled or out of scope: `active`, as a rule.
    pub(crate) fn is_activity(&self) -> bool {
        self.source_attributes()
            .iter()
            .any(|name| matches!(*name, "IsSoftDeleted" | "accountEnabled"))
    }
}
