//! What each argument of each function has to be.

use chrono::DateTime;

use super::super::evaluation::integer;
use super::super::functions::{INTERVALS, Styles};
use super::super::{Function, Node, date_format::Format, date_text};
use super::inference::{Checked, Checker, is_condition};
use super::{ExpressionProblemKind as Problem, Severity};
use crate::rule::DataType;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// Anything, also several values.
    Any,
    /// One text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number from 1.
    Position,
    Date,
    Condition,
    Interval,
    Styles,
    Format,
    Delimiter,
    Culture,
    CompareType,
    Roles,
}

impl Expected {
    /// `given` is how many arguments the call has.
    pub(super) fn of(function: Function, index: usize, given: usize) -> Self {
        match (function, index) {
            (
                Function::AppRoleAssignmentsComplex
                | Function::AssertiveAppRoleAssignmentsComplex
                | Function::SingleAppRoleAssignment,
                _,
            ) => Self::Roles,
            (Function::BitAnd | Function::DateFromNum, _)
            | (Function::DateAdd | Function::Left | Function::Mid | Function::Word, 1)
            | (Function::Mid, 2)
            | (Function::RandomString, 0..=4) => Self::Integer,
            (Function::Item, 1) | (Function::InStr, 2) => Self::Position,
            (Function::CBool | Function::IIF, 0) => Self::Condition,
            (Function::CDate | Function::NumFromDate, _)
            | (Function::DateAdd, 2)
            | (Function::DateDiff, 1 | 2) => Self::Date,
            (Function::DateAdd | Function::DateDiff, 0) => Self::Interval,
            (Function::FormatDateTime, 1) if given > 3 => Self::Styles,
            (Function::FormatDateTime, 1..) => Self::Format,
            (Function::InStr, 3) => Self::CompareType,
            (Function::Split, 1) => Self::Delimiter,
            (Function::ToLower | Function::ToUpper, 1) => Self::Culture,
            (
                Function::Coalesce
                | Function::Count
                | Function::IgnoreFlowIfNullOrEmpty
                | Function::IsNull
                | Function::IsNullOrEmpty
                | Function::IsPresent
                | Function::IsString
                | Function::Item
                | Function::Redact
                | Function::RemoveDuplicates
                | Function::ToLower
                | Function::ToUpper,
                _,
            )
            | (Function::IIF | Function::Join, 1..) => Self::Any,
            // The default and the values are handed on, the source and the keys are compared.
            (Function::Switch, index) if index % 2 == 1 => Self::Any,
            _ => Self::Text,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Integer => "a whole number",
            Self::Position => "a whole number from 1",
            Self::Date => "a date",
            Self::Condition => "a condition",
            Self::Roles => "the attribute [appRoleAssignments]",
            Self::Interval => "an interval",
            Self::Styles => "a list of styles",
            Self::Format => "a format",
            Self::Delimiter => "a delimiter",
            Self::CompareType => "a comparison",
            _ => "a text",
        }
    }
}

impl Checker<'_> {
    /// Checks one argument; the answer is whether something was reported that makes the call doubtful.
    pub(super) fn argument(
        &mut self,
        function: Function,
        index: usize,
        expected: Expected,
        argument: &Checked<'_>,
    ) -> bool {
        if expected == Expected::Any || argument.kind.faulty {
            return argument.kind.faulty;
        }
        let reported = match expected {
            Expected::Roles => self.roles(function, argument),
            _ if self.one_value(argument, &format!("{function}")) => true,
            _ if argument.kind.constants.is_some() => self.constants(function, expected, argument),
            Expected::Integer | Expected::Position => self.typed(
                function,
                index,
                expected,
                argument,
                &[DataType::Integer],
                "give it an Integer attribute, Count or DateDiff",
            ),
            Expected::Date => self.typed(
                function,
                index,
                expected,
                argument,
                &[DataType::DateTime],
                "convert the text with FormatDateTime first",
            ),
            Expected::Condition => self.typed(
                function,
                index,
                expected,
                argument,
                &[DataType::Boolean, DataType::Integer],
                "compare it with a value, or give it a Boolean",
            ),
            Expected::Interval
            | Expected::Styles
            | Expected::Format
            | Expected::Delimiter
            | Expected::CompareType => {
                self.report(
                    Severity::Warning,
                    Problem::ArgumentType,
                    argument.place,
                    format!(
                        "only a record shows whether this is {} that {function} takes",
                        expected.name()
                    ),
                    "write it as a text",
                );
                true
            }
            _ => false,
        };
        let needs_value = function != Function::DateFromNum
            && matches!(
                expected,
                Expected::Integer | Expected::Position | Expected::Interval | Expected::Format
            );
        if !reported && needs_value && argument.kind.nullable {
            self.report(
                Severity::Warning,
                Problem::ArgumentType,
                argument.place,
                format!("this can be null, and {function} needs {}", expected.name()),
                "give a default with Coalesce",
            );
            return true;
        }
        reported
    }

    fn roles(&mut self, function: Function, argument: &Checked<'_>) -> bool {
        let is_attribute = matches!(argument.node, Node::Attribute(_));
        if !is_attribute {
            self.report(
                Severity::Error,
                Problem::ArgumentType,
                argument.place,
                format!("{function} takes {} only", Expected::Roles.name()),
                "write [appRoleAssignments]",
            );
        }
        !is_attribute
    }

    /// Checks the type of a value that only a record will show.
    fn typed(
        &mut self,
        function: Function,
        index: usize,
        expected: Expected,
        argument: &Checked<'_>,
        types: &[DataType],
        way_out: &str,
    ) -> bool {
        if argument.kind.is_only(types) {
            return false;
        }
        let mut readable = types.to_vec();
        readable.push(DataType::String);
        let severity = if argument.kind.is_only(&readable) {
            Severity::Warning
        } else {
            Severity::Error
        };
        self.report(
            severity,
            Problem::ArgumentType,
            argument.place,
            format!(
                "the argument {} of {function} has to be {}, and this is {}",
                index + 1,
                expected.name(),
                argument.kind.describe()
            ),
            way_out,
        );
        true
    }

    /// Tries the few texts that an argument can be.
    fn constants(
        &mut self,
        function: Function,
        expected: Expected,
        argument: &Checked<'_>,
    ) -> bool {
        let refused: Vec<String> = argument
            .kind
            .constants
            .iter()
            .flatten()
            .filter_map(|text| refusal(expected, text))
            .collect();
        for reason in &refused {
            let (severity, kind) = if expected == Expected::Culture {
                (Severity::Warning, Problem::NoEffect)
            } else {
                (Severity::Error, Problem::NeverWorks)
            };
            self.report(
                severity,
                kind,
                argument.place,
                reason.clone(),
                format!("correct this argument of {}", function.signature()),
            );
        }
        !refused.is_empty()
    }
}

/// Why a text cannot be such an argument.
fn refusal(expected: Expected, text: &str) -> Option<String> {
    match expected {
        Expected::Integer | Expected::Position => match integer(text) {
            None => Some(format!("{text:?} is not a whole number")),
            Some(number) if expected == Expected::Position && number < 1 => {
                Some(format!("{number} is below 1, the first position"))
            }
            Some(_) => None,
        },
        Expected::Date => (!text.is_empty()
            && date_text::parse(text, DateTime::UNIX_EPOCH).is_none())
        .then(|| format!("{text:?} is not a date and time that is understood")),
        Expected::Condition => {
            (!is_condition(text)).then(|| format!("{text:?} is neither true, false nor a number"))
        }
        Expected::Interval => (!INTERVALS.contains(&text))
            .then(|| format!("the interval {text:?} is none of {}", INTERVALS.join(", "))),
        Expected::Styles => Styles::read(text)
            .err()
            .map(|error| error.reason().to_owned()),
        Expected::Format => Format::read(text).err(),
        Expected::Delimiter => {
            let mut characters = text.chars();
            let single = characters.next().is_some() && characters.next().is_none();
            (!single).then(|| format!("the delimiter {text:?} is not one character"))
        }
        Expected::Culture => {
            let well_formed = text.split('-').all(|part| {
                (1..=8).contains(&part.len())
                    && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
            (!text.is_empty() && !well_formed)
                .then(|| format!("{text:?} is not the name of a culture, such as tr-TR"))
        }
        Expected::CompareType => (!matches!(text, "vbBinaryCompare" | "vbTextCompare"))
            .then(|| format!("{text:?} is neither vbBinaryCompare nor vbTextCompare")),
        Expected::Any | Expected::Text | Expected::Roles => None,
    }
}
