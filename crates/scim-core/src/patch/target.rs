//! What an operation points at, looked up in the schemas.

use std::borrow::Cow;
use std::fmt;

use scim_filter::{
    AttributePath, Comparison, ComparisonOperator, Literal, Parser, PatchPath, ValueFilter,
};
use serde_json::Value;
use smallvec::{SmallVec, smallvec};

use crate::compatibility::Tolerating;
use crate::error::{Error, ErrorKind};
use crate::evaluation::{ElementFilter, bind_element_filter, names, note_single};
use crate::schema::{
    AttributeDefinition, AttributeReference, AttributeType, RegisteredResourceType, Schema,
    comparison_key,
};

use super::lookup::Leaf;

/// What was made of a key that is no plain name.
pub(super) const READ_AS_PATH: &str = "the key was read as a path";

/// An attribute of the resource, perhaps some of its entries, perhaps a sub-attribute. Printed in path notation, spelled as
/// the schema spells it.
#[derive(Clone, Debug)]
pub(super) struct Target<'r, 'q> {
    pub(super) reference: &'r AttributeReference,
    pub(super) sub_attribute: Option<&'r AttributeDefinition>,
    pub(super) selection: Option<Selection<'r, 'q>>,
}

/// Which entries are meant.
#[derive(Clone, Debug)]
pub(super) struct Selection<'r, 'q> {
    pub(super) written: Cow<'q, ValueFilter>,
    pub(super) test: EntryTest<'r>,
}

/// Most filters ask for one.
pub(super) type Keys = SmallVec<[String; 1]>;

/// What an entry has to fulfil.
#[derive(Clone, Debug)]
pub(super) enum EntryTest<'r> {
    /// A text in it has one of these comparison keys: what `value eq "…"` says, and several of it joined by `or`.
    Keys(Leaf<'r>, Keys),
    Filter(ElementFilter),
}

/// What a path means.
pub(super) enum Meaning<'r, 'q> {
    Attribute(Target<'r, 'q>),
    /// The base schema as a whole.
    Base,
    Extension(&'r Schema),
}

impl<'r> Target<'r, '_> {
    pub(super) fn new(reference: &'r AttributeReference) -> Self {
        Self {
            reference,
            sub_attribute: reference.sub_attribute(),
            selection: None,
        }
    }

    pub(super) fn attribute(&self) -> &'r AttributeDefinition {
        self.reference.attribute()
    }

    /// Whether it is not the attribute as a whole.
    pub(super) const fn is_part(&self) -> bool {
        self.sub_attribute.is_some() || self.selection.is_some()
    }
}

impl fmt::Display for Target<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = self.reference.container() {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.attribute().name)?;
        if let Some(selection) = &self.selection {
            write!(f, "[{}]", selection.written)?;
        }
        self.sub_attribute
            .map_or(Ok(()), |definition| write!(f, ".{}", definition.name))
    }
}

impl EntryTest<'_> {
    pub(super) fn holds(&self, entry: &Value) -> bool {
        match self {
            Self::Keys(leaf, keys) => keys.iter().any(|key| leaf.has_key(entry, key)),
            Self::Filter(filter) => filter.matches(entry),
        }
    }
}

/// Looks a path up.
pub(super) fn read_path<'r, 'q>(
    path: &'q PatchPath,
    resource_type: &'r RegisteredResourceType,
    tolerating: &mut Tolerating<'_>,
) -> Result<Meaning<'r, 'q>, Error> {
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
            unknown(&urn, detail, tolerating)
        }),
        PatchPath::Attribute(path) => {
            attribute_target(path, resource_type, tolerating).map(Meaning::Attribute)
        }
        PatchPath::ValuePath {
            attribute,
            filter,
            sub_attribute,
        } => {
            let target = attribute_target(attribute, resource_type, tolerating)?;
            let filter = Cow::Borrowed(filter);
            selecting(target, filter, sub_attribute.as_deref(), tolerating).map(Meaning::Attribute)
        }
    }
}

/// What a key in the value of an operation without path means, if it is a path and names something.
pub(super) fn read_key<'r, 'q>(
    key: &str,
    parser: &Parser,
    resource_type: &'r RegisteredResourceType,
    tolerating: &mut Tolerating<'_>,
) -> Result<Option<Target<'r, 'q>>, Error> {
    let Ok(path) = parser.patch_path(key) else {
        return Ok(None);
    };
    let (target, flag) = match path {
        PatchPath::Attribute(path) => {
            let is_plain = path.schema().is_none() && path.sub_attribute().is_none();
            if !is_plain && !tolerating.compatibility.dotted_keys {
                return Ok(None);
            }
            let target = attribute_target(&path, resource_type, tolerating);
            (target, (!is_plain).then_some("dotted_keys"))
        }
        PatchPath::ValuePath {
            attribute,
            filter,
            sub_attribute,
        } if tolerating.compatibility.filter_keys => {
            let target =
                attribute_target(&attribute, resource_type, tolerating).and_then(|target| {
                    let filter = Cow::Owned(filter);
                    selecting(target, filter, sub_attribute.as_deref(), tolerating)
                });
            (target, Some("filter_keys"))
        }
        _ => return Ok(None),
    };
    match target {
        Ok(target) => {
            if let Some(flag) = flag {
                tolerating.note(flag, target.to_string(), READ_AS_PATH);
            }
            Ok(Some(target))
        }
        Err(error) if error.kind() == ErrorKind::InvalidFilter => Err(error),
        Err(_) => Ok(None),
    }
}

/// The schema of this URN, in any case.
pub(super) fn schema_named<'r, 'q>(
    urn: &str,
    resource_type: &'r RegisteredResourceType,
) -> Option<Meaning<'r, 'q>> {
    if resource_type.schema().id.as_str().eq_ignore_ascii_case(urn) {
        return Some(Meaning::Base);
    }
    resource_type.extension(urn).map(Meaning::Extension)
}

fn attribute_target<'r, 'q>(
    path: &AttributePath,
    resource_type: &'r RegisteredResourceType,
    tolerating: &mut Tolerating<'_>,
) -> Result<Target<'r, 'q>, Error> {
    let (name, sub_attribute) = (path.attribute(), path.sub_attribute());
    if let Some(found) = resource_type.find(path.schema(), name, sub_attribute) {
        return Ok(Target::new(found));
    }
    if tolerating.compatibility.unqualified_extension_names && path.schema().is_none() {
        let mut extensions = resource_type.extensions();
        let found = extensions
            .find_map(|schema| resource_type.find(Some(schema.id.as_str()), name, sub_attribute));
        if let Some(found) = found {
            let detail = format!("it was read as {}", found.canonical_path());
            tolerating.note("unqualified_extension_names", path.to_string(), detail);
            return Ok(Target::new(found));
        }
    }
    let failure = resource_type.resolve(path).err();
    let detail = failure.map(|failure| failure.to_string());
    Err(unknown(path, detail.unwrap_or_default(), tolerating))
}

fn selecting<'r, 'q>(
    mut target: Target<'r, 'q>,
    filter: Cow<'q, ValueFilter>,
    sub_attribute: Option<&str>,
    tolerating: &mut Tolerating<'_>,
) -> Result<Target<'r, 'q>, Error> {
    if target.sub_attribute.is_some() {
        return Err(invalid_path(
            &target,
            "a sub-attribute takes no [ ]; put the condition after the attribute itself",
        ));
    }
    let definition = target.attribute();
    let complex = definition.r#type == AttributeType::Complex;
    if !(definition.multi_valued || complex && tolerating.compatibility.value_path_on_single_value)
    {
        return Err(invalid_path(
            &target,
            "it has a single value, and [ ] selects among many; name the attribute or its sub-attribute alone",
        ));
    }
    if !definition.multi_valued {
        note_single(tolerating, &target.to_string());
    }
    let sub_attribute = match sub_attribute {
        None => None,
        Some(name) => Some(definition.sub_attribute(name).ok_or_else(|| {
            let known = names(&definition.sub_attributes);
            let detail = format!("it has no sub-attribute {name}; it has {known}");
            unknown(&target, detail, tolerating)
        })?),
    };
    if complex
        && sub_attribute.is_none()
        && tolerating.compatibility.require_sub_attribute_after_filter
    {
        return Err(invalid_path(
            &target,
            "a sub-attribute has to follow the [ ], as in emails[type eq \"work\"].value",
        ));
    }
    let test = if let Some((leaf, keys)) = keys(&filter, definition) {
        EntryTest::Keys(leaf, keys)
    } else {
        let label = target.to_string();
        EntryTest::Filter(bind_element_filter(
            &filter, definition, &label, tolerating, 0,
        )?)
    };
    target.sub_attribute = sub_attribute;
    target.selection = Some(Selection {
        written: filter,
        test,
    });
    Ok(target)
}

/// The keys of a filter that asks for one of several texts at one place.
pub(super) fn keys<'r>(
    filter: &ValueFilter,
    definition: &'r AttributeDefinition,
) -> Option<(Leaf<'r>, Keys)> {
    match filter {
        ValueFilter::Comparison(comparison) if comparison.operator == ComparisonOperator::Eq => {
            let Literal::String(text) = &comparison.value else {
                return None;
            };
            let path = &comparison.path;
            if path.schema().is_some() || path.sub_attribute().is_some() {
                return None;
            }
            let leaf = Leaf::named(definition, path.attribute())?;
            let key = comparison_key(leaf.definition(), text).into_owned();
            Some((leaf, smallvec![key]))
        }
        ValueFilter::Or(parts) => {
            let mut parts = parts.iter();
            let (leaf, mut all) = keys(parts.next()?, definition)?;
            for part in parts {
                let (other, more) = keys(part, definition)?;
                if !leaf.is(&other) {
                    return None;
                }
                all.extend(more);
            }
            Some((leaf, all))
        }
        _ => None,
    }
}

fn unknown(path: &dyn fmt::Display, detail: String, tolerating: &Tolerating<'_>) -> Error {
    let kind = tolerating
        .compatibility
        .unknown_name(ErrorKind::InvalidPath);
    Error::new(kind, detail).with_path(path.to_string())
}

fn invalid_path(path: &dyn fmt::Display, detail: &str) -> Error {
    Error::new(ErrorKind::InvalidPath, detail).with_path(path.to_string())
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
