//! From Graph's `objectMapping` to rules, with every problem reported.

mod source;
mod target;

pub(crate) use target::REFERENCED_PROPERTY;

use std::collections::BTreeMap;
use std::sync::Arc;

use scim_core::schema::RegisteredResourceType;
use scim_core::scim_filter::Parser;

use super::conflict;
use super::problem::{Place, Problems};
use super::{FlowTypes, Mapping, MappingErrors, Names, fixed_values};
use crate::expression::{Severity, ValueType};
use crate::provisioning::PatchDialect;
use crate::rule::{Apply, DataType, FlowBehavior, MissingReferences, Rule};
use crate::scoping::Scope;
use crate::synchronization_schema::{
    AttributeDefinition, AttributeMapping, FilterGroup, ObjectDefinition, ObjectMapping, Presence,
    SynchronizationSchema,
};

pub(super) use source::check_attribute;

/// The rules that could be read, and what was wrong.
pub(super) struct Imported {
    pub(super) mapping: Mapping,
    pub(super) problems: Problems,
}

impl Imported {
    /// The mapping, unless one of the problems is an error.
    pub(super) fn usable(self) -> Result<Mapping, MappingErrors> {
        let problems = self.problems.0;
        if problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
        {
            return Err(MappingErrors::new(problems));
        }
        Ok(Mapping {
            notes: problems.into(),
            ..self.mapping
        })
    }
}

struct Import<'schema> {
    source: Option<&'schema ObjectDefinition>,
    target_definition: Option<&'schema ObjectDefinition>,
    target: Option<&'schema RegisteredResourceType>,
    parser: Option<Parser>,
    problems: Problems,
}

pub(super) fn read(
    schema: &SynchronizationSchema,
    source_object_name: &str,
    target: Option<&RegisteredResourceType>,
) -> Imported {
    let mut import = Import {
        source: None,
        target_definition: None,
        target,
        parser: target.map(RegisteredResourceType::parser),
        problems: Problems::default(),
    };
    let Some((rule, mapping)) = schema.object_mapping(source_object_name) else {
        let names: Vec<&str> = schema
            .object_mappings()
            .map(|(_, mapping)| text(&mapping.source_object_name))
            .filter(|name| !name.is_empty())
            .collect();
        let message =
            format!("the schema has no mapping for source objects named \"{source_object_name}\"");
        let way_out = if names.is_empty() {
            "it has none; export the whole schema of the job".to_owned()
        } else {
            format!("it has: {}", names.join(", "))
        };
        import
            .problems
            .error(None, "object mapping", message, way_out);
        return Imported {
            mapping: Mapping::new(Vec::new()),
            problems: import.problems,
        };
    };
    import.source = schema.object_definition(
        text(&rule.source_directory_name),
        text(&mapping.source_object_name),
    );
    import.target_definition = schema.object_definition(
        text(&rule.target_directory_name),
        text(&mapping.target_object_name),
    );
    let flow_types = import.flow_types(&mapping.flow_types);
    let (rules, numbers) = import.rules(mapping, flow_types);
    let scope = mapping
        .scope
        .value()
        .map(|filter| import.scope(&filter.groups))
        .unwrap_or_default();
    let input = mapping
        .scope
        .value()
        .map(|filter| import.scope(&filter.input_filter_groups))
        .unwrap_or_default();
    let names = Names {
        mapping: text(&mapping.name).to_owned(),
        is_out_of_use: mapping.enabled.value() == Some(&false),
        metadata: mapping.metadata.value().cloned().unwrap_or_default(),
        source_types: BTreeMap::new(),
        source_object: text(&mapping.source_object_name).to_owned(),
        target_object: text(&mapping.target_object_name).to_owned(),
        source_directory: text(&rule.source_directory_name).to_owned(),
        target_directory: text(&rule.target_directory_name).to_owned(),
    };
    let mut read = Mapping {
        names: Arc::default(),
        rules: rules.into(),
        scope: scope.into(),
        input: input.into(),
        flow_types,
        dialect: PatchDialect::Rfc,
        notes: Arc::default(),
        numbers: numbers.into(),
    };
    let source_types = read.types_of_use(|name| Some(value_type(import.source?.attribute(name)?)));
    read.names = Names {
        source_types,
        ..names
    }
    .into();
    Imported {
        mapping: read,
        problems: import.problems,
    }
}

/// One text where the definition says nothing else.
pub(super) fn value_type(definition: &AttributeDefinition) -> ValueType {
    let data_type = DataType::from_name(text(&definition.r#type)).unwrap_or_default();
    ValueType::new(data_type, definition.multivalued.value() == Some(&true))
}

fn text(presence: &Presence<String>) -> &str {
    presence.value().map(String::as_str).unwrap_or_default()
}

impl Import<'_> {
    fn flow_types(&mut self, presence: &Presence<String>) -> FlowTypes {
        let given: Vec<&str> = text(presence)
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        let has = |name: &str| {
            presence.value().is_none() || given.iter().any(|part| part.eq_ignore_ascii_case(name))
        };
        let known = ["Add", "Update", "Delete", "None"];
        for name in &given {
            if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                self.problems.warning(
                    None,
                    "object mapping",
                    format!("the flow type \"{name}\" is not known, and is passed over"),
                    "use Add, Update and Delete",
                );
            }
        }
        FlowTypes {
            add: has("Add"),
            update: has("Update"),
            delete: has("Delete"),
        }
    }

    fn rules(&mut self, mapping: &ObjectMapping, flow_types: FlowTypes) -> (Vec<Rule>, Vec<usize>) {
        let mut rules: Vec<Rule> = Vec::new();
        let mut numbers: Vec<usize> = Vec::new();
        for (index, mapping) in mapping
            .attribute_mappings
            .value()
            .into_iter()
            .flatten()
            .enumerate()
        {
            let place = Some((index + 1, text(&mapping.target_attribute_name)));
            if let Some(rule) = self.rule(place, mapping) {
                rules.push(rule);
                numbers.push(index + 1);
            }
        }
        conflict::find(&rules, &numbers, &mut self.problems);
        let matches = |mapping: &AttributeMapping| {
            mapping
                .matching_priority
                .value()
                .is_some_and(|priority| *priority != 0)
        };
        let has_matching = mapping
            .attribute_mappings
            .value()
            .into_iter()
            .flatten()
            .any(matches);
        if (flow_types.add || flow_types.update) && !has_matching {
            self.problems.error(
                None,
                "matching",
                "no rule matches objects",
                "set a matching precedence, usually 1 for userName",
            );
        }
        // Numbers that follow one another say nothing.
        if numbers.last() == Some(&numbers.len()) {
            numbers.clear();
        }
        (rules, numbers)
    }

    fn rule(&mut self, place: Place<'_>, mapping: &AttributeMapping) -> Option<Rule> {
        let source = self.source(place, mapping);
        let target = self.target(place, text(&mapping.target_attribute_name));
        let definition = self
            .target_definition
            .and_then(|object| object.attribute(text(&mapping.target_attribute_name)));
        let apply = self.apply(place, text(&mapping.flow_type));
        let flow_behavior = match text(&mapping.flow_behavior) {
            name if name.eq_ignore_ascii_case("FlowAlways") => FlowBehavior::Always,
            name if name.is_empty() || name.eq_ignore_ascii_case("FlowWhenChanged") => {
                FlowBehavior::WhenChanged
            }
            name => {
                self.problems.warning(
                    place,
                    "apply",
                    format!(
                        "the flow behaviour \"{name}\" is not known; FlowWhenChanged is assumed"
                    ),
                    "use FlowWhenChanged or FlowAlways",
                );
                FlowBehavior::WhenChanged
            }
        };
        let priority = mapping.matching_priority.value().copied().unwrap_or(0);
        let matching_priority = u32::try_from(priority).unwrap_or_else(|_| {
            self.problems.error(
                place,
                "matching",
                format!("{priority} is no matching precedence"),
                "use 0 for none, or number them 1, 2, 3, …",
            );
            0
        });
        let (source, target) = (source?, target?);
        let mut rule = Rule::new(source, target);
        rule.default_value = mapping.default_value.value().map(ToString::to_string);
        rule.matching_priority = matching_priority;
        rule.apply = apply;
        rule.flow_behavior = flow_behavior;
        if mapping.export_missing_references.value() == Some(&true) {
            rule.missing_references = MissingReferences::Send;
        }
        self.describe(place, &mut rule, definition);
        if apply == Apply::OnMultiValueAdd && !rule.multi_valued {
            self.problems.warning(
                place,
                "apply",
                "MultiValueAddOnly adds values to lists, and the target attribute has one value: only new objects get it",
                "use ObjectAddOnly, or ValueAddOnly for objects that have none",
            );
        }
        fixed_values::check(&rule, place, &mut self.problems);
        Some(rule)
    }

    fn apply(&mut self, place: Place<'_>, name: &str) -> Apply {
        if name.is_empty() {
            return Apply::Always;
        }
        Apply::from_name(name).unwrap_or_else(|| {
            self.problems.warning(
                place,
                "apply",
                format!("the flow type \"{name}\" is not known; the rule applies always"),
                "use Always or ObjectAddOnly",
            );
            Apply::Always
        })
    }

    fn scope(&mut self, groups: &Presence<Vec<FilterGroup>>) -> Scope {
        let mut faults = Vec::new();
        let scope = Scope::read(
            groups.value().map(Vec::as_slice).unwrap_or_default(),
            &mut faults,
        );
        for (place, message) in faults {
            self.problems
                .error(None, &place, message, "correct the scoping filter");
        }
        for name in scope.attributes() {
            check_attribute(
                self.source,
                None,
                "scoping filter",
                name,
                &mut self.problems,
            );
        }
        scope
    }
}
