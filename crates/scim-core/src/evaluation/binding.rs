//! From the tree of a filter to conditions on places.

use scim_filter::{AttributePath, Comparison, ComparisonOperator, Filter, Literal, ValuePath};

use super::Node;
use super::condition::Condition;
use super::element_filter::bind_element_filter;
use super::number::NumberOperand;
use super::operand::{Operand, is_base64};
use super::place::Place;
use super::text::TextOperand;
use crate::compatibility::Tolerating;
use crate::error::{Error, ErrorKind};
use crate::schema::parse_instant;
use crate::schema::simple::boolean as text_as_boolean;
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, RegisteredResourceType, base64_digits,
};

/// No parser gives a deeper tree, but a tree can be built by hand.
const DEEPEST: usize = 512;

pub(super) fn bind(
    filter: &Filter,
    resource_type: &RegisteredResourceType,
    tolerating: Tolerating<'_>,
) -> Result<Node, Error> {
    Binder {
        resource_type,
        tolerating,
    }
    .node(filter, 0)
}

struct Binder<'b> {
    resource_type: &'b RegisteredResourceType,
    tolerating: Tolerating<'b>,
}

impl Binder<'_> {
    fn node(&mut self, filter: &Filter, depth: usize) -> Result<Node, Error> {
        check_depth(depth)?;
        Ok(match filter {
            Filter::And(parts) => Node::All(self.nodes(parts, depth)?),
            Filter::Or(parts) => Node::Any(self.nodes(parts, depth)?),
            Filter::Not(part) => Node::Not(Box::new(self.node(part, depth + 1)?)),
            Filter::Present(path) => {
                let reference = self.visible(path)?;
                Node::Test {
                    path: reference.canonical_path(),
                    place: place(&reference),
                    condition: Condition::Present,
                }
            }
            Filter::Comparison(comparison) => self.comparison(comparison)?,
            Filter::ValuePath(value_path) => self.value_path(value_path)?,
        })
    }

    fn nodes(&mut self, parts: &[Filter], depth: usize) -> Result<Vec<Node>, Error> {
        parts
            .iter()
            .map(|part| self.node(part, depth + 1))
            .collect()
    }

    fn visible(&mut self, path: &AttributePath) -> Result<AttributeReference, Error> {
        let reference =
            resolve(path, self.resource_type, &mut self.tolerating).map_err(|detail| {
                Error::new(ErrorKind::InvalidFilter, detail).with_path(path.to_string())
            })?;
        if is_hidden(&reference) {
            return Err(refuse(
                &reference.canonical_path(),
                "its values are never shown, so they cannot be asked for either",
                "filter by another attribute",
            ));
        }
        Ok(reference)
    }

    fn comparison(&mut self, comparison: &Comparison) -> Result<Node, Error> {
        let mut reference = self.visible(&comparison.path)?;
        if reference.definition().r#type == AttributeType::Complex {
            reference = self.imply_value(&comparison.path, &reference)?;
        }
        let path = reference.canonical_path();
        let (condition, negated) = bind_condition(
            reference.definition(),
            &path,
            comparison.operator,
            &comparison.value,
            &mut self.tolerating,
        )?;
        let test = Node::Test {
            path,
            place: place(&reference),
            condition,
        };
        Ok(if negated {
            Node::Not(Box::new(test))
        } else {
            test
        })
    }

    /// `emails co "x"` is about `emails.value`, as the examples of the RFC have it.
    fn imply_value(
        &mut self,
        path: &AttributePath,
        reference: &AttributeReference,
    ) -> Result<AttributeReference, Error> {
        let complex = reference.attribute();
        let tolerated = !complex.multi_valued;
        let implied = !tolerated || self.tolerating.compatibility.implied_value_of_single_value;
        let value = implied
            .then(|| path.clone().with_sub_attribute("value").ok())
            .flatten()
            .and_then(|path| resolve(&path, self.resource_type, &mut self.tolerating).ok());
        if tolerated && value.is_some() {
            self.tolerating.note(
                "implied_value_of_single_value",
                reference.canonical_path(),
                "its value sub-attribute was compared",
            );
        }
        value.ok_or_else(|| {
            refuse(
                &reference.canonical_path(),
                "it is complex and cannot be compared as a whole",
                &format!(
                    "name one of its sub-attributes: {}",
                    names(&complex.sub_attributes)
                ),
            )
        })
    }

    fn value_path(&mut self, value_path: &ValuePath) -> Result<Node, Error> {
        let reference = self.visible(&value_path.attribute)?;
        let path = reference.canonical_path();
        if reference.sub_attribute().is_some() {
            return Err(refuse(
                &path,
                "a sub-attribute takes no [ ]",
                "put the condition after the attribute itself",
            ));
        }
        let single_complex = reference.attribute().r#type == AttributeType::Complex
            && self.tolerating.compatibility.value_path_on_single_value;
        if !reference.attribute().multi_valued && !single_complex {
            return Err(refuse(
                &path,
                "it has a single value, and [ ] selects among many",
                "compare its sub-attribute by name, as in name.familyName",
            ));
        }
        if !reference.attribute().multi_valued {
            note_single(&mut self.tolerating, &path);
        }
        let filter = bind_element_filter(
            &value_path.filter,
            reference.attribute(),
            &path,
            &mut self.tolerating,
            0,
        )?;
        Ok(Node::Element {
            place: place(&reference),
            path,
            filter,
        })
    }
}

/// What a path means for a resource type. Under `unqualified_extension_names` a name that the core lacks is looked for in
/// the extensions.
pub(crate) fn resolve(
    path: &AttributePath,
    resource_type: &RegisteredResourceType,
    tolerating: &mut Tolerating<'_>,
) -> Result<AttributeReference, String> {
    let failure = match resource_type.resolve(path) {
        Ok(reference) => return Ok(reference),
        Err(failure) => failure,
    };
    if tolerating.compatibility.unqualified_extension_names && path.schema().is_none() {
        for extension in resource_type.extensions() {
            let qualified = path.clone().with_schema(extension.id.as_str());
            if let Some(reference) = qualified
                .ok()
                .and_then(|path| resource_type.resolve(&path).ok())
            {
                let detail = format!("it was read as {}", reference.canonical_path());
                tolerating.note("unqualified_extension_names", path.to_string(), detail);
                return Ok(reference);
            }
        }
    }
    Err(failure.to_string())
}

/// A bracket on an attribute that has one value.
pub(crate) fn note_single(tolerating: &mut Tolerating<'_>, path: &str) {
    let detail = "its single value was taken as the only one of a list";
    tolerating.note("value_path_on_single_value", path, detail);
}

/// Where the attribute stands.
pub(crate) fn place(reference: &AttributeReference) -> Place {
    Place {
        container: reference.container().map(ToString::to_string),
        attribute: reference.attribute().name.clone(),
        sub_attribute: reference
            .sub_attribute()
            .map(|definition| definition.name.clone()),
    }
}

/// Whether the values of an attribute are kept from everybody; to compare them would give them away bit by bit.
pub(crate) fn is_hidden(reference: &AttributeReference) -> bool {
    reference.attribute().is_never_returned() || reference.definition().is_never_returned()
}

/// The names of attributes, for a sentence.
pub(crate) fn names(definitions: &[AttributeDefinition]) -> String {
    definitions
        .iter()
        .map(|definition| definition.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn refuse(path: &str, rule: &str, way_out: &str) -> Error {
    Error::new(ErrorKind::InvalidFilter, format!("{rule}; {way_out}")).with_path(path)
}

pub(super) fn check_depth(depth: usize) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(Error::new(
            ErrorKind::InvalidFilter,
            format!("the filter is nested more than {DEEPEST} levels deep; write it flatter"),
        ));
    }
    Ok(())
}

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
