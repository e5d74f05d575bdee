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
/// `{}` gives each failure a line. The [`Error`] that is made of a report has one line, as the `detail` of an answer: there
/// the failures are numbered if there are several.
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
    /// First what is wrong in the members that were sent, by their names in the order of `serde_json::Map`; what a complex value
    /// lacks follows what is wrong in it. Then what the resource lacks, what its extensions lack, and what is wrong with
    /// `schemas`. A builder's own failures come before all these, in the order of its calls.
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
                f.write_str("\n")?;
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
        let Some((first, others)) = report.failures.split_first() else {
            return Self::new(ErrorKind::InvalidValue, "the resource is not valid");
        };
        let mut detail = first.detail().to_owned();
        if !others.is_empty() {
            let others = (2..).zip(others);
            let others = others.map(|(number, failure)| format!("({number}) {failure}"));
            let numbered: Vec<_> = std::iter::once(format!("(1) {detail}"))
                .chain(others)
                .collect();
            detail = numbered.join(" ");
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
        assert_eq!(error.to_string(), "active: (1) one (2) userName: two");
        assert_eq!(told, "active: one\nuserName: two");
    }

    #[test]
    fn a_single_failure_has_no_number() {
        let report = ValidationReport::new(vec![Error::new(ErrorKind::InvalidValue, "one")]);
        assert_eq!(Error::from(report).detail(), "one");
    }
}
