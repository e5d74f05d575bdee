//! From Graph's `objectMapping` to rules, with every problem reported.

use chrono::DateTime;
use scim_core::schema::{AttributeType, RegisteredResourceType};
use scim_core::scim_filter::{Parser, PatchPath};
use scim_core::urn;

use super::{FlowTypes, Mapping, MappingErrors, MappingProblem, to_json};
use crate::expression::{EvaluatedValue, Expression, Node, distance};
use crate::location::Location;
use crate::provisioning::PatchDialect;
use crate::rule::{Apply, DataType, FlowBehavior, Rule, RuleSource};
use crate::scoping::Scope;
use crate::synchronization_schema::{
    AttributeDefinition, AttributeMapping, AttributeMappingSource, FilterGroup, ObjectDefinition,
    Presence, SynchronizationSchema,
};

struct Import<'schema> {
    source: Option<&'schema ObjectDefinition>,
    target_definition: Option<&'schema ObjectDefinition>,
    target: Option<&'schema RegisteredResourceType>,
    parser: Parser,
    problems: Vec<MappingProblem>,
}

#[expect(
    clippy::too_many_lines,
    reason = "one problem after the other, in the order of the document"
)]
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
    let mut rules: Vec<Rule> = Vec::new();
    let empty = Vec::new();
    let attribute_mappings = mapping.attribute_mappings.value().unwrap_or(&empty);
    for (index, attribute_mapping) in attribute_mappings.iter().enumerate() {
        let place = Some((index + 1, text(&attribute_mapping.target_attribute_name)));
        if let Some(rule) = import.rule(place, attribute_mapping) {
            if rules
                .iter()
                .any(|earlier| same_path(&earlier.target, &rule.target))
            {
                import.problem(
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
                import.problem(
                    place,
                    "matching",
                    format!("another rule has the matching precedence {priority} as well"),
                    "number them 1, 2, 3, …".to_owned(),
                );
            }
            rules.push(rule);
        }
    }
    if (flow_types.add || flow_types.update)
        && attribute_mappings
            .iter()
            .all(|mapping| mapping.matching_priority.value().unwrap_or(&0) == &0)
    {
        import.problem(
            None,
            "matching",
            "no rule matches objects".to_owned(),
            "set a matching precedence, usually 1 for userName".to_owned(),
        );
    }
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
        let name = text(&mapping.name).to_owned();
        Ok(Mapping {
            name,
            rules,
            scope,
            input,
            flow_types,
            dialect: PatchDialect::Standard,
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

    /// Takes the type of the target attribute from the export, otherwise from what the target offers.
    fn describe(
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
                None => self.problem(
                    place,
                    "target",
                    format!("the attribute definition has the unknown type \"{name}\""),
                    "use String, Boolean, Integer, DateTime, Reference or Binary".to_owned(),
                ),
            }
            if definition.anchor.value() == Some(&true) {
                self.problem(
                    place,
                    "target",
                    "this is the key of the target, which the target itself gives out".to_owned(),
                    "map to externalId instead".to_owned(),
                );
            }
            let refers = definition
                .referenced_objects
                .value()
                .is_some_and(|objects| !objects.is_empty());
            rule.reference = refers || rule.data_type == DataType::Reference;
        }
        let manager = format!("{}:manager", urn::ENTERPRISE_USER);
        let path = rule.target.to_string();
        rule.reference |= path.eq_ignore_ascii_case(&manager)
            || path.eq_ignore_ascii_case(&format!("{manager}.value"));
    }

    fn target(&mut self, place: Place<'_>, path: &str) -> Option<PatchPath> {
        let parsed = match self.parser.patch_path(path) {
            Ok(parsed) => parsed,
            Err(error) => {
                let way_out =
                    "write it like name.givenName or emails[type eq \"work\"].value".to_owned();
                self.problem(place, "target", error.to_string(), way_out);
                return None;
            }
        };
        if let Err(message) = Location::check(&parsed) {
            self.problem(
                place,
                "target",
                message,
                "map to an attribute such as emails[type eq \"work\"].value".to_owned(),
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
                let way_out = "add the attribute to the target, or remove the rule".to_owned();
                self.problem(place, "target", error.to_string(), way_out);
            }
        } else if let Some(object) = self.target_definition
            && object.attribute(path).is_none()
        {
            let way_out = match nearest(path, object) {
                Some(name) => {
                    format!("did you mean {name}? Otherwise add it to the attribute list")
                }
                None => "add it to the attribute list".to_owned(),
            };
            self.problem(
                place,
                "target",
                "the target's attribute list does not have it".to_owned(),
                way_out,
            );
        }
        Some(parsed)
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
