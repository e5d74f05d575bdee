//! The target side of a rule: its path, and the type of what is there.

use scim_core::schema::AttributeType;
use scim_core::scim_filter::PatchPath;
use scim_core::urn;

use super::source::nearest_attribute;
use super::{Import, Place, text};
use crate::location::Location;
use crate::rule::{DataType, NullValues, Rule};
use crate::synchronization_schema::AttributeDefinition;
use crate::target_path;

/// What the metadata of a definition calls the property that a reference names its object by.
pub(crate) const REFERENCED_PROPERTY: &str = "ReferencedProperty";

impl Import<'_> {
    /// Takes the type of the target attribute from the export, otherwise from what the target offers.
    pub(super) fn describe(
        &mut self,
        place: Place<'_>,
        rule: &mut Rule,
        definition: Option<&AttributeDefinition>,
    ) {
        let offered = self
            .target
            .and_then(|target| Location::of(&rule.target, target).definition);
        if let Some(offered) = &offered {
            rule.case_exact = offered.case_exact;
            rule.multi_valued =
                offered.multi_valued && !matches!(rule.target, PatchPath::ValuePath { .. });
            rule.data_type = match offered.r#type {
                AttributeType::Boolean => DataType::Boolean,
                AttributeType::Integer => DataType::Integer,
                AttributeType::DateTime => DataType::DateTime,
                AttributeType::Binary => DataType::Binary,
                _ => DataType::String,
            };
        }
        if let Some(definition) = definition {
            rule.case_exact = definition
                .case_exact
                .value()
                .copied()
                .unwrap_or(rule.case_exact);
            rule.multi_valued = definition
                .multivalued
                .value()
                .copied()
                .unwrap_or(rule.multi_valued);
            let name = text(&definition.r#type);
            match DataType::from_name(name) {
                // An export that has nothing but the default type does not outweigh what the target says.
                Some(DataType::String) if offered.is_some() => {}
                Some(data_type) => rule.data_type = data_type,
                None if name.is_empty() => {}
                None => self.problems.warning(
                    place,
                    "target",
                    format!("the attribute definition has the unknown type \"{name}\"; String is assumed"),
                    "use String, Boolean, Integer, DateTime, Reference or Binary",
                ),
            }
            if definition.anchor.value() == Some(&true) {
                self.problems.error(
                    place,
                    "target",
                    "this is the key of the target, which the target itself gives out",
                    "map to externalId instead",
                );
            }
            let objects = definition.referenced_objects.value().into_iter().flatten();
            rule.referenced_objects = objects
                .map(|object| text(&object.referenced_object_name).to_owned())
                .collect();
            rule.referenced_property = self.referenced_property(place, definition);
            rule.reference = !rule.referenced_objects.is_empty()
                || rule.referenced_property.is_some()
                || rule.data_type == DataType::Reference;
            if definition.flow_null_values.value() == Some(&true) {
                rule.null_values = NullValues::Remove;
            }
        }
        let manager = format!("{}:manager", urn::ENTERPRISE_USER);
        let path = rule.target.to_string();
        rule.reference |= path.eq_ignore_ascii_case(&manager)
            || path.eq_ignore_ascii_case(&format!("{manager}.value"));
    }

    /// The metadata know it; the member of that name in the referenced objects is one that Entra does not support.
    fn referenced_property(
        &mut self,
        place: Place<'_>,
        definition: &AttributeDefinition,
    ) -> Option<PatchPath> {
        let entries = definition.metadata.value().into_iter().flatten();
        let mut named = entries.filter(|entry| text(&entry.key) == REFERENCED_PROPERTY);
        let objects = definition.referenced_objects.value().into_iter().flatten();
        let mut listed = objects.filter_map(|object| object.referenced_property.value());
        let property = named
            .find_map(|entry| entry.value.value()?.as_str())
            .or_else(|| listed.next().map(String::as_str))?;
        // Some texts of the metadata are JSON in JSON.
        let property = serde_json::from_str(property).unwrap_or_else(|_| property.to_owned());
        if property.is_empty() {
            return None;
        }
        match target_path::read(&property) {
            Ok(path) => Some(path),
            Err(error) => {
                self.problems.warning(
                    place,
                    "target",
                    format!(
                        "the referenced property \"{property}\" is no path and left out: {error}"
                    ),
                    "write it like emails[type eq \"work\"].value",
                );
                None
            }
        }
    }

    pub(super) fn target(&mut self, place: Place<'_>, path: &str) -> Option<PatchPath> {
        let parsed = match &self.parser {
            Some(parser) => parser.patch_path(path),
            None => target_path::read(path),
        };
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                let way_out = "write it like name.givenName or emails[type eq \"work\"].value";
                self.problems
                    .error(place, "target", error.to_string(), way_out);
                return None;
            }
        };
        if let Err(message) = Location::check(&parsed) {
            self.problems.error(
                place,
                "target",
                message,
                "map to an attribute such as emails[type eq \"work\"].value",
            );
        }
        if let Some(target) = self.target {
            let attribute = match &parsed {
                PatchPath::Attribute(path)
                | PatchPath::ValuePath {
                    attribute: path, ..
                } => path,
                PatchPath::Schema(_) => return None,
            };
            if let Err(error) = target.resolve(attribute) {
                let way_out = "add the attribute to the target, or remove the rule";
                self.problems
                    .error(place, "target", error.to_string(), way_out);
            }
        } else if let Some(object) = self.target_definition
            && object.attribute(path).is_none()
        {
            let way_out = match nearest_attribute(path, object) {
                Some(name) => {
                    format!("did you mean {name}? Otherwise add it to the attribute list")
                }
                None => "add it to the attribute list".to_owned(),
            };
            self.problems.error(
                place,
                "target",
                "the target's attribute list does not have it",
                way_out,
            );
        }
        Some(parsed)
    }
}
