use std::fmt;

use super::{Environment, EvaluatedValue, EvaluationError, Expression, Function, Node, Observer};
use crate::Record;

/// An evaluation that waits for an answer of the target: whether a value is free.
///
/// `SelectUniqueValue` takes the first of its values that no object of the target has, and only the target knows. So the
/// evaluation asks, the application looks, and the evaluation goes on. Each rule is evaluated once at most, and no value
/// is asked about twice. A whole mapping is evaluated in the same way: see [`MappingEvaluation`](crate::MappingEvaluation).
///
/// ```
/// use scim_mapping::{Environment, EvaluatedValue, Evaluation, EvaluationStep, Expression, Record};
///
/// let expression: Expression = r#"SelectUniqueValue([alias], Append([alias], "1"), Append([alias], "2"))"#.parse()?;
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let record = Record::default().with("alias", "iokafor");
///
/// let taken = ["iokafor", "iokafor1"];
/// let mut step = Evaluation::start(&expression, &record, &environment)?;
/// let value = loop {
///     match step {
///         EvaluationStep::Ask(evaluation) => {
///             let is_free = !taken.contains(&evaluation.candidate());
///             step = evaluation.resume(is_free)?;
///         }
///         EvaluationStep::Done(value) => break value,
///     }
/// };
/// assert_eq!(value, EvaluatedValue::Text("iokafor2".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Evaluation {
    expression: Expression,
    record: Record,
    environment: Environment,
    /// The index of the rule that follows.
    next: usize,
    /// What was found taken, in the order of asking.
    taken: Vec<String>,
    candidate: String,
}

/// Without the values, which are those of a person.
impl fmt::Debug for Evaluation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Evaluation")
            .field("expression", &self.expression.to_string())
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

/// How an [`Evaluation`] goes on.
///
/// ```
/// use scim_mapping::{Environment, EvaluatedValue, Evaluation, EvaluationStep, Expression, Record};
///
/// // Without SelectUniqueValue there is nothing to ask.
/// let expression: Expression = "ToUpper([alias])".parse()?;
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let record = Record::default().with("alias", "io");
/// let step = Evaluation::start(&expression, &record, &environment)?;
/// assert!(matches!(step, EvaluationStep::Done(EvaluatedValue::Text(text)) if text == "IO"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an evaluation asks or is done; people match on both"
)]
pub enum EvaluationStep {
    /// Look whether an object of the target has the [`candidate`](Evaluation::candidate), and resume with the answer.
    Ask(Box<Evaluation>),
    /// The value of the expression.
    Done(EvaluatedValue),
}

impl Evaluation {
    /// Evaluates up to the first question, or to the end where there is none.
    ///
    /// ```
    /// # use scim_mapping::{Environment, Evaluation, EvaluationStep, Expression, Record};
    /// let expression: Expression = r#"SelectUniqueValue([none], "io")"#.parse()?;
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let step = Evaluation::start(&expression, &Record::default(), &environment)?;
    /// let EvaluationStep::Ask(evaluation) = step else { panic!("a question") };
    /// assert_eq!(evaluation.candidate(), "io");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Expression::evaluate`]; and when no rule of `SelectUniqueValue` has a value.
    pub fn start(
        expression: &Expression,
        record: &Record,
        environment: &Environment,
    ) -> Result<EvaluationStep, EvaluationError> {
        if !expression.asks() {
            return expression
                .evaluate(record, environment)
                .map(EvaluationStep::Done);
        }
        Self {
            expression: expression.clone(),
            record: record.clone(),
            environment: environment.clone(),
            next: 0,
            taken: Vec::new(),
            candidate: String::new(),
        }
        .advance()
    }

    /// The value in question.
    ///
    /// ```
    /// # use scim_mapping::{Environment, Evaluation, EvaluationStep, Expression, Record};
    /// let expression: Expression = r#"SelectUniqueValue("io", "ines")"#.parse()?;
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let step = Evaluation::start(&expression, &Record::default(), &environment)?;
    /// let EvaluationStep::Ask(evaluation) = step else { panic!("a question") };
    /// assert_eq!(evaluation.candidate(), "io");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn candidate(&self) -> &str {
        &self.candidate
    }

    /// Goes on with the answer: whether no object of the target has the candidate.
    ///
    /// ```
    /// # use scim_mapping::{Environment, EvaluatedValue, Evaluation, EvaluationStep, Expression, Record};
    /// let expression: Expression = r#"SelectUniqueValue("io", "ines")"#.parse()?;
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let step = Evaluation::start(&expression, &Record::default(), &environment)?;
    /// let EvaluationStep::Ask(evaluation) = step else { panic!("a question") };
    /// let step = evaluation.resume(true)?;
    /// assert!(matches!(step, EvaluationStep::Done(EvaluatedValue::Text(text)) if text == "io"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When every value is taken, or the next rule fails.
    pub fn resume(mut self, is_free: bool) -> Result<EvaluationStep, EvaluationError> {
        if is_free {
            return Ok(EvaluationStep::Done(EvaluatedValue::Text(self.candidate)));
        }
        self.taken.push(std::mem::take(&mut self.candidate));
        self.advance()
    }

    fn advance(mut self) -> Result<EvaluationStep, EvaluationError> {
        loop {
            let Some(rule) = self.expression.unique_values().nth(self.next) else {
                break;
            };
            self.next += 1;
            let value =
                self.expression
                    .unique_value(rule, &self.record, &self.environment, None)?;
            match value {
                EvaluatedValue::Text(candidate) if !self.taken.contains(&candidate) => {
                    self.candidate = candidate;
                    return Ok(EvaluationStep::Ask(Box::new(self)));
                }
                EvaluatedValue::IgnoreObject => return Ok(EvaluationStep::Done(value)),
                _ => {}
            }
        }
        let reason = if self.taken.is_empty() {
            NO_VALUE.to_owned()
        } else {
            format!(
                "every value is taken: {}; add a rule with another value",
                self.taken.join(", ")
            )
        };
        Err(EvaluationError::new(reason).in_function(Function::SelectUniqueValue))
    }
}

const NO_VALUE: &str = "no rule has a value";

impl Expression {
    /// What would be asked about if every value were taken, each value once, up to the first failure. The last may say to
    /// leave the object out.
    pub(crate) fn candidates(
        &self,
        record: &Record,
        environment: &Environment,
        observer: &Observer<'_>,
    ) -> Result<Vec<EvaluatedValue>, EvaluationError> {
        let mut candidates = Vec::new();
        for rule in self.unique_values() {
            let value = match self.unique_value(rule, record, environment, Some(observer)) {
                Err(error) if candidates.is_empty() => return Err(error),
                Err(_) => break,
                Ok(value) => value,
            };
            let is_last = value == EvaluatedValue::IgnoreObject;
            if value != EvaluatedValue::Null && !candidates.contains(&value) {
                candidates.push(value);
            }
            if is_last {
                break;
            }
        }
        if candidates.is_empty() {
            return Err(EvaluationError::new(NO_VALUE).in_function(Function::SelectUniqueValue));
        }
        Ok(candidates)
    }

    /// The rules of `SelectUniqueValue`.
    fn unique_values(&self) -> impl Iterator<Item = &Node> {
        let arguments = match &self.root {
            Node::Call {
                function: Function::SelectUniqueValue,
                arguments,
            } => arguments.as_slice(),
            _ => &[],
        };
        arguments.iter().flatten()
    }

    /// A text that is not empty, null, or that the object is left out.
    fn unique_value(
        &self,
        rule: &Node,
        record: &Record,
        environment: &Environment,
        observer: Option<&Observer<'_>>,
    ) -> Result<EvaluatedValue, EvaluationError> {
        let value = self.evaluate_node(rule, record, environment, observer)?;
        if value == EvaluatedValue::IgnoreObject {
            return Ok(value);
        }
        let text = super::evaluation::text(value)
            .map_err(|error| error.in_function(Function::SelectUniqueValue))?;
        Ok(text.filter(|text| !text.is_empty()).into())
    }
}
