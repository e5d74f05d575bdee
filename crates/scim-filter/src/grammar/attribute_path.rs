//! `attrPath = [URI ":"] ATTRNAME *1subAttr`

use alloc::format;

use crate::AttributePath;
use crate::grammar::Expectation;
use crate::grammar::characters::is_name_byte;
use crate::grammar::free_name;
use crate::grammar::reading::{NO_MATCH, Read, Reading};
use crate::grammar::schema_uri;
use crate::parse_error::ParseErrorKind;

/// No name given in code is longer, and none with spaces is looked for further.
pub(super) const MAXIMUM_NAME_BYTES: usize = 1_024;

/// Where a path stands, which decides where a name with spaces ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before an operator.
    Filter,
    /// The same inside brackets, where no bracket can follow.
    ValueFilter,
    /// Alone, up to the end or an opening bracket.
    Path,
}

/// `ATTRNAME = ALPHA *(nameChar)`; one `$` may stand first, for `$ref` (RFC 7643, erratum 8924).
///
/// By hand and by bytes: most of the time of a parse would go into combinators here.
#[inline]
pub(super) fn attr_name(input: &str) -> Read<'_, &str> {
    let bytes = input.as_bytes();
    let start = usize::from(bytes.first() == Some(&b'$'));
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return Err(NO_MATCH);
    }
    let length = bytes
        .iter()
        .position(|byte| !is_name_byte(*byte))
        .unwrap_or(bytes.len());
    match input.split_at_checked(length) {
        Some((name, rest)) => Ok((rest, name)),
        None => Err(NO_MATCH),
    }
}

/// `subAttr = "." ATTRNAME`, from after the dot.
#[inline]
fn sub_attr<'a>(reading: &Reading<'_>, input: &'a str) -> Read<'a, &'a str> {
    attr_name(input).map_err(|_| reading.unexpected(input, Expectation::SUB_ATTRIBUTE))
}

/// The whole rule; `expected` is what can stand in its place.
#[inline]
pub(super) fn attr_path<'a>(
    reading: &Reading<'_>,
    place: Place,
    expected: Expectation,
    input: &'a str,
) -> Read<'a, AttributePath> {
    let Ok((rest, _)) = attr_name(input) else {
        if input.starts_with(char::is_control) {
            return Err(reading.wrong(input, 0, ParseErrorKind::ControlCharacter, expected));
        }
        return Err(reading.unexpected(input, expected));
    };
    match rest.as_bytes().first() {
        Some(b'.') => {
            let sub_attribute = rest.get(1..).unwrap_or_default();
            match attr_name(sub_attribute) {
                Ok((rest, _)) if !may_go_on_as_scheme(rest) => {
                    path(reading, input, 0, input.len() - sub_attribute.len(), rest)
                }
                _ if schema_uri::find(reading, input).is_some() => {
                    with_schema(reading, place, input)
                }
                Ok((rest, _)) => path(reading, input, 0, input.len() - sub_attribute.len(), rest),
                Err(_) => Err(reading.unexpected(sub_attribute, Expectation::SUB_ATTRIBUTE)),
            }
        }
        Some(b':') => with_schema(reading, place, input),
        Some(b'+') if schema_uri::find(reading, input).is_some() => {
            with_schema(reading, place, input)
        }
        _ => path(reading, input, 0, 0, rest),
    }
}

/// Schemes may hold dots and plus signs, as `coap+tcp` does.
#[inline]
fn may_go_on_as_scheme(rest: &str) -> bool {
    matches!(rest.as_bytes().first(), Some(b':' | b'.' | b'+'))
}

/// A path and nothing else, as in `sortBy`.
pub(super) fn attr_path_alone<'a>(
    reading: &Reading<'_>,
    input: &'a str,
) -> Read<'a, AttributePath> {
    attr_path(reading, Place::Path, Expectation::ATTRIBUTE, input)
}

/// `URI ":" ATTRNAME *1subAttr`
fn with_schema<'a>(reading: &Reading<'_>, place: Place, input: &'a str) -> Read<'a, AttributePath> {
    if let Some(length) = schema_uri::known_alone(reading, input) {
        let rest = input.get(length..).unwrap_or_default();
        return Err(reading.unexpected(rest, Expectation::COLON));
    }
    let Some(schema) = schema_uri::find(reading, input) else {
        let scheme = input.find(':').unwrap_or(input.len());
        return Err(reading.wrong(
            input,
            scheme,
            ParseErrorKind::InvalidSchema,
            Expectation::ATTRIBUTE,
        ));
    };
    let start = schema.length + 1;
    let name = input.get(start..).unwrap_or_default();
    let spaces = reading.leniency().attribute_names_with_spaces;
    if schema.free_names {
        let length = free_name::free_length(reading, place, name)?;
        let (rest, path) = free(reading, input, start, name, length)?;
        // Whoever builds a filter of a path that was sent must not build other conditions.
        if place == Place::Path && !super::is_one_condition(&path) {
            return Err(reading.wrong(
                name,
                length,
                ParseErrorKind::InvalidName,
                Expectation::NONE,
            ));
        }
        return Ok((rest, path));
    }
    if spaces
        && schema.names_may_have_spaces
        && let Some(length) = free_name::spaced_length(reading, place, name)
    {
        let (rest, path) = free(reading, input, start, name, length)?;
        let is_of_grammar = |(end, _): (&str, &str)| end.len() == rest.len();
        if !attr_name(name).is_ok_and(is_of_grammar) {
            reading.tolerate("attribute_names_with_spaces", name, rest);
        }
        let Some(sub_attribute) = rest.strip_prefix('.') else {
            return Ok((rest, path));
        };
        let (rest, _) = sub_attr(reading, sub_attribute)?;
        return self::path(
            reading,
            input,
            start,
            input.len() - sub_attribute.len(),
            rest,
        );
    }
    let Ok((rest, _)) = attr_name(name) else {
        return Err(reading.unexpected(name, Expectation::ATTRIBUTE));
    };
    match rest.strip_prefix('.') {
        Some(sub_attribute) => {
            let (rest, _) = sub_attr(reading, sub_attribute)?;
            path(
                reading,
                input,
                start,
                input.len() - sub_attribute.len(),
                rest,
            )
        }
        None => path(reading, input, start, 0, rest),
    }
}

/// A name whose length was found by other means than its characters.
fn free<'a>(
    reading: &Reading<'_>,
    input: &'a str,
    start: usize,
    name: &'a str,
    length: usize,
) -> Read<'a, AttributePath> {
    match name.get(length..) {
        Some(rest) if length > 0 => path(reading, input, start, 0, rest),
        _ => Err(reading.unexpected(name, Expectation::ATTRIBUTE)),
    }
}

/// The path from the start of `input` to the start of `rest`, with the found boundaries.
#[inline]
fn path<'a>(
    reading: &Reading<'_>,
    input: &'a str,
    attribute: usize,
    sub_attribute: usize,
    rest: &'a str,
) -> Read<'a, AttributePath> {
    let length = input.len() - rest.len();
    if length > AttributePath::MAXIMUM_BYTES {
        return Err(reading.wrong(input, length, ParseErrorKind::TooLong, Expectation::NONE));
    }
    let text = input.get(..length).unwrap_or_default();
    let boundary = |position: usize| u32::try_from(position).unwrap_or_default();
    let path = if reading.leniency().plus_for_space && attribute > 0 && text.contains('+') {
        // Only a name with spaces can hold one here.
        let (schema, name) = text.split_at(attribute);
        let text = format!("{schema}{}", name.replace('+', " "));
        AttributePath::from_boundaries(&text, boundary(attribute), boundary(sub_attribute))
    } else {
        AttributePath::from_boundaries(text, boundary(attribute), boundary(sub_attribute))
    };
    Ok((rest, path))
}
