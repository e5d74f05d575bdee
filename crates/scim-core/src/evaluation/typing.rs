//! Which operators and values go with the type of an attribute.

use scim_filter::{ComparisonOperator, Literal};

use super::binding::refuse;
use super::condition::Condition;
use super::number::NumberOperand;
use super::operand::{Operand, is_base64};
use super::text::TextOperand;
use crate::compatibility::Tolerating;
use crate::error::Error;
use crate::schema::simple::boolean as text_as_boolean;
use crate::schema::{AttributeDefinition, AttributeType, base64_digits, parse_instant};

/// The condition that a comparison states, and whether it is negated.
pub(super) fn bind_condition(
    definition: &AttributeDefinition,
    path: &str,
    operator: ComparisonOperator,
    literal: &Literal,
    tolerating: &mut Tolerating<'_>,
) -> Result<(Condition, bool), Error> {
    let negated = operator == ComparisonOperator::Ne;
    let operator = if negated {
        ComparisonOperator::Eq
    } else {
        operator
    };
    if *literal == Literal::Null {
        // Equal to null is unassigned, so the negation of pr.
        return match operator {
            ComparisonOperator::Eq => Ok((Condition::Present, !negated)),
            _ => Err(refuse(
                path,
                &format!("{operator} null has no meaning"),
                "null goes with eq and ne",
            )),
        };
    }
    check_operator(definition, path, operator, tolerating)?;
    let operand = Box::new(bind_operand(
        definition, path, operator, literal, tolerating,
    )?);
    let absent_is_false =
        definition.r#type == AttributeType::Boolean && definition.name == "primary";
    Ok((
        Condition::Compare {
            operator,
            operand,
            absent_is_false,
        },
        negated,
    ))
}

fn check_operator(
    definition: &AttributeDefinition,
    path: &str,
    operator: ComparisonOperator,
    tolerating: &mut Tolerating<'_>,
) -> Result<(), Error> {
    use ComparisonOperator::{Co, Eq, Ew, Ne, Sw};
    let substring = matches!(operator, Co | Sw | Ew);
    let equality = matches!(operator, Eq | Ne);
    let (allowed, way_out) = match definition.r#type {
        AttributeType::String | AttributeType::Reference => (true, ""),
        AttributeType::DateTime => (
            !substring || tolerating.compatibility.dates_compared_as_text,
            "use eq, ne, gt, ge, lt, le or pr",
        ),
        AttributeType::Boolean | AttributeType::Binary => (equality, "use eq, ne or pr"),
        AttributeType::Integer | AttributeType::Decimal => {
            (!substring, "use eq, ne, gt, ge, lt, le or pr")
        }
        AttributeType::Complex => (false, "name one of its sub-attributes"),
    };
    if allowed {
        if substring && definition.r#type == AttributeType::DateTime {
            tolerating.note("dates_compared_as_text", path, "its text was compared");
        }
        return Ok(());
    }
    Err(refuse(
        path,
        &format!("{operator} is not defined for {}", type_name(definition)),
        way_out,
    ))
}

fn bind_operand(
    definition: &AttributeDefinition,
    path: &str,
    operator: ComparisonOperator,
    literal: &Literal,
    tolerating: &mut Tolerating<'_>,
) -> Result<Operand, Error> {
    use ComparisonOperator::{Co, Ew, Sw};
    let operand = match (definition.r#type, literal) {
        (AttributeType::String, Literal::String(text)) => {
            Some(Operand::Text(TextOperand::new(definition, text)))
        }
        (AttributeType::Reference, Literal::String(text)) => Some(bind_reference(definition, text)),
        (AttributeType::DateTime, Literal::String(text)) if matches!(operator, Co | Sw | Ew) => {
            Some(Operand::Text(TextOperand::new(definition, text)))
        }
        (AttributeType::DateTime, Literal::String(text)) => {
            parse_instant(text).map(Operand::Instant)
        }
        (AttributeType::Boolean, Literal::Boolean(value)) => Some(Operand::Boolean(*value)),
        (AttributeType::Boolean, Literal::String(text))
            if tolerating.compatibility.booleans_as_text_in_filters =>
        {
            let boolean = text_as_boolean(text);
            if let Some(boolean) = boolean {
                let detail = format!("the text was read as {boolean}");
                tolerating.note("booleans_as_text_in_filters", path, detail);
            }
            boolean.map(Operand::Boolean)
        }
        (AttributeType::Integer | AttributeType::Decimal, Literal::Number(number)) => {
            Some(Operand::Number(NumberOperand::new(number)))
        }
        (AttributeType::Binary, Literal::String(text)) if is_base64(text) => {
            Some(Operand::Binary(base64_digits(text).collect()))
        }
        _ => None,
    };
    operand.ok_or_else(|| {
        let (needed, example) = match definition.r#type {
            AttributeType::DateTime => ("a date and time", "\"2011-05-13T04:42:34Z\""),
            AttributeType::Boolean => ("true or false without quotes", "true"),
            AttributeType::Integer | AttributeType::Decimal => ("a number without quotes", "42"),
            AttributeType::Binary => ("base64 in quotes", "\"MIID\""),
            _ => ("a text in quotes", "\"…\""),
        };
        refuse(
            path,
            &format!(
                "it is {} and cannot be compared with {literal}",
                type_name(definition)
            ),
            &format!("give {needed}, as in {path} {operator} {example}"),
        )
    })
}

fn bind_reference(definition: &AttributeDefinition, text: &str) -> Operand {
    let operand = TextOperand::new(definition, text);
    if operand.ignores_case() {
        // The URNs in `schemas`, which are no addresses.
        return Operand::Text(operand);
    }
    let resolvable = definition
        .reference_types
        .iter()
        .any(|kind| !kind.eq_ignore_ascii_case("external") && !kind.eq_ignore_ascii_case("uri"));
    Operand::Reference {
        text: operand,
        uri: text.to_owned(),
        resolvable,
    }
}

fn type_name(definition: &AttributeDefinition) -> &'static str {
    match definition.r#type {
        AttributeType::String => "a text",
        AttributeType::Boolean => "a boolean",
        AttributeType::Decimal => "a decimal",
        AttributeType::Integer => "an integer",
        AttributeType::DateTime => "a dateTime",
        AttributeType::Binary => "binary data",
        AttributeType::Reference => "a reference",
        AttributeType::Complex => "complex",
    }
}
