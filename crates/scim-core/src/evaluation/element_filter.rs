//! The filter in the brackets of a value path, on one element of an attribute.

use scim_filter::{AttributePath, ValueFilter};
use serde_json::Value;

use super::binding::{check_depth, names, refuse};
use super::budget::EvaluationBudget;
use super::condition::Condition;
use super::name::Name;
use super::typing::bind_condition;
use super::view::View;
use crate::compatibility::Tolerating;
use crate::error::Error;
use crate::schema::{AttributeDefinition, AttributeType};

/// Conditions on one element.
#[derive(Clone, Debug)]
pub(crate) enum ElementFilter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// A condition on a sub-attribute, or on the element itself.
    Test(Option<Name>, Condition),
}

impl ElementFilter {
    /// Whether an element fulfils the conditions.
    pub(crate) fn matches(&self, element: &Value) -> bool {
        self.matches_within(element, &EvaluationBudget::unlimited())
    }

    /// The same, as far as the budget goes.
    pub(super) fn matches_within<'r, V: View<'r>>(
        &self,
        element: V,
        budget: &EvaluationBudget,
    ) -> bool {
        match self {
            Self::All(parts) => parts
                .iter()
                .all(|part| part.matches_within(element, budget)),
            Self::Any(parts) => parts
                .iter()
                .any(|part| part.matches_within(element, budget)),
            Self::Not(part) => !part.matches_within(element, budget),
            Self::Test(Some(name), condition) => condition.holds(element.member(name), budget),
            Self::Test(None, condition) => condition.holds(Some(element), budget),
        }
    }

    /// Whether each sub-attribute that it names is known by its path.
    pub(super) fn names_only(&self, attribute: &str, is_known: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts
                .iter()
                .all(|part| part.names_only(attribute, is_known)),
            Self::Not(part) => part.names_only(attribute, is_known),
            Self::Test(None, _) => true,
            Self::Test(Some(name), _) => is_known(&format!("{attribute}.{}", &**name)),
        }
    }

    /// The conditions of which an element has to fulfil each one.
    pub(crate) fn visit_equalities(&self, visit: &mut impl FnMut(Option<&str>, &Condition)) {
        match self {
            Self::All(parts) => parts.iter().for_each(|part| part.visit_equalities(visit)),
            Self::Test(name, condition) => visit(name.as_deref(), condition),
            Self::Any(_) | Self::Not(_) => {}
        }
    }
}

/// Understands the filter in the brackets after an attribute, called `label` in errors.
pub(crate) fn bind_element_filter(
    filter: &ValueFilter,
    definition: &AttributeDefinition,
    label: &str,
    tolerating: &mut Tolerating<'_>,
    depth: usize,
) -> Result<ElementFilter, Error> {
    check_depth(depth)?;
    let mut bind_all = |parts: &[ValueFilter]| {
        parts
            .iter()
            .map(|part| bind_element_filter(part, definition, label, tolerating, depth + 1))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match filter {
        ValueFilter::And(parts) => ElementFilter::All(bind_all(parts)?),
        ValueFilter::Or(parts) => ElementFilter::Any(bind_all(parts)?),
        ValueFilter::Not(part) => ElementFilter::Not(Box::new(bind_element_filter(
            part,
            definition,
            label,
            tolerating,
            depth + 1,
        )?)),
        ValueFilter::Present(path) => {
            ElementFilter::Test(member(path, definition, label)?.0, Condition::Present)
        }
        ValueFilter::Comparison(comparison) => {
            let (name, leaf) = member(&comparison.path, definition, label)?;
            let label = name
                .as_ref()
                .map_or_else(|| label.to_owned(), |name| format!("{label}.{}", &**name));
            let (condition, negated) = bind_condition(
                leaf,
                &label,
                comparison.operator,
                &comparison.value,
                tolerating,
            )?;
            let test = ElementFilter::Test(name, condition);
            if negated {
                ElementFilter::Not(Box::new(test))
            } else {
                test
            }
        }
    })
}

/// The sub-attribute that a name in brackets means; `value` of a simple attribute is the element itself (RFC errata 7122).
fn member<'d>(
    path: &AttributePath,
    definition: &'d AttributeDefinition,
    label: &str,
) -> Result<(Option<Name>, &'d AttributeDefinition), Error> {
    if path.schema().is_some() || path.sub_attribute().is_some() {
        return Err(refuse(
            label,
            &format!("inside [ ] stand the names of its sub-attributes alone, and {path} is none"),
            "write the name without its parent, as in emails[type eq \"work\"]",
        ));
    }
    if definition.r#type != AttributeType::Complex {
        return if path.attribute().eq_ignore_ascii_case("value") {
            Ok((None, definition))
        } else {
            Err(refuse(
                label,
                "its elements have no sub-attributes",
                "inside [ ], name the element itself: value",
            ))
        };
    }
    let Some(sub_attribute) = definition.sub_attribute(path.attribute()) else {
        return Err(refuse(
            label,
            &format!("it has no sub-attribute {}", path.attribute()),
            &format!("use one of {}", names(&definition.sub_attributes)),
        ));
    };
    if sub_attribute.is_never_returned() {
        return Err(refuse(
            label,
            &format!("{} is never shown", sub_attribute.name),
            "filter by another attribute",
        ));
    }
    Ok((Some(Name::new(&sub_attribute.name)), sub_attribute))
}
