//! One filter for several resource types.

use std::collections::BTreeMap;

use scim_filter::Filter;

use super::{BoundFilter, binding};
use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::Error;
use crate::schema::RegisteredResourceType;

impl BoundFilter {
    /// Understands a filter for a query over several resource types
    /// ([RFC 7644, section 3.4.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1)): one bound filter for each of
    /// them, in their order, and what had to be tolerated.
    ///
    /// An attribute that only some of the types know has no value in the others. So `userName ne "bjensen"` is true for every
    /// group.
    ///
    /// # Errors
    ///
    /// `invalidFilter`: an attribute that none of the types knows, and whatever [`BoundFilter::bind`] refuses for one of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::evaluation::BoundFilter;
    /// use scim_core::resource::{Group, User};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let standard = Compatibility::standard();
    /// let filter = r#"userName sw "b" or members pr or displayName eq "guides""#.parse()?;
    /// let types = ["User", "Group"].iter().filter_map(|name| registry.resource_type(name));
    /// let (filters, _) = BoundFilter::bind_each(&filter, types.clone(), &standard)?;
    /// assert!(filters[0].matches(&User::new("bjensen").into()));
    /// assert!(filters[1].matches(&Group::new("Guides").into()));
    ///
    /// assert!(BoundFilter::bind_each(&"usrName pr".parse()?, types, &standard).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_each<'t>(
        filter: &Filter,
        resource_types: impl IntoIterator<Item = &'t RegisteredResourceType>,
        compatibility: &Compatibility,
    ) -> Result<(Vec<Self>, Vec<Tolerance>), Error> {
        Tolerating::report(compatibility, |tolerating| {
            let mut filters = Vec::new();
            let mut unknown_to_all: Option<BTreeMap<String, Error>> = None;
            for resource_type in resource_types {
                let mut unknown = BTreeMap::new();
                let node = binding::bind(filter, resource_type, tolerating, Some(&mut unknown))?;
                filters.push(Self { node });
                unknown_to_all = Some(match unknown_to_all {
                    None => unknown,
                    Some(mut so_far) => {
                        so_far.retain(|path, _| unknown.contains_key(path));
                        so_far
                    }
                });
            }
            match unknown_to_all.and_then(|unknown| unknown.into_values().next()) {
                Some(error) => Err(error),
                None => Ok(filters),
            }
        })
    }
}
