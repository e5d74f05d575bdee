//! A JSON value as evaluation looks at it, in whichever form it is held.

use serde_json::{Number, Value};

use super::name::Name;

/// What a value is.
pub(crate) enum Shape<'r, Values> {
    Null,
    Boolean(bool),
    Number(Number),
    Text(Text<'r>),
    /// The elements.
    List(Values),
    /// The values of the members.
    Object(Values),
}

/// A text: whether it is ASCII decides how it is compared.
#[derive(Clone, Copy)]
pub(crate) enum Text<'r> {
    Ascii(&'r [u8]),
    /// With other characters too.
    Unicode(&'r str),
}

impl<'r> Text<'r> {
    #[inline]
    fn of(text: &'r str) -> Self {
        if text.is_ascii() {
            Self::Ascii(text.as_bytes())
        } else {
            Self::Unicode(text)
        }
    }

    pub(super) const fn as_bytes(self) -> &'r [u8] {
        match self {
            Self::Ascii(text) => text,
            Self::Unicode(text) => text.as_bytes(),
        }
    }

    pub(super) fn as_str(self) -> &'r str {
        match self {
            Self::Ascii(text) => str::from_utf8(text).unwrap_or_default(),
            Self::Unicode(text) => text,
        }
    }
}

/// A value of a resource that lives for `'r`.
pub(crate) trait View<'r>: Copy {
    type Values: Iterator<Item = Self>;

    fn shape(self) -> Shape<'r, Self::Values>;

    /// The member of an object with this very name.
    fn member(self, name: &Name) -> Option<Self>;
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
            Value::String(text) => Shape::Text(Text::of(text)),
            Value::Array(elements) => Shape::List(Values::Elements(elements.iter())),
            Value::Object(members) => Shape::Object(Values::Members(members.values())),
        }
    }

    #[inline]
    fn member(self, name: &Name) -> Option<Self> {
        self.as_object()?.get(&**name)
    }
}
