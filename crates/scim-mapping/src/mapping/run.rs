//! One rule for one record.

use serde_json::Value;

use super::{Occasion, to_json};
use crate::expression::{Environment, EvaluatedValue, Observer};
use crate::record::Record;
use crate::rule::{Apply, NullValues, Rule, RuleSource};

pub(super) const REDACTED_REASON: &str = "the value is not fit; it is redacted";

/// What a rule came to for a record.
pub(super) struct Run {
    /// What the source gave; none if it was not asked or failed.
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
    /// The rule is for new objects only.
    NotOnUpdate,
    Failed(String),
}

impl Rule {
    pub(super) fn run(
        &self,
        record: &Record,
        environment: &Environment,
        occasion: Occasion,
        observer: Option<&Observer<'_>>,
    ) -> Run {
        let run = |source, is_default, yields| Run {
            source,
            is_default,
            yields,
        };
        if occasion == Occasion::Update && self.apply == Apply::OnCreate {
            return run(None, false, Yield::NotOnUpdate);
        }
        let source = match &self.source {
            RuleSource::Direct(name) => Ok(record.value(name)),
            RuleSource::Constant(text) => Ok(EvaluatedValue::Text(text.clone())),
            RuleSource::Expression(expression) => expression
                .evaluate_observed(record, environment, observer)
                .map_err(|error| error.to_string()),
            RuleSource::None => Ok(EvaluatedValue::Null),
        };
        let source = match source {
            Ok(source) => source,
            Err(reason) => return run(None, false, Yield::Failed(reason)),
        };
        let default = match (&source, &self.default_value) {
            (EvaluatedValue::Null, Some(default)) if occasion == Occasion::Create => {
                Some(EvaluatedValue::Text(default.clone()))
            }
            _ => None,
        };
        let value = default.as_ref().unwrap_or(&source);
        let yields = match to_json(value, self.data_type, self.multi_valued, environment.now) {
            Ok(Some(value)) => Yield::Value(value),
            Ok(None) if matches!(value, EvaluatedValue::Ignore) => Yield::Ignored,
            // A rule without a source says nothing about objects that exist.
            Ok(None)
                if occasion == Occasion::Update
                    && self.null_values == NullValues::Remove
                    && self.source != RuleSource::None =>
            {
                Yield::Removed
            }
            Ok(None) => Yield::Nothing,
            Err(reason) => Yield::Failed(reason),
        };
        run(Some(source), default.is_some(), yields)
    }
}
