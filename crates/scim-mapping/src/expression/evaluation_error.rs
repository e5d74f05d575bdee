use super::Function;

/// Why an expression has no value for a record.
///
/// ```
/// use scim_mapping::{Environment, Expression, Function, Record};
///
/// let expression: Expression = r#"CDate("next Tuesday")"#.parse()?;
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let error = expression.evaluate(&Record::default(), &environment).unwrap_err();
/// assert_eq!(error.function(), Some(Function::CDate));
/// assert_eq!(error.to_string(), "CDate: \"next Tuesday\" is not a date and time that is understood");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", function.map(|function| format!("{function}: ")).unwrap_or_default())]
pub struct EvaluationError {
    function: Option<Function>,
    reason: String,
    /// Whether it is no failure, but `IgnoreObjectFlow` on its way out of the calls around it.
    ignores_object: bool,
}

impl EvaluationError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            function: None,
            reason: reason.into(),
            ignores_object: false,
        }
    }

    pub(super) fn ignore_object() -> Self {
        Self {
            ignores_object: true,
            ..Self::new("the object is left out")
        }
    }

    pub(crate) fn ignores_object(&self) -> bool {
        self.ignores_object
    }

    /// Names the function, unless a function inside it was named already.
    pub(super) fn in_function(self, function: Function) -> Self {
        Self {
            function: self.function.or(Some(function)),
            ..self
        }
    }

    /// The innermost function that could not go on, when it was one.
    ///
    /// ```
    /// # use scim_mapping::{Environment, Expression, Function, Record};
    /// let expression: Expression = r#"CDate("soon")"#.parse()?;
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let error = expression.evaluate(&Record::default(), &environment).unwrap_err();
    /// assert_eq!(error.function(), Some(Function::CDate));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn function(&self) -> Option<Function> {
        self.function
    }

    /// What was wrong, with the value that was.
    ///
    /// ```
    /// # use scim_mapping::{Environment, Expression, Function, Record};
    /// let expression: Expression = r#"CDate("soon")"#.parse()?;
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let error = expression.evaluate(&Record::default(), &environment).unwrap_err();
    /// assert_eq!(error.reason(), "\"soon\" is not a date and time that is understood");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
