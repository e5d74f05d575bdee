//! Where the value of an attribute stands in a resource.

use serde_json::{Map, Value};

use super::budget::EvaluationBudget;
use super::name::Name;
use super::view::{Shape, View};

/// The way to an attribute: the extension that holds it, its name, and perhaps a sub-attribute, all spelled as the schema
/// spells them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) container: Option<Name>,
    pub(crate) attribute: Name,
    pub(crate) sub_attribute: Option<Name>,
}

impl Place {
    /// The value of the attribute itself, whatever the sub-attribute.
    pub(crate) fn attribute_in<'r>(&self, attributes: &'r Map<String, Value>) -> Option<&'r Value> {
        let members = match &self.container {
            None => attributes,
            Some(urn) => attributes.get(&**urn)?.as_object()?,
        };
        members.get(&*self.attribute)
    }

    /// Whether one of the values that stand here passes the test; `member` finds those of the resource by name. A
    /// sub-attribute that an element lacks is tested as `None`; an attribute that the resource lacks is not tested at all,
    /// but to look for it costs as much.
    #[inline]
    pub(super) fn any<'r, V: View<'r>>(
        &self,
        member: impl Fn(&Name) -> Option<V>,
        budget: &EvaluationBudget,
        test: impl Fn(Option<V>) -> bool,
    ) -> bool {
        let value = match &self.container {
            None => member(&self.attribute),
            Some(urn) => member(urn).and_then(|extension| extension.member(&self.attribute)),
        };
        let Some(value) = value else {
            budget.pays(1);
            return false;
        };
        match (value.shape(), &self.sub_attribute) {
            (Shape::Null, _) => false,
            (Shape::List(mut elements), Some(name)) => {
                elements.any(|element| test(element.member(name)))
            }
            (Shape::List(mut elements), None) => elements.any(|element| test(Some(element))),
            (_, Some(name)) => test(value.member(name)),
            (_, None) => test(Some(value)),
        }
    }
}
