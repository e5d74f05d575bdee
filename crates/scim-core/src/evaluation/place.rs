//! Where the value of an attribute stands in a resource.

use serde_json::{Map, Value};

use super::budget::EvaluationBudget;
use crate::resource::Resource;

/// The way to an attribute: the extension that holds it, its name, and perhaps a sub-attribute, all spelled as the schema
/// spells them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) container: Option<String>,
    pub(crate) attribute: String,
    pub(crate) sub_attribute: Option<String>,
}

impl Place {
    /// The value of the attribute itself, whatever the sub-attribute.
    pub(crate) fn attribute_in<'r>(&self, attributes: &'r Map<String, Value>) -> Option<&'r Value> {
        let members = match &self.container {
            None => attributes,
            Some(urn) => attributes.get(urn)?.as_object()?,
        };
        members.get(&self.attribute)
    }

    /// Whether one of the values that stand here passes the test. A sub-attribute that an element lacks is tested as
    /// `None`; an attribute that the resource lacks is not tested at all, but to look for it costs as much.
    pub(super) fn any(
        &self,
        resource: &Resource,
        budget: &EvaluationBudget,
        test: impl Fn(Option<&Value>) -> bool,
    ) -> bool {
        let Some(value) = self.attribute_in(resource.attributes()) else {
            budget.pays_for(&Value::Null);
            return false;
        };
        match (value, &self.sub_attribute) {
            (Value::Null, _) => false,
            (Value::Array(elements), Some(name)) => {
                elements.iter().any(|element| test(element.get(name)))
            }
            (Value::Array(elements), None) => elements.iter().any(|element| test(Some(element))),
            (value, Some(name)) => test(value.get(name)),
            (value, None) => test(Some(value)),
        }
    }
}
