//! The grammar of [RFC 7644, figure 1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2) and of `PATH` in section 3.5.2:
//! one function per rule, with the rule's name.
//!
//! Every rule reads from the start of its input and gives back what is left. A failure carries nothing: [`Reading`] keeps
//! the furthest place and what could have stood there, so a successful parse pays next to nothing for its errors.

mod attribute_path;
mod characters;
mod expectation;
mod filter;
mod free_name;
mod literal;
mod patch_path;
mod reading;
mod schema_uri;
mod tree;

use alloc::format;
use alloc::vec::Vec;

use crate::leniency::{Leniency, Parsed};
use crate::parse_error::{ParseError, ParseErrorKind};
use crate::{AttributePath, Filter, Number, Parser, PatchPath, ValueFilter};

pub(crate) use expectation::Expectation;
pub(crate) use free_name::begins_operator;
use reading::{Read, Reading};

#[inline]
pub(crate) fn read_filter(parser: &Parser, text: &str) -> Result<Filter, ParseError> {
    Reading::check_length(parser, text)?;
    let reading = Reading::new(parser, text);
    reading.finish(filter::filter(&reading, text))
}

pub(crate) fn read_filter_with_report(
    parser: &Parser,
    text: &str,
) -> Result<Parsed<Filter>, ParseError> {
    with_report(parser, text, filter::filter)
}

pub(crate) fn read_value_filter(parser: &Parser, text: &str) -> Result<ValueFilter, ParseError> {
    Reading::check_length(parser, text)?;
    let reading = Reading::new(parser, text);
    reading.finish(filter::filter::<ValueFilter>(&reading, text))
}

pub(crate) fn read_patch_path(parser: &Parser, text: &str) -> Result<PatchPath, ParseError> {
    Reading::check_length(parser, text)?;
    let reading = Reading::new(parser, text);
    reading.finish(patch_path::path(&reading, text))
}

pub(crate) fn read_patch_path_with_report(
    parser: &Parser,
    text: &str,
) -> Result<Parsed<PatchPath>, ParseError> {
    with_report(parser, text, patch_path::path)
}

fn with_report<T>(
    parser: &Parser,
    text: &str,
    rule: impl for<'a> FnOnce(&Reading<'_>, &'a str) -> Read<'a, T>,
) -> Result<Parsed<T>, ParseError> {
    Reading::check_length(parser, text)?;
    let reading = Reading::new(parser, text);
    let value = reading.finish(rule(&reading, text))?;
    Ok(Parsed::new(value, reading.into_tolerated()))
}

pub(crate) fn read_attribute_path(
    parser: &Parser,
    text: &str,
) -> Result<AttributePath, ParseError> {
    Reading::check_length(parser, text)?;
    let reading = Reading::new(parser, text);
    reading.finish(attribute_path::attr_path_alone(&reading, text))
}

pub(crate) fn read_selection(parser: &Parser, text: &str) -> Result<Vec<PatchPath>, ParseError> {
    Reading::check_length(parser, text)?;
    let reading = Reading::new(parser, text);
    reading.finish(patch_path::selection(&reading, text))
}

pub(crate) fn read_number(text: &str) -> Result<Number, ParseError> {
    match literal::number(text) {
        Ok(("", number)) => Ok(Number::from_checked(number)),
        _ => Err(ParseError::new(
            ParseErrorKind::InvalidNumber,
            text,
            0..text.len(),
            Expectation::NONE,
        )),
    }
}

pub(crate) fn read_name(text: &str) -> Result<(), ParseError> {
    match attribute_path::attr_name(text) {
        Ok(("", name)) if name.len() <= attribute_path::MAXIMUM_NAME_BYTES => Ok(()),
        _ => Err(invalid(ParseErrorKind::InvalidName, text)),
    }
}

/// No built path is longer than what the reader takes.
pub(crate) fn read_path_length(text: &str) -> Result<(), ParseError> {
    if text.len() <= AttributePath::MAXIMUM_BYTES {
        Ok(())
    } else {
        Err(invalid(ParseErrorKind::TooLong, text))
    }
}

pub(crate) fn read_schema_uri(text: &str) -> Result<(), ParseError> {
    // A list of attributes would be read otherwise: there a comma separates.
    let is_good = schema_uri::is_absolute_uri(text) && !text.contains(',');
    if text.len() <= schema_uri::MAXIMUM_URI_BYTES && is_good {
        Ok(())
    } else {
        Err(invalid(ParseErrorKind::InvalidSchema, text))
    }
}

/// A free name is good if a filter and a path that hold it are read as they were meant, whatever the reader tolerates.
pub(crate) fn read_free_name(schema: &str, name: &str) -> Result<(), ParseError> {
    let is_good = is_good_free_name(schema, name)
        && [Leniency::none(), all_but_plus()].map(|leniency| {
            let parser = free_parser(schema, leniency);
            let read = parser.attribute_path(&format!("{schema}:{name}"));
            read.is_ok_and(|path| path.attribute() == name)
        }) == [true, true];
    if is_good {
        Ok(())
    } else {
        Err(invalid(ParseErrorKind::InvalidName, name))
    }
}

/// Whether a path stays one condition in a filter, whatever the reader tolerates.
fn is_one_condition(path: &AttributePath) -> bool {
    let name = path.attribute();
    attribute_path::attr_name(name).is_ok_and(|(rest, _)| rest.is_empty())
        || is_good_free_name(path.schema().unwrap_or_default(), name)
}

fn is_good_free_name(schema: &str, name: &str) -> bool {
    let text = format!("{schema}:{name} pr");
    let is_read_by = |leniency| {
        let read = free_parser(schema, leniency).filter(&text);
        matches!(read, Ok(Filter::Present(path)) if path.attribute() == name)
    };
    free_name::is_possible(name)
        && is_read_by(Leniency::none())
        && is_read_by(all_but_plus())
        && is_one_condition_with_plus(schema, &text)
}

fn free_parser(schema: &str, leniency: Leniency) -> Parser {
    Parser::new()
        .leniency(leniency)
        .schema_with_free_names(schema)
}

const fn all_but_plus() -> Leniency {
    let mut leniency = Leniency::all();
    leniency.plus_for_space = false;
    leniency
}

/// Where a `+` is a space, `C++` is a shorter name; that it stays one condition is all that can be asked.
fn is_one_condition_with_plus(schema: &str, text: &str) -> bool {
    let parser = free_parser(schema, Leniency::all());
    !text.contains('+') || matches!(parser.filter(text), Ok(Filter::Present(_)))
}

fn invalid(kind: ParseErrorKind, text: &str) -> ParseError {
    ParseError::new(kind, text, 0..text.len(), Expectation::NONE)
}
