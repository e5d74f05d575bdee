//! What would go wrong, told before anything is provisioned.

mod described;
mod reference;
mod target;
mod yields;

use scim_core::schema::{Mutability, RegisteredResourceType, SchemaRegistry};
use scim_core::urn;

use super::import::{self, check_attribute};
use super::problem::{MappingProblem, Problems};
use super::{Mapping, conflict, fixed_values};
use crate::synchronization_schema::{
    AttributeDefinition as SourceAttribute, ObjectDefinition, SynchronizationSchema,
};
use crate::target_path::without_core;

impl SynchronizationSchema {
    /// Everything that is wrong with the object mapping for source objects of that name: what keeps it from being read,
    /// and of the rules that can be read all that [`Mapping::check`] finds.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_mapping::SynchronizationSchema;
    ///
    /// let export = r#"{"synchronizationRules": [{"objectMappings": [{"sourceObjectName": "User", "attributeMappings": [
    ///     {"targetAttributeName": "displayName", "source": {"expression": "ToLowr([mail])"}},
    ///     {"targetAttributeName": "nikName", "source": {"expression": "[mail]"}, "matchingPriority": 1}
    /// ]}]}]}"#;
    /// let problems = SynchronizationSchema::from_json(export)?.check("User", &SchemaRegistry::standard());
    /// let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    /// assert!(problems[0].starts_with("target: no rule sets userName, which the target requires"));
    /// assert!(problems[1].starts_with("rule 1 (displayName), source: at character 1: there is no function `ToLowr`"));
    /// assert!(problems[2].starts_with("rule 2 (nikName), target: User has no attribute \"nikName\"; did you mean"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn check(&self, source_object_name: &str, target: &SchemaRegistry) -> Vec<MappingProblem> {
        let imported = import::read(self, source_object_name, None);
        let Some((_, mapping)) = self.object_mapping(source_object_name) else {
            return imported.problems.0;
        };
        let mut problems = imported.problems;
        // A rule that cannot be read is told of by itself, not as missing.
        let rules = mapping.attribute_mappings.value().into_iter().flatten();
        let attempted: Vec<String> = rules
            .filter_map(|rule| rule.target_attribute_name.value().cloned())
            .collect();
        imported
            .mapping
            .check_rules(self, target, &attempted, &mut problems);
        sorted(problems)
    }

    /// The resource type of the target that the object mapping for source objects of that name is for: the one that has
    /// the target object's name, its schema, or that schema as an extension.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_mapping::SynchronizationSchema;
    ///
    /// let export = r#"{"synchronizationRules": [{"objectMappings": [{
    ///     "sourceObjectName": "User",
    ///     "targetObjectName": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    /// }]}]}"#;
    /// let registry = SchemaRegistry::standard();
    /// let schema = SynchronizationSchema::from_json(export)?;
    /// let users = schema.resource_type("User", &registry).ok_or("users are standard")?;
    /// assert_eq!(users.definition().name, "User");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn resource_type<'registry>(
        &self,
        source_object_name: &str,
        registry: &'registry SchemaRegistry,
    ) -> Option<&'registry RegisteredResourceType> {
        let (_, mapping) = self.object_mapping(source_object_name)?;
        let name = mapping.target_object_name.value().map(String::as_str);
        resource_type(registry, name.unwrap_or_default())
    }
}

impl Mapping {
    /// Everything that is wrong with the mapping, at once: against the attribute lists and object mappings of `source`,
    /// and against what `target` offers. Errors and warnings stand in the order of the rules.
    ///
    /// Where `source` does not describe the objects, their attributes are not checked; where `target` has no resource
    /// type for them, that is the problem.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_mapping::{Mapping, RuleBuilder, Severity};
    ///
    /// let mapping = Mapping::builder("User", "urn:ietf:params:scim:schemas:core:2.0:User")
    ///     .rule(RuleBuilder::direct("displayName", "displayName").matching(1))
    ///     .rule(RuleBuilder::expression("IIF([a] = \"1\", \"yes\", \"True\")", "active"))
    ///     .build()?;
    /// let problems = mapping.check(&mapping.to_schema(), &SchemaRegistry::standard());
    /// assert_eq!(problems[0].to_string(), "target: no rule sets userName, which the target requires \
    ///     (add a rule for it)");
    /// assert_eq!(problems[1].severity, Severity::Warning);
    /// assert_eq!(problems[1].message, "objects are matched by an attribute whose values need not be unique in the target");
    /// assert_eq!(problems[2].message, "the result can be of the wrong type: \"yes\" is neither True nor False, as a Boolean must be");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn check(
        &self,
        source: &SynchronizationSchema,
        target: &SchemaRegistry,
    ) -> Vec<MappingProblem> {
        let mut problems = Problems(self.notes.to_vec());
        let numbers: Vec<usize> = (1..=self.rules().len()).collect();
        conflict::find(self.rules(), &numbers, &mut problems);
        let matches = self.rules().iter().any(|rule| rule.matching_priority > 0);
        if (self.flow_types.add || self.flow_types.update) && !matches {
            problems.error(
                None,
                "matching",
                "no rule matches objects",
                "set a matching precedence, usually 1 for userName",
            );
        }
        self.check_rules(source, target, &[], &mut problems);
        sorted(problems)
    }

    fn check_rules(
        &self,
        schema: &SynchronizationSchema,
        registry: &SchemaRegistry,
        attempted: &[String],
        problems: &mut Problems,
    ) {
        let names = &self.names;
        let source = schema.object_definition(&names.source_directory, &names.source_object);
        let Some(target) = resource_type(registry, &names.target_object) else {
            let known: Vec<&str> = registry
                .resource_types()
                .map(|known| known.definition().name.as_str())
                .collect();
            problems.error(
                None,
                "object mapping",
                format!("the target has no objects \"{}\"", names.target_object),
                format!("it has: {}", known.join(", ")),
            );
            return;
        };
        let definitions = schema.object_definition(&names.target_directory, &names.target_object);
        for (index, rule) in self.rules().iter().enumerate() {
            let written = rule.target.to_string();
            let place = Some((self.number(index), written.as_str()));
            for name in rule.source_attributes() {
                check_attribute(source, place, "source", name, problems);
            }
            target::check(rule, place, target, problems);
            fixed_values::check(rule, place, problems);
            yields::check(rule, place, source, target, problems);
            reference::check(rule, place, source, target, problems);
            self.check_reference(rule, place, schema, target, problems);
        }
        self.check_required(target, definitions, attempted, problems);
        self.check_scope(source, problems);
    }

    /// The number of a rule in the mapping, from 1.
    fn number(&self, index: usize) -> usize {
        self.numbers.get(index).copied().unwrap_or(index + 1)
    }

    fn check_required(
        &self,
        target: &RegisteredResourceType,
        definitions: Option<&ObjectDefinition>,
        attempted: &[String],
        problems: &mut Problems,
    ) {
        if !self.flow_types.add {
            return;
        }
        let targets = self.rules().iter().map(|rule| rule.target.to_string());
        let targets: Vec<String> = targets.chain(attempted.iter().cloned()).collect();
        let targets: Vec<&str> = targets.iter().map(|target| without_core(target)).collect();
        let sets = |path: &str| targets.iter().any(|target| starts_with_path(target, path));
        let mut missing: Vec<String> = Vec::new();
        for attribute in target.attributes() {
            let path = attribute.canonical_path();
            let definition = attribute.definition();
            // Whoever makes the document sets it.
            if path == "schemas" {
                continue;
            }
            // What is required in an extension or a complex attribute is so only where that is given.
            let container = match (attribute.container(), attribute.sub_attribute()) {
                (_, Some(_)) => continue,
                (Some(urn), None) => Some(urn.as_str()),
                (None, None) => None,
            };
            let is_given = container.is_none_or(sets);
            let is_writable = definition.mutability != Mutability::ReadOnly;
            if definition.required && is_writable && is_given && !sets(&path) {
                missing.push(path.clone());
            }
            let is_whole = targets
                .iter()
                .any(|target| target.eq_ignore_ascii_case(&path));
            if sets(&path) && !is_whole && !definition.multi_valued {
                let parts = definition
                    .sub_attributes
                    .iter()
                    .filter(|part| part.required);
                let parts = parts.map(|part| format!("{path}.{}", part.name));
                missing.extend(parts.filter(|part| !sets(part)));
            }
        }
        let listed = definitions.and_then(|object| object.attributes.value());
        for attribute in listed.into_iter().flatten() {
            if let Some(name) = attribute.name.value()
                && attribute.required.value() == Some(&true)
                && attribute.anchor.value() != Some(&true)
                && !sets(without_core(name))
                && !missing.iter().any(|known| known.eq_ignore_ascii_case(name))
            {
                missing.push(name.clone());
            }
        }
        for path in missing {
            problems.error(
                None,
                "target",
                format!("no rule sets {path}, which the target requires"),
                "add a rule for it",
            );
        }
    }

    /// Entra's portal does not offer these attributes for scoping filters.
    fn check_scope(&self, source: Option<&ObjectDefinition>, problems: &mut Problems) {
        const NOT_OFFERED: [&str; 5] = [
            "members",
            "IsMemberOf",
            "appRoleAssignments",
            "userType",
            "manager",
        ];
        for name in self.input.attributes().chain(self.scope.attributes()) {
            check_attribute(source, None, "scoping filter", name, problems);
            let definition = source.and_then(|source| source.attribute(name));
            let is_multi_valued =
                definition.is_some_and(|definition| definition.multivalued.value() == Some(&true));
            let is_date = definition.is_some_and(|definition| has_type(definition, "DateTime"));
            if is_multi_valued || is_date || NOT_OFFERED.contains(&name) {
                problems.warning(
                    None,
                    "scoping filter",
                    format!("Entra does not support {name} in scoping filters"),
                    "filter by an attribute with one text, number or truth value",
                );
            }
        }
    }
}

fn has_type(definition: &SourceAttribute, name: &str) -> bool {
    let given = definition.r#type.value();
    given.is_some_and(|given| given.eq_ignore_ascii_case(name))
}

/// The problems of the mapping as a whole, then those of its rules; each as often as it was found at first.
fn sorted(mut problems: Problems) -> Vec<MappingProblem> {
    problems.0.sort_by_key(|problem| problem.rule);
    problems.0
}

/// Whether a path is `start` or leads into it.
fn starts_with_path(path: &str, start: &str) -> bool {
    let head = path.get(..start.len());
    let rest = path.get(start.len()..).unwrap_or_default();
    head.is_some_and(|head| head.eq_ignore_ascii_case(start))
        && (rest.is_empty() || rest.starts_with(['.', '[', ':']))
}

/// By name, by the schema or by an extension: Entra calls the users of SCIM targets by the enterprise extension.
fn resource_type<'registry>(
    registry: &'registry SchemaRegistry,
    name: &str,
) -> Option<&'registry RegisteredResourceType> {
    let name = if name.is_empty() { urn::USER } else { name };
    let is = |candidate: &str| candidate.eq_ignore_ascii_case(name);
    let all = || registry.resource_types();
    all()
        .find(|known| is(&known.definition().name) || is(known.schema().id.as_str()))
        .or_else(|| all().find(|known| known.extensions().any(|schema| is(schema.id.as_str()))))
        .or_else(|| {
            // The enterprise extension of a target that has no extensions.
            (name.eq_ignore_ascii_case(urn::ENTERPRISE_USER))
                .then(|| all().find(|known| known.schema().id.as_str() == urn::USER))
                .flatten()
        })
}
