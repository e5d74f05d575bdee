//! Microsoft Entra's attribute mappings, executed: a record of a directory becomes SCIM attributes, and those become the
//! requests that make a target equal to them.
//!
//! | You have | You take |
//! |---|---|
//! | the text of an expression, such as `Join(" ", [givenName], [surname])` | [`Expression`] |
//! | a person or group of the directory | [`Record`] |
//! | an export of Graph's `synchronizationSchema` | [`SynchronizationSchema`], and from it [`Mapping`] |
//! | rules of your own | [`Rule`], and from them [`Mapping`] |
//! | a mapping, a record, and a target that is reached over HTTP | [`provisioning::UserProvisioning`] |
//! | a manager, who has to exist before anybody can refer to him | [`provisioning::reference_step`] |
//!
//! Nothing here reads a clock, draws random numbers or talks to a network: the [`Environment`] brings the first two, and
//! the application carries out the steps of [`provisioning`].
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
pub mod provisioning;
mod record;
mod rule;
mod scoping;
mod synchronization_schema;

pub use expression::{
    ComparisonOperator, ConversionError, Environment, EvaluatedValue, Evaluation, EvaluationError,
    EvaluationStep, Expression, ExpressionError, ExpressionErrorKind, ExpressionLimits,
    ExpressionProblem, ExpressionProblemKind, ExpressionTarget, Function, Node, Severity,
    ValueType, Word,
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
