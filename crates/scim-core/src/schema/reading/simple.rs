//! A value that is not complex, read by the definition of its attribute: the one place for resources and PATCH alike.

use serde_json::{Number, Value};

use super::format;
use super::value::description;
use crate::compatibility::Compatibility;
use crate::schema::{AttributeDefinition, AttributeType};

/// What was read.
pub(crate) struct Simple {
    pub(crate) value: Value,
    /// The flag that allowed it, and how the value was understood.
    pub(crate) tolerated: Option<(&'static str, String)>,
}

impl Simple {
    fn plain(value: Value) -> Self {
        Self {
            value,
            tolerated: None,
        }
    }

    /// The value is not told: a salary is nobody's business either.
    fn tolerated(flag: &'static str, value: Value, detail: &str) -> Self {
        Self {
            value,
            tolerated: Some((flag, detail.to_owned())),
        }
    }
}

/// Reads a value, or tells what is needed instead. A text is not repeated: it may be a secret. `owner` is the attribute of which
/// the definition is a sub-attribute.
pub(crate) fn read(
    definition: &AttributeDefinition,
    owner: Option<&AttributeDefinition>,
    value: Value,
    compatibility: Compatibility,
) -> Result<Simple, String> {
    let simple = read_type(definition, owner, value, compatibility)?;
    match definition.constraints.problem(definition, &simple.value) {
        Some(problem) => Err(problem),
        None => Ok(simple),
    }
}

fn read_type(
    definition: &AttributeDefinition,
    owner: Option<&AttributeDefinition>,
    value: Value,
    compatibility: Compatibility,
) -> Result<Simple, String> {
    let as_text = value.as_str();
    match (definition.r#type, &value) {
        (AttributeType::Boolean, Value::Bool(_)) | (AttributeType::Decimal, Value::Number(_)) => {
            Ok(Simple::plain(value))
        }
        (AttributeType::Boolean, Value::String(text)) if compatibility.booleans_as_text => {
            let boolean = boolean(text).ok_or("true or false is needed")?;
            Ok(Simple::tolerated(
                "booleans_as_text",
                boolean.into(),
                "the text was read as a boolean",
            ))
        }
        (AttributeType::Integer, Value::Number(number)) => integer(number, compatibility),
        (AttributeType::Integer | AttributeType::Decimal, Value::String(text))
            if compatibility.numbers_as_text =>
        {
            number(definition.r#type, text)
        }
        (AttributeType::DateTime, Value::String(text))
            if compatibility.dates_without_time && format::is_date(text) =>
        {
            let midnight = format!("{text}T00:00:00Z");
            Ok(Simple::tolerated(
                "dates_without_time",
                midnight.into(),
                "the date was read as its first moment in UTC",
            ))
        }
        (
            AttributeType::String
            | AttributeType::DateTime
            | AttributeType::Binary
            | AttributeType::Reference,
            Value::String(_),
        ) => {
            let text = as_text.unwrap_or_default();
            if let Some(problem) = text_problem(definition, text) {
                return Err(problem);
            }
            let tolerated = doubt(definition, owner, text, compatibility)?;
            Ok(Simple { value, tolerated })
        }
        (expected, other) => Err(format!(
            "{} is needed, not {}",
            format::needed(expected),
            description(other)
        )),
    }
}

/// `True` and `FALSE`, as Entra writes them.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else {
        text.eq_ignore_ascii_case("false").then_some(false)
    }
}

fn integer(number: &Number, compatibility: Compatibility) -> Result<Simple, String> {
    if let Some(number) = number.as_i64() {
        return Ok(Simple::plain(number.into()));
    }
    // Up to here a float holds every whole number exactly.
    let largest = 9_007_199_254_740_991.0;
    let whole = number
        .as_f64()
        .filter(|number| number.fract() == 0.0 && number.abs() <= largest)
        .filter(|_| compatibility.whole_decimals_as_integers)
        .ok_or("a whole number within 64 bits is needed, without fraction and exponent")?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and within 53 bits"
    )]
    let whole = whole as i64;
    Ok(Simple::tolerated(
        "whole_decimals_as_integers",
        whole.into(),
        "the number was read as a whole one",
    ))
}

fn number(expected: AttributeType, text: &str) -> Result<Simple, String> {
    let number = match expected {
        AttributeType::Integer => text.parse::<i64>().ok().map(Number::from),
        // JSON's own grammar, so that what comes out is what a number could have said.
        _ => serde_json::from_str::<Number>(text).ok(),
    };
    let number = number.ok_or_else(|| format!("{} is needed", format::needed(expected)))?;
    Ok(Simple::tolerated(
        "numbers_as_text",
        number.into(),
        "the text was read as a number",
    ))
}

fn text_problem(definition: &AttributeDefinition, text: &str) -> Option<String> {
    let malformed = match definition.r#type {
        AttributeType::DateTime => format::date_time_problem(text),
        AttributeType::Binary => format::binary_problem(text),
        AttributeType::Reference => format::reference_problem(text),
        _ => None,
    };
    if let Some(problem) = malformed {
        return Some(problem.to_owned());
    }
    if definition.required && text.trim().is_empty() {
        return Some("a value is required; it cannot be empty".to_owned());
    }
    None
}

/// What a text deviates in that may be let pass: the flag that does, and what to say; or, without the flag, what is needed.
fn doubt(
    definition: &AttributeDefinition,
    owner: Option<&AttributeDefinition>,
    text: &str,
    compatibility: Compatibility,
) -> Result<Option<(&'static str, String)>, String> {
    let canonical = &definition.canonical_values;
    let is_canonical = canonical.is_empty() || definition.is_canonical(text);
    let (allowed, flag, needed) = if is_canonical {
        let Some(problem) = format::strict_problem(definition, owner, text) else {
            return Ok(None);
        };
        (
            compatibility.loose_text_formats,
            "loose_text_formats",
            problem.to_owned(),
        )
    } else {
        (
            compatibility.values_outside_canonical && !definition.constraints.closed,
            "values_outside_canonical",
            format!("one of {} is needed", canonical.join(", ")),
        )
    };
    if allowed {
        Ok(Some((
            flag,
            format!("it was kept as it was sent, though {needed}"),
        )))
    } else {
        Err(needed)
    }
}
