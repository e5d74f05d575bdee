use std::fmt;

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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MappingProblem {
    /// The number of the rule, from 1; none for the mapping as a whole.
    pub rule: Option<usize>,
    /// The target attribute of the rule, as written.
    pub target: String,
    /// Which part is at fault: `source`, `target`, `matching`, …
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub way_out: String,
}

impl fmt::Display for MappingProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
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
