//! [`Group`].

use super::listed::listed;
use super::typed::typed;
use super::{Meta, Resource, ResourceReference};
use crate::error::Error;
use crate::urn;

typed! {
    /// A group of users and groups ([RFC 7643, section 4.2](https://www.rfc-editor.org/rfc/rfc7643#section-4.2)).
    ///
    /// ```
    /// use scim_core::resource::{Group, Resource, ResourceReference};
    ///
    /// let mut guides = Group::new("Tour Guides");
    /// guides.members.push(ResourceReference::new("2819c223"));
    /// let resource = Resource::from(guides.clone());
    /// assert_eq!(Group::try_from(&resource)?, guides);
    /// # Ok::<(), scim_core::error::Error>(())
    /// ```
    pub struct Group lists listed_schemas {
        /// The URIs of the schemas.
        "schemas" as AsListed => schemas: Vec<String>,
        /// The identifier, given by the service.
        "id" => id: Option<String>,
        /// The identifier given by the client.
        "externalId" => external_id: Option<String>,
        /// What the service keeps about the group.
        "meta" => meta: Option<Meta>,
        /// The name for people; required when a group is written.
        "displayName" => display_name: String,
        /// The members.
        "members" => members: Vec<ResourceReference>,
    }
}

impl Group {
    /// A group with a name.
    ///
    /// ```
    /// use scim_core::resource::Group;
    ///
    /// assert_eq!(Group::new("Guides").display_name, "Guides");
    /// ```
    #[must_use]
    pub fn new(display_name: impl Into<String>) -> Self {
        Self {
            schemas: vec![urn::GROUP.to_owned()],
            display_name: display_name.into(),
            ..Self::default()
        }
    }

    /// The URIs that are written as `schemas`: those of the field, and the extensions in `additional`.
    ///
    /// ```
    /// use scim_core::resource::Group;
    ///
    /// assert_eq!(Group::new("Guides").listed_schemas(), [scim_core::urn::GROUP]);
    /// ```
    #[must_use]
    pub fn listed_schemas(&self) -> Vec<&str> {
        listed(urn::GROUP, &self.schemas, &[], &self.additional)
    }
}

impl TryFrom<&Resource> for Group {
    type Error = Error;

    fn try_from(resource: &Resource) -> Result<Self, Self::Error> {
        resource.to_typed()
    }
}

impl From<Group> for Resource {
    fn from(group: Group) -> Self {
        super::user::to_resource(&group)
    }
}
