//! The source side of a rule: its expression, and what else the export says about it.

use super::{Import, Place, text};
use crate::expression::{Expression, Node};
use crate::mapping::problem::Problems;
use crate::mapping::source_tree;
use crate::nearest::nearest;
use crate::rule::RuleSource;
use crate::synchronization_schema::{AttributeMapping, AttributeMappingSource, ObjectDefinition};

impl Import<'_> {
    pub(super) fn source(
        &mut self,
        place: Place<'_>,
        mapping: &AttributeMapping,
    ) -> Option<RuleSource> {
        let Some(source) = mapping.source.value() else {
            return Some(RuleSource::None);
        };
        let expression = match expression_text(source).parse::<Expression>() {
            Ok(expression) => expression,
            Err(error) => {
                self.problems
                    .error(place, "source", error.to_string(), "correct the expression");
                self.problems.at(error.range());
                return None;
            }
        };
        for name in expression.attributes() {
            check_attribute(self.source, place, "source", name, &mut self.problems);
        }
        if let Some(difference) = source_tree::difference(source, expression.root()) {
            self.problems.warning(
                place,
                "source",
                format!("the text of the expression and the rest of the export disagree: {difference}; the text is used"),
                "save the rule again in the portal, or correct the parameters",
            );
        }
        Some(match expression.root() {
            Node::Attribute(name) => RuleSource::Direct(name.clone()),
            Node::Text(text) | Node::Number(text) => RuleSource::Constant(text.clone()),
            _ => RuleSource::Expression(expression),
        })
    }
}

pub(crate) fn check_attribute(
    source: Option<&ObjectDefinition>,
    place: Place<'_>,
    column: &str,
    name: &str,
    problems: &mut Problems,
) {
    let Some(object) = source else { return };
    if object.attribute(name).is_none() {
        let way_out = match nearest_attribute(name, object) {
            Some(nearest) => {
                format!("did you mean {nearest}? Names are compared with regard to case")
            }
            None => "add it to the source's attribute list".to_owned(),
        };
        problems.error(
            place,
            column,
            format!("the source has no attribute \"{name}\""),
            way_out,
        );
    }
}

/// The text decides; without one, it follows from type and name.
fn expression_text(source: &AttributeMappingSource) -> String {
    let name = || {
        let name = source.name.value();
        name.map(ToString::to_string).unwrap_or_default()
    };
    match (source.expression.value(), text(&source.r#type)) {
        (Some(expression), _) if !expression.trim().is_empty() => expression.clone(),
        (_, kind) if kind.eq_ignore_ascii_case("Attribute") => Node::Attribute(name()).to_string(),
        (_, kind) if kind.eq_ignore_ascii_case("Constant") => Node::Text(name()).to_string(),
        _ => String::new(),
    }
}

/// The attribute of the list that is spelt most alike.
pub(super) fn nearest_attribute<'object>(
    name: &str,
    object: &'object ObjectDefinition,
) -> Option<&'object str> {
    let listed = object.attributes.value().into_iter().flatten();
    let names = listed.filter_map(|attribute| attribute.name.value());
    nearest(name, names.map(String::as_str))
}
