//! What a service knows of one Peakon account: its own attributes, and the two steps in which employees are sent.

mod reference;
mod value;

use schemars::JsonSchema;
use scim_filter::PatchPath;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use reference::{EmployeeReference, NamedBy};
pub use value::PeakonValue;

use crate::message::{PatchOperation, PatchOperationKind, PatchRequest};
use crate::resource::Resource;
use crate::schema::{
    InvalidPeakonAttribute, PeakonAttribute, PeakonAttributeKind, Schema, peakon_user_schema,
};
use crate::urn;

const MANAGER: &str = "manager";

/// One Peakon account, by the attributes that it has defined for its employees.
///
/// An attribute of the kind "employee" holds the e-mail address of another employee, who must exist already. So employees
/// are sent in two steps: first everybody without references, then the references. The `manager` of the enterprise extension
/// is treated alike, because he too must exist; his value is an id.
///
/// ```
/// use scim_core::peakon::PeakonAccount;
/// use scim_core::resource::Resource;
/// use scim_core::urn;
/// use serde_json::json;
///
/// let account: PeakonAccount = serde_json::from_value(json!({ "attributes": [
///     { "name": "Job Title", "kind": "option" },
///     { "name": "Mentor", "kind": "employee" },
/// ]}))?;
/// assert_eq!(account.schema()?.attributes.len(), 2);
///
/// let ines: Resource = serde_json::from_value(json!({
///     "schemas": [urn::USER, urn::PEAKON_USER],
///     "userName": "ines@example.com",
///     urn::PEAKON_USER: { "Job Title": "CTO", "mentor": "ole@example.com" },
/// }))?;
/// let (first, second) = account.in_two_steps(ines);
/// assert_eq!(first.extension(urn::PEAKON_USER), json!({ "Job Title": "CTO" }).as_object());
/// let second = serde_json::to_value(second)?;
/// assert_eq!(second["Operations"], json!([{
///     "op": "add",
///     "path": "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Mentor",
///     "value": "ole@example.com",
/// }]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PeakonAccount {
    /// The attributes.
    pub attributes: Vec<PeakonAttribute>,
}

impl PeakonAccount {
    /// An account with these attributes.
    #[must_use]
    pub const fn new(attributes: Vec<PeakonAttribute>) -> Self {
        Self { attributes }
    }

    /// The Peakon extension of this account, for a registry and for `/Schemas`.
    ///
    /// # Errors
    ///
    /// As [`peakon_user_schema`] says.
    pub fn schema(&self) -> Result<Schema, InvalidPeakonAttribute> {
        peakon_user_schema(&self.attributes)
    }

    /// The attribute with this name, without regard to ASCII case.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&PeakonAttribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// Whom a resource refers to: the manager first, then the account's attributes in the order of their definition.
    ///
    /// ```
    /// use scim_core::peakon::{NamedBy, PeakonAccount};
    /// use scim_core::resource::Resource;
    /// use scim_core::urn;
    /// use serde_json::json;
    ///
    /// let ines: Resource = serde_json::from_value(json!({
    ///     urn::ENTERPRISE_USER: { "Manager": { "value": "26118915" } },
    /// }))?;
    /// let references = PeakonAccount::default().references(&ines);
    /// assert_eq!((references[0].employee.as_str(), references[0].named_by), ("26118915", NamedBy::Id));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn references(&self, resource: &Resource) -> Vec<EmployeeReference> {
        let manager = value_in(resource, urn::ENTERPRISE_USER, MANAGER)
            .and_then(|value| {
                let id = match value {
                    Value::Object(members) => {
                        members
                            .iter()
                            .find(|(name, _)| name.eq_ignore_ascii_case("value"))?
                            .1
                    }
                    text => text,
                };
                Some((value, id.as_str()?))
            })
            .and_then(|(value, id)| EmployeeReference::manager(id, value));
        let own = self
            .attributes
            .iter()
            .filter(|attribute| attribute.kind == PeakonAttributeKind::Employee)
            .filter_map(|attribute| {
                let value = value_in(resource, urn::PEAKON_USER, &attribute.name)?;
                EmployeeReference::own(&attribute.name, value)
            });
        manager.into_iter().chain(own).collect()
    }

    /// Takes the references out of a resource, and gives the request that sets them once everybody exists; `None` if there
    /// are none. An extension of which nothing is left goes too, with its entry in `schemas`.
    #[must_use]
    pub fn in_two_steps(&self, mut resource: Resource) -> (Resource, Option<PatchRequest>) {
        let references = self.references(&resource);
        if references.is_empty() {
            return (resource, None);
        }
        for reference in &references {
            remove(&mut resource, reference);
        }
        let operations = references
            .into_iter()
            .map(|reference| {
                let path = PatchPath::Attribute(reference.path);
                PatchOperation::new(PatchOperationKind::Add, Some(path), Some(reference.value))
            })
            .collect();
        (resource, Some(PatchRequest::new(operations)))
    }
}

fn value_in<'resource>(
    resource: &'resource Resource,
    extension: &str,
    name: &str,
) -> Option<&'resource Value> {
    resource
        .extension(extension)?
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn remove(resource: &mut Resource, reference: &EmployeeReference) {
    let extension = reference.path.schema().unwrap_or_default();
    let members = resource
        .attributes_mut()
        .iter_mut()
        .find(|(urn, _)| urn.eq_ignore_ascii_case(extension))
        .and_then(|(_, value)| value.as_object_mut());
    let Some(members) = members else { return };
    members.retain(|name, _| !name.eq_ignore_ascii_case(reference.path.attribute()));
    if members.is_empty() {
        resource.remove_extension(extension);
    }
}

#[cfg(test)]
mod tests;
