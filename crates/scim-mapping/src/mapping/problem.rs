use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::expression::Severity;

/// One thing that is wrong with a mapping.
///
/// ```
/// use scim_mapping::{Mapping, SynchronizationSchema};
///
/// let schema = SynchronizationSchema::from_json(r#"{"synchronizationRules": [{"objectMappings": [{
///     "sourceObjectName": "User",
///     "attributeMappings": [{
///         "targetAttributeName": "userName",
///         "matchingPriority": 1,
///         "source": {"type": "Function", "expression": "ToLowr([mail])"}
///     }]
/// }]}]}"#)?;
/// let errors = Mapping::from_object_mapping(&schema, "User").unwrap_err();
/// assert_eq!(
///     errors.problems()[0].to_string(),
///     "rule 1 (userName), source: at character 1: there is no function `ToLowr`; did you mean `ToLower`? \
///      (correct the expression)"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MappingProblem {
    /// Whether the mapping can be used nevertheless.
    pub severity: Severity,
    /// The number of the rule, from 1; none for the mapping as a whole.
    pub rule: Option<usize>,
    /// The target attribute of the rule, as written.
    pub target: String,
    /// Which column of the mapping table is at fault: `source`, `target`, `default value`, `matching`, `apply`, or a
    /// scoping filter.
    pub place: String,
    /// Where in the text of the expression, in bytes; none for anything else.
    pub range: Option<Range<usize>>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub way_out: String,
}

impl fmt::Display for MappingProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.severity == Severity::Warning {
            formatter.write_str("warning: ")?;
        }
        if let Some(rule) = self.rule {
            write!(formatter, "rule {rule} ({}), ", self.target)?;
        }
        write!(
            formatter,
            "{}: {} ({})",
            self.place, self.message, self.way_out
        )
    }
}

/// The rule at fault, by its number from 1 and its target; none for the mapping as a whole.
pub(super) type Place<'place> = Option<(usize, &'place str)>;

/// What has been found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<MappingProblem>);

impl Problems {
    pub(super) fn error(
        &mut self,
        place: Place<'_>,
        column: &str,
        message: impl Into<String>,
        way_out: impl Into<String>,
    ) {
        self.add(
            Severity::Error,
            place,
            column,
            message.into(),
            way_out.into(),
        );
    }

    pub(super) fn warning(
        &mut self,
        place: Place<'_>,
        column: &str,
        message: impl Into<String>,
        way_out: impl Into<String>,
    ) {
        self.add(
            Severity::Warning,
            place,
            column,
            message.into(),
            way_out.into(),
        );
    }

    fn add(
        &mut self,
        severity: Severity,
        place: Place<'_>,
        column: &str,
        message: String,
        way_out: String,
    ) {
        let problem = MappingProblem {
            severity,
            rule: place.map(|(rule, _)| rule),
            target: place
                .map(|(_, target)| target.to_owned())
                .unwrap_or_default(),
            place: column.to_owned(),
            range: None,
            message,
            way_out,
        };
        // A check that follows an import finds some things a second time.
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    /// The place in the expression of the problem told last.
    pub(super) fn at(&mut self, range: Range<usize>) {
        if let Some(last) = self.0.last_mut() {
            last.range = Some(range);
        }
    }
}

/// Everything that is wrong with a mapping.
///
/// ```
/// use scim_mapping::{Mapping, SynchronizationSchema};
///
/// let schema = SynchronizationSchema::from_json("{}")?;
/// let errors = Mapping::from_object_mapping(&schema, "User").unwrap_err();
/// assert!(errors.to_string().starts_with("the mapping cannot be used:\n  object mapping: the schema has no mapping"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mapping cannot be used:{}", listing(problems))]
pub struct MappingErrors {
    problems: Vec<MappingProblem>,
}

impl MappingErrors {
    pub(super) fn new(problems: Vec<MappingProblem>) -> Self {
        Self { problems }
    }

    /// The problems, never none.
    ///
    /// ```
    /// use scim_mapping::{Mapping, SynchronizationSchema};
    ///
    /// let schema = SynchronizationSchema::from_json("{}")?;
    /// let errors = Mapping::from_object_mapping(&schema, "User").unwrap_err();
    /// assert_eq!(errors.problems()[0].place, "object mapping");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn problems(&self) -> &[MappingProblem] {
        &self.problems
    }
}

fn listing(problems: &[MappingProblem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    format!("\n  {}", lines.join("\n  "))
}
