//! What an operation points at, looked up in the schemas.

use scim_filter::{AttributePath, Comparison, ComparisonOperator, PatchPath, ValueFilter};

use crate::compatibility::Tolerating;
use crate::error::{Error, ErrorKind};
use crate::evaluation::{
    ElementFilter, Place, bind_element_filter, names, note_single, place, resolve,
};
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, RegisteredResourceType, Schema,
};

/// An attribute of the resource, perhaps some of its entries, perhaps a sub-attribute.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// In path notation, spelled as the schema spells it.
    pub(super) path: String,
    reference: AttributeReference,
    pub(super) sub_attribute: Option<AttributeDefinition>,
    pub(super) selection: Option<Selection>,
}

/// Which entries are meant.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    pub(super) filter: ElementFilter,
    pub(super) written: ValueFilter,
}

/// What a path means.
pub(super) enum Meaning<'s> {
    Attribute(Box<Target>),
    /// The base schema as a whole.
    Base,
    Extension(&'s Schema),
}

impl Target {
    pub(super) fn attribute(&self) -> &AttributeDefinition {
        self.reference.attribute()
    }

    /// Where the attribute stands, without its sub-attribute.
    pub(super) fn place(&self) -> Place {
        Place {
            sub_attribute: None,
            ..place(&self.reference)
        }
    }

    /// Whether the values may not be told to anybody.
    pub(super) fn is_hidden(&self) -> bool {
        self.attribute().is_never_returned()
    }
}

impl From<AttributeReference> for Target {
    fn from(reference: AttributeReference) -> Self {
        Self {
            path: reference.canonical_path(),
            sub_attribute: reference.sub_attribute().cloned(),
            reference,
            selection: None,
        }
    }
}

/// Looks a path up.
pub(super) fn read_path<'s>(
    path: &PatchPath,
    resource_type: &'s RegisteredResourceType,
    tolerating: &mut Tolerating<'_>,
) -> Result<Meaning<'s>, Error> {
    match path {
        PatchPath::Schema(urn) => schema_named(urn, resource_type).ok_or_else(|| {
            let known: Vec<_> = resource_type
                .extensions()
                .map(|schema| schema.id.to_string())
                .collect();
            let detail = format!(
                "no schema of this resource type has this URN; known extensions: {}",
                known.join(", ")
            );
            unknown(urn, detail, tolerating)
        }),
        PatchPath::Attribute(path) => attribute_target(path, resource_type, tolerating)
            .map(|target| Meaning::Attribute(Box::new(target))),
        PatchPath::ValuePath {
            attribute,
            filter,
            sub_attribute,
        } => {
            let mut target = attribute_target(attribute, resource_type, tolerating)?;
            select(&mut target, filter, sub_attribute.as_deref(), tolerating)?;
            target.path = path_text(&target.path, filter, target.sub_attribute.as_ref());
            Ok(Meaning::Attribute(Box::new(target)))
        }
    }
}

/// The schema of this URN, in any case.
pub(super) fn schema_named<'s>(
    urn: &str,
    resource_type: &'s RegisteredResourceType,
) -> Option<Meaning<'s>> {
    if resource_type.schema().id.as_str().eq_ignore_ascii_case(urn) {
        return Some(Meaning::Base);
    }
    resource_type.extension(urn).map(Meaning::Extension)
}

fn attribute_target(
    path: &AttributePath,
    resource_type: &RegisteredResourceType,
    tolerating: &mut Tolerating<'_>,
) -> Result<Target, Error> {
    resolve(path, resource_type, tolerating)
        .map(Target::from)
        .map_err(|detail| unknown(&path.to_string(), detail, tolerating))
}

fn select(
    target: &mut Target,
    filter: &ValueFilter,
    sub_attribute: Option<&str>,
    tolerating: &mut Tolerating<'_>,
) -> Result<(), Error> {
    if target.sub_attribute.is_some() {
        return Err(invalid_path(
            &target.path,
            "a sub-attribute takes no [ ]; put the condition after the attribute itself",
        ));
    }
    let complex = target.attribute().r#type == AttributeType::Complex;
    if !(target.attribute().multi_valued
        || complex && tolerating.compatibility.value_path_on_single_value)
    {
        return Err(invalid_path(
            &target.path,
            "it has a single value, and [ ] selects among many; name the attribute or its sub-attribute alone",
        ));
    }
    if !target.attribute().multi_valued {
        note_single(tolerating, &target.path);
    }
    target.sub_attribute =
        match sub_attribute {
            None => None,
            Some(name) => Some(target.attribute().sub_attribute(name).cloned().ok_or_else(
                || {
                    let known = names(&target.attribute().sub_attributes);
                    let detail = format!("it has no sub-attribute {name}; it has {known}");
                    unknown(&target.path, detail, tolerating)
                },
            )?),
        };
    if complex
        && target.sub_attribute.is_none()
        && tolerating.compatibility.require_sub_attribute_after_filter
    {
        return Err(invalid_path(
            &target.path,
            "a sub-attribute has to follow the [ ], as in emails[type eq \"work\"].value",
        ));
    }
    let bound = bind_element_filter(filter, target.attribute(), &target.path, tolerating, 0)?;
    target.selection = Some(Selection {
        filter: bound,
        written: filter.clone(),
    });
    Ok(())
}

fn path_text(
    attribute: &str,
    filter: &ValueFilter,
    sub_attribute: Option<&AttributeDefinition>,
) -> String {
    let selected = format!("{attribute}[{filter}]");
    sub_attribute.map_or_else(
        || selected.clone(),
        |definition| format!("{selected}.{}", definition.name),
    )
}

fn unknown(path: &str, detail: String, tolerating: &Tolerating<'_>) -> Error {
    let kind = tolerating
        .compatibility
        .unknown_name(ErrorKind::InvalidPath);
    Error::new(kind, detail).with_path(path)
}

fn invalid_path(path: &str, detail: &str) -> Error {
    Error::new(ErrorKind::InvalidPath, detail).with_path(path)
}

/// The equalities that a filter consists of: a single `eq`, or an `and` of them; `None` for any other filter.
pub(super) fn equality_terms(filter: &ValueFilter) -> Option<Vec<&Comparison>> {
    match filter {
        ValueFilter::Comparison(comparison) if comparison.operator == ComparisonOperator::Eq => {
            Some(vec![comparison])
        }
        ValueFilter::And(parts) => {
            let mut terms = Vec::new();
            for part in parts {
                terms.extend(equality_terms(part)?);
            }
            Some(terms)
        }
        _ => None,
    }
}
