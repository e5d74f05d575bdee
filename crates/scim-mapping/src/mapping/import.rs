//! From Graph's `objectMapping` to rules, with every problem reported.

mod target;

use chrono::DateTime;
use scim_core::schema::RegisteredResourceType;
use scim_core::scim_filter::{Parser, PatchPath};
use scim_core::urn;

use super::{FlowTypes, Mapping, MappingErrors, MappingProblem, to_json};
use crate::expression::{EvaluatedValue, Expression, Node, distance};
use crate::provisioning::PatchDialect;
use crate::rule::{Apply, FlowBehavior, Rule, RuleSource};
use crate::scoping::Scope;
use crate::synchronization_schema::{
    AttributeMapping, AttributeMappingSource, FilterGroup, ObjectDefinition, ObjectMapping,
    Presence, SynchronizationSchema,
};

struct Import<'schema> {
    source: Option<&'schema ObjectDefinition>,
    target_definition: Option<&'schema ObjectDefinition>,
    target: Option<&'schema RegisteredResourceType>,
    parser: Parser,
    problems: Vec<MappingProblem>,
}

pub(super) fn read(
    schema: &SynchronizationSchema,
    source_object_name: &str,
    target: Option<&RegisteredResourceType>,
) -> Result<Mapping, MappingErrors> {
    let mut import = Import {
        source: None,
        target_definition: None,
        target,
        parser: target.map_or_else(default_parser, RegisteredResourceType::parser),
        problems: Vec::new(),
    };
    let Some((rule, mapping)) = schema.object_mapping(source_object_name) else {
        let names: Vec<&str> = schema
            .synchronization_rules
            .value()
            .into_iter()
            .flatten()
            .flat_map(|rule| rule.object_mappings.value().into_iter().flatten())
            .filter_map(|mapping| mapping.source_object_name.value().map(String::as_str))
            .collect();
        let message =
            format!("the schema has no mapping for source objects named \"{source_object_name}\"");
        import.problem(
            None,
            "object mapping",
            message,
            format!("it has: {}", names.join(", ")),
        );
        return Err(MappingErrors::new(import.problems));
    };
    import.source = schema.object_definition(
        text(&rule.source_directory_name),
        text(&mapping.source_object_name),
    );
    import.target_definition = schema.object_definition(
        text(&rule.target_directory_name),
        text(&mapping.target_object_name),
    );
    let flow_types = flow_types(
        text(&mapping.flow_types),
        mapping.flow_types.value().is_some(),
    );
    let rules = import.rules(mapping, flow_types);
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
    if import.problems.is_empty() {
        Ok(Mapping {
            name: text(&mapping.name).into(),
            rules: rules.into(),
            scope: scope.into(),
            input: input.into(),
            flow_types,
            dialect: PatchDialect::Rfc,
        })
    } else {
        Err(MappingErrors::new(import.problems))
    }
}

fn text(presence: &Presence<String>) -> &str {
    presence.value().map(String::as_str).unwrap_or_default()
}

/// Without knowledge of the target, the extensions are known that a mapping to Peakon uses.
fn default_parser() -> Parser {
    Parser::new()
        .schemas([urn::USER, urn::GROUP, urn::ENTERPRISE_USER])
        .schema_with_free_names(urn::PEAKON_USER)
}

fn same_path(left: &PatchPath, right: &PatchPath) -> bool {
    left.to_string().eq_ignore_ascii_case(&right.to_string())
}

fn flow_types(text: &str, is_given: bool) -> FlowTypes {
    let has = |name: &str| {
        !is_given
            || text
                .split(',')
                .any(|part| part.trim().eq_ignore_ascii_case(name))
    };
    FlowTypes {
        add: has("Add"),
        update: has("Update"),
        delete: has("Delete"),
    }
}

type Place<'place> = Option<(usize, &'place str)>;

impl Import<'_> {
    fn problem(&mut self, place: Place<'_>, part: &str, message: String, way_out: String) {
        self.problems.push(MappingProblem {
            rule: place.map(|(rule, _)| rule),
            target: place
                .map(|(_, target)| target.to_owned())
                .unwrap_or_default(),
            place: part.to_owned(),
            message,
            way_out,
        });
    }

    fn rules(&mut self, mapping: &ObjectMapping, flow_types: FlowTypes) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        for (index, mapping) in mapping
            .attribute_mappings
            .value()
            .into_iter()
            .flatten()
            .enumerate()
        {
            let place = Some((index + 1, text(&mapping.target_attribute_name)));
            let Some(rule) = self.rule(place, mapping) else {
                continue;
            };
            if rules
                .iter()
                .any(|earlier| same_path(&earlier.target, &rule.target))
            {
                self.problem(
                    place,
                    "target",
                    "another rule has the same target attribute".to_owned(),
                    "remove one of the two rules".to_owned(),
                );
            }
            let priority = rule.matching_priority;
            if priority > 0
                && rules
                    .iter()
                    .any(|earlier| earlier.matching_priority == priority)
            {
                self.problem(
                    place,
                    "matching",
                    format!("another rule has the matching precedence {priority} as well"),
                    "number them 1, 2, 3, …".to_owned(),
                );
            }
            rules.push(rule);
        }
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
            self.problem(
                None,
                "matching",
                "no rule matches objects".to_owned(),
                "set a matching precedence, usually 1 for userName".to_owned(),
            );
        }
        rules
    }

    fn rule(&mut self, place: Place<'_>, mapping: &AttributeMapping) -> Option<Rule> {
        let source = self.source(place, mapping);
        let target = self.target(place, text(&mapping.target_attribute_name));
        let definition = self
            .target_definition
            .and_then(|object| object.attribute(text(&mapping.target_attribute_name)));
        let apply = match text(&mapping.flow_type) {
            "" => Some(Apply::Always),
            name if name.eq_ignore_ascii_case("Always") => Some(Apply::Always),
            name if name.eq_ignore_ascii_case("ObjectAddOnly") => Some(Apply::OnCreate),
            other => {
                let message = format!("the flow type \"{other}\" is not supported");
                self.problem(
                    place,
                    "apply",
                    message,
                    "use Always or ObjectAddOnly".to_owned(),
                );
                None
            }
        };
        let flow_behavior = match text(&mapping.flow_behavior) {
            name if name.eq_ignore_ascii_case("FlowAlways") => FlowBehavior::Always,
            _ => FlowBehavior::WhenChanged,
        };
        let (source, target, apply) = (source?, target?, apply?);
        let mut rule = Rule::new(source, target);
        rule.default_value = mapping.default_value.value().cloned();
        rule.matching_priority = mapping.matching_priority.value().copied().unwrap_or(0);
        rule.apply = apply;
        rule.flow_behavior = flow_behavior;
        self.describe(place, &mut rule, definition);
        if let Some(default) = &rule.default_value
            && let Err(message) = to_json(
                &EvaluatedValue::Text(default.clone()),
                rule.data_type,
                rule.multi_valued,
                DateTime::UNIX_EPOCH,
            )
        {
            self.problem(
                place,
                "default value",
                message,
                "correct the default value".to_owned(),
            );
        }
        Some(rule)
    }

    fn source(&mut self, place: Place<'_>, mapping: &AttributeMapping) -> Option<RuleSource> {
        let Some(source) = mapping.source.value() else {
            return Some(RuleSource::None);
        };
        let expression = match expression_text(source).parse::<Expression>() {
            Ok(expression) => expression,
            Err(error) => {
                self.problem(
                    place,
                    "source",
                    error.to_string(),
                    "correct the expression".to_owned(),
                );
                return None;
            }
        };
        for name in expression.attributes() {
            self.check_source_attribute(place, "source", name);
        }
        Some(match expression.root() {
            Node::Attribute(name) => RuleSource::Direct(name.clone()),
            Node::Text(text) | Node::Number(text) => RuleSource::Constant(text.clone()),
            _ => RuleSource::Expression(expression),
        })
    }

    fn check_source_attribute(&mut self, place: Place<'_>, part: &str, name: &str) {
        let Some(object) = self.source else { return };
        if object.attribute(name).is_none() {
            let way_out = match nearest(name, object) {
                Some(nearest) => {
                    format!("did you mean {nearest}? Names are compared with regard to case")
                }
                None => "add it to the source's attribute list".to_owned(),
            };
            self.problem(
                place,
                part,
                format!("the source has no attribute \"{name}\""),
                way_out,
            );
        }
    }

    fn scope(&mut self, groups: &Presence<Vec<FilterGroup>>) -> Scope {
        let mut faults = Vec::new();
        let scope = Scope::read(
            groups.value().map(Vec::as_slice).unwrap_or_default(),
            &mut faults,
        );
        for (place, message) in faults {
            self.problem(
                None,
                &place,
                message,
                "correct the scoping filter".to_owned(),
            );
        }
        for name in scope.attributes() {
            self.check_source_attribute(None, "scoping filter", name);
        }
        scope
    }
}

/// The text decides; without one, it follows from type and name.
fn expression_text(source: &AttributeMappingSource) -> String {
    match (source.expression.value(), text(&source.r#type)) {
        (Some(expression), _) if !expression.trim().is_empty() => expression.clone(),
        (_, kind) if kind.eq_ignore_ascii_case("Attribute") => {
            Node::Attribute(text(&source.name).to_owned()).to_string()
        }
        (_, kind) if kind.eq_ignore_ascii_case("Constant") => {
            Node::Text(text(&source.name).to_owned()).to_string()
        }
        _ => String::new(),
    }
}

fn nearest<'object>(name: &str, object: &'object ObjectDefinition) -> Option<&'object str> {
    let names = object
        .attributes
        .value()
        .into_iter()
        .flatten()
        .filter_map(|attribute| attribute.name.value());
    names
        .map(|candidate| {
            (
                distance(&name.to_lowercase(), &candidate.to_lowercase()),
                candidate.as_str(),
            )
        })
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, candidate)| candidate)
}
