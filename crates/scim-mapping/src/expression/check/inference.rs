//! One walk through the tree, children before their parents, as their places are kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;

use super::super::arguments::nearest;
use super::super::evaluation::{boolean, integer};
use super::super::{
    ComparisonOperator, Environment, EvaluatedValue, Expression, Function, Node, Word,
};
use super::kind::Kind;
use super::{
    ExpressionProblem, ExpressionProblemKind as Problem, ExpressionTarget, Severity, ValueType,
};
use crate::Record;
use crate::rule::DataType;

/// A node with what is known of it.
pub(super) struct Checked<'expression> {
    pub(super) node: &'expression Node,
    pub(super) kind: Kind,
    /// The index of its place.
    pub(super) place: usize,
}

pub(super) struct Checker<'expression> {
    pub(super) expression: &'expression Expression,
    attributes: &'expression BTreeMap<String, ValueType>,
    target: ExpressionTarget,
    problems: Vec<ExpressionProblem>,
    next_place: usize,
}

impl<'expression> Checker<'expression> {
    pub(super) fn new(
        expression: &'expression Expression,
        attributes: &'expression BTreeMap<String, ValueType>,
        target: ExpressionTarget,
    ) -> Self {
        Self {
            expression,
            attributes,
            target,
            problems: Vec::new(),
            next_place: 0,
        }
    }

    pub(super) fn run(mut self) -> Vec<ExpressionProblem> {
        let root = self.node(self.expression.root(), true);
        if !root.kind.faulty {
            self.result(&root);
        }
        self.same_value(&root);
        self.problems
            .sort_by_key(|problem| (problem.range.start, problem.range.end));
        self.problems
    }

    pub(super) fn report(
        &mut self,
        severity: Severity,
        kind: Problem,
        place: usize,
        message: impl Into<String>,
        way_out: impl Into<String>,
    ) {
        self.problems.push(ExpressionProblem {
            severity,
            kind,
            range: self
                .expression
                .places
                .get(place)
                .cloned()
                .unwrap_or_default(),
            message: message.into(),
            way_out: way_out.into(),
            text: self.expression.text.clone(),
        });
    }

    fn node(&mut self, node: &'expression Node, outermost: bool) -> Checked<'expression> {
        let kind = match node {
            Node::Attribute(name) => self.attribute(name),
            Node::Text(text) => Kind::constant(DataType::String, text.clone()),
            Node::Number(number) => match integer(number) {
                Some(value) => Kind::constant(DataType::Integer, value.to_string()),
                None => Kind::constant(DataType::String, number.clone()),
            },
            Node::Word(word @ (Word::True | Word::False)) => {
                Kind::constant(DataType::Boolean, word.as_str().to_owned())
            }
            Node::Word(Word::IgnoreAttributeFlow | Word::IgnoreObjectFlow) => Kind::null(),
            Node::Word(word) => Kind::constant(DataType::String, word.as_str().to_owned()),
            Node::Comparison {
                left,
                operator,
                right,
            } => {
                let left = self.node(left, false);
                let right = self.node(right, false);
                let kind = self.comparison(&left, *operator, &right);
                self.fold(node, kind)
            }
            Node::Call {
                function,
                arguments,
            } => {
                let checked: Vec<Option<Checked<'expression>>> = arguments
                    .iter()
                    .map(|argument| argument.as_ref().map(|node| self.node(node, false)))
                    .collect();
                self.placed_call(*function, outermost);
                let kind = self.call(*function, &checked);
                self.fold(node, kind)
            }
        };
        let place = self.next_place;
        self.next_place += 1;
        Checked { node, kind, place }
    }

    fn attribute(&mut self, name: &str) -> Kind {
        if let Some(value_type) = self.attributes.get(name) {
            return Kind::of_attribute(*value_type);
        }
        let nearest = nearest(name, self.attributes.keys().map(String::as_str));
        let way_out = nearest
            .strip_prefix("; ")
            .unwrap_or("add it to the source's attribute list")
            .to_owned();
        self.report(
            Severity::Error,
            Problem::UnknownAttribute,
            self.next_place,
            format!("the source has no attribute [{name}]"),
            way_out,
        );
        Kind::faulty()
    }

    fn comparison(
        &mut self,
        left: &Checked<'_>,
        operator: ComparisonOperator,
        right: &Checked<'_>,
    ) -> Kind {
        let kind = Kind {
            closed: left.kind.closed && right.kind.closed,
            varies: left.kind.varies || right.kind.varies,
            faulty: left.kind.faulty || right.kind.faulty,
            ..Kind::of(DataType::Boolean)
        };
        if kind.faulty {
            return kind;
        }
        let mut faulty = false;
        for side in [left, right] {
            faulty |= self.one_value(side, "a comparison");
        }
        for (side, other) in [(left, right), (right, left)] {
            if matches!(side.node, Node::Attribute(_)) && other.kind.only_constant() == Some("") {
                self.report(
                    Severity::Warning,
                    Problem::NullCondition,
                    self.next_place,
                    "an attribute without a value makes every comparison false, this one too",
                    "write Switch([a], [a], \"\", \"other\") to catch what has no value",
                );
            }
        }
        let ordered = !matches!(
            operator,
            ComparisonOperator::Equal | ComparisonOperator::NotEqual
        );
        let is_date = |side: &Checked<'_>| side.kind.types.contains(&DataType::DateTime);
        if ordered && (is_date(left) || is_date(right)) {
            self.report(
                Severity::Warning,
                Problem::ArgumentType,
                self.next_place,
                "dates are compared as texts here, not by time",
                "compare DateDiff(\"d\", first, second) with a number",
            );
        }
        Kind { faulty, ..kind }
    }

    /// Where functions stand that cannot stand everywhere.
    fn placed_call(&mut self, function: Function, outermost: bool) {
        let place = self.next_place;
        match function {
            Function::SelectUniqueValue if self.target.matching => self.report(
                Severity::Error,
                Problem::Uniqueness,
                place,
                "SelectUniqueValue cannot make the value that objects are matched by",
                "match by an attribute of the source",
            ),
            Function::SelectUniqueValue if !outermost => self.report(
                Severity::Error,
                Problem::Uniqueness,
                place,
                "SelectUniqueValue stands inside another call",
                "make it the outermost call and move the others into its rules",
            ),
            Function::SelectUniqueValue if !self.target.only_during_creation => self.report(
                Severity::Warning,
                Problem::Uniqueness,
                place,
                "a later evaluation finds the object's own value taken and chooses another",
                "apply this mapping only during object creation",
            ),
            Function::Now | Function::Guid | Function::RandomString if self.target.matching => {
                self.report(
                    Severity::Error,
                    Problem::NotDeterministic,
                    place,
                    format!("objects cannot be matched by what {function} makes, which differs each time"),
                    "match by an attribute of the source",
                );
            }
            Function::Guid | Function::RandomString if !self.target.only_during_creation => {
                self.report(
                    Severity::Warning,
                    Problem::NotDeterministic,
                    place,
                    format!("{function} makes another value each time, so that every cycle changes the target"),
                    "apply this mapping only during object creation",
                );
            }
            _ => {}
        }
    }

    /// Evaluates what reads no attribute: it works always or never.
    fn fold(&mut self, node: &Node, kind: Kind) -> Kind {
        if !kind.closed || kind.faulty {
            return kind;
        }
        if matches!(
            node,
            Node::Call {
                function: Function::SelectUniqueValue,
                ..
            }
        ) {
            return kind;
        }
        let environment = Environment::new(DateTime::UNIX_EPOCH).with_random(|| 0);
        match self
            .expression
            .evaluate_node(node, &Record::default(), &environment)
        {
            Ok(_) if kind.varies => kind,
            Ok(value) => kind.known(&value),
            Err(error) => {
                self.report(
                    Severity::Error,
                    Problem::NeverWorks,
                    self.next_place,
                    format!("this fails for every record: {}", error.reason()),
                    "correct the arguments",
                );
                Kind::faulty()
            }
        }
    }

    fn same_value(&mut self, root: &Checked<'_>) {
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
    fn result(&mut self, root: &Checked<'_>) {
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

    /// Reports a value that can be several; the answer is whether it did.
    pub(super) fn one_value(&mut self, checked: &Checked<'_>, by: &str) -> bool {
        let (what, way_out) = if checked.kind.complex {
            (
                "elements with several members",
                "write SingleAppRoleAssignment",
            )
        } else if checked.kind.several {
            (
                "several values",
                "choose one with Item or combine them with Join",
            )
        } else {
            return false;
        };
        self.report(
            Severity::Error,
            Problem::ArgumentType,
            checked.place,
            format!("this can be {what}, and {by} needs one text"),
            way_out,
        );
        true
    }
}

/// Whether a text is read as a condition.
pub(super) fn is_condition(text: &str) -> bool {
    boolean(text).is_some()
}

fn is_truth(text: &str) -> bool {
    matches!(text, "True" | "False")
}
