use std::fmt;

use serde_json::{Map, Value};

/// What an expression yields.
///
/// Dates are texts in the language's one form, `M/d/yyyy h:mm:ss tt` in UTC. Printing gives the text that a target
/// attribute of type string receives; null prints as nothing.
///
/// ```
/// use scim_mapping::EvaluatedValue;
///
/// assert_eq!(EvaluatedValue::Boolean(true).to_string(), "True");
/// assert_eq!(EvaluatedValue::Null.to_string(), "");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EvaluatedValue {
    /// No value: the source attribute is absent, or nothing matched.
    Null,
    /// A text.
    Text(String),
    /// A truth value, printed `True` or `False`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// The values of a multi-valued attribute, in order.
    List(Vec<String>),
    /// Elements with several members each: the roles that `AppRoleAssignmentsComplex` makes.
    Complex(Vec<Map<String, Value>>),
    /// "Leave the target attribute as it is": the result of `IgnoreFlowIfNullOrEmpty` without a value.
    Ignore,
    /// "Leave the whole object out": the word `IgnoreObjectFlow`, wherever in the expression it is evaluated.
    IgnoreObject,
}

impl EvaluatedValue {
    /// Whether the value is null or an empty text or list.
    ///
    /// ```
    /// # use scim_mapping::EvaluatedValue;
    /// assert!(EvaluatedValue::Text(String::new()).is_null_or_empty());
    /// assert!(!EvaluatedValue::Boolean(false).is_null_or_empty());
    /// ```
    #[must_use]
    pub fn is_null_or_empty(&self) -> bool {
        match self {
            Self::Null | Self::Ignore | Self::IgnoreObject => true,
            Self::Text(text) => text.is_empty(),
            Self::List(values) => values.is_empty(),
            Self::Complex(elements) => elements.is_empty(),
            Self::Boolean(_) | Self::Integer(_) => false,
        }
    }

    /// Reads a JSON value of a source record; an object with an `id` or a `value` is a reference to that object.
    pub(crate) fn from_json(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(number) => number
                .as_i64()
                .map_or_else(|| Self::Text(number.to_string()), Self::Integer),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(values) => {
                let texts: Vec<String> = values
                    .iter()
                    .map(Self::from_json)
                    .filter(|value| *value != Self::Null)
                    .map(|value| value.to_string())
                    .collect();
                if texts.is_empty() {
                    Self::Null
                } else {
                    Self::List(texts)
                }
            }
            Value::Object(members) => members
                .get("id")
                .or_else(|| members.get("value"))
                .map_or_else(|| Self::Text(value.to_string()), Self::from_json),
        }
    }
}

impl From<String> for EvaluatedValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<String>> for EvaluatedValue {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

impl fmt::Display for EvaluatedValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null | Self::Ignore | Self::IgnoreObject => Ok(()),
            Self::Text(text) => formatter.write_str(text),
            Self::Boolean(true) => formatter.write_str("True"),
            Self::Boolean(false) => formatter.write_str("False"),
            Self::Integer(number) => number.fmt(formatter),
            Self::List(values) => formatter.write_str(&values.join(", ")),
            Self::Complex(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(formatter, "{separator}{}", Value::Object(element.clone()))?;
                }
                Ok(())
            }
        }
    }
}
