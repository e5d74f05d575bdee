//! What must not be shown of a redacted rule.

use super::{AttributeTrace, StepValue, TraceOutcome};
use crate::mapping::run::{REDACTED, REDACTED_REASON};

impl AttributeTrace {
    pub(super) fn redact(&mut self) {
        for step in &mut self.steps {
            match &mut step.value {
                StepValue::Value(value) if !value.is_null() => *value = REDACTED.into(),
                StepValue::Failed(reason) => REDACTED_REASON.clone_into(reason),
                StepValue::Value(_)
                | StepValue::Ignore
                | StepValue::IgnoreObject
                | StepValue::Asked
                | StepValue::NotEvaluated => {}
            }
        }
        self.conversion = None;
        match &mut self.outcome {
            TraceOutcome::Set { value } => *value = REDACTED.into(),
            TraceOutcome::FirstFree { candidates } => candidates.fill(REDACTED.into()),
            TraceOutcome::Failed { reason } => REDACTED_REASON.clone_into(reason),
            TraceOutcome::Removed | TraceOutcome::Skipped { .. } | TraceOutcome::ObjectIgnored => {}
        }
    }
}
