//! Why a store did not do as asked.

use crate::error::{Error, ErrorKind};

/// Why a store did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another resource has this value already: 409 ([RFC 7644 §3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3)).
    #[error("{attribute}: {detail}")]
    Conflict {
        /// The attribute, in path notation.
        attribute: String,
        /// A sentence for the client.
        detail: String,
    },
    /// The resource is no longer of the expected version. The request is tried again on the new one, unless the client
    /// insists on the version: then 412.
    #[error("the resource has changed in the meantime")]
    Stale,
    /// The resource does not exist: 404.
    #[error("the resource does not exist")]
    NotFound,
    /// The request cannot be carried out for a reason that the client shall read.
    #[error(transparent)]
    Rejected(#[from] Error),
    /// The store failed: 500. The client learns nothing of the cause; it stands in [`Report`](super::Report).
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// A value that is taken already.
    ///
    /// ```
    /// use scim_core::service_provider::StoreError;
    ///
    /// let error = StoreError::conflict("userName", "somebody has this name already");
    /// assert_eq!(error.to_string(), "userName: somebody has this name already");
    /// ```
    #[must_use]
    pub fn conflict(attribute: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Conflict {
            attribute: attribute.into(),
            detail: detail.into(),
        }
    }

    /// A reference or a value that the store cannot keep: 400 with `invalidValue`.
    ///
    /// ```
    /// use scim_core::service_provider::StoreError;
    ///
    /// let error = StoreError::invalid_value("members", "there is no user 42");
    /// assert_eq!(error.to_string(), "members: there is no user 42");
    /// ```
    #[must_use]
    pub fn invalid_value(attribute: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Rejected(Error::new(ErrorKind::InvalidValue, detail).with_path(attribute))
    }

    /// A failure of the store itself.
    ///
    /// ```
    /// use scim_core::service_provider::StoreError;
    ///
    /// assert_eq!(StoreError::failed("disk full").to_string(), "the store failed");
    /// ```
    #[must_use]
    pub fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(cause.into())
    }

    /// The store is called for something that it did not say it can do.
    pub(super) fn not_offered(method: &'static str) -> Self {
        Self::failed(format!(
            "the store does not implement {method}, which its capabilities offer"
        ))
    }
}

/// Which of several new resources is why none of them was kept.
///
/// ```
/// use scim_core::service_provider::{InsertionError, StoreError};
///
/// let error = InsertionError::new(1, StoreError::conflict("userName", "somebody has this name already"));
/// assert_eq!(error.to_string(), "new resource 1: userName: somebody has this name already");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("new resource {index}: {error}")]
#[non_exhaustive]
pub struct InsertionError {
    /// Its position, counted from zero.
    pub index: usize,
    /// What is wrong with it.
    #[source]
    pub error: StoreError,
}

impl InsertionError {
    /// The resource at a position, counted from zero, cannot be kept.
    #[must_use]
    pub const fn new(index: usize, error: StoreError) -> Self {
        Self { index, error }
    }
}
