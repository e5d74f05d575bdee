//! [`Group`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::names::names_in_any_case;
use super::{Meta, Resource, ResourceReference};
use crate::error::Error;
use crate::urn;

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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Group {
    /// The URIs of the schemas.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// The identifier, given by the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The identifier given by the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the service keeps about the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The name for people; required when a group is written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    /// The members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<ResourceReference>,
    /// Whatever else was there, extensions included.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(Group: "schemas", "id", "externalId", "meta", "displayName", "members");

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
