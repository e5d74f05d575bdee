//! A mapping evaluated for one record, stopping at what only the target can answer.

use std::fmt;

use scim_core::scim_filter::PatchPath;

use super::evaluation::SoFar;
use super::{EvaluationErrors, Mapping, Occasion, TargetAttributes};
use crate::expression::{Environment, Evaluation, EvaluationError, EvaluationStep};
use crate::record::Record;
use crate::rule::Rule;

/// How the evaluation of a mapping goes on.
///
/// See the example of [`MappingEvaluation`].
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an evaluation asks or is done; people match on both"
)]
pub enum MappingStep {
    /// Look whether another object of the target has [`value`](MappingEvaluation::value) at
    /// [`path`](MappingEvaluation::path), and resume with the answer.
    Ask(Box<MappingEvaluation>),
    /// The values.
    Done(TargetAttributes),
}

/// An evaluation of a mapping that waits for an answer of the target: whether a value is free.
///
/// `SelectUniqueValue` takes the first of its values that no other object of the target has. So the evaluation asks, the
/// application searches, and the evaluation goes on where it was. No rule is evaluated twice, and no value is asked about
/// twice for one rule.
///
/// ```
/// use scim_mapping::{Environment, Mapping, MappingStep, Occasion, Record, RuleBuilder};
///
/// let unique = "SelectUniqueValue([alias], Append([alias], \"1\"), Append([alias], \"2\"))";
/// let mapping = Mapping::builder("User", "User")
///     .rule(RuleBuilder::direct("mail", "externalId").matching(1))
///     .rule(RuleBuilder::expression(unique, "userName").only_during_creation())
///     .build()?;
/// let record = Record::default().with("mail", "ines@fjordlab.example").with("alias", "iokafor");
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
///
/// let taken = ["iokafor"];
/// let mut step = mapping.start(&record, &environment, Occasion::Create)?;
/// let attributes = loop {
///     match step {
///         MappingStep::Ask(evaluation) => {
///             // The application sends the filter: userName eq "iokafor".
///             assert_eq!(evaluation.path().to_string(), "userName");
///             let is_free = !taken.contains(&evaluation.value());
///             step = evaluation.resume(is_free)?;
///         }
///         MappingStep::Done(attributes) => break attributes,
///     }
/// };
/// assert_eq!(attributes.get("userName"), Some(&"iokafor1".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MappingEvaluation {
    question: Evaluation,
    waiting: Waiting,
}

#[derive(Clone)]
struct Waiting {
    mapping: Mapping,
    record: Record,
    environment: Environment,
    occasion: Occasion,
    /// The rule that asks, and its target.
    rule: usize,
    path: PatchPath,
    /// The rules that follow.
    rest: Vec<usize>,
    so_far: SoFar,
}

/// Without the values, which are those of a person, a password among them.
impl fmt::Debug for MappingEvaluation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MappingEvaluation")
            .field("rule", &self.waiting.rule)
            .field("path", &self.waiting.path.to_string())
            .finish_non_exhaustive()
    }
}

impl MappingEvaluation {
    /// Which rule asks, as an index into [`Mapping::rules`].
    ///
    /// ```
    /// # use scim_mapping::{Environment, Mapping, MappingStep, Occasion, Record, Rule, RuleSource};
    /// let source = RuleSource::Expression("SelectUniqueValue(\"io\", \"ines\")".parse()?);
    /// let mapping = Mapping::new(vec![Rule::new(source, "userName".parse()?)]);
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let step = mapping.start(&Record::default(), &environment, Occasion::Create)?;
    /// let MappingStep::Ask(evaluation) = step else { panic!("a question") };
    /// assert_eq!(evaluation.rule(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rule(&self) -> usize {
        self.waiting.rule
    }

    /// The target attribute in question.
    ///
    /// ```
    /// # use scim_mapping::{Environment, Mapping, MappingStep, Occasion, Record, Rule, RuleSource};
    /// # let source = RuleSource::Expression("SelectUniqueValue(\"io\", \"ines\")".parse()?);
    /// # let mapping = Mapping::new(vec![Rule::new(source, "userName".parse()?)]);
    /// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let step = mapping.start(&Record::default(), &environment, Occasion::Create)?;
    /// let MappingStep::Ask(evaluation) = step else { panic!("a question") };
    /// assert_eq!(evaluation.path(), &mapping.rules()[0].target);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> &PatchPath {
        &self.waiting.path
    }

    /// The value in question, as a text.
    ///
    /// ```
    /// # use scim_mapping::{Environment, Mapping, MappingStep, Occasion, Record, Rule, RuleSource};
    /// # let source = RuleSource::Expression("SelectUniqueValue(\"io\", \"ines\")".parse()?);
    /// # let mapping = Mapping::new(vec![Rule::new(source, "userName".parse()?)]);
    /// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let step = mapping.start(&Record::default(), &environment, Occasion::Create)?;
    /// let MappingStep::Ask(evaluation) = step else { panic!("a question") };
    /// assert_eq!(evaluation.value(), "io");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn value(&self) -> &str {
        self.question.candidate()
    }

    /// Goes on with the answer: whether no other object of the target has the value.
    ///
    /// ```
    /// # use scim_mapping::{Environment, Mapping, MappingStep, Occasion, Record, Rule, RuleSource};
    /// # let source = RuleSource::Expression("SelectUniqueValue(\"io\", \"ines\")".parse()?);
    /// # let mapping = Mapping::new(vec![Rule::new(source, "userName".parse()?)]);
    /// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let step = mapping.start(&Record::default(), &environment, Occasion::Create)?;
    /// let MappingStep::Ask(evaluation) = step else { panic!("a question") };
    /// let MappingStep::Done(attributes) = evaluation.resume(true)? else { panic!("the values") };
    /// assert_eq!(attributes.get("userName"), Some(&"io".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Mapping::start`], and when every value is taken.
    pub fn resume(self, is_free: bool) -> Result<MappingStep, EvaluationErrors> {
        self.waiting.answered(self.question.resume(is_free))
    }
}

impl Waiting {
    fn ask(self, question: Evaluation) -> MappingStep {
        MappingStep::Ask(Box::new(MappingEvaluation {
            question,
            waiting: self,
        }))
    }

    fn answered(
        mut self,
        step: Result<EvaluationStep, EvaluationError>,
    ) -> Result<MappingStep, EvaluationErrors> {
        let source = match step {
            Ok(EvaluationStep::Ask(question)) => {
                return Ok(self.ask(*question));
            }
            Ok(EvaluationStep::Done(value)) => Ok(value),
            Err(error) => Err(error),
        };
        if let Some(rule) = self.mapping.rules().get(self.rule) {
            let run = rule.finish(source, &self.environment, self.occasion);
            if !self.so_far.add(self.rule, rule, run.yields) {
                return self.so_far.end().map(MappingStep::Done);
            }
        }
        self.mapping.go_on(
            &self.record,
            &self.environment,
            self.occasion,
            self.rest.into_iter(),
            self.so_far,
        )
    }
}

impl Mapping {
    /// The values of all rules but the references, for a new or an existing target object: up to the first question of
    /// `SelectUniqueValue`, or to the end where there is none.
    ///
    /// See the example of [`MappingEvaluation`].
    ///
    /// # Errors
    ///
    /// Every rule whose expression fails, or whose value is not of the target attribute's type; or the rule that leaves
    /// the whole object out: see [`EvaluationErrors::ignored_by`].
    pub fn start(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
    ) -> Result<MappingStep, EvaluationErrors> {
        self.start_rules(record, environment, occasion, |rule| !rule.reference)
    }

    pub(crate) fn start_rules(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
        is_wanted: impl Fn(&Rule) -> bool,
    ) -> Result<MappingStep, EvaluationErrors> {
        let wanted = self.rules().iter().enumerate();
        let wanted = wanted
            .filter(|(_, rule)| is_wanted(rule))
            .map(|(index, _)| index);
        self.go_on(record, environment, occasion, wanted, SoFar::default())
    }

    fn go_on(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
        mut rest: impl Iterator<Item = usize>,
        mut so_far: SoFar,
    ) -> Result<MappingStep, EvaluationErrors> {
        while let Some(index) = rest.next() {
            let Some(rule) = self.rules().get(index) else {
                continue;
            };
            let run = match rule.question(record, environment, occasion) {
                None => rule.run(record, environment, occasion, None),
                Some(Ok(EvaluationStep::Ask(question))) => {
                    let waiting = Waiting {
                        mapping: self.clone(),
                        record: record.clone(),
                        environment: environment.clone(),
                        occasion,
                        rule: index,
                        path: rule.target.clone(),
                        rest: rest.collect(),
                        so_far,
                    };
                    return Ok(waiting.ask(*question));
                }
                Some(Ok(EvaluationStep::Done(value))) => {
                    rule.finish(Ok(value), environment, occasion)
                }
                Some(Err(error)) => rule.finish(Err(error), environment, occasion),
            };
            if !so_far.add(index, rule, run.yields) {
                break;
            }
        }
        so_far.end().map(MappingStep::Done)
    }

    /// The same without questions: a rule that has one fails.
    ///
    /// Null is not sent: a rule without a value gives its default value to a new object, and nothing to an existing one.
    ///
    /// ```
    /// use scim_mapping::{Environment, Mapping, Occasion, Record, Rule, RuleSource};
    ///
    /// let mapping = Mapping::new(vec![Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?)]);
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let record = Record::default().with("mail", "ines@fjordlab.example");
    /// let attributes = mapping.evaluate(&record, &environment, Occasion::Create)?;
    /// assert_eq!(attributes.get("userName"), Some(&"ines@fjordlab.example".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Mapping::start`], and every rule that asks.
    pub fn evaluate(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
    ) -> Result<TargetAttributes, EvaluationErrors> {
        self.evaluate_rules(record, environment, occasion, |rule| !rule.reference)
    }

    pub(crate) fn evaluate_rules(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
        is_wanted: impl Fn(&Rule) -> bool,
    ) -> Result<TargetAttributes, EvaluationErrors> {
        let mut so_far = SoFar::default();
        for (index, rule) in self.rules().iter().enumerate() {
            if is_wanted(rule) {
                let run = rule.run(record, environment, occasion, None);
                if !so_far.add(index, rule, run.yields) {
                    break;
                }
            }
        }
        so_far.end()
    }
}
