//! [`EnterpriseUser`]: the enterprise extension of users.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::names::names_in_any_case;

/// The enterprise extension of users ([RFC 7643, section 4.3](https://www.rfc-editor.org/rfc/rfc7643#section-4.3)).
///
/// ```
/// use scim_core::resource::EnterpriseUser;
///
/// // Peakon's documents write the names with a capital.
/// let extension: EnterpriseUser = serde_json::from_str(r#"{ "Department": "Tours" }"#)?;
/// assert_eq!(extension.department.as_deref(), Some("Tours"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnterpriseUser {
    /// Number or code of the person in the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    /// Name of a cost center.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_center: Option<String>,
    /// Name of an organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Name of a division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// Name of a department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<Manager>,
    /// Whatever else was there.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(
    EnterpriseUser: "employeeNumber", "costCenter", "organization", "division", "department", "manager"
);

/// The manager of a user: another user.
///
/// ```
/// use scim_core::resource::Manager;
///
/// assert_eq!(Manager::new("26118915").value.as_deref(), Some("26118915"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Manager {
    /// The id of the manager's user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The address of the manager's user.
    #[serde(rename = "$ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The manager's display name, which the service fills in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whatever else was there.
    #[serde(flatten)]
    pub additional: Map<String, Value>,
}

names_in_any_case!(Manager: "value", "$ref", "displayName");

impl Manager {
    /// A manager by the id of the user.
    ///
    /// ```
    /// use scim_core::resource::Manager;
    ///
    /// assert!(Manager::new("26118915").display_name.is_none());
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            value: Some(id.into()),
            ..Self::default()
        }
    }
}
