//! What the whole expression yields, held against what the target attribute takes.

use std::collections::BTreeSet;

use chrono::DateTime;

use super::super::evaluation::integer;
use super::super::{EvaluatedValue, Node};
use super::inference::{Checked, Checker};
use super::{ExpressionProblemKind as Problem, Severity, ValueType};
use crate::rule::DataType;

impl Checker<'_> {
    pub(super) fn same_value(&mut self, root: &Checked<'_>) {
        if root.kind.varies
            || root.kind.faulty
            || !matches!(root.node, Node::Call { .. } | Node::Comparison { .. })
        {
            return;
        }
        let value = match root.kind.only_constant() {
            Some(value) if !root.kind.nullable => format!("{value:?}"),
            None if root.kind.nullable
                && root.kind.constants.as_ref().is_some_and(BTreeSet::is_empty) =>
            {
                "null".to_owned()
            }
            _ => return,
        };
        self.report(
            Severity::Warning,
            Problem::NoEffect,
            root.place,
            format!("the value is {value} for every record"),
            "write a Constant mapping, or correct the condition",
        );
    }

    /// Whether the result is what the target attribute takes.
    pub(super) fn result(&mut self, root: &Checked<'_>) {
        let ValueType {
            data_type,
            multi_valued,
        } = self.target.value_type;
        let wrong = |checker: &mut Self, severity, message: String, way_out: &str| {
            checker.report(severity, Problem::ResultType, root.place, message, way_out);
        };
        if root.kind.several && !multi_valued {
            wrong(
                self,
                Severity::Error,
                "the result can be several values, and the target attribute takes one".to_owned(),
                "choose one with Item or combine them with Join",
            );
            return;
        }
        if root.kind.complex {
            return;
        }
        let (own, convertible, way_out): (&[DataType], &[DataType], &str) = match data_type {
            DataType::String => return,
            DataType::Integer => (
                &[DataType::Integer],
                &[DataType::String],
                "choose with Switch, or make the target attribute a String",
            ),
            DataType::Boolean => (
                &[DataType::Boolean],
                &[DataType::String],
                "convert with CBool or choose with Switch",
            ),
            DataType::DateTime => (
                &[DataType::DateTime],
                &[DataType::String],
                "convert with CDate, FormatDateTime or DateFromNum",
            ),
            DataType::Binary => (
                &[DataType::Binary],
                &[DataType::String],
                "encode with ConvertToBase64",
            ),
            DataType::Reference => (
                &[DataType::Reference],
                &[DataType::String, DataType::Integer],
                "map a reference attribute such as manager",
            ),
        };
        // Few texts are tried one by one; they decide whatever types they have.
        if let Some(constants) = &root.kind.constants {
            let to = ValueType::single(data_type);
            let types = &root.kind.types;
            let refused = constants.iter().find_map(|text| {
                let number = integer(text).filter(|_| types.contains(&DataType::Integer));
                let value = if types.contains(&DataType::Boolean) && is_truth(text) {
                    EvaluatedValue::Boolean(text == "True")
                } else if let Some(number) = number {
                    EvaluatedValue::Integer(number)
                } else {
                    EvaluatedValue::Text(text.clone())
                };
                value.convert(to, DateTime::UNIX_EPOCH).err()
            });
            if let Some(error) = refused {
                let message = format!("the result can be of the wrong type: {}", error.reason());
                let way_out = error.way_out().to_owned();
                wrong(self, Severity::Error, message, &way_out);
            }
            return;
        }
        if root.kind.is_only(own) {
            return;
        }
        let convertible: Vec<DataType> = own.iter().chain(convertible).copied().collect();
        let message = format!(
            "the result is {}, and the target attribute takes {data_type:?}",
            root.kind.describe()
        );
        let severity = if root.kind.is_only(&convertible) {
            Severity::Warning
        } else {
            Severity::Error
        };
        wrong(self, severity, message, way_out);
    }
}

fn is_truth(text: &str) -> bool {
    matches!(text, "True" | "False")
}
