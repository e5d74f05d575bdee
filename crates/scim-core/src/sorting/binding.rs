//! From an attribute path to an order, for one resource type or for several.

use scim_filter::AttributePath;

use super::BoundSort;
use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::evaluation::{implied_value, is_hidden, place, resolve};
use crate::message::SortOrder;
use crate::schema::{AttributeReference, AttributeType, RegisteredResourceType};

impl BoundSort {
    /// Understands `sortBy` for a resource type.
    ///
    /// # Errors
    ///
    /// `invalidValue`: an attribute that no schema knows, a complex attribute that has no `value` to order by, or an
    /// attribute whose values are never shown.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::error::ErrorKind;
    /// use scim_core::message::SortOrder;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sorting::BoundSort;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let refused = BoundSort::bind(&"name".parse()?, SortOrder::Ascending, users, &Compatibility::standard());
    /// assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::InvalidValue));
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind(
        path: &AttributePath,
        order: SortOrder,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<Self, Error> {
        Self::bind_with_report(path, order, resource_type, compatibility).map(|(bound, _)| bound)
    }

    /// As [`BoundSort::bind`], and tells what had to be tolerated.
    ///
    /// # Errors
    ///
    /// As for [`BoundSort::bind`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::message::SortOrder;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sorting::BoundSort;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let by_department = "department".parse()?;
    /// let (standard, entra) = (Compatibility::standard(), Compatibility::entra());
    ///
    /// assert!(BoundSort::bind(&by_department, SortOrder::Ascending, users, &standard).is_err());
    /// let (_, tolerated) = BoundSort::bind_with_report(&by_department, SortOrder::Ascending, users, &entra)?;
    /// assert_eq!(tolerated[0].what, "unqualified_extension_names");
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_with_report(
        path: &AttributePath,
        order: SortOrder,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<(Self, Vec<Tolerance>), Error> {
        Tolerating::report(compatibility, |tolerating| {
            let reference = resolve(path, resource_type, tolerating)
                .map_err(|detail| unknown(path, &detail))?;
            Self::by(&reference, order, resource_type)
        })
    }

    /// Understands `sortBy` for a query over several resource types
    /// ([RFC 7644, section 3.4.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1)): one order for each of them, in
    /// their order, and what had to be tolerated.
    ///
    /// The resources of a type that lacks the attribute have no value there. [Positions](BoundSort::position) from all these
    /// orders make one order.
    ///
    /// # Errors
    ///
    /// `invalidValue`: an attribute that none of the types knows, and whatever [`BoundSort::bind`] refuses for one of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::message::SortOrder;
    /// use scim_core::resource::{Group, Resource, User};
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sorting::BoundSort;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let standard = Compatibility::standard();
    /// let types = ["User", "Group"].iter().filter_map(|name| registry.resource_type(name));
    /// let (sorts, _) = BoundSort::bind_each(&"userName".parse()?, SortOrder::Ascending, types.clone(), &standard)?;
    ///
    /// let (guides, ines) = (Resource::from(Group::new("Guides")), Resource::from(User::new("ines")));
    /// let mut found = [(&sorts[1], &guides), (&sorts[0], &ines)];
    /// found.sort_by_cached_key(|(sort, resource)| sort.position(resource));
    /// assert_eq!(found.map(|(_, resource)| resource), [&ines, &guides]);
    ///
    /// assert!(BoundSort::bind_each(&"usrName".parse()?, SortOrder::Ascending, types, &standard).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_each<'t>(
        path: &AttributePath,
        order: SortOrder,
        resource_types: impl IntoIterator<Item = &'t RegisteredResourceType>,
        compatibility: &Compatibility,
    ) -> Result<(Vec<Self>, Vec<Tolerance>), Error> {
        Tolerating::report(compatibility, |tolerating| {
            let mut sorts = Vec::new();
            for resource_type in resource_types {
                sorts.push(match resolve(path, resource_type, tolerating) {
                    Ok(reference) => Ok(Self::by(&reference, order, resource_type)?),
                    Err(detail) => Err(unknown(path, &detail)),
                });
            }
            let known = sorts.iter().find_map(|sort| sort.as_ref().ok());
            let elsewhere = known.map(|known| Self {
                place: None,
                ..known.clone()
            });
            sorts
                .into_iter()
                .map(|sort| sort.or_else(|unknown| elsewhere.clone().ok_or(unknown)))
                .collect()
        })
    }

    fn by(
        reference: &AttributeReference,
        order: SortOrder,
        resource_type: &RegisteredResourceType,
    ) -> Result<Self, Error> {
        refuse_hidden(reference)?;
        let reference = if reference.definition().r#type == AttributeType::Complex {
            let value = implied_value(reference, resource_type);
            let value = value.filter(|_| reference.attribute().multi_valued);
            value.ok_or_else(|| {
                refuse(
                    reference,
                    "it is complex; name one of its sub-attributes, as in name.familyName",
                )
            })?
        } else {
            reference
        };
        refuse_hidden(reference)?;
        Ok(Self {
            path: reference.canonical_path(),
            place: Some(place(reference)),
            definition: reference.definition().clone(),
            order,
        })
    }
}

fn refuse_hidden(reference: &AttributeReference) -> Result<(), Error> {
    if is_hidden(reference) {
        let detail = "its values are never shown; sort by another attribute";
        return Err(refuse(reference, detail));
    }
    Ok(())
}

fn refuse(reference: &AttributeReference, detail: &str) -> Error {
    invalid(detail).with_path(reference.canonical_path())
}

fn unknown(path: &AttributePath, detail: &str) -> Error {
    invalid(detail).with_path(path.to_string())
}

fn invalid(detail: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, format!("sortBy: {detail}"))
}
