//! The grammar, one function per rule of the ABNF.

mod expectation;

use crate::leniency::Tolerated;
use crate::parse_error::{ParseError, ParseErrorKind};
use crate::{AttributePath, Filter, Number, Parser, PatchPath, ValueFilter};

pub(crate) use expectation::Expectation;

fn pending(text: &str) -> ParseError {
    ParseError::new(
        ParseErrorKind::UnexpectedToken,
        text,
        0..0,
        Expectation::ATTRIBUTE,
    )
}

pub(crate) fn read_filter(_: &Parser, text: &str) -> Result<(Filter, Vec<Tolerated>), ParseError> {
    Err(pending(text))
}
pub(crate) fn read_value_filter(_: &Parser, text: &str) -> Result<ValueFilter, ParseError> {
    Err(pending(text))
}
pub(crate) fn read_patch_path(_: &Parser, text: &str) -> Result<PatchPath, ParseError> {
    Err(pending(text))
}
pub(crate) fn read_attribute_path(_: &Parser, text: &str) -> Result<AttributePath, ParseError> {
    Err(pending(text))
}
pub(crate) fn read_selection(_: &Parser, text: &str) -> Result<Vec<PatchPath>, ParseError> {
    Err(pending(text))
}
pub(crate) fn read_number(text: &str) -> Result<Number, ParseError> {
    Err(pending(text))
}
pub(crate) fn read_name(text: &str) -> Result<(), ParseError> {
    Err(pending(text))
}
pub(crate) fn read_schema_uri(text: &str) -> Result<(), ParseError> {
    Err(pending(text))
}
pub(crate) fn read_free_name(_: &str, text: &str) -> Result<(), ParseError> {
    Err(pending(text))
}
