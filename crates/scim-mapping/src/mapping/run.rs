//! One rule for one record.

use serde_json::Value;

use super::{Occasion, to_json};
use crate::expression::{
    Environment, EvaluatedValue, Evaluation, EvaluationError, EvaluationStep, Expression, Observer,
};
use crate::record::Record;
use crate::rule::{Apply, NullValues, Rule, RuleSource, ValueChange};

/// What stands for a value that logs must not show.
pub(super) const REDACTED: &str = "[Redact]";
pub(super) const REDACTED_REASON: &str = "the value is not fit; it is redacted";
pub(super) const OBJECT_IGNORED_REASON: &str = "IgnoreObjectFlow: nothing is sent for the object";

/// What a rule came to for a record.
pub(super) struct Run {
    /// What the source gave; none if it was not asked or failed, or if nobody observes.
    pub(super) source: Option<EvaluatedValue>,
    /// Whether the default value took its place.
    pub(super) is_default: bool,
    pub(super) yields: Yield,
}

pub(super) enum Yield {
    Value(Value),
    /// Null, which removes the target's value.
    Removed,
    /// Null, which leaves the target as it is.
    Nothing,
    /// `IgnoreFlowIfNullOrEmpty` without a value.
    Ignored,
    /// `IgnoreObjectFlow`: the whole object is left out.
    ObjectIgnored,
    /// The rule changes nothing in objects that exist.
    NotOnUpdate,
    Failed(String),
}

impl Run {
    pub(super) fn of(yields: Yield) -> Self {
        Self {
            source: None,
            is_default: false,
            yields,
        }
    }
}

impl Rule {
    pub(super) fn run(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
        observer: Option<&Observer<'_>>,
    ) -> Run {
        if self.is_passed_over(occasion) {
            return Run::of(Yield::NotOnUpdate);
        }
        let source = match &self.source {
            RuleSource::Direct(name) => Ok(record.value(name)),
            RuleSource::Constant(text) => Ok(EvaluatedValue::Text(text.clone())),
            RuleSource::Expression(expression) => {
                expression.evaluate_observed(record, environment, observer)
            }
            RuleSource::None => Ok(EvaluatedValue::Null),
        };
        let told = observer.and_then(|_| source.as_ref().ok().cloned());
        Run {
            source: told,
            ..self.finish(source, environment, occasion)
        }
    }

    /// The first question to the target; none where the rule has none.
    pub(super) fn question(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
    ) -> Option<Result<EvaluationStep, EvaluationError>> {
        let expression = self.asking(occasion)?;
        Some(Evaluation::start(expression, record, environment))
    }

    /// What the target would be asked about; none where the rule has no question.
    pub(super) fn candidates(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
        observer: &Observer<'_>,
    ) -> Option<Result<Vec<EvaluatedValue>, EvaluationError>> {
        let expression = self.asking(occasion)?;
        Some(expression.candidates(record, environment, observer))
    }

    fn asking(&self, occasion: Occasion) -> Option<&Expression> {
        match &self.source {
            RuleSource::Expression(expression)
                if expression.asks() && !self.is_passed_over(occasion) =>
            {
                Some(expression)
            }
            _ => None,
        }
    }

    fn is_passed_over(&self, occasion: Occasion) -> bool {
        let is_for_new_objects = match self.apply {
            Apply::OnCreate => true,
            Apply::OnMultiValueAdd => !self.multi_valued,
            Apply::Always | Apply::OnValueAdd | Apply::OnAttributeAdd => false,
        };
        occasion == Occasion::Update && is_for_new_objects
    }

    /// From what the source gave to what the target attribute gets.
    pub(super) fn finish(
        &self,
        source: Result<EvaluatedValue, EvaluationError>,
        environment: &Environment,
        occasion: Occasion,
    ) -> Run {
        let source = match source {
            Ok(source) => source,
            Err(error) => return Run::of(Yield::Failed(error.to_string())),
        };
        let (value, is_default) = match (source, &self.default_value) {
            (EvaluatedValue::Null, Some(default)) if occasion == Occasion::Create => {
                (EvaluatedValue::Text(default.clone()), true)
            }
            (source, _) => (source, false),
        };
        let for_null = match &value {
            EvaluatedValue::Ignore => Yield::Ignored,
            EvaluatedValue::IgnoreObject => Yield::ObjectIgnored,
            _ => Yield::Nothing,
        };
        let yields = match to_json(value, self.data_type, self.multi_valued, environment.now) {
            Ok(Some(value)) => Yield::Value(value),
            Ok(None) if matches!(for_null, Yield::Nothing) && self.removes(occasion) => {
                Yield::Removed
            }
            Ok(None) => for_null,
            Err(reason) => Yield::Failed(reason),
        };
        Run {
            source: None,
            is_default,
            yields,
        }
    }

    /// A rule without a source says nothing about objects that exist, and one that only adds removes nothing.
    fn removes(&self, occasion: Occasion) -> bool {
        occasion == Occasion::Update
            && self.null_values == NullValues::Remove
            && self.value_change() == ValueChange::Replace
            && self.source != RuleSource::None
    }
}
