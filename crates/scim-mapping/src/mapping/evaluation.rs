use std::fmt;

use scim_core::schema::RegisteredResourceType;
use scim_core::scim_filter::PatchPath;
use serde_json::{Map, Value};

use super::Mapping;
use super::run::{OBJECT_IGNORED_REASON, REDACTED, REDACTED_REASON, Yield};
use crate::location::Location;
use crate::rule::{Rule, ValueChange};

/// What a mapping is evaluated for.
///
/// ```
/// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
///
/// let mut rule = Rule::new(RuleSource::Direct("jobTitle".to_owned()), "title".parse()?);
/// rule.default_value = Some("Member".to_owned());
/// let mapping = Mapping::new(vec![rule]);
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let nobody = Record::default();
/// let created = mapping.evaluate(&nobody, &environment, Occasion::Create)?;
/// assert_eq!(created.get("title"), Some(&"Member".into()));
/// let updated = mapping.evaluate(&nobody, &environment, Occasion::Update)?;
/// assert_eq!(updated.get("title"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a target object is new or it is not"
)]
pub enum Occasion {
    /// A new target object: default values are given.
    Create,
    /// An existing one: rules "only during creation" are passed over.
    Update,
}

/// The value for one target attribute.
///
/// ```
/// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
///
/// let mapping = Mapping::new(vec![Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?)]);
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let record = Record::default().with("mail", "ines@fjordlab.example");
/// let attributes = mapping.evaluate(&record, &environment, Occasion::Create)?;
/// for attribute in attributes.iter() {
///     assert_eq!((attribute.rule, attribute.path.to_string().as_str()), (0, "userName"));
///     assert_eq!(attribute.value, "ines@fjordlab.example");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct TargetAttribute {
    /// Which rule it comes from, as an index into [`Mapping::rules`].
    pub rule: usize,
    /// Where it goes.
    pub path: PatchPath,
    /// The value.
    pub value: Value,
    /// How it is brought into an object that exists.
    pub change: ValueChange,
}

/// Without the value, which is that of a person, or a password.
impl fmt::Debug for TargetAttribute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TargetAttribute")
            .field("rule", &self.rule)
            .field("path", &self.path.to_string())
            .field("change", &self.change)
            .finish_non_exhaustive()
    }
}

/// The values for the target attributes, in the order of the rules.
///
/// Null is among them only for an existing object and a rule that removes ([`NullValues::Remove`](crate::NullValues::Remove)).
///
/// ```
/// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
///
/// let mapping = Mapping::new(vec![Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?)]);
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let record = Record::default().with("mail", "ines@fjordlab.example");
/// let attributes = mapping.evaluate(&record, &environment, Occasion::Create)?;
/// assert_eq!(attributes.iter().count(), 1);
/// assert_eq!(attributes.get("title"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TargetAttributes {
    attributes: Vec<TargetAttribute>,
}

impl TargetAttributes {
    /// The value at a path, whose case does not matter.
    ///
    /// ```
    /// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
    ///
    /// let mapping = Mapping::new(vec![Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?)]);
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let record = Record::default().with("mail", "ines@fjordlab.example");
    /// let attributes = mapping.evaluate(&record, &environment, Occasion::Create)?;
    /// assert_eq!(attributes.get("USERNAME"), Some(&"ines@fjordlab.example".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Value> {
        self.attributes
            .iter()
            .find(|attribute| attribute.path.to_string().eq_ignore_ascii_case(path))
            .map(|attribute| &attribute.value)
    }

    pub(crate) fn attributes_mut(&mut self) -> &mut Vec<TargetAttribute> {
        &mut self.attributes
    }

    /// The attributes in the order of the rules.
    ///
    /// ```
    /// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
    ///
    /// let mapping = Mapping::new(vec![Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?)]);
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let record = Record::default().with("mail", "ines@fjordlab.example");
    /// let attributes = mapping.evaluate(&record, &environment, Occasion::Create)?;
    /// assert_eq!(attributes.iter().next().map(|attribute| attribute.rule), Some(0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &TargetAttribute> {
        self.attributes.iter()
    }

    /// The same attributes for people: values of redacted rules are `[Redact]`.
    ///
    /// ```
    /// use scim_mapping::{Environment, Mapping, Occasion, Record, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("secret", "password"))
    ///     .build()?;
    /// let record = Record::default().with("secret", "hunter2");
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let attributes = mapping.evaluate(&record, &environment, Occasion::Create)?.redacted(&mapping);
    /// assert_eq!(attributes.get("password"), Some(&"[Redact]".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn redacted(mut self, mapping: &Mapping) -> Self {
        for attribute in &mut self.attributes {
            let rule = mapping.rules().get(attribute.rule);
            if rule.is_some_and(Rule::is_redacted) && !attribute.value.is_null() {
                attribute.value = Value::from(REDACTED);
            }
        }
        self
    }

    /// The document that a new object is created with: rules on one element make one element, empty texts are left out.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_mapping::{Environment, Mapping, Occasion, Record, RuleBuilder};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::direct("city", "addresses[type eq \"work\"].locality"))
    ///     .rule(RuleBuilder::direct("country", "addresses[type eq \"work\"].country"))
    ///     .build_for(users)?;
    /// let record = Record::default().with("mail", "ines@fjordlab.example").with("city", "Bergen").with("country", "NO");
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let document = mapping.evaluate(&record, &environment, Occasion::Create)?.document(users);
    /// assert_eq!(document["addresses"], serde_json::json!([{"type": "work", "locality": "Bergen", "country": "NO"}]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn document(&self, target: &RegisteredResourceType) -> Value {
        let mut body = Map::new();
        let mut schemas = vec![target.schema().id.as_str().to_owned()];
        for TargetAttribute { path, value, .. } in &self.attributes {
            let location = Location::of(path, target);
            let value = location.fit(value.clone());
            if value.is_null() || value.as_str() == Some("") {
                continue;
            }
            if let Some(urn) = &location.container
                && !schemas.iter().any(|known| known.eq_ignore_ascii_case(urn))
            {
                schemas.push(urn.clone());
            }
            location.set(&mut body, value);
        }
        body.insert("schemas".to_owned(), schemas.into());
        Value::Object(body)
    }
}

/// Why one rule has no value for a record.
///
/// ```
/// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
///
/// let source = RuleSource::Expression("CDate([hired])".parse()?);
/// let mapping = Mapping::new(vec![Rule::new(source, "title".parse()?)]);
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let record = Record::default().with("hired", "soon");
/// let errors = mapping.evaluate(&record, &environment, Occasion::Create).unwrap_err();
/// let failure = &errors.failures()[0];
/// assert_eq!((failure.rule, failure.target.as_str(), failure.source.as_str()), (0, "title", "CDate([hired])"));
/// assert!(failure.reason.contains("soon"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleFailure {
    /// The index into [`Mapping::rules`].
    pub rule: usize,
    /// The target path.
    pub target: String,
    /// The source as an expression.
    pub source: String,
    /// What was wrong, with the value unless it is redacted.
    pub reason: String,
}

impl fmt::Display for RuleFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            target,
            source,
            reason,
        } = self;
        write!(
            formatter,
            "rule {} ({target} from {source}): {reason}",
            rule + 1
        )
    }
}

/// Why a record has no values: every rule that failed, or the one that leaves the whole object out.
///
/// ```
/// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
///
/// let source = RuleSource::Expression("CDate([hired])".parse()?);
/// let mapping = Mapping::new(vec![Rule::new(source, "title".parse()?)]);
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let record = Record::default().with("hired", "soon");
/// let errors = mapping.evaluate(&record, &environment, Occasion::Create).unwrap_err();
/// assert!(errors.to_string().starts_with("rule 1 (title from CDate([hired])): "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct EvaluationErrors {
    failures: Vec<RuleFailure>,
    ignores_object: bool,
}

impl EvaluationErrors {
    /// The failures, never none.
    ///
    /// ```
    /// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
    ///
    /// let source = RuleSource::Expression("CDate([hired])".parse()?);
    /// let mapping = Mapping::new(vec![Rule::new(source, "title".parse()?)]);
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let record = Record::default().with("hired", "soon");
    /// let errors = mapping.evaluate(&record, &environment, Occasion::Create).unwrap_err();
    /// assert_eq!(errors.failures().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn failures(&self) -> &[RuleFailure] {
        &self.failures
    }

    /// The rule that says `IgnoreObjectFlow`: nothing is wrong, and nothing is sent for the object. It is then the only
    /// one among the [`failures`](Self::failures).
    ///
    /// ```
    /// use scim_mapping::{Environment, Mapping, Occasion, Record, RuleBuilder};
    ///
    /// let mapping = Mapping::builder("User", "User")
    ///     .rule(RuleBuilder::direct("mail", "userName").matching(1))
    ///     .rule(RuleBuilder::expression("Switch([kind], \"person\", \"robot\", IgnoreObjectFlow)", "userType"))
    ///     .build()?;
    /// let robot = Record::default().with("mail", "r2@fjordlab.example").with("kind", "robot");
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let errors = mapping.evaluate(&robot, &environment, Occasion::Create).unwrap_err();
    /// assert_eq!(errors.ignored_by().map(|rule| rule.target.as_str()), Some("userType"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ignored_by(&self) -> Option<&RuleFailure> {
        self.failures.first().filter(|_| self.ignores_object)
    }
}

/// What the rules have come to so far.
#[derive(Clone, Default)]
pub(super) struct SoFar {
    attributes: Vec<TargetAttribute>,
    failures: Vec<RuleFailure>,
    ignored_by: Option<RuleFailure>,
}

impl SoFar {
    /// Takes what a rule has come to; false when nothing that follows matters.
    pub(super) fn add(&mut self, index: usize, rule: &Rule, yields: Yield) -> bool {
        let failure = |reason: String| RuleFailure {
            rule: index,
            target: rule.target.to_string(),
            source: rule.source.to_string(),
            reason,
        };
        let value = match yields {
            Yield::Value(value) => value,
            Yield::Removed => Value::Null,
            Yield::NotOnUpdate | Yield::Ignored | Yield::Nothing => return true,
            Yield::ObjectIgnored => {
                self.ignored_by = Some(failure(OBJECT_IGNORED_REASON.to_owned()));
                return false;
            }
            Yield::Failed(reason) => {
                let reason = if rule.is_redacted() {
                    REDACTED_REASON.to_owned()
                } else {
                    reason
                };
                self.failures.push(failure(reason));
                return true;
            }
        };
        self.attributes.push(TargetAttribute {
            rule: index,
            path: rule.target.clone(),
            value,
            change: rule.value_change(),
        });
        true
    }

    pub(super) fn end(self) -> Result<TargetAttributes, EvaluationErrors> {
        match self.ignored_by {
            Some(rule) => Err(EvaluationErrors {
                failures: vec![rule],
                ignores_object: true,
            }),
            None if self.failures.is_empty() => Ok(TargetAttributes {
                attributes: self.attributes,
            }),
            None => Err(EvaluationErrors {
                failures: self.failures,
                ignores_object: false,
            }),
        }
    }
}
