//! Valid trees from random bytes, for fuzzing.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::{
    AttributePath, Comparison, ComparisonOperator, Filter, Literal, Number, PatchPath, ValueFilter,
    ValuePath,
};

/// Deeper trees show nothing new.
const DEPTH: usize = 6;

/// A name, a sub-attribute name, the last word of a schema.
fn name(bytes: &mut Unstructured<'_>) -> Result<String> {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const OTHERS: &[u8] = b"ab09-_$";
    let mut name = String::from(char::from(*bytes.choose(LETTERS)?));
    for _ in 0..bytes.int_in_range(0..=6)? {
        name.push(char::from(*bytes.choose(OTHERS)?));
    }
    Ok(name)
}

impl<'a> Arbitrary<'a> for AttributePath {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        const SCHEMAS: [&str; 4] = [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:acme:hr",
            "https://example.com/schemas/v1",
            "urn:acme:(hr)'all'+more",
        ];
        let wrong = |_| arbitrary::Error::IncorrectFormat;
        let mut path = Self::new(name(bytes)?).map_err(wrong)?;
        if bytes.ratio(1, 3)? {
            path = path.with_sub_attribute(name(bytes)?).map_err(wrong)?;
        }
        if bytes.ratio(1, 4)? {
            path = path.with_schema(bytes.choose(&SCHEMAS)?).map_err(wrong)?;
        }
        Ok(path)
    }
}

impl<'a> Arbitrary<'a> for Literal {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match bytes.int_in_range(0..=4_u8)? {
            0 => Self::Null,
            1 => Self::Boolean(bytes.arbitrary()?),
            2 => Self::from(bytes.arbitrary::<i64>()?),
            3 => Number::from_f64(bytes.arbitrary()?).map_or(Self::Null, Self::Number),
            _ => Self::String(bytes.arbitrary()?),
        })
    }
}

impl<'a> Arbitrary<'a> for Comparison {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let path = bytes.arbitrary()?;
        let operator = *bytes.choose(&ComparisonOperator::ALL)?;
        Ok(Self::new(path, operator, bytes.arbitrary()?))
    }
}

fn value_filter(bytes: &mut Unstructured<'_>, depth: usize) -> Result<ValueFilter> {
    let kinds = if depth == 0 { 1 } else { 4 };
    Ok(match bytes.int_in_range(0..=kinds)? {
        0 => ValueFilter::Comparison(bytes.arbitrary()?),
        1 => ValueFilter::Present(bytes.arbitrary()?),
        2 => value_filter(bytes, depth - 1)?.negate(),
        3 => value_filter(bytes, depth - 1)?.and(value_filter(bytes, depth - 1)?),
        _ => value_filter(bytes, depth - 1)?.or(value_filter(bytes, depth - 1)?),
    })
}

fn filter(bytes: &mut Unstructured<'_>, depth: usize) -> Result<Filter> {
    let kinds = if depth == 0 { 2 } else { 5 };
    Ok(match bytes.int_in_range(0..=kinds)? {
        0 => Filter::Comparison(bytes.arbitrary()?),
        1 => Filter::Present(bytes.arbitrary()?),
        2 => Filter::ValuePath(ValuePath::new(bytes.arbitrary()?, bytes.arbitrary()?)),
        3 => filter(bytes, depth - 1)?.negate(),
        4 => filter(bytes, depth - 1)?.and(filter(bytes, depth - 1)?),
        _ => filter(bytes, depth - 1)?.or(filter(bytes, depth - 1)?),
    })
}

impl<'a> Arbitrary<'a> for ValueFilter {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        value_filter(bytes, DEPTH)
    }
}

impl<'a> Arbitrary<'a> for Filter {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        filter(bytes, DEPTH)
    }
}

impl<'a> Arbitrary<'a> for PatchPath {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match bytes.int_in_range(0..=2_u8)? {
            0 => Self::Attribute(bytes.arbitrary()?),
            1 => Self::Schema("urn:ietf:params:scim:schemas:core:2.0:User".to_owned()),
            _ => {
                let (attribute, filter) = (bytes.arbitrary()?, bytes.arbitrary()?);
                let sub_attribute = if bytes.arbitrary()? {
                    Some(name(bytes)?)
                } else {
                    None
                };
                Self::ValuePath {
                    attribute,
                    filter,
                    sub_attribute,
                }
            }
        })
    }
}
