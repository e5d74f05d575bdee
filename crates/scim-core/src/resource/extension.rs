//! [`Extension`]: typed extensions, the crate's and one's own.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::from_value::from_members;
use super::{EnterpriseUser, Group, GroupBuilder, PeakonUser, Resource, User, UserBuilder};
use crate::error::{Error, ErrorKind};
use crate::urn;

/// A type that holds the attributes of one schema extension
/// ([RFC 7643, section 3.3](https://www.rfc-editor.org/rfc/rfc7643#section-3.3)).
///
/// Implement it for a type of one's own; [`Resource::extension_as`] and [`Resource::set_extension`] do the rest, and those of
/// [`User`] and [`Group`]. A field with `#[serde(flatten)]` keeps attributes that the type does not know. One with a
/// [`Secret`](super::Secret) is not shown by `Debug`.
///
/// # Examples
///
/// ```
/// use scim_core::resource::{Extension, Resource, Secret, User};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Badge {
///     badge_number: String,
///     pin: Option<Secret>,
/// }
///
/// impl Extension for Badge {
///     const URN: &'static str = "urn:example:params:scim:schemas:badge:1.0:User";
/// }
///
/// let mut resource = Resource::from(User::new("bjensen"));
/// assert_eq!(resource.extension_as::<Badge>()?, None);
/// let badge = Badge { badge_number: "B-17".to_owned(), pin: Some(Secret::new("4711")) };
/// assert!(!format!("{badge:?}").contains("4711"));
/// resource.set_extension(&badge)?;
/// assert_eq!(resource.extension_as::<Badge>()?.map(|badge| badge.badge_number).as_deref(), Some("B-17"));
/// assert!(resource.schemas().any(|urn| urn == Badge::URN));
///
/// let user = User::builder("bjensen").extension(&badge)?.build();
/// assert_eq!(user.extension_as::<Badge>()?, Some(badge));
/// assert!(!format!("{user:?} {resource:?}").contains("4711"));
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
    /// `invalidValue`, if the type does not fit; with the path of the attribute where that is known, else with the URN.
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
        self.extension(T::URN).map(read).transpose()
    }

    /// Puts an extension in the place of what the resource has of it, and lists it in `schemas`. What is null or an empty list is
    /// left out, and an extension without attributes is taken out, as
    /// [RFC 7643, section 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.5) has it for what is not assigned.
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
        let attributes = written(extension)?;
        self.remove_extension(T::URN);
        if !attributes.is_empty() {
            self.attributes_mut()
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
        self.attributes_mut().remove(&name)
    }

    fn list(&mut self, schemas: Vec<Value>) {
        self.attributes_mut()
            .retain(|name, _| !name.eq_ignore_ascii_case("schemas"));
        self.attributes_mut()
            .insert("schemas".to_owned(), Value::Array(schemas));
    }
}

/// Reads an extension as its type.
fn read<T: Extension>(attributes: &Map<String, Value>) -> Result<T, Error> {
    from_members(attributes).map_err(|error| {
        let path = match error.path() {
            Some(path) => format!("{}:{path}", T::URN),
            None => T::URN.to_owned(),
        };
        error.with_path(path)
    })
}

/// The attributes of an extension that are assigned.
fn written<T: Extension>(extension: &T) -> Result<Map<String, Value>, Error> {
    let Ok(Value::Object(mut attributes)) = serde_json::to_value(extension) else {
        let detail = "an extension is written as a JSON object";
        return Err(Error::new(ErrorKind::InvalidValue, detail).with_path(T::URN));
    };
    attributes.retain(|_, value| is_assigned(value));
    Ok(attributes)
}

/// Takes out what is null or empty, and tells whether anything is left.
fn is_assigned(value: &mut Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(elements) => {
            elements.retain_mut(is_assigned);
            !elements.is_empty()
        }
        Value::Object(members) => {
            members.retain(|_, member| is_assigned(member));
            !members.is_empty()
        }
        _ => true,
    }
}

/// The extensions of a typed resource; `fields` are those that have a field of their own.
macro_rules! typed_extensions {
    ($type:ident, $builder:ident, $name:literal; $( $field:ident: $extension:ident ),*) => {
        impl $type {
            /// The attributes of an extension in a type of one's own; `None` if there are none.
            ///
            /// # Errors
            ///
            /// As for [`Resource::extension_as`].
            ///
            /// # Examples
            ///
            /// See [`Extension`].
            pub fn extension_as<T: Extension>(&self) -> Result<Option<T>, Error> {
                $(
                    if T::URN.eq_ignore_ascii_case($extension::URN) {
                        let held = self.$field.as_ref().map(written).transpose()?;
                        return held.filter(|held| !held.is_empty()).as_ref().map(read).transpose();
                    }
                )*
                let held = self.additional.iter().find(|(name, _)| name.eq_ignore_ascii_case(T::URN));
                held.and_then(|(_, value)| value.as_object()).map(read).transpose()
            }

            /// Puts an extension in the place of what there is of it, and keeps `schemas` in step, as
            /// [`Resource::set_extension`] does.
            ///
            /// # Errors
            ///
            /// As for [`Resource::set_extension`].
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use scim_core::resource::{Extension, ", stringify!($type), "};")]
            /// use serde::{Deserialize, Serialize};
            ///
            /// #[derive(Serialize, Deserialize)]
            /// struct Site {
            ///     city: Option<String>,
            /// }
            ///
            /// impl Extension for Site {
            ///     const URN: &'static str = "urn:example:params:scim:schemas:site:1.0";
            /// }
            ///
            #[doc = concat!("let mut one = ", stringify!($type), "::new(\"", $name, "\");")]
            /// one.set_extension(&Site { city: Some("Aarhus".to_owned()) })?;
            /// assert!(one.schemas.iter().any(|urn| urn == Site::URN));
            /// one.set_extension(&Site { city: None })?;
            /// assert!(one.extension_as::<Site>()?.is_none() && one.schemas.len() == 1);
            /// # Ok::<(), scim_core::error::Error>(())
            /// ```
            pub fn set_extension<T: Extension>(&mut self, extension: &T) -> Result<(), Error> {
                let attributes = written(extension)?;
                let is_present = !attributes.is_empty();
                $(
                    if T::URN.eq_ignore_ascii_case($extension::URN) {
                        self.$field = is_present
                            .then(|| read::<$extension>(&attributes))
                            .transpose()?;
                        self.list(T::URN, is_present);
                        return Ok(());
                    }
                )*
                self.additional
                    .retain(|name, _| !name.eq_ignore_ascii_case(T::URN));
                if is_present {
                    self.additional
                        .insert(T::URN.to_owned(), Value::Object(attributes));
                }
                self.list(T::URN, is_present);
                Ok(())
            }

            fn list(&mut self, urn: &str, is_present: bool) {
                self.schemas
                    .retain(|listed| !listed.eq_ignore_ascii_case(urn));
                if is_present {
                    self.schemas.push(urn.to_owned());
                }
            }
        }

        impl $builder {
            /// Sets an extension of one's own.
            ///
            /// # Errors
            ///
            /// As for [`Resource::set_extension`].
            ///
            /// # Examples
            ///
            /// See [`Extension`].
            pub fn extension<T: Extension>(mut self, extension: &T) -> Result<Self, Error> {
                self.result.set_extension(extension)?;
                Ok(self)
            }
        }
    };
}

typed_extensions!(User, UserBuilder, "bjensen"; enterprise: EnterpriseUser, peakon: PeakonUser);
typed_extensions!(Group, GroupBuilder, "Guides";);
