//! What a source can yield, as far as its tree tells, and whether the target attribute takes it.

use chrono::DateTime;
use scim_core::schema::{AttributeType, RegisteredResourceType};
use scim_core::scim_filter::PatchPath;

use super::super::to_json;
use crate::expression::{EvaluatedValue, Expression, Node};
use crate::location::Location;
use crate::mapping::problem::{Place, Problems};
use crate::rule::{DataType, Rule, RuleSource};
use crate::synchronization_schema::ObjectDefinition;

/// One thing that a source can yield.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Yields {
    /// This text.
    Literal(String),
    /// Some text.
    Text,
    /// Some text made by a function that is for making it, such as a date in a format.
    Formatted,
    Boolean,
    Integer,
    Date,
    /// Several values.
    List,
    /// Nothing is known.
    Anything,
}

impl Yields {
    fn name(&self) -> &'static str {
        match self {
            Self::Literal(_) | Self::Text | Self::Formatted | Self::Anything => "a text",
            Self::Boolean => "a truth value",
            Self::Integer => "a whole number",
            Self::Date => "a date and time",
            Self::List => "several values",
        }
    }
}

pub(super) fn check(
    rule: &Rule,
    place: Place<'_>,
    source: Option<&ObjectDefinition>,
    target: &RegisteredResourceType,
    problems: &mut Problems,
) {
    let (data_type, multi_valued) = target_type(rule, target);
    let mut all = Vec::new();
    match &rule.source {
        RuleSource::None => return,
        RuleSource::Direct(name) => add(&Node::Attribute(name.clone()), source, &mut all),
        RuleSource::Constant(text) => all.push(Yields::Literal(text.clone())),
        RuleSource::Expression(expression) => {
            add(expression.root(), source, &mut all);
            check_sameness(expression, &all, place, problems);
        }
    }
    for yields in &all {
        check_type(yields, data_type, multi_valued, place, problems);
    }
}

/// The type of the rule, and where that says nothing but text, the type that the target offers.
fn target_type(rule: &Rule, target: &RegisteredResourceType) -> (DataType, bool) {
    let offered = Location::of(&rule.target, target).definition;
    let is_filtered = matches!(rule.target, PatchPath::ValuePath { .. });
    let (offered_type, offered_multi_valued) =
        offered.map_or((DataType::String, false), |offered| {
            let data_type = match offered.r#type {
                AttributeType::Boolean => DataType::Boolean,
                AttributeType::Integer => DataType::Integer,
                AttributeType::DateTime => DataType::DateTime,
                AttributeType::Binary => DataType::Binary,
                _ => DataType::String,
            };
            (data_type, offered.multi_valued && !is_filtered)
        });
    let data_type = if rule.data_type == DataType::String {
        offered_type
    } else {
        rule.data_type
    };
    (data_type, rule.multi_valued || offered_multi_valued)
}

fn add(node: &Node, source: Option<&ObjectDefinition>, all: &mut Vec<Yields>) {
    let mut put = |yields: Yields| {
        if !all.contains(&yields) {
            all.push(yields);
        }
    };
    match node {
        Node::Text(text) | Node::Number(text) => put(Yields::Literal(text.clone())),
        Node::Word(crate::Word::IgnoreAttributeFlow) => {}
        Node::Word(word) => put(Yields::Literal(word.as_str().to_owned())),
        Node::Comparison { .. } => put(Yields::Boolean),
        Node::Attribute(name) => put(attribute(name, source)),
        Node::Call {
            function,
            arguments,
        } => {
            let branches: Vec<&Node> = match function.name() {
                "IIF" => arguments.iter().skip(1).flatten().collect(),
                "Switch" => {
                    let default = arguments.get(1).into_iter().flatten();
                    let values = arguments.iter().skip(3).step_by(2).flatten();
                    default.chain(values).collect()
                }
                "Coalesce" | "IgnoreFlowIfNullOrEmpty" | "Redact" => {
                    arguments.iter().flatten().collect()
                }
                "Not" => {
                    put(Yields::Literal("True".to_owned()));
                    put(Yields::Literal("False".to_owned()));
                    return;
                }
                "Count" | "InStr" | "BitAnd" | "DateDiff" | "NumFromDate" => {
                    put(Yields::Integer);
                    return;
                }
                "CBool" | "IsNull" | "IsNullOrEmpty" | "IsPresent" | "IsString" => {
                    put(Yields::Boolean);
                    return;
                }
                "CDate" | "Now" | "DateAdd" | "DateFromNum" => {
                    put(Yields::Date);
                    return;
                }
                "FormatDateTime" => {
                    put(Yields::Formatted);
                    return;
                }
                "Split" | "RemoveDuplicates" => {
                    put(Yields::List);
                    return;
                }
                "CStr" | "Item" | "Replace" | "Word" | "Mid" | "Left" => {
                    // These are how people cut a number or a truth value out of a text.
                    put(Yields::Anything);
                    return;
                }
                name if name.contains("AppRoleAssignment") => {
                    put(Yields::Anything);
                    return;
                }
                _ => {
                    put(Yields::Text);
                    return;
                }
            };
            for branch in branches {
                add(branch, source, all);
            }
        }
    }
}

fn attribute(name: &str, source: Option<&ObjectDefinition>) -> Yields {
    let Some(definition) = source.and_then(|source| source.attribute(name)) else {
        return Yields::Anything;
    };
    if definition.multivalued.value() == Some(&true) {
        return Yields::List;
    }
    let name = definition.r#type.value().map(String::as_str);
    match name.and_then(DataType::from_name) {
        Some(DataType::Boolean) => Yields::Boolean,
        Some(DataType::Integer) => Yields::Integer,
        Some(DataType::DateTime) => Yields::Date,
        // Attribute lists say String of nearly everything.
        _ => Yields::Anything,
    }
}

fn check_type(
    yields: &Yields,
    data_type: DataType,
    multi_valued: bool,
    place: Place<'_>,
    problems: &mut Problems,
) {
    let wanted = data_type.as_str();
    match (yields, data_type) {
        (Yields::Literal(text), _) => {
            let value = EvaluatedValue::Text(text.clone());
            if let Err(reason) = to_json(&value, data_type, multi_valued, DateTime::UNIX_EPOCH) {
                problems.error(
                    place,
                    "source",
                    format!("the source can yield \"{text}\": {reason}"),
                    "correct the value in the expression",
                );
            }
        }
        (Yields::Boolean, DataType::Integer | DataType::DateTime)
        | (Yields::Integer, DataType::Boolean | DataType::DateTime)
        | (Yields::Date, DataType::Boolean | DataType::Integer) => problems.error(
            place,
            "source",
            format!("the source yields {}, where the target takes {wanted}", yields.name()),
            "convert it, or map to another attribute",
        ),
        (Yields::Text, DataType::Boolean | DataType::Integer | DataType::DateTime) => problems
            .warning(
                place,
                "source",
                format!("the source yields some text, where the target takes {wanted}; a text of another form fails at run time"),
                "make sure of the form, with Switch or FormatDateTime",
            ),
        (Yields::List, _) if !multi_valued => problems.warning(
            place,
            "source",
            "the source can yield several values, where the target takes one",
            "choose one with Item, or combine them with Join",
        ),
        _ => {}
    }
}

/// Whether an expression says the same of everybody.
fn check_sameness(
    expression: &Expression,
    all: &[Yields],
    place: Place<'_>,
    problems: &mut Problems,
) {
    const CHANGING: [&str; 4] = ["Now", "Guid", "RandomString", "SelectUniqueValue"];
    let only = match all {
        [Yields::Literal(text)] => Some(text),
        _ => None,
    };
    let reads_nothing = expression.attributes().is_empty() && !calls(expression.root(), &CHANGING);
    // One literal beside nothing else still differs from null, unless every branch has it.
    if reads_nothing || only.is_some_and(|_| always_has_a_branch(expression.root())) {
        problems.warning(
            place,
            "source",
            "the expression yields the same value for every object",
            "use a constant, or read an attribute",
        );
    }
}

fn calls(node: &Node, names: &[&str]) -> bool {
    match node {
        Node::Comparison { left, right, .. } => calls(left, names) || calls(right, names),
        Node::Call {
            function,
            arguments,
        } => {
            names.contains(&function.name())
                || arguments
                    .iter()
                    .flatten()
                    .any(|argument| calls(argument, names))
        }
        _ => false,
    }
}

/// Whether the choice always gives one of its branches, and none of them is a further choice that may not.
fn always_has_a_branch(node: &Node) -> bool {
    let Node::Call {
        function,
        arguments,
    } = node
    else {
        return matches!(node, Node::Text(_) | Node::Number(_) | Node::Word(_));
    };
    match function.name() {
        "IIF" => {
            let branches = arguments.iter().skip(1);
            arguments.len() == 3
                && branches
                    .into_iter()
                    .all(|branch| branch.as_ref().is_some_and(always_has_a_branch))
        }
        "Switch" => arguments.get(1).is_some_and(Option::is_some),
        _ => false,
    }
}
