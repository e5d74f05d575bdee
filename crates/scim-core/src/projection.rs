//! [`Projection`]: which attributes of a resource are sent
//! ([RFC 7644, section 3.9](https://www.rfc-editor.org/rfc/rfc7644#section-3.9)).

mod plan;

use std::borrow::Cow;

use scim_filter::PatchPath;
use serde_json::{Map, Value};

use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::resource::Resource;
use crate::schema::{AttributeReference, RegisteredResourceType};

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
        Tolerating::report(compatibility, |tolerating| {
            let (projection, unknown) =
                Self::plan(attributes, excluded, resource_type, tolerating)?;
            for name in &unknown {
                Self::select_nothing(name, excluded, resource_type, tolerating)?;
            }
            Ok(projection)
        })
    }

    /// Understands the parameters for a query over several resource types
    /// ([RFC 7644, section 3.4.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1)): one projection for each of them, in
    /// their order, and which names select nothing in any of them.
    ///
    /// # Errors
    ///
    /// As for [`Projection::bind`], where a name counts as unknown if none of the types knows it.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::projection::Projection;
    /// use scim_core::resource::{Group, User};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let types = ["User", "Group"].iter().filter_map(|name| registry.resource_type(name));
    /// let strict = Compatibility::strict();
    /// let (shown, _) = Projection::bind_each(Some("userName,members"), None, types.clone(), &strict)?;
    /// assert_eq!(shown[0].apply(&User::new("ines").into())["userName"], "ines");
    /// assert!(shown[1].apply(&Group::new("Guides").into()).get("displayName").is_none());
    ///
    /// assert!(Projection::bind_each(Some("shoeSize"), None, types, &strict).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_each<'t>(
        attributes: Option<&str>,
        excluded: Option<&str>,
        resource_types: impl IntoIterator<Item = &'t RegisteredResourceType>,
        compatibility: &Compatibility,
    ) -> Result<(Vec<Self>, Vec<Tolerance>), Error> {
        Tolerating::report(compatibility, |tolerating| {
            let mut projections = Vec::new();
            let mut unknown_to_all: Option<(Vec<PatchPath>, &RegisteredResourceType)> = None;
            for resource_type in resource_types {
                let (projection, unknown) =
                    Self::plan(attributes, excluded, resource_type, tolerating)?;
                projections.push(projection);
                match &mut unknown_to_all {
                    None => unknown_to_all = Some((unknown, resource_type)),
                    Some((so_far, _)) => so_far.retain(|name| unknown.contains(name)),
                }
            }
            if let Some((unknown, first)) = unknown_to_all {
                for name in &unknown {
                    Self::select_nothing(name, excluded, first, tolerating)?;
                }
            }
            Ok(projections)
        })
    }

    /// The projection for one type, and the names that select nothing in it.
    fn plan(
        attributes: Option<&str>,
        excluded: Option<&str>,
        resource_type: &RegisteredResourceType,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<(Self, Vec<PatchPath>), Error> {
        let (mode, text) = match (given(attributes), given(excluded)) {
            (Some(_), Some(_)) => {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "attributes and excludedAttributes exclude each other; give one of them",
                ));
            }
            (Some(text), None) => (Mode::Only, Some(text)),
            (None, Some(text)) => (Mode::Except, Some(text)),
            (None, None) => (Mode::Default, None),
        };
        let paths = match text {
            None => Vec::new(),
            Some(text) => resource_type.parser().selection(text).map_err(|failure| {
                let detail = format!("{failure}; give names such as userName,name.givenName");
                Error::new(ErrorKind::InvalidValue, detail).with_path(parameter(excluded))
            })?,
        };
        let (plan, unknown) = Plan::new(mode, &paths, resource_type, tolerating);
        Ok((Self { plan }, unknown))
    }

    /// Tolerates or refuses a name that is in no schema.
    fn select_nothing(
        name: &PatchPath,
        excluded: Option<&str>,
        resource_type: &RegisteredResourceType,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<(), Error> {
        let parameter = parameter(excluded);
        if tolerating.compatibility.ignore_unknown_selection {
            let detail = format!("\"{name}\" selects nothing");
            tolerating.note("ignore_unknown_selection", parameter, detail);
            return Ok(());
        }
        let unknown = match name {
            PatchPath::Attribute(path) => resource_type.resolve(path).err(),
            _ => None,
        };
        let detail = unknown.map_or_else(
            || {
                let resource_type = &resource_type.definition().name;
                format!("{resource_type} has no schema \"{name}\"; the endpoint /Schemas lists those that there are")
            },
            |unknown| unknown.to_string(),
        );
        Err(Error::new(ErrorKind::InvalidValue, detail).with_path(parameter))
    }

    /// The paths of the attributes of which nothing is sent.
    pub(crate) fn left_out<'t>(
        &'t self,
        resource_type: &'t RegisteredResourceType,
    ) -> impl Iterator<Item = String> + 't {
        let left_out = self.plan.left_out(resource_type);
        left_out.map(AttributeReference::canonical_path)
    }

    /// The resource as it is sent.
    ///
    /// # Examples
    ///
    /// See [`Projection`].
    #[must_use]
    pub fn apply(&self, resource: &Resource) -> Value {
        let shown = self.shown(resource);
        let owned = shown.map(|(name, value)| (name.to_owned(), value.into_owned()));
        Value::Object(owned.collect())
    }

    /// The attributes that are sent. Those that are sent as they are held are not copied.
    pub(crate) fn shown<'r>(
        &'r self,
        resource: &'r Resource,
    ) -> impl Iterator<Item = (&'r str, Cow<'r, Value>)> {
        let attributes = resource.attributes().iter();
        attributes.filter_map(|(name, value)| {
            let shown = match self.plan.extension(name) {
                None => shown(&self.plan.core().keep(name), value)?,
                Some(extension) => match value {
                    Value::Object(members) => {
                        let keeps = |name: &String| matches!(*extension.keep(name), Keep::Whole);
                        if !members.is_empty() && members.keys().all(keeps) {
                            Cow::Borrowed(value)
                        } else {
                            Cow::Owned(of_members(members, |name| extension.keep(name))?)
                        }
                    }
                    // Nothing is known about what it holds, so nothing of it can be shown.
                    _ => return None,
                },
            };
            Some((name.as_str(), shown))
        })
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// Which of the two parameters was given.
fn parameter(excluded: Option<&str>) -> &'static str {
    match given(excluded) {
        Some(_) => "excludedAttributes",
        None => "attributes",
    }
}

/// What of a value is sent; an element of which nothing is left is not.
fn shown<'r>(keep: &Keep, value: &'r Value) -> Option<Cow<'r, Value>> {
    match (keep, value) {
        (Keep::Nothing, _) => None,
        (Keep::Members(_), Value::Array(elements)) => {
            let elements = elements
                .iter()
                .filter_map(|element| Some(shown(keep, element)?.into_owned()));
            let elements: Vec<_> = elements.collect();
            (!elements.is_empty()).then_some(Cow::Owned(Value::Array(elements)))
        }
        (Keep::Members(names), Value::Object(members)) => {
            let is_kept = |name: &str| {
                names.iter().any(|kept| kept == name)
                    || names.iter().any(|kept| kept.eq_ignore_ascii_case(name))
            };
            let keep = |name: &str| {
                Cow::Owned(if is_kept(name) {
                    Keep::Whole
                } else {
                    Keep::Nothing
                })
            };
            of_members(members, keep).map(Cow::Owned)
        }
        (Keep::Whole | Keep::Members(_), value) => Some(Cow::Borrowed(value)),
    }
}

/// What of the members of an object is sent, if that is anything.
fn of_members<'p>(
    members: &Map<String, Value>,
    keep: impl Fn(&str) -> Cow<'p, Keep>,
) -> Option<Value> {
    let shown = members
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), shown(&keep(name), value)?.into_owned())));
    let shown: Map<_, _> = shown.collect();
    (!shown.is_empty()).then_some(Value::Object(shown))
}
