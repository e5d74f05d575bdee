//! [`Projection`]: which attributes of a resource are sent
//! ([RFC 7644, section 3.9](https://www.rfc-editor.org/rfc/rfc7644#section-3.9)).

mod plan;

use scim_filter::PatchPath;
use serde_json::{Map, Value};

use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;

use plan::{Keep, Mode, Plan};

/// The attributes that a client asked for, understood for one resource type.
///
/// Whatever is asked, an attribute that is never returned, such as a password, is never sent, and `schemas`, `id` and the
/// other attributes that are always returned are always sent.
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::projection::Projection;
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let user = json!({
///     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
///     "id": "1", "userName": "bjensen", "password": "secret", "name": {"givenName": "Barbara", "familyName": "Jensen"},
/// });
/// let user = Resource::new(user.as_object().cloned().ok_or("no object")?);
///
/// let names = Projection::bind(Some("name.givenName, password"), None, users, &Compatibility::standard())?;
/// assert_eq!(names.apply(&user), json!({
///     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1", "name": {"givenName": "Barbara"},
/// }));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Projection {
    plan: Plan,
}

impl Projection {
    /// Understands the parameters `attributes` and `excludedAttributes`. A blank parameter counts as not given.
    ///
    /// # Errors
    ///
    /// `invalidValue`: both parameters are given, one of them is no comma-separated list of attribute names, or a name is in
    /// no schema and `ignore_unknown_selection` is off.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::error::ErrorKind;
    /// use scim_core::projection::Projection;
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let both = Projection::bind(Some("userName"), Some("emails"), users, &Compatibility::standard());
    /// assert_eq!(both.err().map(|error| error.kind()), Some(ErrorKind::InvalidValue));
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind(
        attributes: Option<&str>,
        excluded: Option<&str>,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<Self, Error> {
        Self::bind_with_report(attributes, excluded, resource_type, compatibility)
            .map(|(bound, _)| bound)
    }

    /// As [`Projection::bind`], and tells which names select nothing.
    ///
    /// # Errors
    ///
    /// As for [`Projection::bind`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::projection::Projection;
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let standard = Compatibility::standard();
    /// let (_, tolerated) = Projection::bind_with_report(Some("userName,shoeSize"), None, users, &standard)?;
    /// assert_eq!(tolerated[0].to_string(), "attributes: \"shoeSize\" selects nothing (ignore_unknown_selection)");
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_with_report(
        attributes: Option<&str>,
        excluded: Option<&str>,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<(Self, Vec<Tolerance>), Error> {
        let given = |text: Option<&str>| {
            text.filter(|text| !text.trim().is_empty())
                .map(str::to_owned)
        };
        let (mode, parameter, text) = match (given(attributes), given(excluded)) {
            (Some(_), Some(_)) => {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "attributes and excludedAttributes exclude each other; give one of them",
                ));
            }
            (Some(text), None) => (Mode::Only, "attributes", text),
            (None, Some(text)) => (Mode::Except, "excludedAttributes", text),
            (None, None) => (Mode::Default, "", String::new()),
        };
        let invalid =
            |detail: String| Error::new(ErrorKind::InvalidValue, detail).with_path(parameter);
        let paths = if text.is_empty() {
            Vec::new()
        } else {
            resource_type.parser().selection(&text).map_err(|failure| {
                invalid(format!(
                    "{failure}; give names such as userName,name.givenName"
                ))
            })?
        };
        let mut tolerated = Vec::new();
        let mut tolerating = Tolerating {
            compatibility,
            tolerated: &mut tolerated,
        };
        let (plan, unknown) = Plan::new(mode, &paths, resource_type, &mut tolerating);
        for name in unknown {
            if !compatibility.ignore_unknown_selection {
                let unknown = match &name {
                    PatchPath::Attribute(path) => resource_type.resolve(path).err(),
                    _ => None,
                };
                return Err(invalid(unknown.map_or_else(
                    || {
                        let resource_type = &resource_type.definition().name;
                        format!("{resource_type} has no schema \"{name}\"; the endpoint /Schemas lists those that there are")
                    },
                    |unknown| unknown.to_string(),
                )));
            }
            let detail = format!("\"{name}\" selects nothing");
            tolerating.note("ignore_unknown_selection", parameter, detail);
        }
        Ok((Self { plan }, tolerated))
    }

    /// The resource as it is sent.
    ///
    /// # Examples
    ///
    /// See [`Projection`].
    #[must_use]
    pub fn apply(&self, resource: &Resource) -> Value {
        let mut sent = Map::new();
        for (name, value) in resource.attributes() {
            let kept = match (self.plan.container(name), value) {
                (Some(container), Value::Object(members)) => {
                    let members: Map<_, _> = members
                        .iter()
                        .filter_map(|(name, value)| {
                            Some((
                                name.clone(),
                                project(self.plan.keep(container, name), value)?,
                            ))
                        })
                        .collect();
                    (!members.is_empty()).then_some(Value::Object(members))
                }
                // Nothing is known about what it holds, so nothing of it can be shown.
                (Some(_), _) => None,
                (None, value) => project(self.plan.keep_core(name), value),
            };
            if let Some(kept) = kept {
                sent.insert(name.clone(), kept);
            }
        }
        Value::Object(sent)
    }
}

/// What of a value is sent; an element of which nothing is left is not.
fn project(keep: &Keep, value: &Value) -> Option<Value> {
    match (keep, value) {
        (Keep::Nothing, _) => None,
        (Keep::Members(_), Value::Array(elements)) => {
            let elements: Vec<_> = elements
                .iter()
                .filter_map(|element| project(keep, element))
                .collect();
            (!elements.is_empty()).then_some(Value::Array(elements))
        }
        (Keep::Members(names), Value::Object(members)) => {
            let members: Map<_, _> = members
                .iter()
                .filter(|(name, _)| {
                    names.contains(name) || names.iter().any(|kept| kept.eq_ignore_ascii_case(name))
                })
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
        (Keep::Whole | Keep::Members(_), value) => Some(value.clone()),
    }
}
