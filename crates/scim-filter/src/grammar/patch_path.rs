//! `PATH = attrPath / valuePath [subAttr]`, the URI of a schema alone, and the lists of `attributes`.

use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;

use nom::Parser as _;
use nom::combinator::cut;

use crate::PatchPath;
use crate::grammar::Expectation;
use crate::grammar::attribute_path::{Place, attr_name, attr_path};
use crate::grammar::filter::{after_spaces, val_filter};
use crate::grammar::reading::{Read, Reading, space0};
use crate::grammar::schema_uri;

const TARGET: Expectation = Expectation::ATTRIBUTE.with(Expectation::SCHEMA);

/// The whole rule.
pub(super) fn path<'a>(reading: &Reading<'_>, input: &'a str) -> Read<'a, PatchPath> {
    if schema_uri::is_schema_alone(reading, input) {
        return Ok((
            input.get(input.len()..).unwrap_or_default(),
            PatchPath::Schema(input.to_owned()),
        ));
    }
    let (rest, attribute) = attr_path(reading, Place::Path, TARGET, input)?;
    let Some(rest) = after_spaces(reading, rest, '[') else {
        reading.note(rest, Expectation::BRACKET);
        return Ok((rest, PatchPath::Attribute(attribute)));
    };
    let (rest, filter) = cut(|input| val_filter(reading, 0, input)).parse(rest)?;
    let rest = space0(reading, rest);
    let Some(name) = rest.strip_prefix('.') else {
        return Ok((
            rest,
            PatchPath::ValuePath {
                attribute,
                filter,
                sub_attribute: None,
            },
        ));
    };
    match attr_name(name) {
        Ok((rest, name)) => {
            let sub_attribute = Some(name.to_owned());
            Ok((
                rest,
                PatchPath::ValuePath {
                    attribute,
                    filter,
                    sub_attribute,
                },
            ))
        }
        Err(_) => Err(reading.unexpected(name, Expectation::SUB_ATTRIBUTE)),
    }
}

/// Attributes and schemas, separated by commas; only the URN of a known schema can hold one itself.
pub(super) fn selection<'a>(reading: &Reading<'_>, input: &'a str) -> Read<'a, Vec<PatchPath>> {
    let mut selected = Vec::new();
    let mut rest = input;
    loop {
        let start = space0(reading, rest);
        let known = schema_uri::known_length(reading, start).unwrap_or_default();
        let (item, after) = match start.get(known..).unwrap_or_default().find(',') {
            Some(length) => {
                let (item, after) = start.split_at(known + length);
                (item, after.get(1..))
            }
            None => (start, None),
        };
        reading.count_term(item)?;
        selected.push(selected_path(reading, item)?);
        match after {
            Some(after) => rest = after,
            None => return Ok(("", selected)),
        }
    }
}

fn selected_path(
    reading: &Reading<'_>,
    item: &str,
) -> Result<PatchPath, nom::Err<super::reading::Failure>> {
    let plus = reading.leniency().plus_for_space;
    let trimmed = item.trim_end_matches(|c| matches!(c, ' ' | '\t') || (plus && c == '+'));
    if schema_uri::is_schema_alone(reading, trimmed) {
        return Ok(PatchPath::Schema(trimmed.to_owned()));
    }
    let (rest, attribute) = attr_path(reading, Place::Path, TARGET, trimmed)?;
    if rest.is_empty() {
        Ok(PatchPath::Attribute(attribute))
    } else {
        Err(reading.unexpected(rest, Expectation::COMMA.with(Expectation::END)))
    }
}
