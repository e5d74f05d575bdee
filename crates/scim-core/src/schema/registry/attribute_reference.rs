//! [`AttributeReference`]: what a path means for a resource type.

use std::sync::Arc;

use serde_json::Value;

use super::registered::RegisteredResourceType;
use crate::resource::Resource;
use crate::schema::AttributeDefinition;
use crate::urn::SchemaUrn;

/// A path resolved against a resource type: the attribute, the sub-attribute if any, and the extension that holds it.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::urn;
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let path = format!("{}:manager.value", urn::ENTERPRISE_USER);
/// let manager = users.resolve(&users.parser().attribute_path(&path)?)?;
/// assert_eq!(manager.container().map(|urn| urn.as_str()), Some(urn::ENTERPRISE_USER));
/// assert!(manager.definition().case_exact);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeReference {
    pub(super) container: Option<Arc<SchemaUrn>>,
    pub(super) attribute: Arc<AttributeDefinition>,
    pub(super) sub_attribute: Option<Arc<AttributeDefinition>>,
}

impl AttributeReference {
    /// The extension that holds the attribute; `None` for the base schema and the common attributes.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let found = users.resolve(&"emails.type".parse()?)?;
    /// assert_eq!(found.container(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn container(&self) -> Option<&SchemaUrn> {
        self.container.as_deref()
    }

    /// The definition of the attribute.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let found = users.resolve(&"emails.type".parse()?)?;
    /// assert_eq!(found.attribute().name, "emails");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn attribute(&self) -> &AttributeDefinition {
        &self.attribute
    }

    /// The definition of the sub-attribute, if the path names one.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let found = users.resolve(&"emails.type".parse()?)?;
    /// assert!(found.sub_attribute().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sub_attribute(&self) -> Option<&AttributeDefinition> {
        self.sub_attribute.as_deref()
    }

    /// The definition of what the path ends at.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let found = users.resolve(&"emails.type".parse()?)?;
    /// assert_eq!(found.definition().name, "type");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn definition(&self) -> &AttributeDefinition {
        self.sub_attribute().unwrap_or(&self.attribute)
    }

    /// The path in the spelling of the schemas, with the URN only for attributes of extensions.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let found = users.resolve(&"emails.type".parse()?)?;
    /// assert_eq!(found.canonical_path(), "emails.type");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn canonical_path(&self) -> String {
        let container = self.container.as_ref().map_or(0, |urn| urn.as_str().len());
        let sub_attribute = self.sub_attribute.as_ref().map_or(0, |sub| sub.name.len());
        let mut path =
            String::with_capacity(container + self.attribute.name.len() + sub_attribute + 2);
        if let Some(container) = &self.container {
            path.push_str(container.as_str());
            path.push(':');
        }
        path.push_str(&self.attribute.name);
        if let Some(sub_attribute) = &self.sub_attribute {
            path.push('.');
            path.push_str(&sub_attribute.name);
        }
        path
    }

    /// The value in a resource. A path into a multi-valued attribute has many: then it is the whole array.
    ///
    /// ```
    /// use scim_core::resource::User;
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let user_name = users.resolve(&"userName".parse()?)?;
    /// let user = User::new("bjensen").into();
    /// assert_eq!(user_name.value_in(&user), Some(&"bjensen".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn value_in<'resource>(&self, resource: &'resource Resource) -> Option<&'resource Value> {
        let value = match &self.container {
            None => resource.attributes().get(&self.attribute.name),
            Some(urn) => resource.extension(urn.as_str())?.get(&self.attribute.name),
        }?;
        match (&self.sub_attribute, value) {
            (Some(sub_attribute), Value::Object(members)) => members.get(&sub_attribute.name),
            _ => Some(value),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.definition().name
    }
}

/// A path that names nothing which the schemas of a resource type know.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let unknown = users.resolve(&"department".parse()?);
/// assert!(unknown.is_err_and(|error| error.to_string().contains("did you mean")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.told("the endpoint /Schemas lists the names that there are"))]
pub struct UnknownAttribute {
    pub(super) path: String,
    pub(super) resource_type: String,
    pub(super) hint: Option<String>,
}

impl UnknownAttribute {
    pub(super) fn new(
        resource_type: &RegisteredResourceType,
        path: String,
        hint: Option<String>,
    ) -> Self {
        Self {
            path,
            resource_type: resource_type.definition().name.clone(),
            hint,
        }
    }

    fn told(&self, otherwise: &str) -> String {
        let hint = self.hint.as_deref().unwrap_or(otherwise);
        format!(
            "{} has no attribute \"{}\"; {hint}",
            self.resource_type, self.path
        )
    }

    /// For whoever wrote the path into a program.
    pub(crate) fn told_to_programmer(&self) -> String {
        self.told("RegisteredResourceType::attributes() lists those that the registry has")
    }

    /// With another way out.
    pub(crate) fn with_hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The path as it was written.
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let unknown = users.resolve(&"shoeSize".parse()?);
    /// assert!(unknown.is_err_and(|error| error.path() == "shoeSize"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}
