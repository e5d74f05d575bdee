//! A trace for people.

use std::fmt;

use serde_json::Value;

use super::{AttributeTrace, StepValue, Trace, TraceOutcome};

impl fmt::Display for StepValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(formatter),
            Self::Ignore => formatter.write_str("leave the target as it is"),
            Self::IgnoreObject => formatter.write_str("leave the object out"),
            Self::Failed(reason) => write!(formatter, "failed: {reason}"),
            Self::Asked => formatter.write_str("the target is asked"),
            Self::NotEvaluated => formatter.write_str("not evaluated"),
        }
    }
}

impl fmt::Display for AttributeTrace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = &self.target;
        match &self.outcome {
            TraceOutcome::Set { value } => writeln!(formatter, "{target} = {value}")?,
            TraceOutcome::FirstFree { candidates } => {
                let candidates: Vec<String> = candidates.iter().map(Value::to_string).collect();
                let candidates = candidates.join(", ");
                writeln!(
                    formatter,
                    "{target} = the first that no other object of the target has: {candidates}"
                )?;
            }
            TraceOutcome::Removed => writeln!(formatter, "{target} loses its value")?,
            TraceOutcome::Skipped { reason } => {
                writeln!(formatter, "{target} stays as it is: {reason}")?;
            }
            TraceOutcome::ObjectIgnored => {
                writeln!(formatter, "{target} leaves the object out: nothing is sent")?;
            }
            TraceOutcome::Failed { reason } => writeln!(formatter, "{target} failed: {reason}")?,
        }
        write!(formatter, "  rule {}, {}", self.rule, self.kind)?;
        if !self.source.is_empty() {
            write!(formatter, ": {}", self.source)?;
        }
        writeln!(formatter)?;
        for step in &self.steps {
            let indent = 4 + 2 * step.depth;
            writeln!(
                formatter,
                "{:indent$}{}: {}",
                "", step.expression, step.value
            )?;
        }
        if self.is_default {
            writeln!(
                formatter,
                "  the source gave null: the default value is used"
            )?;
        }
        if let Some(conversion) = &self.conversion {
            writeln!(
                formatter,
                "  {} became {}, as the target attribute is {}",
                conversion.from,
                conversion.to,
                conversion.data_type.as_str()
            )?;
        }
        if self.is_reference {
            writeln!(
                formatter,
                "  a reference: it is sent when the object exists in the target"
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attributes
            .iter()
            .try_for_each(|attribute| attribute.fmt(formatter))
    }
}
