//! A mapping: the rules for one type of objects, and which objects they are for.

mod builder;
mod check;
mod conflict;
mod conversion;
mod evaluation;
mod export;
mod fixed_values;
mod from_scim;
mod import;
mod problem;
mod run;
mod source_tree;
mod step;
mod trace;

pub use builder::{MappingBuilder, RuleBuilder};
pub use evaluation::{EvaluationErrors, Occasion, RuleFailure, TargetAttribute, TargetAttributes};
pub use from_scim::{FromScim, NotCarried};
pub use problem::{MappingErrors, MappingProblem};
pub use step::{MappingEvaluation, MappingStep};
pub use trace::{AttributeTrace, Conversion, StepValue, Trace, TraceOutcome, TraceStep};

pub(crate) use conversion::to_json;

use std::collections::BTreeMap;
use std::sync::Arc;

use scim_core::schema::RegisteredResourceType;

use crate::expression::ValueType;
use crate::provisioning::PatchDialect;
use crate::record::Record;
use crate::rule::Rule;
use crate::scoping::{Assignments, Scope, ScopeExplanation, ScopeFilter, ScopingError};
use crate::synchronization_schema::{MetadataEntry, SynchronizationSchema};

/// What may be done to target objects (`flowTypes`).
///
/// ```
/// use scim_mapping::{FlowTypes, Mapping, SynchronizationSchema};
///
/// let export = r#"{"synchronizationRules": [{"objectMappings": [{
///     "sourceObjectName": "User",
///     "flowTypes": "Add, Update",
///     "attributeMappings": [{
///         "targetAttributeName": "userName",
///         "source": {"expression": "[mail]"},
///         "matchingPriority": 1
///     }]
/// }]}]}"#;
/// let mapping = Mapping::from_object_mapping(&SynchronizationSchema::from_json(export)?, "User")?;
/// assert_eq!(mapping.flow_types(), FlowTypes { add: true, update: true, delete: false });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "Entra's flow types are these three"
)]
pub struct FlowTypes {
    /// New objects are created.
    pub add: bool,
    /// Existing objects are changed, which includes disabling them.
    pub update: bool,
    /// Objects are deleted.
    pub delete: bool,
}

/// The rules for one type of objects, read and checked.
///
/// ```
/// use scim_mapping::{Environment, Mapping, Occasion, Record, SynchronizationSchema};
///
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/schema/peakon.json"));
/// let schema = SynchronizationSchema::from_json(text)?;
/// let mapping = Mapping::from_object_mapping(&schema, "User")?;
///
/// let user = serde_json::json!({"id": "1", "userPrincipalName": "ines@fjordlab.example", "jobTitle": "Data Steward"});
/// let record = Record::from_graph_user(&user)?;
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let attributes = mapping.evaluate(&record, &environment, Occasion::Create)?;
/// assert_eq!(attributes.get("userName"), Some(&"ines@fjordlab.example".into()));
/// assert_eq!(attributes.get("active"), Some(&true.into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    // Shared, because the machine of every object has one.
    names: Arc<Names>,
    rules: Arc<[Rule]>,
    scope: Arc<Scope>,
    input: Arc<Scope>,
    flow_types: FlowTypes,
    dialect: PatchDialect,
    /// What the import has warned of.
    notes: Arc<[MappingProblem]>,
    /// The numbers of the rules in the schema, from 1; empty when they follow one another.
    numbers: Arc<[usize]>,
}

/// What stands around the rules in a schema.
#[derive(Clone, Debug, Default, PartialEq)]
struct Names {
    mapping: String,
    is_out_of_use: bool,
    /// Further settings of the object mapping.
    metadata: Vec<MetadataEntry>,
    /// The types of the source attributes that rules and filters use, where they are not one text.
    source_types: BTreeMap<String, ValueType>,
    source_object: String,
    target_object: String,
    source_directory: String,
    target_directory: String,
}

impl Mapping {
    /// Reads the object mapping for source objects of that name, and checks it.
    ///
    /// ```
    /// use scim_mapping::{Mapping, SynchronizationSchema};
    ///
    /// let export = r#"{"synchronizationRules": [{"objectMappings": [{
    ///     "sourceObjectName": "User",
    ///     "attributeMappings": [{
    ///         "targetAttributeName": "userName",
    ///         "source": {"expression": "[mail]"},
    ///         "matchingPriority": 1
    ///     }]
    /// }]}]}"#;
    /// let schema = SynchronizationSchema::from_json(export)?;
    /// assert_eq!(Mapping::from_object_mapping(&schema, "User")?.rules().len(), 1);
    ///
    /// let errors = Mapping::from_object_mapping(&schema, "Group").unwrap_err();
    /// assert_eq!(errors.problems()[0].way_out, "it has: User");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All problems at once: see [`MappingProblem`].
    pub fn from_object_mapping(
        schema: &SynchronizationSchema,
        source_object_name: &str,
    ) -> Result<Self, MappingErrors> {
        import::read(schema, source_object_name, None).usable()
    }

    /// The same, and checks the target paths against what the target offers.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_mapping::{Mapping, SynchronizationSchema};
    ///
    /// let export = r#"{"synchronizationRules": [{"objectMappings": [{
    ///     "sourceObjectName": "User",
    ///     "attributeMappings": [{
    ///         "targetAttributeName": "shoeSize",
    ///         "source": {"expression": "[mail]"},
    ///         "matchingPriority": 1
    ///     }]
    /// }]}]}"#;
    /// let schema = SynchronizationSchema::from_json(export)?;
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let errors = Mapping::from_object_mapping_for(&schema, "User", users).unwrap_err();
    /// assert_eq!(errors.problems()[0].target, "shoeSize");
    /// assert_eq!(errors.problems()[0].way_out, "add the attribute to the target, or remove the rule");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All problems at once, among them target attributes that the target does not have.
    pub fn from_object_mapping_for(
        schema: &SynchronizationSchema,
        source_object_name: &str,
        target: &RegisteredResourceType,
    ) -> Result<Self, MappingErrors> {
        import::read(schema, source_object_name, Some(target)).usable()
    }

    /// A mapping of rules made in code, for everybody, that creates and updates.
    ///
    /// ```
    /// use scim_mapping::{Mapping, Record, Rule, RuleSource};
    ///
    /// let mapping = Mapping::new(vec![Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?)]);
    /// assert!(mapping.in_scope(&Record::default())?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        Self {
            names: Arc::default(),
            rules: rules.into(),
            scope: Arc::default(),
            input: Arc::default(),
            flow_types: FlowTypes {
                add: true,
                update: true,
                delete: true,
            },
            dialect: PatchDialect::Rfc,
            notes: Arc::default(),
            numbers: Arc::default(),
        }
    }

    /// The same mapping for a target that is sent PATCH requests in another dialect.
    ///
    /// ```
    /// use scim_mapping::Mapping;
    /// use scim_mapping::provisioning::PatchDialect;
    ///
    /// let mapping = Mapping::new(Vec::new());
    /// assert_eq!(mapping.patch_dialect(), PatchDialect::Rfc);
    /// let mapping = mapping.with_patch_dialect(PatchDialect::Entra);
    /// assert_eq!(mapping.patch_dialect(), PatchDialect::Entra);
    /// ```
    #[must_use]
    pub fn with_patch_dialect(self, dialect: PatchDialect) -> Self {
        Self { dialect, ..self }
    }

    /// What people call the mapping; may be empty.
    ///
    /// ```
    /// assert_eq!(scim_mapping::Mapping::new(Vec::new()).name(), "");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.names.mapping
    }

    /// The rules in the order of the schema.
    ///
    /// ```
    /// use scim_mapping::{Mapping, Rule, RuleSource};
    ///
    /// let mapping = Mapping::new(vec![Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?)]);
    /// assert_eq!(mapping.rules()[0].target.to_string(), "userName");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What may be done to target objects.
    ///
    /// ```
    /// let mapping = scim_mapping::Mapping::new(Vec::new());
    /// assert!(mapping.flow_types().add && mapping.flow_types().update);
    /// ```
    #[must_use]
    pub fn flow_types(&self) -> FlowTypes {
        self.flow_types
    }

    /// The dialect of PATCH requests.
    ///
    /// ```
    /// use scim_mapping::Mapping;
    /// use scim_mapping::provisioning::PatchDialect;
    ///
    /// let mapping = Mapping::new(Vec::new());
    /// assert_eq!(mapping.patch_dialect(), PatchDialect::Rfc);
    /// let mapping = mapping.with_patch_dialect(PatchDialect::Entra);
    /// assert_eq!(mapping.patch_dialect(), PatchDialect::Entra);
    /// ```
    #[must_use]
    pub fn patch_dialect(&self) -> PatchDialect {
        self.dialect
    }

    /// Whether the scoping filters let the record pass.
    ///
    /// ```
    /// use scim_mapping::{Mapping, Record, SynchronizationSchema};
    ///
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/schema/peakon.json"));
    /// let mapping = Mapping::from_object_mapping(&SynchronizationSchema::from_json(text)?, "User")?;
    /// let ines = Record::default().with("department", "Clinical Data").with("employeeId", "1");
    /// assert!(mapping.in_scope(&ines)?);
    /// assert!(!mapping.in_scope(&Record::default())?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a clause cannot be judged: a number is compared with something else, or an attribute has several values.
    pub fn in_scope(&self, record: &Record) -> Result<bool, ScopingError> {
        Ok(self.input.contains(record)? && self.scope.contains(record)?)
    }

    /// Why a record is in scope or not: assignment first, then every group and clause of the scoping filters.
    ///
    /// The record is looked up among the assignments by its `objectId`. Without assignments only the filters count.
    ///
    /// ```
    /// use scim_mapping::{Assignments, Mapping, Record, Standing};
    ///
    /// let mapping = Mapping::new(Vec::new());
    /// let ines = Record::default().with("objectId", "1");
    /// assert_eq!(mapping.explain_scope(&ines, None).standing, Standing::In);
    /// let explanation = mapping.explain_scope(&ines, Some(&Assignments::only()));
    /// assert_eq!(explanation.to_string(), "out of scope: the object is not assigned\n  assignment: not assigned\n");
    /// ```
    #[must_use]
    pub fn explain_scope(
        &self,
        record: &Record,
        assignments: Option<&Assignments>,
    ) -> ScopeExplanation {
        let object_id = record.text("objectId").unwrap_or_default();
        let mut groups = self.input.explain(ScopeFilter::InputFilterGroups, record);
        groups.extend(self.scope.explain(ScopeFilter::Groups, record));
        let assignment = assignments.map(|assignments| assignments.explain(&object_id));
        ScopeExplanation::new(assignment, groups)
    }
}
