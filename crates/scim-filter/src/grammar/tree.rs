//! What the rules build: they are the same for both trees.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::grammar::attribute_path::Place;
use crate::grammar::filter::{OPERATOR, tail, val_filter};
use crate::grammar::reading::{Read, Reading};
use crate::parse_error::ParseErrorKind;
use crate::{AttributePath, Comparison, Filter, ValueFilter, ValuePath};

/// The two trees: a filter, and the filter in brackets, which cannot hold brackets.
pub(super) trait Tree: Sized {
    /// Where its attributes stand.
    const PLACE: Place;

    fn and(parts: Vec<Self>) -> Self;
    fn or(parts: Vec<Self>) -> Self;
    fn not(part: Self) -> Self;
    fn comparison(comparison: Comparison) -> Self;
    fn present(path: AttributePath) -> Self;
    /// Puts itself, or its parts if it is an `and` itself, at the end of the parts of an `and`.
    fn push_and(self, parts: &mut Vec<Self>);
    fn push_or(self, parts: &mut Vec<Self>);
    /// What begins with a bracket after an attribute.
    fn value_path<'a>(
        reading: &Reading<'_>,
        depth: usize,
        attribute: AttributePath,
        input: &'a str,
    ) -> Read<'a, Self>;
}

/// What both have: the nodes of the same names.
macro_rules! nodes {
    () => {
        fn and(parts: Vec<Self>) -> Self {
            Self::And(parts)
        }

        fn or(parts: Vec<Self>) -> Self {
            Self::Or(parts)
        }

        fn not(part: Self) -> Self {
            Self::Not(Box::new(part))
        }

        fn comparison(comparison: Comparison) -> Self {
            Self::Comparison(comparison)
        }

        fn present(path: AttributePath) -> Self {
            Self::Present(path)
        }

        fn push_and(self, parts: &mut Vec<Self>) {
            match self {
                Self::And(others) => parts.extend(others),
                part => parts.push(part),
            }
        }

        fn push_or(self, parts: &mut Vec<Self>) {
            match self {
                Self::Or(others) => parts.extend(others),
                part => parts.push(part),
            }
        }
    };
}

impl Tree for Filter {
    const PLACE: Place = Place::Filter;

    nodes!();

    /// `valuePath = attrPath "[" valFilter "]"`
    fn value_path<'a>(
        reading: &Reading<'_>,
        depth: usize,
        attribute: AttributePath,
        input: &'a str,
    ) -> Read<'a, Self> {
        let (rest, filter) = val_filter(reading, depth, input)?;
        let (rest, filter) = tail(reading, filter, rest)?;
        Ok((rest, Self::ValuePath(ValuePath::new(attribute, filter))))
    }
}

impl Tree for ValueFilter {
    const PLACE: Place = Place::ValueFilter;

    nodes!();

    /// Erratum 4690: no value path in a value path.
    fn value_path<'a>(
        reading: &Reading<'_>,
        _: usize,
        _: AttributePath,
        input: &'a str,
    ) -> Read<'a, Self> {
        Err(reading.wrong(input, 1, ParseErrorKind::NestedValuePath, OPERATOR))
    }
}
