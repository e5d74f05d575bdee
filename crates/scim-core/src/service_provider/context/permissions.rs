//! What a principal may do.

use std::collections::{BTreeMap, BTreeSet};

/// One thing that may be done with the resources of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Permission {
    /// To create resources.
    Create,
    /// To read and to find them.
    Read,
    /// To change them, by PUT and PATCH.
    Change,
    /// To delete them.
    Delete,
}

/// What a principal may do ([RFC 7644 §7.2](https://www.rfc-editor.org/rfc/rfc7644#section-7.2)).
///
/// A resource of a type that he may not read does not exist for him: 404. To change what he may only read is 403; so is a query on
/// a type that he may not read, while a query over all types leaves that type out. In a bulk request each operation is judged on
/// its own. Who may change resources without reading them is obeyed, but not shown what else they hold: 204.
///
/// ```
/// use scim_core::service_provider::{Permission, Permissions};
///
/// let reader = Permissions::none().allow("User", [Permission::Read]).allow("Group", [Permission::Read, Permission::Change]);
/// assert!(reader.allows("user", Permission::Read) && !reader.allows("User", Permission::Change));
/// assert!(Permissions::all().allows("Device", Permission::Delete));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions(Option<BTreeMap<String, BTreeSet<Permission>>>);

impl Permissions {
    /// Everything, with the resources of every type.
    #[must_use]
    pub const fn all() -> Self {
        Self(None)
    }

    /// Nothing but reading what the service tells about itself.
    #[must_use]
    pub const fn none() -> Self {
        Self(Some(BTreeMap::new()))
    }

    /// To read the resources of these types, and no more.
    #[must_use]
    pub fn read_only<T: AsRef<str>>(resource_types: impl IntoIterator<Item = T>) -> Self {
        resource_types
            .into_iter()
            .fold(Self::none(), |permissions, resource_type| {
                permissions.allow(resource_type.as_ref(), [Permission::Read])
            })
    }

    /// The same permissions and these ones with the resources of a type, which is named without regard to case.
    #[must_use]
    pub fn allow(
        mut self,
        resource_type: &str,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> Self {
        if let Some(allowed) = &mut self.0 {
            allowed
                .entry(resource_type.to_ascii_lowercase())
                .or_default()
                .extend(permissions);
        }
        self
    }

    /// Whether something may be done with the resources of a type.
    #[must_use]
    pub fn allows(&self, resource_type: &str, permission: Permission) -> bool {
        self.0.as_ref().is_none_or(|allowed| {
            allowed
                .get(&resource_type.to_ascii_lowercase())
                .is_some_and(|permissions| permissions.contains(&permission))
        })
    }
}

impl Default for Permissions {
    fn default() -> Self {
        Self::all()
    }
}
