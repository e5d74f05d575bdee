//! [`Extension`]: typed extensions, the crate's and one's own.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::from_value::from_members;
use super::{EnterpriseUser, PeakonUser, Resource};
use crate::error::{Error, ErrorKind};
use crate::urn;

/// A type that holds the attributes of one schema extension
/// ([RFC 7643, section 3.3](https://www.rfc-editor.org/rfc/rfc7643#section-3.3)).
///
/// Implement it for a type of one's own; [`Resource::extension_as`] and [`Resource::set_extension`] do the rest. A field with
/// `#[serde(flatten)]` keeps attributes that the type does not know.
///
/// # Examples
///
/// ```
/// use scim_core::resource::{Extension, Resource, User};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Badge {
///     badge_number: String,
/// }
///
/// impl Extension for Badge {
///     const URN: &'static str = "urn:example:params:scim:schemas:badge:1.0:User";
/// }
///
/// let mut resource = Resource::from(User::new("bjensen"));
/// assert_eq!(resource.extension_as::<Badge>()?, None);
/// resource.set_extension(&Badge { badge_number: "B-17".to_owned() })?;
/// assert_eq!(resource.extension_as::<Badge>()?.map(|badge| badge.badge_number).as_deref(), Some("B-17"));
/// assert!(resource.schemas().any(|urn| urn == Badge::URN));
/// # Ok::<(), scim_core::error::Error>(())
/// ```
pub trait Extension: Serialize + DeserializeOwned {
    /// The URN of the extension's schema.
    const URN: &'static str;
}

impl Extension for EnterpriseUser {
    const URN: &'static str = urn::ENTERPRISE_USER;
}

impl Extension for PeakonUser {
    const URN: &'static str = urn::PEAKON_USER;
}

impl Resource {
    /// The attributes of an extension in a type of their own; `None` if the resource has none of them.
    ///
    /// # Errors
    ///
    /// `invalidValue`, if the type does not fit.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::resource::{EnterpriseUser, PeakonUser, Resource, User};
    ///
    /// let mut user = User::new("bjensen");
    /// user.peakon = Some(PeakonUser::default());
    /// if let Some(peakon) = &mut user.peakon {
    ///     peakon.set("Job Title", "CTO");
    /// }
    /// let resource = Resource::from(user);
    /// let peakon = resource.extension_as::<PeakonUser>()?;
    /// assert_eq!(peakon.as_ref().and_then(|peakon| peakon.text("Job Title")), Some("CTO"));
    /// assert!(resource.extension_as::<EnterpriseUser>()?.is_none());
    /// # Ok::<(), scim_core::error::Error>(())
    /// ```
    pub fn extension_as<T: Extension>(&self) -> Result<Option<T>, Error> {
        self.extension(T::URN)
            .map(from_members)
            .transpose()
            .map_err(|error| {
                let path = error.path().unwrap_or_default().to_owned();
                error.with_path(format!("{}:{path}", T::URN))
            })
    }

    /// Puts an extension in the place of what the resource has of it, and lists it in `schemas`; one without attributes is taken
    /// out, as [RFC 7643, section 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.5) has it for what is not assigned.
    ///
    /// # Errors
    ///
    /// `invalidValue`, if the type is not written as a JSON object. The resource is as before then.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::resource::{EnterpriseUser, Resource, User};
    /// use scim_core::urn;
    ///
    /// let mut resource = Resource::from(User::new("bjensen"));
    /// let mut enterprise = EnterpriseUser::default();
    /// enterprise.department = Some("Tours".to_owned());
    /// resource.set_extension(&enterprise)?;
    /// assert!(resource.schemas().any(|urn| urn == urn::ENTERPRISE_USER));
    ///
    /// resource.set_extension(&EnterpriseUser::default())?;
    /// assert!(resource.extension(urn::ENTERPRISE_USER).is_none());
    /// assert!(resource.schemas().all(|urn| urn != urn::ENTERPRISE_USER));
    /// # Ok::<(), scim_core::error::Error>(())
    /// ```
    pub fn set_extension<T: Extension>(&mut self, extension: &T) -> Result<(), Error> {
        let value = serde_json::to_value(extension);
        let Ok(Value::Object(attributes)) = value else {
            let detail = "an extension is written as a JSON object";
            return Err(Error::new(ErrorKind::InvalidValue, detail).with_path(T::URN));
        };
        self.remove_extension(T::URN);
        if !attributes.is_empty() {
            self.attributes
                .insert(T::URN.to_owned(), Value::Object(attributes));
            self.list(
                self.schemas()
                    .map(Value::from)
                    .chain([T::URN.into()])
                    .collect(),
            );
        }
        Ok(())
    }

    /// Takes an extension out, by its URN without regard to ASCII case, and takes the URN off `schemas`. Gives what was there.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::resource::{EnterpriseUser, Resource, User};
    /// use scim_core::urn;
    ///
    /// let user = User::builder("bjensen").enterprise(EnterpriseUser::builder().department("Tours").build());
    /// let mut resource = Resource::from(user.build());
    /// assert!(resource.remove_extension(urn::ENTERPRISE_USER).is_some());
    /// assert!(resource.schemas().eq([urn::USER]));
    /// ```
    pub fn remove_extension(&mut self, urn: &str) -> Option<Value> {
        let schemas = self
            .schemas()
            .filter(|listed| !listed.eq_ignore_ascii_case(urn))
            .map(Value::from)
            .collect();
        self.list(schemas);
        let name = self
            .attributes
            .keys()
            .find(|name| name.eq_ignore_ascii_case(urn))?
            .clone();
        self.attributes.remove(&name)
    }

    fn list(&mut self, schemas: Vec<Value>) {
        self.attributes
            .retain(|name, _| !name.eq_ignore_ascii_case("schemas"));
        self.attributes
            .insert("schemas".to_owned(), Value::Array(schemas));
    }
}
