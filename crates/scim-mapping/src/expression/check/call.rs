//! What a call yields, and what looks right but is not.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::super::date_format::{Format, Moment, Zone};
use super::super::functions::{known_group, unknown_references};
use super::super::{Function, Node, date_text};
use super::argument::Expected;
use super::inference::{Checked, Checker};
use super::kind::Kind;
use super::{ExpressionProblemKind as Problem, Severity};
use crate::rule::DataType;

type Arguments<'checked, 'expression> = &'checked [Option<Checked<'expression>>];

fn kind_at(arguments: Arguments<'_, '_>, index: usize) -> Kind {
    arguments
        .get(index)
        .and_then(Option::as_ref)
        .map_or_else(Kind::null, |argument| argument.kind.clone())
}

fn node_at<'expression>(
    arguments: Arguments<'_, 'expression>,
    index: usize,
) -> Option<&'expression Node> {
    arguments
        .get(index)
        .and_then(Option::as_ref)
        .map(|argument| argument.node)
}

fn union(kinds: impl Iterator<Item = Kind>) -> Kind {
    kinds
        .reduce(|all, kind| all.or(&kind))
        .unwrap_or_else(Kind::null)
}

impl Checker<'_> {
    pub(super) fn call(&mut self, function: Function, arguments: Arguments<'_, '_>) -> Kind {
        let given = arguments
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |last| last + 1);
        let mut faulty = false;
        for (index, argument) in arguments.iter().enumerate() {
            if let Some(argument) = argument {
                let expected = Expected::of(function, index, given);
                faulty |= self.argument(function, index, expected, argument);
            }
        }
        match function {
            Function::IIF => self.condition(arguments),
            Function::Switch => faulty |= self.switch(arguments),
            Function::Replace => faulty |= self.replace(arguments),
            _ => {}
        }
        let given = || arguments.iter().flatten();
        Kind {
            closed: given().all(|argument| argument.kind.closed),
            varies: matches!(
                function,
                Function::Now | Function::Guid | Function::RandomString
            ) || given().any(|argument| argument.kind.varies),
            faulty,
            ..result_of(function, arguments)
        }
    }

    fn condition(&mut self, arguments: Arguments<'_, '_>) {
        let Some(Some(condition)) = arguments.first() else {
            return;
        };
        if let Node::Call {
            function: asked @ (Function::IsPresent | Function::IsNull | Function::IsNullOrEmpty),
            ..
        } = condition.node
        {
            self.report(
                Severity::Warning,
                Problem::NullCondition,
                condition.place,
                format!("Microsoft documents {asked} in the condition of IIF as unsupported, although it works here"),
                "write Switch([a], [a], \"\", \"other\")",
            );
        }
    }

    /// Keys that can never match; the answer is whether the source is none that Switch takes.
    fn switch(&mut self, arguments: Arguments<'_, '_>) -> bool {
        let Some(Some(source)) = arguments.first() else {
            return false;
        };
        if source.kind.types.contains(&DataType::Reference) {
            self.report(
                Severity::Error,
                Problem::ArgumentType,
                source.place,
                "Switch does not work with reference attributes",
                "map the reference directly",
            );
            return true;
        }
        let mut seen = BTreeSet::new();
        for index in (2..arguments.len()).step_by(2) {
            let Some(Some(key)) = arguments.get(index) else {
                continue;
            };
            let Some(text) = key.kind.only_constant().map(str::to_owned) else {
                continue;
            };
            let can_be =
                source.kind.constants.as_ref().filter(|all| {
                    !source.kind.faulty && !source.kind.closed && !all.contains(&text)
                });
            if let Some(can_be) = can_be.filter(|_| !text.is_empty()) {
                let all: Vec<String> = can_be.iter().map(|text| format!("{text:?}")).collect();
                self.report(
                    Severity::Warning,
                    Problem::NoEffect,
                    key.place,
                    format!(
                        "the key {text:?} never matches; the source is {}",
                        all.join(" or ")
                    ),
                    "correct the key, whose case matters",
                );
            }
            if source.kind.is_only(&[DataType::Boolean])
                && source.kind.constants.is_none()
                && !source.kind.faulty
                && !matches!(text.as_str(), "True" | "False" | "")
            {
                self.report(
                    Severity::Warning,
                    Problem::NoEffect,
                    key.place,
                    format!("the key {text:?} never matches; a Boolean is \"True\" or \"False\""),
                    "correct the key, whose case matters",
                );
            }
            if !seen.insert(text.clone()) {
                self.report(
                    Severity::Warning,
                    Problem::NoEffect,
                    key.place,
                    format!("the key {text:?} stands here a second time, and the first one wins"),
                    "remove it",
                );
            }
        }
        false
    }

    /// Groups that the pattern of `Replace` does not have; the answer is whether the call fails for it.
    fn replace(&mut self, arguments: Arguments<'_, '_>) -> bool {
        let Some(Some(pattern)) = arguments.get(2) else {
            return false;
        };
        let Node::Text(pattern) = pattern.node else {
            let place = pattern.place;
            self.report(
                Severity::Warning,
                Problem::ArgumentType,
                place,
                "only a record shows whether this is a regular expression that can be run",
                "write it as a text",
            );
            return true;
        };
        let Some(pattern) = self.expression.patterns.get(pattern).cloned() else {
            return false;
        };
        if let Some(Some(group)) = arguments.get(3)
            && let Node::Text(name) = group.node
            && let Err(error) = known_group(&pattern, name)
        {
            self.report(
                Severity::Error,
                Problem::NeverWorks,
                group.place,
                error.reason().to_owned(),
                "correct the group's name, whose case matters",
            );
            return true;
        }
        if node_at(arguments, 3).is_none()
            && let Some(Some(replacement)) = arguments.get(4)
            && let Node::Text(text) = replacement.node
        {
            for name in unknown_references(&pattern, text) {
                self.report(
                    Severity::Warning,
                    Problem::NoEffect,
                    replacement.place,
                    format!("the regular expression has no group {name:?}, so that ${{{name}}} stays as it is"),
                    "correct the group's name, whose case matters",
                );
            }
        }
        false
    }
}

fn result_of(function: Function, arguments: Arguments<'_, '_>) -> Kind {
    let nullable = |kind: Kind| Kind {
        nullable: true,
        ..kind
    };
    let source_null = kind_at(arguments, 0).nullable;
    let of = |data_type: DataType| Kind {
        nullable: source_null,
        ..Kind::of(data_type)
    };
    let rest = |start: usize| (start..arguments.len()).map(|index| kind_at(arguments, index));
    match function {
        Function::AppRoleAssignmentsComplex | Function::AssertiveAppRoleAssignmentsComplex => {
            Kind {
                complex: true,
                several: true,
                nullable: true,
                ..Kind::default()
            }
        }
        Function::BitAnd | Function::NumFromDate => of(DataType::Integer),
        Function::Count | Function::InStr => Kind::of(DataType::Integer),
        Function::DateDiff => Kind {
            nullable: kind_at(arguments, 1).nullable || kind_at(arguments, 2).nullable,
            ..Kind::of(DataType::Integer)
        },
        Function::CBool
        | Function::IsNull
        | Function::IsNullOrEmpty
        | Function::IsPresent
        | Function::IsString
        | Function::Not => Kind::of(DataType::Boolean),
        Function::CDate | Function::DateFromNum => of(DataType::DateTime),
        Function::Now => Kind::of(DataType::DateTime),
        Function::DateAdd => Kind {
            nullable: kind_at(arguments, 2).nullable,
            ..Kind::of(DataType::DateTime)
        },
        Function::FormatDateTime => of(formatted_type(arguments)),
        Function::ConvertToBase64 => of(DataType::Binary),
        Function::CStr => Kind {
            types: BTreeSet::from([DataType::String]),
            ..kind_at(arguments, 0)
        },
        Function::Coalesce => {
            let kinds: Vec<Kind> = rest(0).collect();
            let null = kinds.iter().all(|kind| kind.nullable);
            // An attribute with values ends the search, but the record may lack it.
            Kind {
                nullable: null,
                ..union(kinds.into_iter())
            }
        }
        Function::IgnoreFlowIfNullOrEmpty => nullable(kind_at(arguments, 0)),
        Function::IIF => union((1..3).map(|index| kind_at(arguments, index))),
        Function::Item => nullable(Kind {
            several: false,
            constants: None,
            ..kind_at(arguments, 0)
        }),
        Function::Redact => kind_at(arguments, 0),
        Function::RemoveDuplicates => Kind {
            constants: None,
            ..kind_at(arguments, 0)
        },
        Function::SelectUniqueValue => Kind {
            nullable: false,
            ..union(rest(0))
        },
        Function::SingleAppRoleAssignment | Function::Join => nullable(Kind::of(DataType::String)),
        Function::Split => nullable(Kind {
            several: true,
            ..Kind::of(DataType::String)
        }),
        Function::Switch => union(
            std::iter::once(1)
                .chain((3..arguments.len()).step_by(2))
                .map(|index| kind_at(arguments, index)),
        ),
        Function::ToLower | Function::ToUpper => Kind {
            several: kind_at(arguments, 0).several,
            ..of(DataType::String)
        },
        Function::Replace if node_at(arguments, 5).is_some() => {
            nullable(Kind::of(DataType::String))
        }
        Function::Guid | Function::RandomString | Function::Left | Function::Word => {
            Kind::of(DataType::String)
        }
        Function::Append
        | Function::ConvertToUTF8Hex
        | Function::Mid
        | Function::NormalizeDiacritics
        | Function::PCase
        | Function::Replace
        | Function::StripSpaces => of(DataType::String),
    }
}

/// Whether what `FormatDateTime` prints is read as the same date again.
fn formatted_type(arguments: Arguments<'_, '_>) -> DataType {
    let last = arguments.iter().rposition(Option::is_some).unwrap_or(0);
    let Some(Node::Text(format)) = node_at(arguments, last) else {
        return DataType::String;
    };
    let Ok(format) = Format::read(format) else {
        return DataType::String;
    };
    // One that swaps day and month, and one that cannot; its minutes and seconds are no hours.
    let samples = [((2026, 2, 3), (0, 0, 0)), ((2026, 11, 23), (23, 45, 39))];
    let reads_back = samples
        .iter()
        .all(|((year, month, day), (hour, minute, second))| {
            NaiveDate::from_ymd_opt(*year, *month, *day)
                .and_then(|date| date.and_hms_opt(*hour, *minute, *second))
                .is_some_and(|local| reads_back(&format, local))
        });
    if reads_back {
        DataType::DateTime
    } else {
        DataType::String
    }
}

/// Whether what is printed is read as the same day.
fn reads_back(format: &Format, local: NaiveDateTime) -> bool {
    let text = format.print(Moment {
        local,
        zone: Zone::Unspecified,
    });
    // A format without a year takes that of the present day, which is another one here.
    let other_day = local.and_utc() + TimeDelta::days(1000);
    date_text::parse(&text, other_day).is_some_and(|read| read.date_naive() == local.date())
}
