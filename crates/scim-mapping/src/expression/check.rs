//! What is checked of an expression against the types of its attributes and of its target, before any record is seen.

mod argument;
mod call;
mod inference;
mod kind;
mod outcome;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::Expression;
use super::expression_error::write_place;
use crate::rule::DataType;

/// The type of an attribute: what kind of value, and whether one or several.
///
/// ```
/// use scim_mapping::{DataType, ValueType};
///
/// assert!(ValueType::several(DataType::String).multi_valued);
/// assert_eq!(ValueType::single(DataType::Boolean).to_string(), "Boolean");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ValueType {
    /// The kind of each value.
    pub data_type: DataType,
    /// Whether the attribute can have several values.
    pub multi_valued: bool,
}

impl ValueType {
    /// A type of its parts.
    ///
    /// ```
    /// use scim_mapping::{DataType, ValueType};
    ///
    /// assert_eq!(ValueType::new(DataType::String, true), ValueType::several(DataType::String));
    /// ```
    #[must_use]
    pub fn new(data_type: DataType, multi_valued: bool) -> Self {
        Self {
            data_type,
            multi_valued,
        }
    }

    /// The type of an attribute with one value.
    ///
    /// ```
    /// assert!(!scim_mapping::ValueType::single(scim_mapping::DataType::String).multi_valued);
    /// ```
    #[must_use]
    pub fn single(data_type: DataType) -> Self {
        Self::new(data_type, false)
    }

    /// The type of an attribute with several values.
    ///
    /// ```
    /// assert!(scim_mapping::ValueType::several(scim_mapping::DataType::String).multi_valued);
    /// ```
    #[must_use]
    pub fn several(data_type: DataType) -> Self {
        Self::new(data_type, true)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = if self.multi_valued {
            ", several values"
        } else {
            ""
        };
        write!(formatter, "{:?}{several}", self.data_type)
    }
}

/// What an expression is for: the type of the target attribute, and how the mapping uses it.
///
/// ```
/// use scim_mapping::{DataType, ExpressionTarget, ValueType};
///
/// let target = ExpressionTarget::new(ValueType::single(DataType::String)).matching();
/// assert!(target.matching);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpressionTarget {
    /// The type of the target attribute.
    pub value_type: ValueType,
    /// Whether objects are matched by this attribute.
    pub matching: bool,
    /// Whether the mapping is applied only during object creation.
    pub only_during_creation: bool,
}

impl ExpressionTarget {
    /// An attribute that is neither matched by nor set only during creation.
    ///
    /// ```
    /// use scim_mapping::{DataType, ExpressionTarget, ValueType};
    ///
    /// assert!(!ExpressionTarget::new(ValueType::single(DataType::String)).matching);
    /// ```
    #[must_use]
    pub fn new(value_type: ValueType) -> Self {
        Self {
            value_type,
            matching: false,
            only_during_creation: false,
        }
    }

    /// The same attribute, by which objects are matched.
    ///
    /// ```
    /// use scim_mapping::{DataType, ExpressionTarget, ValueType};
    ///
    /// assert!(ExpressionTarget::new(ValueType::single(DataType::String)).matching().matching);
    /// ```
    #[must_use]
    pub fn matching(self) -> Self {
        Self {
            matching: true,
            ..self
        }
    }

    /// The same attribute, set only during object creation.
    ///
    /// ```
    /// use scim_mapping::{DataType, ExpressionTarget, ValueType};
    ///
    /// let target = ExpressionTarget::new(ValueType::single(DataType::String)).only_during_creation();
    /// assert!(target.only_during_creation);
    /// ```
    #[must_use]
    pub fn only_during_creation(self) -> Self {
        Self {
            only_during_creation: true,
            ..self
        }
    }
}

/// How grave a problem is.
///
/// ```
/// use scim_mapping::Severity;
///
/// assert!(Severity::Error > Severity::Warning);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a problem is one or the other; people match on both"
)]
pub enum Severity {
    /// It works, but perhaps not for every record, or not as it looks.
    Warning,
    /// It cannot work, or not for records as their types allow them.
    Error,
}

/// What kind of problem an [`ExpressionProblem`] reports.
///
/// ```
/// use std::collections::BTreeMap;
/// use scim_mapping::{DataType, Expression, ExpressionProblemKind, ExpressionTarget, ValueType};
///
/// let expression: Expression = r#"DateAdd("q", 1, Now())"#.parse()?;
/// let target = ExpressionTarget::new(ValueType::single(DataType::DateTime)).only_during_creation();
/// let problems = expression.check(&BTreeMap::new(), target);
/// assert_eq!(problems[0].kind, ExpressionProblemKind::NeverWorks);
/// # Ok::<(), scim_mapping::ExpressionError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ExpressionProblemKind {
    /// The source has no such attribute.
    UnknownAttribute,
    /// An argument is not, or not always, of the type that the function needs.
    ArgumentType,
    /// An argument is such that the call fails for every record.
    NeverWorks,
    /// The result is not, or not always, of the target attribute's type.
    ResultType,
    /// The value is the same for every record, or a part never takes effect.
    NoEffect,
    /// A condition behaves otherwise than it looks when an attribute has no value.
    NullCondition,
    /// The value differs with each evaluation.
    NotDeterministic,
    /// `SelectUniqueValue` stands where it cannot work.
    Uniqueness,
}

/// A problem that [`Expression::check`] has found: what, where, how grave, and what to do.
///
/// One line with `{}`; with `{:#}` the text and a caret under the place follow.
///
/// ```
/// use std::collections::BTreeMap;
/// use scim_mapping::{DataType, Expression, ExpressionTarget, ValueType};
///
/// let attributes = BTreeMap::from([("givenName".to_owned(), ValueType::single(DataType::String))]);
/// let expression: Expression = "ToUpper([givenname])".parse()?;
/// let problems = expression.check(&attributes, ExpressionTarget::new(ValueType::single(DataType::String)));
/// assert_eq!(problems[0].range, 8..19);
/// assert_eq!(
///     format!("{:#}", problems[0]),
///     "error at character 9: the source has no attribute [givenname]; did you mean `givenName`?\n\
///      ToUpper([givenname])\n        ^^^^^^^^^^^"
/// );
/// # Ok::<(), scim_mapping::ExpressionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpressionProblem {
    /// How grave it is.
    pub severity: Severity,
    /// What kind of problem it is.
    pub kind: ExpressionProblemKind,
    /// The bytes of the expression's text which are at fault.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub way_out: String,
    text: Arc<str>,
}

impl fmt::Display for ExpressionProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.severity {
            Severity::Warning => "warning ",
            Severity::Error => "error ",
        })?;
        let message = format!("{}; {}", self.message, self.way_out);
        write_place(formatter, &self.text, &self.range, &message)
    }
}

impl Expression {
    /// Every problem that can be seen without a record, in the order of the text.
    ///
    /// `attributes` has the attributes of the source with their types. An expression without a problem yields, for every
    /// record that has its attributes with values of those types, a value that [`EvaluatedValue::convert`] turns into the
    /// target's type. What only a record shows stays: a text may be no date in the format that `FormatDateTime` expects.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use scim_mapping::{DataType, Expression, ExpressionTarget, Severity, ValueType};
    ///
    /// let attributes = BTreeMap::from([
    ///     ("accountEnabled".to_owned(), ValueType::single(DataType::Boolean)),
    ///     ("proxyAddresses".to_owned(), ValueType::several(DataType::String)),
    /// ]);
    /// let check = |text: &str, data_type| -> Result<_, scim_mapping::ExpressionError> {
    ///     let target = ExpressionTarget::new(ValueType::single(data_type));
    ///     Ok(text.parse::<Expression>()?.check(&attributes, target))
    /// };
    /// assert!(check("Not([accountEnabled])", DataType::Boolean)?.is_empty());
    ///
    /// let problems = check("Join(\",\", [proxyAddresses])", DataType::Boolean)?;
    /// assert_eq!(problems[0].severity, Severity::Warning);
    /// let problems = check("[proxyAddresses]", DataType::String)?;
    /// assert_eq!(problems[0].way_out, "choose one with Item or combine them with Join");
    /// # Ok::<(), scim_mapping::ExpressionError>(())
    /// ```
    ///
    /// [`EvaluatedValue::convert`]: crate::EvaluatedValue::convert
    #[must_use]
    pub fn check(
        &self,
        attributes: &BTreeMap<String, ValueType>,
        target: ExpressionTarget,
    ) -> Vec<ExpressionProblem> {
        inference::Checker::new(self, attributes, target).run()
    }
}
