//! One row of the mapping table.

use std::fmt;

use scim_core::scim_filter::PatchPath;

use crate::expression::{Expression, Function, Node};

/// Where one target attribute gets its value from, and when.
///
/// ```
/// use scim_mapping::{Mapping, SynchronizationSchema};
///
/// # let text = include_str!("../tests/cases/schema/peakon.json");
/// let mapping = Mapping::from_object_mapping(&SynchronizationSchema::from_json(text)?, "User")?;
/// let row = mapping.rules()[0].row();
/// assert_eq!((row.source.as_str(), row.target.as_str()), ("[userPrincipalName]", "userName"));
/// assert_eq!((row.kind, row.matching.as_str(), row.apply), ("Direct", "1", "Always"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
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
}

/// Where a rule's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Which objects a rule applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the portal knows these two")]
pub enum Apply {
    /// New and existing ones.
    Always,
    /// New ones only.
    OnCreate,
}

/// Whether an unchanged value is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "Graph's reference knows these two")]
pub enum FlowBehavior {
    /// Only a value that differs from the target's.
    WhenChanged,
    /// With every update, changed or not; an update is sent for it alone as well.
    Always,
}

/// The kinds of values of Graph's attribute definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DataType {
    /// A text.
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
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [
            ("String", Self::String),
            ("Boolean", Self::Boolean),
            ("Integer", Self::Integer),
            ("DateTime", Self::DateTime),
            ("Reference", Self::Reference),
            ("Binary", Self::Binary),
        ]
        .into_iter()
        .find_map(|(known, data_type)| known.eq_ignore_ascii_case(name).then_some(data_type))
    }
}

/// A rule as a row of a table for people.
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
    /// `Always` or `Only during creation`.
    pub apply: &'static str,
}

impl Rule {
    /// A rule that always applies to a target attribute of type string.
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
        }
    }

    /// The rule as a row of a table.
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
            },
        }
    }

    /// The source attributes that the rule reads.
    #[must_use]
    pub fn source_attributes(&self) -> Vec<&str> {
        match &self.source {
            RuleSource::Direct(name) => vec![name],
            RuleSource::Expression(expression) => expression.attributes(),
            RuleSource::Constant(_) | RuleSource::None => Vec::new(),
        }
    }

    /// Whether logs must not show the value: the expression calls `Redact`, or the target is a password.
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
