//! Microsoft Entra's attribute mappings, executed: a record of a directory becomes SCIM attributes, and those become the
//! requests that make a target equal to them.
//!
//! | You have | You take |
//! |---|---|
//! | the text of an expression, such as `Join(" ", [givenName], [surname])` | [`Expression`] |
//! | a person or group of the directory | [`Record`] |
//! | an expression, and the types of the attributes on both sides | [`Expression::check`] |
//! | an expression that needs a value which nobody has yet | [`Evaluation`], and for a whole mapping [`MappingEvaluation`] |
//! | an export of Graph's `synchronizationSchema` | [`SynchronizationSchema`], and from it [`Mapping`] |
//! | rules of your own | [`RuleBuilder`] or stored [`Rule`]s, and from them [`Mapping`] |
//! | a mapping that you do not trust | [`SynchronizationSchema::check`] and [`Mapping::check`]: every problem at once |
//! | a question why somebody has a value, or is in scope | [`Mapping::trace`] and [`Mapping::explain_scope`] |
//! | users of Microsoft Graph, CSV or NDJSON | [`source::SourceReader`] |
//! | a SCIM user, and a record of your own to make of it | [`FromScim`] |
//! | a mapping, a directory, and a target that is reached over HTTP | [`provisioning::ProvisioningCycle`] |
//!
//! The chapters of the [`guide`] tell more, with tested examples.
//!
//! Nothing here reads a clock, draws random numbers or talks to a network: the [`Environment`] brings the first two, and
//! the application carries out the steps of [`provisioning`]. The [`guide`] is a short book about all of it.
//!
//! ```
//! use scim_mapping::{Environment, Mapping, Occasion, Record, SynchronizationSchema};
//!
//! let export = r#"{"synchronizationRules": [{"objectMappings": [{
//!     "sourceObjectName": "User",
//!     "attributeMappings": [
//!         {"targetAttributeName": "userName", "source": {"expression": "[userPrincipalName]"}, "matchingPriority": 1},
//!         {"targetAttributeName": "displayName", "source": {"expression": "Join(\" \", [givenName], [surname])"}}
//!     ]
//! }]}]}"#;
//! let mapping = Mapping::from_object_mapping(&SynchronizationSchema::from_json(export)?, "User")?;
//!
//! let ines = Record::default()
//!     .with("userPrincipalName", "ines@fjordlab.example")
//!     .with("givenName", "Ines")
//!     .with("surname", "Okafor");
//! let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
//! let attributes = mapping.evaluate(&ines, &environment, Occasion::Create)?;
//! assert_eq!(attributes.get("displayName"), Some(&"Ines Okafor".into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod expression;
pub mod guide;
mod location;
mod mapping;
mod naming;
mod nearest;
pub mod provisioning;
mod record;
mod rule;
mod scoping;
pub mod source;
mod synchronization_schema;
mod target_path;

pub use expression::{
    ComparisonOperator, ConversionError, Environment, EvaluatedValue, Evaluation, EvaluationError,
    EvaluationStep, Expression, ExpressionError, ExpressionErrorKind, ExpressionLimits,
    ExpressionProblem, ExpressionProblemKind, ExpressionTarget, Function, Node, Severity,
    ValueType, Word,
};
pub use mapping::{
    AttributeTrace, Conversion, EvaluationErrors, FlowTypes, FromScim, Mapping, MappingBuilder,
    MappingErrors, MappingEvaluation, MappingProblem, MappingStep, NotCarried, Occasion,
    RuleBuilder, RuleFailure, StepValue, TargetAttribute, TargetAttributes, Trace, TraceOutcome,
    TraceStep,
};
pub use record::{Record, RecordError};
pub use rule::{
    Apply, DataType, FlowBehavior, MissingReferences, NullValues, Rule, RuleRow, RuleSource,
    ValueChange,
};
pub use scoping::{
    AssignmentExplanation, Assignments, ClauseExplanation, GroupExplanation, ScopeDecision,
    ScopeExplanation, ScopeFilter, ScopingError, ScopingOperator, Standing,
};
pub use synchronization_schema::{
    AttributeDefinition, AttributeMapping, AttributeMappingSource, DirectoryDefinition, Filter,
    FilterClause, FilterGroup, FilterOperand, MetadataEntry, ObjectDefinition, ObjectMapping,
    Presence, ReferencedObject, ScalarValue, SchemaError, SourceParameter, SynchronizationRule,
    SynchronizationSchema,
};

/// Every resource of Graph's synchronisation that this crate reads and writes, in one place.
///
/// ```
/// use scim_mapping::graph::SynchronizationJob;
///
/// let job = SynchronizationJob::from_json(r#"{"id": "scim.1", "schedule": {"interval": "PT40M"}}"#)?;
/// let schedule = job.schedule.value().ok_or("it has a schedule")?;
/// assert_eq!(schedule.interval.value().map(String::as_str), Some("PT40M"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod graph {
    pub use crate::synchronization_schema::*;
}

/// The README's quick start is a tested example.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
