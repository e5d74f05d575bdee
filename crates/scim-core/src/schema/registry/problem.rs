//! What can be wrong with definitions.

mod contradictions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use scim_filter::AttributePath;

use crate::schema::{
    AttributeDefinition, AttributeType, Mutability, ResourceType, Schema, Tightening,
};
use crate::urn::{self, SchemaUrn};

/// Definitions that contradict the protocol or each other, with all problems found.
///
/// ```
/// use scim_core::schema::{AttributeDefinition, AttributeType, Schema, SchemaRegistry};
/// use scim_core::urn::SchemaUrn;
///
/// let schema = Schema::new(SchemaUrn::new("urn:example:1.0:Thing")?, "Thing")
///     .attribute_added(AttributeDefinition::new("1st", AttributeType::String))
///     .attribute_added(AttributeDefinition::new("parts", AttributeType::Complex));
/// let Err(error) = SchemaRegistry::builder().schema(schema).build() else { return Ok(()) };
/// assert_eq!(error.problems().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryError {
    problems: Vec<RegistryProblem>,
}

impl RegistryError {
    pub(super) fn new(mut problems: Vec<RegistryProblem>) -> Self {
        let mut order = BTreeMap::new();
        for problem in &problems {
            let next = order.len();
            order.entry(problem.place.clone()).or_insert(next);
        }
        problems.sort_by_key(|problem| order.get(&problem.place).copied());
        Self { problems }
    }

    /// The problems, at least one; those of one place stand together, in the order in which the places were reached.
    ///
    /// ```
    /// use scim_core::schema::{SchemaRegistry, user};
    ///
    /// let twice = SchemaRegistry::builder().schema(user().clone()).schema(user().clone());
    /// assert!(twice.build().is_err_and(|error| error.problems().len() == 1));
    /// ```
    #[must_use]
    pub fn problems(&self) -> &[RegistryProblem] {
        &self.problems
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the definitions cannot be used:")?;
        for problem in &self.problems {
            write!(f, "\n- {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RegistryError {}

/// One problem of a definition: where, and what is wrong.
///
/// ```
/// use scim_core::schema::{SchemaRegistry, user};
///
/// let twice = SchemaRegistry::builder().schema(user().clone()).schema(user().clone());
/// if let Err(error) = twice.build() {
///     assert!(error.problems().iter().all(|problem| problem.place == scim_core::urn::USER));
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {detail}")]
#[non_exhaustive]
pub struct RegistryProblem {
    /// The schema and the attribute, or the resource type.
    pub place: String,
    /// What is wrong, and what would be right.
    pub detail: String,
}

pub(super) fn check(schemas: &[Schema], resource_types: &[ResourceType]) -> Vec<RegistryProblem> {
    let mut problems = Problems::default();
    let mut seen = BTreeSet::new();
    for schema in schemas {
        if !seen.insert(&schema.id) {
            problems.add(
                &schema.id,
                "there is another schema with this identifier; give one of them its own",
            );
        }
        let as_path = AttributePath::new("name").and_then(|path| path.with_schema(&schema.id));
        if let Err(error) = as_path {
            problems.add(
                &schema.id,
                format!("no path to an attribute could begin with this identifier: {error}"),
            );
        }
        check_attributes(&mut problems, schema, "", &schema.attributes);
    }
    let (mut names, mut endpoints) = (BTreeSet::new(), BTreeSet::new());
    for definition in resource_types {
        check_resource_type(&mut problems, schemas, definition);
        let place = format!("resource type {}", definition.name);
        if !names.insert(&definition.name) {
            problems.add(&place, "there is another resource type with this name");
        }
        if !endpoints.insert(definition.endpoint_segment().to_ascii_lowercase()) {
            problems.add(
                &place,
                "another resource type has this endpoint; each needs its own",
            );
        }
    }
    problems.0
}

/// Makes schemas stricter, and tells each refusal.
pub(super) fn tighten(schemas: &mut [Schema], tightenings: &[Tightening]) -> Vec<RegistryProblem> {
    let mut problems = Problems::default();
    for tightening in tightenings {
        let place = format!("{}:{}", tightening.schema, tightening.attribute);
        let refusals = match schemas
            .iter_mut()
            .find(|schema| schema.id == tightening.schema)
        {
            Some(schema) => tightening.apply(schema),
            None => vec!["the schema that is to be tightened is not registered".to_owned()],
        };
        for refusal in refusals {
            problems.add(&place, refusal);
        }
    }
    problems.0
}

#[derive(Default)]
struct Problems(Vec<RegistryProblem>);

impl Problems {
    fn add(&mut self, place: &impl fmt::Display, detail: impl Into<String>) {
        self.0.push(RegistryProblem {
            place: place.to_string(),
            detail: detail.into(),
        });
    }
}

fn check_resource_type(problems: &mut Problems, schemas: &[Schema], definition: &ResourceType) {
    let place = format!("resource type {}", definition.name);
    let segment = definition.endpoint_segment();
    let reserved = [
        "Me",
        "Schemas",
        "ResourceTypes",
        "ServiceProviderConfig",
        "Bulk",
        ".search",
    ];
    if definition.name.is_empty() {
        problems.add(&place, "it needs a name");
    }
    if segment.is_empty()
        || segment.contains(|c: char| c == '/' || c == '?' || c == '#' || c.is_whitespace())
    {
        problems.add(
            &place,
            format!("the endpoint \"{segment}\" is not one path segment such as Users"),
        );
    }
    if reserved
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(segment))
    {
        problems.add(
            &place,
            format!("the endpoint {segment} belongs to the protocol"),
        );
    }
    let is_known = |urn| schemas.iter().any(|schema| schema.id == urn);
    if !is_known(definition.schema.clone()) {
        problems.add(
            &place,
            format!(
                "the schema {} is not registered; {}",
                definition.schema,
                registration(&definition.schema)
            ),
        );
    }
    let mut seen = BTreeSet::from([&definition.schema]);
    for extension in &definition.schema_extensions {
        if !is_known(extension.schema.clone()) {
            problems.add(
                &place,
                format!(
                    "the extension {} is not registered; {}",
                    extension.schema,
                    registration(&extension.schema)
                ),
            );
        }
        if !seen.insert(&extension.schema) {
            problems.add(
                &place,
                format!(
                    "the extension {} is named twice, or is the base schema",
                    extension.schema
                ),
            );
        }
    }
}

/// How a schema comes into the registry.
fn registration(urn: &SchemaUrn) -> &'static str {
    if urn.matches(urn::ENTERPRISE_USER) {
        "add .schema(enterprise_user().clone())"
    } else if urn.matches(urn::PEAKON_USER) {
        "add .schema(peakon_user_schema(…)?)"
    } else if urn.matches(urn::USER) {
        "add .schema(user().clone())"
    } else if urn.matches(urn::GROUP) {
        "add .schema(group().clone())"
    } else {
        "add its definition with .schema(…)"
    }
}

fn check_attributes(
    problems: &mut Problems,
    schema: &Schema,
    parent: &str,
    attributes: &[AttributeDefinition],
) {
    let mut seen = BTreeSet::new();
    for attribute in attributes {
        let place = format!("{}:{parent}{}", schema.id, attribute.name);
        let name_problem = if schema.free_names && parent.is_empty() {
            free_name_problem(&schema.id, &attribute.name)
        } else {
            name_problem(&attribute.name)
        };
        if let Some(problem) = name_problem {
            problems.add(&place, problem);
        }
        if !seen.insert(attribute.name.to_ascii_lowercase()) {
            problems.add(
                &place,
                "there is another attribute with this name; case does not tell names apart",
            );
        }
        check_attribute(problems, &place, attribute);
        // Only the schema of schemas nests deeper, because it describes itself.
        let may_nest = parent.is_empty() || schema.id.matches(urn::SCHEMA);
        if attribute.r#type == AttributeType::Complex && !may_nest {
            problems.add(
                &place,
                "a sub-attribute cannot be complex; make it an attribute of its own",
            );
        } else {
            let parent = format!("{parent}{}.", attribute.name);
            check_attributes(problems, schema, &parent, &attribute.sub_attributes);
        }
    }
}

fn check_attribute(problems: &mut Problems, place: &str, attribute: &AttributeDefinition) {
    let is_complex = attribute.r#type == AttributeType::Complex;
    if !is_complex && !attribute.sub_attributes.is_empty() {
        problems.add(
            &place,
            format!(
                "only a complex attribute has sub-attributes, not a {}",
                attribute.r#type
            ),
        );
    }
    if is_complex && attribute.sub_attributes.is_empty() && !attribute.multi_valued {
        problems.add(&place, "a complex attribute needs sub-attributes");
    }
    if attribute.r#type != AttributeType::Reference && !attribute.reference_types.is_empty() {
        problems.add(
            &place,
            format!(
                "only a reference has referenceTypes, not a {}",
                attribute.r#type
            ),
        );
    }
    for problem in attribute.constraint_problems() {
        problems.add(&place, problem);
    }
    for contradiction in contradictions::of(attribute) {
        problems.add(&place, contradiction);
    }
    for part in &attribute.sub_attributes {
        for contradiction in contradictions::of_part(attribute, part) {
            problems.add(&format!("{place}.{}", part.name), contradiction);
        }
    }
}

/// RFC 7643, section 2.1, with one leading `$` for `$ref`.
fn name_problem(name: &str) -> Option<&'static str> {
    let rest = name.strip_prefix('$').unwrap_or(name);
    let starts_well = rest.starts_with(|first: char| first.is_ascii_alphabetic());
    let goes_on_well = rest
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"$-_".contains(&byte));
    (!(starts_well && goes_on_well) || name.len() > 256).then_some(
        "a name starts with a letter and goes on with letters, digits, $, - or _, up to 256 in all; a schema whose names are \
         labels of people says so by freeNames",
    )
}

/// What a label must not be, so that a path can hold it after the URN of its schema.
pub(in crate::schema) fn free_name_problem(schema: &SchemaUrn, name: &str) -> Option<&'static str> {
    if name.is_empty() || name.trim() != name {
        Some("a name is not empty, and does not begin or end with a space")
    } else if name.chars().count() > 256 {
        Some("a name has at most 256 characters")
    } else if name.chars().any(|c| c.is_control() || c == ':' || c == '"') {
        Some("a name holds no control character, colon or double quote")
    } else if AttributePath::new("name").is_ok_and(|path| path.with_schema(schema).is_ok())
        && AttributePath::qualified(schema, name).is_err()
    {
        Some("a filter would read a part of the name as a condition")
    } else {
        None
    }
}

/// A multi-valued complex attribute without parts has the five of RFC 7643, section 2.4.
pub(super) fn add_default_sub_attributes(attribute: &mut AttributeDefinition) {
    if attribute.r#type == AttributeType::Complex
        && attribute.multi_valued
        && attribute.sub_attributes.is_empty()
    {
        let part =
            |name, r#type| AttributeDefinition::new(name, r#type).mutability(attribute.mutability);
        let display = part("display", AttributeType::String);
        let display = if attribute.mutability == Mutability::ReadWrite {
            display.mutability(Mutability::Immutable)
        } else {
            display
        };
        attribute.sub_attributes = vec![
            part("type", AttributeType::String),
            part("primary", AttributeType::Boolean),
            display,
            part("value", AttributeType::String),
            part("$ref", AttributeType::Reference)
                .reference_types(["uri"])
                .case_exact(true),
        ];
    }
}
