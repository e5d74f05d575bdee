//! [`Tightening`]: a standard schema made stricter, and never looser.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::comparison_key::ComparisonRule;
use super::{
    AttributeDefinition, AttributeType, Constraints, Mutability, Returned, Schema, Uniqueness,
};
use crate::schema::nearest::nearest;
use crate::urn::SchemaUrn;

/// How a service is stricter with one attribute than the schema that it has registered; beyond the RFC.
///
/// Whatever is valid afterwards was valid before, so a client that keeps to the standard schema understands each answer.
/// The type, and whether there are many values, cannot be changed. Nor can `schemas`, `id`, `externalId` and `meta`, which no
/// schema lists.
///
/// | Characteristic | From | To |
/// |---|---|---|
/// | `required` | false | true |
/// | `mutability` | `readWrite` | `immutable`, `readOnly`, `writeOnly` |
/// | | `immutable` | `readOnly`; with it go the parts |
/// | `returned` | `default` | `request`, `never` |
/// | | `request` | `never` |
/// | `uniqueness` | `none` | `server`, `global` |
/// | | `server` | `global` |
/// | `caseExact` | false | true, where values need not be unique: two that differ in case could exist from then on |
/// | `canonicalValues` | any or none | some of them; from then on they are all that there are |
/// | constraints | any or none | narrower ones |
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::schema::{ResourceType, SchemaRegistry, Tightening, ValidationContext, user};
/// use serde_json::json;
///
/// let title: Tightening = serde_json::from_value(json!({
///     "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
///     "attribute": "title",
///     "required": true,
///     "urn:scim-core:constraints": { "maximumLength": 256 },
/// }))?;
/// let registry = SchemaRegistry::builder()
///     .schema(user().clone())
///     .tighten(title)
///     .tighten(Tightening::new(user().id.clone(), "userType").canonical_values(["Employee", "Contractor"]))
///     .resource_type(ResourceType::new("User", "/Users", user().id.clone()))
///     .build()?;
/// let users = registry.resource_type("User").ok_or("it was registered")?;
/// let body = json!({ "userName": "bjensen", "userType": "Robot" });
/// let Err(report) = users.read(body, ValidationContext::Create, &Compatibility::standard()) else {
///     return Err("it has no title and another type".into());
/// };
/// assert_eq!(report.to_string(), "userType: one of Employee, Contractor is needed\ntitle: a value is required");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Tightening {
    /// The schema that lists the attribute.
    pub schema: SchemaUrn,
    /// The attribute, or attribute and sub-attribute: `emails.type`.
    pub attribute: String,
    /// Whether it must have a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Who may write it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutability: Option<Mutability>,
    /// When it is part of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<Returned>,
    /// Among which resources its value is unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uniqueness: Option<Uniqueness>,
    /// Whether the case of a text counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_exact: Option<bool>,
    /// All the values that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_values: Option<Vec<String>>,
    /// What is asked of values beyond the RFC.
    #[serde(
        rename = "urn:scim-core:constraints",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub constraints: Option<Constraints>,
}

impl Tightening {
    /// One that changes nothing yet.
    #[must_use]
    pub fn new(schema: SchemaUrn, attribute: impl Into<String>) -> Self {
        Self {
            schema,
            attribute: attribute.into(),
            required: None,
            mutability: None,
            returned: None,
            uniqueness: None,
            case_exact: None,
            canonical_values: None,
            constraints: None,
        }
    }

    /// Asks for a value.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = Some(true);
        self
    }

    /// Sets who may write it, and when.
    #[must_use]
    pub fn mutability(mut self, mutability: Mutability) -> Self {
        self.mutability = Some(mutability);
        self
    }

    /// Sets when it is part of an answer.
    #[must_use]
    pub fn returned(mut self, returned: Returned) -> Self {
        self.returned = Some(returned);
        self
    }

    /// Sets among which resources its value is unique.
    #[must_use]
    pub fn uniqueness(mut self, uniqueness: Uniqueness) -> Self {
        self.uniqueness = Some(uniqueness);
        self
    }

    /// Makes the case of a text count; refused where uniqueness is not none.
    #[must_use]
    pub fn case_exact(mut self) -> Self {
        self.case_exact = Some(true);
        self
    }

    /// Sets all the values that there are.
    #[must_use]
    pub fn canonical_values<T: Into<String>>(
        mut self,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.canonical_values = Some(values.into_iter().map(Into::into).collect());
        self
    }

    /// Sets what is asked of values beyond the RFC.
    #[must_use]
    pub fn constraints(mut self, constraints: Constraints) -> Self {
        self.constraints = Some(constraints);
        self
    }

    /// Changes the schema, and tells all that was refused.
    pub(super) fn apply(&self, schema: &mut Schema) -> Vec<String> {
        let Some(definition) = self.definition(schema) else {
            return vec![match self.meant(schema) {
                Some(meant) => format!("the schema lists no such attribute; did you mean {meant}?"),
                None => "the schema lists no such attribute; what every resource has cannot be tightened"
                    .to_owned(),
            }];
        };
        let mut refusals = Vec::new();
        self.apply_characteristics(definition, &mut refusals);
        if let Some(values) = &self.canonical_values {
            apply_canonical_values(definition, values, &mut refusals);
        }
        if let Some(constraints) = &self.constraints {
            definition.constraints.tighten(constraints, &mut refusals);
        }
        refusals
    }

    /// A label of people's choosing may hold dots, so the whole is looked for first.
    fn definition<'schema>(
        &self,
        schema: &'schema mut Schema,
    ) -> Option<&'schema mut AttributeDefinition> {
        let name = self.attribute.as_str();
        if schema.attribute(name).is_some() {
            return find(&mut schema.attributes, name);
        }
        let (parent, sub) = name.split_once('.')?;
        find(
            &mut find(&mut schema.attributes, parent)?.sub_attributes,
            sub,
        )
    }

    /// The path that may have been meant.
    fn meant(&self, schema: &Schema) -> Option<String> {
        fn near<'list>(
            definitions: &'list [AttributeDefinition],
            name: &str,
        ) -> Option<&'list AttributeDefinition> {
            let meant = nearest(name, definitions.iter().map(|known| known.name.as_str()))?;
            definitions.iter().find(|known| known.name == meant)
        }
        match self.attribute.split_once('.') {
            None => near(&schema.attributes, &self.attribute).map(|meant| meant.name.clone()),
            Some((parent, sub)) => {
                let parent = near(&schema.attributes, parent)?;
                let sub = near(&parent.sub_attributes, sub)?;
                Some(format!("{}.{}", parent.name, sub.name))
            }
        }
    }

    fn apply_characteristics(
        &self,
        definition: &mut AttributeDefinition,
        refusals: &mut Vec<String>,
    ) {
        use AttributeType::{Binary, Decimal, Integer, Reference, String};
        let can_be_unique = matches!(definition.r#type, String | Decimal | Integer | Reference);
        let has_case = matches!(definition.r#type, String | Binary | Reference);
        let r#type = definition.r#type;
        let mut meaningless = |name: &str, has_no_meaning: bool| {
            if has_no_meaning {
                refusals.push(format!("{name} has no meaning on a {type}"));
            }
            has_no_meaning
        };
        let uniqueness = self
            .uniqueness
            .filter(|_| !meaningless("uniqueness", !can_be_unique));
        let case_exact = self
            .case_exact
            .filter(|_| !meaningless("caseExact", !has_case));
        let case_exact = case_exact.filter(|case_exact| {
            let splits = *case_exact
                && definition.uniqueness != Uniqueness::None
                && ComparisonRule::of(definition).ignores_case();
            if splits {
                refusals.push(format!(
                    "caseExact true is looser where uniqueness is {}: values that differ in case only could exist beside each \
                     other; leave it out",
                    definition.uniqueness
                ));
            }
            !splits
        });
        tighten(
            &mut definition.required,
            self.required,
            "required",
            |old, new| new >= old,
            refusals,
        );
        tighten(
            &mut definition.case_exact,
            case_exact,
            "caseExact",
            |old, new| new >= old,
            refusals,
        );
        tighten(
            &mut definition.mutability,
            self.mutability,
            "mutability",
            |old, new| {
                old == new
                    || old == Mutability::ReadWrite
                    || (old == Mutability::Immutable && new == Mutability::ReadOnly)
            },
            refusals,
        );
        if self.mutability == Some(Mutability::ReadOnly)
            && definition.mutability == Mutability::ReadOnly
        {
            for part in &mut definition.sub_attributes {
                part.mutability = Mutability::ReadOnly;
            }
        }
        tighten(
            &mut definition.returned,
            self.returned,
            "returned",
            // Clients rely on `always`, so it is no step of this ladder.
            |old, new| {
                old == new
                    || disclosure(new)
                        .zip(disclosure(old))
                        .is_some_and(|(new, old)| new < old)
            },
            refusals,
        );
        tighten(
            &mut definition.uniqueness,
            uniqueness,
            "uniqueness",
            |old, new| new >= old,
            refusals,
        );
    }
}

const fn disclosure(returned: Returned) -> Option<u8> {
    match returned {
        Returned::Always => None,
        Returned::Default => Some(2),
        Returned::Request => Some(1),
        Returned::Never => Some(0),
    }
}

fn find<'list>(
    definitions: &'list mut [AttributeDefinition],
    name: &str,
) -> Option<&'list mut AttributeDefinition> {
    definitions
        .iter_mut()
        .find(|definition| definition.name.eq_ignore_ascii_case(name))
}

fn tighten<T: Copy + std::fmt::Display>(
    old: &mut T,
    new: Option<T>,
    name: &str,
    is_tighter: impl FnOnce(T, T) -> bool,
    refusals: &mut Vec<String>,
) {
    match new {
        Some(new) if is_tighter(*old, new) => *old = new,
        Some(new) => refusals.push(format!(
            "{name} {new} is looser than {old}; a schema can only become stricter"
        )),
        None => {}
    }
}

fn apply_canonical_values(
    definition: &mut AttributeDefinition,
    values: &[String],
    refusals: &mut Vec<String>,
) {
    if values.is_empty() {
        refusals.push("canonicalValues is empty, so that no value would be left".to_owned());
        return;
    }
    let before = refusals.len();
    if !definition.canonical_values.is_empty() {
        for value in values {
            if !definition.is_canonical(value) {
                refusals.push(format!(
                    "\"{value}\" is not among the canonicalValues {}",
                    definition.canonical_values.join(", ")
                ));
            }
        }
    }
    if refusals.len() == before {
        definition.canonical_values = values.to_vec();
        definition.constraints.closed = true;
    }
}
