//! A JSON value as evaluation looks at it, in whichever form it is held.

use serde_json::{Number, Value};

/// What a value is.
pub(crate) enum Shape<'r, Values> {
    Null,
    Boolean(bool),
    Number(Number),
    Text(&'r str),
    /// The elements.
    List(Values),
    /// The values of the members.
    Object(Values),
}

/// A value of a resource that lives for `'r`.
pub(crate) trait View<'r>: Copy {
    type Values: Iterator<Item = Self>;

    fn shape(self) -> Shape<'r, Self::Values>;

    /// The member of an object with this very name.
    fn member(self, name: &str) -> Option<Self>;
}

/// The elements of a list, or the values of the members of an object.
pub(crate) enum Values<'r> {
    Elements(std::slice::Iter<'r, Value>),
    Members(serde_json::map::Values<'r>),
}

impl<'r> Iterator for Values<'r> {
    type Item = &'r Value;

    fn next(&mut self) -> Option<&'r Value> {
        match self {
            Self::Elements(elements) => elements.next(),
            Self::Members(members) => members.next(),
        }
    }
}

impl<'r> View<'r> for &'r Value {
    type Values = Values<'r>;

    #[inline]
    fn shape(self) -> Shape<'r, Values<'r>> {
        match self {
            Value::Null => Shape::Null,
            Value::Bool(value) => Shape::Boolean(*value),
            Value::Number(number) => Shape::Number(number.clone()),
            Value::String(text) => Shape::Text(text),
            Value::Array(elements) => Shape::List(Values::Elements(elements.iter())),
            Value::Object(members) => Shape::Object(Values::Members(members.values())),
        }
    }

    #[inline]
    fn member(self, name: &str) -> Option<Self> {
        self.as_object()?.get(name)
    }
}
