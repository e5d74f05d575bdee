use std::fmt;

use super::Function;

/// A node of an expression's tree.
///
/// ```
/// use scim_mapping::{Expression, Function, Node};
///
/// let expression: Expression = r#"Append([mailNickname], "-eu")"#.parse()?;
/// let Node::Call { function, arguments } = expression.root() else { panic!("a call") };
/// assert_eq!(*function, Function::Append);
/// assert_eq!(arguments[1], Some(Node::Text("-eu".to_owned())));
/// # Ok::<(), scim_mapping::ExpressionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the grammar of the language is closed; people match on all of it"
)]
pub enum Node {
    /// `[mail]`: an attribute of the source record.
    Attribute(String),
    /// `"en_US"`: a text, without its quotes and escapes.
    Text(String),
    /// `42`, `-1`, `&H0F`: a number as it was written.
    Number(String),
    /// A word with a meaning of its own, such as `vbTextCompare`.
    Word(Word),
    /// `[state] = "ON"`: a condition.
    Comparison {
        /// What stands left of the operator.
        left: Box<Self>,
        /// The operator.
        operator: ComparisonOperator,
        /// What stands right of the operator.
        right: Box<Self>,
    },
    /// A function call. `None` is an argument that was left empty, which differs from an empty text.
    Call {
        /// The function called.
        function: Function,
        /// Its arguments in order.
        arguments: Vec<Option<Self>>,
    },
}

impl Node {
    pub(super) fn visit<'node>(&'node self, visitor: &mut impl FnMut(&'node Self)) {
        visitor(self);
        match self {
            Self::Comparison { left, right, .. } => {
                left.visit(visitor);
                right.visit(visitor);
            }
            Self::Call { arguments, .. } => {
                for argument in arguments.iter().flatten() {
                    argument.visit(visitor);
                }
            }
            Self::Attribute(_) | Self::Text(_) | Self::Number(_) | Self::Word(_) => {}
        }
    }
}

/// Prints the canonical text: no space inside brackets, a comma and a blank between arguments.
impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(formatter, "[{name}]"),
            Self::Text(text) => write_quoted(formatter, text),
            Self::Number(number) => formatter.write_str(number),
            Self::Word(word) => formatter.write_str(word.as_str()),
            Self::Comparison {
                left,
                operator,
                right,
            } => write!(formatter, "{left} {operator} {right}"),
            Self::Call {
                function,
                arguments,
            } => {
                write!(formatter, "{function}(")?;
                for (index, argument) in arguments.iter().enumerate() {
                    if index > 0 {
                        formatter.write_str(", ")?;
                    }
                    if let Some(argument) = argument {
                        argument.fmt(formatter)?;
                    }
                }
                formatter.write_str(")")
            }
        }
    }
}

/// Writes a text as a literal: in double quotes, with quotes and backslashes escaped.
pub(crate) fn write_quoted(formatter: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    formatter.write_str("\"")?;
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            formatter.write_str("\\")?;
        }
        write!(formatter, "{character}")?;
    }
    formatter.write_str("\"")
}

/// A bare word that the language knows.
///
/// ```
/// use scim_mapping::Word;
///
/// assert_eq!(Word::TextCompare.as_str(), "vbTextCompare");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Word {
    /// `vbBinaryCompare`: `InStr` respects case.
    BinaryCompare,
    /// `vbTextCompare`: `InStr` disregards case.
    TextCompare,
    /// `True`, the same as the text `"True"`.
    True,
    /// `False`, the same as the text `"False"`.
    False,
    /// `IgnoreAttributeFlow`: leave this attribute out this time.
    IgnoreAttributeFlow,
    /// `IgnoreObjectFlow`: leave the whole object out this time.
    IgnoreObjectFlow,
}

impl Word {
    pub(super) const ALL: [Self; 6] = [
        Self::BinaryCompare,
        Self::TextCompare,
        Self::True,
        Self::False,
        Self::IgnoreAttributeFlow,
        Self::IgnoreObjectFlow,
    ];

    /// The word as it stands in an expression.
    ///
    /// ```
    /// assert_eq!(scim_mapping::Word::IgnoreAttributeFlow.as_str(), "IgnoreAttributeFlow");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BinaryCompare => "vbBinaryCompare",
            Self::TextCompare => "vbTextCompare",
            Self::True => "True",
            Self::False => "False",
            Self::IgnoreAttributeFlow => "IgnoreAttributeFlow",
            Self::IgnoreObjectFlow => "IgnoreObjectFlow",
        }
    }
}

/// How a condition compares its two sides.
///
/// Two numbers are compared as numbers, anything else as text, with regard to case. Null makes every comparison false,
/// `<>` included.
///
/// ```
/// use scim_mapping::ComparisonOperator;
///
/// assert_eq!(ComparisonOperator::NotEqual.to_string(), "<>");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the operators of the language are closed"
)]
pub enum ComparisonOperator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

impl fmt::Display for ComparisonOperator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        })
    }
}
