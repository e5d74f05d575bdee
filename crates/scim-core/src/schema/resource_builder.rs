//! [`ResourceBuilder`]: a dynamic resource by paths.

use serde_json::{Map, Value};

use super::registry::{AttributeReference, RegisteredResourceType};
use super::{ValidationContext, ValidationReport};
use crate::compatibility::Compatibility;
use crate::error::{Error, ErrorKind};
use crate::resource::Resource;

/// Builds a dynamic resource of a registered type by paths, in the spelling and with the types of its schemas.
///
/// Every mistake is kept and told by [`build`](Self::build), all at once.
///
/// ```
/// use scim_core::schema::{SchemaRegistry, ValidationContext};
/// use scim_core::urn;
/// use serde_json::json;
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let user = users
///     .builder()
///     .set("USERNAME", "bjensen")
///     .set("name.givenName", "Barbara")
///     .add("emails", json!({ "value": "bjensen@example.com", "type": "work" }))
///     .set(&format!("{}:department", urn::ENTERPRISE_USER), "Tours")
///     .build(ValidationContext::Create)?;
/// assert_eq!(user.get("userName"), Some(&json!("bjensen")));
/// assert!(user.schemas().eq([urn::USER, urn::ENTERPRISE_USER]));
///
/// let wrong = users.builder().set("shoeSize", 38).set("active", "yes").build(ValidationContext::Create);
/// assert!(wrong.is_err_and(|report| report.failures().len() == 3)); // And a user needs a userName.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResourceBuilder<'r> {
    resource_type: &'r RegisteredResourceType,
    resource: Resource,
    failures: Vec<Error>,
}

impl RegisteredResourceType {
    /// Starts a resource of this type.
    ///
    /// See [`ResourceBuilder`].
    #[must_use]
    pub fn builder(&self) -> ResourceBuilder<'_> {
        ResourceBuilder {
            resource_type: self,
            resource: Resource::default(),
            failures: Vec::new(),
        }
    }
}

impl ResourceBuilder<'_> {
    /// Sets the attribute or the sub-attribute at a path; null takes it away. Of a multi-valued attribute it sets all entries.
    #[must_use]
    pub fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        if let Err(failures) = self.try_set(path, value.into()) {
            self.failures.extend(failures);
        }
        self
    }

    /// Adds an entry to the multi-valued attribute at a path.
    #[must_use]
    pub fn add(mut self, path: &str, entry: impl Into<Value>) -> Self {
        if let Err(failures) = self.try_add(path, entry.into()) {
            self.failures.extend(failures);
        }
        self
    }

    /// Checks the whole, as [`read`](RegisteredResourceType::read) does, and gives it. For the context of a client's request,
    /// what only the service writes is left out.
    ///
    /// # Errors
    ///
    /// [`ValidationReport`] with all failures: unknown paths, wrong types, and what the context requires and nobody set.
    pub fn build(self, context: ValidationContext) -> Result<Resource, ValidationReport> {
        let mut failures = self.failures;
        let mut compatibility = values();
        compatibility.assume_schemas = true;
        let read = self
            .resource_type
            .read(self.resource.into_value(), context, &compatibility);
        match read {
            Ok((resource, _)) if failures.is_empty() => Ok(resource),
            Ok(_) => Err(ValidationReport::new(failures)),
            Err(report) => {
                failures.extend_from_slice(report.failures());
                Err(ValidationReport::new(failures))
            }
        }
    }

    fn try_set(&mut self, path: &str, value: Value) -> Result<(), Vec<Error>> {
        let reference = self.resolve(path)?;
        let path = reference.canonical_path();
        if reference.attribute().multi_valued && reference.sub_attribute().is_some() {
            let detail = "the attribute has many entries: add a whole entry, or set them all";
            return Err(vec![
                Error::new(ErrorKind::InvalidPath, detail).with_path(path),
            ]);
        }
        let (value, _) = reference
            .definition()
            .read_value(&path, value, ValidationContext::PatchResult, &values())
            .map_err(|report| report.failures().to_vec())?;
        let (attribute, sub_attribute) = (reference.attribute(), reference.sub_attribute());
        self.change(&reference, |members| match sub_attribute {
            Some(sub_attribute) => within(members, &attribute.name, |parts| {
                put(parts, &sub_attribute.name, value);
            }),
            None => put(members, &attribute.name, value),
        });
        Ok(())
    }

    fn try_add(&mut self, path: &str, entry: Value) -> Result<(), Vec<Error>> {
        let reference = self.resolve(path)?;
        let path = reference.canonical_path();
        let attribute = reference.attribute();
        if reference.sub_attribute().is_some() || !attribute.multi_valued {
            let detail = "it has a single value: set it";
            return Err(vec![
                Error::new(ErrorKind::InvalidPath, detail).with_path(path),
            ]);
        }
        let entry = Value::Array(vec![entry]);
        let (entries, _) = attribute
            .read_value(&path, entry, ValidationContext::PatchResult, &values())
            .map_err(|report| report.failures().to_vec())?;
        self.change(&reference, |members| {
            match (members.get_mut(&attribute.name), entries) {
                (Some(Value::Array(known)), Some(Value::Array(entries))) => known.extend(entries),
                (_, None) => {}
                (_, entries) => put(members, &attribute.name, entries),
            }
        });
        Ok(())
    }

    fn resolve(&self, path: &str) -> Result<AttributeReference, Vec<Error>> {
        let parsed = self
            .resource_type
            .parser()
            .attribute_path(path)
            .map_err(|failure| vec![Error::from_path(&failure).with_path(path)])?;
        self.resource_type.resolve(&parsed).map_err(|unknown| {
            let detail = unknown.told_to_programmer();
            vec![Error::new(ErrorKind::InvalidPath, detail).with_path(path)]
        })
    }

    /// Changes the members among which an attribute stands.
    fn change(
        &mut self,
        reference: &AttributeReference,
        change: impl FnOnce(&mut Map<String, Value>),
    ) {
        let attributes = self.resource.attributes_mut();
        match reference.container() {
            None => change(attributes),
            Some(urn) => within(attributes, urn.as_str(), change),
        }
    }
}

/// Values that a schema only suggests may be others.
fn values() -> Compatibility {
    let mut compatibility = Compatibility::strict();
    compatibility.values_outside_canonical = true;
    compatibility
}

/// Changes the object that a member is; an empty one is taken away.
fn within(
    members: &mut Map<String, Value>,
    name: &str,
    change: impl FnOnce(&mut Map<String, Value>),
) {
    let mut inner = match members.remove(name) {
        Some(Value::Object(inner)) => inner,
        _ => Map::new(),
    };
    change(&mut inner);
    if !inner.is_empty() {
        members.insert(name.to_owned(), Value::Object(inner));
    }
}

fn put(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
}
