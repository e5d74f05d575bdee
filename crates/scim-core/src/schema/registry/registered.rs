//! [`RegisteredResourceType`]: one resource type with its schemas, ready for use.

use std::sync::Arc;

use scim_filter::{AttributePath, Parser};

use super::attribute_reference::{AttributeReference, UnknownAttribute};
use super::container::Container;
use crate::schema::name_index::NameIndex;
use crate::schema::nearest::nearest;
use crate::schema::{AttributeDefinition, ResourceType, Schema, Uniqueness};

/// One resource type with its schemas, ready for use; a clone is cheap.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let path = users.parser().attribute_path("EMAILS.Value")?;
/// assert_eq!(users.resolve(&path)?.canonical_path(), "emails.value");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RegisteredResourceType {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    definition: ResourceType,
    base: Container,
    /// Sorted by identifier.
    extensions: Vec<Container>,
    extension_index: NameIndex,
    /// Those of which some value is one resource's only.
    unique: Vec<AttributeReference>,
    parser: Parser,
}

impl RegisteredResourceType {
    pub(super) fn new(
        definition: ResourceType,
        base: Arc<Schema>,
        extensions: Vec<Arc<Schema>>,
    ) -> Self {
        let schemas = std::iter::once(&base).chain(&extensions);
        let parser = parser_of(schemas.map(AsRef::as_ref));
        let mut extensions: Vec<_> = extensions
            .into_iter()
            .map(|schema| {
                let required = definition
                    .schema_extensions
                    .iter()
                    .any(|extension| extension.schema == schema.id && extension.required);
                Container::new(schema, required, false)
            })
            .collect();
        extensions.sort_by(|left, right| left.schema.id.cmp(&right.schema.id));
        let base = Container::new(base, true, true);
        let identifiers = extensions.iter().map(Container::identifier);
        let extension_index = NameIndex::new(&identifiers);
        let attributes = std::iter::once(&base)
            .chain(&extensions)
            .flat_map(Container::attributes);
        let unique = attributes.filter(|reference| is_unique(reference.attribute()));
        Self {
            inner: Arc::new(Inner {
                unique: unique.cloned().collect(),
                definition,
                base,
                extensions,
                extension_index,
                parser,
            }),
        }
    }

    /// The definition that was registered.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// assert_eq!(users.definition().endpoint, "/Users");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn definition(&self) -> &ResourceType {
        &self.inner.definition
    }

    /// The base schema.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// assert_eq!(users.schema().name, "User");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.inner.base.schema
    }

    /// The extensions, by identifier.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// assert_eq!(users.extensions().count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn extensions(&self) -> impl Iterator<Item = &Schema> {
        self.inner
            .extensions
            .iter()
            .map(|extension| extension.schema.as_ref())
    }

    /// The extension with this identifier, without regard to ASCII case.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// assert!(users.extension(scim_core::urn::ENTERPRISE_USER).is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn extension(&self, urn: &str) -> Option<&Schema> {
        self.extension_container(urn)
            .map(|extension| extension.schema.as_ref())
    }

    /// A parser that knows where the URNs of this resource type end and names begin.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let filter = users.parser().filter("userName eq \"bjensen\"")?;
    /// assert_eq!(filter.to_string(), "userName eq \"bjensen\"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn parser(&self) -> Parser {
        self.inner.parser.clone()
    }

    /// The same for several resource types at once.
    pub(crate) fn parser_of_all(types: &[Self]) -> Parser {
        match types {
            [one] => one.parser(),
            types => parser_of(types.iter().flat_map(|resource_type| {
                std::iter::once(&resource_type.inner.base)
                    .chain(&resource_type.inner.extensions)
                    .map(|container| container.schema.as_ref())
            })),
        }
    }

    /// All attributes: the common ones, those of the base schema, and those of the extensions.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let groups = registry.resource_type("Group").ok_or("groups are standard")?;
    /// let paths: Vec<_> = groups.attributes().map(|attribute| attribute.canonical_path()).collect();
    /// assert_eq!(paths, ["displayName", "externalId", "id", "members", "meta", "schemas"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn attributes(&self) -> impl Iterator<Item = &AttributeReference> {
        self.inner
            .base
            .attributes()
            .chain(self.inner.extensions.iter().flat_map(Container::attributes))
    }

    pub(crate) fn unique_attributes(&self) -> &[AttributeReference] {
        &self.inner.unique
    }

    pub(crate) fn base(&self) -> &Container {
        &self.inner.base
    }

    pub(crate) fn extension_containers(&self) -> &[Container] {
        &self.inner.extensions
    }

    pub(crate) fn extension_container(&self, urn: &str) -> Option<&Container> {
        let extensions = &self.inner.extensions;
        let position = self.inner.extension_index.position(urn, |position| {
            extensions.get(position).map(Container::identifier)
        })?;
        extensions.get(position)
    }

    /// Finds what a path means here.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// assert_eq!(users.resolve(&"NICKNAME".parse()?)?.canonical_path(), "nickName");
    /// assert!(users.resolve(&"nickname2".parse()?).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`UnknownAttribute`] if no schema of this resource type has it, with the nearest thing that there is.
    pub fn resolve(&self, path: &AttributePath) -> Result<AttributeReference, UnknownAttribute> {
        let container = match path.schema() {
            None => Some(self.base()),
            Some(urn) if self.schema().id.matches(urn) => Some(self.base()),
            Some(urn) => self.extension_container(urn),
        };
        let Some(indexed) = container.and_then(|container| container.indexed(path.attribute()))
        else {
            let mut unknown = self.unknown_attribute(path.schema(), path.attribute());
            unknown.path = path.to_string();
            return Err(unknown);
        };
        let Some(sub_name) = path.sub_attribute() else {
            return Ok(indexed.reference().clone());
        };
        indexed.sub_attribute(sub_name).cloned().ok_or_else(|| {
            let attribute = indexed.reference().canonical_path();
            let hint = unknown_sub_attribute(&attribute, indexed.definition(), sub_name);
            UnknownAttribute::new(self, path.to_string(), Some(hint))
        })
    }

    /// The attribute or sub-attribute with these names, without regard to case.
    pub(crate) fn find(
        &self,
        schema: Option<&str>,
        attribute: &str,
        sub_attribute: Option<&str>,
    ) -> Option<&AttributeReference> {
        let container = match schema {
            None => self.base(),
            Some(urn) if self.schema().id.matches(urn) => self.base(),
            Some(urn) => self.extension_container(urn)?,
        };
        let indexed = container.indexed(attribute)?;
        let Some(name) = sub_attribute else {
            return Some(indexed.reference());
        };
        indexed.sub_attribute(name)
    }

    /// Says that the schema, without one the base schema, lacks an attribute, and what may have been meant.
    pub(crate) fn unknown_attribute(&self, schema: Option<&str>, name: &str) -> UnknownAttribute {
        let path = match schema {
            Some(urn) => format!("{urn}:{name}"),
            None => name.to_owned(),
        };
        let tried = match schema {
            Some(urn) if !self.schema().id.matches(urn) => self.extension_container(urn),
            _ => Some(self.base()),
        };
        let Some(tried) = tried else {
            let known: Vec<_> = std::iter::once(self.schema())
                .chain(self.extensions())
                .map(|schema| schema.id.as_str())
                .collect();
            let hint = format!("its schemas are {}", known.join(", "));
            return UnknownAttribute::new(self, path, Some(hint));
        };
        let containers = || std::iter::once(self.base()).chain(self.extension_containers());
        let meant = containers()
            .find_map(|container| container.attribute(name))
            .or_else(|| {
                std::iter::once(tried)
                    .chain(containers())
                    .find_map(|container| {
                        let names = container.attributes().map(AttributeReference::name);
                        container.attribute(nearest(name, names)?)
                    })
            });
        let hint = meant.map(|meant| format!("did you mean {}?", meant.canonical_path()));
        UnknownAttribute::new(self, path, hint)
    }
}

/// Whether a value of the attribute, or of a part of it, is one resource's only.
fn is_unique(definition: &AttributeDefinition) -> bool {
    std::iter::once(definition)
        .chain(&definition.sub_attributes)
        .any(|part| part.uniqueness != Uniqueness::None)
}

/// Which sub-attribute may have been meant.
pub(crate) fn unknown_sub_attribute(
    attribute: &str,
    definition: &AttributeDefinition,
    name: &str,
) -> String {
    let names = definition
        .sub_attributes
        .iter()
        .map(|sub_attribute| sub_attribute.name.as_str());
    match nearest(name, names.clone()) {
        Some(meant) => format!("did you mean {attribute}.{meant}?"),
        None if definition.sub_attributes.is_empty() => {
            format!("{attribute} has no sub-attributes")
        }
        None => format!("{attribute} has {}", names.collect::<Vec<_>>().join(", ")),
    }
}

fn parser_of<'s>(schemas: impl Iterator<Item = &'s Schema>) -> Parser {
    schemas.fold(Parser::new(), |parser, schema| {
        if schema.free_names {
            parser.schema_with_free_names(schema.id.as_str())
        } else {
            parser.schema(schema.id.as_str())
        }
    })
}
