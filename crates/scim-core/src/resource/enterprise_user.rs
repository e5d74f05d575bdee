//! [`EnterpriseUser`]: the enterprise extension of users.

use super::typed::typed;

typed! {
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
    pub struct EnterpriseUser {
        /// Number or code of the person in the organisation.
        "employeeNumber" => employee_number: Option<String>,
        /// Name of a cost center.
        "costCenter" => cost_center: Option<String>,
        /// Name of an organization.
        "organization" => organization: Option<String>,
        /// Name of a division.
        "division" => division: Option<String>,
        /// Name of a department.
        "department" => department: Option<String>,
        /// The manager.
        "manager" => manager: Option<Manager>,
    }
}

typed! {
    /// The manager of a user: another user.
    ///
    /// ```
    /// use scim_core::resource::Manager;
    ///
    /// assert_eq!(Manager::new("26118915").value.as_deref(), Some("26118915"));
    /// ```
    pub struct Manager {
        /// The id of the manager's user.
        "value" => value: Option<String>,
        /// The address of the manager's user.
        "$ref" => reference: Option<String>,
        /// The manager's display name, which the service fills in.
        "displayName" => display_name: Option<String>,
    }
}

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
