//! Microsoft Entra's attribute mappings, executed.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod expression;
mod location;
mod mapping;
pub mod provisioning;
mod record;
mod rule;
mod scoping;
mod synchronization_schema;

pub use expression::{
    ComparisonOperator, Environment, EvaluatedValue, EvaluationError, Expression, ExpressionError,
    ExpressionErrorKind, ExpressionLimits, Function, Node, Word,
};
pub use mapping::{
    EvaluationErrors, FlowTypes, Mapping, MappingErrors, MappingProblem, Occasion, RuleFailure,
    TargetAttribute, TargetAttributes,
};
pub use record::{Record, RecordError};
pub use rule::{Apply, DataType, FlowBehavior, Rule, RuleRow, RuleSource};
pub use scoping::{ScopingError, ScopingOperator};
pub use synchronization_schema::{
    AttributeDefinition, AttributeMapping, AttributeMappingSource, DirectoryDefinition, Filter,
    FilterClause, FilterGroup, FilterOperand, MetadataEntry, ObjectDefinition, ObjectMapping,
    Presence, ReferencedObject, SchemaError, SourceParameter, SynchronizationRule,
    SynchronizationSchema,
};

/// The README's quick start is a tested example.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
