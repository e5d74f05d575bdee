//! [`ValidationContext`] and [`ValidationReport`].

use std::fmt;

use crate::error::{Error, ErrorKind};

/// On which occasion a resource is looked at; it decides what is required and what a client may write.
///
/// ```
/// use scim_core::resource::{Resource, User};
/// use scim_core::schema::{SchemaRegistry, ValidationContext};
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let partial = Resource::default();
/// assert!(users.validate(&partial, ValidationContext::Response).is_ok());
/// assert!(users.validate(&partial, ValidationContext::Replace).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 7644 has these ways in which a resource is written or read"
)]
pub enum ValidationContext {
    /// A client sends a new resource: read-only attributes are ignored
    /// ([RFC 7644, section 3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3)).
    Create,
    /// A client sends the new state of a resource: read-only attributes are ignored
    /// ([RFC 7644, section 3.5.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1)).
    Replace,
    /// A resource after a PATCH, with all that the service holds.
    PatchResult,
    /// A service has answered; required attributes may be left out, because the client may have asked for others.
    Response,
}

impl ValidationContext {
    pub(super) const fn is_client_input(self) -> bool {
        matches!(self, Self::Create | Self::Replace)
    }
}

/// All that is wrong with a resource; at least one failure.
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::error::Error;
/// use scim_core::schema::{SchemaRegistry, ValidationContext};
/// use serde_json::json;
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let body = json!({ "active": "yes", "title": 7 });
/// let Err(report) = users.read(body, ValidationContext::Create, &Compatibility::standard()) else {
///     return Err("it is wrong in three ways".into());
/// };
/// let paths: Vec<_> = report.failures().iter().filter_map(Error::path).collect();
/// assert_eq!(paths, ["active", "title", "userName"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationReport {
    failures: Vec<Error>,
}

impl ValidationReport {
    pub(crate) fn new(failures: Vec<Error>) -> Self {
        Self { failures }
    }

    /// The failures, each with its path.
    ///
    /// ```
    /// use scim_core::resource::Resource;
    /// use scim_core::schema::{SchemaRegistry, ValidationContext};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let report = users.validate(&Resource::default(), ValidationContext::Create);
    /// assert!(report.is_err_and(|report| report.failures().len() == 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn failures(&self) -> &[Error] {
        &self.failures
    }
}

impl fmt::Display for ValidationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, failure) in self.failures.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{failure}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ValidationReport {}

/// One error for an answer: the kind and the path of the first failure; the sentences of all, the others each with its path.
impl From<ValidationReport> for Error {
    fn from(report: ValidationReport) -> Self {
        let mut failures = report.failures.iter();
        let Some(first) = failures.next() else {
            return Self::new(ErrorKind::InvalidValue, "the resource is not valid");
        };
        let mut detail = first.detail().to_owned();
        for failure in failures {
            detail.push_str("; ");
            detail.push_str(&failure.to_string());
        }
        let error = Self::new(first.kind(), detail);
        match first.path() {
            Some(path) => error.with_path(path),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_the_first_failure_and_tells_all() {
        let failure = |path, detail| Error::new(ErrorKind::InvalidValue, detail).with_path(path);
        let report =
            ValidationReport::new(vec![failure("active", "one"), failure("userName", "two")]);
        let told = report.to_string();
        let error = Error::from(report);
        assert_eq!(error.path(), Some("active"));
        assert_eq!(error.to_string(), told);
        assert_eq!(told, "active: one; userName: two");
    }
}
