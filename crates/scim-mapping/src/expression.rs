//! The expression language of Entra's attribute mappings: text, tree and value.
//!
//! An expression imitates a function call of Visual Basic: `Join(" ", [givenName], [surname])`. Attributes stand in square
//! brackets, texts in double quotes, calls nest, and an argument may be left empty. [`Expression`] is one that has been
//! read and checked: its functions exist, their arguments are as many as they must be, and its regular expressions are
//! ones that this crate can run in linear time.
//!
//! What Microsoft's reference leaves open has been decided here, and each decision stands at the function in question:
//! see [`Function`].

mod arguments;
mod check;
mod conversion;
mod date_format;
mod date_text;
mod environment;
mod evaluation;
mod evaluation_error;
mod expression_error;
mod function;
mod functions;
mod grammar;
mod limits;
mod node;
mod pattern;
mod uniqueness;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use regex::Regex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use check::{ExpressionProblem, ExpressionProblemKind, ExpressionTarget, Severity, ValueType};
pub use conversion::ConversionError;
pub use environment::Environment;
pub use evaluation_error::EvaluationError;
pub use expression_error::{ExpressionError, ExpressionErrorKind};
pub use function::Function;
pub use limits::ExpressionLimits;
pub use node::{ComparisonOperator, Node, Word};
pub use uniqueness::{Evaluation, EvaluationStep};
pub use value::EvaluatedValue;

pub(crate) use evaluation::Observer;
pub(crate) use pattern::compile as compile_pattern;

use crate::Record;

/// An expression that has been read and checked.
///
/// Printing gives the canonical text, which reads back as the same expression.
///
/// ```
/// use scim_mapping::{Environment, Expression, Record};
///
/// let expression: Expression = r#"Join(" ",[givenName] , [surname])"#.parse()?;
/// assert_eq!(expression.to_string(), r#"Join(" ", [givenName], [surname])"#);
///
/// let record = Record::from_json(r#"{"givenName": "Ines", "surname": "Okafor"}"#)?;
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// assert_eq!(expression.evaluate(&record, &environment)?.to_string(), "Ines Okafor");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Expression {
    root: Node,
    /// Whether it makes roles that are added to those that are there.
    adds_roles: bool,
    /// The regular expressions that stand in the text, compiled once.
    patterns: BTreeMap<String, Regex>,
    /// The text that was read, and where each node stands in it, children before their parents.
    text: Arc<str>,
    places: Arc<[Range<usize>]>,
    output: usize,
}

impl Expression {
    /// Reads an expression under limits of one's own.
    ///
    /// ```
    /// use scim_mapping::{Expression, ExpressionLimits};
    ///
    /// let mut limits = ExpressionLimits::default();
    /// limits.depth = 2;
    /// let error = Expression::parse("Not(Not(Not([flag])))", limits).unwrap_err();
    /// assert_eq!(error.range(), 8..9);
    /// ```
    ///
    /// # Errors
    ///
    /// When the text is no expression, names a function that does not exist or that this crate does not run, gives a
    /// function a wrong number of arguments, or is longer or deeper than the limits allow.
    pub fn parse(text: &str, limits: ExpressionLimits) -> Result<Self, ExpressionError> {
        let (root, places) = grammar::read(text, limits)?;
        let mut patterns = BTreeMap::new();
        functions::collect_patterns(&root, &mut patterns);
        let mut adds_roles = false;
        root.visit(&mut |node| {
            let function = Function::AppRoleAssignmentsComplex;
            adds_roles |=
                matches!(node, Node::Call { function: called, .. } if *called == function);
        });
        Ok(Self {
            root,
            adds_roles,
            patterns,
            text: text.into(),
            places: places.into(),
            output: limits.output,
        })
    }

    /// The outermost node of the tree.
    ///
    /// ```
    /// use scim_mapping::{Expression, Node};
    ///
    /// let expression: Expression = "[mail]".parse()?;
    /// assert_eq!(expression.root(), &Node::Attribute("mail".to_owned()));
    /// # Ok::<(), scim_mapping::ExpressionError>(())
    /// ```
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The source attributes that the expression reads, each once, in order of appearance.
    ///
    /// ```
    /// # use scim_mapping::Expression;
    /// let expression: Expression = "Coalesce([mail], [userPrincipalName], [mail])".parse()?;
    /// assert_eq!(expression.attributes(), ["mail", "userPrincipalName"]);
    /// # Ok::<(), scim_mapping::ExpressionError>(())
    /// ```
    #[must_use]
    pub fn attributes(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.root.visit(&mut |node| {
            if let Node::Attribute(name) = node
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        });
        names
    }

    /// Whether `function` is called anywhere in the expression.
    ///
    /// ```
    /// # use scim_mapping::{Expression, Function};
    /// let expression: Expression = "Redact(ToLower([mail]))".parse()?;
    /// assert!(expression.calls(Function::Redact));
    /// assert!(!expression.calls(Function::Now));
    /// # Ok::<(), scim_mapping::ExpressionError>(())
    /// ```
    #[must_use]
    pub fn calls(&self, function: Function) -> bool {
        let mut found = false;
        self.root.visit(&mut |node| {
            found |= matches!(node, Node::Call { function: called, .. } if *called == function);
        });
        found
    }

    /// The value of the expression for one source record.
    ///
    /// Nothing but the arguments is read: the time and random numbers come from the [`Environment`].
    ///
    /// ```
    /// # use scim_mapping::{Environment, EvaluatedValue, Expression, Record};
    /// let record = Record::from_json(r#"{"IsSoftDeleted": false}"#)?;
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let expression: Expression = r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#.parse()?;
    /// assert_eq!(expression.evaluate(&record, &environment)?, EvaluatedValue::Text("True".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a function cannot work with the values that it gets, such as a text that is no date. The error names the
    /// function and the value. Branches of `IIF` and `Switch` that are not taken are not evaluated and cannot fail.
    /// `SelectUniqueValue` fails, since only the target has the answer: see [`Evaluation`].
    pub fn evaluate(
        &self,
        record: &Record,
        environment: &Environment,
    ) -> Result<EvaluatedValue, EvaluationError> {
        self.evaluate_observed(record, environment, None)
    }

    /// The same, telling the value of every node.
    pub(crate) fn evaluate_observed(
        &self,
        record: &Record,
        environment: &Environment,
        observer: Option<&Observer<'_>>,
    ) -> Result<EvaluatedValue, EvaluationError> {
        self.evaluate_node(&self.root, record, environment, observer)
    }

    pub(crate) fn adds_roles(&self) -> bool {
        self.adds_roles
    }

    /// Whether the target has to be asked for the value: see [`Evaluation`].
    pub(crate) fn asks(&self) -> bool {
        matches!(
            self.root,
            Node::Call {
                function: Function::SelectUniqueValue,
                ..
            }
        )
    }

    fn evaluate_node(
        &self,
        node: &Node,
        record: &Record,
        environment: &Environment,
        observer: Option<&Observer<'_>>,
    ) -> Result<EvaluatedValue, EvaluationError> {
        let value = evaluation::Scope {
            record,
            environment,
            patterns: &self.patterns,
            observer,
            output: self.output,
        }
        .evaluate(node);
        match value {
            Err(error) if error.ignores_object() => Ok(EvaluatedValue::IgnoreObject),
            value => value,
        }
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Expression {}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, ExpressionLimits::default())
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(formatter)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
