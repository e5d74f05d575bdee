//! One walk through the tree, children before their parents, as their places are kept.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::super::evaluation::{boolean, integer};
use super::super::{ComparisonOperator, Environment, Expression, Function, Node, Word};
use super::kind::Kind;
use super::{
    ExpressionProblem, ExpressionProblemKind as Problem, ExpressionTarget, Severity, ValueType,
};
use crate::Record;
use crate::nearest::nearest;
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
    pub(super) target: ExpressionTarget,
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
        let way_out = match nearest(name, self.attributes.keys().map(String::as_str)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "add it to the source's attribute list".to_owned(),
        };
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
            .evaluate_node(node, &Record::default(), &environment, None)
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
