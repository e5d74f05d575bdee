//! From the tree of a filter to conditions on places.

use std::collections::BTreeMap;

use scim_filter::{AttributePath, Comparison, ComparisonOperator, Filter, Literal, ValuePath};

use super::Node;
use super::condition::Condition;
use super::element_filter::bind_element_filter;
use super::name::Name;
use super::place::Place;
use super::typing::bind_condition;
use crate::compatibility::Tolerating;
use crate::error::{Error, ErrorKind};
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, RegisteredResourceType,
};
use crate::urn::SchemaUrn;

/// No parser gives a deeper tree, but a tree can be built by hand.
const DEEPEST: usize = 512;

/// Binds for one of several resource types if `unknown` collects what this one does not know, and why: such an attribute has
/// no value here. Otherwise it is refused.
pub(super) fn bind(
    filter: &Filter,
    resource_type: &RegisteredResourceType,
    tolerating: &mut Tolerating<'_>,
    unknown: Option<&mut BTreeMap<String, Error>>,
) -> Result<Node, Error> {
    Binder {
        resource_type,
        tolerating,
        unknown,
    }
    .node(filter, 0)
}

struct Binder<'b, 't> {
    resource_type: &'b RegisteredResourceType,
    tolerating: &'b mut Tolerating<'t>,
    unknown: Option<&'b mut BTreeMap<String, Error>>,
}

/// What never matches.
const fn nothing() -> Node {
    Node::Any(Vec::new())
}

impl Binder<'_, '_> {
    fn node(&mut self, filter: &Filter, depth: usize) -> Result<Node, Error> {
        check_depth(depth)?;
        Ok(match filter {
            Filter::And(parts) => Node::All(self.nodes(parts, depth)?),
            Filter::Or(parts) => Node::Any(self.nodes(parts, depth)?),
            Filter::Not(part) => Node::Not(Box::new(self.node(part, depth + 1)?)),
            Filter::Present(path) => match self.visible(path)? {
                Some(reference) => Node::Test {
                    path: reference.canonical_path(),
                    place: place(&reference),
                    condition: Condition::Present,
                },
                None => nothing(),
            },
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

    /// What a path means, unless it is known elsewhere only.
    fn visible(&mut self, path: &AttributePath) -> Result<Option<AttributeReference>, Error> {
        let reference = match resolve(path, self.resource_type, self.tolerating) {
            Ok(reference) => reference,
            Err(detail) => {
                let path = path.to_string();
                let error = Error::new(ErrorKind::InvalidFilter, detail).with_path(path.as_str());
                let Some(unknown) = &mut self.unknown else {
                    return Err(error);
                };
                unknown.insert(path.to_lowercase(), error);
                return Ok(None);
            }
        };
        refuse_hidden(&reference)?;
        Ok(Some(reference))
    }

    fn comparison(&mut self, comparison: &Comparison) -> Result<Node, Error> {
        let Some(mut reference) = self.visible(&comparison.path)? else {
            // No value: not equal to anything, and equal to null.
            let is_ne = comparison.operator == ComparisonOperator::Ne;
            return Ok(if is_ne == (comparison.value == Literal::Null) {
                nothing()
            } else if is_ne || comparison.operator == ComparisonOperator::Eq {
                Node::Not(Box::new(nothing()))
            } else {
                nothing()
            });
        };
        if reference.definition().r#type == AttributeType::Complex {
            reference = self.imply_value(&reference)?;
        }
        let path = reference.canonical_path();
        let (condition, negated) = bind_condition(
            reference.definition(),
            &path,
            comparison.operator,
            &comparison.value,
            self.tolerating,
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
    fn imply_value(&mut self, reference: &AttributeReference) -> Result<AttributeReference, Error> {
        let complex = reference.attribute();
        let tolerated = !complex.multi_valued;
        let implied = !tolerated || self.tolerating.compatibility.implied_value_of_single_value;
        let value = implied
            .then(|| implied_value(reference, self.resource_type))
            .flatten();
        if tolerated && value.is_some() {
            self.tolerating.note(
                "implied_value_of_single_value",
                reference.canonical_path(),
                "its value sub-attribute was compared",
            );
        }
        if let Some(value) = value {
            refuse_hidden(value)?;
        }
        value.cloned().ok_or_else(|| {
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
        let Some(reference) = self.visible(&value_path.attribute)? else {
            return Ok(nothing());
        };
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
            note_single(self.tolerating, &path);
        }
        let filter = bind_element_filter(
            &value_path.filter,
            reference.attribute(),
            &path,
            self.tolerating,
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

/// The sub-attribute `value` of a complex attribute.
pub(crate) fn implied_value<'t>(
    reference: &AttributeReference,
    resource_type: &'t RegisteredResourceType,
) -> Option<&'t AttributeReference> {
    let schema = reference.container().map(SchemaUrn::as_str);
    resource_type.find(schema, &reference.attribute().name, Some("value"))
}

/// A bracket on an attribute that has one value.
pub(crate) fn note_single(tolerating: &mut Tolerating<'_>, path: &str) {
    let detail = "its single value was taken as the only one of a list";
    tolerating.note("value_path_on_single_value", path, detail);
}

/// Where the attribute stands.
pub(crate) fn place(reference: &AttributeReference) -> Place {
    Place {
        container: reference.container().map(|urn| Name::new(urn.as_str())),
        attribute: Name::new(&reference.attribute().name),
        sub_attribute: reference
            .sub_attribute()
            .map(|definition| Name::new(&definition.name)),
    }
}

/// Whether the values of an attribute are kept from everybody; to compare them would give them away bit by bit.
pub(crate) fn is_hidden(reference: &AttributeReference) -> bool {
    reference.attribute().is_never_returned() || reference.definition().is_never_returned()
}

fn refuse_hidden(reference: &AttributeReference) -> Result<(), Error> {
    if !is_hidden(reference) {
        return Ok(());
    }
    Err(refuse(
        &reference.canonical_path(),
        "its values are never shown, so they cannot be asked for either",
        "filter by another attribute",
    ))
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
