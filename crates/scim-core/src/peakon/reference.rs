//! [`EmployeeReference`]: an attribute that names another employee.

use std::fmt;

use scim_filter::AttributePath;
use serde_json::Value;

use super::MANAGER;
use crate::error::{Error, ErrorKind};
use crate::urn;

/// What names the employee whom a reference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 7643 names a manager by id, Peakon everybody else by address"
)]
pub enum NamedBy {
    /// The service's id; an e-mail address or a user name is understood, too.
    Id,
    /// An e-mail address; a user name, which mostly is one, is understood, too.
    EmailAddress,
}

/// An attribute of one employee that names another one. `Debug` does not show whom: an address is personal data.
///
/// ```
/// use scim_core::peakon::PeakonAccount;
/// use scim_core::resource::Resource;
/// use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
/// use scim_core::urn;
/// use serde_json::json;
///
/// let account = PeakonAccount::new(vec![PeakonAttribute::new("Mentor", PeakonAttributeKind::Employee)]);
/// let ines: Resource =
///     serde_json::from_value(json!({ urn::PEAKON_USER: { "Mentor": "ole@example.com" } }))?;
/// let mentor = &account.references(&ines)[0];
/// assert_eq!(mentor.employee, "ole@example.com");
/// assert!(!format!("{mentor:?}").contains("ole"));
///
/// let missing = mentor.missing();
/// assert_eq!(missing.path(), Some("urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Mentor"));
/// assert!(missing.detail().starts_with("no employee has this e-mail address or user name."));
/// assert!(missing.detail().contains("two steps") && !missing.detail().contains("ole"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct EmployeeReference {
    /// The attribute, in the spelling of the account.
    pub path: AttributePath,
    /// Whom it names.
    pub employee: String,
    /// By what.
    pub named_by: NamedBy,
    /// The value of the attribute as it was sent.
    pub value: Value,
}

impl EmployeeReference {
    pub(super) fn manager(id: &str, value: &Value) -> Option<Self> {
        let path = AttributePath::qualified(urn::ENTERPRISE_USER, MANAGER).ok()?;
        Self::new(path, id, NamedBy::Id, value)
    }

    /// `None` also for a name that no path can hold, which no schema takes either.
    pub(super) fn own(name: &str, value: &Value) -> Option<Self> {
        let path = AttributePath::qualified(urn::PEAKON_USER, name).ok()?;
        Self::new(path, value.as_str()?, NamedBy::EmailAddress, value)
    }

    fn new(path: AttributePath, employee: &str, named_by: NamedBy, value: &Value) -> Option<Self> {
        // An empty text names nobody; it takes the reference away.
        (!employee.trim().is_empty()).then(|| Self {
            path,
            employee: employee.to_owned(),
            named_by,
            value: value.clone(),
        })
    }

    /// The answer to a reference whose employee does not exist: it names the attribute, the rule and the way out, not the
    /// employee.
    #[must_use]
    pub fn missing(&self) -> Error {
        let name = self.path.attribute();
        let named_by = match self.named_by {
            NamedBy::Id => "id, e-mail address or user name",
            NamedBy::EmailAddress => "e-mail address or user name",
        };
        let detail = format!(
            "no employee has this {named_by}. An employee must exist before he is referred to, so do it in two steps: first \
             create everybody without \"{name}\", then set \"{name}\" by PATCH"
        );
        Error::new(ErrorKind::InvalidValue, detail).with_path(self.path.to_string())
    }
}

impl fmt::Debug for EmployeeReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmployeeReference")
            .field("path", &self.path.as_str())
            .field("named_by", &self.named_by)
            .finish_non_exhaustive()
    }
}
